"""The search over everything: visible rows only, by kind, words marked, a number leads to its task; at a fixed cost."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from governance.clock import at_time
from governance.formats.search_words import contains, words_of
from governance.lists.filters import holding
from governance.overview.search import search
from governance.people.models import DepartmentAlias, User
from governance.registers.search import (
    COUNTED,
    SEARCH_SOURCES,
    SHOWN,
    Hit,
    SearchSource,
    each_hit,
    marked,
    passage,
)
from teams.front.search import task_numbered
from teams.models import ReportingPeriod, SpecialTeam, Task
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, ReportRow, Written
from teams.tasks.extensions import ask_extension
from tests import factories
from tests.teams.sample_reports import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(action):
    """A function that searches as a person and answers {list: titles}."""

    def find(text, user):
        kinds = search(text, action=action, user=user)
        return {kind.list_url.split("?")[0]: [hit.title for hit in kind.hits] for kind in kinds}

    return find


@pytest.fixture
def reported(team, head, at):
    """A submitted report of the team with a row and a matter in Chinese."""
    task = factories.make_task(team=team, number=17, title="实施村企联建项目")
    period = factories.PeriodFactory(action=team.action)
    written = Written(
        rows=[ReportRow(task.pk, percent=Decimal(60), text="新增达标村三个，灌溉渠道全部修通。")],
        matters=[Matter("林地手续尚未办结")],
    )
    report = save_report(team, period, written, by=head, at=period.due_at)
    submit_report(report, by=head, at=period.due_at)
    return task


def test_chinese_is_found_inside_words(found, reported, office):
    assert found("村企联建", office) == {"/tasks/": ["17 实施<mark>村企联建</mark>项目"]}


def test_every_word_must_stand_somewhere(found, reported, office):
    assert "/tasks/" in found("联建 实施", office)
    assert found("联建 没有的词", office) == {}


def test_texts_of_reports_and_matters_are_found(found, reported, office):
    assert list(found("灌溉渠道", office)) == ["/reports/list/"]
    assert found("林地", office) == {"/matters/": ["<mark>林地</mark>手续尚未办结"]}


def test_nobody_finds_what_they_may_not_read(found, reported, other_head, leader, head, office):
    readers = [person for person in (other_head, leader, head, office) if found("灌溉渠道", person)]
    assert readers == [leader, head, office]
    assert not found("林地", other_head)


def test_what_a_team_is_still_writing_is_not_found(found, team, head, office):
    task = factories.make_task(team=team)
    period = factories.PeriodFactory(action=team.action)
    save_report(
        team,
        period,
        Written(rows=[ReportRow(task.pk, percent=Decimal(60), text="草稿里的话")]),
        by=head,
        at=period.due_at,
    )
    assert found("草稿里的话", office) == {}


def test_teams_are_found_by_name(found, team, office):
    assert found(team.short_name, office)["/teams/"]


@pytest.mark.parametrize("text", ["17", " 17 ", "2026-17", "１７"])
def test_the_number_of_a_task_leads_straight_to_it(client, reported, office, text):
    client.force_login(office)
    answer = client.get("/search/", {"q": text})
    assert answer["Location"] == reported.get_absolute_url()


def test_a_number_of_two_years_leads_nowhere(reported, action, team, office):
    factories.make_task(team=team, number=17, year=2025)
    assert task_numbered("17", action=action, user=office) is None
    assert task_numbered("2025-17", action=action, user=office).year == 2025


def test_a_number_that_no_task_has_is_searched_for(client, reported, office):
    client.force_login(office)
    assert client.get("/search/?q=4711").status_code == 200


def test_nothing_found_says_so_and_nothing_asked_asks(client, action, office):
    client.force_login(office)
    assert "没有的词" in client.get("/search/?q=没有的词").content.decode()
    assert client.get("/search/").context["kinds"] == []


def test_markup_in_what_is_found_stays_text():
    assert marked("<b>a & b</b>", ["b"]) == "&lt;<mark>b</mark>&gt;a &amp; <mark>b</mark>&lt;/<mark>b</mark>&gt;"
    assert marked("AbA", ["a"]) == "<mark>A</mark>b<mark>A</mark>"
    assert marked("abc", ["a", "ab"]) == "<mark>ab</mark>c"


def test_a_long_text_is_shown_around_the_words():
    text = "前" * 300 + "灌溉" + "后" * 300
    shown = passage(text, ["灌溉"])
    assert shown.startswith("…前") and "<mark>灌溉</mark>" in shown and shown.endswith("后…")
    assert len(shown) < 200


def test_words_are_few_and_each_once():
    assert words_of("a　b a\tc") == ["a", "b", "c"]
    assert len(words_of("x " + " ".join(map(str, range(100))))) == 6
    assert words_of("w" * 500) == ["w" * 100]


@pytest.mark.parametrize("count", [SHOWN + 1, SHOWN * 3])
def test_the_cost_is_the_same_at_any_size(client, team, office, query_budget, count):
    factories.make_task(team=team, title="项目")
    Task.objects.bulk_create(
        Task(
            action=team.action,
            team=team,
            year=2025,
            number=number + 1,
            title=f"项目{number}",
            lead_department=factories.DepartmentFactory() if not number else Task.objects.first().lead_department,
            start_on="2026-03-01",
            ongoing=True,
        )
        for number in range(count)
    )
    user = type(office).objects.get(pk=office.pk)
    with query_budget("search", "any number of tasks"):
        kinds = search("项目", action=team.action, user=user)
    assert kinds[0].count == count + 1
    assert len(kinds[0].hits) == SHOWN
    assert kinds[0].list_url == f"{reverse('task_list')}?q=%E9%A1%B9%E7%9B%AE"


def test_what_is_counted_ends_somewhere(monkeypatch, team, action, office):
    monkeypatch.setattr("governance.registers.search.COUNTED", 25)
    for number in range(30):
        factories.make_task(team=team, title=f"项目{number}")
    kind = search("项目", action=action, user=office)[0]
    assert (kind.is_more, kind.shown_count) == (True, 25)
    assert COUNTED > SHOWN


def test_an_app_brings_what_it_has_to_find(monkeypatch, client, office, leader):
    source = SearchSource(
        "People of the county",
        "team_list",
        rows=lambda user, action: User.objects.filter(pk=user.pk),
        says=lambda word: holding(word, "name"),
        hits=each_hit(lambda person, words: Hit("/there/", marked(person.name, words), "", person.username)),
    )
    monkeypatch.setitem(SEARCH_SOURCES, "people", source)
    found = search(office.name, action=None, user=office)
    assert [(kind.heading, kind.count, kind.hits[0].url) for kind in found] == [("People of the county", 1, "/there/")]
    assert search(office.name, action=None, user=leader) == []
    client.force_login(office)
    assert "People of the county" in client.get(f"/search/?q={office.name}").content.decode()


SAME = [
    ("城市党建(两新党建)", "城市党建（两新党建）提升专班"),
    ("ab类问题（第一批)", "ＡＢ类问题整改(第一批）".replace("整改", "")),
    ("老旧小区自查", "⽼旧⼩区⾃查"),
    ("用户见面", "⽤⼾⻅⾯"),
    ("办[2026]17号", "办〔２０２６〕17号"),
    ("100m2", "新建100㎡"),
    ("“六清”-行动", '"六清"—⾏动'),
]


@pytest.mark.parametrize(("word", "text"), SAME)
def test_width_brackets_and_radicals_are_the_same_both_ways(team, word, text):
    for asked, written in ((word, text), (text, word)):
        task = factories.make_task(team=team, title=f"前{written}后")
        assert list(Task.objects.filter(holding(asked, "title"), pk=task.pk)) == [task] or asked == text
        if asked == word:
            assert contains(written, asked)
            assert "<mark>" in marked(written, [asked])


def test_signs_of_a_pattern_are_text(team):
    factories.make_task(team=team, title="a.b (c|d) [e] ^f$ \\g -h")
    for word in ("a.b", "(c|d)", "[e]", "^f$", "\\g", "-h"):
        assert Task.objects.filter(holding(word, "title")).exists(), word
        assert not Task.objects.filter(holding(f"x{word}", "title")).exists(), word
    assert not Task.objects.filter(holding("axb", "title")).exists()


@pytest.fixture
def surveyed(team):
    """Twenty-five tasks of one department and one of another, with one word in the title."""
    agriculture = factories.DepartmentFactory(name="县农业农村局", short_name="农业农村局")
    DepartmentAlias.objects.create(department=agriculture, text="县农委")
    for number in range(25):
        factories.make_task(team=team, number=200 + number, title=f"清查登记第{number}批", lead_department=agriculture)
    factories.make_task(team=team, number=300, title="清查登记")
    return team


@pytest.mark.parametrize("text", ["清查登记 农业农村局", "县农委　清查登记", "清查登记 县农业农村局 第"])
def test_the_list_of_all_shows_what_the_search_found(client, action, surveyed, office, text):
    [kind] = [each for each in search(text, action=action, user=office) if each.list_url.startswith("/tasks/")]
    assert kind.count == 25
    client.force_login(office)
    page = client.get(kind.list_url)
    assert page.context["page"].paginator.count == 25
    assert search(f"{text} 无此词", action=action, user=office) == []


WORDS_OF_EACH = ["专班", "灌溉渠道", "灌溉 达标", "林地", "县", "17", "实施"]


@pytest.mark.parametrize("text", WORDS_OF_EACH)
def test_every_list_finds_what_the_search_finds(
    client, action, reported, other_team, other_head, office, leader, head, text
):
    drafted(other_team, ReportingPeriod.objects.get(), factories.make_task(team=other_team), by=other_head)
    SpecialTeam.objects.filter(pk=other_team.pk).update(closed_on=date(2026, 10, 21))
    for person in (office, leader, head):
        client.force_login(person)
        for kind in search(text, action=action, user=person):
            assert client.get(kind.list_url).context["page"].paginator.count == kind.count, kind.list_url


def test_every_other_list_asks_for_every_word_too(client, action, reported, office, head):
    ask_extension(reported, new_due_on=date(2026, 12, 1), reason="用地手续", by=head, at=at_time(date(2026, 10, 20), 9))
    client.force_login(office)
    for address, text in (
        ("/extensions/", f"⽤地 {reported.team.short_name}"),
        ("/owed/", f"用地手续 {reported.team.short_name}"),
        ("/inbox/", "联建 村企"),
    ):
        everything, found, none = (
            client.get(address, {"q": q}).context["page"].paginator.count for q in ("", text, f"{text} 无此词")
        )
        assert (none, bool(found or address == "/owed/")) == (0, True), (address, everything, found)

"""The console: stages with their ends, what keeps a round from its next move, what is done team by team."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from assessments.console.console import RoundConsole
from assessments.console.duty_table import KIND_WORDS
from assessments.figures.entry import Entry
from assessments.models import AssessmentRound, MeasuredValue
from assessments.results import readiness
from assessments.rounds.duties import Duty, DutyKind, Waiting
from assessments.rounds.people import ALONE, PAIR
from governance.clock import at_time
from governance.people.models import User
from governance.records.refusals import WrongState
from tests.assessments.conftest import APPROVED, CHECKED, ENTERED, FROZEN, NOTICED, OPENED, PUBLISHED, SCORED, Story
from tests.budgets import counted
from tests.factories import ActionFactory

pytestmark = pytest.mark.django_db


def console(story, who=None, *, at) -> RoundConsole:
    return RoundConsole(AssessmentRound.objects.get(pk=story.round.pk), who or story.centre, at=at)


@pytest.fixture
def english(client):
    client.cookies["vanguard_language"] = "en"
    return client


def test_the_strip_says_when_each_stage_ended_or_until_when_it_lasts(story):
    story.until("checking")
    strip = console(story, at=CHECKED).strip
    assert [stage.mark for stage in strip] == ["done", "done", "current", *[""] * 5]
    assert [str(stage.days) for stage in strip] == [
        "10月16日",
        "10月17日",
        "至10月20日 18:00",
        "",
        "",
        "5个工作日",
        "",
        "",
    ]


def test_a_stage_that_is_over_is_late_by_its_days(story):
    story.until("checking")
    assert console(story, at=at_time(date(2026, 10, 20), 18)).late == ""
    late = console(story, at=at_time(date(2026, 10, 23), 9)).late
    assert "10月20日 18:00" in late and "3天" in late
    story.begin()
    assert console(story, at=PUBLISHED).late == "", "scoring has no days"


def test_the_next_step_of_each_stage(story):
    steps = [
        ("preparing", OPENED, None, True),
        ("preparing", FROZEN, "freeze", False),
        ("collecting", ENTERED, "enter_all", True),
        ("collecting", ENTERED, "check", False),
        ("checking", CHECKED, None, True),
        ("checking", SCORED, "begin", False),
        ("scoring", SCORED, "score", False),
        ("scoring", SCORED, "approve", False),
        ("approved", APPROVED, "notice", False),
        ("public_notice", NOTICED, None, True),
        ("public_notice", PUBLISHED, "publish", False),
    ]
    story.until("preparing")
    found = []
    for state, at, act, _waits in steps:
        step = console(story, story.centre2 if act == "approve" else story.centre, at=at).next_step
        assert AssessmentRound.objects.get().state == state
        found.append((state, bool(step.waits)))
        if act and not step.waits:
            assert step.url
        if act:
            getattr(story, act)()
    assert found == [(state, waits) for state, _at, _act, waits in steps]
    assert console(story, at=PUBLISHED).next_step is None


def test_the_page_has_one_primary_button_and_it_is_the_next_step(story, english, monkeypatch):
    monkeypatch.setattr("assessments.views.round.now", lambda: SCORED)
    story.until("scoring")
    for who, primary in ((story.centre2, "round_approve"), (story.centre, None)):
        english.force_login(who)
        page = english.get(reverse("round", args=[story.round.pk])).content.decode()
        found = re.findall(r'class="button button-primary"\s+href="([^"]+)"', page)
        assert found == ([reverse(primary, args=[story.round.pk])] if primary else [])


def test_what_waits_leads_to_where_it_is_settled_and_the_first_door_is_the_primary(story, english, monkeypatch):
    monkeypatch.setattr("assessments.views.round.now", lambda: SCORED)
    story.until("collecting")
    story.enter_none()
    story.close()
    story.score()
    english.force_login(story.centre2)
    page = english.get(reverse("round", args=[story.round.pk])).content.decode()
    door = reverse("round_left_out", args=[story.round.pk])
    assert re.findall(r'class="button button-primary"\s+href="([^"]+)"', page) == [door]
    assert page.count(">Settle<") == 2, "T6 and T7"
    assert reverse("round_approve", args=[story.round.pk]) not in page


def test_what_a_room_says_is_open_keeps_every_move_and_stands_on_the_console(story, monkeypatch):
    story.until("collecting")

    def asked(round, *, to, at):
        return [Waiting(f"缺{to}", "/somewhere/")]

    monkeypatch.setattr(readiness, "WAITING", (asked,))
    monkeypatch.setattr(readiness.require_settled, "__kwdefaults__", {"asking": (asked,)})
    with pytest.raises(WrongState, match="缺checking"):
        story.check()
    (wait,) = console(story, at=ENTERED).next_step.waits
    assert (wait.words, wait.url) == ("缺checking", "/somewhere/")


def test_the_table_counts_what_is_there_of_what_applies(story):
    story.until("collecting")
    story.enter("T6", {story.teams[0].code: Entry("none")})
    story.event(story.teams[0], "P1", level="provincial", matter="试点")
    table = console(story, at=ENTERED).duties
    assert table.kinds == [DutyKind.MEASURES, DutyKind.FIGURES, DutyKind.CLAIMS]
    figures = {team: cells[1] for team, cells in table.rows}
    first, second, last = (figures[story.teams[place].pk] for place in (0, 1, 3))
    assert (first.done, first.of, first.level) == (1, 2, 3)
    assert (second.done, second.of, second.level) == (0, 2, 2)
    assert (last.done, last.of) == (0, 1), "the young team has no core figure"
    assert first.url == reverse("round_suppliers", args=[story.round.pk])
    claims = {team: cells[2] for team, cells in table.rows}
    assert (claims[story.teams[0].pk].done, claims[story.teams[1].pk].of) == (1, 0)
    assert "单位数据" in table.words


def test_what_had_nothing_to_measure_is_done_and_nothing_is_open_once_published(story, english, monkeypatch):
    story.until("collecting")
    value = MeasuredValue.objects.get(indicator__code="T1", round_team__team=story.teams[0])
    nothing = {"number": 2, "numerator": 0, "denominator": 0, "rows": "[]", "at": FROZEN}
    MeasuredValue.objects.create(round_team=value.round_team, indicator=value.indicator, **nothing)
    found = console(story, at=ENTERED)
    place = found.duties.kinds.index(DutyKind.MEASURES)
    assert [row.lacking for row in found.progress if row.code == "T1"] == [[story.teams[0].short_name]]
    assert [cells[place].done for _team, cells in found.duties.rows] == [5, 5, 5, 5]
    story.until("published", begun=True)
    unsigned = [Duty(story.teams[0].pk, DutyKind.MARKS, 5, 7, ""), Duty(story.teams[0].pk, DutyKind.APPEALS, 1, 1, "")]
    monkeypatch.setattr("assessments.console.duty_table.ROOMS", (lambda round: unsigned,))
    table = console(story, at=PUBLISHED).duties
    assert table.still_open == [] and table.words == "已全部办完。"
    marks = dict(zip(table.kinds, table.rows[0][1], strict=True))[DutyKind.MARKS]
    assert (marks.done, marks.of, marks.level) == (5, 7, 0)
    english.force_login(story.centre)
    page = english.get(reverse("round", args=[story.round.pk])).content.decode()
    assert "Still open" not in page and "5 / 7" in page


def test_teams_that_keep_the_round_back_come_first_and_every_page_has_the_sums(story, monkeypatch):
    story.until("collecting")
    teams = [team.pk for team in story.teams]
    said = [Duty(team, DutyKind.FIGURES, int(team != teams[1]), 1, "") for team in teams]
    monkeypatch.setattr("assessments.console.duty_table.ROOMS", (lambda round: said,))
    monkeypatch.setattr("assessments.console.console.TEAMS_SHOWN", 1)
    found = console(story, at=ENTERED)
    place = found.duties.kinds.index(DutyKind.FIGURES)
    measures = {team for team, cells in found.duties.rows if any(cell.is_open for cell in cells)}
    assert found.duties.rows_of()[0][0] == next(team for team in teams if team in measures)
    page = found.duty_rows("figures", "1")
    assert [seat.team_id for seat, _title, _cells in page] == [teams[1]] and page.paginator.num_pages == 1
    assert found.duty_rows("", "2").paginator.num_pages == len(teams)
    assert (found.duties.sums[place].done, found.duties.sums[place].of) == (len(teams) - 1, len(teams))


def test_what_a_room_says_is_owed_takes_the_place_of_what_the_values_tell(story, monkeypatch):
    story.until("collecting")
    first = story.teams[0].pk
    said = [Duty(first, DutyKind.FIGURES, 2, 2, "/figures/"), Duty(first, DutyKind.MARKS, 5, 7, "")]
    monkeypatch.setattr("assessments.console.duty_table.ROOMS", (lambda round: said,))
    table = console(story, at=ENTERED).duties
    assert table.kinds == [DutyKind.MEASURES, DutyKind.FIGURES, DutyKind.CLAIMS, DutyKind.MARKS]
    cells = dict(table.rows)
    assert [(cell.done, cell.of) for cell in cells[story.teams[0].pk][1:]] == [(2, 2), (0, 0), (5, 7)]
    assert [cell.of for cell in cells[story.teams[1].pk][1:]] == [0, 0, 0]
    assert set(KIND_WORDS) == set(DutyKind)


def test_an_undecided_claim_keeps_the_round_collecting_and_is_settled_on_its_page(story):
    story.until("collecting")
    story.enter_all()
    claim = story.file(story.teams[2], "P1", level="municipal")
    found = console(story, at=ENTERED)
    assert [wait.url for wait in found.next_step.waits] == [claim.get_absolute_url()]
    cells = {team: cells[2] for team, cells in found.duties.rows}
    shown = [(cell.done, cell.of) for cell in (cells[team.pk] for team in story.teams)]
    assert shown == [(1, 1), (1, 1), (0, 1), (0, 0)]
    assert cells[story.teams[2].pk].url.endswith(f"?round={story.round.pk}&team={story.teams[2].code}")


def test_what_keeps_the_round_names_a_missing_value_once(story):
    story.until("collecting")
    step = console(story, at=ENTERED).next_step
    assert {code for wait in step.waits for code, _team in wait.missing} == {"T6", "T7"}
    assert not any("T6" in words for words in map(str, step.remarks))
    story.enter("T6", {team.code: Entry("", no_figure=True) for team in story.teams})
    step = console(story, at=ENTERED).next_step
    assert any("T6" in words for words in map(str, step.remarks))


def test_few_people_are_told_who_does_what(story):
    story.until("collecting")
    assert PAIR in console(story, at=ENTERED).next_step.remarks
    User.objects.filter(pk=story.centre2.pk).update(is_active=False)
    assert ALONE in console(story, at=ENTERED).next_step.remarks


@pytest.mark.parametrize("state", ["collecting", "scoring"])
def test_it_costs_the_same_for_8_teams_and_for_80(client, story, centre, centre2, office, state):
    larger = Story(ActionFactory(), centre, centre2, office)
    story.form_teams(8)
    larger.form_teams(80)
    story.adopt()
    larger.plan = story.plan
    story.open()
    larger.open(starts_on=story.round.starts_on + timedelta(days=1))
    client.force_login(centre2)
    asked = []
    for each in (story, larger):
        each.freeze()
        each.enter_all()
        if state == "scoring":
            each.close()
            each.score()
        url = reverse("round", args=[each.round.pk])
        client.get(url)
        with counted() as captured:
            assert client.get(url).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1]

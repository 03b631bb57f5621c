"""The pages of requirements: the list, the matrix of clauses and tasks, the forms."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.records.models import Notice
from governance.registers.todo import TODO_SOURCES, TodoReader
from teams.meetings.models import Clause, ClauseAnswer, Requirement
from teams.meetings.requirements.answers import answer_clause
from teams.meetings.requirements.matching import decline_clause, match_clause
from teams.meetings.requirements.pasted import pasted_clauses
from tests import factories
from tests.formats.brought import pdf
from tests.teams.meetings.factories import make_requirement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "the_day")]

TYPED = {
    "title": "关于推进基层治理重点任务落实的通知",
    "issuer": "市治理办",
    "document": "市治理办〔2026〕17号",
    "level": "municipal",
    "received_on": "2026-10-15",
    "due_on": "2026-11-10",
    "clauses": "一、突出党建引领。\n2. 整合审批事项。 | 11月30日\n\n（三）建成示范点。",
    "version": "",
}


@pytest.fixture
def at():
    """An hour before the pages are opened."""
    return datetime(2026, 10, 22, 8, tzinfo=SHANGHAI)


@pytest.fixture
def requirement(action):
    return make_requirement(action)


def page(client, requirement):
    return client.get(requirement.get_absolute_url()).content.decode()


def address(name, requirement, *rest):
    return reverse(name, args=[requirement.pk, *rest])


# Reading pasted clauses ----------------------------------------------------------------------------------------------


def test_pasted_clauses_lose_their_numbers_and_end_with_a_date():
    lines = pasted_clauses("第一条 甲\n（二）乙｜2026-11-30\n3．丙\n2026年底前达到20项\n戊|不是日子", year=2026)
    assert [(line.text, line.due_on) for line in lines[:3]] == [("甲", None), ("乙", date(2026, 11, 30)), ("丙", None)]
    assert lines[3].text == "2026年底前达到20项"
    assert lines[4].fault is not None


# Entering ------------------------------------------------------------------------------------------------------------


def test_the_office_enters_a_document_with_its_clauses_and_file(as_office, action):
    file = SimpleUploadedFile("通知.pdf", pdf())
    response = as_office.post(reverse("requirement_new"), TYPED | {"file": file})
    requirement = Requirement.objects.get()
    assert response.url == requirement.get_absolute_url()
    assert list(requirement.clauses.values_list("text", "due_on")) == [
        ("突出党建引领。", None),
        ("整合审批事项。", date(2026, 11, 30)),
        ("建成示范点。", None),
    ]
    assert as_office.get(address("requirement_file", requirement))["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"clauses": ""}, "clauses"),
        ({"clauses": "甲 | 不是日子"}, "clauses"),
        ({"received_on": "2026-12-01"}, "received_on"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_is_shown_beside_its_field(as_office, action, typed, named):
    response = as_office.post(reverse("requirement_new"), TYPED | typed)
    assert response.status_code == 422
    assert named in response.context["form"].errors
    assert not Requirement.objects.exists()


def test_a_document_is_edited_and_gets_more_clauses(as_office, requirement):
    typed = {name: value for name, value in TYPED.items() if name != "clauses"}
    as_office.post(address("requirement_edit", requirement), typed | {"title": "更正", "version": requirement.version})
    as_office.post(address("clauses_add", requirement), {"clauses": "丙\n丁"})
    as_office.post(address("clause_edit", requirement, 4), {"text": "改了", "due_on": "", "version": 1})
    requirement.refresh_from_db()
    assert requirement.title == "更正"
    assert list(requirement.clauses.values_list("text", flat=True))[2:] == ["丙", "改了"]


# The matrix ----------------------------------------------------------------------------------------------------------


def test_an_unmatched_clause_shows_three_ways_out_to_the_office_alone(as_office, sign_in, head, requirement):
    ways = [address(name, requirement, 1) for name in ("clause_match", "clause_task", "clause_decline")]
    shown = page(as_office, requirement)
    assert all(way in shown for way in ways)
    assert "2 clauses have no team yet" in shown
    assert not any(way in page(sign_in(head), requirement) for way in ways)


def test_the_matrix_says_who_answers_and_after_how_many_working_days(as_office, requirement, task, head, office, at):
    first, second = requirement.clauses.all()
    match_clause(first, tasks=[task], by=office, at=at)
    decline_clause(second, reason="我县没有口岸。", by=office, at=at)
    assert "0 of 1 answered" in page(as_office, requirement)
    answer_clause(first, task.team, text="已上线13项。", by=head, at=at)
    shown = page(as_office, requirement)
    assert "5 days" in shown and "1 in time" in shown and "已上线13项。" in shown
    assert "Not ours: 我县没有口岸。" in shown


def test_the_page_costs_the_same_for_many_clauses(
    client, office, requirement, task, team, head, at, django_assert_max_num_queries
):
    client.force_login(office)
    with django_assert_max_num_queries(25):
        page(client, requirement)
    for number in range(3, 30):
        clause = Clause.objects.create(requirement=requirement, number=number, text="x")
        match_clause(clause, tasks=[factories.make_task(team=team)], by=office, at=at)
        answer_clause(clause, team, text="x", by=head, at=at)
    with django_assert_max_num_queries(25):
        page(client, requirement)


# Matching and answering ----------------------------------------------------------------------------------------------


def test_the_office_ticks_tasks(as_office, requirement, task, team):
    clause = requirement.clauses.get(number=1)
    url = address("clause_match", requirement, 1)
    assert as_office.post(url, {"team": "", "version": 1}).status_code == 422
    response = as_office.post(url, {"tasks": [task.pk], "team": "", "version": 1})
    assert response.url == f"{requirement.get_absolute_url()}#clause-1"
    assert [link.task for link in clause.tasks.all()] == [task]
    assert as_office.get(url).context["form"]["tasks"].value() == [task.pk]
    stale = as_office.post(url, {"team": team.pk, "version": 1})
    assert stale.status_code == 409


def test_where_tasks_are_many_they_are_named_by_number(as_office, monkeypatch, requirement, task):
    monkeypatch.setattr("teams.meetings.forms.requirement.LONGEST_SELECT", 0)
    url = address("clause_match", requirement, 1)
    for typed in ("999999999", "x", "1-", ""):
        assert as_office.post(url, {"tasks": typed, "team": "", "version": 1}).status_code == 422
    as_office.post(url, {"tasks": f"任务{task.number}、", "team": "", "version": 1})
    assert requirement.clauses.get(number=1).tasks.get().task == task
    assert f"2026-{task.number}" in as_office.get(url).content.decode()


def test_a_new_task_takes_the_clause_up(as_office, requirement, team):
    url = address("clause_task", requirement, 2)
    form = as_office.get(url).context["form"]
    assert form.initial["title"] == "年底前建成示范点"
    typed = {"year": 2026, "number": 70, "title": "示范点", "team": team.pk, "level": 1, "source": "superior"}
    typed |= {"lead_department": team.departments.get().department.name, "start_on": "2026-10-22"}
    steps = {"step-TOTAL_FORMS": 4, "step-INITIAL_FORMS": 0} | {f"step-{row}-weight": 1 for row in range(4)}
    response = as_office.post(url, typed | steps | {"due_on": "2026-11-10"})
    assert response.status_code == 302, response.context["form"].errors
    assert requirement.clauses.get(number=2).tasks.get().task.number == 70


def test_the_office_declines_and_says_why(as_office, requirement):
    url = address("clause_decline", requirement, 1)
    as_office.post(url, {"reason": "我县没有口岸。", "version": 1})
    assert requirement.clauses.get(number=1).not_ours == "我县没有口岸。"


def test_a_head_answers_and_the_office_answers_on_behalf(client, requirement, team, head, office, at):
    match_clause(requirement.clauses.get(number=1), team=team, by=office, at=at)
    url = address("clause_answer", requirement, 1, team.code)
    client.force_login(head)
    assert url in page(client, requirement)
    assert client.post(url, {"text": ""}).status_code == 422
    client.post(url, {"text": "已办"})
    client.force_login(office)
    assert client.post(url, {"text": "续报", "answered_on": "2026-10-20"}).status_code == 422
    client.post(url, {"text": "续报", "answered_on": "2026-10-20", "behalf": "组长来函"})
    assert list(ClauseAnswer.objects.values_list("number", "behalf")) == [(1, ""), (2, "组长来函")]


def test_nobody_opens_a_form_that_leads_nowhere(client, requirement, team, head, other_team, office, at):
    client.force_login(head)
    assert client.get(address("clause_answer", requirement, 1, team.code)).status_code == 409
    assert client.get(address("clause_answer", requirement, 1, other_team.code)).status_code == 403
    assert client.get(address("clause_match", requirement, 1)).status_code == 403
    assert client.get(address("requirement_file", requirement)).status_code == 404


# The list and what is to do ------------------------------------------------------------------------------------------


def test_the_list_says_what_lacks(as_office, requirement, team, office, at):
    shown = as_office.get(reverse("requirement_list")).content.decode()
    assert "2 without a team" in shown
    for clause in requirement.clauses.all():
        match_clause(clause, team=team, by=office, at=at)
    assert "being answered" in as_office.get(reverse("requirement_list")).content.decode()
    assert not list(as_office.get(reverse("requirement_list"), {"state": "unmatched"}).context["page"])
    for word, found in (("示范点", 1), ("17号", 1), ("别的", 0)):
        assert len(as_office.get(reverse("requirement_list"), {"q": word}).context["page"].object_list) == found


def test_the_list_costs_the_same_for_many(client, office, action, requirement, django_assert_max_num_queries):
    client.force_login(office)
    for number in range(20):
        make_requirement(action, document=f"{number}号")
    with django_assert_max_num_queries(25):
        assert client.get(reverse("requirement_list")).status_code == 200


def test_home_lists_what_is_to_match_and_to_answer(requirement, action, team, head, office, at):
    def lines(person):
        reader = TodoReader(person, at, action)
        names = ("clauses to match", "clauses to answer")
        return [line.title for name in names for line in TODO_SOURCES[name](reader)]

    assert lines(office) == ["1 requirement has clauses without a team"]
    match_clause(requirement.clauses.get(number=1), team=team, by=office, at=at)
    assert lines(head) == ["Clause 1 of 市治理办〔2026〕17号 to answer"]
    assert Notice.objects.get(to=head).sentence.endswith("by 10 November 2026.")


def test_the_search_finds_documents_by_their_clauses(as_office, requirement):
    assert requirement.title in as_office.get(reverse("search"), {"q": "示范点"}).content.decode().replace("<mark>", "")

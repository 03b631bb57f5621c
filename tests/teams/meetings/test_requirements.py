"""Requirements from above: entered, edited while nothing is answered, matched, declined, answered by each team."""

from datetime import date, datetime, timedelta

import pytest

from governance.clock import SHANGHAI
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.debts.debts import debts_of
from teams.meetings.models import Clause, ClauseAnswer, ClauseTask, Requirement
from teams.meetings.requirements.answers import answer_clause
from teams.meetings.requirements.documents import (
    NewClause,
    add_clauses,
    edit_clause,
    edit_requirement,
    enter_requirement,
)
from teams.meetings.requirements.matching import assign_task_for, decline_clause, match_clause
from teams.meetings.requirements.standing import answered_on_time, standings_of
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import make_requirement
from tests.teams.races import one_winner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DUE = date(2026, 11, 10)
WORDS = {
    "issuer": "市治理办",
    "document": "市治理办〔2026〕17号",
    "title": "关于推进基层治理重点任务落实的通知",
    "level": "municipal",
    "received_on": date(2026, 10, 15),
    "due_on": DUE,
}


CLAUSES = (NewClause("一"), NewClause("二", date(2026, 11, 30)))


def enter(action, person, at, *, clauses=CLAUSES, **fields):
    return enter_requirement(action, clauses=clauses, by=person, at=at, **(WORDS | fields))


@pytest.fixture
def requirement(action):
    return make_requirement(action)


@pytest.fixture
def clause(requirement):
    return Clause.objects.select_related("requirement", "team").get(requirement=requirement, number=1)


@pytest.fixture
def matched(clause, team, office, at):
    return match_clause(clause, team=team, by=office, at=at)


def again(row):
    return type(row).objects.get(pk=row.pk)


# Entering ------------------------------------------------------------------------------------------------------------


def test_a_document_is_entered_with_its_clauses_in_order(action, office, at):
    requirement = enter(action, office, at, file=factories.a_paper()[0])
    assert [(each.number, each.text) for each in requirement.clauses.all()] == [(1, "一"), (2, "二")]
    assert [each.due_in_force for each in requirement.clauses.all()] == [DUE, date(2026, 11, 30)]
    assert again(requirement).file.media_type == "application/pdf"
    assert AuditEvent.objects.filter(verb="enter_requirement").count() == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"clauses": ()}, "clauses"),
        ({"clauses": [NewClause(" ")]}, "clauses"),
        ({"clauses": [NewClause("x" * 2001)]}, "clauses"),
        ({"clauses": [NewClause("一", date(2026, 10, 14))]}, "clauses"),
        ({"received_on": date(2026, 10, 28)}, "received_on"),
        ({"due_on": date(2026, 10, 1)}, "__all__"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_is_not_entered(action, office, at, fields, named):
    with pytest.raises(Invalid) as refusal:
        enter(action, office, at, **fields)
    assert set(refusal.value.fields) == {named}
    assert not Requirement.objects.exists()


def test_the_original_is_a_pdf(action, office, at):
    with pytest.raises(Invalid, match=r"marked") as refusal:
        enter(action, office, at, file=factories.a_photo()[0])
    assert "no PDF" in str(refusal.value.fields["file"])


def test_a_document_is_entered_once(action, office, at):
    enter(action, office, at)
    with pytest.raises(Invalid) as refusal:
        enter(action, office, at)
    assert "entered already" in str(refusal.value.words)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_enter_the_same_document_at_once(action, office, office2, at):
    def form(person):
        return lambda: lambda: enter(action, person, at)

    one_winner(race(form(office), form(office2)), Invalid)
    assert Clause.objects.count() == 2


# Editing -------------------------------------------------------------------------------------------------------------


def test_a_document_is_corrected_while_nothing_is_answered(requirement, office, at):
    edit_requirement(requirement, title="更正后的标题", by=office, at=at, seen=requirement.version)
    assert again(requirement).title == "更正后的标题"
    assert AuditEvent.objects.filter(verb="edit_requirement").count() == 1
    with pytest.raises(Stale):
        edit_requirement(requirement, title="又一个", by=office, at=at, seen=requirement.version)


def test_clauses_are_corrected_and_added(requirement, clause, office, at):
    edit_clause(clause, text="改了", due_on=date(2026, 11, 1), by=office, at=at, seen=1)
    add_clauses(requirement, [NewClause("三")], by=office, at=at)
    assert list(requirement.clauses.values_list("number", "text")) == [
        (1, "改了"),
        (2, "年底前建成示范点。"),
        (3, "三"),
    ]
    with pytest.raises(Invalid):
        edit_clause(clause, text=" ", due_on=None, by=office, at=at)
    with pytest.raises(Invalid):
        edit_clause(clause, text="x", due_on=date(2026, 10, 1), by=office, at=at)
    with pytest.raises(Invalid):
        add_clauses(requirement, [], by=office, at=at)


def test_what_is_answered_stays(requirement, matched, team, head, office, at):
    answer_clause(matched, team, text="已办", by=head, at=at)
    with pytest.raises(WrongState):
        edit_requirement(requirement, title="x", by=office, at=at)
    with pytest.raises(WrongState):
        edit_clause(matched, text="x", due_on=None, by=office, at=at)
    with pytest.raises(WrongState):
        decline_clause(matched, reason="x", by=office, at=at)
    second = Clause.objects.get(requirement=requirement, number=2)
    assert edit_clause(second, text="x", due_on=None, by=office, at=at)


# Matching ------------------------------------------------------------------------------------------------------------


def test_a_clause_is_matched_to_tasks_and_their_teams_are_told(clause, task, other_team, head, other_head, office, at):
    other = factories.make_task(team=other_team)
    match_clause(clause, tasks=[task, other], by=office, at=at, seen=1)
    [standing] = standings_of([again(clause)])
    assert [each.team for each in standing.teams] == [task.team, other_team]
    assert {notice.to for notice in Notice.objects.filter(kind="clause_matched")} == {head, other_head}
    assert "Clause 1" in Notice.objects.first().sentence
    match_clause(clause, tasks=[other], by=office, at=at)
    assert [link.task for link in ClauseTask.objects.all()] == [other]
    assert AuditEvent.objects.filter(verb="match_clause").count() == 2
    match_clause(clause, tasks=[other], by=office, at=at)
    assert AuditEvent.objects.filter(verb="match_clause").count() == 2


def test_a_match_names_a_task_or_a_team_of_the_action(clause, task, team, office, at):
    stranger = factories.TeamFactory()
    closed = factories.TeamFactory(action=team.action, closed_on=date(2026, 9, 1))
    cancelled = factories.make_task(team=team, state="cancelled")
    for asked in (
        {},
        {"tasks": [task], "team": team},
        {"team": stranger},
        {"team": closed},
        {"tasks": [cancelled]},
        {"tasks": [factories.make_task(team=stranger)]},
    ):
        with pytest.raises(Invalid):
            match_clause(clause, by=office, at=at, **asked)
    with pytest.raises(Stale):
        match_clause(clause, team=team, by=office, at=at, seen=9)


def test_a_team_that_answered_stays(matched, team, other_team, head, office, at):
    answer_clause(matched, team, text="已办", by=head, at=at)
    with pytest.raises(Invalid) as refusal:
        match_clause(matched, team=other_team, by=office, at=at)
    assert team.short_name in str(refusal.value.fields["tasks"])
    assert match_clause(matched, tasks=[factories.make_task(team=team)], by=office, at=at)


def test_a_clause_is_declined_with_a_reason_and_taken_back(clause, task, team, office, at):
    match_clause(clause, tasks=[task], by=office, at=at)
    with pytest.raises(Invalid):
        decline_clause(clause, reason=" ", by=office, at=at)
    decline_clause(clause, reason="我县没有口岸。", by=office, at=at)
    assert not ClauseTask.objects.exists()
    assert not Clause.objects.unmatched().filter(pk=clause.pk).exists()
    with pytest.raises(WrongState):
        answer_clause(clause, team, text="x", by=office, at=at, behalf="组长")
    match_clause(clause, team=team, by=office, at=at)
    assert again(clause).not_ours == ""


@pytest.mark.django_db(transaction=True)
def test_a_new_task_takes_a_clause_up(clause, team, office, at):
    fields = {"year": 2026, "number": 90, "title": "示范点", "lead_department": factories.DepartmentFactory()}
    task = assign_task_for(
        clause, team, by=office, at=at, start_on=date(2026, 10, 27), due_on=DUE, seen=clause.version, **fields
    )
    assert [link.task for link in clause.tasks.all()] == [task]
    with pytest.raises(Stale):
        assign_task_for(
            clause,
            team,
            by=office,
            at=at,
            start_on=date(2026, 10, 27),
            due_on=DUE,
            seen=1,
            **(fields | {"number": 91}),
        )
    assert not type(task).objects.filter(number=91).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_match_a_clause_from_the_same_page(clause, team, office, office2, at):
    def form(person, verb, **fields):
        return lambda: lambda: verb(clause, by=person, at=at, seen=1, **fields)

    one_winner(race(form(office, match_clause, team=team), form(office2, decline_clause, reason="无")), Stale)


# Answering -----------------------------------------------------------------------------------------------------------


def test_each_team_answers_for_itself(clause, task, other_team, head, deputy, other_head, office, at):
    other = factories.make_task(team=other_team)
    match_clause(clause, tasks=[task, other], by=office, at=at)
    first = answer_clause(clause, task.team, text="已上线13项。", by=head, at=at)
    second = answer_clause(clause, task.team, text="又上线2项。", by=deputy, at=at + timedelta(days=1))
    third = answer_clause(clause, other_team, text="清查完毕。", by=other_head, at=at)
    assert [(each.number, each.task) for each in (first, second, third)] == [(1, task), (2, task), (1, other)]
    [standing] = standings_of([again(clause)])
    assert [each.is_on_time for each in standing.teams] == [True, True]
    assert standing.teams[0].first == first
    assert Notice.objects.filter(kind="clause_answered", to=office).count() == 3
    assert AuditEvent.objects.filter(verb="answer_clause").count() == 3
    assert "上线" not in "".join(AuditEvent.objects.values_list("change", flat=True))


def test_the_office_answers_on_behalf_with_the_day_on_which_it_came(matched, team, office, at):
    for fields in ({}, {"behalf": "组长", "answered_on": at.date() + timedelta(days=1)}):
        with pytest.raises(Invalid):
            answer_clause(matched, team, text="x", by=office, at=at, **fields)
    with pytest.raises(Invalid):
        answer_clause(matched, team, text="x", by=office, at=at, behalf="x", answered_on=date(2026, 10, 14))
    day = date(2026, 10, 20)
    answer = answer_clause(matched, team, text="x", by=office, at=at, behalf="组长来函", answered_on=day)
    assert (answer.answered_on, answer.behalf, answer.by) == (day, "组长来函", office)


def test_a_head_answers_today_in_their_own_name(matched, team, head, at):
    answer = answer_clause(matched, team, text="x", by=head, at=at, behalf="别人", answered_on=date(2026, 10, 16))
    assert (answer.answered_on, answer.behalf) == (at.date(), "")


def test_an_answer_says_something_about_a_task_of_the_team(matched, team, other_team, head, other_head, at):
    for fields in ({"text": " "}, {"text": "x" * 4001}, {"text": "x", "task": factories.make_task(team=other_team)}):
        with pytest.raises(Invalid):
            answer_clause(matched, team, by=head, at=at, **fields)
    with pytest.raises(WrongState, match="other teams"):
        answer_clause(matched, other_team, text="x", by=other_head, at=at)


def test_a_closed_team_answers_nothing(matched, team, head, at):
    type(team).objects.filter(pk=team.pk).update(closed_on=date(2026, 10, 20))
    with pytest.raises(WrongState):
        answer_clause(matched, team, text="x", by=head, at=at)


@pytest.mark.parametrize("person", ["liaison", "member", "other_head", "leader", "centre", "secretary", "former_head"])
def test_nobody_else_answers(request, matched, team, at, person):
    with pytest.raises(NotAllowed):
        answer_clause(matched, team, text="x", by=request.getfixturevalue(person), at=at)


@pytest.mark.parametrize("person", ["head", "leader", "centre", "secretary", "administrator"])
def test_only_the_office_keeps_requirements(request, action, clause, team, at, person):
    user = request.getfixturevalue(person)
    for send in (
        lambda: enter(action, user, at),
        lambda: edit_requirement(clause.requirement, title="x", by=user, at=at),
        lambda: add_clauses(clause.requirement, [NewClause("x")], by=user, at=at),
        lambda: edit_clause(clause, text="x", due_on=None, by=user, at=at),
        lambda: match_clause(clause, team=team, by=user, at=at),
        lambda: decline_clause(clause, reason="x", by=user, at=at),
    ):
        with pytest.raises(NotAllowed):
            send()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_answers_at_once_are_both_kept_and_numbered(clause, team, head, deputy, office, at):
    match_clause(clause, team=team, by=office, at=at)

    def form(person):
        return lambda: lambda: answer_clause(clause, team, text="已办", by=person, at=at)

    outcomes = race(form(head), form(deputy))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sorted(ClauseAnswer.objects.values_list("number", flat=True)) == [1, 2]


# How clauses stand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "due", "expected"),
    [(None, DUE, None), (DUE, None, None), (DUE, DUE, True), (DUE + timedelta(days=1), DUE, False)],
)
def test_on_time_is_the_first_answer_by_the_due_day(first, due, expected):
    assert answered_on_time(first, due) is expected


def test_the_first_answer_decides(matched, team, head, at):
    answer_clause(matched, team, text="x", by=head, at=at)
    answer_clause(matched, team, text="x", by=head, at=datetime(2026, 11, 20, 9, tzinfo=SHANGHAI))
    [standing] = standings_of([matched])
    assert (standing.teams[0].is_on_time, standing.late, len(standing.answers)) == (True, [], 2)
    [known] = standings_of([matched], before=at)
    assert known.teams[0].first is None
    assert known.teams[0].is_overdue(DUE + timedelta(days=1))
    assert not known.teams[0].is_overdue(DUE)


def test_unmatched_is_the_same_in_the_database_and_in_python(action, requirement, clause, task, team, head, office, at):
    more = add_clauses(requirement, [NewClause("三"), NewClause("四")], by=office, at=at)
    match_clause(clause, tasks=[task], by=office, at=at)
    match_clause(more[0], team=team, by=office, at=at)
    decline_clause(more[1], reason="无", by=office, at=at)
    rows = Clause.objects.select_related("requirement", "team")
    told = {each.clause.pk for each in standings_of(rows) if each.is_unmatched}
    assert told == set(Clause.objects.unmatched().values_list("pk", flat=True))
    assert [each.number for each in Clause.objects.unmatched()] == [2]
    [row] = Requirement.objects.with_counts()
    assert (row.clause_count, row.unmatched_count) == (4, 1)
    assert list(Requirement.objects.unmatched()) == [requirement]


def test_standings_cost_the_same_for_many(requirement, clause, task, office, at, django_assert_num_queries):
    match_clause(clause, tasks=[task], by=office, at=at)
    rows = list(Clause.objects.select_related("requirement", "team"))
    with django_assert_num_queries(2):
        standings_of(rows[:1])
    with django_assert_num_queries(2):
        standings_of(rows)


# What is owed --------------------------------------------------------------------------------------------------------


def test_the_office_owes_a_match_after_three_working_days_and_teams_an_answer(matched, action, team, head, at):
    found = {debt.kind.code: debt for debt in debts_of(action, reader=head, now=at) if "clause" in debt.kind.code}
    unmatched, answer = found["clause"], found["clause_answer"]
    assert (unmatched.row.number, unmatched.since, unmatched.due_on) == (2, date(2026, 10, 15), date(2026, 10, 20))
    assert unmatched.by_office
    assert (answer.team, answer.due_on, answer.who) == (team, DUE, f"{head.name} (Head)")
    answer_clause(matched, team, text="x", by=head, at=at)
    assert "clause_answer" not in {debt.kind.code for debt in debts_of(action, reader=head, now=at)}

"""An acceptance is undone by the same person on the same day: the tasks and every evening are as if it had not been."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import NotAllowed, Stale, WrongState
from teams.invariants import INVARIANTS
from teams.ledger.reconciliation import _known
from teams.models import ProgressReport, ReportDecision, ReportingPeriod, SubmittedEntry, Task, TaskVersion
from teams.reports.drafts import save_report
from teams.reports.owed_rows import tasks_owed
from teams.reports.review import accept_report, accept_reports, return_report
from teams.reports.status import reports_standing
from teams.reports.submission import submit_report
from teams.reports.submissions_read import kept_submissions
from teams.reports.undo import RESTORED, undo_acceptance
from teams.reports.written import ReportRow, Written
from teams.roster.beginnings import beginnings_of
from teams.tasks.history import Papers
from teams.tasks.task_page import last_words
from tests.racing import race
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import DECIDED, DRAFTED, OTHERS, SUBMITTED, accepted, moment, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

UNDONE = DECIDED + timedelta(minutes=5)
AGREEING = {"report_and_decision", "first_submission_judges", "task_versions_in_order", "report_decisions_in_order"}


def broken():
    """What is wrong by the doctor."""
    return [(each.code, *each.broken()) for each in INVARIANTS if each.code in AGREEING and each.broken()]


def undo(report, office, at=UNDONE, **fields):
    return undo_acceptance(report, by=office, at=at, **fields)


def state_of(task):
    """What of a task an acceptance touches, and its lamps."""
    names = (*RESTORED, "blue_from", "yellow_from", "red_from")
    return Task.objects.values_list(*names).get(pk=task.pk)


def test_the_tasks_are_as_before_and_the_submission_waits_again(team, period, next_period, road, head, office):
    before = state_of(road)
    report = accepted(team, period, road, by=head, office=office)
    assert state_of(road) != before
    undone = undo(report, office, seen=report.version)
    report.refresh_from_db()
    assert state_of(road) == before
    assert (report.state, report.decided_at, report.on_time) == ("submitted", UNDONE, True)
    assert (undone.number, undone.undoes.accepted) == (2, True)
    version = TaskVersion.objects.filter(task=road).last()
    assert (version.cause, version.percent, version.at) == ("undo_acceptance", 40, UNDONE)
    assert AuditEvent.objects.get(verb="undo_acceptance").change == f'{{"restored":[{road.number}],"submission":1}}'
    assert Notice.objects.filter(kind="report_reopened", to=head).count() == 1

    # nothing reads the acceptance any more
    assert not SubmittedEntry.objects.accepted().exists()
    assert (last_words(road, head), Papers.of(road, head).entries) == ([], [])
    assert _known(team.action, [road]).reported == frozenset()
    assert tasks_owed(team, next_period, on=date(2026, 10, 23))[0].before.percent == 40
    assert beginnings_of([team], team.action, on=date(2026, 10, 23))[team.pk].first_result_on is None
    assert kept_submissions(report)[0].decision is None
    assert [row.number for row in report.submissions.waiting()] == [1]
    statuses = [
        reports_standing([period], [team], at=at)[0].statuses[team.pk]
        for at in (DECIDED - timedelta(minutes=1), DECIDED, UNDONE, moment(23))
    ]
    assert statuses == ["waiting", "accepted", "waiting", "waiting"]
    assert broken() == []


@pytest.mark.parametrize("is_accepted", [True, False])
def test_it_is_decided_anew_and_the_team_is_told_anew(team, period, road, head, office, office2, is_accepted):
    report = accepted(team, period, road, by=head, office=office)
    undo(report, office)
    report.refresh_from_db()
    at = UNDONE + timedelta(minutes=5)
    if is_accepted:
        accept_report(report, by=office2, at=at, seen=1)
    else:
        return_report(report, reason="补充", resubmit_by=date(2026, 10, 23), by=office2, at=at, seen=1)
    road.refresh_from_db()
    report.refresh_from_db()
    decision = ReportDecision.objects.standing().get()
    assert (decision.number, decision.accepted, decision.by) == (3, is_accepted, office2)
    assert (road.percent, report.state) == ((55, "accepted") if is_accepted else (40, "returned"))
    assert kept_submissions(report)[0].decision == decision
    told = Notice.objects.filter(to=head, kind__in=("report_accepted", "report_returned"))
    assert told.values("key").distinct().count() == 2
    assert broken() == []
    if is_accepted:
        undone = undo(report, office2, at=at + timedelta(minutes=1))
        assert (undone.number, state_of(road)[0]) == (4, 40)
    else:
        submit_report(report, by=head, at=at + timedelta(minutes=1))
        assert [row.number for row in report.submissions.waiting()] == [2]


def test_only_who_accepted_it_undoes_it_on_the_same_day(team, period, road, head, office, office2, request):
    report = accepted(team, period, road, by=head, office=office)
    for person in (office2, *map(request.getfixturevalue, OTHERS)):
        with pytest.raises(NotAllowed):
            undo(report, person)
    with pytest.raises(Stale):
        undo(report, office, seen=report.version - 1)
    with pytest.raises(WrongState, match="on its own day"):
        undo(report, office, at=moment(23, 0))
    undo(report, office, at=moment(22, 23, 59))
    with pytest.raises(WrongState):
        undo(report, office, at=moment(22, 23, 59))


def test_it_stays_when_something_builds_on_it(team, period, next_period, road, head, office, office2):
    report = accepted(team, period, road, by=head, office=office, at=moment(31), decided=moment(31, 11))
    before = AuditEvent.objects.count()
    later = submitted(team, next_period, road, by=head, at=moment(31, 12), percent="60")
    with pytest.raises(WrongState, match="Another report on these tasks"):
        undo(report, office, at=moment(31, 13))
    accept_report(later, by=office2, at=moment(31, 14))
    undo(later, office2, at=moment(31, 15))
    assert state_of(road)[0] == 55
    set_fields(road, {"due_on": date(2026, 12, 20)}, at=moment(31, 16))
    accept_report(ProgressReport.objects.get(pk=later.pk), by=office2, at=moment(31, 17))
    set_fields(road, {"due_on": date(2026, 12, 25)}, at=moment(31, 18))
    with pytest.raises(WrongState, match="was changed since then"):
        undo(later, office2, at=moment(31, 19))
    assert AuditEvent.objects.filter(verb="undo_acceptance").count() == 1
    assert AuditEvent.objects.count() > before
    assert state_of(road)[0] == 60


def test_a_count_goes_back_with_its_percent(team, period, yards, head, office):
    before = state_of(yards)
    report = save_report(team, period, Written(rows=[ReportRow(yards.pk, done=Decimal(33))]), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    accept_report(report, by=office, at=DECIDED)
    assert state_of(yards)[:2] == (Decimal("82.50"), 33)
    undo(report, office)
    assert state_of(yards) == before


def test_a_closed_period_keeps_what_was_accepted_before(team, period, road, head, office):
    report = accepted(team, period, road, by=head, office=office)
    ReportingPeriod.objects.update(closed_at=DECIDED, closed_by=office)
    with pytest.raises(WrongState, match="A period was closed"):
        undo(report, office)
    ReportingPeriod.objects.update(closed_at=DECIDED - timedelta(minutes=1))
    undo(report, office)
    assert state_of(road)[0] == 40


def test_of_two_reports_accepted_together_the_earlier_stays(team, period, next_period, road, head, office):
    rows = [submitted(team, period, road, by=head), submitted(team, next_period, road, by=head, at=moment(31))]
    accept_reports(rows, by=office, at=moment(31, 12))
    for report in rows:
        with pytest.raises(WrongState):
            undo(report, office, at=moment(31, 13))


def test_a_submission_has_one_decision_of_each_number(team, period, road, head, office):
    report = accepted(team, period, road, by=head, office=office)
    fields = {"submission": report.submissions.get(), "at": UNDONE, "by": office}
    for wrong in ({"accepted": True}, {"number": 2, "accepted": True, "undoes": ReportDecision.objects.get()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportDecision.objects.create(**fields | wrong)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_undoing_and_accepting_the_next_report_at_once_leaves_the_next(
    team, period, next_period, road, head, office, office2
):
    first = submitted(team, period, road, by=head)
    second = submitted(team, next_period, road, by=head, at=moment(31), percent="90")
    accept_report(first, by=office, at=moment(31, 11))

    def undoing():
        report = ProgressReport.objects.get(pk=first.pk)
        return lambda: undo(report, office, at=moment(31, 12))

    def accepting():
        report = ProgressReport.objects.get(pk=second.pk)
        return lambda: accept_report(report, by=office2, at=moment(31, 12))

    outcomes = race(undoing, accepting)
    assert outcomes[1].error is None
    assert outcomes[0].error is None or type(outcomes[0].error) is WrongState
    road.refresh_from_db()
    assert road.percent == Decimal(90)
    assert broken() == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_undoing_twice_at_once_undoes_once(team, period, road, head, office):
    accepted(team, period, road, by=head, office=office)

    def load():
        report = ProgressReport.objects.get()
        return lambda: undo(report, office)

    outcomes = race(load, load)
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is WrongState
    assert ReportDecision.objects.count() == 2
    assert state_of(road)[0] == 40

"""The office accepts or returns: progress reaches the tasks once, the later period wins, the maker never checks."""

import json
from datetime import date
from decimal import Decimal

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import EntryReason, ProgressReport, ReportDecision, SubmittedEntry, Task, TaskVersion
from teams.reports.drafts import save_report
from teams.reports.owed_rows import Progress
from teams.reports.review import Why, accept_report, accept_reports, foreseen, open_submission, return_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from tests import factories
from tests.racing import race
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import (
    DECIDED,
    DRAFTED,
    OTHERS,
    SUBMITTED,
    accepted,
    drafted,
    moment,
    returned,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def accept(report, office, at=DECIDED, **fields):
    return accept_report(report, by=office, at=at, **fields)


def give_back(report, office, at=DECIDED, **fields):
    values = {"reason": "请补充", "resubmit_by": date(2026, 10, 23)} | fields
    return return_report(report, by=office, at=at, **values)


def counted(team, period, yards, done, *, by):
    report = save_report(team, period, Written(rows=[ReportRow(yards.pk, done=Decimal(done))]), by=by, at=DRAFTED)
    submit_report(report, by=by, at=SUBMITTED)
    return report


# Accepting -----------------------------------------------------------------------------------------------------------


def test_accepting_writes_progress_into_the_tasks(team, period, road, head, office):
    acceptance = accept(submitted(team, period, road, by=head), office)
    road.refresh_from_db()
    report = ProgressReport.objects.get()
    assert (road.percent, road.progressed_on) == (55, date(2026, 10, 20))
    assert (report.state, report.decided_at) == ("accepted", DECIDED)
    assert (acceptance.written, acceptance.passed_over) == ([road], [])
    assert ReportDecision.objects.get().accepted


def test_a_count_is_written_with_the_percent_that_follows(team, period, yards, head, office):
    accept(counted(team, period, yards, "33", by=head), office)
    yards.refresh_from_db()
    assert (yards.done, yards.percent) == (33, Decimal("82.50"))


def test_a_count_is_measured_by_the_target_as_it_is_now(team, period, yards, head, office):
    report = counted(team, period, yards, "33", by=head)
    set_fields(yards, {"target": Decimal(44), "percent": Decimal("68.18")}, at=moment(21, 20))
    accept(report, office)
    yards.refresh_from_db()
    assert (yards.done, yards.percent) == (33, 75)
    assert SubmittedEntry.objects.get().percent == Decimal("82.50")


def test_each_task_that_moves_gets_a_version_and_new_lamps(team, period, road, yards, head, office):
    set_fields(road, {"percent": Decimal(40)}, at=moment(1))
    before = road.red_from
    report = save_report(
        team,
        period,
        Written(rows=[ReportRow(road.pk, percent=Decimal(55)), ReportRow(yards.pk, no_change=True)]),
        by=head,
        at=DRAFTED,
    )
    submit_report(report, by=head, at=SUBMITTED)
    accept(report, office)
    road.refresh_from_db()
    version = TaskVersion.objects.filter(task=road).latest("number")
    assert (version.cause, version.percent, version.by, version.at) == ("accept_report", 55, office, DECIDED)
    assert road.red_from > before
    assert TaskVersion.objects.filter(task=yards).count() == 1


def test_no_change_is_not_progress(team, period, road, head, office):
    report = save_report(team, period, Written(rows=[ReportRow(road.pk, no_change=True)]), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    version = road.version
    accept(report, office)
    road.refresh_from_db()
    assert (road.percent, road.progressed_on, road.version) == (40, None, version)


def test_words_without_a_new_number_are_not_progress(team, period, road, head, office):
    report = drafted(team, period, road, by=head, percent="40")
    submit_report(report, by=head, at=SUBMITTED)
    accept(report, office)
    road.refresh_from_db()
    assert road.progressed_on is None


@pytest.mark.parametrize("state", ["assigned", "acknowledged"])
def test_a_task_with_progress_is_under_way(team, period, head, office, state):
    moves = factories.make_task(team=team, state=state, percent=0)
    rests = factories.make_task(team=team, state=state, percent=0)
    report = save_report(
        team,
        period,
        Written(rows=[ReportRow(moves.pk, percent=Decimal(5)), ReportRow(rests.pk, no_change=True)]),
        by=head,
        at=DRAFTED,
    )
    submit_report(report, by=head, at=SUBMITTED)
    accept(report, office)
    assert Task.objects.get(pk=moves.pk).state == "in_progress"
    assert Task.objects.get(pk=rests.pk).state == state


def test_a_task_whose_close_out_was_asked_stays_asked(team, period, head, office):
    task = factories.make_task(
        team=team, state="close_out_requested", percent=90, asked_on=date(2026, 10, 19), due_on=date(2026, 10, 19)
    )
    accept(submitted(team, period, task, by=head, percent="100"), office)
    task.refresh_from_db()
    assert (task.state, task.percent, task.red_from) == ("close_out_requested", 100, None)


def test_an_older_period_never_overwrites_a_later_one(team, period, next_period, road, head, office):
    accepted(team, next_period, road, by=head, office=office, at=moment(31), decided=moment(31, 12), percent="90")
    acceptance = accept(submitted(team, period, road, by=head, at=moment(31, 13)), office, at=moment(31, 14))
    road.refresh_from_db()
    assert road.percent == 90
    assert [(passed.task, passed.why) for passed in acceptance.passed_over] == [(road, Why.NEWER)]


def test_a_report_beats_an_import(team, period, road, head, office):
    report = submitted(team, period, road, by=head)
    set_fields(road, {"percent": Decimal(80), "progressed_on": date(2026, 10, 16)}, at=moment(21, 20))
    accept(report, office)
    road.refresh_from_db()
    assert (road.percent, road.progressed_on) == (55, date(2026, 10, 20))


@pytest.mark.parametrize("state", ["closed_out", "cancelled", "suspended"])
def test_a_task_closed_since_is_passed_over_and_named(team, period, road, yards, head, office, state):
    report = save_report(
        team,
        period,
        Written(rows=[ReportRow(road.pk, percent=Decimal(55)), ReportRow(yards.pk, done=Decimal(32))]),
        by=head,
        at=DRAFTED,
    )
    submit_report(report, by=head, at=SUBMITTED)
    set_fields(
        road, {"state": state, "asked_on": date(2026, 10, 21), "closed_on": date(2026, 10, 21)}, at=moment(21, 20)
    )
    acceptance = accept(report, office)
    road.refresh_from_db()
    assert road.percent == 40
    assert [(passed.task, passed.why) for passed in acceptance.passed_over] == [(road, Why.CLOSED)]
    assert acceptance.written == [yards]
    change = json.loads(AuditEvent.objects.get(verb="accept_report").change)
    assert change["passed_over"] == {str(road.number): "closed"}


def test_a_report_without_rows_is_accepted(team, period, head, office):
    report = save_report(team, period, Written(), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    assert accept(report, office).written == []


def test_editing_a_task_afterwards_changes_no_accepted_report(team, period, road, head, office):
    accepted(team, period, road, by=head, office=office)
    kept = list(SubmittedEntry.objects.values())
    set_fields(road, {"title": "改名", "percent": Decimal(99)}, at=moment(23))
    assert list(SubmittedEntry.objects.values()) == kept


def test_accepting_is_one_event_and_tells_the_team(team, period, road, head, deputy, liaison, member, office):
    report = submitted(team, period, road, by=head)
    accept(report, office)
    assert AuditEvent.objects.filter(verb="accept_report").count() == 1
    notices = Notice.objects.filter(kind="report_accepted")
    assert {notice.to for notice in notices} == {head, deputy, liaison}
    assert notices[0].url == report.get_absolute_url()


# Returning -----------------------------------------------------------------------------------------------------------


def test_returning_gives_reasons_row_by_row_and_a_day(team, period, road, head, office):
    report = submitted(team, period, road, by=head)
    decision = give_back(report, office, reason=" 请补充数字 ", reasons={road.pk: "哪些村？", 0: " "})
    report.refresh_from_db()
    assert (report.state, report.resubmit_by) == ("returned", date(2026, 10, 23))
    assert (decision.accepted, decision.reason) == (False, "请补充数字")
    assert [(reason.task, reason.text) for reason in EntryReason.objects.all()] == [(road, "哪些村？")]
    road.refresh_from_db()
    assert road.percent == 40


def test_returning_is_one_event_and_tells_the_team_by_when(team, period, road, head, liaison, office):
    give_back(submitted(team, period, road, by=head), office)
    assert AuditEvent.objects.filter(verb="return_report").count() == 1
    notices = Notice.objects.filter(kind="report_returned")
    assert {notice.to for notice in notices} == {head, liaison}
    assert notices[0].due_on == date(2026, 10, 23)
    assert notices[0].facts == {"period": period.days, "by": "2026-10-23"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"resubmit_by": date(2026, 10, 21)}, "resubmit_by"),
        ({"resubmit_by": None}, "resubmit_by"),
        ({"reasons": {0: "?"}}, "reason"),
    ],
)
def test_a_return_has_a_reason_and_a_day_to_come(team, period, road, head, office, fields, field):
    report = submitted(team, period, road, by=head)
    with pytest.raises(Invalid) as refusal:
        give_back(report, office, **fields)
    assert set(refusal.value.fields) == {field}
    report.refresh_from_db()
    assert report.state == "submitted"


def test_it_can_be_asked_back_the_same_day(team, period, road, head, office):
    assert give_back(submitted(team, period, road, by=head), office, resubmit_by=DECIDED.date())


def test_a_resubmission_is_reviewed_afresh(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office)
    submit_report(report, by=head, at=moment(22, 12))
    accept(report, office, at=moment(22, 13))
    assert [decision.accepted for decision in ReportDecision.objects.order_by("pk")] == [False, True]


# Before accepting ----------------------------------------------------------------------------------------------------


def test_what_accepting_would_write_is_told_before(team, period, next_period, road, yards, head, office):
    written = Written(rows=[ReportRow(road.pk, percent=Decimal(55)), ReportRow(yards.pk, done=Decimal(33))])
    report = save_report(team, period, written, by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    set_fields(road, {"state": "cancelled"}, at=moment(21, 20))
    found = foreseen(report)
    assert [(move.task, move.before, move.after) for move in found.moves] == [
        (yards, Progress(Decimal(75), Decimal(30)), Progress(Decimal("82.50"), Decimal(33)))
    ]
    assert [(passed.task, passed.why) for passed in found.passed_over] == [(road, Why.CLOSED)]
    acceptance = accept(report, office)
    assert acceptance.written == [move.task for move in found.moves]
    assert acceptance.passed_over == found.passed_over


def test_looking_ahead_writes_nothing(team, period, road, head):
    report = submitted(team, period, road, by=head)
    version = road.version
    foreseen(report)
    road.refresh_from_db()
    assert (road.version, road.percent) == (version, 40)


# Opening -------------------------------------------------------------------------------------------------------------


def test_the_first_opening_by_each_reader_is_kept(team, period, road, head, office, leader):
    submission = submitted(team, period, road, by=head).submissions.get()
    assert open_submission(submission, by=office, at=DECIDED)
    assert open_submission(submission, by=office, at=moment(23)) is None
    assert open_submission(submission, by=leader, at=moment(23))
    assert [(reading.by, reading.at) for reading in submission.readings.order_by("at")] == [
        (office, DECIDED),
        (leader, moment(23)),
    ]
    assert AuditEvent.objects.filter(verb="open_submission").count() == 2


def test_who_entered_a_paper_is_no_reader_of_it(team, period, road, office):
    report = save_report(
        team, period, Written(rows=[ReportRow(road.pk, no_change=True)]), behalf="纸质", by=office, at=DRAFTED
    )
    submission = submit_report(report, behalf="纸质", by=office, at=SUBMITTED)
    assert open_submission(submission, by=office, at=DECIDED) is None
    assert not submission.readings.exists()


@pytest.mark.parametrize(
    "who", ["head", "deputy", "liaison", "member", "other_head", "former_head", "centre", "auditor"]
)
def test_the_team_and_whoever_does_not_read_it_leave_no_reading(team, period, road, deputy, who, request):
    submission = submitted(team, period, road, by=deputy).submissions.get()
    with pytest.raises(NotAllowed):
        open_submission(submission, by=request.getfixturevalue(who), at=DECIDED)


# Several at once -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_reports(team, other_team, period, road, head, other_head):
    """Two teams' reports that wait."""
    return [
        submitted(team, period, road, by=head),
        submitted(other_team, period, factories.make_task(team=other_team), by=other_head),
    ]


def test_several_are_accepted_and_each_leaves_its_event(two_reports, office):
    acceptances = accept_reports(two_reports, by=office, at=DECIDED)
    assert [len(acceptance.written) for acceptance in acceptances] == [1, 1]
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {"accepted"}
    events = AuditEvent.objects.filter(verb="accept_report")
    assert {event.object_id for event in events} == {str(report.pk) for report in two_reports}


@pytest.mark.django_db(transaction=True)
def test_one_refused_refuses_all_and_is_named(two_reports, other_team, office):
    factories.MemberFactory(team=other_team, user=office)
    with pytest.raises(NotAllowed, match=other_team.short_name):
        accept_reports(two_reports, by=office, at=DECIDED)
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {"submitted"}
    assert not AuditEvent.objects.filter(verb="accept_report").exists()


@pytest.mark.django_db(transaction=True)
def test_one_decided_meanwhile_refuses_all(two_reports, office, office2):
    accept(two_reports[1], office2)
    with pytest.raises(WrongState, match=two_reports[1].team.short_name):
        accept_reports(two_reports, by=office, at=DECIDED)
    two_reports[0].refresh_from_db()
    assert two_reports[0].state == "submitted"


def test_of_one_teams_reports_the_later_period_wins(team, period, next_period, road, head, office):
    first = submitted(team, period, road, by=head)
    second = submitted(team, next_period, road, by=head, at=moment(31), percent="90")
    accept_reports([second, first], by=office, at=moment(31, 12))
    road.refresh_from_db()
    assert road.percent == 90


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [accept, give_back])
@pytest.mark.parametrize("state", ["draft", "returned", "accepted"])
def test_only_a_submitted_report_is_decided(team, period, road, head, office, verb, state):
    made = {
        "draft": lambda: drafted(team, period, road, by=head),
        "returned": lambda: returned(team, period, road, by=head, office=office),
        "accepted": lambda: accepted(team, period, road, by=head, office=office),
    }
    report = made[state]()
    with pytest.raises(WrongState):
        verb(report, office)


@pytest.mark.parametrize("verb", [accept, give_back])
def test_an_older_submission_is_not_decided_unseen(team, period, road, head, office, verb):
    report = returned(team, period, road, by=head, office=office)
    submit_report(report, by=head, at=moment(22, 12))
    with pytest.raises(WrongState, match="submitted again"):
        verb(report, office, seen=1)
    assert verb(report, office, seen=2)


@pytest.mark.parametrize("verb", [accept, give_back])
def test_who_entered_a_paper_does_not_review_it(team, period, road, office, office2, verb):
    written = Written(rows=[ReportRow(road.pk, percent=Decimal(55))])
    report = save_report(team, period, written, behalf="纸质", by=office, at=DRAFTED)
    submit_report(report, behalf="纸质", by=office, at=SUBMITTED)
    with pytest.raises(NotAllowed, match="has to review it"):
        verb(report, office)
    assert verb(report, office2)


@pytest.mark.parametrize("verb", [accept, give_back])
@pytest.mark.parametrize("part", ["head", "member"])
def test_a_person_of_the_office_who_is_in_the_team_does_not_review_it(team, period, road, deputy, office, verb, part):
    report = submitted(team, period, road, by=deputy)
    factories.MemberFactory(team=team, user=office, part=part)
    with pytest.raises(NotAllowed):
        verb(report, office)


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("verb", [accept, give_back])
def test_only_the_office_decides(team, period, road, head, verb, who, request):
    report = submitted(team, period, road, by=head)
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        verb(report, person)
    report.refresh_from_db()
    assert report.state == "submitted"
    assert not ReportDecision.objects.exists()


# Queries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 30])
def test_accepting_costs_the_same_for_two_tasks_and_thirty(team, period, head, office, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    report = submitted(team, period, *tasks, by=head)
    assert office.roles  # a page has asked for them already
    with query_budget("accept_report", "any number of tasks"):
        acceptance = accept(report, office)
    assert len(acceptance.written) == count


@pytest.mark.parametrize("count", [2, 30])
def test_returning_costs_the_same_for_two_tasks_and_thirty(team, period, head, office, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    report = submitted(team, period, *tasks, by=head)
    with query_budget("return_report", "any number of tasks"):
        give_back(report, office, reasons={task.pk: "请补充" for task in tasks})
    assert EntryReason.objects.count() == count


# Two at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_accepting_and_returning_at_once_decides_once(team, period, road, head, office, office2):
    submitted(team, period, road, by=head)
    before = AuditEvent.objects.count()

    def load(verb, person):
        def open_page():
            report = ProgressReport.objects.get()
            return lambda: verb(report, person, seen=1)

        return open_page

    outcomes = race(load(accept, office), load(give_back, office2))
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is WrongState
    decision = ReportDecision.objects.get()
    road.refresh_from_db()
    assert decision.accepted == (outcomes[0].error is None)
    assert road.percent == (55 if decision.accepted else 40)
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_team_accepted_at_once_leave_the_later(
    team, period, next_period, road, head, office, office2
):
    first = submitted(team, period, road, by=head)
    second = submitted(team, next_period, road, by=head, at=moment(31), percent="90")

    def load(report, person):
        def open_page():
            row = ProgressReport.objects.get(pk=report.pk)
            return lambda: accept(row, person, at=moment(31, 12))

        return open_page

    outcomes = race(load(first, office), load(second, office2))
    assert [outcome.error for outcome in outcomes] == [None, None]
    road.refresh_from_db()
    assert road.percent == 90


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_people_who_accept_the_same_reports_in_another_order_decide_once(two_reports, office, office2):
    def load(reports, person):
        def open_page():
            rows = [ProgressReport.objects.get(pk=report.pk) for report in reports]
            return lambda: accept_reports(rows, by=person, at=DECIDED)

        return open_page

    outcomes = race(load(two_reports, office), load(two_reports[::-1], office2))
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is WrongState
    assert ReportDecision.objects.count() == 2
    assert AuditEvent.objects.filter(verb="accept_report").count() == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_opened_twice_at_once_it_is_kept_once(team, period, road, head, office):
    submission = submitted(team, period, road, by=head).submissions.get()
    outcomes = race(*[lambda: lambda: open_submission(submission, by=office, at=DECIDED)] * 2)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert submission.readings.count() == 1

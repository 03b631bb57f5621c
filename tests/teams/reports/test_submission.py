"""The draft and its submission: what may be written, what is lacking, what is kept, who may."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.guards import PeriodNotOpen
from teams.models import (
    HelpRequest,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
    SubmittedEntry,
)
from teams.reports.completeness import ReportIncomplete
from teams.reports.drafts import SecondReport, save_report
from teams.reports.hand_over import hand_over_report
from teams.reports.owed_rows import tasks_owed
from teams.reports.periods import close_period
from teams.reports.review import accept_report
from teams.reports.status import reports_standing
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from tests import factories
from tests.racing import race
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import (
    DRAFTED,
    EVERYBODY,
    SUBMITTED,
    accepted,
    drafted,
    matter,
    moment,
    returned,
    step,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def row(task, **fields):
    """What is written of one task; numbers may be given as text."""
    return Written(
        rows=[
            ReportRow(
                task.pk,
                **{name: Decimal(value) if name in ("percent", "done") else value for name, value in fields.items()},
            )
        ]
    )


def entry_of(task):
    return ReportEntry.objects.get(task=task)


# What is owed --------------------------------------------------------------------------------------------------------


def test_owed_is_a_row_for_each_task_open_on_the_last_day(team, other_team, period, road, yards):
    factories.make_task(team=other_team)
    factories.make_task(team=team, at=moment(21, 0), start_on=date(2026, 10, 21))
    set_fields(
        yards, {"state": "closed_out", "asked_on": date(2026, 10, 20), "closed_on": date(2026, 10, 21)}, at=SUBMITTED
    )
    assert [owed.task for owed in tasks_owed(team, period, on=date(2026, 10, 22))] == [road, yards]


def test_while_the_period_runs_the_tasks_open_now_are_owed(team, period, road, yards):
    set_fields(yards, {"state": "cancelled"}, at=moment(15))
    assert [owed.task for owed in tasks_owed(team, period, on=date(2026, 10, 16))] == [road]


def test_a_report_opens_with_what_was_accepted_last(team, period, next_period, road, head, office):
    accepted(team, period, road, by=head, office=office, percent="55")
    yards = factories.make_task(team=team, at=moment(21, 8), target=40, unit="个村", done=30, percent=75)
    before = {owed.task: owed.before for owed in tasks_owed(team, next_period, on=date(2026, 10, 25))}
    assert before[road].percent == 55
    assert (before[yards].percent, before[yards].done) == (75, 30)


def test_an_older_report_opens_with_what_was_accepted_before_it(team, period, next_period, road, head, office):
    accepted(team, next_period, road, by=head, office=office, at=moment(31), decided=moment(31, 12), percent="90")
    (owed,) = tasks_owed(team, period, on=date(2026, 10, 31))
    assert owed.before.percent == 40


@pytest.mark.parametrize("on", [date(2026, 10, 15), date(2026, 10, 22)])
def test_a_task_is_planned_and_lit_as_of_the_last_day_or_today(team, period, road, on):
    (owed,) = tasks_owed(team, period, on=on)
    assert owed.on == min(on, date(2026, 10, 20))


# Saving a draft ------------------------------------------------------------------------------------------------------


def test_whoever_saves_first_begins_the_report(team, period, road, yards, liaison):
    report = save_report(
        team,
        period,
        Written(
            rows=[
                ReportRow(road.pk, percent=Decimal("52.5"), text=" 完成路面 "),
                ReportRow(yards.pk, done=Decimal(32)),
            ],
            matters=[matter("林地手续", team.departments.get().department), matter("")],
            steps=[step("贯通三标段", date(2026, 11, 20)), step("  ", None)],
        ),
        seen=0,
        by=liaison,
        at=DRAFTED,
    )
    assert (report.state, report.version) == ("draft", 1)
    assert (entry_of(road).percent, entry_of(road).text) == (Decimal("52.50"), "完成路面")
    assert (entry_of(yards).done, entry_of(yards).percent) == (32, None)
    assert [str(line) for line in report.help_requests.all()] == ["林地手续"]
    assert [(line.text, line.due_on) for line in report.next_steps.all()] == [("贯通三标段", date(2026, 11, 20))]


def test_a_number_as_before_is_not_kept_so_that_it_follows_what_is_accepted(team, period, road, liaison):
    save_report(team, period, row(road, percent="40.00", text="例行检查"), by=liaison, at=DRAFTED)
    assert entry_of(road).percent is None


def test_rows_and_lines_that_are_not_named_stay(team, period, road, yards, liaison):
    first = Written(
        rows=[ReportRow(road.pk, no_change=True), ReportRow(yards.pk, done=Decimal(31))],
        matters=[matter("一"), matter("二")],
        steps=[step("甲")],
    )
    report = save_report(team, period, first, by=liaison, at=DRAFTED)
    save_report(team, period, row(yards, done="32"), by=liaison, at=DRAFTED)
    assert entry_of(road).no_change
    assert report.help_requests.count() == 2
    assert report.next_steps.count() == 1


def test_lines_keep_their_rows_and_left_over_ones_go(team, period, liaison):
    report = save_report(
        team, period, Written(matters=[matter("一"), matter("二"), matter("三")]), by=liaison, at=DRAFTED
    )
    keys = list(report.help_requests.values_list("pk", flat=True))
    save_report(team, period, Written(matters=[matter("二"), matter("三")]), by=liaison, at=DRAFTED)
    assert list(report.help_requests.values_list("pk", "text")) == [(keys[1], "二"), (keys[2], "三")]
    save_report(team, period, Written(matters=[matter("三"), matter("四")]), by=liaison, at=DRAFTED)
    assert list(report.help_requests.values_list("pk", "text")) == [(keys[2], "三"), (keys[1], "四")]


def test_saving_the_same_again_writes_nothing(team, period, road, liaison):
    lines = {"matters": [matter("一")], "steps": [step("甲", date(2026, 11, 1))]}
    drafted(team, period, road, by=liaison, **lines)
    report = drafted(team, period, road, by=liaison, **lines)
    assert report.version == 1
    assert AuditEvent.objects.count() == 1


def test_the_audit_event_names_what_changed_and_holds_no_text(team, period, road, liaison):
    drafted(team, period, road, by=liaison)
    save_report(team, period, row(road, percent="60", text="完成"), by=liaison, at=DRAFTED)
    change = json.loads(AuditEvent.objects.order_by("pk").last().change)
    assert set(change["rows"][str(road.number)]) == {"percent", "text"}


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_percent_lies_between_0_and_100(team, period, road, liaison, percent):
    with pytest.raises(Invalid) as refusal:
        save_report(team, period, row(road, percent=percent), by=liaison, at=DRAFTED)
    assert "between 0 and 100" in str(refusal.value.fields[f"row-{road.pk}-percent"])
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("done", ["-1", "-0.01", "NaN"])
def test_a_count_is_0_or_more(team, period, yards, liaison, done):
    with pytest.raises(Invalid) as refusal:
        save_report(team, period, row(yards, done=done), by=liaison, at=DRAFTED)
    assert "0 or more" in str(refusal.value.fields[f"row-{yards.pk}-done"])


def test_two_decimals_are_enough(team, period, road, liaison):
    with pytest.raises(Invalid) as refusal:
        save_report(team, period, row(road, percent="40.125"), by=liaison, at=DRAFTED)
    assert "two decimals" in str(refusal.value.fields[f"row-{road.pk}-percent"])


def test_a_line_has_words_and_not_too_many(team, period, liaison):
    lines = Written(
        matters=[matter("", team.departments.get().department), matter("长" * 501)],
        steps=[step("", date(2026, 11, 1))],
    )
    with pytest.raises(Invalid) as refusal:
        save_report(team, period, lines, by=liaison, at=DRAFTED)
    assert set(refusal.value.fields) == {"matter-0-text", "matter-1-text", "step-0-text"}


def test_a_task_of_another_team_is_refused(team, other_team, period, liaison):
    foreign = factories.make_task(team=other_team)
    with pytest.raises(Invalid, match="does not belong to this team"):
        save_report(team, period, row(foreign, percent="50"), by=liaison, at=DRAFTED)


def test_what_was_typed_of_a_task_closed_meanwhile_is_kept_but_not_submitted(team, period, road, yards, head):
    set_fields(yards, {"state": "cancelled"}, at=moment(15))
    save_report(
        team,
        period,
        Written(rows=[ReportRow(road.pk, no_change=True), ReportRow(yards.pk, done=Decimal(31))]),
        by=head,
        at=moment(20, 9),
    )
    submission = submit_report(ProgressReport.objects.get(), by=head, at=moment(20, 10))
    assert entry_of(yards).done == 31
    assert [entry.task for entry in submission.entries.all()] == [road]


# When a period takes reports -----------------------------------------------------------------------------------------


def test_a_period_that_has_not_begun_takes_no_draft(team, next_period, liaison):
    with pytest.raises(PeriodNotOpen, match="begins on 2026-10-21"):
        save_report(team, next_period, Written(), by=liaison, at=moment(20, 23))


def test_a_running_period_takes_drafts_but_no_report_before_its_last_day(team, next_period, road, head):
    report = drafted(team, next_period, road, by=head, at=moment(27))
    with pytest.raises(PeriodNotOpen, match="runs until 2026-10-31"):
        submit_report(report, by=head, at=moment(30, 23))
    submit_report(report, by=head, at=moment(31, 8))


def test_a_closed_period_takes_neither(team, period, road, head, office):
    report = drafted(team, period, road, by=head)
    close_period(period, by=office, at=moment(22))
    with pytest.raises(PeriodNotOpen, match="closed on 2026-10-22"):
        save_report(team, period, row(road, percent="60"), by=head, at=moment(23))
    with pytest.raises(PeriodNotOpen, match="closed on 2026-10-22"):
        submit_report(report, by=head, at=moment(23))


@pytest.mark.parametrize("days", [{"established_on": date(2026, 10, 21)}, {"closed_on": date(2026, 10, 19)}])
def test_a_team_that_did_not_exist_on_the_last_day_owes_none(team, period, head, days):
    SpecialTeam.objects.filter(pk=team.pk).update(**days)
    with pytest.raises(PeriodNotOpen, match="did not exist on 2026-10-20"):
        save_report(team, period, Written(), by=head, at=SUBMITTED)


@pytest.mark.parametrize("days", [{"established_on": date(2026, 10, 20)}, {"closed_on": date(2026, 10, 20)}])
def test_a_team_that_existed_on_the_last_day_alone_owes_one(team, period, head, days):
    SpecialTeam.objects.filter(pk=team.pk).update(**days)
    team.refresh_from_db()
    assert ReportingPeriod.objects.with_counts().get().owed == 1
    assert list(reports_standing([period], [team], at=SUBMITTED)[0].statuses) == [team.pk]
    assert save_report(team, period, Written(), by=head, at=SUBMITTED)


def test_a_team_reports_in_periods_of_its_own_action(team, head):
    foreign = factories.PeriodFactory()
    with pytest.raises(PeriodNotOpen):
        save_report(team, foreign, Written(), by=head, at=DRAFTED)


# Stale forms ---------------------------------------------------------------------------------------------------------


def test_a_stale_form_is_told_what_differs_and_overwrites_nothing(team, period, road, head, liaison):
    report = drafted(team, period, road, by=liaison, percent="50")
    drafted(team, period, road, by=head, percent="60", steps=[step("甲")])
    with pytest.raises(Stale) as refusal:
        save_report(
            team,
            period,
            Written(rows=[ReportRow(road.pk, percent=Decimal(55), text="另一说法")], steps=[step("乙")]),
            seen=report.version,
            by=liaison,
            at=DRAFTED,
        )
    differences = {str(each.field): (each.theirs, each.yours) for each in refusal.value.changes}
    assert differences[f"{road}: percent done"] == ("60.00", "55")
    assert differences["next step"] == ("甲", "乙")
    assert refusal.value.version == 2
    assert entry_of(road).percent == 60


def test_a_second_report_for_the_period_is_refused(team, period, road, head, liaison):
    drafted(team, period, road, by=liaison, percent="50")
    with pytest.raises(SecondReport, match="already started your team's report for this period") as refusal:
        save_report(team, period, row(road, percent="60"), seen=0, by=head, at=DRAFTED)
    assert refusal.value.version == 1
    assert ProgressReport.objects.count() == 1


def test_submitting_what_somebody_else_has_changed_is_refused(team, period, road, head, liaison):
    report = drafted(team, period, road, by=head, percent="50")
    drafted(team, period, road, by=liaison, percent="60")
    with pytest.raises(Stale):
        submit_report(report, seen=1, by=head, at=SUBMITTED)


# Completeness --------------------------------------------------------------------------------------------------------


def test_each_open_task_needs_an_entry_or_no_change(team, period, road, yards, head):
    report = save_report(team, period, row(road, percent="40"), by=head, at=DRAFTED)
    with pytest.raises(ReportIncomplete) as refusal:
        submit_report(report, by=head, at=SUBMITTED)
    assert refusal.value.tasks == [road, yards]
    assert "percent" in str(refusal.value.fields[f"row-{road.pk}-percent"])
    assert "count" in str(refusal.value.fields[f"row-{yards.pk}-done"])
    assert not ReportSubmission.objects.exists()


@pytest.mark.parametrize("entry", [{"percent": "41"}, {"text": "例行检查"}, {"no_change": True}])
def test_a_number_a_word_or_no_change_is_an_entry(team, period, road, head, entry):
    report = save_report(team, period, row(road, **entry), by=head, at=DRAFTED)
    assert submit_report(report, by=head, at=SUBMITTED).number == 1


def test_a_percent_that_goes_down_needs_a_reason(team, period, road, head):
    report = save_report(team, period, row(road, percent="38", text="返工"), by=head, at=DRAFTED)
    with pytest.raises(ReportIncomplete) as refusal:
        submit_report(report, by=head, at=SUBMITTED)
    assert "2 percentage points less" in str(refusal.value.fields[f"row-{road.pk}-reason"])
    save_report(team, period, row(road, percent="38", text="返工", reason="两处返工"), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)


def test_a_count_that_goes_down_needs_a_reason(team, period, yards, head):
    report = save_report(team, period, row(yards, done="28"), by=head, at=DRAFTED)
    with pytest.raises(ReportIncomplete) as refusal:
        submit_report(report, by=head, at=SUBMITTED)
    assert "2 个村 fewer" in str(refusal.value.fields[f"row-{yards.pk}-reason"])


def test_no_change_with_another_number_is_a_contradiction(team, period, road, head):
    report = save_report(team, period, row(road, percent="45", no_change=True), by=head, at=DRAFTED)
    with pytest.raises(ReportIncomplete) as refusal:
        submit_report(report, by=head, at=SUBMITTED)
    assert "40%" in str(refusal.value.fields[f"row-{road.pk}-percent"])


# What is kept --------------------------------------------------------------------------------------------------------


def test_the_percent_follows_from_the_count(team, period, yards, head):
    report = save_report(team, period, row(yards, done="33"), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    kept = SubmittedEntry.objects.get()
    assert (kept.done, kept.percent) == (33, Decimal("82.50"))


def test_no_change_keeps_the_number_from_before(team, period, yards, head):
    report = save_report(team, period, row(yards, no_change=True), by=head, at=DRAFTED)
    submit_report(report, by=head, at=SUBMITTED)
    kept = SubmittedEntry.objects.get()
    assert (kept.no_change, kept.done, kept.percent) == (True, 30, 75)


def test_the_whole_report_is_kept_as_one_document(team, period, road, head):
    department = team.departments.get().department
    submitted(
        team, period, road, by=head, matters=[matter("林地手续", department)], steps=[step("贯通", date(2026, 11, 20))]
    )
    submission = ReportSubmission.objects.get()
    document = json.loads(submission.document)
    assert submission.sha256 == sha256(submission.document.encode()).hexdigest()
    assert document["rows"][0] | {"lamp": "", "planned": ""} == {
        "task": road.pk,
        "year": 2026,
        "number": road.number,
        "title": road.title,
        "department": road.lead_department.name,
        "due_on": "2026-11-30",
        "target": None,
        "unit": "",
        "lamp": "",
        "planned": "",
        "before": {"percent": "40.00", "done": None},
        "percent": "55.00",
        "done": None,
        "no_change": False,
        "text": "完成二标段路面1.2公里",
        "reason": "",
        "asks_close_out": False,
        "asks_due_on": None,
        "ask_reason": "",
        "confirmed": None,
        "confirmed_unfinished": None,
        "evidence": [],
    }
    assert document["rows"][0]["planned"] == "85.04"
    assert document["help_requests"] == [{"text": "林地手续", "to": department.name, "due_on": None}]
    assert document["next_steps"] == [{"text": "贯通", "due_on": "2026-11-20"}]
    assert document["followed"] == []
    assert document["submitted_by"] == head.name


def test_editing_a_returned_report_never_changes_what_was_kept(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office)
    kept = ReportSubmission.objects.values().get()
    entries = list(SubmittedEntry.objects.values())
    save_report(team, period, row(road, percent="70", text="另一说法"), by=head, at=moment(22, 12))
    submit_report(report, by=head, at=moment(22, 13))
    assert ReportSubmission.objects.filter(number=1).values().get() == kept
    assert list(SubmittedEntry.objects.filter(submission__number=1).values()) == entries
    assert SubmittedEntry.objects.get(submission__number=2).percent == 70


def test_a_report_on_the_last_minute_is_on_time(team, period, road, head):
    submitted(team, period, road, by=head, at=moment(21, 18))
    report = ProgressReport.objects.get()
    assert report.on_time
    assert ReportSubmission.objects.get().on_time


def test_a_minute_later_is_late(team, period, road, head):
    submitted(team, period, road, by=head, at=moment(21, 18, 1))
    assert ProgressReport.objects.get().on_time is False
    assert not ReportSubmission.objects.get().on_time


def test_late_resubmission_keeps_the_first_time(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office)
    submit_report(report, by=head, at=moment(24))
    report.refresh_from_db()
    assert (report.first_submitted_at, report.submitted_at) == (SUBMITTED, moment(24))
    assert report.on_time
    assert ReportSubmission.objects.get(number=2).on_time


def test_a_late_first_submission_stays_late(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office, at=moment(21, 19))
    submit_report(report, by=head, at=moment(22, 12))
    assert [each.on_time for each in ReportSubmission.objects.all()] == [False, False]


def test_a_returned_report_past_its_day_is_overdue(team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office, resubmit_by=date(2026, 10, 23))
    assert not report.is_overdue(moment(23, 23, 59))
    assert report.is_overdue(moment(24, 0))
    submit_report(report, by=head, at=moment(25))
    report.refresh_from_db()
    assert not report.is_overdue(moment(26))
    assert report.on_time


def test_a_draft_past_its_due_time_is_overdue(team, period, road, head):
    report = drafted(team, period, road, by=head)
    assert not report.is_overdue(period.due_at)
    assert report.is_overdue(moment(21, 18, 1))


def test_submitting_is_one_event_and_tells_the_office(team, period, road, head, office, office2):
    report = drafted(team, period, road, by=head)
    submit_report(report, by=head, at=SUBMITTED)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["save_report", "submit_report"]
    notices = Notice.objects.all()
    assert {notice.to for notice in notices} == {office, office2}
    assert notices[0].url == f"/reports/review/{report.pk}/"
    assert "2026-10, days 11–20" in notices[0].sentence


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_what_lies_at_the_office_is_neither_edited_nor_submitted(team, period, road, head, office, state):
    report = submitted(team, period, road, by=head)
    if state == "accepted":
        report = accept(report, office)
    with pytest.raises(WrongState, match="cannot be edited"):
        save_report(team, period, row(road, percent="60"), by=head, at=moment(22))
    with pytest.raises(WrongState):
        submit_report(report, by=head, at=moment(22))
    assert ReportSubmission.objects.count() == 1


def accept(report, office):
    accept_report(report, by=office, at=moment(21, 20))
    report.refresh_from_db()
    return report


# Handing over --------------------------------------------------------------------------------------------------------


def test_the_liaison_tells_head_and_deputies_that_it_is_complete(team, period, road, head, deputy, liaison):
    report = drafted(team, period, road, by=liaison)
    hand_over_report(report, seen=1, by=liaison, at=DRAFTED)
    assert {notice.to for notice in Notice.objects.all()} == {head, deputy}
    assert liaison.name in Notice.objects.all()[0].sentence
    assert AuditEvent.objects.filter(verb="hand_over_report").count() == 1


def test_an_incomplete_draft_is_not_handed_over(team, period, road, yards, liaison):
    report = drafted(team, period, road, by=liaison)
    with pytest.raises(ReportIncomplete) as refusal:
        hand_over_report(report, by=liaison, at=DRAFTED)
    assert refusal.value.tasks == [yards]


def test_a_submitted_report_is_not_handed_over(team, period, road, head, liaison):
    report = submitted(team, period, road, by=head)
    with pytest.raises(WrongState):
        hand_over_report(report, by=liaison, at=SUBMITTED)


# On paper ------------------------------------------------------------------------------------------------------------


def test_the_office_enters_what_came_on_paper_and_says_which(team, period, road, office):
    paper = "纸质报告，组长签字，10月21日收"
    report = save_report(team, period, row(road, percent="55"), behalf=paper, by=office, at=SUBMITTED)
    submission = submit_report(report, behalf=paper, by=office, at=SUBMITTED)
    assert (submission.by, submission.behalf) == (office, paper)
    assert set(AuditEvent.objects.values_list("behalf", flat=True)) == {paper}


def test_without_a_paper_the_office_writes_no_report(team, period, road, office):
    with pytest.raises(NotAllowed):
        save_report(team, period, row(road, percent="55"), by=office, at=DRAFTED)


# Who may -------------------------------------------------------------------------------------------------------------

MAY = {
    "save_report": {"head", "deputy", "liaison"},
    "hand_over_report": {"head", "deputy", "liaison"},
    "submit_report": {"head", "deputy"},
    "enter_paper": {"office"},
}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", MAY)
def test_who_may_write(team, period, road, head, verb, who, request):
    person = request.getfixturevalue(who)
    report = drafted(team, period, road, by=head)
    calls = {
        "save_report": lambda: save_report(team, period, row(road, percent="60"), by=person, at=DRAFTED),
        "hand_over_report": lambda: hand_over_report(report, by=person, at=DRAFTED),
        "submit_report": lambda: submit_report(report, by=person, at=DRAFTED),
        "enter_paper": lambda: submit_report(report, behalf="纸质", by=person, at=DRAFTED),
    }
    if who in MAY[verb]:
        calls[verb]()
        return
    with pytest.raises(NotAllowed):
        calls[verb]()
    assert AuditEvent.objects.count() == 1


SEES = {"office", "leader", "head", "deputy", "liaison", "member"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_drafts_and_what_is_kept_are_seen_by_the_team_the_office_and_leaders(
    team, period, road, head, office, who, request
):
    person = request.getfixturevalue(who)
    returned(team, period, road, by=head, office=office, matters=[matter("一")], steps=[step("甲")])
    for model in (ProgressReport, ReportEntry, HelpRequest, NextStep, ReportSubmission, SubmittedEntry):
        assert model.objects.visible_to(person).exists() == (who in SEES), model


# Queries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 40])
def test_submitting_costs_the_same_for_two_tasks_and_forty(team, period, head, office, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    report = drafted(team, period, *tasks, by=head, at=SUBMITTED, matters=[matter("一")], steps=[step("甲")])
    with query_budget("submit_report", "any number of tasks"):
        submit_report(report, by=head, at=SUBMITTED)
    assert SubmittedEntry.objects.count() == count


@pytest.mark.parametrize("count", [2, 40])
def test_submitting_again_costs_no_more(team, period, head, office, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    report = returned(team, period, *tasks, by=head, office=office, matters=[matter("一")], steps=[step("甲")])
    with query_budget("submit_report", "again, any number of tasks"):
        submit_report(report, by=head, at=moment(22, 12))


@pytest.mark.parametrize("count", [2, 40])
def test_saving_costs_the_same_for_two_tasks_and_forty(team, period, head, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    drafted(team, period, *tasks, by=head, at=SUBMITTED)
    with query_budget("save_report", "any number of tasks"):
        drafted(team, period, *tasks, by=head, at=SUBMITTED, percent="60")


# Two at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_submit_at_once_submit_once(team, period, road, head, deputy):
    drafted(team, period, road, by=head)
    before = AuditEvent.objects.count()

    def load(person):
        def open_form():
            report = ProgressReport.objects.get()
            return lambda: submit_report(report, seen=report.version, by=person, at=SUBMITTED)

        return open_form

    outcomes = race(load(head), load(deputy))
    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert [type(error) for error in errors] == [Stale]
    assert ReportSubmission.objects.count() == 1
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_same_draft_lose_nothing(team, period, road, head, liaison):
    drafted(team, period, road, by=head, percent="50")
    before = AuditEvent.objects.count()

    def load(person, percent):
        def open_form():
            report = ProgressReport.objects.get()
            return lambda: save_report(
                team, period, row(road, percent=percent), seen=report.version, by=person, at=DRAFTED
            )

        return open_form

    outcomes = race(load(head, "60"), load(liaison, "70"))
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    winner = "60.00" if outcomes[0].error is None else "70.00"
    loser = {"60.00": "70", "70.00": "60"}[winner]
    assert type(error) is Stale
    assert (error.changes[0].theirs, error.changes[0].yours) == (winner, loser)
    assert str(entry_of(road).percent) == winner
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_begin_the_same_report_begin_one(team, period, road, head, liaison):
    def load(person, percent):
        return lambda: lambda: save_report(team, period, row(road, percent=percent), seen=0, by=person, at=DRAFTED)

    outcomes = race(load(head, "60"), load(liaison, "70"))
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [SecondReport]
    assert ProgressReport.objects.count() == 1
    assert AuditEvent.objects.count() == 1

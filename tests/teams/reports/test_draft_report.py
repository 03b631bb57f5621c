"""A draft as it stands: what its rows and lines lack, and what of a line can still be changed."""

import json
from datetime import date
from decimal import Decimal

import pytest

from governance.records.refusals import Invalid
from teams.models import HelpRequest, NextStep, ReportEntry
from teams.reports.completeness import CompleteReport, ReportIncomplete
from teams.reports.draft_report import DraftReport
from teams.reports.drafts import save_report
from teams.reports.matters import answer_matter, assign_matter
from teams.reports.submission import submit_report
from teams.reports.written import Followed, Matter, NextStepLine, ReportRow, Written
from tests.teams.sample_reports import DECIDED, DRAFTED, accepted, moment, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ON = DRAFTED.date()


def read(report, on=ON):
    return DraftReport.of(report.team, report.period, report, on=on, entries=report.entries.all())


def test_before_anybody_has_written_each_task_has_a_row_that_lacks_a_number(team, period, road, yards):
    draft = DraftReport.of(team, period, None, on=ON, entries=())
    assert [(row.owed.task, list(row.lacks)) for row in draft.rows] == [(road, ["percent"]), (yards, ["done"])]
    assert (draft.missing, draft.is_complete, draft.matters, draft.steps, draft.said) == (2, False, [], [], [])


def test_what_lacks_something_is_what_submitting_refuses(team, period, next_period, road, yards, head, office):
    submitted(
        team,
        period,
        road,
        yards,
        by=head,
        steps=[NextStepLine("完成清表", date(2026, 11, 5)), NextStepLine("移栽苗木", date(2026, 11, 5))],
    )
    report = save_report(
        team, next_period, Written([ReportRow(road.pk, no_change=True)]), by=head, at=moment(31, month=10)
    )
    draft = read(report, on=date(2026, 10, 31))
    with pytest.raises(ReportIncomplete) as refusal:
        CompleteReport.of(report, on=date(2026, 10, 31))
    assert refusal.value.fields == draft.faults()
    assert refusal.value.tasks == [row.owed.task for row in draft.lacking] == [yards]
    assert refusal.value.steps == draft.unsaid
    assert draft.missing == 3


def test_of_last_time_a_step_that_was_not_done_needs_its_reason(team, period, next_period, road, head):
    submitted(
        team,
        period,
        road,
        by=head,
        steps=[NextStepLine("完成清表", date(2026, 11, 5)), NextStepLine("移栽苗木", date(2026, 11, 5))],
    )
    cleared, planted = NextStep.objects.of_last_time(team, next_period)
    followed = [Followed(cleared.pk, "partly"), Followed(planted.pk, "not")]
    report = save_report(team, next_period, Written(followed=followed), by=head, at=moment(31, month=10))
    draft = read(report, on=date(2026, 10, 31))
    assert (draft.said, draft.unsaid) == ([cleared, planted], [planted])
    assert f"last-{planted.pk}-reason" in draft.faults()


@pytest.mark.parametrize(
    ("row", "telling", "quiet"),
    [
        ({"no_change": True}, 0, 1),
        ({"no_change": True, "text": "验收材料已报"}, 1, 0),
        ({"percent": Decimal(60)}, 1, 0),
        ({"no_change": True, "asks_due_on": date(2026, 12, 31)}, 1, 0),
    ],
)
def test_a_row_is_quiet_where_there_is_nothing_to_look_at(team, period, road, head, row, telling, quiet):
    report = save_report(team, period, Written([ReportRow(road.pk, **row)]), by=head, at=DRAFTED)
    draft = read(report)
    assert (len(draft.telling), len(draft.quiet)) == (telling, quiet)


@pytest.mark.parametrize(("done", "asked"), [("79", False), ("80", True), ("9999", True)])
def test_a_count_far_above_its_target_is_asked_until_somebody_says_it_is_right(team, period, yards, head, done, asked):
    report = save_report(team, period, Written([ReportRow(yards.pk, done=Decimal(done))]), by=head, at=DRAFTED)
    [row] = read(report).rows
    assert (list(row.lacks) == ["confirmed"]) is asked
    confirmed = ReportRow(yards.pk, done=Decimal(done), confirmed=Decimal(done))
    [row] = read(save_report(team, period, Written([confirmed]), by=head, at=DRAFTED)).rows
    assert (row.lacks, row.is_confirmed, row.entry.confirmed is not None) == ({}, asked, asked)


def test_another_number_is_asked_again(team, period, road, head):
    row = ReportRow(road.pk, percent=Decimal(71), confirmed=Decimal(71))
    save_report(team, period, Written([row]), by=head, at=DRAFTED)
    again = ReportRow(road.pk, percent=Decimal(99), confirmed=Decimal(71))
    [row] = read(save_report(team, period, Written([again]), by=head, at=DRAFTED)).rows
    assert str(row.lacks["confirmed"]) == (
        "40% → 99%: 59 points more than last accepted. Is that correct? Tick to confirm, or change the number."
    )
    assert row.entry.confirmed is None


def test_close_out_below_the_target_is_asked_again_at_this_number(team, period, yards, head):
    def written(done, **more):
        row = ReportRow(yards.pk, done=Decimal(done), text="全部开工", **more)
        [row] = read(save_report(team, period, Written([row]), by=head, at=DRAFTED)).rows
        return row

    row = written("36", asks_close_out=True)
    assert {name: str(words) for name, words in row.lacks.items()} == {
        "confirmed_unfinished": "36 of 40 个村: request close-out anyway? Tick to confirm, or untick the close-out."
    }
    assert written("36", asks_close_out=True, confirmed_unfinished=Decimal(36)).lacks == {}
    row = written("32", asks_close_out=True, confirmed_unfinished=Decimal(36))
    assert (list(row.lacks), row.entry.confirmed_unfinished) == (["confirmed_unfinished"], None)
    assert written("40", asks_close_out=True).lacks == {}
    row = written("36", confirmed_unfinished=Decimal(36))
    assert (row.lacks, row.entry.confirmed_unfinished) == ({}, None)


def test_that_a_jump_is_right_does_not_say_that_close_out_is_meant(team, period, road, head):
    row = ReportRow(road.pk, percent=Decimal(80), confirmed=Decimal(80), asks_close_out=True)
    [row] = read(save_report(team, period, Written([row]), by=head, at=DRAFTED)).rows
    assert (row.is_confirmed, list(row.lacks)) == (True, ["confirmed_unfinished"])
    row = ReportRow(road.pk, percent=Decimal(80), asks_close_out=True)
    [row] = read(save_report(team, period, Written([row]), by=head, at=DRAFTED)).rows
    assert list(row.lacks) == ["confirmed", "confirmed_unfinished"]


def test_close_out_of_a_task_without_change_is_asked_too(team, period, road, head):
    row = ReportRow(road.pk, no_change=True, text="已完工", asks_close_out=True)
    [row] = read(save_report(team, period, Written([row]), by=head, at=DRAFTED)).rows
    assert (list(row.lacks), row.unfinished_words) == (["confirmed_unfinished"], "40%")
    row = ReportRow(road.pk, no_change=True, text="已完工", asks_close_out=True, confirmed_unfinished=Decimal(40))
    [row] = read(save_report(team, period, Written([row]), by=head, at=DRAFTED)).rows
    assert row.lacks == {}


def test_a_next_step_needs_its_day(team, period, road, head):
    rows = [ReportRow(road.pk, no_change=True)]
    report = save_report(team, period, Written(rows, steps=[NextStepLine("移栽苗木")]), by=head, at=DRAFTED)
    draft = read(report)
    assert draft.faults() == {f"step-{draft.steps[0].handle}-due_on": NextStep.DAY_MISSING}
    assert draft.missing == 1


def test_a_step_that_is_not_due_yet_comes_again_in_the_next_report(team, period, next_period, road, head, office):
    steps = [NextStepLine("完成清表", date(2026, 10, 31)), NextStepLine("移栽苗木", date(2026, 11, 5))]
    accepted(team, period, road, by=head, office=office, steps=steps)
    due, later = NextStep.objects.of_last_time(team, next_period)
    at = moment(31, month=10)
    with pytest.raises(Invalid) as refusal:
        save_report(team, next_period, Written(followed=[Followed(due.pk, "not_due")]), by=head, at=at)
    assert list(refusal.value.fields) == [f"last-{due.pk}-outcome"]
    rows = [ReportRow(road.pk, no_change=True)]
    followed = [Followed(due.pk, "done"), Followed(later.pk, "not_due")]
    report = save_report(team, next_period, Written(rows, followed=followed), by=head, at=at)
    submission = submit_report(report, by=head, at=at)
    assert [(step.text, step.due_on) for step in report.next_steps.all()] == [("移栽苗木", date(2026, 11, 5))]
    assert json.loads(submission.document)["next_steps"] == [{"text": "移栽苗木", "due_on": "2026-11-05"}]
    assert json.loads(submission.document)["followed"][1]["outcome"] == "not_due"


def test_a_matter_keeps_its_day_once_passed_on_and_its_words_once_answered(matter, office, forester):
    assert (matter.settled_words(), matter.held_fields()) == (None, frozenset())
    matter = assign_matter(matter, owner=forester, due_on=date(2026, 11, 1), by=office, at=DECIDED)
    assert (matter.settled_words(), matter.held_fields()) == (None, {"due_on"})
    matter = answer_matter(matter, answer="已批复", by=forester, at=DECIDED)
    assert "answered on" in str(matter.settled_words())


def test_a_next_step_that_was_followed_up_stays(team, period, next_period, road, head):
    submitted(team, period, road, by=head, steps=[NextStepLine("完成清表", date(2026, 11, 5))])
    step = NextStep.objects.get()
    assert step.settled_words() is None
    save_report(team, next_period, Written(followed=[Followed(step.pk, "done")]), by=head, at=moment(31, month=10))
    step.refresh_from_db()
    assert "followed up" in str(step.settled_words())


def test_a_line_that_is_read_comes_back_as_it_was_written(team, period, liaison, forestry):
    written = Matter("林地手续", forestry, date(2026, 10, 30)), NextStepLine("完成清表", date(2026, 11, 5))
    save_report(team, period, Written(matters=written[:1], steps=written[1:]), by=liaison, at=DRAFTED)
    assert (Matter.of(HelpRequest.objects.get()), NextStepLine.of(NextStep.objects.get())) == written


def test_what_is_written_in_a_row_or_a_line_is_named_by_its_model():
    for model, written in ((ReportEntry, ReportRow), (HelpRequest, Matter), (NextStep, NextStepLine)):
        assert set(model.WRITTEN) == set(written.__dataclass_fields__) - {"task_id", "key", "seen"}

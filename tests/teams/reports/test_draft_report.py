"""A draft as it stands: what its rows and lines lack, and what of a line can still be changed."""

from datetime import date
from decimal import Decimal

import pytest

from teams.models import HelpRequest, NextStep, ReportEntry
from teams.reports.completeness import CompleteReport, ReportIncomplete
from teams.reports.draft_report import DraftReport
from teams.reports.drafts import save_report
from teams.reports.matters import answer_matter, assign_matter
from teams.reports.written import Followed, Matter, NextStepLine, ReportRow, Written
from tests.teams.sample_reports import DECIDED, DRAFTED, moment, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ON = DRAFTED.date()


def read(report, on=ON):
    return DraftReport.of(report.team, report.period, report, on=on, entries=report.entries.all())


def test_before_anybody_has_written_each_task_has_a_row_that_lacks_a_number(team, period, road, yards):
    draft = DraftReport.of(team, period, None, on=ON, entries=())
    assert [(row.owed.task, list(row.lacks)) for row in draft.rows] == [(road, ["percent"]), (yards, ["done"])]
    assert (draft.missing, draft.is_complete, draft.matters, draft.steps, draft.said) == (2, False, [], [], [])


def test_what_lacks_something_is_what_submitting_refuses(team, period, next_period, road, yards, head, office):
    submitted(team, period, road, yards, by=head, steps=[NextStepLine("完成清表"), NextStepLine("移栽苗木")])
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
    submitted(team, period, road, by=head, steps=[NextStepLine("完成清表"), NextStepLine("移栽苗木")])
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


def test_a_matter_keeps_its_day_once_passed_on_and_its_words_once_answered(matter, office, forester):
    assert (matter.settled_words(), matter.held_fields()) == (None, frozenset())
    matter = assign_matter(matter, owner=forester, due_on=date(2026, 11, 1), by=office, at=DECIDED)
    assert (matter.settled_words(), matter.held_fields()) == (None, {"due_on"})
    matter = answer_matter(matter, answer="已批复", by=forester, at=DECIDED)
    assert "answered on" in str(matter.settled_words())


def test_a_next_step_that_was_followed_up_stays(team, period, next_period, road, head):
    submitted(team, period, road, by=head, steps=[NextStepLine("完成清表")])
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

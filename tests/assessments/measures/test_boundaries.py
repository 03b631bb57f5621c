"""The moments at which the measures turn: midnight in Shanghai, the cut-off, a team's last day."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from governance.clock import SHANGHAI
from teams.models import CloseOut
from tests.assessments import work
from tests.factories import TeamFactory, UserFactory, make_task

pytestmark = pytest.mark.django_db

BEGINS = datetime(2026, 7, 1, 0, 0, tzinfo=SHANGHAI)
ENDS = datetime(2026, 10, 1, 0, 0, tzinfo=SHANGHAI)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("decided_at", "counted"),
    [(BEGINS - INSTANT, 0), (BEGINS, 1), (BEGINS + INSTANT, 1), (ENDS - INSTANT, 1), (ENDS, 0)],
)
def test_a_close_out_is_decided_in_the_round_from_midnight_to_midnight_in_shanghai(
    team, office, found, decided_at, counted
):
    task = make_task(team=team, due_on=date(2026, 9, 30))
    asker = UserFactory()
    CloseOut.objects.create(
        task=task,
        number=1,
        due_on=task.due_on,
        asked_by=asker,
        asked_at=BEGINS - timedelta(days=1),
        asked_on=date(2026, 6, 30),
        accepted=False,
        decided_by=office,
        decided_at=decided_at,
    )
    assert found("close_out_return_rate")[:2] == (counted, counted)


@pytest.mark.parametrize(("at", "known"), [(work.CUT_OFF - INSTANT, True), (work.CUT_OFF, False)])
class TestWhatIsRecordedAtTheCutOffIsNotKnown:
    """One instant earlier it is."""

    def test_a_close_out(self, team, found, at, known):
        task = make_task(team=team, title="task", level=2, due_on=work.LAST)
        work.move(task, at=at, state="closed_out", closed_on=at.date(), asked_on=date(2026, 9, 30))
        assert found("task_completion_rate")[:2] == (2 * known, 2)
        assert found("close_out_on_time_rate")[:2] == (known, 1)

    def test_a_submission(self, team, periods, found, at, known):
        work.submit(periods[0], team, at=at)
        assert found("reports_missing")[:2] == (3 - known, 3)

    def test_a_decision_on_a_report(self, team, periods, found, at, known):
        work.decide(work.submit(periods[0], team), accepted=True, at=at)
        assert found("report_first_time_rate")[:2] == (known, known)

    def test_the_lamp_of_a_period(self, team, periods, found, at, known):
        work.keep_lamp(make_task(team=team), periods[0], at=at)
        assert found("mean_schedule_gap")[1] == found("tasks_on_schedule_rate")[1] == known

    def test_a_milestone(self, team, office, found, at, known):
        task = make_task(team=team, due_on=date(2026, 12, 31), milestones=[("half", date(2026, 8, 15), 5)])
        task.milestones.update(done_on=date(2026, 8, 1), done_at=at)
        assert found("milestone_on_time_rate")[:2] == (known, 1)

    def test_a_milestone_that_is_added(self, team, found, at, known):
        task = make_task(team=team, due_on=date(2026, 12, 31), milestones=[("half", date(2026, 8, 15), 5)])
        task.milestones.update(laid_at=at)
        assert found("milestone_on_time_rate")[1] == known


@pytest.mark.parametrize("due_on", [work.FIRST, work.LAST])
def test_a_task_due_on_the_first_or_last_day_is_due_in_the_round(team, found, due_on):
    make_task(team=team, due_on=due_on)
    assert found("task_completion_rate")[1] == found("close_out_on_time_rate")[1] == 1


@pytest.mark.parametrize("due_on", [work.FIRST - timedelta(days=1), work.LAST + timedelta(days=1)])
def test_a_task_due_a_day_outside_is_not(team, found, due_on):
    make_task(team=team, due_on=due_on)
    assert found("task_completion_rate")[1] == found("close_out_on_time_rate")[1] == 0


@pytest.mark.parametrize(("closed_on", "owed"), [(date(2026, 9, 29), 2), (date(2026, 9, 30), 3), (None, 3)])
def test_a_team_closed_on_a_periods_last_day_owes_its_report(action, periods, found, closed_on, owed):
    closed = TeamFactory(action=action, closed_on=closed_on)
    for name in ("reports_missing", "reports_late", "report_on_time_rate"):
        assert found(name, closed)[1] == owed


@pytest.mark.parametrize(
    ("planned", "actual", "hundredths"),
    [("4.35", "0", 435), ("1.13", "0", 113), ("10", "0.29", 971), ("64.1", "1.1", 6300), ("100", "99.99", 1)],
)
def test_the_database_loses_no_hundredth_of_a_gap(team, periods, found, planned, actual, hundredths):
    """4.35 times 100 is 434.99… as a binary fraction: it is rounded, not cut."""
    work.keep_lamp(make_task(team=team), periods[0], planned=Decimal(planned), actual=Decimal(actual))
    assert found("mean_schedule_gap")[:2] == (hundredths, 1)

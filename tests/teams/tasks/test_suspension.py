"""A task is suspended and taken up again: time does not run meanwhile."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, WrongState
from teams.models import CloseOut, Extension, Task
from teams.models.request import RESTING
from teams.reports.owed_rows import tasks_owed
from teams.roster.teams import close_team
from teams.tasks.assignment import acknowledge_task
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.tasks.suspension import resume_task, suspend_task
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db

LATER = date(2026, 12, 31)


@pytest.fixture
def suspended(task, office, at):
    """A task that was in progress until `at`."""
    return suspend_task(task, reason="等待用地批复", by=office, at=at)


class TestSuspending:
    """suspend_task."""

    def test_the_lamp_is_grey_and_its_people_are_told(self, task, head, liaison, office, at):
        suspend_task(task, reason=" 等待用地批复 ", by=office, at=at)
        task.refresh_from_db()
        version = task.versions.latest("number")
        assert (task.state, task.lamp_on(LATER)) == ("suspended", "grey")
        assert (version.cause, version.reason) == ("suspend_task", "等待用地批复")
        assert {notice.to for notice in Notice.objects.all()} == {head, liaison}
        assert AuditEvent.objects.get(verb="suspend_task").by == office

    @pytest.mark.parametrize("state", ["suspended", "closed_out", "cancelled"])
    def test_only_what_is_open(self, team, office, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date())
        with pytest.raises(WrongState):
            suspend_task(task, reason="等", by=office, at=at)

    def test_a_close_out_is_decided_first(self, task, head, office, at):
        ask_close_out(task, statement="完成", by=head, at=at)
        with pytest.raises(WrongState) as refusal:
            suspend_task(task, reason="等", by=office, at=at)
        assert "decide" in str(refusal.value.message) or "销号" in str(refusal.value.message)

    def test_not_without_a_reason(self, task, office, at):
        with pytest.raises(Invalid) as refusal:
            suspend_task(task, reason="  ", by=office, at=at)
        assert "reason" in refusal.value.fields

    def test_it_owes_no_row_in_a_report(self, task, next_period, office, at):
        assert [owed.task for owed in tasks_owed(task.team, next_period, on=at.date())] == [task]
        suspend_task(task, reason="等", by=office, at=at)
        assert tasks_owed(task.team, next_period, on=at.date()) == []
        assert tasks_owed(task.team, next_period, on=date(2026, 11, 3)) == []

    def test_what_was_asked_rests(self, task, head, office, at):
        extension = ask_extension(task, new_due_on=LATER, reason="用地", by=head, at=at)
        suspend_task(task, reason="等", by=office, at=at)
        extension.refresh_from_db()
        assert extension.standing is RESTING
        assert not Extension.objects.waiting().exists()
        with pytest.raises(WrongState):
            decide_extension(extension, granted=True, by=office, at=at)


class TestTakingUpAgain:
    """resume_task."""

    @pytest.mark.parametrize("state", ["assigned", "acknowledged", "in_progress"])
    def test_it_goes_back_to_the_state_it_had(self, team, office, at, state):
        task = factories.make_task(team=team, state=state)
        before = task.lamp_dates
        suspend_task(task, reason="等", by=office, at=at)
        resume_task(task, by=office, at=at + timedelta(days=2))
        task.refresh_from_db()
        assert (task.state, task.lamp_dates) == (state, before)

    def test_it_may_get_a_later_due_date_and_the_original_stays(self, suspended, office):
        resume_task(suspended, due_on=LATER, reason="用地已批", by=office, at=at_time(date(2026, 12, 7), 9))
        task = Task.objects.get(pk=suspended.pk)
        assert (task.due_on, task.original_due_on) == (LATER, date(2026, 11, 30))
        assert task.versions.latest("number").reason == "用地已批"

    def test_without_one_a_day_that_has_passed_is_overdue_at_once(self, suspended, office):
        moment = at_time(date(2026, 12, 7), 9)
        assert resume_task(suspended, by=office, at=moment).lamp_on(moment.date()) == "red"

    @pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 11, 1)])
    def test_a_new_date_is_later_and_has_not_passed(self, suspended, office, at, day):
        with pytest.raises(Invalid) as refusal:
            resume_task(suspended, due_on=day, by=office, at=at)
        assert "due_on" in refusal.value.fields
        with pytest.raises(Invalid):
            resume_task(suspended, due_on=date(2026, 12, 1), by=office, at=at_time(date(2026, 12, 2), 9))

    def test_an_ongoing_task_gets_no_date(self, team, office, at):
        task = factories.make_task(team=team, due_on=None, ongoing=True)
        suspend_task(task, reason="等", by=office, at=at)
        with pytest.raises(Invalid):
            resume_task(task, due_on=LATER, by=office, at=at)

    def test_only_what_is_suspended(self, task, office, at):
        with pytest.raises(WrongState):
            resume_task(task, by=office, at=at)

    def test_no_other_verb_leads_out_of_it(self, suspended, team, head, office, at):
        for verb in (
            lambda: acknowledge_task(suspended, by=head, at=at),
            lambda: ask_close_out(suspended, statement="完成", by=head, at=at),
            lambda: ask_extension(suspended, new_due_on=LATER, reason="用地", by=head, at=at),
        ):
            with pytest.raises(WrongState):
                verb()

    def test_not_in_a_team_that_was_closed(self, suspended, office, at):
        close_team(suspended.team, on=at.date(), by=office, at=at)
        with pytest.raises(WrongState):
            resume_task(suspended, by=office, at=at + timedelta(days=1))

    def test_what_was_asked_waits_again_and_never_moves_the_date_back(self, task, head, office, at):
        extension = ask_extension(task, new_due_on=date(2026, 12, 10), reason="用地", by=head, at=at)
        suspend_task(task, reason="等", by=office, at=at)
        resume_task(task, due_on=LATER, by=office, at=at)
        assert Extension.objects.waiting().get() == extension
        with pytest.raises(WrongState):
            decide_extension(extension, granted=True, by=office, at=at)
        decide_extension(extension, granted=False, answer="已顺延", by=office, at=at)
        assert Task.objects.get(pk=task.pk).due_on == LATER

    def test_it_can_be_suspended_twice_and_its_people_are_told_each_time(self, task, head, office, at):
        for days in (0, 2):
            suspend_task(task, reason="等", by=office, at=at + timedelta(days=days))
            resume_task(task, by=office, at=at + timedelta(days=days + 1))
        assert Notice.objects.filter(to=head).count() == 4


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: one wins, the other is told."""

    def test_one_suspends_and_one_asks_close_out(self, task, head, office, at):
        outcomes = race(
            lambda: lambda: suspend_task(task, reason="等", by=office, at=at),
            lambda: lambda: ask_close_out(task, statement="完成", by=head, at=at),
        )
        one_winner(outcomes, WrongState)
        task.refresh_from_db()
        assert (task.state == "close_out_requested") == CloseOut.objects.exists()

    def test_two_take_up_again(self, suspended, office, office2, at):
        outcomes = race(
            lambda: lambda: resume_task(suspended, by=office, at=at),
            lambda: lambda: resume_task(suspended, due_on=LATER, by=office2, at=at),
        )
        one_winner(outcomes, WrongState)
        assert AuditEvent.objects.filter(verb="resume_task").count() == 1

"""Milestones are laid down, done with a date, replaced and never moved."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from governance.clock import at_time
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, Stale, WrongState
from teams.models import Milestone, Task
from teams.tasks.changes import milestones_in
from teams.tasks.milestones import MOST, NewMilestone, add_milestones, complete_milestone, replace_milestone
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db

ROOF = NewMilestone(title="封顶", due_on=date(2026, 10, 31), weight=3)
OPENING = NewMilestone(title="竣工", due_on=date(2026, 11, 30))


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


@pytest.fixture
def roof(team):
    """A milestone due on 31 October, of a task of 40 percent that runs until 30 November."""
    return factories.make_task(team=team, milestones=[("封顶", date(2026, 10, 31), 1)]).milestones.get()


class TestAdding:
    """add_milestones."""

    def test_they_shape_the_plan_and_the_lamp_in_one_version(self, task, office, at):
        assert task.lamp_on(at.date()) != "green"
        rows = add_milestones(task, [ROOF, OPENING], by=office, at=at)
        task.refresh_from_db()
        version = task.versions.latest("number")
        assert [row.laid_at for row in rows] == [at, at]
        assert [(step.title, step.weight) for step in milestones_in(version)] == [("封顶", 3), ("竣工", 1)]
        assert (version.cause, version.number, task.version) == ("add_milestones", 2, 2)
        assert version.lamp_dates == task.lamp_dates
        assert events("add_milestones").get().by == office

    def test_many_small_steps_late_in_time_make_a_task_green(self, team, office, at):
        task = factories.make_task(team=team, percent=Decimal(10))
        assert task.lamp_on(at.date()) == "red"
        add_milestones(
            task,
            [
                NewMilestone(title="筹备", due_on=date(2026, 11, 20)),
                NewMilestone(title="竣工", due_on=date(2026, 11, 30), weight=9),
            ],
            by=office,
            at=at,
        )
        task.refresh_from_db()
        assert task.red_from > at.date()

    @pytest.mark.parametrize(
        "step",
        [
            NewMilestone(title=" ", due_on=ROOF.due_on),
            NewMilestone(title="封顶", due_on=ROOF.due_on, weight=0),
            NewMilestone(title="封顶", due_on=date(2026, 2, 28)),
            NewMilestone(title="封顶", due_on=date(2026, 12, 1)),
            NewMilestone(title="题" * 201, due_on=ROOF.due_on),
        ],
    )
    def test_one_that_cannot_be_lays_down_none(self, task, office, at, step):
        with pytest.raises(Invalid):
            add_milestones(task, [OPENING, step], by=office, at=at)
        assert not Milestone.objects.exists()
        assert task.versions.count() == 1

    def test_all_faults_of_all_of_them_are_named_at_once(self, roof, office, at):
        early = NewMilestone(title=" ", due_on=date(2026, 2, 28), weight=0)
        again = NewMilestone(title="封顶", due_on=roof.due_on)
        late = NewMilestone(title="验收", due_on=date(2026, 12, 1))
        with pytest.raises(Invalid) as refusal:
            add_milestones(roof.task, [early, again, OPENING, late], by=office, at=at)
        assert refusal.value.fields == {
            "milestones": "请填写2026-02-28节点的名称。“ ”的权重应不小于1。“ ”（2026-02-28）早于任务开始日期，请改正。"
            "2026-10-31的“封顶”重复。“验收”（2026-12-01）晚于任务时限，请改正。"
        }

    def test_not_the_same_one_twice(self, roof, office, at):
        with pytest.raises(Invalid) as refusal:
            add_milestones(roof.task, [NewMilestone(title="封顶", due_on=roof.due_on, weight=9)], by=office, at=at)
        assert "封顶" in str(refusal.value.fields["milestones"])
        with pytest.raises(Invalid):
            add_milestones(roof.task, [OPENING, OPENING], by=office, at=at)

    def test_not_none_and_not_without_end(self, task, office, at):
        for steps in ([], [NewMilestone(title=f"第{n}步", due_on=ROOF.due_on) for n in range(MOST + 1)]):
            with pytest.raises(Invalid):
                add_milestones(task, steps, by=office, at=at)

    def test_who_opened_the_page_before_is_told_what_stands_there_now(self, roof, office, at):
        seen = roof.task.version
        add_milestones(roof.task, [OPENING], by=office, at=at)
        with pytest.raises(Stale) as refusal:
            add_milestones(roof.task, [OPENING], by=office, at=at, seen=seen)
        assert "竣工" in refusal.value.changes[0].theirs

    def test_a_task_at_an_end_keeps_its_milestones(self, team, office, at):
        task = factories.make_task(team=team, state="closed_out", closed_on=at.date())
        with pytest.raises(WrongState):
            add_milestones(task, [OPENING], by=office, at=at)


class TestCompleting:
    """complete_milestone."""

    def test_it_is_done_once_with_a_date_and_a_version_says_so(self, roof, liaison, at):
        complete_milestone(roof, done_on=date(2026, 10, 26), by=liaison, at=at)
        roof.refresh_from_db()
        assert (roof.done_on, roof.done_at) == (date(2026, 10, 26), at)
        assert milestones_in(roof.task.versions.latest("number"))[0].done_on == date(2026, 10, 26)
        with pytest.raises(WrongState):
            complete_milestone(roof, done_on=date(2026, 10, 27), by=liaison, at=at)
        assert events("complete_milestone").count() == 1

    def test_it_is_no_progress(self, roof, liaison, at):
        before = (roof.task.percent, roof.task.lamp_dates)
        complete_milestone(roof, done_on=at.date(), by=liaison, at=at)
        task = Task.objects.get(pk=roof.task_id)
        assert (task.percent, task.lamp_dates) == before

    def test_not_on_a_day_to_come(self, roof, head, at):
        with pytest.raises(Invalid) as refusal:
            complete_milestone(roof, done_on=at.date() + timedelta(days=1), by=head, at=at)
        assert "done_on" in refusal.value.fields

    def test_a_day_in_a_closed_period_is_the_offices_to_enter(self, roof, action, head, office, at):
        factories.PeriodFactory(action=action, closed_at=at, closed_by=office)
        with pytest.raises(Invalid) as refusal:
            complete_milestone(roof, done_on=date(2026, 10, 20), by=head, at=at)
        assert "2026-10-20" in str(refusal.value.fields["done_on"])
        complete_milestone(roof, done_on=date(2026, 10, 20), by=office, at=at)
        roof.refresh_from_db()
        assert roof.done_on == date(2026, 10, 20)

    def test_the_day_after_a_closed_period_is_the_teams(self, roof, action, head, office, at):
        factories.PeriodFactory(action=action, closed_at=at, closed_by=office)
        assert complete_milestone(roof, done_on=date(2026, 10, 21), by=head, at=at).done_on == date(2026, 10, 21)

    def test_who_is_of_the_team_and_of_the_office_enters_as_the_office(self, roof, action, team, office, at):
        factories.MemberFactory(team=team, part="liaison", user=office)
        factories.PeriodFactory(action=action, closed_at=at, closed_by=office)
        assert complete_milestone(roof, done_on=date(2026, 10, 20), by=office, at=at).done_on


class TestReplacing:
    """replace_milestone."""

    def test_the_old_one_stays_and_the_new_one_is_in_force(self, roof, office, at):
        new = replace_milestone(
            roof, NewMilestone(title="封顶", due_on=date(2026, 11, 20), weight=2), reason="雨季停工", by=office, at=at
        )
        roof.refresh_from_db()
        assert (roof.due_on, roof.replaced_by) == (date(2026, 10, 31), new)
        version = new.task.versions.latest("number")
        assert [step.due_on for step in milestones_in(version)] == [date(2026, 11, 20)]
        assert (version.cause, version.reason) == ("replace_milestone", "雨季停工")

    def test_the_plan_follows_the_new_one(self, team, office, at):
        task = factories.make_task(team=team, percent=69, milestones=[("封顶", date(2026, 10, 20), 1)])
        assert task.lamp_on(at.date()) == "red"
        replace_milestone(
            task.milestones.get(),
            NewMilestone(title="封顶", due_on=date(2026, 11, 30)),
            reason="改期",
            by=office,
            at=at,
        )
        task.refresh_from_db()
        assert task.lamp_on(at.date()) == "yellow"

    def test_one_marked_as_done_in_error_is_replaced_by_the_same_one_open(self, roof, liaison, office, at):
        complete_milestone(roof, done_on=at.date(), by=liaison, at=at)
        same = NewMilestone(title=roof.title, due_on=roof.due_on, weight=roof.weight)
        assert replace_milestone(roof, same, reason="误填", by=office, at=at).done_on is None

    def test_not_by_the_same_not_twice_and_not_without_a_reason(self, roof, office, at):
        same = NewMilestone(title=roof.title, due_on=roof.due_on, weight=roof.weight)
        for step, reason, field in ((same, "改", "title"), (OPENING, " ", "reason")):
            with pytest.raises(Invalid) as refusal:
                replace_milestone(roof, step, reason=reason, by=office, at=at)
            assert field in refusal.value.fields
        replace_milestone(roof, OPENING, reason="改", by=office, at=at)
        for again in (
            lambda: replace_milestone(roof, ROOF, reason="改", by=office, at=at),
            lambda: complete_milestone(roof, done_on=at.date(), by=office, at=at),
        ):
            with pytest.raises(WrongState):
                again()

    def test_what_was_known_on_an_evening_before_is_not_touched(self, roof, office, at):
        replace_milestone(roof, OPENING, reason="改", by=office, at=at_time(at.date() + timedelta(days=3), 9))
        known = roof.task.versions.as_known_before(at)
        assert [step.title for version in known for step in milestones_in(version)] == ["封顶"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: one wins, the other is told, nothing is lost."""

    def test_two_replace(self, roof, office, office2, at):
        outcomes = race(
            lambda: lambda: replace_milestone(roof, OPENING, reason="甲", by=office, at=at),
            lambda: lambda: replace_milestone(roof, ROOF, reason="乙", by=office2, at=at),
        )
        winner, _loser = one_winner(outcomes, (WrongState))
        assert Milestone.objects.get(replaces=roof) == winner
        assert events("replace_milestone").count() == 1

    def test_one_completes_and_one_replaces(self, roof, head, office, at):
        replaced, completed = race(
            lambda: lambda: replace_milestone(roof, OPENING, reason="甲", by=office, at=at),
            lambda: lambda: complete_milestone(roof, done_on=at.date(), by=head, at=at),
        )
        assert replaced.error is None
        roof.refresh_from_db()
        assert (completed.error is None) == (roof.done_on is not None)
        assert completed.error is None or isinstance(completed.error, WrongState)
        assert roof.replaced_by == replaced.value

    def test_two_lay_down_the_same(self, task, office, office2, at):
        def add(person):
            form = Task.objects.get(pk=task.pk)
            return lambda: add_milestones(form, [ROOF], by=person, at=at, seen=form.version)

        one_winner(race(lambda: add(office), lambda: add(office2)), Stale)
        assert Milestone.objects.count() == 1

"""A quantity is shared out to townships: targets sum to the task's, counts to what the next report carries."""

from dataclasses import replace
from decimal import Decimal

import pytest

from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, Stale, WrongState
from teams.models import Task, TaskShare
from teams.tasks.townships import Share, count_shares, share_out
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns(db):
    """Three townships."""
    return [factories.TownshipFactory(name=name) for name in ("东镇", "西乡", "北乡")]


@pytest.fixture
def homes(team):
    """30 of 40 villages, not shared out."""
    return factories.make_task(team=team, target=Decimal(40), unit="个村", done=Decimal(30), percent=Decimal(75))


@pytest.fixture
def shared(homes, towns, office, at):
    """The same, shared out to two of the three townships."""
    share_out(homes, [share(towns[0], 25, 20), share(towns[1], 15, 10)], by=office, at=at)
    homes.refresh_from_db()
    return homes


def share(town, target=0, done=0, seen=None):
    return Share(township=town, target=Decimal(target), done=Decimal(done), seen=seen)


def counts(task):
    return {row.township.name: (int(row.target), int(row.done)) for row in task.shares.select_related("township")}


class TestSharingOut:
    """share_out."""

    def test_the_targets_sum_to_the_tasks_and_the_percent_follows(self, homes, towns, office, at):
        share_out(homes, [share(towns[0], 30, 20), share(towns[1], 30, 10), share(towns[2])], by=office, at=at)
        homes.refresh_from_db()
        assert (homes.target, homes.done, homes.percent) == (60, 30, 50)
        assert counts(homes) == {"东镇": (30, 20), "西乡": (30, 10)}
        assert homes.versions.latest("number").cause == "share_out"
        assert "东镇" in AuditEvent.objects.get(verb="share_out").change

    def test_a_task_with_a_percent_begins_with_the_sum_of_the_counts(self, task, towns, office, at):
        share_out(task, [share(towns[0], 8, 2)], unit="个村", by=office, at=at)
        task.refresh_from_db()
        assert (task.target, task.done, task.unit, task.percent) == (8, 2, "个村", 25)

    def test_counts_are_no_progress_where_reports_have_spoken(self, shared, towns, office, at):
        share_out(shared, [share(towns[0], 25, 25)], by=office, at=at)
        shared.refresh_from_db()
        assert (shared.done, shared.percent) == (30, 75)
        assert counts(shared)["东镇"] == (25, 25)

    def test_townships_that_are_not_given_stay(self, shared, towns, office, at):
        share_out(shared, [share(towns[2], 10)], by=office, at=at)
        shared.refresh_from_db()
        assert counts(shared) == {"东镇": (25, 20), "西乡": (15, 10), "北乡": (10, 0)}
        assert shared.target == 50

    def test_nothing_is_written_for_no_change(self, shared, towns, office, at):
        assert share_out(shared, [share(towns[0], 25, 20)], by=office, at=at) == []
        assert AuditEvent.objects.filter(verb="share_out").count() == 1
        assert shared.versions.count() == 2

    @pytest.mark.parametrize(("target", "done", "unit"), [(-1, 0, "个"), (1, -1, "个"), (0, 1, "个"), (5, 0, "")])
    def test_what_cannot_be_writes_nothing(self, task, towns, office, at, target, done, unit):
        before = Task.objects.filter(pk=task.pk).values().get()
        with pytest.raises(Invalid):
            share_out(task, [share(towns[0], target, done)], unit=unit, by=office, at=at)
        assert not TaskShare.objects.exists()
        assert Task.objects.filter(pk=task.pk).values().get() == before

    def test_a_count_far_above_its_target_is_asked(self, task, towns, office, at):
        given = Share(township=towns[0], target=Decimal(46), done=Decimal(9999))
        with pytest.raises(Invalid) as refusal:
            share_out(task, [given, share(towns[1], 10, 19)], unit="个村", by=office, at=at)
        [(field, asked)] = refusal.value.fields.items()
        assert field == f"confirm-{towns[0].pk}"
        assert str(asked) == "目标46 个村，填报9,999，为目标的217倍。是否正确？正确请勾选，否则请改正。"
        with pytest.raises(Invalid):
            share_out(task, [replace(given, confirmed=Decimal(999))], unit="个村", by=office, at=at)
        assert counts(task) == {}
        share_out(task, [replace(given, confirmed=Decimal(9999))], unit="个村", by=office, at=at)
        assert counts(task) == {"东镇": (46, 9999)}

    def test_not_once_the_task_is_at_its_end(self, team, towns, office, at):
        task = factories.make_task(team=team, state="cancelled")
        with pytest.raises(WrongState):
            share_out(task, [share(towns[0], 5)], unit="个", by=office, at=at)


class TestCounting:
    """count_shares."""

    def test_the_team_counts_and_progress_stays_what_reports_made_it(self, shared, towns, liaison, at):
        count_shares(shared, [share(towns[0], done=23), share(towns[2])], by=liaison, at=at)
        shared.refresh_from_db()
        assert counts(shared) == {"东镇": (25, 23), "西乡": (15, 10)}
        assert (shared.target, shared.done, shared.percent) == (40, 30, 75)
        assert shared.versions.latest("number").cause == "count_shares"

    def test_a_township_without_a_share_has_no_count(self, shared, towns, liaison, at):
        with pytest.raises(Invalid) as refusal:
            count_shares(shared, [share(towns[2], done=1)], by=liaison, at=at)
        assert f"done-{towns[2].pk}" in refusal.value.fields

    def test_a_count_is_never_below_nothing(self, shared, towns, liaison, at):
        with pytest.raises(Invalid):
            count_shares(shared, [share(towns[0], done=-1)], by=liaison, at=at)

    def test_a_count_far_above_its_target_is_asked_of_the_team_once(self, shared, towns, liaison, at):
        with pytest.raises(Invalid) as refusal:
            count_shares(shared, [share(towns[0], done=50), share(towns[1], done=29)], by=liaison, at=at)
        assert set(refusal.value.fields) == {f"confirm-{towns[0].pk}"}
        said = Share(township=towns[0], done=Decimal(50), confirmed=Decimal(50))
        count_shares(shared, [said], by=liaison, at=at)
        count_shares(shared, [share(towns[0], done=50), share(towns[1], done=11)], by=liaison, at=at)
        assert counts(shared) == {"东镇": (25, 50), "西乡": (15, 11)}

    def test_two_hands_at_two_townships_do_not_meet(self, shared, towns, liaison, head, at):
        count_shares(shared, [share(towns[0], done=21, seen=1), share(towns[1], done=10, seen=1)], by=liaison, at=at)
        count_shares(shared, [share(towns[0], done=21, seen=1), share(towns[1], done=11, seen=1)], by=head, at=at)
        assert counts(shared) == {"东镇": (25, 21), "西乡": (15, 11)}

    def test_two_hands_at_one_township_are_told(self, shared, towns, liaison, head, at):
        count_shares(shared, [share(towns[0], done=21, seen=1)], by=liaison, at=at)
        with pytest.raises(Stale) as refusal:
            count_shares(shared, [share(towns[0], done=22, seen=1), share(towns[1], done=11, seen=1)], by=head, at=at)
        [difference] = refusal.value.changes
        assert (difference.field, difference.theirs, difference.yours) == ("东镇", "21 / 25", "22 / 0")
        assert counts(shared)["西乡"] == (15, 10)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once."""

    def test_two_share_out(self, homes, towns, office, office2, at):
        outcomes = race(
            lambda: lambda: share_out(homes, [share(towns[0], 10, seen=0)], by=office, at=at),
            lambda: lambda: share_out(homes, [share(towns[0], 20, seen=0)], by=office2, at=at),
        )
        [winner], _loser = one_winner(outcomes, Stale)
        homes.refresh_from_db()
        assert homes.target == winner.target == TaskShare.objects.get().target

    def test_two_at_two_townships_sum_up(self, homes, towns, office, office2, at):
        outcomes = race(
            lambda: lambda: share_out(homes, [share(towns[0], 10, seen=0)], by=office, at=at),
            lambda: lambda: share_out(homes, [share(towns[1], 20, seen=0)], by=office2, at=at),
        )
        assert [outcome.error for outcome in outcomes] == [None, None]
        homes.refresh_from_db()
        assert homes.target == 30

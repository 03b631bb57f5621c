"""A due date moves only by an extension: asked in time, decided by another person, the original on the record."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import Extension, Task
from teams.tasks.assignment import cancel_task
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

NEW = date(2026, 12, 31)


@pytest.fixture
def asked(task, head, at):
    """An extension to the end of the year that waits for the office."""
    return ask_extension(task, new_due_on=NEW, reason="企业用地手续未批复", by=head, at=at)


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


class TestAsking:
    """ask_extension."""

    def test_it_waits_for_the_office_which_is_told(self, task, head, office, office2, at):
        extension = ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at)
        assert list(Extension.objects.waiting()) == [extension]
        assert (extension.old_due_on, extension.new_due_on, extension.granted) == (task.due_on, NEW, None)
        assert set(Notice.objects.values_list("to", "kind")) == {
            (office.pk, "extension_asked"),
            (office2.pk, "extension_asked"),
        }
        assert events("ask_extension").get().by == head

    def test_the_task_stays_as_it_is(self, task, asked):
        due_on = task.due_on
        task.refresh_from_db()
        assert (task.due_on, task.versions.count()) == (due_on, 1)

    def test_it_can_be_asked_on_the_due_day_itself(self, task, head):
        extension = ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at_time(task.due_on, 23, 59))
        assert extension.pk

    def test_not_on_the_day_after(self, task, head):
        with pytest.raises(WrongState) as refusal:
            ask_extension(
                task, new_due_on=NEW, reason="用地未批", by=head, at=at_time(task.due_on + timedelta(days=1), 0)
            )
        assert "2026-11-30" in str(refusal.value.message)

    def test_not_while_one_waits(self, task, asked, head, at):
        with pytest.raises(WrongState):
            ask_extension(task, new_due_on=NEW, reason="再等等", by=head, at=at)

    def test_not_once_close_out_is_asked(self, task, head, at):
        ask_close_out(task, statement="已完成", by=head, at=at)
        with pytest.raises(WrongState):
            ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at)

    @pytest.mark.parametrize("state", ["closed_out", "suspended", "cancelled"])
    def test_not_of_a_task_at_rest(self, team, head, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date())
        with pytest.raises(WrongState):
            ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at)

    def test_not_of_an_ongoing_task(self, team, head, at):
        task = factories.make_task(team=team, due_on=None, ongoing=True)
        with pytest.raises(Invalid):
            ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at)

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"new_due_on": date(2026, 11, 30)}, "new_due_on"), ({"reason": "  "}, "reason")],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, task, head, at, values, field):
        with pytest.raises(Invalid) as refusal:
            ask_extension(task, **{"new_due_on": NEW, "reason": "用地未批", **values}, by=head, at=at)
        assert list(refusal.value.fields) == [field]
        assert not Extension.objects.exists()


class TestDeciding:
    """decide_extension."""

    def test_granted_the_due_date_moves_and_the_original_stays(self, task, asked, office, at):
        original = task.due_on
        decide_extension(asked, granted=True, by=office, at=at)
        task.refresh_from_db()
        assert (task.due_on, task.original_due_on) == (NEW, original)

    def test_granted_the_lamp_follows(self, task, asked, office, at):
        before = task.red_from
        decide_extension(asked, granted=True, by=office, at=at)
        task.refresh_from_db()
        assert task.red_from > before

    def test_what_was_red_before_stays_on_the_record(self, team, head, office, at):
        task = factories.make_task(team=team, percent=25, due_on=date(2026, 10, 31))
        extension = ask_extension(task, new_due_on=NEW, reason="用地未批", by=head, at=at - timedelta(days=15))
        decide_extension(extension, granted=True, by=office, at=at - timedelta(days=5))
        first, second = task.versions.order_by("number")
        on = date(2026, 10, 20)
        assert (first.lamp_on(on), second.due_on) == ("red", NEW)

    def test_the_version_carries_the_reason_for_which_it_was_asked(self, task, asked, office, at):
        decide_extension(asked, granted=True, by=office, at=at)
        assert task.versions.last().reason == asked.reason

    def test_refused_nothing_moves(self, task, asked, office, at):
        decide_extension(asked, granted=False, answer="进度可追回", by=office, at=at)
        task.refresh_from_db()
        assert (task.due_on, task.versions.count()) == (date(2026, 11, 30), 1)
        assert Extension.objects.get().answer == "进度可追回"

    def test_a_refusal_needs_a_reason(self, asked, office, at):
        with pytest.raises(Invalid) as refusal:
            decide_extension(asked, granted=False, answer=" ", by=office, at=at)
        assert list(refusal.value.fields) == ["answer"]

    @pytest.mark.parametrize(("granted", "kind"), [(True, "extension_granted"), (False, "extension_refused")])
    def test_the_team_is_told(self, asked, office, head, liaison, at, granted, kind):
        decide_extension(asked, granted=granted, answer="见批示", by=office, at=at)
        told = Notice.objects.filter(kind=kind)
        assert set(told.values_list("to", flat=True)) == {head.pk, liaison.pk}

    def test_not_twice(self, asked, office, office2, at):
        decide_extension(asked, granted=True, by=office, at=at)
        with pytest.raises(WrongState):
            decide_extension(asked, granted=False, answer="不同意", by=office2, at=at)

    def test_who_asked_does_not_decide_even_as_office(self, team, task, office, at):
        factories.MemberFactory(team=team, part="deputy", user=office)
        extension = ask_extension(task, new_due_on=NEW, reason="用地未批", by=office, at=at)
        with pytest.raises(NotAllowed):
            decide_extension(extension, granted=True, by=office, at=at)

    def test_it_lapses_when_the_task_is_cancelled(self, task, asked, office, at):
        cancel_task(task, reason="调整", by=office, at=at)
        assert not Extension.objects.waiting().exists()
        with pytest.raises(WrongState):
            decide_extension(asked, granted=True, by=office, at=at)

    def test_it_rests_while_close_out_is_asked(self, task, asked, head, office, at):
        ask_close_out(task, statement="已完成", by=head, at=at)
        assert not Extension.objects.waiting().exists()
        with pytest.raises(WrongState):
            decide_extension(asked, granted=True, by=office, at=at)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: one wins, the other is told, nothing is lost."""

    def test_two_decisions(self, task, asked, office, office2, at):
        def decide(person, granted):
            form = Extension.objects.get(pk=asked.pk)
            return lambda: decide_extension(form, granted=granted, answer="已研究", by=person, at=at)

        winner, _loser = one_winner(race(lambda: decide(office, True), lambda: decide(office2, False)), WrongState)
        task.refresh_from_db()
        assert task.due_on == (NEW if winner.granted else date(2026, 11, 30))
        assert events("decide_extension").count() == 1

    def test_two_ask(self, task, head, deputy, at):
        def ask(person):
            form = Task.objects.get(pk=task.pk)
            return lambda: ask_extension(form, new_due_on=NEW, reason="用地未批", by=person, at=at)

        one_winner(race(lambda: ask(head), lambda: ask(deputy)), WrongState)
        assert events("ask_extension").count() == 1
        assert Extension.objects.count() == 1

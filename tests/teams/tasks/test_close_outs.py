"""A task is closed out on request, checked by another person; on time is judged by the day of the request."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import CloseOut, Task
from teams.tasks.assignment import cancel_task
from teams.tasks.close_outs import ask_close_out, decide_close_out
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner


@pytest.fixture
def due(team):
    """A finished task that is due on 31 October."""
    return factories.make_task(team=team, percent=100, due_on=date(2026, 10, 31))


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


def asked_on(task, day, *, by):
    """The close-out of `task`, asked at nine on `day`."""
    return ask_close_out(task, statement="已全部完成", by=by, at=at_time(day, 9))


class TestAsking:
    """ask_close_out."""

    def test_it_waits_for_the_office_which_is_told(self, due, head, office, at):
        close_out = ask_close_out(due, statement="已全部完成", by=head, at=at)
        due.refresh_from_db()
        assert (due.state, due.asked_on) == ("close_out_requested", at.date())
        assert (close_out.number, close_out.due_on, close_out.asked_on) == (1, date(2026, 10, 31), at.date())
        assert Notice.objects.get().to == office
        assert events("ask_close_out").get().by == head

    def test_from_that_day_on_time_does_not_run_against_it(self, team, head, at):
        task = factories.make_task(team=team, percent=85, due_on=date(2026, 10, 31))
        assert task.red_from > at.date()
        ask_close_out(task, statement="已全部完成", by=head, at=at)
        task.refresh_from_db()
        assert task.red_from is None
        assert task.lamp_on(date(2027, 1, 1)) == task.lamp_on(at.date())

    def test_what_was_red_stays_red_until_the_office_has_decided(self, due, head):
        asked_on(due, date(2026, 11, 3), by=head)
        due.refresh_from_db()
        assert due.lamp_on(date(2026, 11, 20)) == "red"

    def test_a_task_that_is_acknowledged_can_be_done_already(self, team, head, at):
        task = factories.make_task(team=team, state="acknowledged")
        assert ask_close_out(task, statement="已全部完成", by=head, at=at).pk

    @pytest.mark.parametrize("state", ["assigned", "close_out_requested", "closed_out", "suspended", "cancelled"])
    def test_not_in_other_states(self, team, head, at, state):
        task = factories.make_task(team=team, state=state, asked_on=at.date(), closed_on=at.date())
        with pytest.raises(WrongState):
            ask_close_out(task, statement="已全部完成", by=head, at=at)

    def test_not_without_saying_what_was_achieved(self, due, head, at):
        with pytest.raises(Invalid) as refusal:
            ask_close_out(due, statement="\n", by=head, at=at)
        assert list(refusal.value.fields) == ["statement"]


class TestDeciding:
    """decide_close_out."""

    def test_accepted_in_time_it_goes_grey(self, due, head, office, at):
        close_out = asked_on(due, date(2026, 10, 31), by=head)
        decide_close_out(close_out, accepted=True, by=office, at=at_time(date(2026, 11, 9), 9))
        due.refresh_from_db()
        assert (due.state, due.closed_on) == ("closed_out", date(2026, 11, 9))
        assert due.lamp_on(date(2027, 6, 1)) == "grey"
        assert close_out.on_time

    def test_asked_after_the_due_day_it_is_yellow_for_good(self, due, head, office):
        close_out = asked_on(due, date(2026, 11, 1), by=head)
        decide_close_out(close_out, accepted=True, by=office, at=at_time(date(2026, 11, 2), 9))
        due.refresh_from_db()
        assert due.lamp_on(date(2027, 6, 1)) == "yellow"
        assert not close_out.on_time

    def test_sent_back_it_goes_on_as_if_nothing_had_been_asked(self, due, head, office):
        before = due.lamp_dates
        close_out = asked_on(due, date(2026, 10, 30), by=head)
        decide_close_out(close_out, accepted=False, answer="缺验收材料", by=office, at=at_time(date(2026, 11, 5), 9))
        due.refresh_from_db()
        assert (due.state, due.asked_on, due.lamp_dates) == ("in_progress", None, before)
        assert due.lamp_on(date(2026, 11, 5)) == "red"

    def test_it_can_be_asked_again_under_the_next_number(self, due, head, office, at):
        decide_close_out(asked_on(due, at.date(), by=head), accepted=False, answer="缺材料", by=office, at=at)
        again = asked_on(due, date(2026, 11, 2), by=head)
        assert again.number == 2
        decide_close_out(again, accepted=True, by=office, at=at + timedelta(days=9))
        due.refresh_from_db()
        assert due.lamp_on(date(2027, 1, 1)) == "yellow"

    def test_sending_back_needs_a_reason(self, due, head, office, at):
        with pytest.raises(Invalid) as refusal:
            decide_close_out(asked_on(due, at.date(), by=head), accepted=False, by=office, at=at)
        assert list(refusal.value.fields) == ["answer"]

    @pytest.mark.parametrize(("accepted", "kind"), [(True, "close_out_accepted"), (False, "close_out_sent_back")])
    def test_the_team_is_told(self, due, head, liaison, office, at, accepted, kind):
        decide_close_out(asked_on(due, at.date(), by=head), accepted=accepted, answer="已核", by=office, at=at)
        assert set(Notice.objects.filter(kind=kind).values_list("to", flat=True)) == {head.pk, liaison.pk}

    def test_not_twice(self, due, head, office, office2, at):
        close_out = asked_on(due, at.date(), by=head)
        decide_close_out(close_out, accepted=True, by=office, at=at)
        with pytest.raises(WrongState):
            decide_close_out(close_out, accepted=False, answer="再查", by=office2, at=at)

    def test_the_maker_is_never_the_checker(self, team, due, office, at):
        factories.MemberFactory(team=team, part="head", user=office)
        close_out = asked_on(due, at.date(), by=office)
        with pytest.raises(NotAllowed):
            decide_close_out(close_out, accepted=True, by=office, at=at)

    def test_it_lapses_when_the_task_is_cancelled(self, due, head, office, at):
        close_out = asked_on(due, at.date(), by=head)
        cancel_task(due, reason="调整", by=office, at=at)
        assert not CloseOut.objects.waiting().exists()
        with pytest.raises(WrongState):
            decide_close_out(close_out, accepted=True, by=office, at=at)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: one wins, the other is told, nothing is lost."""

    def test_two_ask(self, due, head, deputy, at):
        def ask(person):
            form = Task.objects.get(pk=due.pk)
            return lambda: ask_close_out(form, statement="已全部完成", by=person, at=at)

        one_winner(race(lambda: ask(head), lambda: ask(deputy)), WrongState)
        assert events("ask_close_out").count() == 1
        assert CloseOut.objects.count() == 1
        assert due.versions.count() == 2

    def test_two_decisions(self, due, head, office, office2, at):
        close_out = asked_on(due, at.date(), by=head)

        def decide(person, accepted):
            form = CloseOut.objects.get(pk=close_out.pk)
            return lambda: decide_close_out(form, accepted=accepted, answer="已核", by=person, at=at)

        winner, _loser = one_winner(race(lambda: decide(office, True), lambda: decide(office2, False)), WrongState)
        due.refresh_from_db()
        assert due.state == ("closed_out" if winner.accepted else "in_progress")
        assert events("decide_close_out").count() == 1

    def test_decided_and_cancelled(self, due, head, office, office2, at):
        close_out = asked_on(due, at.date(), by=head)

        def decide():
            form = CloseOut.objects.get(pk=close_out.pk)
            return lambda: decide_close_out(form, accepted=True, by=office, at=at)

        def cancel():
            form = Task.objects.get(pk=due.pk)
            return lambda: cancel_task(form, reason="调整", by=office2, at=at)

        one_winner(race(decide, cancel), WrongState)
        due.refresh_from_db()
        assert due.state in ("closed_out", "cancelled")
        assert events("decide_close_out").count() + events("cancel_task").count() == 1
        assert due.versions.count() == 3

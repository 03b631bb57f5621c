"""When a decision is done, and its date in force: pure functions, by example and by property."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from governance.clock import SHANGHAI
from teams.meetings.decisions.completion import Done, Fate, Granted, done_of, due_in_force, is_on_time

MOMENT = datetime(2026, 10, 20, 15, 0, tzinfo=SHANGHAI)
DAY = MOMENT.date()


def done(days: int, recorded: int | None = None) -> Done:
    """Done so many days after the meeting, recorded then or later."""
    return Done(DAY + timedelta(days), MOMENT + timedelta(days if recorded is None else recorded))


class TestDone:
    def test_the_latest_outcome_decides(self):
        assert done_of([Fate(done(3, recorded=9)), Fate(done(5))], None) == done(5, recorded=9)

    def test_one_that_is_open_keeps_it_open(self):
        assert done_of([Fate(done(3)), Fate(None)], done(1)) is None

    def test_cancelled_and_dropped_ones_do_not_count(self):
        assert done_of([Fate(done(3)), Fate(None, counts=False)], None) == done(3)

    def test_without_an_outcome_that_counts_the_office_says_it(self):
        assert done_of([], done(2)) == done(2)
        assert done_of([Fate(None, counts=False)], done(2)) == done(2)
        assert done_of([], None) is None

    def test_the_office_does_not_overrule_an_outcome(self):
        assert done_of([Fate(done(4))], done(1)) == done(4)


class TestDueInForce:
    def test_its_own_date(self):
        assert due_in_force(DAY, adopted_at=MOMENT, granted=[]) == DAY

    def test_a_later_date_granted_after_adoption(self):
        later = DAY + timedelta(10)
        assert due_in_force(DAY, adopted_at=MOMENT, granted=[Granted(MOMENT + timedelta(1), later)]) == later

    def test_nothing_that_was_granted_before(self):
        later = DAY + timedelta(10)
        assert due_in_force(DAY, adopted_at=MOMENT, granted=[Granted(MOMENT, later)]) == DAY

    def test_without_a_date_there_is_none_to_move(self):
        later = Granted(MOMENT + timedelta(1), DAY)
        assert due_in_force(None, adopted_at=MOMENT, granted=[later]) is None

    @given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-30, 30)), max_size=6))
    def test_it_never_moves_forward(self, granted):
        rows = [Granted(MOMENT + timedelta(at), DAY + timedelta(due)) for at, due in granted]
        found = due_in_force(DAY, adopted_at=MOMENT, granted=rows)
        assert found == max([DAY] + [DAY + timedelta(due) for at, due in granted if at > 0])


def test_on_time_is_by_the_day():
    assert is_on_time(done(0), DAY)
    assert not is_on_time(done(1), DAY)
    assert is_on_time(None, DAY) is None
    assert is_on_time(done(1), None) is None
    assert is_on_time(done(0), date.max)

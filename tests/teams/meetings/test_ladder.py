"""The ladder of supervision orders: each of its sentences by example, and against an evening-by-evening reading."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.people.working_days import WorkingDays
from teams.meetings.ladder import Known, Order, Proposal, Quiet, Rung, Why, outcome, proposal, run_on, talk_due

REMINDER, YELLOW, RED, CIRCULAR = Rung.REMINDER, Rung.YELLOW, Rung.RED, Rung.CIRCULAR
WORKING_DAYS = WorkingDays()
MONDAY = date(2026, 9, 7)


def on_day(number: int) -> date:
    """A day, counted from a Monday."""
    return MONDAY + timedelta(days=number)


def lit(since: int, *, yellow: int | None = None, red: int | None = None) -> Known:
    """A task known from a day on with the days of its lamps."""
    return Known(on_day(since), True, None if yellow is None else on_day(yellow), None if red is None else on_day(red))


def dark(since: int) -> Known:
    """A task without a lamp that counts, from a day on."""
    return Known(on_day(since), False)


def order(rung: Rung, issued: int, *, answer_by: int | None = None, promised: int | None = None, **facts) -> Order:
    """An order by numbers of days; a promise is that of an accepted answer."""
    if promised is not None:
        facts |= {"answered": True, "accepted": True, "promised_on": on_day(promised)}
    return Order(
        facts.pop("key", issued),
        rung,
        on_day(issued),
        None if answer_by is None else on_day(answer_by),
        **facts,
    )


def said(history, orders=(), *, on: int, waits=False, dismissed=()):
    """What the ladder says on a day."""
    return outcome(
        history,
        orders,
        on=on_day(on),
        waits=waits,
        dismissed={(rung, on_day(since)) for rung, since in dismissed},
        after_working_days=WORKING_DAYS.add,
    )


def due(*args, **kwargs):
    """The rung and the number of the day `since`; None where nothing is proposed."""
    found = said(*args, **kwargs)
    return (found.rung, (found.since - MONDAY).days) if isinstance(found, Proposal) else None


def why(*args, **kwargs):
    """Why nothing is proposed."""
    found = said(*args, **kwargs)
    assert isinstance(found, Quiet)
    return found.why


# Runs ----------------------------------------------------------------------------------------------------------------
def test_a_run_goes_on_while_reports_move_the_day_from_which_it_is_red():
    history = [lit(0, yellow=0, red=2), lit(5, yellow=0, red=4), lit(9, yellow=0, red=9)]
    assert run_on(history, on_day(12)).red_since == on_day(2)


def test_an_evening_without_red_breaks_the_red_run_and_not_the_lit_one():
    history = [lit(0, yellow=0, red=2), lit(5, yellow=0, red=7)]
    run = run_on(history, on_day(8))
    assert (run.lit_since, run.red_since) == (on_day(0), on_day(7))


def test_only_the_last_version_of_a_day_was_known_that_evening():
    assert run_on([lit(0, yellow=0), dark(3), lit(3, yellow=0)], on_day(4)).lit_since == on_day(0)


def test_a_suspension_breaks_the_run():
    assert run_on([lit(0, yellow=0), dark(3), lit(5, yellow=0)], on_day(6)).lit_since == on_day(5)


def test_what_was_learned_later_is_not_known():
    assert run_on([lit(0, yellow=1), dark(3)], on_day(2)).lit_since == on_day(1)


# Sentences -----------------------------------------------------------------------------------------------------------
def test_a_lit_run_without_an_order_is_reminded():
    assert due([lit(0, yellow=3)], on=3) == (REMINDER, 3)
    assert said([lit(0, yellow=3)], on=2) is None


def test_a_run_is_reminded_once():
    assert why([lit(0, yellow=0)], [order(REMINDER, 1)], on=5) is Why.REMINDED


def test_any_order_in_the_run_stands_for_the_reminder():
    assert why([lit(0, yellow=0)], [order(YELLOW, 1, answer_by=8)], on=5) is Why.TERM


def test_a_new_run_is_reminded_again_ten_working_days_after_the_last_reminder():
    history = [lit(0, yellow=0), dark(2), lit(4, yellow=0)]
    assert why(history, [order(REMINDER, 0)], on=11) is Why.REMINDED
    assert due(history, [order(REMINDER, 0)], on=14) == (REMINDER, 4)


def test_yellow_on_the_tenth_working_day_after_the_reminder():
    assert due([lit(0, yellow=0)], [order(REMINDER, 0)], on=13) is None
    assert due([lit(0, yellow=0)], [order(REMINDER, 0)], on=14) == (YELLOW, 0)


def test_no_yellow_order_after_a_red_one_in_the_same_run():
    orders = [order(REMINDER, 0), order(RED, 2, answer_by=5, answered=True, to_judge=True)]
    assert why([lit(0, yellow=0)], orders, on=20) is Why.TO_JUDGE


def test_a_red_run_without_a_red_order_is_red():
    assert due([lit(0, yellow=0, red=4)], on=4) == (RED, 4)
    assert due([lit(0, yellow=0, red=4)], [order(RED, 2, answer_by=30)], on=4) == (RED, 4)
    assert due([lit(0, yellow=0, red=4)], [order(RED, 4, answer_by=30)], on=6) is None


def test_a_red_order_for_the_run_follows_the_runs_yellow_one():
    found = said([lit(0, yellow=0, red=4)], [order(YELLOW, 1, answer_by=8, key=7)], on=5)
    assert found == Proposal(RED, on_day(4), 7)


def test_a_yellow_order_unanswered_is_red_from_the_day_after():
    orders = [order(YELLOW, 1, answer_by=8)]
    assert due([lit(0, yellow=0)], orders, on=8) is None
    assert due([lit(0, yellow=0)], orders, on=9) == (RED, 1)


def test_a_late_answer_is_an_answer():
    assert why([lit(0, yellow=0)], [order(YELLOW, 1, answer_by=8, answered=True, to_judge=True)], on=9) is Why.TO_JUDGE


def test_a_yellow_order_leads_to_one_red():
    orders = [order(YELLOW, 1, answer_by=8, climbed=True), order(RED, 9, answer_by=12)]
    assert why([lit(0, yellow=0)], orders, on=10) is Why.TERM


def test_a_red_order_unanswered_is_named_in_a_circular():
    orders = [order(RED, 1, answer_by=4)]
    assert due([lit(0, red=0)], orders, on=4) is None
    assert due([lit(0, red=0)], orders, on=5) == (CIRCULAR, 1)


def test_so_is_one_whose_answer_was_sent_back_twice():
    orders = [order(RED, 1, answer_by=4, answered=True, sent_back=1)]
    assert why([lit(0, red=0)], orders, on=9) is Why.SENT_BACK
    assert due([lit(0, red=0)], [order(RED, 1, answer_by=4, answered=True, sent_back=2)], on=9) == (CIRCULAR, 1)


def test_a_circular_once_an_order():
    assert why([lit(0, red=0)], [order(RED, 1, answer_by=4, climbed=True)], on=9) is Why.CLIMBED


@pytest.mark.parametrize(("rung", "next_rung"), [(YELLOW, RED), (RED, CIRCULAR)])
def test_a_promise_keeps_everything_back_until_its_day_and_then_leads_on(rung, next_rung):
    orders = [order(rung, 1, answer_by=4, promised=20)]
    assert why([lit(0, yellow=0)], orders, on=20) is Why.PROMISED
    assert due([lit(0, yellow=0)], orders, on=21) == (next_rung, 1)


def test_a_promise_was_kept_where_the_task_was_not_lit_on_its_day():
    history = [lit(0, yellow=0), dark(15), lit(30, yellow=30)]
    assert due(history, [order(RED, 1, answer_by=4, promised=20)], on=31) == (REMINDER, 30)


def test_an_accepted_answer_without_a_promise_ends_it():
    assert why([lit(0, red=0)], [order(RED, 1, answer_by=4, answered=True, accepted=True)], on=30) is Why.ACCEPTED


def test_nothing_while_a_request_waits():
    assert why([lit(0, red=0)], on=5, waits=True) is Why.WAITS


def test_a_dismissed_proposal_is_not_made_again_and_no_milder_one_of_the_run():
    assert why([lit(0, yellow=0, red=2)], on=5, dismissed=[(RED, 2)]) is Why.DISMISSED
    assert due([lit(0, yellow=0, red=2), lit(6, yellow=0, red=8)], on=9, dismissed=[(RED, 2)]) == (RED, 8)


def test_a_dismissed_circular_does_not_keep_back_what_began_later():
    history = [lit(0, yellow=0, red=0), lit(10, yellow=0, red=20)]
    orders = [order(RED, 1, answer_by=4)]
    assert due(history, orders, on=21) == (CIRCULAR, 1)
    assert due(history, orders, on=21, dismissed=[(CIRCULAR, 1)]) == (RED, 20)


def test_only_the_highest():
    orders = [order(YELLOW, 1, answer_by=8), order(RED, 2, answer_by=5)]
    assert due([lit(0, red=0)], orders, on=20) == (CIRCULAR, 2)


def test_three_red_orders_in_ninety_days_lead_to_a_talk():
    days = [on_day(0), on_day(40), on_day(89)]
    assert talk_due(days, [], on=on_day(88)) is None
    assert talk_due(days, [], on=on_day(89)) == on_day(89)
    assert talk_due([on_day(0), on_day(40), on_day(90)], [], on=on_day(99)) is None


def test_a_talk_once_after_each_third():
    days = [on_day(number) for number in (0, 1, 2, 3, 4)]
    assert talk_due(days, [on_day(2)], on=on_day(4)) is None
    assert talk_due([*days, on_day(5)], [on_day(2)], on=on_day(5)) == on_day(5)


# Against a slow reading ----------------------------------------------------------------------------------------------
def lamp(history: list[Known], day: date) -> str:
    """The lamp as known on an evening."""
    known = [each for each in history if each.since <= day]
    if not known or not known[-1].lit:
        return ""
    if known[-1].red_from and known[-1].red_from <= day:
        return "red"
    return "yellow" if known[-1].yellow_from and known[-1].yellow_from <= day else ""


def first_evening(history: list[Known], on: date, lamps: set[str]) -> date | None:
    """Walk back evening by evening."""
    if lamp(history, on) not in lamps:
        return None
    while lamp(history, on - timedelta(days=1)) in lamps:
        on -= timedelta(days=1)
    return on


def slow(history, orders, on, waits, dismissed, working_days=WORKING_DAYS) -> tuple[Rung, date] | None:
    """The sentences of the rule, one after the other, with nothing clever."""
    run, red_run = first_evening(history, on, {"yellow", "red"}), first_evening(history, on, {"red"})
    if run is None or waits:
        return None
    if any(each.accepted and each.promised_on and on <= each.promised_on for each in orders):
        return None
    in_run = [each for each in orders if each.issued_on >= run]
    found = []
    for each in orders:
        late = not each.answered and each.answer_by is not None and each.answer_by < on
        broken = each.accepted and each.promised_on is not None and each.promised_on < on
        broken = broken and all(
            lamp(history, each.promised_on + timedelta(days=extra)) for extra in range((on - each.promised_on).days + 1)
        )
        if each.climbed:
            continue
        if each.rung == YELLOW and (late or broken):
            found.append((RED, each.issued_on))
        if each.rung == RED and (late or broken or (each.sent_back >= 2 and not each.accepted)):
            found.append((CIRCULAR, each.issued_on))
    if red_run and not any(each.rung == RED and each.issued_on >= red_run for each in orders):
        found.append((RED, red_run))
    reminders = [each.issued_on for each in in_run if each.rung == REMINDER]
    stricter = any(each.rung in (YELLOW, RED) for each in in_run)
    if reminders and not stricter and working_days.count_between(min(reminders), on) >= 10:
        found.append((YELLOW, run))
    earlier = [each.issued_on for each in orders if each.rung == REMINDER]
    if not in_run and all(working_days.count_between(day, on) >= 10 for day in earlier):
        found.append((REMINDER, run))
    rungs = list(Rung)
    kept = [each for each in found if each not in dismissed]
    for each in list(kept):
        if any(
            other in dismissed and rungs.index(other[0]) > rungs.index(each[0]) and each[1] <= other[1]
            for other in found
        ):
            kept.remove(each)
    highest = [each for each in kept if all(rungs.index(each[0]) >= rungs.index(other[0]) for other in kept)]
    return highest[0] if highest else None


DAYS = st.integers(0, 60).map(on_day)
MAYBE = st.none() | DAYS


@st.composite
def histories(draw) -> list[Known]:
    rows = draw(st.lists(st.builds(Known, DAYS, st.booleans() | st.just(True), MAYBE, MAYBE), max_size=6))
    return sorted(rows, key=lambda each: each.since)


@st.composite
def orders_of_a_task(draw) -> list[Order]:
    days = sorted(draw(st.lists(DAYS, max_size=5)))
    return [draw(an_order(key, day)) for key, day in enumerate(days)]


@st.composite
def an_order(draw, key: int, issued: date) -> Order:
    rung = draw(st.sampled_from([REMINDER, YELLOW, RED]))
    if rung == REMINDER:
        return Order(key, rung, issued)
    answered = draw(st.booleans())
    sent_back = draw(st.integers(0, 3)) if answered else 0
    accepted = answered and draw(st.booleans())
    promised = draw(st.none() | st.integers(0, 20).map(lambda days: issued + timedelta(days=days)))
    return Order(
        key,
        rung,
        issued,
        WORKING_DAYS.add(issued, 5 if rung == YELLOW else 3),
        answered,
        sent_back,
        accepted,
        promised if accepted else None,
        climbed=draw(st.booleans()),
    )


@settings(max_examples=400)
@given(histories(), orders_of_a_task(), DAYS, st.sampled_from([False, False, False, True]), st.data())
def test_the_ladder_is_what_an_evening_by_evening_reading_says(history, orders, on, waits, data):
    orders = [each for each in orders if each.issued_on <= on]
    facts = {"on": on, "waits": waits, "after_working_days": WORKING_DAYS.add}
    dismissed: set[tuple[Rung, date]] = set()
    for _ in range(3):
        found = proposal(history, orders, dismissed=dismissed, **facts)
        assert (found and (found.rung, found.since)) == slow(history, orders, on, waits, dismissed)
        if found is None or not data.draw(st.booleans()):
            break
        dismissed.add((found.rung, found.since))


@settings(max_examples=200)
@given(st.lists(DAYS, max_size=8), st.lists(DAYS, max_size=2), DAYS)
def test_talks_are_what_a_walk_through_the_days_says(reds, talks, on):
    due_day, counted, day = None, [], MONDAY
    while day <= on:
        for _each in range(reds.count(day)):
            counted = [*(one for one in counted if one > day - timedelta(days=90)), day]
            if len(counted) == 3:
                due_day, counted = day, []
        day += timedelta(days=1)
    if due_day is not None and any(talk >= due_day for talk in talks):
        due_day = None
    assert talk_due(reds, talks, on=on) == due_day

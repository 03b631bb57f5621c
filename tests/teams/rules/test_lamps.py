"""The lamp rule (docs/rules.md#lamp): worked examples, edges, and dates against a day-by-day brute force."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.people.working_days import WorkingDays
from teams.rules.lamps import (
    LIT_STATES,
    Lamp,
    LampDates,
    LampReason,
    Thresholds,
    asked_late,
    closed_dates,
    drop_after,
    lamp_dates,
    lamp_on,
    reason_on,
)
from teams.rules.progress import PlannedStep

OCTOBER_27 = date(2026, 10, 27)
PLAIN = WorkingDays()


def dates_of(start, due, percent="0", *, milestones=(), changed=None, calendar=PLAIN, thresholds=None):
    """The lamp dates of a task, its percent given as text."""
    return lamp_dates(
        start=start,
        due=due,
        milestones=milestones,
        percent=Decimal(percent),
        progress_changed_on=changed,
        working_days=calendar,
        thresholds=thresholds or Thresholds(),
    )


def read(state):
    """A state as a database gives it: equal to the code's own and not the same object."""
    return state.encode().decode()


# The tasks of the demonstration on 27 October 2026


@pytest.mark.parametrize(
    ("start", "due", "percent", "reason"),
    [
        pytest.param(date(2026, 3, 15), date(2026, 12, 31), "86.67", LampReason.ON_PLAN, id="2 ahead of plan"),
        pytest.param(
            date(2026, 3, 20), date(2026, 10, 31), "58.33", LampReason.FAR_BEHIND, id="3 before its extension"
        ),
        pytest.param(date(2026, 3, 20), date(2026, 12, 31), "58.33", LampReason.BEHIND, id="3 after its extension"),
        pytest.param(date(2026, 3, 1), date(2026, 11, 30), "75", LampReason.BEHIND, id="4 13 points behind"),
        pytest.param(date(2026, 4, 1), date(2026, 10, 20), "72", LampReason.OVERDUE, id="7 overdue"),
        pytest.param(date(2026, 3, 1), date(2026, 12, 20), "55", LampReason.BEHIND, id="8 27 points behind"),
        pytest.param(date(2026, 4, 15), date(2026, 9, 30), "100", LampReason.OVERDUE, id="9 done but not closed out"),
        pytest.param(date(2026, 5, 1), None, "0", LampReason.NO_PROGRESS, id="13 untouched since May"),
        pytest.param(date(2026, 9, 18), date(2026, 11, 2), "90", LampReason.DUE_SOON, id="due on Monday"),
        pytest.param(date(2026, 10, 8), None, "5", LampReason.ON_PLAN, id="17 ongoing"),
    ],
)
def test_the_tasks_of_the_story(start, due, percent, reason):
    dates = dates_of(start, due, percent)
    assert reason_on("in_progress", dates, OCTOBER_27, due=due, has_plan_line=due is not None) is reason
    assert lamp_on("in_progress", dates, OCTOBER_27) is reason.lamp


# The edges of the rule


def test_a_gap_of_exactly_10_is_yellow_and_30_is_not_yet_red():
    """One hundred days, one point a day."""
    start = date(2026, 1, 1)
    dates = dates_of(start, start + timedelta(days=100), "50")
    assert dates.yellow_from == start + timedelta(days=60)
    assert dates.red_from == start + timedelta(days=81)


def test_the_gap_is_not_rounded_first():
    """Task 12: 92.664 planned less 82.67 is 9.994, shown as 10 and yet no gap of 10."""
    dates = dates_of(date(2026, 3, 1), date(2026, 11, 15), "82.67")
    assert dates.yellow_from == date(2026, 10, 28)


def test_red_comes_the_day_after_due_even_at_100_percent():
    assert dates_of(date(2026, 4, 1), date(2026, 8, 31), "100").red_from == date(2026, 9, 1)


def test_far_behind_comes_before_overdue():
    assert dates_of(date(2026, 10, 1), date(2026, 10, 11)).red_from == date(2026, 10, 5)


def test_yellow_and_red_never_come_on_plan():
    dates = dates_of(date(2026, 10, 1), None, "91", milestones=[PlannedStep(date(2026, 10, 11))])
    assert dates == LampDates()


def test_ongoing_with_milestones_turns_yellow_and_red_by_its_gap_alone():
    dates = dates_of(date(2026, 10, 1), None, milestones=[PlannedStep(date(2026, 10, 11))], changed=date(2026, 1, 1))
    assert dates == LampDates(yellow_from=date(2026, 10, 2), red_from=date(2026, 10, 5))


def test_blue_comes_on_the_fifth_working_day_before_due():
    calendar = WorkingDays({date(2026, 10, day): False for day in (1, 2, 5, 6, 7)} | {date(2026, 9, 27): True})
    assert dates_of(date(2026, 3, 1), date(2026, 11, 15)).blue_from == date(2026, 11, 9)
    assert dates_of(date(2026, 3, 1), date(2026, 10, 9), calendar=calendar).blue_from == date(2026, 9, 27)


def test_blue_never_comes_before_the_start():
    assert dates_of(date(2026, 11, 12), date(2026, 11, 13)).blue_from == date(2026, 11, 12)


def test_no_progress_turns_yellow_60_days_after_the_last_change():
    dates = dates_of(date(2026, 5, 1), None, changed=date(2026, 7, 1))
    assert dates == LampDates(yellow_from=date(2026, 8, 30))


def test_no_progress_counts_from_the_start_where_nothing_ever_changed():
    assert dates_of(date(2026, 5, 1), None) == LampDates(yellow_from=date(2026, 6, 30))


def test_progress_long_ago_does_not_make_a_planned_task_stale():
    dates = dates_of(date(2026, 1, 1), date(2026, 12, 31), "95", changed=date(2026, 1, 2))
    assert dates.yellow_from is None


def test_thresholds_are_data_of_the_action():
    own = Thresholds(red_gap=20, yellow_gap=Decimal("0.5"), blue_days=2, stale_days=30)
    start = date(2026, 1, 1)
    dates = dates_of(start, start + timedelta(days=100), "50", thresholds=own)
    assert dates.yellow_from == start + timedelta(days=51)
    assert dates.red_from == start + timedelta(days=71)
    assert dates.blue_from == start + timedelta(days=98)
    assert dates_of(start, None, thresholds=own).yellow_from == date(2026, 1, 31)


def test_the_thresholds_of_the_design_are_the_default():
    assert Thresholds() == Thresholds(red_gap=30, yellow_gap=10, blue_days=5, stale_days=60)


@pytest.mark.parametrize(("yellow", "red"), [(0, 30), (30, 30), (31, 30), (-1, 5)])
def test_gaps_that_do_not_ascend_are_refused(yellow, red):
    with pytest.raises(ValueError, match=f"yellow gap < red gap does not hold for {yellow} and {red}"):
        Thresholds(yellow_gap=yellow, red_gap=red)


@pytest.mark.parametrize(("blue", "stale"), [(0, 60), (5, 0)])
def test_days_below_1_are_refused(blue, stale):
    with pytest.raises(ValueError, match=f"1 or more, not {blue} and {stale}"):
        Thresholds(blue_days=blue, stale_days=stale)


def test_the_smallest_thresholds_are_one_day_each():
    assert Thresholds(yellow_gap=1, red_gap=2, blue_days=1, stale_days=1).blue_days == 1


def test_a_task_that_starts_after_it_is_due_is_refused():
    with pytest.raises(ValueError, match="starts on or before"):
        dates_of(date(2026, 5, 2), date(2026, 5, 1))


def test_what_the_rule_answers_can_be_kept_in_sets():
    assert len({LampDates(), LampDates(red_from=OCTOBER_27), Thresholds(), Thresholds()}) == 3


# From dates to lamps

DATES = LampDates(date(2026, 10, 10), date(2026, 10, 20), date(2026, 10, 30))


@pytest.mark.parametrize("state", sorted(LIT_STATES))
@pytest.mark.parametrize(
    ("day", "lamp"),
    [(9, "green"), (10, "blue"), (19, "blue"), (20, "yellow"), (29, "yellow"), (30, "red"), (31, "red")],
)
def test_each_lamp_holds_from_its_day(state, day, lamp):
    assert lamp_on(state, DATES, date(2026, 10, day)) is Lamp(lamp)


def test_the_most_urgent_lamp_wins_whatever_the_order_of_the_days():
    dates = LampDates(blue_from=date(2026, 10, 9), yellow_from=date(2026, 10, 8), red_from=date(2026, 10, 7))
    assert lamp_on("assigned", dates, date(2026, 10, 9)) is Lamp.RED


def test_the_states_that_lamps_judge():
    assert {"assigned", "acknowledged", "in_progress", "close_out_requested"} == LIT_STATES


@pytest.mark.parametrize("state", ["suspended", "cancelled"])
def test_suspended_and_cancelled_are_grey(state):
    assert lamp_on(state, DATES, date(2026, 10, 31)) is Lamp.GREY
    assert reason_on(state, DATES, date(2026, 10, 31), due=None, has_plan_line=False) is LampReason(state)


@pytest.mark.parametrize("state", ["", "draft", "In_progress"])
def test_an_unknown_state_has_no_lamp(state):
    with pytest.raises(ValueError, match=f"no state of a task: '{state}'"):
        lamp_on(state, DATES, OCTOBER_27)


def test_closed_out_in_time_is_grey():
    dates = closed_dates(late=False, on=date(2026, 10, 10))
    assert dates == LampDates()
    assert lamp_on("closed_out", dates, OCTOBER_27) is Lamp.GREY
    assert reason_on("closed_out", dates, OCTOBER_27, due=OCTOBER_27, has_plan_line=True) is LampReason.CLOSED_OUT


def test_closed_out_late_is_yellow_for_good():
    dates = closed_dates(late=True, on=date(2026, 10, 10))
    assert dates == LampDates(yellow_from=date(2026, 10, 10))
    for day in (date(2026, 10, 10), date(2036, 1, 1)):
        assert lamp_on(read("closed_out"), dates, day) is Lamp.YELLOW
        assert reason_on(read("closed_out"), dates, day, due=None, has_plan_line=False) is LampReason.CLOSED_LATE


@pytest.mark.parametrize(
    ("asked_on", "late"), [(date(2026, 10, 26), False), (date(2026, 10, 27), False), (date(2026, 10, 28), True)]
)
def test_late_is_judged_by_the_day_of_the_request(asked_on, late):
    assert asked_late(asked_on=asked_on, due=OCTOBER_27) is late


def test_an_ongoing_task_is_never_closed_late():
    assert asked_late(asked_on=date(2099, 1, 1), due=None) is False


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (9, LampDates()),
        (10, LampDates(DATES.blue_from)),
        (20, LampDates(DATES.blue_from, DATES.yellow_from)),
        (29, LampDates(DATES.blue_from, DATES.yellow_from)),
        (30, DATES),
    ],
)
def test_asking_close_out_drops_the_days_that_have_not_come(day, kept):
    assert drop_after(DATES, date(2026, 10, day)) == kept


def test_dropping_keeps_what_was_never_to_come():
    assert drop_after(LampDates(), OCTOBER_27) == LampDates()


# Reasons


@pytest.mark.parametrize("state", ["assigned", "acknowledged", "in_progress"])
def test_overdue_outranks_far_behind_once_the_due_day_has_passed(state):
    dates = dates_of(date(2026, 10, 1), date(2026, 10, 11))
    reasons = [
        reason_on(state, dates, date(2026, 10, day), due=date(2026, 10, 11), has_plan_line=True)
        for day in (4, 5, 11, 12)
    ]
    assert reasons == [LampReason.BEHIND, LampReason.FAR_BEHIND, LampReason.FAR_BEHIND, LampReason.OVERDUE]


def test_asked_in_time_a_task_does_not_become_overdue():
    dates = drop_after(dates_of(date(2026, 10, 1), date(2026, 10, 11)), date(2026, 10, 11))
    day = date(2026, 10, 20)
    assert (
        reason_on(read("close_out_requested"), dates, day, due=date(2026, 10, 11), has_plan_line=True)
        is LampReason.FAR_BEHIND
    )


def test_asked_too_late_a_task_stays_overdue():
    dates = drop_after(dates_of(date(2026, 10, 1), date(2026, 10, 11), "100"), date(2026, 10, 12))
    day = date(2026, 10, 20)
    reason = reason_on("close_out_requested", dates, day, due=date(2026, 10, 11), has_plan_line=True)
    assert reason is LampReason.OVERDUE


def test_ongoing_far_behind_is_not_called_overdue():
    dates = dates_of(date(2026, 10, 1), None, milestones=[PlannedStep(date(2026, 10, 11))])
    assert reason_on("assigned", dates, OCTOBER_27, due=None, has_plan_line=True) is LampReason.FAR_BEHIND


def test_reasons_are_codes_that_know_their_lamp():
    assert {reason.value: reason.lamp.value for reason in LampReason} == {
        "overdue": "red",
        "far_behind": "red",
        "behind": "yellow",
        "closed_late": "yellow",
        "no_progress": "yellow",
        "due_soon": "blue",
        "on_plan": "green",
        "closed_out": "grey",
        "suspended": "grey",
        "cancelled": "grey",
    }
    assert LampReason("overdue") is LampReason.OVERDUE
    assert LampReason.OVERDUE == "overdue"


def test_lamps_are_listed_from_the_most_urgent():
    assert [lamp.value for lamp in Lamp] == ["red", "yellow", "blue", "green", "grey"]


# The whole rule, against a brute force that walks the days

SPRING = date(2026, 1, 1)
percents = st.decimals(0, 100, places=2)
near = st.integers(-3, 130).map(lambda offset: SPRING + timedelta(days=offset))


@st.composite
def tasks(draw):
    """Start, due, milestones, percent and last change of a task, around the spring of 2026."""
    start = draw(near)
    due = draw(st.none() | st.integers(0, 90).map(lambda length: start + timedelta(days=length)))
    milestones = draw(st.lists(st.builds(PlannedStep, near, st.integers(1, 5)), max_size=3))
    return {
        "start": start,
        "due": due,
        "milestones": milestones,
        "percent": draw(percents | st.integers(0, 20).map(lambda fives: Decimal(5 * fives))),
        "progress_changed_on": draw(st.none() | near),
    }


calendars = st.dictionaries(near, st.booleans(), max_size=30).map(WorkingDays)
thresholds = st.builds(
    Thresholds,
    yellow_gap=st.integers(1, 20),
    red_gap=st.integers(21, 60),
    blue_days=st.integers(1, 8),
    stale_days=st.integers(1, 70),
)


def walked_plan(task, day):
    """Planned percent at the end of `day`, looked up between the two nearest corners; None without a plan line."""
    start, milestones = task["start"], task["milestones"]
    if not milestones:
        if task["due"] is None:
            return None
        milestones = [PlannedStep(task["due"], 1)]
    whole = sum(step.weight for step in milestones)

    def reached(corner):
        return Fraction(100 * sum(step.weight for step in milestones if step.due <= corner), whole)

    if day < start:
        return 0
    corners = [start, *(step.due for step in milestones if step.due > start)]
    left = max(corner for corner in corners if corner <= day)
    right = min((corner for corner in corners if corner > day), default=None)
    if right is None:
        return 100
    return reached(left) + (reached(right) - reached(left)) * (day - left).days / (right - left).days


def walked_lamp(task, day, calendar, rule):
    """The lamp of `day` by the words of the rule, one after another."""
    planned = walked_plan(task, day)
    if planned is None:
        since = task["progress_changed_on"] or task["start"]
        return Lamp.YELLOW if (day - since).days >= rule.stale_days else Lamp.GREEN
    gap = planned - Fraction(task["percent"])
    due = task["due"]
    if (due is not None and day > due) or gap > rule.red_gap:
        return Lamp.RED
    if gap >= rule.yellow_gap:
        return Lamp.YELLOW
    if due is not None and day >= task["start"]:
        left = sum(calendar.is_working(day + timedelta(days=ahead)) for ahead in range((due - day).days))
        if left < rule.blue_days or (left == rule.blue_days and calendar.is_working(day)):
            return Lamp.BLUE
    return Lamp.GREEN


@settings(max_examples=150, deadline=None)
@given(tasks(), calendars, thresholds)
def test_the_dates_give_the_lamp_of_every_day(task, calendar, rule):
    dates = lamp_dates(**task, working_days=calendar, thresholds=rule)
    for offset in range(-20, 240):
        day = SPRING + timedelta(days=offset)
        assert lamp_on("in_progress", dates, day) is walked_lamp(task, day, calendar, rule), day


@given(tasks(), calendars, near)
def test_a_reason_always_belongs_to_the_lamp(task, calendar, day):
    dates = lamp_dates(**task, working_days=calendar, thresholds=Thresholds())
    planned = task["due"] is not None or bool(task["milestones"])
    for state in sorted(LIT_STATES | {"closed_out", "suspended", "cancelled"}):
        reason = reason_on(state, dates, day, due=task["due"], has_plan_line=planned)
        assert reason.lamp is lamp_on(state, dates, day)


def urgency(lamp):
    """Higher is more urgent."""
    return -list(Lamp).index(lamp)


@given(tasks(), calendars, near, st.integers(0, 60))
def test_waiting_never_makes_a_lamp_better(task, calendar, day, wait):
    dates = lamp_dates(**task, working_days=calendar, thresholds=Thresholds())
    later = lamp_on("in_progress", dates, day + timedelta(days=wait))
    assert urgency(later) >= urgency(lamp_on("in_progress", dates, day))


@given(tasks(), near, percents)
def test_progress_never_makes_a_lamp_worse(task, day, percent):
    less, more = sorted([task["percent"], percent])
    lamps = [
        lamp_on("in_progress", lamp_dates(**task, working_days=PLAIN, thresholds=Thresholds()), day)
        for task in (task | {"percent": less}, task | {"percent": more})
    ]
    assert urgency(lamps[1]) <= urgency(lamps[0])


@given(tasks(), near, st.integers(0, 60))
def test_a_lamp_stands_still_from_the_day_close_out_is_asked(task, asked_on, wait):
    dates = lamp_dates(**task, working_days=PLAIN, thresholds=Thresholds())
    dropped = drop_after(dates, asked_on)
    later = lamp_on("close_out_requested", dropped, asked_on + timedelta(days=wait))
    assert later is lamp_on("in_progress", dates, asked_on)

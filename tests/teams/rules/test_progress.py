"""Planned progress, the percent of a quantity, and pace (docs/rules.md#planned-progress)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.lists.text import percent_text, whole
from teams.rules.progress import (
    Pace,
    PacedTask,
    PlannedStep,
    change_sums,
    pace,
    percent_of_quantity,
    plan_line,
    shown_gap,
)
from teams.words import change_words, gap_words

MARCH_20 = date(2026, 3, 20)
OCTOBER_31 = date(2026, 10, 31)


@pytest.fixture
def straight():
    """Ten days from 1 to 11 October: 10 points a day."""
    return plan_line(start=date(2026, 10, 1), due=date(2026, 10, 11))


@pytest.fixture
def stepped():
    """Weight 1 on the 5th, 1 and 2 on the 9th; due on the 31st."""
    steps = [
        PlannedStep(date(2026, 10, 9), 2),
        PlannedStep(date(2026, 10, 5)),
        PlannedStep(date(2026, 10, 9)),
    ]
    return plan_line(start=date(2026, 10, 1), due=date(2026, 10, 31), milestones=steps)


def test_the_line_keeps_the_weight_that_is_done_by_plan(stepped):
    assert stepped.days == (date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 9))
    assert stepped.reached == (0, 1, 4)


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 9, 30), 0),
        (date(2026, 10, 1), 0),
        (date(2026, 10, 2), 10),
        (date(2026, 10, 10), 90),
        (date(2026, 10, 11), 100),
        (date(2026, 10, 12), 100),
        (date(2027, 1, 1), 100),
    ],
)
def test_the_plan_is_0_after_the_start_day_and_100_after_the_due_day(straight, day, planned):
    assert straight.planned_on(day) == planned


@pytest.mark.parametrize(
    ("day", "planned"),
    [(1, 0), (2, "6.25"), (5, 25), (6, "43.75"), (7, "62.5"), (9, 100), (10, 100), (31, 100)],
)
def test_milestones_bend_the_line_through_their_cumulated_weight(stepped, day, planned):
    assert stepped.planned_on(date(2026, 10, day)) == Fraction(planned)


def test_start_and_due_on_one_day_plan_100_that_day():
    line = plan_line(start=OCTOBER_31, due=OCTOBER_31)
    assert line.planned_on(OCTOBER_31 - timedelta(days=1)) == 0
    assert line.planned_on(OCTOBER_31) == 100


@pytest.mark.parametrize("due", [date(2026, 10, 1), date(2026, 9, 1)])
def test_a_milestone_due_by_the_start_is_planned_for_the_start_day(due):
    steps = [PlannedStep(due), PlannedStep(date(2026, 10, 11))]
    line = plan_line(start=date(2026, 10, 1), due=date(2026, 10, 11), milestones=steps)
    assert line.planned_on(date(2026, 9, 30)) == 0
    assert line.planned_on(date(2026, 10, 1)) == 50
    assert line.planned_on(date(2026, 10, 2)) == 55


def test_steps_and_lines_are_values():
    assert len({PlannedStep(MARCH_20), PlannedStep(MARCH_20, 1), PlannedStep(MARCH_20, 2)}) == 2
    assert len({plan_line(start=MARCH_20, due=OCTOBER_31), plan_line(start=MARCH_20, due=OCTOBER_31)}) == 1


def test_an_ongoing_task_has_no_plan_line():
    assert plan_line(start=MARCH_20, due=None) is None


def test_an_ongoing_task_with_a_milestone_has_one():
    line = plan_line(start=date(2026, 10, 1), due=None, milestones=[PlannedStep(date(2026, 10, 5), 7)])
    assert line.planned_on(date(2026, 10, 2)) == 25


def test_a_task_that_starts_after_it_is_due_is_refused():
    with pytest.raises(ValueError, match="2026-10-31 for 2026-03-20"):
        plan_line(start=OCTOBER_31, due=MARCH_20)


@pytest.mark.parametrize("weight", [0, -1])
def test_a_milestone_without_weight_is_refused(weight):
    with pytest.raises(ValueError, match=f"1 or more, not {weight}"):
        PlannedStep(OCTOBER_31, weight)


def test_planned_percents_are_kept_to_two_decimals():
    line = plan_line(start=MARCH_20, due=OCTOBER_31)
    assert str(line.percent_on(date(2026, 10, 27))) == "98.22"
    assert line.planned_on(date(2026, 10, 27)) == Fraction(22100, 225)


def test_planned_percents_are_rounded_half_up():
    """1 of 32 days is 3.125, 3 of 32 is 9.375; half to even would make the first 3.12."""
    line = plan_line(start=date(2026, 10, 1), due=date(2026, 11, 2))
    assert str(line.percent_on(date(2026, 10, 2))) == "3.13"
    assert str(line.percent_on(date(2026, 10, 4))) == "9.38"


@pytest.mark.parametrize(("day", "kept"), [(date(2026, 9, 30), "0.00"), (date(2026, 10, 11), "100.00")])
def test_kept_percents_show_their_decimals_at_both_ends(straight, day, kept):
    assert str(straight.percent_on(day)) == kept


@pytest.mark.parametrize(
    ("level", "at", "above"),
    [
        (10, date(2026, 10, 2), date(2026, 10, 3)),
        (Decimal("10.01"), date(2026, 10, 3), date(2026, 10, 3)),
        (Decimal("99.99"), date(2026, 10, 11), date(2026, 10, 11)),
        (100, date(2026, 10, 11), None),
        (Decimal("100.01"), None, None),
    ],
)
def test_a_level_is_reached_on_its_day_and_passed_on_the_next(straight, level, at, above):
    assert straight.first_day_at(level) == at
    assert straight.first_day_above(level) == above


def test_a_level_is_never_reached_before_the_start(straight):
    assert straight.first_day_at(0) == date(2026, 10, 1)


@st.composite
def plans(draw):
    """The start, due day and milestones of a task that has a plan line."""
    start = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    due = draw(st.none() | st.integers(0, 300).map(lambda length: start + timedelta(days=length)))
    offsets = st.integers(-5, 310).map(lambda offset: start + timedelta(days=offset))
    steps = st.builds(PlannedStep, offsets, st.integers(1, 9))
    milestones = draw(st.lists(steps, min_size=1 if due is None else 0, max_size=4))
    return start, due, milestones


@given(plans())
def test_the_plan_never_falls_and_runs_from_0_to_100(plan):
    start, due, milestones = plan
    line = plan_line(start=start, due=due, milestones=milestones)
    planned = [line.planned_on(start + timedelta(days=offset)) for offset in range(-2, 320)]
    assert planned == sorted(planned)
    assert planned[0] == 0
    assert planned[-1] == 100


@given(plans(), st.randoms())
def test_the_order_of_milestones_does_not_matter(plan, random):
    start, due, milestones = plan
    shuffled = random.sample(milestones, len(milestones))
    ordered = plan_line(start=start, due=due, milestones=milestones)
    assert plan_line(start=start, due=due, milestones=shuffled) == ordered


@given(plans(), st.integers(1, 5))
def test_weights_count_by_their_share_alone(plan, factor):
    start, due, milestones = plan
    heavier = [PlannedStep(step.due, step.weight * factor) for step in milestones]
    line, other = (plan_line(start=start, due=due, milestones=steps) for steps in (milestones, heavier))
    days = [start + timedelta(days=offset) for offset in range(0, 320, 7)]
    assert [line.planned_on(day) for day in days] == [other.planned_on(day) for day in days]


@pytest.mark.parametrize(
    ("done", "target", "percent"),
    [
        (0, 12, "0.00"),
        (7, 12, "58.33"),
        (2, 3, "66.67"),
        (1, 16, "6.25"),
        (1, 32, "3.13"),
        (3, 32, "9.38"),
        (12, 12, "100.00"),
        (14, 12, "100.00"),
        (Decimal("12.5"), Decimal("37.5"), "33.33"),
        (1, Decimal("0.5"), "100.00"),
        (Decimal("0.25"), Decimal("0.5"), "50.00"),
    ],
)
def test_the_percent_follows_the_count(done, target, percent):
    assert str(percent_of_quantity(done=done, target=target)) == percent


@pytest.mark.parametrize(("done", "target"), [(1, 0), (1, -5), (-1, 5)])
def test_a_count_below_0_or_of_nothing_is_refused(done, target):
    with pytest.raises(ValueError, match=f"not {done} of {target}"):
        percent_of_quantity(done=done, target=target)


def paced(level, percent, planned, **more):
    """A task with percents given as text."""
    return PacedTask(level, Decimal(percent), None if planned is None else Decimal(planned), **more)


def test_pace_is_weighted_by_level():
    tasks = [paced(1, "40", "60"), paced(3, "80", "100")]
    assert {pace(tasks)} == {Pace(Decimal("70.00"), Decimal("90.00"), 2)}


def test_pace_leaves_out_what_has_no_plan_line_or_is_cancelled():
    tasks = [paced(1, "40", "60"), paced(3, "0", None), paced(2, "0", "100", cancelled=True)]
    assert pace(iter(tasks)) == Pace(Decimal("40.00"), Decimal("60.00"), 1)


def test_pace_is_rounded_half_up_once():
    tasks = [paced(1, "0.01", "33.33"), paced(1, "0.00", "33.34")]
    assert str(pace(tasks)) == "Pace(percent=Decimal('0.01'), planned=Decimal('33.34'), tasks=2)"


@pytest.mark.parametrize("tasks", [[], [paced(1, "5", None)]])
def test_nothing_to_pace_is_no_pace_rather_than_0(tasks):
    assert pace(tasks) is None


@pytest.mark.parametrize(
    ("percent", "planned", "gap"),
    [("65", "85", 20), ("85", "65", -20), ("83.33", "91.67", 9), ("82.50", "83.49", 0), ("82.49", "82.50", 1)],
)
def test_the_gap_of_a_pace_is_in_points_behind_plan_as_shown(percent, planned, gap):
    assert pace([paced(2, percent, planned)]).gap == gap


STEPS = [Decimal(step) / 4 for step in range(401)]


@pytest.mark.usefixtures("english")
def test_what_is_shown_adds_up_for_every_pair():
    """Percents in quarters, so that every rounding meets every other."""
    for percent in STEPS:
        for planned in STEPS:
            gap = shown_gap(percent, planned)
            assert int(whole(percent)) + gap == int(whole(planned))
            assert bool(re.match(r"\d+ points? (behind|ahead of) plan$", gap_words(gap))) == (gap != 0)


@given(*[st.decimals(0, 100, places=2)] * 2)
def test_what_is_shown_adds_up_for_all_stored_percents(percent, planned):
    assert int(percent_text(percent)[:-1]) + shown_gap(percent, planned) == int(percent_text(planned)[:-1])


@pytest.mark.usefixtures("english")
def test_on_plan_behind_and_ahead_are_one_rule():
    assert [gap_words(gap) for gap in (2, 1, 0, -1, -2)] == [
        "2 points behind plan",
        "1 point behind plan",
        "on plan",
        "1 point ahead of plan",
        "2 points ahead of plan",
    ]


@pytest.mark.usefixtures("english")
class TestChange:
    BEFORE: ClassVar = {1: paced(1, "50", "60"), 2: paced(1, "70", "80")}

    def change(self, **now):
        return change_sums(self.BEFORE, {int(key[1:]): task for key, task in now.items()}).change

    def test_progress_alone_names_no_cause(self):
        change = self.change(t1=paced(1, "60", "70"), t2=paced(1, "84", "90"))
        assert (change.narrowed, change.is_by_tasks) == (2, False)
        assert change_words(change) == ["2 points better than at the last period's end"]

    def test_added_tasks_are_named_with_what_they_did(self):
        change = self.change(t1=paced(1, "60", "70"), t2=paced(1, "80", "90"), t3=paced(2, "0", "10"))
        assert (change.percent_by_tasks, change.planned_by_tasks, change.narrowed) == (-35, -35, 0)
        assert change_words(change) == [
            "same as at the end of the last period",
            "1 task added: progress −35, planned −35 points",
        ]

    def test_a_changed_level_is_named(self):
        change = self.change(t1=paced(3, "50", "60"), t2=paced(1, "70", "80"))
        assert (change.levels, change.percent_by_tasks, change.added, change.gone) == (1, -5, 0, 0)

    def test_a_cancelled_task_no_longer_counts(self):
        change = self.change(t1=paced(1, "50", "60", cancelled=True), t2=paced(1, "70", "80"))
        assert (change.gone, change.percent_by_tasks, change.narrowed) == (1, 10, 0)

    def test_without_a_task_of_both_all_of_it_is_by_tasks(self):
        assert self.change(t9=paced(1, "10", "30")).percent_by_tasks == -50

    def test_nothing_then_or_now_is_no_change(self):
        assert change_sums({}, self.BEFORE).change is None is change_sums(self.BEFORE, {}).change

    @given(*[st.dictionaries(st.integers(1, 5), st.tuples(st.integers(1, 3), *[st.integers(0, 100)] * 2))] * 2)
    def test_the_parts_add_up(self, before, now):
        before, now = (
            {key: PacedTask(a, Decimal(b), Decimal(c)) for key, (a, b, c) in each.items()} for each in (before, now)
        )
        change = change_sums(before, now).change
        if change and before.keys() == now.keys() and not change.levels:
            assert not change.is_by_tasks

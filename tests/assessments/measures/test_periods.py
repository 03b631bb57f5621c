"""What the measures of period ends count."""

from datetime import date
from decimal import Decimal

import pytest

from tests.assessments import work
from tests.factories import PeriodFactory, make_task

pytestmark = pytest.mark.django_db


def test_red_and_yellow_period_ends_are_off_schedule(team, periods, found):
    task = make_task(team=team)
    for period, lamp in zip(periods, ("red", "yellow", "blue"), strict=True):
        work.keep_lamp(task, period, lamp=lamp)
    assert found("tasks_on_schedule_rate")[:2] == (1, 3)


def test_the_gap_is_a_sum_of_hundredths_and_ahead_counts_as_nothing(team, periods, found):
    task = make_task(team=team)
    for period, planned, actual in zip(periods, ("58.33", "60.29", "70"), ("58.04", "30", "90"), strict=True):
        work.keep_lamp(task, period, planned=Decimal(planned), actual=Decimal(actual))
    assert found("mean_schedule_gap")[:2] == (29 + 3029, 3)


def test_no_hundredth_is_lost_to_binary_fractions():
    """The rule that the query relies on: a percent times 100, rounded, is the whole number it stands for."""
    assert all(round(float(Decimal(hundredths) / 100) * 100) == hundredths for hundredths in range(10_001))


def test_tasks_without_a_plan_line_have_no_gap(team, periods, found):
    task = make_task(team=team, title="ongoing")
    work.keep_lamp(task, periods[0], planned=None)
    assert found("mean_schedule_gap") == (0, 0, {"ongoing": "no_plan_line"})
    assert found("tasks_on_schedule_rate")[:2] == (1, 1)


def test_only_periods_that_end_in_the_round_count(team, action, periods, found):
    task = make_task(team=team)
    before = PeriodFactory(action=action, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
    after = PeriodFactory(action=action, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 10))
    for period in (before, after):
        work.keep_lamp(task, period, at=work.evening(date(2026, 10, 11)))
    assert found("tasks_on_schedule_rate") == (0, 0, {})


def test_a_period_closed_after_the_cut_off_does_not_count(team, periods, found):
    work.keep_lamp(make_task(team=team), periods[-1], at=work.CUT_OFF)
    assert found("tasks_on_schedule_rate") == (0, 0, {})


def test_what_becomes_of_a_task_later_changes_no_period_end(team, periods, found):
    task = make_task(team=team)
    work.keep_lamp(task, periods[0], lamp="red")
    work.move(task, at=work.evening(date(2026, 9, 1)), state="cancelled")
    assert found("tasks_on_schedule_rate")[:2] == (0, 1)

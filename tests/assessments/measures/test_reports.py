"""What the measures of reports count."""

from datetime import date, timedelta

import pytest

from teams.models import PeriodDue, ProgressReport, ReportDecision
from tests.assessments import work
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = (ends for ends, _ in work.PERIODS)


def test_a_report_at_the_due_moment_is_on_time_and_a_minute_later_is_late(team, periods, found):
    work.submit(periods[0], team, at=periods[0].due_at)
    work.submit(periods[1], team, at=periods[1].due_at + timedelta(minutes=1))
    work.submit(periods[2], team)
    reasons = {JULY: "submitted_on_time", AUGUST: "submitted_late", SEPTEMBER: "submitted_on_time"}
    assert found("report_on_time_rate") == (2, 3, reasons)
    assert found("reports_late") == (1, 3, reasons)


def test_not_submitted_by_the_cut_off_is_late_and_missing(team, periods, found):
    work.submit(periods[0], team)
    work.submit(periods[1], team, at=work.CUT_OFF)
    assert found("report_on_time_rate")[:2] == (1, 3)
    assert found("reports_late")[:2] == (2, 3)
    assert found("reports_missing") == (
        2,
        3,
        {JULY: "submitted", AUGUST: "not_submitted", SEPTEMBER: "not_submitted"},
    )


def test_a_late_resubmission_keeps_the_first_time(team, periods, found):
    first = work.submit(periods[0], team)
    work.decide(first, accepted=False)
    work.decide(work.submit(periods[0], team, at=periods[0].due_at + timedelta(days=9)), accepted=True)
    assert found("report_on_time_rate")[0] == 1
    assert found("reports_missing")[0] == 2
    assert found("report_first_time_rate")[:2] == (0, 1)


@pytest.mark.parametrize(("at", "is_known"), [(work.CUT_OFF - timedelta(seconds=1), True), (work.CUT_OFF, False)])
def test_what_the_team_took_back_counts_from_when_it_was_submitted_again(team, periods, found, at, is_known):
    first = work.submit(periods[0], team)
    ProgressReport.objects.update(on_time=False)
    work.decide(work.submit(periods[0], team, at=at - timedelta(hours=1)), accepted=True, at=at - timedelta(minutes=1))
    ReportDecision.objects.create(submission=first, accepted=False, taken_back=True, at=at)
    assert found("report_on_time_rate")[2][JULY] == ("submitted_late" if is_known else "submitted_on_time")
    assert found("report_first_time_rate")[2][JULY] == "accepted_at_first"


def test_a_report_submitted_three_times_counts_once(team, periods, found):
    for hours in (3, 2, 1):
        work.submit(periods[0], team, at=periods[0].due_at - timedelta(hours=hours))
    assert found("report_on_time_rate")[:2] == (1, 3)


def test_accepted_at_once_is_counted_of_the_reports_decided(team, periods, found):
    work.decide(work.submit(periods[0], team), accepted=True)
    work.submit(periods[1], team)
    assert found("report_first_time_rate") == (
        1,
        1,
        {JULY: "accepted_at_first", AUGUST: "undecided", SEPTEMBER: "not_submitted"},
    )


def test_a_decision_after_the_cut_off_does_not_count(team, periods, found):
    work.decide(work.submit(periods[0], team), accepted=True, at=work.CUT_OFF)
    assert found("report_first_time_rate")[:2] == (0, 0)


def test_a_new_team_owes_only_the_periods_whose_last_day_it_existed(action, periods, found):
    new = TeamFactory(action=action, established_on=date(2026, 8, 31))
    assert found("reports_missing", new) == (2, 2, {AUGUST: "not_submitted", SEPTEMBER: "not_submitted"})


def test_a_closed_team_owes_nothing_for_periods_that_end_after_it(action, periods, found):
    closed = TeamFactory(action=action, closed_on=date(2026, 8, 30))
    assert found("reports_missing", closed)[:2] == (1, 1)


def test_a_team_owes_for_the_period_on_whose_last_day_it_was_closed(action, periods, found):
    closed = TeamFactory(action=action, closed_on=date(2026, 8, 31))
    assert found("reports_missing", closed)[:2] == (2, 2)


def test_a_period_not_due_by_the_cut_off_is_left_out(action, team, periods, found):
    PeriodDue.objects.create(period=periods[2], number=2, due_at=work.CUT_OFF, at=periods[2].due_at)
    assert found("reports_missing")[2][SEPTEMBER] == "not_due"
    assert found("reports_late")[1] == found("report_on_time_rate")[1] == 2


def test_a_team_that_owes_nothing_has_no_value(team, found):
    assert found("reports_late") == (0, 0, {})

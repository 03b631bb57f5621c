"""The registry as a whole: one query each, sums that agree with their rows, no measure of activity."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.measures import MEASURES, Because, Direction, Measured, Reading
from teams.models import ReportEntry, ReportSubmission
from tests.assessments import loop_work, work
from tests.factories import DepartmentFactory, MemberFactory, TeamFactory, make_task

pytestmark = pytest.mark.django_db

NAMES = list(MEASURES)
NEW = date(2026, 8, 31)
"""Founded then, a team is new on the last day of the quarter, and owes all but its first report."""
OF_ACTIVITY = (
    "session",
    "people_user",
    "audit",
    "notice",
    "storedfile",
    "savedupload",
    "axes",
    "reportentry",
    "submittedentry",
    "entryreason",
    "helprequest",
    "nextstep",
)
"""Tables of logins, clicks, words, photos and rows typed: no measure may read them (docs/rules.md#measures)."""


@pytest.fixture
def busy_quarter(action, team, office, periods):
    """A quarter in which something of everything has happened, and the team is new."""
    type(team).objects.filter(pk=team.pk).update(established_on=NEW)
    do_some_work(team, office, periods)
    return team


def do_some_work(team, office, periods):
    """Tasks closed, late, open and ongoing; reports in time, late, returned and missing."""
    asker = MemberFactory(team=team).user
    done, late, hasty, open_one = (
        make_task(
            team=team,
            level=level,
            due_on=date(2026, 8, 31),
            title=f"task {level}",
            milestones=[("half", date(2026, 7, 31), 1)],
            joint=[DepartmentFactory()],
        )
        for level in (3, 2, 1, 1)
    )
    ongoing = make_task(team=team, due_on=None, ongoing=True)
    work.close_out(done, asked=date(2026, 8, 1), asker=asker, checker=office)
    work.close_out(late, asked=date(2026, 9, 9), asker=asker, checker=office)
    work.close_out(hasty, asked=date(2026, 8, 1), accepted=False, asker=asker, checker=office)
    for period in periods:
        work.keep_lamp(open_one, period, lamp="red")
        work.keep_lamp(ongoing, period, planned=None)
    work.decide(work.submit(periods[0], team), accepted=True)
    work.decide(work.submit(periods[1], team, at=periods[1].due_at + timedelta(hours=1)), accepted=False)
    loop_work.do_some(team, open_one)


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_is_one_query_for_all_teams(name, scope, busy_quarter, action, office, periods):
    with CaptureQueriesContext(
        connection,
    ) as one:
        MEASURES[name].of(scope)
    for _ in range(6):
        do_some_work(TeamFactory(action=action, established_on=NEW), office, periods)
    with CaptureQueriesContext(connection) as many:
        assert len(MEASURES[name].of(scope)) == 7
    assert (len(one), len(many)) == (1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_behind_add_up_to_numerator_and_denominator(name, scope, busy_quarter):
    measure = MEASURES[name]
    measured = measure.of(scope)[busy_quarter.pk]
    assert measured.denominator > 0
    assert sum(row["numerator"] for row in measured.rows) == measured.numerator
    is_tally = measure.reading is Reading.TALLY
    assert sum(row["denominator"] for row in measured.rows) == (0 if is_tally else measured.denominator)
    for row in measured.rows:
        counted = row["numerator"] if is_tally else row["denominator"]
        assert (counted > 0) == (row["because"] in measure.hits + measure.misses)
        assert row["because"] in measure.hits + measure.misses + measure.left_out


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_measure_is_missing_and_never_zero_but_in_a_tally(name, scope, team):
    is_tally = MEASURES[name].reading is Reading.TALLY
    assert MEASURES[name].of(scope) == {}
    assert MEASURES[name].nothing == Measured(numerator=0, denominator=int(is_tally))
    assert MEASURES[name].value(0, 0) is None
    assert MEASURES[name].value(None, None) is None
    assert MEASURES[name].value(0, 4) == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_measure_reads_a_table_of_activity(name, scope):
    measure = MEASURES[name]
    tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', str(measure.query(measure.function(scope)).query)))
    assert tables
    assert not [table for table in tables if any(word in table for word in OF_ACTIVITY)]


@pytest.mark.parametrize("name", NAMES)
def test_a_count_counts_failures_and_every_other_measure_is_a_share_or_a_mean(name):
    """A number of things done would be a measure of activity: more of it would be better.

    Pilots are counted because documents from above grant them.
    """
    measure = MEASURES[name]
    is_number = measure.reading in (Reading.COUNT, Reading.TALLY)
    assert not is_number or measure.direction is Direction.LOWER or name.startswith("pilots_")


@pytest.mark.parametrize("name", NAMES)
def test_more_activity_changes_no_value(name, scope, busy_quarter, periods):
    """More submissions, more words, rows saved again: what was achieved is the same, and so is the value."""
    measure = MEASURES[name]
    before = measure.of(scope)[busy_quarter.pk]
    report = ReportSubmission.objects.first().report
    task = busy_quarter.tasks.first()
    for hour in range(5):
        work.submit(periods[0], busy_quarter, at=periods[0].due_at + timedelta(hours=hour))
    ReportEntry.objects.create(report=report, task=task, text="字" * 5000, no_change=True)
    for own in busy_quarter.tasks.all():
        own.save()
        work.move(own, at=work.evening(work.LAST), note="再次修改")
    after = measure.of(scope)[busy_quarter.pk]
    assert (after.numerator, after.denominator) == (before.numerator, before.denominator)


@pytest.mark.parametrize("name", NAMES)
def test_what_happens_after_the_cut_off_changes_no_value(name, scope, busy_quarter, periods):
    measure = MEASURES[name]
    before = measure.of(scope)
    later = work.CUT_OFF + timedelta(days=1)
    for task in busy_quarter.tasks.exclude(state="closed_out"):
        work.move(task, at=later, state="cancelled")
    make_task(team=busy_quarter, due_on=date(2026, 9, 9), at=later)
    work.decide(work.submit(periods[2], busy_quarter, at=later), accepted=True)
    assert measure.of(scope) == before


def test_values_are_divided_exactly():
    assert MEASURES["task_completion_rate"].value(2, 3) == Fraction(200, 3)
    assert MEASURES["mean_schedule_gap"].value(3058, 3) == Fraction(3058, 300)
    assert MEASURES["reports_late"].value(2, 9) == 2


def test_every_reason_is_used_and_every_measure_is_described():
    used = {reason for measure in MEASURES.values() for reason in measure.hits + measure.misses + measure.left_out}
    assert used == set(Because) - {Because.SET_ASIDE}
    for measure in MEASURES.values():
        assert all(str(text) for text in (measure.title, measure.unit, measure.numerator, measure.rule))
        assert "Numerator:" in measure.function.__doc__

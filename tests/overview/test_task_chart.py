"""A task's chart: its numbers are the recorded ones, its plan is the plan line, its reports stay with their readers."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.teams.sample_reports import accepted, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def today_is(at, time_machine):
    time_machine.move_to(at)


def chart_of(client, task, user):
    client.force_login(user)
    return client.get(task.get_absolute_url(), headers={"accept-language": "en"}).context["chart"]


def test_it_draws_what_was_recorded_against_the_plan_line(client, team, office, at, today_is):
    """Half of the weight by 30 September and all by 31 December: 20 of 40 asked, 16 then 30 reached."""
    task = factories.make_task(
        team=team,
        start_on=date(2026, 9, 1),
        due_on=date(2026, 12, 31),
        milestones=[("摸底", date(2026, 9, 30), 1), ("办结", date(2026, 12, 31), 1)],
        target=Decimal(40),
        unit="个村",
        done=Decimal(16),
        percent=Decimal(40),
        at=moment(2, month=9),
    )
    factories.progress_on(task, 75, at=moment(30, month=9), done=Decimal(30))
    factories.progress_on(task, 75, at=moment(5), done=Decimal(30), title="换了名称")
    chart = chart_of(client, task, office)
    assert [(day.on, day.reached, day.planned) for day in chart.days] == [
        (date(2026, 9, 2), "16 of 40 个村", "1 of 40 个村"),
        (date(2026, 9, 30), "30 of 40 个村", "20 of 40 个村"),
    ]
    last, first = chart.lines.dots[-1], chart.lines.dots[0]
    assert (first.y, last.y, last.x) == ("66", "31", chart.today.x)
    assert chart.lines.planned[-1].y2 == "6"
    assert chart.lines.behind == ()


def test_a_report_is_a_door_for_its_readers_alone(client, team, head, office, other_head, centre, at, today_is):
    period = factories.PeriodFactory(action=team.action)
    task = factories.make_task(team=team)
    report = accepted(team, period, task, by=head, office=office)
    for person, reads in ((head, True), (office, True), (other_head, False), (centre, False)):
        chart = chart_of(client, task, person)
        assert chart.days[-1].percent == 55
        doors = [day.entry.submission.report for day in chart.days if day.entry]
        assert doors == ([report] if reads else []), person


def test_one_number_without_a_plan_is_no_chart(client, team, office, at, today_is):
    task = factories.make_task(team=team, due_on=None, ongoing=True)
    assert chart_of(client, task, office) is None
    factories.progress_on(task, 60, at=moment(5))
    assert [day.percent for day in chart_of(client, task, office).days] == [40, 60]

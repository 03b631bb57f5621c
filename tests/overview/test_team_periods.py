"""A team over its last periods, its core figures, and the one page of paper: the same as the rules say elsewhere."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.overview.team_page import core_standings, quarter_ends
from governance.overview.team_periods import LANES, ReportMark, report_marks
from governance.overview.trends import late_reports
from teams.evidence.attachments import attach_evidence
from teams.models import CoreFigure, ReportingPeriod
from teams.reports.hand_over import take_back_report
from teams.reports.review import return_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, NextStepLine
from teams.tasks.standing import pace_of, tasks_standing
from tests import factories
from tests.teams.sample_reports import accepted, moment, submitted

pytestmark = pytest.mark.django_db


def periods_until(action, last: date, count: int) -> list[ReportingPeriod]:
    """Periods of ten days, the last of which ends on `last`, earliest first."""
    ends = [last - timedelta(days=10 * back) for back in reversed(range(count))]
    return [
        factories.PeriodFactory(
            action=action,
            starts_on=end - timedelta(days=9),
            ends_on=end,
            due_at=datetime(end.year, end.month, end.day, 18, tzinfo=SHANGHAI) + timedelta(days=1),
        )
        for end in ends
    ]


def last_of(client, team, user):
    client.force_login(user)
    return client.get(reverse("team", args=[team.code])).context["last"]


def test_each_square_and_each_evening_is_as_the_past_days_say(
    client, action, team, other_team, office, at, time_machine
):
    time_machine.move_to(at)
    periods = periods_until(action, date(2026, 10, 20), 5)
    tasks = [
        factories.make_task(team=team, due_on=due, ongoing=due is None, percent=Decimal(percent))
        for due, percent in ((date(2026, 9, 12), 30), (date(2026, 12, 31), 60), (None, 50))
    ]
    factories.progress_on(tasks[0], 80, at=moment(9, month=9))
    factories.progress_on(tasks[1], 75, at=moment(5))
    late = factories.make_task(team=team, at=moment(3), start_on=date(2026, 10, 3))
    moved = factories.make_task(team=other_team)
    factories.progress_on(moved, 41, at=moment(1), team=team)
    last = last_of(client, team, office)
    assert [evening.on for evening in last.evenings] == [*(period.ends_on for period in periods), at.date()]
    for place, evening in enumerate(last.evenings):
        standings = tasks_standing(action, on=evening.on, today=at.date(), team=team)
        pace, lamps = pace_of(standings), {each.task.pk: each.lamp for each in standings}
        assert (evening.point.percent, evening.point.planned) == (pace.percent, pace.planned)
        assert {lane.task.pk: lane.lamps[place][1] for lane in last.lanes if lane.lamps[place][1]} == lamps
        for lane in last.lanes:
            lamp, url, words = lane.squares[place]
            assert bool(words) == bool(lamp)
            assert lamp is None or client.get(url).context["standing"].lamp == lamp
    assert {lane.task for lane in last.lanes} == {*tasks, late, moved}


def test_the_most_urgent_tasks_have_a_lane_and_the_others_are_counted(client, action, team, office, at, time_machine):
    time_machine.move_to(at)
    for _ in range(LANES):
        factories.make_task(team=team, due_on=date(2027, 3, 1), percent=Decimal(99))
    red = factories.make_task(team=team, due_on=date(2026, 10, 1))
    last = last_of(client, team, office)
    assert (last.lanes[0].task, len(last.lanes), last.others) == (red, LANES, 1)


def test_what_became_of_each_report(team, head, office, action):
    """Returned while it is with the team; sent again it is returned still, unless it was late from the first."""
    periods = periods_until(action, date(2026, 10, 20), 7)
    _never, late, with_team, again, taken_back, in_time, open_still = periods
    task = factories.make_task(team=team)

    def hour(period, days=0):
        return period.due_at + timedelta(hours=-1, days=days)

    def back(period, at):
        report = submitted(team, period, task, by=head, at=hour(period))
        return_report(report, reason="请补充", resubmit_by=date(2026, 12, 1), by=office, at=at)
        report.refresh_from_db()
        return report

    submitted(team, late, task, by=head, at=hour(late, 3))
    back(with_team, hour(with_team, 1))
    submit_report(back(again, hour(again, 1)), by=head, at=hour(again, 2))
    report = submitted(team, taken_back, task, by=head, at=hour(taken_back))
    take_back_report(report, by=head, at=hour(taken_back))
    report.refresh_from_db()
    submit_report(report, by=head, at=hour(taken_back, 2))
    submitted(team, in_time, task, by=head, at=hour(in_time))
    marks = report_marks(periods, team, at=hour(open_still))
    assert [marks[period.pk] for period in periods] == [
        ReportMark.MISSING,
        ReportMark.LATE,
        ReportMark.RETURNED,
        ReportMark.RETURNED,
        ReportMark.LATE,
        ReportMark.ON_TIME,
        ReportMark.DUE,
    ]
    assert late_reports(periods, [team], at=hour(open_still)) == [1, 1, 0, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("day", "end", "ended"),
    [
        (date(2026, 10, 27), date(2026, 12, 31), date(2026, 9, 30)),
        (date(2026, 9, 30), date(2026, 9, 30), date(2026, 9, 30)),
        (date(2027, 1, 1), date(2027, 3, 31), date(2026, 12, 31)),
    ],
)
def test_the_quarter_and_the_one_that_is_over(day, end, ended):
    assert quarter_ends(day) == (end, ended)


def test_a_core_figure_stands_against_its_tasks_plan_for_the_quarter_and_against_the_year(team, action, at):
    """By 30 September the plan asks for half of the weight: 1,000 of 2,000; two tasks with the same unit count none."""
    steps = [("摸底", date(2026, 9, 30), 1), ("办结", date(2026, 12, 31), 1)]
    figure = {"target": Decimal(2000), "unit": "个"}
    make = {"team": team, **figure, "due_on": date(2026, 12, 31), "percent": Decimal(40), "milestones": steps}
    task = factories.make_task(done=Decimal(800), **make)
    CoreFigure.objects.create(team=team, name="办结微心愿", department=task.lead_department, **figure)

    def standing():
        [core] = core_standings(team, tasks_standing(action, on=at.date(), today=at.date()), on=at.date())
        return core

    core = standing()
    assert (core.quarter, core.planned, core.short_of_quarter, core.short_of_year) == (3, 1000, 200, 1200)
    assert (core.strip.width, core.strip.tick) == ("40%", "50%")
    factories.progress_on(task, 95, at=at, done=Decimal(1900))
    assert (standing().short_of_quarter, standing().short_of_year) == (0, 100)
    factories.make_task(done=Decimal(1), **make)
    core = standing()
    assert (core.done, core.planned, core.short_of_year, core.strip.width) == (None, None, 0, None)


def test_papers_are_shown_to_their_readers_alone(
    client, team, head, office, leader, other_head, centre, auditor, action, at, time_machine
):
    time_machine.move_to(at)
    factories.PeriodFactory(action=action)
    task = factories.make_task(team=team)
    lines = {"matters": [Matter("用地指标20亩")], "steps": [NextStepLine("补办微心愿200个", date(2026, 10, 25))]}
    accepted(team, ReportingPeriod.objects.get(), task, by=head, office=office, **lines)
    for person, reads in ((head, True), (office, True), (leader, True), (other_head, False), (auditor, False)):
        client.force_login(person)
        page = client.get(reverse("team", args=[team.code])).content.decode()
        assert [word in page for word in ("用地指标20亩", "补办微心愿200个")] == [reads, reads], person


def test_more_tasks_and_more_periods_ask_no_more_of_the_database(client, action, team, office, at, time_machine):
    time_machine.move_to(at)
    client.force_login(office)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("team", args=[team.code])).status_code == 200
        return len(asked)

    periods_until(action, date(2026, 10, 20), 2)
    factories.make_task(team=team)
    few = queries()
    periods_until(action, date(2026, 9, 29), 10)
    for number in range(12):
        factories.make_task(team=team, due_on=date(2026, 10, 1 + number), at=moment(1 + number))
    assert queries() == few


def test_the_first_picture_of_a_task_stands_before_its_newest(client, team, head, other_head, at, time_machine):
    """Papers and other tasks are no pair; nobody else sees any of it."""
    time_machine.move_to(at)
    road, yards = (factories.make_task(team=team) for _ in range(2))

    def attach(task, files, caption, day):
        attach_evidence(task, files, by=head, at=at, caption=caption, dated_on=day)

    attach(road, factories.a_paper(), "方案", date(2026, 3, 1))
    attach(yards, factories.a_photo("blue"), "另一项", date(2026, 3, 2))
    attach(road, factories.a_photo("red"), "整治前", date(2026, 4, 1))
    attach(road, factories.a_photo("green"), "整治中", date(2026, 6, 1))
    attach(road, factories.a_photo("teal"), "整治后", date(2026, 9, 1))
    client.force_login(head)
    shown = client.get(reverse("team", args=[team.code])).context["evidence"]
    assert shown.before.title == "整治前"
    assert [each.title for each in shown.newest] == ["整治后", "整治中", "另一项", "方案"]
    client.force_login(other_head)
    response = client.get(reverse("team", args=[team.code]))
    assert response.context["evidence"] is None
    assert "整治前" not in response.content.decode()

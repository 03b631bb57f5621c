"""Whatever happens later, every page tells a past day as it was, and all pages tell the same (docs/rules.md#past-days).

A county lives seven weeks: tasks move between teams, dates are extended, reports come in and are accepted late, due
moments and calendar change, periods and teams are closed. Each evening is written down from the rows of that evening;
in the end the pages about these evenings are compared with what was written down, and with each other.
"""

import csv
import io
import random
from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from governance.clock import at_time, end_of
from governance.overview.chat import week_text
from governance.overview.wall import wall_of
from governance.people.accounts import mark_day
from governance.people.models import CalendarDay
from governance.records.refusals import Refused
from teams.models import LampRule, Milestone, PeriodLamp, ProgressReport, ReportingPeriod, SpecialTeam, Task
from teams.reports.dispatch import dispatch_chunks, dispatch_teams, stretch_of_period, stretch_of_week
from teams.reports.drafts import save_report
from teams.reports.due_moments import follow_calendar
from teams.reports.owed_rows import tasks_owed
from teams.reports.periods import close_period, generate_periods, set_period_due
from teams.reports.review import accept_report, return_report
from teams.reports.status import reports_standing
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from teams.roster.teams import close_team
from teams.rules.lamps import Lamp, lamp_dates
from teams.rules.progress import percent_of_quantity, plan_line
from teams.tasks.assignment import edit_task
from teams.tasks.changes import steps_of
from teams.tasks.lamp_rules import relight_all
from teams.tasks.standing import pace_of
from teams.words import LAMP_WORDS
from tests import factories
from tests.teams.tasks.test_history import Year

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 23)
OPEN = ("assigned", "acknowledged", "in_progress", "close_out_requested")
with override("zh-hans"):
    ZH_LAMPS = {lamp: str(word) for lamp, word in LAMP_WORDS.items()}
VERBS = {
    "assign": 5,
    "edit": 4,
    "move": 5,
    "acknowledge": 6,
    "progress": 3,
    "extend": 4,
    "close": 3,
    "decide": 5,
    "cancel": 2,
    "suspend": 1,
    "resume": 2,
    "plan": 2,
    "complete": 2,
    "replace": 1,
    "share": 1,
    "report": 8,
    "review": 8,
    "set_due": 3,
    "mark": 2,
    "follow": 2,
    "close_period": 2,
    "close_team": 1,
}


NEEDED = {"move", "decide", "report", "review", "set_due", "close_period", "close_team"}
"""Verbs without which the past would not be in danger."""


class County(Year):
    """A year in which reports are written, periods closed, due moments moved and teams closed as well."""

    def __init__(self, action, teams, office, administrator, dice):
        super().__init__(teams, office, dice)
        self.action, self.administrator = action, administrator
        self.accepted = []
        """(task, first day of the period, last day, percent, count), in the order of acceptance."""

    def act(self, day):
        """One verb of these; what is refused is chosen again."""
        for _attempt in range(40):
            name = self.dice.choices(list(VERBS), list(VERBS.values()))[0]
            # Within a day moments come as they come: a later change never counts before an earlier one.
            at = at_time(day, self.dice.randrange(24), self.dice.randrange(60))
            if attempt(getattr(self, name), at):
                return name
        return "nothing"

    def move(self, at):
        task = self.a_task(state__in=OPEN)
        fields = {"team": self.dice.choice(self.teams)}
        return task and task.team != fields["team"] and edit_task(task, fields, by=self.office, at=at)

    def one_of(self, rows):
        rows = list(rows)
        return self.dice.choice(rows) if rows else None

    def a_period(self, at):
        return self.one_of(self.action.periods.filter(closed_at=None, ends_on__lte=at.date()))

    def report(self, at):
        period, team = self.a_period(at), self.dice.choice(self.teams)
        if period is None:
            return False
        rows = [self.row(owed) for owed in tasks_owed(team, period, on=at.date())]
        report = save_report(team, period, Written(rows=rows), by=self.heads[team.pk], at=at)
        return submit_report(report, by=self.heads[team.pk], at=at)

    def row(self, owed):
        percent = Decimal(self.dice.randrange(101))
        number = {"done": owed.row.target * percent / 100} if owed.counts else {"percent": percent}
        number = {name: value.quantize(Decimal("0.01")) for name, value in number.items()}
        return ReportRow(owed.task.pk, text="完成一批", reason="核减", **number)

    def review(self, at):
        report = self.one_of(ProgressReport.objects.filter(state="submitted"))
        if report is None:
            return False
        if self.dice.random() < 0.3:
            return return_report(
                report, reason="补充", resubmit_by=at.date() + timedelta(days=3), by=self.office, at=at
            )
        entries = list(report.submissions.last().entries.all())
        accept_report(report, by=self.office, at=at)
        period = report.period
        self.accepted += [(row.task_id, period.starts_on, period.ends_on, row.percent, row.done) for row in entries]
        return True

    def set_due(self, at):
        period = self.one_of(self.action.periods.filter(closed_at=None))
        later = period and at_time(period.ends_on + timedelta(days=self.dice.randrange(8)), 12)
        return period and period.due_at != later and set_period_due(period, due_at=later, by=self.office, at=at)

    def mark(self, at):
        on = at.date() + timedelta(days=self.dice.randrange(20))
        mark_day(on=on, works=self.dice.random() < 0.3, name="调休", by=self.administrator, at=at)
        relight_all(self.action, by=self.administrator, at=at)
        return True

    def follow(self, at):
        return follow_calendar(self.action, by=self.office, at=at)

    def close_period(self, at):
        period = self.a_period(at)
        return period and [close_period(period, by=self.office, at=at)]

    def close_team(self, at):
        team = self.dice.choice(self.teams)
        for task in list(team.tasks.filter(state__in=(*OPEN, "suspended"))):
            fields = {"team": self.dice.choice([each for each in self.teams if each != team])}
            edit_task(task, fields, by=self.office, at=at)
        closed_on = at.date() - timedelta(days=self.dice.randrange(3))
        self.teams = [each for each in self.teams if each != team] if len(self.teams) > 2 else self.teams
        return team not in self.teams and close_team(team, on=closed_on, by=self.office, at=at)


def attempt(act, at):
    """What the verb gives, or nothing where it refuses: in a transaction, so that a refusal leaves nothing."""
    try:
        with transaction.atomic():
            return act(at)
    except Refused:
        return None


@dataclass(frozen=True)
class Evening:
    """The rows of an evening, copied: tasks with their milestones in force, and how each report stood."""

    on: date
    tasks: dict
    steps: dict
    reports: dict

    @classmethod
    def of(cls, action, on):
        steps = {}
        for row in Milestone.objects.filter(replaced_by=None).order_by("due_on", "pk"):
            steps.setdefault(row.task_id, []).append(row)
        moment = end_of(on) - timedelta(microseconds=1)
        found = {(row.period_id, row.team_id): row for row in ProgressReport.objects.all()}
        reports = {
            (period.pk, team.pk): status(found.get((period.pk, team.pk)), period.due_at, moment, on)
            for period in ReportingPeriod.objects.all()
            for team in SpecialTeam.objects.all()
        }
        return cls(on, {task.pk: task for task in Task.objects.filter(action=action)}, steps, reports)

    def planned(self, task):
        line = plan_line(start=task.start_on, due=task.due_on, milestones=steps_of(self.steps.get(task.pk, [])))
        return None if line is None else line.percent_on(self.on)

    def told(self, task):
        """What a page says of a task."""
        return (task.team_id, task.title, task.due_on, task.percent, self.planned(task), task.lamp_on(self.on))

    @property
    def all(self):
        return {pk: self.told(task) for pk, task in self.tasks.items()}

    def dispatched(self, first, accepted=()):
        """What the table of the days from `first` to this evening says, by task."""
        return {
            pk: self.told(self.laid(task, accepted) if task.state in OPEN else task)
            for pk, task in self.tasks.items()
            if task.state in OPEN or (task.state == "closed_out" and first <= task.closed_on <= self.on)
        }

    def laid(self, task, accepted):
        """The task with the progress accepted for the latest period, and the lamp by it."""
        said = [each for each in accepted if each[0] == task.pk]
        if not said:
            return task
        _pk, _starts, ends, percent, done = max(said, key=lambda each: each[1])
        task = copy(task)
        if task.target is not None:
            percent = task.percent if done is None else percent_of_quantity(done=done, target=task.target)
        if (percent, task.done if done is None or task.target is None else done) == (task.percent, task.done):
            return task
        dates = lamp_dates(
            start=task.start_on,
            due=task.due_on,
            milestones=steps_of(self.steps.get(task.pk, [])),
            percent=percent,
            progress_changed_on=max(filter(None, (task.progressed_on, ends))),
            working_days=CalendarDay.objects.working_days(),
            thresholds=LampRule.objects.get().thresholds,
        )
        cut = task.asked_on if task.state == "close_out_requested" else date.max
        for name in ("blue_from", "yellow_from", "red_from"):
            day = getattr(dates, name)
            setattr(task, name, day if day is not None and day <= cut else None)
        task.percent = percent
        return task


def status(report, due_at, moment, on):
    """How a report stands, from its row."""
    if report is None or report.state == "draft":
        return "overdue" if moment > due_at else "due"
    if report.state == "returned":
        return "returned-overdue" if on > report.resubmit_by else "returned"
    return {"submitted": "waiting"}.get(report.state, report.state)


def table(action, stretch, office, now):
    """The dispatch table by task, and its workbook's rows."""
    teams = list(SpecialTeam.objects.order_by("order"))
    entries = dispatch_teams(action, stretch, teams, user=office, at=now)
    told = {
        row.task.pk: (entry.team.pk, row.title, row.due_on, row.percent, row.planned, row.lamp)
        for entry in entries
        for row in entry.rows
    }
    sheet = openpyxl.load_workbook(BytesIO(b"".join(dispatch_chunks(action, stretch, entries)))).active
    printed = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4) if isinstance(row[0].value, int)]
    assert [(row[0], row[2], row[8]) for row in printed] == [
        (row.task.number, row.title, ZH_LAMPS[row.lamp]) for entry in entries for row in entry.rows
    ]
    return told


@pytest.mark.parametrize("seed", [3, 11])
def test_every_page_tells_a_past_day_as_it_was(client, action, office, administrator, settings, seed):
    dice = random.Random(seed)
    teams = [factories.TeamFactory(action=action) for _place in range(4)]
    county = County(action, teams, office, administrator, dice)
    CalendarDay.objects.create(on=date(2026, 10, 1), works=False, name="国庆节")
    generate_periods(action, first=FIRST, last=date(2026, 11, 5), by=office, at=at_time(FIRST, 8))
    for _task in range(3):
        county.assign(at_time(FIRST, 8))
    done, evenings = Counter(), {}
    for day in (FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)):
        done.update(county.act(day) for _verb in range(dice.choice([1, 2, 3])))
        if day == LAST:
            missing = sorted(NEEDED - set(done))
            done.update(
                name for name in missing for _try in range(20) if attempt(getattr(county, name), at_time(day, 20))
            )
        evenings[day] = Evening.of(action, day)
    # What this is about has happened.
    assert set(done) >= NEEDED, done
    assert PeriodLamp.objects.exists()
    settings.DEMO_TODAY, now = LAST, end_of(LAST) - timedelta(seconds=1)
    client.force_login(office)
    for day in [*dice.sample(sorted(evenings)[:-1], 10), LAST]:
        evening = evenings[day]
        wall = wall_of(action, on=day, now=now, user=office)
        told = {each.task.pk: of_row(each) for each in wall.standings}
        assert told == evening.all, day
        in_rows = {item.standing.task.pk: shown.team.pk for shown in wall.teams for item in shown.tasks}
        assert in_rows == {pk: each[0] for pk, each in evening.all.items()}, day
        assert {lamp: count for lamp, count in wall.lamps if count} == Counter(
            told[-1] for told in evening.all.values()
        ), day
        assert wall.pace == pace_of(wall.standings), day
        listed = client.get(reverse("task_list"), {"sort": "number", "on": day.isoformat()}).context["table"].data
        assert {each.task.pk: of_row(each) for each in listed} == evening.all, day
        exported = exported_rows(client, day)
        assert [row[1] for row in exported] == [task.title for task in by_number(evening)], day
        assert [row[3] for row in exported] == [name_of(task.team_id) for task in by_number(evening)], day
        for standing in reports_standing(
            list(ReportingPeriod.objects.all()),
            list(SpecialTeam.objects.all()),
            at=end_of(day) - timedelta(microseconds=1),
        ):
            for team, found in standing.statuses.items():
                assert found == evening.reports[standing.period.pk, team], (day, standing.period)
        if day.isoweekday() == 7:
            week = stretch_of_week(action, day, today=LAST)
            assert table(action, week, office, now) == evening.dispatched(week.first), day
    for period in ReportingPeriod.objects.filter(ends_on__lt=LAST, starts_on__gte=FIRST):
        evening, said = evenings[period.ends_on], [each for each in county.accepted if each[1] <= period.starts_on]
        if period.is_closed:
            kept = {
                row.task_id: (row.team_id, row.actual, row.planned, row.lamp)
                for row in PeriodLamp.objects.filter(period=period)
            }
            told = table(action, stretch_of_period(period, today=LAST), office, now)
            assert {pk: (each[0], *each[3:]) for pk, each in told.items() if pk in kept} == kept
            texts = {pk: each[:3] for pk, each in told.items()}
            assert texts == {pk: each[:3] for pk, each in evening.dispatched(period.starts_on).items()}
        else:
            told = table(action, stretch_of_period(period, today=LAST), office, now)
            assert told == evening.dispatched(period.starts_on, said), period
        for team in teams:
            address = {"period": period.starts_on.isoformat(), "team": team.code}
            assert client.get(reverse("dispatch"), address).status_code == 200
    today = evenings[LAST]
    with override("en"):
        text = week_text(wall_of(action, on=LAST, now=now, user=office))
        for team in SpecialTeam.objects.filter(pk__in=[task.team_id for task in today.tasks.values()]):
            counts = Counter(told[-1] for told in today.all.values() if told[0] == team.pk)
            line = next(line for line in text.splitlines() if f". {team.short_name}" in line)
            assert all(f"{LAMP_WORDS[lamp]} {count}" in line for lamp, count in counts.items())
    for team in SpecialTeam.objects.filter(closed_on=None):
        shown = client.get(team.get_absolute_url()).context["wall"].standings
        assert {each.task.pk: of_row(each) for each in shown} == {
            pk: each for pk, each in today.all.items() if each[0] == team.pk
        }
    for point in client.get(reverse("home")).context["wall"].trend.points:
        told = evenings[point.on].all.values()
        assert point.red == sum(each[-1] == Lamp.RED for each in told), point.on


def of_row(each):
    """What a standing says of its task."""
    row = each.row
    return row.team_id, row.title, row.due_on, row.percent, each.planned, each.lamp


def by_number(evening):
    return sorted(evening.tasks.values(), key=lambda task: task.number)


def name_of(team_id):
    return SpecialTeam.objects.get(pk=team_id).name


def exported_rows(client, day):
    """The lines of the exported list of a day, without the head."""
    answer = client.get(reverse("task_list"), {"format": "csv", "sort": "number", "on": day.isoformat()})
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]

"""A team's chapter of the pack: how it stands, what it reported and promised, what waits (docs/rules.md#chapters).

Chapters are read for the office, the leaders and the secretary of a meeting that is planned or held; a team reads its
own. The caller asks who reads; the number of queries is the same for any number of teams.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from governance.clock import day_of
from governance.people.models import User
from teams.models import (
    HelpRequest,
    LampRule,
    NextStep,
    ProgressReport,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    SubmittedEntry,
    TaskShare,
)
from teams.roster.beginnings import Beginning, beginnings_of
from teams.roster.recipients import people_by_team
from teams.rules.lamps import Lamp, Thresholds
from teams.rules.progress import Pace
from teams.states import OPEN_TASK_STATES, ReportState, TaskState
from teams.tasks.lamp_sentences import lamp_sentence
from teams.tasks.standing import TaskStanding, lamp_counts, pace_of, tasks_standing

from ..models import FieldPlace, Problem, Showcase, ShowcaseStep, SupervisionOrder
from ..models.problem import ProblemTeam
from ..states import LIVE_PROBLEM_STATES

READ_STATES = (ReportState.SUBMITTED, ReportState.ACCEPTED)
"""States of a report that a meeting reads: never a draft, never one that was returned."""


@dataclass(frozen=True)
class LitTask:
    """A task that is yellow or red, with the reason."""

    standing: TaskStanding
    sentence: str


@dataclass(frozen=True)
class TeamReport:
    """The latest report of a team that was submitted or accepted, and its rows as submitted."""

    report: ProgressReport
    entries: Sequence[SubmittedEntry] = ()

    @property
    def said(self) -> list[SubmittedEntry]:
        """The rows that say something."""
        return [entry for entry in self.entries if entry.text]


@dataclass(frozen=True)
class Promise:
    """A next step of a report; `outcome` is what the report says that was read, never what a draft says."""

    text: str
    due_on: date | None
    outcome: str = ""
    """Its label in the reader's language."""
    reason: str = ""
    code: str = ""
    """Its outcome, whatever the language; "" while no report says it."""


@dataclass(frozen=True)
class ShownCase:
    """A showcase with its highest confirmed step, None before the first."""

    showcase: Showcase
    step: ShowcaseStep | None


@dataclass(frozen=True)
class Chapter:
    """What a meeting reads of one team."""

    team: SpecialTeam
    head: User | None
    pace: Pace | None
    lamps: Mapping[Lamp, int]
    tasks: Sequence[TaskStanding]
    """Every task that is not cancelled, in its order."""
    lit: Sequence[LitTask]
    """Red ones first."""
    idle_townships: Sequence[TaskShare]
    """Townships of its tasks that have counted nothing yet."""
    report: TeamReport | None
    promised: Sequence[Promise]
    """What the report before promised, with what came of it."""
    promises: Sequence[Promise]
    """What the latest report promises."""
    problems: Sequence[Problem]
    orders: Sequence[SupervisionOrder]
    matters: Sequence[HelpRequest]
    """Sent and not answered."""
    places: Sequence[FieldPlace]
    """Its place in each of its fields, the latest month."""
    showcases: Sequence[ShownCase]
    beginning: Beginning | None
    """Its first steps, while the team is new."""

    def as_json(self) -> dict[str, object]:
        """The chapter as the command prints it: the team, and the first day of the period it last reported on."""
        starts_on = self.report.report.period.starts_on.isoformat() if self.report is not None else None
        return {"team": self.team.code, "period": starts_on}


def teams_of_meeting(action: SpecialAction, on: date) -> list[SpecialTeam]:
    """The teams that have a chapter: those existing on the day of the meeting, in document order."""
    return list(teams_existing(action, on))


def teams_existing(action: SpecialAction, on: date) -> QuerySet[SpecialTeam]:
    """The same as a question."""
    return SpecialTeam.objects.existing_on(on).filter(action=action).order_by("order")


def chapters_of(action: SpecialAction, teams: Sequence[SpecialTeam], *, at: datetime) -> list[Chapter]:
    """The chapter of each of `teams`, all of `action`, as it stands at `at`."""
    return _Reading(action, teams, day_of(at)).chapters()


@dataclass
class _Reading:
    """What the chapters are made of, by team id."""

    action: SpecialAction
    teams: Sequence[SpecialTeam]
    on: date
    standings: dict[int, list[TaskStanding]] = field(default_factory=lambda: defaultdict(list))

    def chapters(self) -> list[Chapter]:
        keys = [team.pk for team in self.teams]
        only = self.teams[0] if len(self.teams) == 1 else None
        for standing in tasks_standing(self.action, on=self.on, today=self.on, team=only):
            self.standings[standing.row.team_id].append(standing)
        rule = LampRule.objects.filter(action=self.action).order_by("-number").first()
        thresholds = rule.thresholds if rule else Thresholds()
        people = people_by_team(self.teams)
        reports = latest_reports(keys)
        promised, promises = promises_of(reports)
        idle = _idle_townships(keys)
        problems, orders, matters = _problems(keys), _orders(keys), _matters(keys)
        places, showcases = _places(keys), showcases_of(keys)
        new = [team for team in self.teams if team.is_new(self.on, self.action.new_team_days)]
        beginnings = beginnings_of(new, self.action, on=self.on)
        return [
            Chapter(
                team=team,
                head=next(iter(people[team.pk].of("head")), None),
                pace=pace_of(self.standings[team.pk]),
                lamps=lamp_counts(self.standings[team.pk]),
                tasks=[each for each in self.standings[team.pk] if each.row.state != TaskState.CANCELLED],
                lit=_lit(self.standings[team.pk], thresholds),
                idle_townships=idle[team.pk],
                report=reports.get(team.pk),
                promised=promised[team.pk],
                promises=promises[team.pk],
                problems=problems[team.pk],
                orders=orders[team.pk],
                matters=matters[team.pk],
                places=places[team.pk],
                showcases=showcases[team.pk],
                beginning=beginnings.get(team.pk),
            )
            for team in self.teams
        ]


def _lit(standings: Iterable[TaskStanding], thresholds: Thresholds) -> list[LitTask]:
    """Red tasks, then yellow ones; a task closed out late stays yellow and is not asked about again."""
    lit = [each for each in standings if each.row.is_open and each.lamp in (Lamp.RED, Lamp.YELLOW)]
    ordered = sorted(lit, key=lambda each: each.lamp is not Lamp.RED)
    return [LitTask(each, lamp_sentence(each, thresholds)) for each in ordered]


def last_reported(teams: Sequence[int] | QuerySet[Any]) -> dict[int, date]:
    """The first day of the period of the latest report that a meeting reads, by team: one query."""
    read = ProgressReport.objects.filter(team__in=teams, state__in=READ_STATES).order_by()
    return dict(read.values("team").annotate(last=Max("period__starts_on")).values_list("team", "last"))


def latest_reports(teams: Sequence[int]) -> dict[int, TeamReport]:
    """The latest report of each team that is submitted or accepted, with its rows: three queries."""
    newest = last_reported(teams)
    read = ProgressReport.objects.filter(team__in=teams, state__in=READ_STATES)
    rows = read.filter(period__starts_on__in=set(newest.values())).select_related("period", "team")
    reports = {row.team_id: row for row in rows if newest[row.team_id] == row.period.starts_on}
    numbers = {
        row["report"]: row["last"]
        for row in ReportSubmission.objects.filter(report__in=[row.pk for row in reports.values()])
        .order_by()
        .values("report")
        .annotate(last=Max("number"))
    }
    entries: dict[int, list[SubmittedEntry]] = defaultdict(list)
    kept = SubmittedEntry.objects.filter(submission__report__in=list(numbers)).select_related("task", "submission")
    for entry in kept.defer("submission__document").order_by("task__year", "task__number"):
        if entry.submission.number == numbers[entry.submission.report_id]:
            entries[entry.submission.report_id].append(entry)
    return {team: TeamReport(report, entries[report.pk]) for team, report in reports.items()}


def promises_of(
    reports: Mapping[int, TeamReport],
) -> tuple[dict[int, list[Promise]], dict[int, list[Promise]]]:
    """What earlier reports promised and the latest one follows up, and what the latest one promises: one query."""
    team_of = {each.report.pk: team for team, each in reports.items()}
    promised: dict[int, list[Promise]] = defaultdict(list)
    promises: dict[int, list[Promise]] = defaultdict(list)
    read = list(team_of)
    for step in NextStep.objects.filter(Q(report__in=read) | Q(followed_in__in=read)).order_by("pk"):
        if step.followed_in_id in team_of:
            told = Promise(step.text, step.due_on, step.get_outcome_display(), step.reason, step.outcome)
            promised[team_of[step.followed_in_id]].append(told)
        if step.report_id in team_of:
            promises[team_of[step.report_id]].append(Promise(step.text, step.due_on))
    return promised, promises


def _idle_townships(teams: Sequence[int]) -> dict[int, list[TaskShare]]:
    """Townships with a target and nothing counted, in open tasks: one query."""
    shares = TaskShare.objects.filter(task__team__in=teams, task__state__in=OPEN_TASK_STATES, target__gt=0, done=0)
    return _by_team(
        (share.task.team_id, share)
        for share in shares.select_related("task", "township").order_by("task__number", "pk")
    )


def _problems(teams: Sequence[int]) -> dict[int, list[Problem]]:
    rows = ProblemTeam.objects.filter(team__in=teams, problem__state__in=LIVE_PROBLEM_STATES)
    return _by_team((row.team_id, row.problem) for row in rows.select_related("problem").order_by("problem__number"))


def _orders(teams: Sequence[int]) -> dict[int, list[SupervisionOrder]]:
    rows = SupervisionOrder.objects.to_act_on().filter(team__in=teams).select_related("task")
    return _by_team((order.team_id, order) for order in rows.order_by("issued_at", "pk"))


def _matters(teams: Sequence[int]) -> dict[int, list[HelpRequest]]:
    rows = HelpRequest.objects.waiting().filter(report__team__in=teams).select_related("report", "to", "owner")
    return _by_team((matter.report.team_id, matter) for matter in rows)


def _places(teams: Sequence[int]) -> dict[int, list[FieldPlace]]:
    """The latest place in each field; a correction of the same month is the later row."""
    last: dict[tuple[int, str], FieldPlace] = {}
    for row in FieldPlace.objects.filter(team__in=teams).order_by("month", "at", "pk"):
        last[row.team_id, row.field] = row
    return _by_team((team, row) for (team, _field), row in last.items())


def showcases_of(teams: Sequence[int]) -> dict[int, list[ShownCase]]:
    """Showcases of teams with their last confirmed step: two queries."""
    cases = list(Showcase.objects.filter(team__in=teams).order_by("-year", "kind", "title"))
    steps: dict[int, ShowcaseStep] = {}
    for step in ShowcaseStep.objects.confirmed().filter(showcase__in=[case.pk for case in cases]).order_by("number"):
        steps[step.showcase_id] = step
    return _by_team((case.team_id, ShownCase(case, steps.get(case.pk))) for case in cases)


def _by_team(rows: Iterable[tuple[int, object]]) -> dict[int, list]:
    """Rows by the id of their team; empty for the others."""
    found: dict[int, list] = defaultdict(list)
    for team, row in rows:
        found[team].append(row)
    return found

"""How a new team has begun, as of a day: its dated first steps and its first result (docs/rules.md#new-teams).

People, tasks and report are done when the data shows it; the plan is done when its file is submitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext, ngettext

from governance.clock import day_of, end_of

from ..models import FirstStep, ReportSubmission, SpecialAction, SpecialTeam, TaskVersion, TeamMember
from ..states import TaskState

NEEDED = (TeamMember.Part.HEAD, TeamMember.Part.LIAISON)
"""The parts that must be filled before a team can work."""


@dataclass(frozen=True)
class FirstStepState:
    """A first step as of a day."""

    row: FirstStep
    done_on: date | None
    on: date

    @property
    def label(self) -> str:
        """What to do, in the reader's language."""
        return self.row.get_kind_display()

    @property
    def days_late(self) -> int:
        """Days past its date, until it was done or until now; 0 when it was or can still be in time."""
        return max(0, ((self.done_on or self.on) - self.row.due_on).days)

    @property
    def word(self) -> str:
        """Its state, in the reader's language."""
        if not self.days_late:
            return gettext("done") if self.done_on else gettext("still in time")
        words = (
            ngettext("done %(days)s day late", "done %(days)s days late", self.days_late)
            if self.done_on
            else ngettext("%(days)s day late", "%(days)s days late", self.days_late)
        )
        return words % {"days": self.days_late}

    @property
    def tone(self) -> str:
        """The colour of its state: done, overdue, or still in time."""
        if self.done_on:
            return "yellow" if self.days_late else "green"
        return "red" if self.days_late else "grey"


@dataclass(frozen=True)
class Beginning:
    """A new team's first days."""

    team: SpecialTeam
    on: date
    of_days: int
    """How long a team of its action counts as new."""
    steps: Sequence[FirstStepState]
    first_progress_on: date | None
    """The first day for which an accepted report changed one of its tasks."""
    first_result_on: date | None
    """The day on which close-out was requested for the first task that was closed out."""

    @property
    def day(self) -> int:
        """Days since establishment."""
        return self.team.age_days(self.on)

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(step.done_on is not None for step in self.steps)

    @property
    def overdue(self) -> list[FirstStepState]:
        """Steps that are overdue and not done."""
        return [step for step in self.steps if step.done_on is None and step.days_late]

    @property
    def first_progress_day(self) -> int | None:
        """The team's day number of its first progress."""
        return None if self.first_progress_on is None else self.team.age_days(self.first_progress_on)

    @property
    def first_result_day(self) -> int | None:
        """The team's day number of its first result."""
        return None if self.first_result_on is None else self.team.age_days(self.first_result_on)


def beginnings_of(teams: Sequence[SpecialTeam], action: SpecialAction, *, on: date) -> dict[int, Beginning]:
    """The beginning of each of `teams`, all of `action`, on the evening of `on`: four queries, none without teams."""
    if not teams:
        return {}
    keys = [team.pk for team in teams]
    known = {"at__lt": end_of(on)}
    undone = TaskVersion.objects.filter(
        task=OuterRef("task"), number=OuterRef("number") + 1, cause="undo_acceptance", **known
    )
    told = {
        row["team"]: row
        for row in TaskVersion.objects.filter(team__in=keys, **known)
        .annotate(is_undone=Exists(undone))
        .order_by()
        .values("team")
        .annotate(
            laid=Min("at"),
            moved=Min("progressed_on", filter=Q(cause="accept_report", is_undone=False)),
            closed=Min("asked_on", filter=Q(state=TaskState.CLOSED_OUT)),
        )
    }
    sent = (
        ReportSubmission.objects.standing(**known)
        .filter(report__team__in=keys, **known)
        .order_by()
        .values_list("report__team")
        .annotate(first=Min("at"))
    )
    seen: Mapping[str, Mapping[int, date]] = {
        FirstStep.Kind.MEMBERS: _people_named(keys, on),
        FirstStep.Kind.TASKS: {team: day_of(row["laid"]) for team, row in told.items()},
        FirstStep.Kind.REPORT: {team: day_of(moment) for team, moment in sent},
    }
    steps: dict[int, list[FirstStepState]] = {key: [] for key in keys}
    for row in FirstStep.objects.filter(team__in=keys).order_by("due_on", "pk"):
        done_on = seen[row.kind].get(row.team_id) if row.kind in seen else row.done_on
        steps[row.team_id].append(FirstStepState(row, done_on if done_on and done_on <= on else None, on))
    return {
        team.pk: Beginning(
            team,
            on,
            action.new_team_days,
            steps[team.pk],
            first_progress_on=told.get(team.pk, {}).get("moved"),
            first_result_on=told.get(team.pk, {}).get("closed"),
        )
        for team in teams
    }


def _people_named(teams: Iterable[int], on: date) -> dict[int, date]:
    """The day on which each team first had both its head and its liaison, by team id."""
    first = (
        TeamMember.objects.filter(team__in=teams, part__in=NEEDED, joined_on__lte=on)
        .order_by()
        .values_list("team", "part")
        .annotate(Min("joined_on"))
    )
    days: dict[int, list[date]] = {}
    for team, _part, day in first:
        days.setdefault(team, []).append(day)
    return {team: max(found) for team, found in days.items() if len(found) == len(NEEDED)}

"""How the lines of instructions stand for each of their teams (docs/rules.md#instructions)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from teams.models import SpecialAction, SpecialTeam

from ..models import InstructionLine, LineOutcome, LineTeam
from ..states import DecisionState


class Fate(StrEnum):
    """What became of a line for a team."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    """A line for guidance of which the team reported what it does."""
    LISTED = "listed"
    """For guidance or reading: listed and never owed."""


@dataclass(frozen=True)
class LineStanding:
    """A line for one of its teams; `outcome` is the last report, unless it was withdrawn."""

    line: InstructionLine
    team: SpecialTeam
    outcome: LineOutcome | None

    @property
    def done_on(self) -> date | None:
        """The day on which it was done."""
        return self.outcome.done_on if self.outcome is not None else None

    @property
    def is_owed(self) -> bool:
        """Whether something has still to be done: only lines for action are owed."""
        return self.line.kind == InstructionLine.Kind.ACTION and self.outcome is None

    def fate_on(self, day: date) -> Fate:
        """What became of it by `day`."""
        if self.line.kind != InstructionLine.Kind.ACTION:
            return Fate.ANSWERED if self.outcome is not None else Fate.LISTED
        if self.outcome is not None:
            return Fate.DONE
        return Fate.OVERDUE if self.days_over(day) else Fate.OPEN

    def days_over(self, day: date) -> int:
        """Days past its due date while it is owed; 0 otherwise."""
        return max(0, (day - self.line.due_on).days) if self.is_owed and self.line.due_on else 0


def line_standings(lines: Sequence[InstructionLine]) -> list[LineStanding]:
    """Each of the adopted `lines` for each of its teams, in document order: two queries."""
    adopted = {line.pk: line for line in lines if line.state == DecisionState.ADOPTED}
    teams: dict[int, list[SpecialTeam]] = defaultdict(list)
    for row in LineTeam.objects.filter(line__in=list(adopted)).select_related("team").order_by("team__order", "pk"):
        teams[row.line_id].append(row.team)
    return _standings(adopted, teams)


@dataclass(frozen=True, slots=True)
class LineFor:
    """A line for action for one of its teams, as the follow-up reads it; nothing of a report that was withdrawn."""

    line: InstructionLine
    team: SpecialTeam
    done_on: date | None
    recorded_at: datetime | None


def owed_lines_in(action: SpecialAction, teams: Mapping[int, SpecialTeam]) -> Iterator[LineFor]:
    """Each adopted line for action of an action for each of its `teams`, given by id, as given: two queries."""
    rows = InstructionLine.objects.filter(
        instruction__action=action, state=DecisionState.ADOPTED, kind=InstructionLine.Kind.ACTION
    ).select_related("instruction__item__meeting")
    lines = {row.pk: row for row in rows}
    outcomes = LineOutcome.objects.filter(line=OuterRef("line"), team=OuterRef("team")).order_by("-number")
    pairs = LineTeam.objects.filter(line__in=list(lines)).annotate(
        done_on=Subquery(outcomes.values("done_on")[:1]), recorded_at=Subquery(outcomes.values("at")[:1])
    )
    order = ("line__instruction__given_on", "line__instruction", "line__number", "team__order", "pk")
    ordered = pairs.order_by(*order).values_list("line_id", "team_id", "done_on", "recorded_at")
    for line, team, done_on, recorded_at in ordered.iterator():
        yield LineFor(lines[line], teams[team], done_on, recorded_at if done_on is not None else None)


def _standings(lines: Mapping[int, InstructionLine], teams: Mapping[int, Sequence[SpecialTeam]]) -> list[LineStanding]:
    """The standings of lines with their teams, both by the line's id."""
    last: dict[tuple[int, int], LineOutcome] = {}
    for outcome in LineOutcome.objects.filter(line__in=list(lines)).order_by("number"):
        last[outcome.line_id, outcome.team_id] = outcome
    return [
        LineStanding(line, team, _standing(last.get((key, team.pk))))
        for key, line in lines.items()
        for team in teams.get(key, ())
    ]


def _standing(outcome: LineOutcome | None) -> LineOutcome | None:
    return outcome if outcome is not None and outcome.done_on is not None else None

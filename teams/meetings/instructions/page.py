"""What became of the lines of instructions, as the page shows it: a cell for each team, a sentence for each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from governance.lists.text import overdue_text
from teams.models import SpecialTeam

from ..models import Instruction, InstructionLine
from ..states import DecisionState
from .standing import Fate, LineStanding, line_standings

FATE_CLASSES = {
    Fate.DONE: "fate-d",
    Fate.OPEN: "fate-o",
    Fate.OVERDUE: "fate-l",
    Fate.ANSWERED: "fate-r",
    Fate.LISTED: "fate-g",
}


@dataclass(frozen=True)
class Cell:
    """A team beside a line; `standing` is None where the line is not for it."""

    team: SpecialTeam
    standing: LineStanding | None
    on: date

    @property
    def look(self) -> str:
        """The class of the cell."""
        return FATE_CLASSES[self.standing.fate_on(self.on)] if self.standing is not None else "fate-x"

    @property
    def word(self) -> str:
        """What became of it, in the reader's language."""
        if self.standing is None:
            return gettext("not concerned")
        return {
            Fate.DONE: gettext("done"),
            Fate.OPEN: gettext("not done yet"),
            Fate.OVERDUE: gettext("overdue"),
            Fate.ANSWERED: gettext("reported what it does"),
            Fate.LISTED: gettext("listed, not owed"),
        }[self.standing.fate_on(self.on)]


@dataclass(frozen=True)
class LineShown:
    """A line with its cells."""

    line: InstructionLine
    cells: Sequence[Cell]
    standings: Sequence[LineStanding]
    """The teams for which it is, those included that are closed by now."""
    on: date

    @property
    def owed(self) -> int:
        """How many teams have still to do something."""
        return sum(each.is_owed for each in self.standings)

    @property
    def done(self) -> int:
        """How many teams have reported."""
        return sum(each.outcome is not None for each in self.standings)

    @property
    def days_over(self) -> int:
        """Days past its date while a team owes it."""
        return max((each.days_over(self.on) for each in self.standings), default=0)

    @property
    def badge(self) -> tuple[str, str] | None:
        """Its state in a word, with the tone; None where nothing is owed or no date is near."""
        if self.line.state != DecisionState.ADOPTED:
            return str(self.line.get_state_display()), "grey"
        if not self.owed or self.line.due_on is None:
            return None
        if self.days_over:
            return overdue_text(self.days_over), "red"
        days = (self.line.due_on - self.on).days
        if days == 0:
            return gettext("due today"), "blue"
        return (
            (ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}, "blue") if days < 8 else None
        )

    @property
    def note(self) -> str:
        """How many of its teams have reported."""
        count = len(self.standings)
        if not count:
            return ""
        if self.line.kind == InstructionLine.Kind.ACTION:
            return f"{self.done} / {count}"
        if self.done:
            return ngettext("%(count)s team has reported", "%(count)s teams have reported", self.done) % {
                "count": self.done
            }
        return ngettext("sent to %(count)s team", "sent to %(count)s teams", count) % {"count": count}


@dataclass(frozen=True)
class InstructionShown:
    """An instruction with its lines."""

    instruction: Instruction
    lines: Sequence[LineShown]

    @property
    def for_action(self) -> list[LineShown]:
        return [each for each in self.lines if each.line.kind == InstructionLine.Kind.ACTION]

    @property
    def others(self) -> list[LineShown]:
        """For guidance or reading."""
        return [each for each in self.lines if each.line.kind != InstructionLine.Kind.ACTION]


def instructions_shown(
    lines: Sequence[InstructionLine], teams: Sequence[SpecialTeam], *, on: date
) -> list[InstructionShown]:
    """The lines by instruction, in their order, each with a cell for each of `teams`: two queries."""
    by_line: dict[int, dict[int, LineStanding]] = {}
    for each in line_standings(lines):
        by_line.setdefault(each.line.pk, {})[each.team.pk] = each
    found: dict[int, list[LineShown]] = {}
    instructions: dict[int, Instruction] = {}
    for line in lines:
        instructions[line.instruction_id] = line.instruction
        known = by_line.get(line.pk, {})
        cells = [Cell(team, known.get(team.pk), on) for team in teams]
        found.setdefault(line.instruction_id, []).append(LineShown(line, cells, list(known.values()), on))
    return [InstructionShown(instructions[key], shown) for key, shown in found.items()]

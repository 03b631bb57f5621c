"""For a county leader: what became of their own lines, by team (docs/rules.md#home)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from governance.lists.text import names_text
from governance.people.models import User
from teams.meetings.instructions.adoption import address_of
from teams.meetings.instructions.page import LineShown, instructions_shown
from teams.meetings.models import InstructionLine
from teams.meetings.states import DecisionState
from teams.models import SpecialAction

NAMED = 6
"""At most so many teams are named in a line."""

MOST = 10
"""Lines on home; the others are one click away."""

SHOWN_DAYS = 60
"""How long lines stay after they are done, and lines that nobody owes after they were given."""


@dataclass(frozen=True)
class OwnLine:
    """A line of the reader: which teams have done it, which have not, since when."""

    shown: LineShown

    @property
    def line(self) -> InstructionLine:
        """The line itself."""
        return self.shown.line

    @property
    def url(self) -> str:
        """Where each team's report is read."""
        return f"{address_of(self.line.instruction)}#line-{self.line.number}"

    @property
    def is_action(self) -> bool:
        """Whether it is owed at all."""
        return self.line.kind == InstructionLine.Kind.ACTION

    @property
    def waiting(self) -> str:
        """The teams that have not reported, by name; "" where nothing is owed any more."""
        names = [each.team.short_name for each in self.shown.standings if each.is_owed]
        return names_text([*names[:NAMED], "…"] if len(names) > NAMED else names)

    @property
    def done_on(self) -> date | None:
        """The day of the last report; None while a team owes one."""
        days = [each.done_on for each in self.shown.standings if each.done_on]
        return max(days) if days and not self.shown.owed else None

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        if self.shown.owed:
            return "red" if self.shown.days_over else "blue"
        return "green" if self.done_on else "grey"

    @property
    def word(self) -> str:
        """The same in a word."""
        return {
            "red": _("overdue"),
            "blue": _("not done yet"),
            "green": _("done") if self.is_action else _("reported what it does"),
            "grey": _("listed, not owed"),
        }[self.tone]

    def is_shown(self, on: date) -> bool:
        """Whether it is open, or recent enough."""
        since = self.done_on or self.line.instruction.given_on
        return bool(self.shown.owed) or on - since <= timedelta(days=SHOWN_DAYS)


def own_lines(user: User, action: SpecialAction, *, on: date) -> Sequence[OwnLine]:
    """The lines of instructions that `user` gave: overdue ones first, then open, then done; three queries."""
    rows = InstructionLine.objects.visible_to(user).filter(
        instruction__action=action, instruction__leader=user, state=DecisionState.ADOPTED
    )
    lines = list(rows.select_related("instruction").order_by("-instruction__given_on", "-instruction", "number"))
    found = [OwnLine(line) for each in instructions_shown(lines, (), on=on) for line in each.lines]
    places = ["red", "blue", "green", "grey"]
    return sorted((line for line in found if line.is_shown(on)), key=lambda line: places.index(line.tone))[:MOST]

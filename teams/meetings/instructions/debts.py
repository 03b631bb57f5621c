"""What teams owe about instructions: a report on each line for action (docs/rules.md#instructions)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor
from teams.debts.occasions import able
from teams.debts.reader import DebtReader
from teams.models import TeamMember

from ..models import InstructionLine
from ..notices import DecisionNotice
from ..states import DecisionState
from .adoption import address_of, line_in_words
from .standing import line_standings

HEAD = TeamMember.Part.HEAD


class LineKind(DebtKind):
    """A line for action, owed by head and deputies."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"line": line_in_words(debt.row)}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able(reader.people[debt.team.pk].heads) if debt.team else []


LINE = LineKind(
    "instruction_line",
    order=49,
    label=pgettext_lazy("owed", "Instruction to carry out"),
    chat=pgettext_lazy("chat", "%(team)s (%(who)s): %(what)s, %(days)s. Please report what was done."),
    overdue=DecisionNotice.LINE_OVERDUE,
    due_soon=DecisionNotice.LINE_DUE,
)


def lines_owed(reader: DebtReader) -> Iterator[Debt]:
    """Lines for action that a team has not reported as done: three queries. Closed teams owe nothing."""
    rows = InstructionLine.objects.filter(
        instruction__action=reader.action,
        kind=InstructionLine.Kind.ACTION,
        state=DecisionState.ADOPTED,
    )
    lines = (
        reader.visible(rows).select_related("instruction").order_by("instruction__given_on", "instruction", "number")
    )
    for each in line_standings(list(lines)):
        team = reader.teams.get(each.team.pk)
        if each.is_owed and team is not None and team.closed_on is None and team.pk in reader.readable:
            line = each.line
            yield Debt(
                LINE,
                row=line,
                subject=line_in_words(line),
                on=reader.on,
                since=day_of(line.adopted_at) if line.adopted_at else line.instruction.given_on,
                due_on=line.due_on,
                team=team,
                debtors=tuple(Debtor(user, HEAD.label) for user in reader.people[team.pk].of(HEAD)),
                url=f"{address_of(line.instruction)}#line-{line.number}",
            )


DEBT_KINDS.register(LINE.code, LINE)
DEBT_SOURCES.register("instruction lines", lines_owed)

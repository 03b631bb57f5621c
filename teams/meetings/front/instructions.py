"""Instructions of leaders: in the menu “More”, and on the home of those whose teams carry them out."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from governance.lists.text import long_date
from governance.registers.navigation import MENU, Place
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.reader import debt_reader_of

from ..instructions.adoption import line_in_words
from ..instructions.debts import lines_owed
from .reading import spoken_for


def line_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For head and deputies: a line for each instruction that their team has to carry out."""
    teams = spoken_for(reader)
    if not teams:
        return
    for debt in lines_owed(debt_reader_of(reader)):
        if debt.team is not None and debt.team.pk in teams:
            line, instruction = debt.row, debt.row.instruction
            said = {"team": debt.team_name, "day": long_date(debt.due_on) if debt.due_on else ""}
            yield TodoLine(
                tone_by(debt.due_on, debt.on),
                _("Instruction to carry out: %(line)s") % {"line": line_in_words(line)},
                (_("%(team)s, by %(day)s.") if debt.due_on else _("%(team)s, no date is set.")) % said,
                reverse("line_report", args=[instruction.year, instruction.number, line.number, debt.team.code]),
                pgettext("to do", "Report"),
                debt.due_on,
            )


MENU.register("instruction_list", Place(gettext_lazy("Instructions of leaders"), 25))
TODO_SOURCES.register("instructions", line_lines)

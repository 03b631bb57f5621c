"""Lines of instructions as rows of a workbook: a row for each team of a line."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.formats.exports import Exported

from ..words import document_number
from .page import Cell, InstructionShown, LineShown


def heads() -> list[str]:
    """The names of the columns."""
    return [
        _("Instruction"),
        _("Leader"),
        _("Given on"),
        _("Line"),
        pgettext("instruction", "Text"),
        pgettext("instruction", "Kind"),
        _("Due"),
        _("Special team"),
        pgettext("decision", "What became of it"),
        _("Done on"),
        pgettext("instruction", "Report"),
    ]


def line_rows(shown: Iterable[InstructionShown]) -> Iterator[list[Exported]]:
    """The rows in their order; a line that is not adopted has one row with its state and no team."""
    for each in shown:
        for line in each.lines:
            yield from _of_line(line)


def _of_line(shown: LineShown) -> Iterator[list[Exported]]:
    line, instruction = shown.line, shown.line.instruction
    first: list[Exported] = [
        document_number("instruction", instruction.year, instruction.number),
        instruction.leader.name,
        instruction.given_on,
        line.number,
        line.text,
        str(line.get_kind_display()),
        line.due_on,
    ]
    if not shown.standings:
        yield [*first, "", str(line.get_state_display()), None, ""]
    for each in shown.standings:
        word = Cell(each.team, each, shown.on).word
        yield [*first, each.team.name, word, each.done_on, each.outcome.text if each.outcome else ""]

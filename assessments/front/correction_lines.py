"""Home lines of the centre: corrections of published results that are open, for those who can take the next step."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from governance.people.permissions import may
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader

from ..models import ResultCorrection
from ..permissions import free_to_approve
from ..states import ResultCorrectionState


def correction_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each open correction of a result whose next step may be the person's; one query where none is."""
    if not may(reader.user, "correct_result"):
        return
    for correction in ResultCorrection.objects.open().select_related("round").order_by("opened_at", "pk"):
        if _is_for_others(correction, reader):
            continue
        yield TodoLine(
            "yellow",
            _("Correction of the result, %(round)s: %(state)s")
            % {"round": correction.round.title, "state": correction.get_state_display()},
            _("The published result goes on to count until the corrected one is published."),
            correction.get_absolute_url(),
            _("Open"),
        )


def _is_for_others(correction: ResultCorrection, reader: TodoReader) -> bool:
    """Whether somebody else takes the next step: approves what this person scored, publishes what they approved."""
    if correction.state == ResultCorrectionState.SCORED:
        free = free_to_approve(correction.round)
        return bool(free) and reader.user.pk not in [person.pk for person in free]
    if correction.state in (ResultCorrectionState.APPROVED, ResultCorrectionState.PUBLIC_NOTICE):
        return not may(reader.user, "publish_result_correction", correction)
    return False


TODO_SOURCES.register("corrections of results", correction_lines)

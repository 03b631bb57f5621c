"""Where a fault of a plan stands in its forms: the page and the key of the field."""

from dataclasses import dataclass

from assessments.engine.editing.fields import PARTS
from assessments.engine.editing.sent import ROWS
from assessments.engine.editing.shown import fault_parts
from assessments.engine.faults import Fault

INDICATORS = "indicators"


@dataclass(frozen=True, slots=True)
class FormPlace:
    """A field of a form: the part, for an indicator's own page its place from 0, and the key; "" is the page."""

    part: str
    place: int | None
    key: str


def form_place(fault: Fault) -> FormPlace:
    """The field that a fault is about."""
    steps = fault_parts(fault.path, fault.code, fault.params)
    if not steps or steps[0] not in PARTS:
        return FormPlace("plan", None, "")
    part, rest = str(steps[0]), steps[1:]
    if part == INDICATORS and rest and isinstance(rest[0], int):
        return FormPlace(part, rest[0], _joined(rest[1:]))
    if rest[:1] == ("parts",):
        rest = rest[1:]
    return FormPlace(part, None, _joined((ROWS, *rest) if rest and isinstance(rest[0], int) else rest))


def _joined(steps: tuple[str | int, ...]) -> str:
    return "-".join(str(step).replace(".", "-") for step in steps)

"""Target, unit and count of a row, in one unit (docs/ledger.md)."""

from dataclasses import dataclass
from decimal import Decimal

from governance.formats import units
from governance.formats.cells import (
    QUANTITY_DIGITS,
    QUANTITY_TOO_LARGE,
    exact,
    is_blank,
    is_dash,
    measured,
    number_text,
)
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.sheets import SheetCell

UNITS_DIFFER = CellReason(
    "units_differ",
    gettext_noop(
        "“%(unit)s” is not a unit of the task's quantity, which is counted in %(other)s. Use the same unit for both."
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and the unit that its cell, or the name of its column, gives; "" where neither does."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """Target and count in one `unit`; each None where its cell is empty."""

    target: Decimal | None
    unit: str
    done: Decimal | None


def measured_in(cell: SheetCell, column_unit: str) -> Measured | None:
    """The number in a cell and its unit: behind the number, in the number format, or in the name of the column.

    Raises:
        FormatError: what the cell holds is no quantity, or a formula without a value.
    """
    value = cell.read()
    if cell.percent_format and isinstance(value, int | float) and not isinstance(value, bool):
        return Measured(exact(value) * 100, "%")
    read = measured(value)
    if read is None:
        return None
    number, written = read
    return Measured(number, _scaled(written or cell.unit, column_unit))


def in_one_unit(target: Measured | None, done: Measured | None, said: str) -> Quantity:
    """Both in the unit of the task: `said` in a column of its own, else the target's, else the count's.

    Where two decimals do not hold both of them whole, the smaller of the two units is taken: 1亿元 and 3512万元 are
    10000 and 3512 in 万元.

    Raises:
        FormatError: UNITS_DIFFER, QUANTITY_TOO_LARGE, with `kind` "target" or "done" for the cell.
    """
    said = "" if is_blank(said) or is_dash(said) else said
    of_target = _scaled(target.unit, said) if target else ""
    of_done = _scaled(done.unit, said or of_target) if done else ""
    name = said or of_target or of_done
    if not name:
        return Quantity(_kept(target), "", _kept(done))
    unit = units.unit_named(name)
    given = {
        kind: (each.number, units.unit_named(written or name))
        for kind, each, written in (("target", target, of_target), ("done", done, of_done))
        if each is not None
    }
    for kind, (_number, own) in given.items():
        if not own.measures_as(unit):
            raise FormatError(UNITS_DIFFER, unit=own.written, other=unit.written, kind=kind)
    if not all(units.is_exact(number, own, unit) for number, own in given.values()):
        unit = min([unit, *(own for _number, own in given.values())], key=lambda each: each.size)
    values = {kind: units.converted(number, own, unit) for kind, (number, own) in given.items()}
    for kind, value in values.items():
        if value >= 10**QUANTITY_DIGITS:
            shown = f"{number_text(value)}{unit.written}"
            raise FormatError(QUANTITY_TOO_LARGE, text=shown, digits=QUANTITY_DIGITS, kind=kind)
    return Quantity(values.get("target"), unit.written, values.get("done"))


def _scaled(written: str, noun: str) -> str:
    """A unit as written; a bare "万" takes the noun that is known from elsewhere."""
    if written and noun and units.unit_named(written).counts_anything:
        return units.of(units.unit_named(written), units.unit_named(noun)).written
    return written or noun


def _kept(quantity: Measured | None) -> Decimal | None:
    return None if quantity is None else units.rounded(quantity.number)

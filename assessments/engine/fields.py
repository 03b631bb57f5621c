"""Reading the tables of a plan document field by field; whatever is wrong becomes a fault with its place.

A reader never stops at the first fault: a field that cannot be read gives its default or None, the fault is noted,
and the next field is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias, overload

from assessments.engine.arithmetic import NotANumber, bounded
from assessments.engine.document import Document, Source
from assessments.engine.faults import Fault, Path, nearest
from assessments.engine.limits import VALUE_LENGTH


class Required(Enum):
    """A default that says: without this field the plan is at fault."""

    REQUIRED = "required"


REQUIRED: Final = Required.REQUIRED

Hole: TypeAlias = Any
"""What the plan needs, or None where it could not be read; the fault that was noted keeps such a plan from use."""


class Shape(StrEnum):
    """How a field is written, as in the cells of a workbook."""

    TEXT = "text"
    NUMBER = "number"
    """A number; any other text stays as it is, such as the target `team`."""
    FLAG = "flag"
    CHOICE = "choice"
    """One of a few words."""
    CODES = "codes"
    """Any of a few codes, as a list."""
    TEXTS = "texts"
    """A list of texts."""
    VALUE = "value"
    """A number, true or false, or a text."""
    LIST = "list"
    """A list of numbers."""
    NAMED = "named"
    """A table of name = number."""
    BANDS = "bands"
    """A list of bands: an edge and points."""


@dataclass(slots=True)
class Notes:
    """What was found while reading one document."""

    source: Source
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, subject: str = "", **params: object) -> None:
        """Note a fault at a path."""
        self.faults.append(self._note(path, code, subject, params))

    def warn(self, path: Path, code: str, subject: str = "", **params: object) -> None:
        """Note a warning at a path."""
        self.warnings.append(self._note(path, code, subject, params))

    def _note(self, path: Path, code: str, subject: str, params: Mapping[str, object]) -> Fault:
        line, column = self.source.position(path)
        return Fault(code, params, path, subject, line=line, column=column)


class Table:
    """One table of the document. Every field that is asked for is known; `finish` faults the others."""

    def __init__(self, raw: object, path: Path, notes: Notes, subject: str = "") -> None:
        self.path = path
        self.notes = notes
        self.subject = subject
        self.known: list[str] = []
        self.raw: Document = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.fault(None, "not_table")

    def fault(self, name: str | int | None, code: str, **params: object) -> None:
        """Note a fault of field `name`, or of the table."""
        self.notes.fault(self._path(name), code, self.subject, **params)

    def warn(self, name: str | None, code: str, **params: object) -> None:
        """Note a warning about field `name`, or about the table."""
        self.notes.warn(self._path(name), code, self.subject, **params)

    def _path(self, name: str | int | None) -> Path:
        return self.path if name is None else (*self.path, name)

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return name in self.raw

    def allow(self, *names: str) -> None:
        """Know fields without reading them."""
        self.known += names

    def take(self, name: str, default: object) -> Hole:
        """The raw value of a field, or its default; REQUIRED and absent is a fault."""
        self.known.append(name)
        if name not in self.raw and default is REQUIRED:
            self.fault(None, "missing", field=name)
            return None
        return self.raw.get(name, default)

    def text(self, name: str, required: bool = False, most: int | None = None) -> str:
        """A text, not blank where it is required, of at most `most` characters; "" where it is absent."""
        value = self.take(name, REQUIRED if required else "")
        if name not in self.raw:
            return ""
        if not isinstance(value, str):
            self.fault(name, "not_text")
            return ""
        if required and not value.strip():
            self.fault(name, "blank")
        if most is not None and len(value) > most:
            self.fault(name, "too_long", limit=most, count=len(value))
        return value

    def choice(self, name: str, choices: Iterable[str], default: object = REQUIRED) -> Hole:
        """One of a few words."""
        value = self.take(name, default)
        choices = list(choices)
        if name in self.raw and value not in choices:
            self.fault(name, "not_choice", choices=", ".join(choices), value=shown(value))
            return None
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """true or false."""
        value = self.take(name, default)
        if not isinstance(value, bool):
            self.fault(name, "not_flag")
            return default
        return value

    @overload
    def number(self, name: str, default: None, **bounds: int) -> Decimal | None: ...

    @overload
    def number(self, name: str, default: Decimal | Required = REQUIRED, **bounds: int) -> Hole: ...

    def number(self, name: str, default: object = REQUIRED, **bounds: int) -> Hole:
        """A number within `bounds` (see `checked`)."""
        value = self.take(name, default)
        return self.checked(name, value, **bounds) if name in self.raw else value

    @overload
    def whole(self, name: str, default: None, **bounds: int) -> int | None: ...

    @overload
    def whole(self, name: str, default: int | Required = REQUIRED, **bounds: int) -> Hole: ...

    def whole(self, name: str, default: object = REQUIRED, **bounds: int) -> Hole:
        """A whole number within `bounds`."""
        value = self.take(name, default)
        if name not in self.raw:
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, "not_whole", value=shown(value))
            return None
        number = self.checked(name, value, **bounds)
        return None if number is None else value

    def checked(
        self,
        name: str | int,
        value: object,
        above: int | None = None,
        least: int | None = None,
        most: int | None = None,
    ) -> Decimal | None:
        """`value` as a decimal above `above`, not less than `least`, not more than `most`; else None and a fault."""
        number = as_number(value)
        if number is None:
            self.fault(name, "not_number", value=shown(value))
        elif above is not None and number <= above:
            self.fault(name, "not_above", limit=above, value=shown(value))
        elif least is not None and number < least:
            self.fault(name, "too_low", limit=least, value=shown(value))
        elif most is not None and number > most:
            self.fault(name, "too_high", limit=most, value=shown(value))
        else:
            return number
        return None

    def entries(self, name: str, default: Required | None = REQUIRED) -> list[object] | None:
        """A list that is not empty where it is required."""
        value = self.take(name, default)
        if name not in self.raw:
            return None
        if not isinstance(value, list):
            self.fault(name, "not_list")
            return None
        if default is REQUIRED and not value:
            self.fault(name, "empty_list")
        return value

    def texts(self, name: str, most: int | None = None) -> tuple[str, ...] | None:
        """A list of texts of at most `most` characters each; None where it is absent."""
        items = self.entries(name, None)
        if items is None:
            return None
        if not all(isinstance(item, str) for item in items):
            self.fault(name, "not_text")
        found = tuple(item for item in items if isinstance(item, str))
        for item in found:
            if most is not None and len(item) > most:
                self.fault(name, "too_long", limit=most, count=len(item))
        return found

    def numbers_by_name(self, name: str, **bounds: int) -> dict[str, Decimal] | None:
        """A table of name = number that is required and not empty, each within `bounds`; None where one is not."""
        raw = self.take(name, REQUIRED)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            self.fault(name, "names_unfit" if isinstance(raw, list) else "not_table")
            return None
        if not raw:
            self.fault(name, "empty_list")
        inner = Table(raw, (*self.path, name), self.notes, self.subject)
        for key in raw:
            if len(key) > VALUE_LENGTH:
                inner.fault(key, "too_long", limit=VALUE_LENGTH, count=len(key))
        numbers = {key: inner.checked(key, value, **bounds) for key, value in raw.items()}
        found = {key: number for key, number in numbers.items() if number is not None}
        return found if raw and len(found) == len(numbers) else None

    def table(self, name: str) -> "Table | None":
        """A table inside this one; None where it is absent."""
        raw = self.take(name, None)
        return None if raw is None else Table(raw, (*self.path, name), self.notes, self.subject)

    def tables(self, name: str) -> list["Table"]:
        """A list of tables; each is called by its code from here on."""
        rows = self.take(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault(name, "not_tables")
            return []
        return [Table(row, (*self.path, name, index), self.notes, self._subject(row)) for index, row in enumerate(rows)]

    def _subject(self, row: Document) -> str:
        """The code by which a fault names a row of the document's own lists; rows deeper inside keep the outer one."""
        code = row.get("code")
        return code if not self.path and isinstance(code, str) else self.subject

    def finish(self) -> None:
        """Fault every field that was not read."""
        for name in self.raw:
            if name not in self.known:
                self.fault(name, "unknown_field", field=name, nearest=nearest(name, dict.fromkeys(self.known)))


def as_number(value: object) -> Decimal | None:
    """A finite whole number or decimal of reasonable length as Decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        return bounded(Decimal(value))
    except NotANumber:
        return None


def shown(value: object) -> str:
    """A raw value as a fault quotes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, str) else str(value)

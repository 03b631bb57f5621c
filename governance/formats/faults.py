"""What is wrong with a cell or a file: a code, its parameters and an English sentence.

Sentences are marked for translation but not translated here, since this package does not know Django. To show one, call
`governance.records.dry_runs.told`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark `message` for the catalogue and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class CellReason:
    """A kind of fault: `code` for programs, `template` (English, with %(name)s placeholders) for people."""

    code: str
    template: str

    def sentence(self, params: dict[str, Any]) -> str:
        """The English sentence, filled in with `params`; a tuple is a list of things."""
        return filled_in(self.template, params, separator=", ")


def filled_in(template: str, params: Mapping[str, Any], *, separator: str) -> str:
    """A sentence with its parameters, the things of a tuple parted by `separator`."""
    return template % {
        name: separator.join(map(str, value)) if isinstance(value, tuple) else value for name, value in params.items()
    }


class FormatError(ValueError):
    """A cell or file that cannot be read; carries the `reason` and its `params`."""

    def __init__(self, reason: CellReason, **params: Any) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason.sentence(params))

    @property
    def code(self) -> str:
        """The code of the reason."""
        return self.reason.code


Sentence = Callable[[CellReason, dict[str, Any]], str]
"""Puts a reason and its parameters in words, in the reader's language."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault and where it is; `sheet`, `row` and `column` (Excel's letter) are None where it concerns all of them."""

    reason: CellReason
    params: dict[str, Any] = field(default_factory=dict)
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def code(self) -> str:
        """The code of the reason."""
        return self.reason.code

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.reason.sentence(self.params)

    @property
    def place(self) -> str:
        """The location as spreadsheets write it: 台账!B5; "" for the whole file."""
        if self.sheet is None:
            return ""
        cell = f"{self.column or ''}{self.row or ''}"
        return f"{self.sheet}!{cell}" if cell else self.sheet

    def as_dict(self, sentence: Sentence = CellReason.sentence) -> dict[str, Any]:
        """The fault as `--json` prints it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "reason": sentence(self.reason, self.params),
        }


class ContentFault(Exception):
    """What is wrong with the content of a file whose name is not known yet; `named` adds the name."""

    def __init__(self, reason: CellReason, **params: Any) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason.code)

    def named(self, name: str) -> FormatError:
        """The error for the file called `name`."""
        return FormatError(self.reason, name=name, **self.params)

"""The fields that the template of a paper may name, with what they mean and an example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.formats.letter_tags import Shape
from governance.lists.text import Text


@dataclass(frozen=True)
class Field:
    """A field: a text, a number, a list of texts (`many`), or a list whose rows have `rows`."""

    name: str
    meaning: Text
    example: str | int = ""
    rows: tuple["Field", ...] = ()
    many: bool = False
    optional: bool = False
    """Whether it may be empty."""

    @property
    def is_list(self) -> bool:
        """Whether a template goes through it with for."""
        return self.many or bool(self.rows)


def shape_of(fields: Sequence[Field]) -> Shape:
    """The fields as a template is checked against."""
    return {field.name: shape_of(field.rows) if field.is_list else None for field in fields}


def examples(fields: Sequence[Field]) -> dict[str, Any]:
    """A paper with an example in every field, and two rows in every list."""
    return {field.name: _example(field) for field in fields}


def _example(field: Field) -> Any:
    if field.rows:
        return [examples(field.rows)] * 2
    return [field.example] * 2 if field.many else field.example


def blanks(fields: Sequence[Field]) -> dict[str, Any]:
    """The same paper with nothing in what may be empty, and no row in any list."""
    filled: Mapping[str, Any] = examples(fields)
    return {field.name: [] if field.is_list else _blank(field, filled[field.name]) for field in fields}


def _blank(field: Field, example: str | int) -> str | int:
    if not field.optional:
        return example
    return "" if isinstance(example, str) else 0

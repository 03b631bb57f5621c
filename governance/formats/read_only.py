"""Types for openpyxl's read-only mode, where its stubs say too little."""

from collections.abc import Iterator
from typing import Protocol

from .cells import Value


class ReadCell(Protocol):
    """A cell being read."""

    data_type: str

    @property
    def value(self) -> Value: ...

    @property
    def number_format(self) -> str: ...


class Worksheet(Protocol):
    """A sheet being read."""

    def iter_rows(self, *, max_row: int, max_col: int) -> Iterator[tuple[ReadCell, ...]]: ...

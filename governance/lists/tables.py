"""LeanTable: django-tables2 keeps columns and sorting, the rows are written here (docs/rules.md#lists)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString, mark_safe

from governance.lists.cells import Writer, stock_cell
from governance.lists.columns import LeanColumn


@dataclass(frozen=True)
class Head:
    """The head of one column as the template shows it."""

    label: str
    css: str
    sort: str
    """The value of `?sort=` that a click asks for; empty where the column cannot be sorted."""
    direction: str
    """"ascending" or "descending" when the list is sorted by it, else empty."""

    @property
    def arrow(self) -> str:
        """The direction as a sign."""
        return {"ascending": "↑", "descending": "↓"}.get(self.direction, "")


class LeanTable(tables.Table):
    """A table whose body is one joined string.

    Rows are shown in the order in which they are given: the query has sorted them, so `order_by` only decides what the
    head shows, and nothing is sorted again in Python. `Meta.order_by` is the default order of the list.
    A column whose value is no field names its `order_by`, or is `orderable=False`.
    """

    @property
    def order_by(self) -> tables.utils.OrderByTuple | None:
        """The aliases that the list is sorted by, without unknown and unsortable ones."""
        return self._order_by

    @order_by.setter
    def order_by(self, value: str | Iterable[str] | None) -> None:
        asked = value.split(",") if isinstance(value, str) else value or ()
        known = [alias for alias in asked if self.may_sort(alias)]
        self._order_by = tables.utils.OrderByTuple(known)

    def may_sort(self, alias: str) -> bool:
        """Whether `alias` ("due" or "-due") names a column that can be sorted."""
        name = tables.utils.OrderBy(alias).bare
        return name in self.columns and self.columns[name].orderable

    def fill(self, records: Iterable[Any]) -> "LeanTable":
        """Give the table the rows of its page."""
        self.data = tables.data.TableData.from_data(list(records))
        self.data.set_table(self)
        self.rows = tables.rows.BoundRows(data=self.data, table=self, pinned_data=self.pinned_data)
        return self

    def heads(self) -> list[Head]:
        """The heads of the visible columns, each with the sort order that a click gives."""
        return [self.head(bound) for bound in self.columns]

    def head(self, bound: tables.columns.BoundColumn) -> Head:
        current = (self.order_by or tables.utils.OrderByTuple()).get(bound.name, None)
        direction = "" if current is None else ("descending" if current.is_descending else "ascending")
        sort = ""
        if bound.orderable:
            first = f"-{bound.name}" if bound.column.initial_sort_descending else bound.name
            sort = first if current is None else str(current.opposite)
        return Head(str(bound.header), getattr(bound.column, "css", ""), sort, direction)

    @property
    def sorted_head(self) -> Head | None:
        """The head that the list is sorted by."""
        return next((head for head in self.heads() if head.direction), None)

    def body(self) -> SafeString:
        """The rows, `<tr>…</tr>` each; in a grouped table each group follows a row with its name."""
        cells = [self.cell(bound) for bound in self.columns]
        rows = [f"<tr>{''.join([cell(record) for cell in cells])}</tr>" for record in self.data]
        return mark_safe("\n".join(self.under_groups(rows, len(cells)) if self.is_grouped else rows))

    @property
    def is_grouped(self) -> bool:
        """Whether rows are grouped; they must come in the order of their groups."""
        return False

    def group(self, record: Any) -> str:
        """The name of a record's group, in a grouped table."""
        raise NotImplementedError

    def under_groups(self, rows: Sequence[str], width: int) -> Iterator[str]:
        """The rows, with a row that names the group before the first of each."""
        last = None
        for record, row in zip(self.data, rows, strict=True):
            name = self.group(record)
            if name != last:
                yield f'<tr class="table-group"><th scope="rowgroup" colspan="{width}">{escape(name)}</th></tr>'
                last = name
            yield row

    def cell(self, bound: tables.columns.BoundColumn) -> Writer:
        """The function record -> `<td>…</td>` of one column."""
        column = bound.column
        return column.cell(bound) if isinstance(column, LeanColumn) else stock_cell(self, bound)

    def text_heads(self) -> list[str]:
        return [str(bound.header) for bound in self.exported()]

    def text_rows(self, records: Iterable[Any]) -> Iterator[list[str]]:
        """The other lines of an export, one at a time, so that it can stream."""
        cells = [bound.column.text_cell() for bound in self.exported()]
        for record in records:
            yield [cell(record) for cell in cells]

    def exported(self) -> list[tables.columns.BoundColumn]:
        """The exported columns: those of this family that are not excluded."""
        return [
            bound
            for bound in self.columns.iterall()
            if isinstance(bound.column, LeanColumn) and not bound.column.exclude_from_export
        ]

"""Columns whose cells are compiled once per page into small functions (docs/rules.md#lists).

A column writes its value in two ways: `text(value, record)` for exports and `html(value, record)` for the page.
`cell(bound)` is called once per page and returns a function record -> `<td>…</td>`. It prepares whatever does not
depend on the row (the opening tag, the word of a choice, how to read the value) once and not in every cell.

A column for a new kind of value overrides `text`, `html` and, where it is worth it, `compiled`; nothing else.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext

from governance.lists import marks
from governance.lists import text as writing
from governance.lists.cells import Reader, Writer, reader, remembered
from governance.lists.text import Text

type_of_note = tuple[str, str]
"""A second line under a value: its words, and its class ("over", "soon" or "")."""


class LeanColumn(tables.Column):
    """The base of the family: a value as plain text.

    Args:
        label: the head of the column, and the label of the value on a phone's card.
        css: class of its cells and head ("num", "nowrap").
        empty: what is shown where there is no value ("—", "ongoing").
        order_by: the fields that the list is ordered by.
        flag: a field that is true exactly where the value is empty. Ordered by it first, empty values come last in both
            directions and a plain index serves each; without it an index serves neither on every database.

    All other arguments are those of `django_tables2.Column`.
    """

    css = ""

    def __init__(
        self, label: Text | None = None, *, css: str = "", empty: Text = "", flag: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.flag = flag
        self.css = " ".join(filter(None, (self.css, css)))
        self.empty = empty

    def text(self, value: Any, record: Any) -> str:
        """The value in an export; never called for None."""
        return str(value)

    def html(self, value: Any, record: Any) -> str:
        """The value on the page, escaped; never called for None."""
        return escape(self.text(value, record))

    def compiled(self) -> Callable[[Any, Any], str]:
        """The function that renders one page's values: `html`, or a faster equivalent."""
        return self.html

    def read(self) -> Reader:
        """A function that reads the value from a record."""
        return self.accessor if callable(self.accessor) else reader(self.accessor)

    def cell(self, bound: tables.columns.BoundColumn) -> Writer:
        """A function record -> `<td>…</td>`, for the rows of one page."""
        read, write = self.read(), self.compiled()
        opened, blank = self.opening(bound), self.blank(bound)

        def cell_of(record: Any) -> str:
            value = read(record)
            return blank if value is None else f"{opened}{write(value, record)}</td>"

        return cell_of

    def text_cell(self) -> Writer:
        """A function record -> text, for the rows of an export."""
        read, write, empty = self.read(), self.text, str(self.empty)

        def text_of(record: Any) -> str:
            value = read(record)
            return empty if value is None else write(value, record)

        return text_of

    def opening(self, bound: tables.columns.BoundColumn) -> str:
        """`<td>` with its class and the label for a card."""
        css = f' class="{escape(self.css)}"' if self.css else ""
        return f'<td{css} data-name="{escape(str(bound.header))}">'

    def blank(self, bound: tables.columns.BoundColumn) -> str:
        """The whole cell where there is no value; a card hides it."""
        if self.empty:
            return f"{self.opening(bound)}{escape(str(self.empty))}</td>"
        return f'<td class="{f"{self.css} cell-empty".strip()}"></td>'


class TextColumn(LeanColumn):
    """Text, with an optional second line in small print: `caption`, a path."""

    def __init__(self, label: Text | None = None, *, caption: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.caption = caption

    def compiled(self) -> Callable[[Any, Any], str]:
        if not self.caption:
            return lambda value, record: escape(str(value))
        second = self.caption_writer()
        return lambda value, record: escape(str(value)) + second(record)

    def caption_writer(self) -> Writer:
        """A function record -> the second line, or ""."""
        if not self.caption:
            return lambda record: ""
        read = reader(self.caption)

        def write(record: Any) -> str:
            words = read(record)
            return f'<span class="caption table-note">{escape(str(words))}</span>' if words else ""

        return write

    def html(self, value: Any, record: Any) -> str:
        return self.compiled()(value, record)


class LinkColumn(TextColumn):
    """The name of a row, linked to its page: the title of a card on a phone.

    `url` is a function record -> address (None: no link); without it the record's `get_absolute_url`. Set `title=False`
    for a link that is not the row's own name.
    """

    def __init__(
        self,
        label: Text | None = None,
        *,
        url: Callable[[Any], str | None] | None = None,
        title: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.url = url
        self.title = title

    def compiled(self) -> Callable[[Any, Any], str]:
        url, second = self.url or _own_address, self.caption_writer()
        opened = '<a class="table-title" href="' if self.title else '<a href="'

        def write(value: Any, record: Any) -> str:
            address, words = url(record), escape(str(value))
            linked = f'{opened}{escape(address)}">{words}</a>' if address else words
            return linked + second(record)

        return write

    def opening(self, bound: tables.columns.BoundColumn) -> str:
        if not self.title:
            return super().opening(bound)
        return f'<td class="{f"{self.css} cell-title".strip()}">'


def _own_address(record: Any) -> str | None:
    address: str = record.get_absolute_url()
    return address


class DateColumn(LeanColumn):
    """A day, 2026-10-20, with an optional remark: `note`, a function record -> (words, class) or None."""

    css = "nowrap"

    def __init__(
        self, label: Text | None = None, *, note: Callable[[Any], type_of_note | None] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.note = note

    def text(self, value: date, record: Any) -> str:
        return writing.day_text(value)

    def compiled(self) -> Callable[[Any, Any], str]:
        write, note = self.text, self.note
        if note is None:
            return write

        def with_note(value: date, record: Any) -> str:
            found = note(record)
            if not found:
                return write(value, record)
            words, css = found
            return f'{write(value, record)}<span class="table-note {css}">{escape(str(words))}</span>'

        return with_note

    def html(self, value: date, record: Any) -> str:
        return self.compiled()(value, record)


class MomentColumn(LeanColumn):
    """A moment in local time, 2026-10-20 18:00."""

    css = "nowrap"

    def text(self, value: datetime, record: Any) -> str:
        return writing.moment_text(value)


class NumberColumn(LeanColumn):
    """A count or quantity with grouped digits and an optional unit (a path)."""

    css = "num"

    def __init__(self, label: Text | None = None, *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unit = unit

    def text(self, value: Decimal | int, record: Any) -> str:
        words = writing.count_text(value)
        unit = reader(self.unit)(record) if self.unit else ""
        return f"{words} {unit}" if unit else words


class PercentColumn(LeanColumn):
    """A percent of 0 to 100, rounded to a whole number."""

    css = "num"

    def text(self, value: Decimal | int, record: Any) -> str:
        return writing.percent_text(value)

    def compiled(self) -> Callable[[Any, Any], str]:
        return remembered(lambda value: writing.percent_text(value))

    def html(self, value: Decimal | int, record: Any) -> str:
        return writing.percent_text(value)


class ProgressColumn(PercentColumn):
    """A percent with its strip: `planned` (a path to a percent or None) is the tick, `lamp` (a path) the colour."""

    css = ""

    def __init__(self, label: Text | None = None, *, planned: str = "", lamp: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.planned = planned
        self.lamp = lamp

    def compiled(self) -> Callable[[Any, Any], str]:
        planned = reader(self.planned) if self.planned else _nothing
        lamp = reader(self.lamp) if self.lamp else _pine
        strips: dict[tuple[Any, Any, Any], str] = {}

        def write(value: Any, record: Any) -> str:
            shown = (value, planned(record), lamp(record))
            strip = strips.get(shown)
            if strip is None:
                number = writing.percent_text(value)
                strip = f'<div class="progress"><span class="num">{number}</span>{marks.pace(*shown)}</div>'
                strips[shown] = strip
            return strip

        return write

    def html(self, value: Decimal | int, record: Any) -> str:
        return self.compiled()(value, record)


def _nothing(record: Any) -> None:
    return None


def _pine(record: Any) -> str:
    return "pine"


class YesNoColumn(LeanColumn):
    """Yes or no, in words."""

    def text(self, value: bool, record: Any) -> str:
        return gettext("Yes") if value else gettext("No")


class CheckColumn(LeanColumn):
    """A checkbox that selects its row for an action on many rows; not exported.

    `named` is the path to the row's name, so that each checkbox has a label of its own.
    """

    css = "cell-check"

    def __init__(self, *, named: str, **kwargs: Any) -> None:
        super().__init__("", **{"accessor": "pk", "orderable": False, "exclude_from_export": True, **kwargs})
        self.named = named

    def text(self, value: Any, record: Any) -> str:
        return ""

    def compiled(self) -> Callable[[Any, Any], str]:
        name, label = reader(self.named), escape(gettext("Select"))

        def write(value: Any, record: Any) -> str:
            called = escape(str(name(record)))
            return f'<input type="checkbox" name="row" value="{value}" form="bulk" aria-label="{label} {called}">'

        return write

    def html(self, value: Any, record: Any) -> str:
        return self.compiled()(value, record)

    def opening(self, bound: tables.columns.BoundColumn) -> str:
        return '<td class="cell-check">'

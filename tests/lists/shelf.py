"""Rows without a database, for tests of columns, tables and their speed: what a list of tasks shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from governance.lists.choice_columns import BadgeColumn, LampColumn
from governance.lists.columns import (
    DateColumn,
    LinkColumn,
    NumberColumn,
    ProgressColumn,
    TextColumn,
)
from governance.lists.tables import LeanTable

TODAY = date(2026, 10, 27)


class State(StrEnum):
    """A state that carries its word and its tone."""

    OPEN = "open"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"open": "In progress", "done": "Closed out"}[self.value]

    @property
    def tone(self) -> str:
        return {"open": "blue", "done": "grey"}[self.value]


@dataclass
class Shelf:
    """What a book may stand on."""

    name: str


@dataclass
class Book:
    """A row: every kind of value that a list shows."""

    pk: int
    title: str
    note: str
    shelf: Shelf | None
    writer: str
    due: date | None
    percent: Decimal
    planned: Decimal | None
    lamp: str
    state: str
    copies: int

    def get_absolute_url(self) -> str:
        return f"/books/{self.pk}/"


def due_note(book: Book) -> tuple[str, str] | None:
    """How late an open book is."""
    if book.due is None or book.due >= TODAY or book.state == State.DONE:
        return None
    return f"{(TODAY - book.due).days} days over", "over"


class BookTable(LeanTable):
    """Ten columns, as a list of tasks has them."""

    pk = TextColumn("No.")
    title = LinkColumn("Book", caption="note")
    shelf = TextColumn("Shelf", accessor="shelf__name", empty="—")
    writer = TextColumn("Writer")
    copies = NumberColumn("Copies")
    due = DateColumn("Due", note=due_note, empty="ongoing")
    percent = ProgressColumn("Progress", planned="planned", lamp="lamp")
    lamp = LampColumn("Lamp")
    state = BadgeColumn("State", choices=State)
    owner = TextColumn("Owner", accessor="writer", orderable=False)

    class Meta:
        order_by = "due"


def books(count: int) -> list[Book]:
    """`count` different books, every seventh without a due day, every eleventh without a shelf."""
    lamps = ("red", "yellow", "blue", "green", "grey")
    return [
        Book(
            pk=number,
            title=f"Title {number} <&>",
            note="" if number % 5 == 0 else f"Note {number}",
            shelf=None if number % 11 == 0 else Shelf(f"Shelf {number % 4}"),
            writer=f"Writer {number % 9}",
            due=None if number % 7 == 0 else TODAY + timedelta(days=number % 40 - 20),
            percent=Decimal(number * 7 % 101),
            planned=None if number % 7 == 0 else Decimal(number * 13 % 101),
            lamp=lamps[number % 5],
            state="done" if number % 6 == 0 else "open",
            copies=number * 37,
        )
        for number in range(1, count + 1)
    ]

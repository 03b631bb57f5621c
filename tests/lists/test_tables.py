"""LeanTable: heads that sort, rows in the order given, texts for exports."""

import pytest

from tests.lists.shelf import BookTable, books


def test_rows_stay_in_the_order_of_the_query():
    rows = books(9)[::-1]
    body = BookTable(rows).body()
    places = [body.index(f"/books/{book.pk}/") for book in rows]
    assert places == sorted(places)


def test_the_head_that_sorts_asks_for_the_other_direction():
    heads = {head.label: head for head in BookTable([], order_by="-due").heads()}
    assert (heads["Due"].direction, heads["Due"].sort) == ("descending", "due")
    assert (heads["Book"].direction, heads["Book"].sort) == ("", "title")


def test_the_tables_own_order_is_shown():
    assert BookTable([]).sorted_head.label == "Due"


@pytest.mark.parametrize("asked", ["nothing", "-nothing", "owner", "due;drop", ""])
def test_what_cannot_be_sorted_is_forgiven(asked):
    table = BookTable([])
    table.order_by = asked
    assert table.order_by == ()


def test_a_column_that_cannot_be_sorted_has_no_link():
    assert [head.sort for head in BookTable([]).heads() if head.label == "Owner"] == [""]


def test_filling_replaces_the_rows():
    table = BookTable([]).fill(books(3))
    assert table.body().count("<tr>") == 3


def test_an_export_has_text_and_every_column():
    table = BookTable([])
    (first,) = table.text_rows(books(1))
    assert dict(zip(table.text_heads(), first, strict=True)) == {
        "No.": "1",
        "Book": "Title 1 <&>",
        "Shelf": "Shelf 1",
        "Writer": "Writer 1",
        "Copies": "37",
        "Due": "2026-10-08",
        "Progress": "7%",
        "Lamp": table.columns["lamp"].column.text("yellow", None),
        "State": "In progress",
        "Owner": "Writer 1",
    }


def test_a_hidden_column_is_not_in_the_body():
    table = BookTable([], exclude=["writer", "owner"]).fill(books(1))
    assert "Writer 1" not in table.body()

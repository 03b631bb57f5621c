"""Each kind of column writes a value for the page and for an export."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import django_tables2 as tables
import pytest
from django.utils import translation

from governance.lists import columns as family
from governance.lists.choice_columns import BadgeColumn, LampColumn
from governance.lists.tables import LeanTable
from tests.lists.shelf import BookTable, State, books


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def cell_of(column: family.LeanColumn, **values: object) -> str:
    """The cell that `column`, named value, writes for a record of `values`."""

    class OneColumn(LeanTable):
        value = column

    table = OneColumn([])
    return table.cell(table.columns["value"])(SimpleNamespace(**values))


def text_of(column: family.LeanColumn, **values: object) -> str:
    class OneColumn(LeanTable):
        value = column

    return next(iter(OneColumn([]).text_rows([SimpleNamespace(**values)])))[0]


def test_text_is_escaped_and_labelled():
    assert cell_of(family.TextColumn("A & B"), value="<b>") == '<td data-name="A &amp; B">&lt;b&gt;</td>'


def test_text_may_have_a_second_line():
    html = cell_of(family.TextColumn("A", caption="note"), value="x", note="<y>")
    assert html == '<td data-name="A">x<span class="caption table-note">&lt;y&gt;</span></td>'


def test_an_empty_second_line_is_left_out():
    assert cell_of(family.TextColumn("A", caption="note"), value="x", note="") == '<td data-name="A">x</td>'


def test_a_missing_value_says_so_or_leaves_the_card():
    assert cell_of(family.TextColumn("A", empty="—"), value=None) == '<td data-name="A">—</td>'
    assert cell_of(family.NumberColumn("A"), value=None) == '<td class="num cell-empty"></td>'
    assert text_of(family.TextColumn("A", empty="—"), value=None) == "—"


def test_zero_is_a_value():
    assert cell_of(family.NumberColumn("A"), value=0) == '<td class="num" data-name="A">0</td>'
    assert "0%" in cell_of(family.PercentColumn("A"), value=Decimal(0))


def test_a_path_stops_at_what_is_missing():
    assert cell_of(family.TextColumn("A", accessor="shelf__name", empty="—"), shelf=None) == '<td data-name="A">—</td>'


def test_a_link_is_the_title_of_its_row():
    html = cell_of(family.LinkColumn("A", url=lambda record: f"/{record.pk}/?a&b"), value="<x>", pk=3)
    assert html == '<td class="cell-title"><a class="table-title" href="/3/?a&amp;b">&lt;x&gt;</a></td>'


def test_a_second_link_is_a_labelled_value():
    html = cell_of(family.LinkColumn("A", url=lambda record: "/x/", title=False), value="x")
    assert html == '<td data-name="A"><a href="/x/">x</a></td>'


def test_without_an_address_there_is_no_link():
    assert "<a" not in cell_of(family.LinkColumn("A", url=lambda record: None), value="x")


def test_a_day_may_say_what_it_means():
    column = family.DateColumn("Due", note=lambda record: ("7 days over", "over"))
    html = cell_of(column, value=date(2026, 10, 20))
    assert html == (
        '<td class="nowrap" data-name="Due">2026-10-20<span class="table-note over">7 days over</span></td>'
    )
    assert text_of(column, value=date(2026, 10, 20)) == "2026-10-20"


def test_a_moment_is_local():
    assert "2026-10-20 18:00" in cell_of(family.MomentColumn("A"), value=datetime(2026, 10, 20, 10, tzinfo=UTC))


def test_a_quantity_has_its_unit():
    assert "2,000 km" in cell_of(family.NumberColumn("A", unit="unit"), value=2000, unit="km")


def test_progress_is_a_number_and_a_strip():
    column = family.ProgressColumn("A", planned="planned", lamp="lamp")
    html = cell_of(column, value=Decimal("58.33"), planned=Decimal(80), lamp="red")
    assert "fill-red" in html
    assert '<span class="num">58%</span>' in html
    assert text_of(column, value=Decimal("58.33"), planned=None, lamp="red") == "58%"


def test_a_choice_brings_its_word_and_its_tone():
    column = BadgeColumn("State", choices=State)
    assert cell_of(column, value="open") == (
        '<td data-name="State"><span class="badge is-blue">In progress</span></td>'
    )
    assert text_of(column, value="open") == "In progress"


def test_a_lamp_may_be_named_more_exactly():
    column = LampColumn("Lamp", word="word")
    assert "no progress</span>" in cell_of(column, value="yellow", word="no progress")
    assert text_of(column, value="yellow", word="no progress") == "no progress"


def test_yes_and_no_are_words():
    assert "No" in cell_of(family.YesNoColumn("A"), value=False)


def test_a_stock_column_works_beside_them():
    class Mixed(LeanTable):
        value = tables.TemplateColumn("<b>{{ record.value }}</b>")

    table = Mixed([])
    html = table.cell(table.columns["value"])(SimpleNamespace(value="<x>"))
    assert html == '<td data-name="Value"><b>&lt;x&gt;</b></td>'


def test_what_is_written_once_a_page_says_the_same_as_value_by_value():
    """`compiled` is only a faster `html`."""
    table = BookTable([])
    for bound in table.columns:
        column, write, read = bound.column, bound.column.compiled(), bound.column.read()
        for book in books(40):
            value = read(book)
            if value is not None:
                assert write(value, book) == column.html(value, book)


def test_values_written_once_are_not_confused_between_pages():
    first, second = books(1)[0], dataclasses.replace(books(1)[0], state="done")
    column = BadgeColumn("State", choices=State, accessor="state")
    assert "In progress" in cell_of(column, **vars(first))
    assert "Closed out" in cell_of(column, **vars(second))


def test_a_box_selects_its_row_and_says_which():
    html = cell_of(family.CheckColumn(accessor="value", named="name"), value=7, name="<b>")
    box = '<input type="checkbox" name="row" value="7" form="bulk" aria-label="Select &lt;b&gt;">'
    assert html == f'<td class="cell-check">{box}</td>'


def test_a_box_leaves_no_trace_in_an_export():
    class Boxed(LeanTable):
        check = family.CheckColumn(named="name")
        name = family.TextColumn("Name")
        note = family.TextColumn("Note", visible=False)

    row = SimpleNamespace(pk=1, name="a", note="b")
    assert Boxed([]).text_heads() == ["Name", "Note"]
    assert list(Boxed([]).text_rows([row])) == [["a", "b"]]
    assert '<td data-name="Note"' not in Boxed([row]).body()

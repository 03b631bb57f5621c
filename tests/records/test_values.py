"""A value as the audit log keeps it, and as a person reads it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from governance.records.columns import column
from governance.records.refusals import Difference
from governance.records.values import field_name, recorded, shown
from teams.models import Task


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "Yes"),
        (False, "No"),
        (0, "0"),
        (Decimal("60.50"), "60.50"),
        (date(2026, 10, 27), "2026-10-27"),
        (datetime(2026, 10, 27, 10, 0, tzinfo=UTC), "2026-10-27 18:00"),
        ("修路", "修路"),
    ],
)
def test_a_value_in_words(value, words):
    with override("en"):
        assert str(shown(value)) == words


def test_a_choice_is_read_by_its_label():
    with override("en"):
        assert str(shown("in_progress", column(Task, "state"))) == "In progress"
        assert str(field_name(Task, "state")) == "state"


def test_yes_is_translated_when_it_is_shown():
    value = shown(True)
    with override("zh-hans"):
        assert str(value) == "是"


@pytest.mark.django_db
def test_a_row_is_known_by_its_name(team):
    assert recorded(team) == shown(team) == team.name
    assert recorded(date(2026, 10, 27)) == date(2026, 10, 27)


def test_a_difference_with_nothing_shows_a_dash():
    changes = [Difference("due", "", "2026-10-27"), Difference("count", 0, None)]
    html = render_to_string("components/stale.html", {"changes": changes})
    assert html.count("—") == 2
    assert "<ins>0</ins>" in html

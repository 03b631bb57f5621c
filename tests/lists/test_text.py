"""Numbers and dates read the same everywhere."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from governance.lists import text as writing


@pytest.mark.parametrize(
    ("value", "text"),
    [("58.33", "58%"), ("62.5", "63%"), ("0", "0%"), ("100.00", "100%"), ("0.5", "1%"), (None, "")],
)
def test_percents_are_whole_and_half_up(value, text):
    assert writing.percent_text(None if value is None else Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("90.40", "90.40"), ("-0.50", "−0.50"), ("0", "0"), ("0.00", "0.00"), ("1E+1", "10")]
)
def test_points_keep_their_decimals(value, text):
    assert writing.points_text(Decimal(value)) == text


@pytest.mark.parametrize(("value", "text"), [("3", "+3"), ("-0.50", "−0.50"), ("0", "0"), ("2.00", "+2.00")])
def test_a_change_shows_its_sign(value, text):
    assert writing.signed_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2000, "2,000"), (Decimal("12.50"), "12.5"), (Decimal("100"), "100"), (Decimal("-3.0"), "−3")]
)
def test_counts_lose_idle_zeros_and_nothing_else(value, text):
    assert writing.count_text(value) == text


def test_days_in_tables_are_iso():
    assert writing.day_text(date(2026, 10, 20)) == "2026-10-20"


def test_a_moment_is_written_in_local_time():
    assert writing.moment_text(datetime(2026, 10, 20, 10, 0, tzinfo=UTC)) == "2026-10-20 18:00"
    assert writing.day_text(datetime(2026, 10, 20, 17, 0, tzinfo=UTC)) == "2026-10-21"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("zh-hans", "2026年10月20日", "10月20日"), ("en", "20 October 2026", "20 Oct")],
)
def test_days_in_sentences_follow_the_language(language, long, short):
    with translation.override(language):
        assert writing.long_date(date(2026, 10, 20)) == long
        assert writing.short_date(date(2026, 10, 20)) == short
        assert writing.long_date(datetime(2026, 10, 20, 10, 0, tzinfo=UTC)) == f"{long} 18:00"


@pytest.mark.parametrize(
    "write",
    [
        writing.percent_text,
        writing.points_text,
        writing.signed_text,
        writing.count_text,
        writing.day_text,
        writing.moment_text,
        writing.long_date,
        writing.short_date,
    ],
)
def test_nothing_is_written_for_none(write):
    assert write(None) == ""


@pytest.mark.parametrize(
    ("language", "day", "names", "clauses"),
    [
        ("zh-hans", "2026年10月27日 星期二", "甲、乙", "甲、乙；丙"),
        ("en", "Tuesday, 27 October 2026", "甲, 乙", "甲, 乙; 丙"),
    ],
)
def test_a_weekday_and_rows_of_names_read_as_the_language_writes_them(language, day, names, clauses):
    with translation.override(language):
        assert writing.long_day(date(2026, 10, 27)) == day
        assert writing.names_text(["甲", "乙"]) == names
        assert writing.clauses_text([names, "丙"]) == clauses

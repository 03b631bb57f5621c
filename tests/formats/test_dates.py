"""Chinese dates: every stretch of days that officials name, against a calendar built by hand."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.formats.dates import Due, days_named, due_date, start_date
from governance.formats.faults import FormatError

YEAR = 2026
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
NUMERALS = "〇一二三四五六七八九"


def in_numerals(number: int) -> str:
    """12 as 十二, 31 as 三十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def last_of_month(day: date) -> date:
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


def code_of(value, read=days_named):
    with pytest.raises(FormatError) as caught:
        read(value, year=YEAR)
    return caught.value.code


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026年10月31日", "2026-10-31", "2026-10-31"),
        ("2026年10月31号", "2026-10-31", "2026-10-31"),
        ("26年10月31日", "2026-10-31", "2026-10-31"),
        ("10月31日", "2026-10-31", "2026-10-31"),
        ("10月31日前", "2026-10-31", "2026-10-31"),
        ("10月31日前完成", "2026-10-31", "2026-10-31"),
        ("2025年10月31日", "2025-10-31", "2025-10-31"),
        ("10月底前", "2026-10-01", "2026-10-31"),
        ("10月底前完成", "2026-10-01", "2026-10-31"),
        ("10月底", "2026-10-31", "2026-10-31"),
        ("10月末", "2026-10-31", "2026-10-31"),
        ("10月份", "2026-10-01", "2026-10-31"),
        ("2026年11月底前", "2026-11-01", "2026-11-30"),
        ("2026年 11 月底之前", "2026-11-01", "2026-11-30"),
        ("2月底前", "2026-02-01", "2026-02-28"),
        ("2028年2月底前", "2028-02-01", "2028-02-29"),
        ("2026年3月", "2026-03-01", "2026-03-31"),
        ("4月上旬", "2026-04-01", "2026-04-10"),
        ("4月中旬", "2026-04-11", "2026-04-20"),
        ("4月下旬", "2026-04-21", "2026-04-30"),
        ("4月初", "2026-04-01", "2026-04-10"),
        ("４月上旬", "2026-04-01", "2026-04-10"),
        ("年底前", "2026-01-01", "2026-12-31"),
        ("年底", "2026-12-31", "2026-12-31"),
        ("年末", "2026-12-31", "2026-12-31"),
        ("年内", "2026-01-01", "2026-12-31"),
        ("2026年", "2026-01-01", "2026-12-31"),
        ("2027年底前", "2027-01-01", "2027-12-31"),
        ("2026年年底前", "2026-01-01", "2026-12-31"),
        ("今年年底前", "2026-01-01", "2026-12-31"),
        ("明年3月底前", "2027-03-01", "2027-03-31"),
        ("次年1月", "2027-01-01", "2027-01-31"),
        ("第三季度", "2026-07-01", "2026-09-30"),
        ("一季度", "2026-01-01", "2026-03-31"),
        ("2026年4季度末", "2026-12-31", "2026-12-31"),
        ("上半年", "2026-01-01", "2026-06-30"),
        ("下半年", "2026-07-01", "2026-12-31"),
        ("十月底前", "2026-10-01", "2026-10-31"),
        ("十二月三十一日", "2026-12-31", "2026-12-31"),
        ("二〇二六年十一月", "2026-11-01", "2026-11-30"),
        ("元月", "2026-01-01", "2026-01-31"),
        ("6.30", "2026-06-30", "2026-06-30"),
        ("6.3", "2026-06-03", "2026-06-03"),
        ("６．３０", "2026-06-30", "2026-06-30"),
        ("6-30", "2026-06-30", "2026-06-30"),
        ("6/30", "2026-06-30", "2026-06-30"),
        ("6.30前", "2026-06-30", "2026-06-30"),
        ("2026/8/31", "2026-08-31", "2026-08-31"),
        ("2026-08-31", "2026-08-31", "2026-08-31"),
        ("2026.12.10", "2026-12-10", "2026-12-10"),
        ("2026-08-31 00:00:00", "2026-08-31", "2026-08-31"),
        ("2026-10-31 18:00:00", "2026-10-31", "2026-10-31"),
        ("2026-10-31T18:00", "2026-10-31", "2026-10-31"),
        ("2026-10-31 09:30:00.000", "2026-10-31", "2026-10-31"),
        ("2026/1/3 18:00", "2026-01-03", "2026-01-03"),
        ("2026/1/31 8:00", "2026-01-31", "2026-01-31"),
        ("2026-10-31 06:00 PM", "2026-10-31", "2026-10-31"),
        ("2026-10-31 24:00", "2026-10-31", "2026-10-31"),
        ("2026-10-31\n18:00", "2026-10-31", "2026-10-31"),
        ("20261031180000", "2026-10-31", "2026-10-31"),
        ("2026年10月31日18时30分", "2026-10-31", "2026-10-31"),
        ("2026年10月31日下午6点前", "2026-10-31", "2026-10-31"),
        ("10月31日 18：00前", "2026-10-31", "2026-10-31"),
        ("10月31日下班前", "2026-10-31", "2026-10-31"),
        ("2026年10月31日（星期六）", "2026-10-31", "2026-10-31"),
        ("2026-10-31 周六 18:00", "2026-10-31", "2026-10-31"),
        ("2026-10-30T16:00:00.000Z", "2026-10-31", "2026-10-31"),
        ("2026-10-31T18:00:00+08:00", "2026-10-31", "2026-10-31"),
        ("2026-8-1 0:00", "2026-08-01", "2026-08-01"),
        ("2026.10", "2026-10-01", "2026-10-31"),
        ("20261031", "2026-10-31", "2026-10-31"),
        ("截至10月底", "2026-10-31", "2026-10-31"),
        ("2026年10月31日。", "2026-10-31", "2026-10-31"),
    ],
)
def test_a_start_takes_the_first_day_of_what_is_named_and_a_due_date_the_last(written, first, last):
    assert start_date(written, year=YEAR) == date.fromisoformat(first)
    assert due_date(written, year=YEAR) == Due(date.fromisoformat(last), ongoing=False)


@pytest.mark.parametrize("value", [date(2026, 10, 31), datetime(2026, 10, 31), datetime(2026, 10, 31, 18, 0)])
def test_a_real_date_is_that_day(value):
    assert days_named(value, year=2000) == (date(2026, 10, 31), date(2026, 10, 31))


@pytest.mark.parametrize(
    "written", ["长期坚持", "持续推进", "长期", "常态化推进", "长期坚持，持续推进", "ongoing", "全年持续推进"]
)
def test_some_work_is_ongoing(written):
    assert due_date(written, year=YEAR) == Due(None, ongoing=True)
    assert code_of(written, start_date) == "date_unreadable"


@pytest.mark.parametrize("written", [None, "", "/", "—", " － ", "\u3000"])
def test_no_due_date_is_ongoing_but_not_stated_and_no_start_is_an_error(written):
    assert due_date(written, year=YEAR) == Due(None, ongoing=True, stated=False)
    assert code_of(written, start_date) == "date_missing"


@pytest.mark.parametrize("number", [6.3, 6.30, 46_000, 2026, 20261031, 0, -1])
def test_a_bare_number_is_an_error(number):
    assert code_of(number) == "date_is_number"


@pytest.mark.parametrize(
    "written", ["2月30日", "2026-02-29", "13月", "0月", "6.31", "2026年4月31日", "2026-13-01", "2026.0", "13月底前"]
)
def test_an_impossible_day_is_an_error(written):
    assert code_of(written) == "date_impossible"


@pytest.mark.parametrize("value", [date(1900, 1, 6), datetime(2126, 1, 1), "1026年10月31日", "3026-01-01"])
def test_a_year_out_of_reach_is_an_error(value):
    assert code_of(value) == "date_impossible"


@pytest.mark.parametrize(
    "value",
    [
        "待定",
        "尽快",
        "年",
        "月底前",
        "6月底前、12月底前",
        "2026-10-31-1",
        "5季度",
        "持续到年底",
        "10",
        "6.3.1",
        True,
        time(8),
        timedelta(days=1),
    ],
)
def test_anything_else_is_an_error(value):
    assert code_of(value) == "date_unreadable"


@given(DAYS)
def test_every_day_comes_back_from_every_spelling(day):
    spellings = [
        day,
        datetime.combine(day, time()),
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02} 月 {day.day:02} 日前",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}.{day.month}.{day.day}".translate(FULL_WIDTH),
        "".join(NUMERALS[int(digit)] for digit in str(day.year))
        + f"年{in_numerals(day.month)}月{in_numerals(day.day)}日",
    ]
    assert {days_named(spelling, year=1999) for spelling in spellings} == {(day, day)}


@given(DAYS)
def test_without_a_year_it_is_the_year_asked_for(day):
    spellings = [
        f"{day.month}月{day.day}日",
        f"{day.month}.{day.day}",
        f"{day.month}-{day.day}",
        f"{day.month}/{day.day}",
    ]
    assert {days_named(spelling, year=day.year) for spelling in spellings} == {(day, day)}


@given(DAYS)
def test_the_parts_of_a_month_cover_it_without_a_gap(day):
    parts = [days_named(f"{day.year}年{day.month}月{part}", year=YEAR) for part in ("上旬", "中旬", "下旬")]
    covered = [first + timedelta(days=n) for first, last in parts for n in range((last - first).days + 1)]
    month = [day.replace(day=number) for number in range(1, last_of_month(day).day + 1)]
    assert covered == month
    assert days_named(f"{day.year}年{day.month}月", year=YEAR) == (month[0], month[-1])
    assert days_named(f"{day.month}月底前", year=day.year) == (month[0], month[-1])


@given(DAYS)
def test_quarters_and_halves_hold_the_days_that_belong_to_them(day):
    first, last = days_named(f"第{(day.month + 2) // 3}季度", year=day.year)
    assert first <= day <= last
    first, last = days_named("上半年" if day.month <= 6 else "下半年", year=day.year)
    assert first <= day <= last


@given(st.one_of(st.text(), st.text(alphabet="0123456789年月日底前.-/上中下旬季度"), st.floats(), st.integers()))
def test_whatever_is_typed_is_a_date_or_a_named_fault(value):
    try:
        first, last = days_named(value, year=YEAR)
    except FormatError as fault:
        assert fault.code.startswith("date_")
    else:
        assert first <= last

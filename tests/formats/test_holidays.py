"""The State Council's notice and lists of days are read as they come; what cannot be read says why."""

from datetime import date, timedelta
from time import process_time

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.formats.holidays import proposed_lines, read_calendar

NOTICES = {
    2026: """国务院办公厅关于2026年部分节假日安排的通知
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
}  # as published: 国办发明电〔2025〕7号, 国办发明电〔2023〕7号, 国办发明电〔2022〕16号


def works(read, day):
    return read.days[day].works if day in read.days else day.weekday() < 5


def days_of(year):
    return (date(year, 1, 1) + timedelta(days=count) for count in range(365))


def faults(text, year=2026):
    return [(each.number, each.fault.code) for each in read_calendar(text, year=year).faults]


@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_gives_the_working_days_of_its_year(year):
    read = read_calendar(NOTICES[year], year=year)
    assert read.faults == []
    assert [day for day in days_of(year) if works(read, day) != chinese_calendar.is_workday(day)] == []


def test_each_day_has_its_occasion():
    days = read_calendar(NOTICES[2026], year=2026).days
    assert (days[date(2026, 2, 14)].works, days[date(2026, 2, 14)].name) == (True, "春节")
    assert (days[date(2026, 10, 7)].works, days[date(2026, 10, 7)].name) == (False, "国庆节")
    assert read_calendar(NOTICES[2023], year=2023).days[date(2022, 12, 31)].name == "元旦"


def test_a_day_off_that_is_only_encouraged_is_told_and_not_marked():
    read = read_calendar(NOTICES[2024], year=2024)
    assert date(2024, 2, 9) not in read.days
    assert read.unread == [(2, "安排职工在除夕（2月9日）休息")]


def test_the_notice_of_another_year_is_found_out():
    found = faults(NOTICES[2026], year=2025)
    assert found[0] == (1, "other_year")
    assert {code for _number, code in found[1:]} == {"weekday_differs"}


def test_lists_of_days_are_read_in_any_common_form():
    text = "序号,日期,安排\n1\t2026-01-01\t休\t元旦\n1月4日 周日 上班 元旦\n2026/10/1,放假,国庆节\n10月2日至7日 | 休"
    read = read_calendar(text, year=2026)
    assert read.faults == []
    assert [(day.on.isoformat(), day.works, day.name) for day in read.days.values()] == [
        ("2026-01-01", False, "元旦"),
        ("2026-01-04", True, "元旦"),
        ("2026-10-01", False, "国庆节"),
        *((f"2026-10-0{day}", False, "") for day in range(2, 8)),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-01-01 元旦", "kind_missing"),
        ("10月 休", "day_too_wide"),
        ("2月30日 休", "day_impossible"),
        ("1月4日 周一 班", "weekday_differs"),
        ("5月1日 休\n5月1日 班", "day_contradicted"),
        ("2028-01-01 休", "other_year"),
        ("2027-06-01 休", "other_year"),
        ("五一：5月1日至5日放假，共4天。", "count_differs"),
        (f"5月1日 休 {'节' * 61}", "occasion_too_long"),
    ],
)
def test_what_cannot_be_says_why(text, code):
    assert [found for _number, found in faults(text)] == [code]


def test_the_days_that_the_package_knows_are_proposed_in_lines_that_read_back():
    read = read_calendar(proposed_lines(2026), year=2026)
    notice = read_calendar(NOTICES[2026], year=2026)
    assert {(day.on, day.works, day.name) for day in read.days.values()} == {
        (day.on, day.works, day.name) for day in notice.days.values()
    }
    assert proposed_lines(2099) == ""


@pytest.mark.parametrize(
    "text", ["1月1日放假" + "，" * 20_000, "1月1日、" * 5_000 + "放假", "（" * 20_000 + "1月1日休"]
)
def test_a_long_text_takes_no_longer_than_it_is(text):
    began = process_time()
    read_calendar(text, year=2026)
    assert process_time() - began < 1


@given(st.text(alphabet="0123456789年月日至、（）周四休班放假上班，。：共天\t\n -国庆节", max_size=80))
def test_whatever_is_pasted_is_read_or_refused(text):
    read = read_calendar(text, year=2026)
    assert all(day.on == on for on, day in read.days.items())

"""Words of papers: days, names in a row, headed lines, rolls."""

from datetime import date, datetime

import pytest
from django.utils.translation import override

from teams.meetings.papers.wording import (
    business,
    headed,
    in_a_row,
    label,
    lamp_word,
    long_day,
    meeting_time,
    numbered,
    readable,
    responsible,
    roll,
    sentence,
    short_day,
)
from teams.meetings.states import ProblemState
from teams.states import ReportState


def test_papers_call_states_lamps_and_numbers_as_the_chinese_screens_do_whoever_reads():
    with override("en"):
        assert label(ProblemState, ProblemState.RAISED) == "待研判"
        assert label(ReportState, "accepted") == "审核通过"
        assert label(ReportState, "unknown") == ""
        assert lamp_word("blue") == "临期"
        assert numbered("order", 2026, 5) == "督办〔2026〕5号"


def test_days():
    assert long_day("2026-10-09") == long_day(date(2026, 10, 9)) == "2026年10月9日"
    assert short_day("2026-10-09") == "10月9日"
    assert long_day(None) == short_day("") == ""
    assert meeting_time(datetime(2026, 10, 20, 15)) == "2026年10月20日（星期二）15:00"
    assert readable("时限2026-09-30，已逾期20天。") == "时限2026年9月30日，已逾期20天。"


@pytest.mark.parametrize(
    ("names", "row"),
    [
        ([], ""),
        (["甲"], "甲"),
        (["甲", "乙"], "甲和乙"),
        (["甲", "乙", "丙"], "甲、乙和丙"),
        (["深化乡镇、村专班", "乙", "丙"], "深化乡镇、村专班，乙和丙"),
        (["甲", "乙", "深化乡镇、村专班"], "甲、乙和深化乡镇、村专班"),
    ],
)
def test_names_in_a_row(names, row):
    assert in_a_row(names) == row


def test_a_line_with_a_short_first_sentence_is_headed():
    assert headed("品牌要再亮。各专班要提出品牌。") == ("品牌要再亮。", "各专班要提出品牌。")
    assert headed("各专班要在10月31日前对照要求认领。条条有人接。") == (
        "",
        "各专班要在10月31日前对照要求认领。条条有人接。",
    )
    assert headed("抓紧办理。") == ("", "抓紧办理。")


def test_a_sentence_ends_with_one_mark():
    assert [sentence(text) for text in ("办结", "办结。", "办结；", "", "办结？")] == [
        "办结。",
        "办结。",
        "办结；",
        "",
        "办结？",
    ]


def test_neighbours_of_a_unit_share_it():
    people = [("县委专项办", "周某某"), ("县委专项办", "吴某某"), ("", "程某某"), ("县委专项办", "罗某某")]
    rows = [{"unit": unit, "name": name, "stand_in": ""} for unit, name in people]
    assert roll(rows) == "县委专项办周某某、吴某某，程某某，县委专项办罗某某"
    assert (
        roll([{"unit": "县直工委", "name": "褚某某", "stand_in": "苗某某"}], stand_ins=True)
        == "县直工委苗某某（替褚某某）"
    )


@pytest.mark.parametrize(
    ("row", "who"),
    [
        ({"audience": "all", "teams": [], "lead_department": ""}, "各专班"),
        ({"audience": "new", "teams": [], "lead_department": ""}, "新成立的专班"),
        ({"audience": "named", "teams": ["a", "b"], "lead_department": ""}, "甲专班和b"),
        (
            {"audience": "named", "teams": ["a"], "team_names": ["全称专班"], "lead_department": "县农业农村局"},
            "全称专班和县农业农村局",
        ),
    ],
)
def test_who_is_responsible(row, who):
    assert responsible(row, {"a": "甲专班"}) == who


def test_what_a_meeting_is_for_follows_from_its_items():
    kinds = ("follow_up", "plan", "report", "report", "problems", "tasks", "speech")
    body = {"items": [{"kind": kind} for kind in kinds]}
    assert business(body) == (
        "听取上次会议议定事项和领导指示办理情况和2个专班重点工作进展情况汇报，解读专班考核方案，分析研判突出问题，安排部署下阶段重点任务"
    )
    assert business({"items": [{"kind": "other"}]}) == "研究有关事项"

"""The page of a plan shows all that the plan says: every key of the format is walked, and its value asked for."""

import re
from html import unescape

import pytest

from assessments.engine import Source, check, read_toml
from assessments.engine.fields import Table
from assessments.models import AssessmentPlan
from assessments.plans.plans import save_draft
from tests.assessments.conftest import OPENED

pytestmark = pytest.mark.django_db

EXAMPLE = """
[plan]
code = "whole"
title = "Whole plan"
title_zh = "完整方案"
basis = "Basis No. 71"
base_points = 1217
decimals = 5
bonus_cap = 37
deduction_cap = 41
bonus_above_base = false
min_class = 43
quota_rounding = "half_up"
tie_break = ["N1", "deduction"]
figures_days = 44
checking_days = 46
publicity_days = 47
grade_min_age_days = 53

[year]
min_rounds = 59
[[year.parts]]
kind = "month"
title = "Months of the year"
title_zh = "各月"
weight = 61
[[year.parts]]
kind = "year_end"
weight = 67

[[classes]]
code = "A"
title = "First class"
title_zh = "第一类"
[[classes]]
code = "B"
title = "Second class"
title_zh = "第二类"

[[grades]]
code = "top"
title = "Topmost"
title_zh = "优等"
min = 71
quota = 0.73
[[grades]]
code = "low"
title = "Lowest"
title_zh = "末等"
min = 0

[[vetoes]]
code = "fraud"
title = "Falsified"
title_zh = "作假"
effect = "void"
basis = "Rule 79"

[[groups]]
code = "voters-a"
title = "Voters of the first kind"
title_zh = "甲类代表"
[[groups]]
code = "villages"

[[dimensions]]
code = "dim-plain"
title = "Plain dimension"
title_zh = "普通维度"
[[dimensions]]
code = "dim-own"
title = "Own dimension"
title_zh = "自有维度"
normalise = true
points = 1000
[[dimensions]]
code = "dim-class"
title = "Class dimension"
title_zh = "分类维度"
points_by_class = { A = 117, B = 117 }

[[indicators]]
code = "N1"
dimension = "dim-plain"
title = "Numbered"
title_zh = "编号指标"
points = 100
source = "data"
department = "Bureau 83"
least = 3
most = 149
evidence = "Papers 89"
rounds = ["month"]
applies_to = { classes = ["A"], teams = ["team-x"], min_age_days = 97 }
unless = { indicator = "N2", value = true }
when_not_applicable = "average"
when_missing = "zero"
method = { name = "rank", step = 0.11, direction = "lower", fallback = { name = "linear", floor = 101, target = 13 } }
[[indicators]]
code = "N2"
dimension = "dim-own"
title = "Yes or no"
title_zh = "是否"
points = 1000
source = "data"
method = { name = "binary" }
[[indicators]]
code = "N3"
dimension = "dim-class"
title = "By class"
title_zh = "分类指标"
points_by_class = { A = 103, B = 107 }
source = "measure"
measure = "reports_late"
method = { name = "step", reference = 109, unit = 113, per = 127, whole = true, direction = "lower" }
[[indicators]]
code = "N4"
dimension = "dim-class"
title = "By class too"
title_zh = "分类指标二"
points_by_class = { A = 14, B = 10 }
source = "panel"
method = { name = "vote", groups = { "voters-a" = 131, villages = 137 }, choices = { fine = 99, bad = 19 } }
[[indicators]]
code = "P1"
kind = "bonus"
title = "Extra"
title_zh = "加分项"
points = 139
source = "events"
method = { name = "events", levels = { national = 29 }, cap = 31 }
"""

SHOWN = {
    "plan": {
        "code": "whole",
        "title": ("Whole plan", "完整方案"),
        "basis": "Basis No. 71",
        "base_points": "1,217",
        "decimals": "5",
        "bonus_cap": "37",
        "deduction_cap": "41",
        "bonus_above_base": ("the total cannot exceed the base points", "总分不超过基础分"),
        "min_class": "43",
        "quota_rounding": ("places rounded half up", "名额四舍五入"),
        "tie_break": ("N1, deduction", "N1、扣分"),
        "figures_days": ("44 working days", "44个工作日"),
        "checking_days": ("46 working days", "46个工作日"),
        "publicity_days": ("47 working days", "47个工作日"),
        "grade_min_age_days": "53",
    },
    "year": {"min_rounds": ("59 rounds", "59个周期")},
    "year.parts": {
        "kind": ("Year-end", "年终"),
        "title": ("Months of the year", "各月"),
        "weight": ("weight 61", "权重61"),
    },
    "classes": {"code": "", "title": ("First class", "第一类")},
    "grades": {"code": "", "title": ("Topmost", "优等"), "min": "71", "quota": "73"},
    "vetoes": {
        "code": "fraud",
        "title": ("Falsified", "作假"),
        "effect": ("Result void", "一票否决"),
        "basis": "Rule 79",
    },
    "groups": {"code": ("villages", "村（社区）"), "title": ("Voters of the first kind 131", "甲类代表 131")},
    "dimensions": {
        "code": "dim-plain",
        "title": ("Plain dimension", "普通维度"),
        "normalise": ("worth 1,000 points, regardless", "1,000分"),
        "points": "1,000",
        "points_by_class": "117",
    },
    "indicators": {
        "code": "N1",
        "title": ("Numbered", "编号指标"),
        "kind": ("Bonus", "加分"),
        "dimension": ("Own dimension", "自有维度"),
        "points": "139",
        "points_by_class": ("First class 103, Second class 107", "第一类 103"),
        "source": ("figure from a department", "单位报送数据"),
        "measure": ("Late reports", "迟报份数"),
        "department": "Bureau 83",
        "evidence": "Papers 89",
        "least": ("Values from 3 to 149.", "数值为3至149。"),
        "most": ("Values from 3 to 149.", "数值为3至149。"),
        "rounds": (
            "Only in: Months of the year; in other rounds left out; its points are shared among the others.",
            "仅用于：各月；其他考核周期不计此项",
        ),
        "applies_to": ("Only for: First class.", "仅用于|仅适用于|适用范围"),
        "unless": ("Does not apply where N2 is Yes.", "N2"),
        "when_not_applicable": ("If it does not apply: the mean of the class.", "不适用时："),
        "when_missing": ("Without a value: 0 points.", "无数值时："),
        "method": ("Full points for first place", "第一名"),
    },
    "indicators.applies_to": {"classes": ("First class", "第一类"), "teams": "team-x", "min_age_days": "97"},
    "indicators.unless": {"indicator": "N2", "value": ("Yes", "是")},
    "indicators.method": {
        "name": ("of the class", "同类"),
        "direction": "109",
        "fallback": ("With fewer than 43 teams to compare: 0 at 101", "不足43个时"),
        "step": "11%",
        "reference": "109",
        "unit": "113",
        "per": "127",
        "whole": ("or part of it", "不足"),
        "groups": "131",
        "choices": ("fine 99", "fine 99"),
        "levels": "29",
        "cap": "31",
    },
    "indicators.method.fallback": {"name": "101", "floor": "101", "target": "13", "direction": "101"},
}
"""Table of the format -> key -> what the page says of it (English, Chinese; alternatives by |); "" : by its title."""


@pytest.fixture
def keys(monkeypatch):
    """The keys that the validator knows, table by table, as it reads the example."""
    known: dict[str, set[str]] = {}
    finish = Table.finish

    def noted(table):
        path = ".".join(str(step) for step in table.path if isinstance(step, str))
        known.setdefault(path, set()).update(table.known)
        finish(table)

    monkeypatch.setattr(Table, "finish", noted)
    verdict = check(read_toml(EXAMPLE.encode()))
    assert verdict.faults == (), [str(fault) for fault in verdict.faults]
    known.pop("")
    return known


def test_the_example_says_everything_that_a_plan_can_say(keys):
    """A key that the format gains has to be added here, and to the page."""
    for path, names in keys.items():
        assert names - {"title_zh", "parts"} <= set(SHOWN[path]), path


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("zh-hans", 1)])
def test_the_page_shows_the_value_of_every_key(client, centre, language, place):
    plan = save_draft(EXAMPLE.encode(), by=centre, at=OPENED)
    client.cookies["vanguard_language"] = language
    client.force_login(centre)
    page = client.get(plan.get_absolute_url()).content.decode()
    text = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1])))
    missing = []
    for path, names in SHOWN.items():
        for name, said in names.items():
            wanted = said if isinstance(said, str) else said[place]
            if not any(one in text for one in wanted.split("|")):
                missing.append((path, name, wanted))
    assert missing == [], text
    assert AssessmentPlan.objects.count() == 1


def test_what_a_plan_does_not_title_is_chinese_where_it_is_common(client, centre):
    plan = save_draft(EXAMPLE.encode(), by=centre, at=OPENED)
    client.cookies["vanguard_language"] = "zh-hans"
    client.force_login(centre)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "年终" in page and "村（社区）" in page
    assert "year_end" not in page and "villages" not in page


def test_a_title_without_chinese_is_pointed_out_by_its_code(client, centre):
    text = EXAMPLE.replace('title_zh = "作假"\n', "").replace('title_zh = "编号指标"\n', "")
    plan = save_draft(text.encode(), by=centre, at=OPENED)
    client.force_login(centre)
    client.cookies["vanguard_language"] = "en"
    assert "No Chinese title: fraud, N1." in client.get(plan.get_absolute_url()).content.decode()


def test_the_whole_plan_of_voters_comes_in_and_goes_out(centre):
    made = read_toml(EXAMPLE.encode())
    assert isinstance(made, Source)
    assert [group.title_zh for group in check(made).whole().groups] == ["甲类代表", "villages"]

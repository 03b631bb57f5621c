"""A plan printed as an annex, and two plans side by side, as the pages show them."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from assessments.models import AssessmentPlan
from assessments.plans.plans import adopt_plan, save_draft
from tests.assessments.conftest import OPENED, TRIAL
from tests.assessments.plans.test_plan_page import EXAMPLE

pytestmark = pytest.mark.django_db

PLANS = [TRIAL, *sorted(Path("tests/data/plans").glob("*.toml"))]


def page_of(client, user, url, language="en", **query):
    """The main part of a page as plain words."""
    client.force_login(user)
    client.cookies["vanguard_language"] = language
    response = client.get(url, query)
    assert response.status_code == 200
    text = response.content.decode().split("<main")[1]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def annex_of(plan):
    return reverse("plan_annex", args=[plan.code, plan.number])


def compare_of(plan):
    return reverse("plan_compare", args=[plan.code, plan.number])


@pytest.fixture
def versions(centre, centre2):
    """The county's plan adopted, and its second version in draft: A5 changed, A12 gone, A13 new."""
    text = Path("tests/data/plans/yuanqu-2026.toml").read_text()
    first = save_draft(text.encode(), by=centre, at=OPENED)
    adopt_plan(first, by=centre2, at=OPENED, confirmed=True)
    text = (
        text.replace("bonus_cap = 5", "bonus_cap = 6")
        .replace("{ to = 5, points = 10 }", "{ to = 3, points = 10 }")
        .replace("quota = 0.30", "quota = 0.25")
        .replace('code = "A12"', 'code = "A13"')
        .replace('{ name = "linear", floor = 60, target = 100 }', '{ name = "ratio", target = 100 }')
        .replace("points = 15", "points = 12")
        .replace("points = 25", "points = 28")
    )
    second = save_draft(text.encode(), by=centre, at=OPENED, reason="2027")
    return AssessmentPlan.objects.get(pk=first.pk), second


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_indicator_of_a_plan_stands_in_the_annex_under_its_dimension(client, centre, path, language):
    plan = save_draft(path.read_bytes(), by=centre, at=OPENED)
    client.force_login(centre)
    client.cookies["vanguard_language"] = language
    html = client.get(annex_of(plan)).content.decode()
    table = html.split(' annex">')[1].split("</table>")[0]
    codes = [row["code"] for row in tomllib.loads(path.read_text())["indicators"]]
    assert codes == re.findall(r'<td class="cell-title"><b>(\w+)</b> ', table)
    spans = [int(number) for number in re.findall(r'rowspan="(\d+)"', table)]
    assert sum(spans) == len(codes)
    bodies = [body.count("cell-title") for body in table.split("<tbody")[1:]]
    assert [count for count in bodies if count] == spans


def test_the_annex_says_in_chinese_what_officials_print(client, centre):
    plan = save_draft(Path("tests/data/plans/yuanqu-2026.toml").read_bytes(), by=centre, at=OPENED)
    text = page_of(client, centre, annex_of(plan), "zh-hans")
    assert "一级指标 二级指标 分值 评分标准 数据来源 责任单位" in text
    assert "组织领导 合计10分 A1 实施方案与任务分工 4 分档计分：完整 4；部分完整 2；无 0。" in text
    assert "单位报送数据 佐证材料：issued plan, list of tasks 专项办" in text
    assert "不超过0得满分；每超过1扣0.5分。扣完为止。" in text
    assert "基础分合计 100" in text
    assert "加分 最多5分 B1 承担试点任务 3" in text
    assert "优秀90分以上，不超过本类的30%；良好80分以上" in text
    assert "考核周期不能批准" not in text


def test_a_measure_is_named_with_its_unit_and_a_unit_answers_for_each_row(client, centre):
    plan = save_draft(Path("tests/data/plans/yuanqu-2026.toml").read_bytes(), by=centre, at=OPENED)
    text = page_of(client, centre, annex_of(plan))
    assert (
        "measured from the work Points behind planned progress, mean of period ends · points assessment centre" in text
    )
    assert "figure from a department special office" in text


def test_classes_with_points_of_their_own_have_a_line_each(client, centre):
    plan = save_draft(EXAMPLE.encode(), by=centre, at=OPENED)
    text = page_of(client, centre, annex_of(plan))
    assert "N3 By class First class 103 Second class 107" in text
    assert "Base points in total 1,217" in text


def test_two_versions_show_what_was_added_removed_and_changed(client, centre, versions):
    first, second = versions
    text = page_of(client, centre, compare_of(second), **{"with": first.pk})
    assert "Head of the plan Item version 1 version 2 Maximum bonus 5 6" in text
    assert "Excellent excellent Changed Maximum share 30% of the class 25% of the class" in text
    assert "A5 Behind planned progress, mean of period ends (points) Changed Up to 5 10 — Up to 3 — 10" in text
    assert "A12 Close-outs found false or problems reopened Removed" in text
    assert "A13 Close-outs found false or problems reopened Added" in text
    assert (
        "Changed Rule 0 at 60, full points at 100, in a straight line between. "
        "Full points at 100; below it, in proportion." in text
    )
    assert "Key tasks 40 43 +3 Results and brand 25 22 −3" in text
    assert "Base points 100 100 0" in text


def test_the_earlier_version_stands_first_from_either_page(client, centre, versions):
    first, second = versions
    pages = [page_of(client, centre, compare_of(row)).split("Head of the plan")[1] for row in versions]
    assert pages[0] == pages[1]
    assert second.number == first.number + 1


def test_other_versions_are_offered_before_other_plans(client, centre, versions):
    _first, second = versions
    other = save_draft(Path("tests/data/plans/asset-rectification.toml").read_bytes(), by=centre, at=OPENED)
    client.force_login(centre)
    html = client.get(compare_of(second)).content.decode()
    assert re.findall(r'<option value="(\d+)"', html) == [str(versions[0].pk), str(other.pk)]
    text = page_of(client, centre, compare_of(second), **{"with": other.pk})
    assert f"Code {other.code} {second.code}" in text


def test_a_draft_is_offered_to_the_centre_alone(client, office, versions):
    first, second = versions
    assert "There is no other plan to compare with" in page_of(client, office, compare_of(first))
    for query in ({"with": second.pk}, {"with": "x"}, {"with": ""}):
        assert client.get(compare_of(first), query).status_code == 404
    assert client.get(compare_of(second)).status_code == 404
    assert client.get(annex_of(second)).status_code == 404


def test_plans_that_judge_alike_say_so(client, centre, versions):
    first, _second = versions
    third = Path("tests/data/plans/yuanqu-2026.toml").read_text().replace('"yuanqu-2026"', '"copy"')
    copy = save_draft(third.encode(), by=centre, at=OPENED)
    text = page_of(client, centre, compare_of(copy), **{"with": first.pk})
    assert "Head of the plan" in text and "Code yuanqu-2026 copy" in text
    assert "Indicators" not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_any_two_plans_are_compared_in_words(client, centre, path, language):
    """Every field and parameter has a name, and every value its words."""
    whole = save_draft(EXAMPLE.encode(), by=centre, at=OPENED)
    plan = save_draft(path.read_bytes(), by=centre, at=OPENED)
    there = page_of(client, centre, compare_of(plan), language, **{"with": whole.pk})
    back = page_of(client, centre, compare_of(whole), language, **{"with": plan.pk})
    for text in (there, back):
        assert "N1" in text and "None" not in text and "True" not in text and "redistribute" not in text

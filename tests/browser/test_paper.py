"""What comes out of the printer: one size of paper for each screen (docs/rules.md#print)."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.engine.plan import Kind
from assessments.models import AssessmentRound
from governance.overview.team_periods import LANES
from governance.people.models import Department
from teams.models import SpecialAction, SpecialTeam
from tests.browser.conftest import DESK, tell_story
from tests.factories import TeamFactory, make_task

pytestmark = pytest.mark.browser

A3_LANDSCAPE, A4, A4_LANDSCAPE = (1191, 842), (595, 842), (842, 595)
"""Points, width by height."""


@pytest.mark.parametrize(
    ("path", "user", "paper"),
    [
        ("/wall/", "office", A3_LANDSCAPE),
        ("/tasks/", "office", A4),
        ("/assessment/rounds/1/results/system-reform/", "centre", A4),
        ("/assessment/plans/trial-2026-q3/1/annex/", "centre", A4_LANDSCAPE),
        ("/assessment/plans/trial-2026-q3/1/", "centre", A4_LANDSCAPE),
    ],
)
def test_a_screen_is_printed_on_one_size_of_paper(path, user, paper, enter, visit):
    enter("story", tell_story)
    visitor = visit("en", DESK, user)
    visitor.page.goto(visitor.site.url + path)
    printed = visitor.page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {paper}


def test_eight_teams_fit_one_sheet_of_a3_and_twenty_two(enter, visit):
    """The axis is repeated at the head of the second sheet (looked at); a row is never cut."""
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "leader")
    visitor.page.goto(visitor.site.url + "/wall/")
    assert sheets_of(visitor.page) == 1
    for number in range(9, 21):
        team = TeamFactory(action=SpecialAction.objects.get(), order=number, lead=Department.objects.first())
        for place in range(3):
            make_task(team=team, number=1000 + 10 * number + place)
    visitor.page.reload()
    assert sheets_of(visitor.page) == 2


def test_each_team_is_one_sheet_of_a4(enter, visit):
    """Also with many tasks: what does not fit is on the screen; all pictures are there, and nothing to press."""
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "office")
    page = visitor.page
    crowded = SpecialTeam.objects.get(code="village-economy")
    for number in range(12):
        make_task(team=crowded, number=2000 + number, title="实施村企联建项目并完成验收和资料归档")
    sheets = {}
    for team in SpecialTeam.objects.all():
        page.goto(visitor.site.url + team.get_absolute_url())
        sheets[team.code] = sheets_of(page)
    assert set(sheets.values()) == {1}, sheets
    page.goto(visitor.site.url + crowded.get_absolute_url())
    page.emulate_media(media="print")
    expect(page.locator(".lanes tbody tr")).to_have_count(2 + LANES)
    assert page.locator(".one-page .rows > li:visible").count() <= 15
    expect(page.locator(".printed")).to_be_visible()
    assert not any(each.is_visible() for each in page.locator("main button").all())


def test_a_result_hangs_as_one_sheet_and_a_plan_prints_as_its_annex(enter, visit):
    """Titles and names are whole, a veto is marked, and nothing that can only be pressed or compared is printed."""
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "centre")
    page, round = visitor.page, AssessmentRound.objects.get(title="2026年9月考核")
    page.goto(visitor.site.url + reverse("results", args=[round.pk]))
    assert sheets_of(page) == 1
    page.emulate_media(media="print")
    for seat in round.teams.active().select_related("team"):
        expect(page.locator(".heat .name", has_text=seat.team.name)).to_be_visible()
    titles = page.locator(".heat thead .tall").all_inner_texts()
    assert titles == [one.title_zh for one in round.plan.rules.of_kind(Kind.BASE)]
    assert page.evaluate(CUT) == []
    expect(page.locator(".heat td.name", has_text="弄虚作假")).to_have_count(1)
    for hidden in (".hash", "button", ".actions", "abbr"):
        assert not any(each.is_visible() for each in page.locator(f"main {hidden}").all()), hidden
    for shown in (".printed", ".heat-legend"):
        expect(page.locator(shown)).to_be_visible()
    plan = round.plan.plan.get_absolute_url()
    sheets = []
    for path in (plan, f"{plan}annex/"):
        page.goto(visitor.site.url + path)
        sheets.append(sheets_of(page))
    assert sheets == [2, 2]


CUT = """() => Array.from(document.querySelectorAll(".heat :is(th, td)"))
    .filter(cell => cell.scrollWidth > cell.clientWidth + 1 || cell.scrollHeight > cell.clientHeight + 1)
    .map(cell => cell.innerText)"""
"""The cells of a result whose words stick out."""


def test_a_scorecard_of_many_indicators_takes_two_sheets_of_a4(enter, visit):
    """The table with the largest losses takes one, the annex the other; no plan of the county has more rows."""
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "centre")
    visitor.page.goto(visitor.site.url + "/assessment/rounds/1/results/system-reform/")
    assert sheets_of(visitor.page) == 2
    rows = visitor.page.evaluate(MULTIPLY, COUNTY_ROWS)
    assert rows == COUNTY_ROWS
    assert sheets_of(visitor.page) == 2


COUNTY_ROWS = 30
MULTIPLY = """count => {
    const rows = () => document.querySelectorAll("details:has(> .indicator)");
    while (rows().length < count) rows()[0].after(rows()[0].cloneNode(true));
    return rows().length;
}"""
"""Repeats the longest row of a scorecard until it has as many as asked."""


def sheets_of(page) -> int:
    """How many sheets the printer would take."""
    return len(re.findall(rb"/MediaBox", page.pdf(prefer_css_page_size=True)))

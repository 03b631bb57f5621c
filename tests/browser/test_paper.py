"""What comes out of the printer: one size of paper for each screen (docs/rules.md#print)."""

import re

import pytest

from governance.people.models import Department
from teams.models import SpecialAction
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


def test_a_scorecard_of_many_indicators_takes_two_sheets_of_a4(enter, visit):
    """Each explanation is folded to one line; the county's own plan has no more rows than here."""
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "centre")
    visitor.page.goto(visitor.site.url + "/assessment/rounds/1/results/system-reform/")
    assert sheets_of(visitor.page) <= 2
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

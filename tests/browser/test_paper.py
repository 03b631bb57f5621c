"""What comes out of the printer: one size of paper for each screen (LOOK, print)."""

import re

import pytest

from tests.browser.conftest import DESK, tell_story

pytestmark = pytest.mark.browser

A3_LANDSCAPE, A4 = (1191, 842), (595, 842)
"""Points, width by height."""


@pytest.mark.parametrize(
    ("path", "user", "paper"),
    [
        ("/wall/", "office", A3_LANDSCAPE),
        ("/tasks/", "office", A4),
        ("/assessment/rounds/1/results/system-reform/", "centre", A4),
    ],
)
def test_a_screen_is_printed_on_one_size_of_paper(path, user, paper, enter, visit):
    enter("story", tell_story)
    visitor = visit("en", DESK, user)
    visitor.page.goto(visitor.site.url + path)
    printed = visitor.page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {paper}

"""A lamp is colour, shape and word; a strip says its numbers."""

from decimal import Decimal

import pytest
from django.utils import translation

from governance.lists import marks
from tests.lists.shelf import State


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_a_lamp_has_colour_shape_and_word():
    html = marks.lamp_badge("red", "Overdue")
    assert 'class="badge is-red"' in html
    assert 'href="#lamp-red"' in html
    assert html.endswith("Overdue</span>")


def test_an_enum_member_brings_its_own_tone_and_word():
    assert marks.lamp(State.OPEN) == (
        '<span class="lamp"><svg class="lamp-mark" aria-hidden="true"><use href="#lamp-blue"/></svg>In progress</span>'
    )


def test_a_mark_alone_speaks():
    assert 'role="img" aria-label="Far &lt;behind&gt;"' in marks.lamp_mark("red", "Far <behind>")


def test_what_has_no_tone_is_grey():
    assert marks.tone_of("purple") == "grey"


def test_what_brings_no_word_is_its_own():
    assert marks.word_of("red") == "red"


def test_a_strip_shows_actual_and_planned_and_says_them():
    html = marks.pace(Decimal("58.33"), Decimal("82.50"), "yellow")
    assert "<title>58% done, 83% planned</title>" in html
    assert 'class="pace-actual fill-yellow" width="58.33%"' in html
    assert 'x1="82.5%"' in html


def test_without_a_plan_line_there_is_no_tick():
    assert "pace-plan" not in marks.pace(Decimal(5))


def test_not_applicable_is_hatched_and_named_never_zero():
    html = marks.pace(None)
    assert "pace-hatch" in html
    assert "pace-actual" not in html
    assert "Not applicable" in html


def test_a_score_stands_on_its_full_points():
    html = marks.score(Decimal("21.40"), Decimal(25), Decimal("20.00"))
    assert 'width="85.6%"' in html
    assert 'x1="80%"' in html
    assert "21.40, mean of the class 20.00" in html

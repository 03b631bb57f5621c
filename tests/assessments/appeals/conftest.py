"""A round in public notice, and acts of its appeals."""

from datetime import timedelta

import pytest

from assessments.appeals.corrections import FigureCorrected
from assessments.appeals.decisions import allow_appeal, dismiss_appeal
from assessments.appeals.filing import file_appeal
from assessments.figures.entry import Entry
from assessments.models import Appeal
from tests.assessments.conftest import NOTICED

FILED = NOTICED + timedelta(hours=1)
DECIDED = NOTICED + timedelta(hours=2)


def appeal(story, fact: str = "T6", place: int = 1, **also) -> Appeal:
    """The head of a team appeals."""
    team = story.teams[place]
    said = {"matter": "indicator", "wrong": "台账完整，记为部分完整", "reason": "见台账", "wanted": "complete"}
    also = {"by": story.heads[team.code], "at": FILED} | said | also
    return file_appeal(story.round, team, fact=fact, **also)


def figure(value: str = "complete", **also) -> FigureCorrected:
    """The figure as it should have been."""
    return FigureCorrected(Entry(value), **({"document": "垣考核〔2026〕9号", "basis": "台账原件"} | also))


def allow(story, one: Appeal, correction=None, **also):
    """The second person of the centre, who approved, allows it."""
    also = {"reasons": "台账原件属实。", "by": story.centre2, "at": DECIDED} | also
    return allow_appeal(one, correction or figure(), **also)


def dismiss(story, one: Appeal, **also):
    also = {"reasons": "维持原评分。", "by": story.centre2, "at": DECIDED} | also
    return dismiss_appeal(one, **also)


@pytest.fixture
def noticed(story):
    """The story in its public notice."""
    story.until("public_notice")
    return story

"""A department that supplies T6 for every team of a round that collects."""

import pytest
from django.utils.translation import override

from assessments.figures.suppliers import name_supplier
from assessments.figures.supplying import Line, confirm_figures, save_figures
from assessments.models import FigureSource
from tests.assessments.conftest import ENTERED, OPENED
from tests.factories import DepartmentFactory, UserFactory

DOCUMENT = {"document": "垣统函〔2026〕18号", "basis": "三季度核定表"}
TIERS = ("complete", "partial", "complete", "none")


class Bureau:
    """A department, one of its people, and what it does in the story's round."""

    def __init__(self, story):
        self.story = story
        self.department = DepartmentFactory()
        self.person = UserFactory(department=self.department)
        self.colleague = UserFactory(department=self.department)

    def supplies(self, code: str = "T6"):
        """From now on it supplies that indicator for every team."""
        source = FigureSource.objects.filter(round=self.story.round, indicator__code=code).first()
        name_supplier(source, department=self.department, alike=True, by=self.story.centre, at=OPENED)
        return self

    def save(self, lines=None, code: str = "T6", **also):
        """Save lines by team code; by default a tier for each team."""
        lines = lines or {team.code: Line(tier) for team, tier in zip(self.story.teams, TIERS, strict=False)}
        also = DOCUMENT | {"by": self.person, "at": ENTERED} | also
        return save_figures(self.story.round, self.story.indicator(code), lines, **also)

    def confirm(self, code: str = "T6", **also):
        """Confirm what is saved."""
        return confirm_figures(
            self.story.round, self.story.indicator(code), **({"by": self.person, "at": ENTERED} | also)
        )


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared as the code has them."""
    with override("en"):
        yield


@pytest.fixture
def bureau(story) -> Bureau:
    """The round collects; the bureau supplies T6."""
    story.until("collecting")
    return Bureau(story).supplies()

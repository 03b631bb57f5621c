"""The demonstration's story as a fixture: told once, in a transaction that is taken back when other tests begin.

Telling it takes seconds. Tests of the story run one after another (`tests/selection.py`), and what a module or a test
writes is undone by a savepoint of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from assessments.models import AdoptedPlan, AssessmentRound
from assessments.rounds.rounds import open_round
from governance.clock import SHANGHAI
from governance.overview.demo import script
from governance.overview.demo.story import Story

DAY = date(2026, 10, 27)


@contextmanager
def undone() -> Iterator[None]:
    """What the block writes is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def round_in_preparation(story: Story) -> AssessmentRound:
    """A second round, opened on 26 October."""
    return open_round(
        action=story.action,
        plan=AdoptedPlan.objects.get(plan__code="trial-2026-q3"),
        kind="quarter",
        title="2026年10月试考核",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 10, 20),
        cut_off_at=datetime(2026, 10, 24, 18, tzinfo=SHANGHAI),
        classes=script.CLASSES,
        by=story.user("centre"),
        at=datetime(2026, 10, 26, 9, tzinfo=SHANGHAI),
    )


class Stage:
    """Holds the story until the database is wanted empty."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self.blocker = blocker
        self.kept = ExitStack()
        self.story: Story | None = None

    def told(self) -> Story:
        """The story; told unless it stands already."""
        if self.story is None:
            with self.blocker.unblock():
                self.kept.enter_context(undone())
                self.story = Story(settings.DEMO_PASSWORD)
                with translation.override("zh-hans"):
                    for _step in self.story.tell():
                        pass
        return self.story

    def clear(self) -> None:
        """The database is as if the story had never been told."""
        with self.blocker.unblock():
            self.kept.close()
        self.story = None


STAGE = pytest.StashKey[Stage]()


@pytest.fixture(scope="session")
def story_stage(pytestconfig, django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """Cleared when a test of the database without the story begins (`pytest_runtest_setup`)."""
    pytestconfig.stash[STAGE] = stage = Stage(django_db_blocker)
    yield stage
    stage.clear()


@pytest.fixture(scope="module")
def story(story_stage, django_db_blocker) -> Iterator[Story]:
    """The whole story; a test that writes is undone by its own savepoint, a module by another."""
    told = story_stage.told()
    module = undone()
    with django_db_blocker.unblock():
        module.__enter__()
    yield told
    with django_db_blocker.unblock():
        module.__exit__(None, None, None)


@pytest.fixture
def demo_today(settings) -> date:
    """The domain's today is the story's last day."""
    settings.DEMO_TODAY = DAY
    return DAY

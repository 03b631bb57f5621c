"""The demonstration's story as a fixture: told once a module, in a transaction that is taken back at its end."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from governance.overview.demo.story import Story

DAY = date(2026, 10, 27)


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker) -> Iterator[Story]:
    """The whole story; a test that writes is undone by its own savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        told = Story(settings.DEMO_PASSWORD)
        with translation.override("zh-hans"):
            for _step in told.tell():
                pass
        yield told
        transaction.set_rollback(True)


@pytest.fixture
def demo_today(settings) -> date:
    """The domain's today is the story's last day."""
    settings.DEMO_TODAY = DAY
    return DAY

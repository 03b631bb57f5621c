"""Fixtures that every test may use: a fixed moment, people of each role, one action with teams.

The settings are read from the environment; `DATABASE_URL` chooses the database under test.
"""

import os

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("SECRET_KEY", "for-tests-only-" * 4)
os.environ.pop("DEMO_TODAY", None)

from datetime import date, datetime
from tempfile import TemporaryDirectory

import pytest
from django.utils import translation
from hypothesis import settings

from governance.clock import SHANGHAI
from governance.overview.memory import forget
from governance.people.roles import Role
from governance.records.integrity.guards import install_triggers, remove_triggers
from tests import factories
from tests.budgets import query_budget  # noqa: F401  (fixture)
from tests.story import demo_today, story, story_stage  # noqa: F401  (fixtures)
from tests.two_actions import two_actions  # noqa: F401  (fixture)

pytest_plugins = ["tests.selection"]

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
"""A property fails for what it finds, never for a machine that is busy."""


def pytest_addoption(parser) -> None:
    """`--database-only` for the second database of `make test`, `--write-budgets` for `make budgets`."""
    parser.addoption("--database-only", action="store_true", help="leave out the tests that use no database")
    parser.addoption("--write-budgets", action="store_true", help="write tests/query_budgets.json anew")


def pytest_configure(config) -> None:
    """Hash passwords fast: their strength is Django's to test. Files of tests lie apart and go with them."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    apart = TemporaryDirectory(prefix="vanguard-test-media-")
    settings.MEDIA_ROOT = apart.name
    config.add_cleanup(apart.cleanup)


@pytest.fixture
def at() -> datetime:
    """The moment at which tests act unless they say otherwise: 27 October 2026, ten in the morning."""
    return datetime(2026, 10, 27, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def today(at: datetime) -> date:
    """The day of `at`."""
    return at.date()


@pytest.fixture
def office(db):
    """A person of the special office."""
    return factories.UserFactory(username="office", name="专办甲", roles=[Role.SPECIAL_OFFICE])


@pytest.fixture
def office2(db):
    """Another person of the special office."""
    return factories.UserFactory(username="office2", name="专办乙", roles=[Role.SPECIAL_OFFICE])


@pytest.fixture
def centre(db):
    """A person of the assessment centre."""
    return factories.UserFactory(username="centre", name="考核甲", roles=[Role.ASSESSMENT_CENTRE])


@pytest.fixture
def centre2(db):
    """Another person of the assessment centre."""
    return factories.UserFactory(username="centre2", name="考核乙", roles=[Role.ASSESSMENT_CENTRE])


@pytest.fixture
def leader(db):
    """A county leader."""
    return factories.UserFactory(username="leader", name="县领导", roles=[Role.COUNTY_LEADER])


@pytest.fixture
def auditor(db):
    """An auditor."""
    return factories.UserFactory(username="auditor", name="审计员", roles=[Role.AUDITOR])


@pytest.fixture
def administrator(db):
    """An administrator."""
    return factories.UserFactory(username="admin", name="管理员", roles=[Role.ADMINISTRATOR], is_staff=True)


@pytest.fixture
def secretary(db):
    """The secretary of the meeting, who sees meetings in the admin site and nothing else there."""
    return factories.UserFactory(username="secretary", name="会务秘书", roles=[Role.MEETING_SECRETARY], is_staff=True)


@pytest.fixture
def superuser(db):
    """A superuser without any role."""
    return factories.UserFactory(username="root", is_superuser=True, is_staff=True)


@pytest.fixture
def action(db):
    """An action with a lamp rule; ten-day reports."""
    return factories.ActionFactory()


@pytest.fixture
def team(action):
    """A team of the action, without people."""
    return factories.TeamFactory(action=action)


@pytest.fixture
def head(team):
    """The team's head."""
    return factories.MemberFactory(team=team, part="head").user


@pytest.fixture
def liaison(team):
    """The team's liaison."""
    return factories.MemberFactory(team=team, part="liaison").user


@pytest.fixture
def deputy(team):
    """The team's deputy head."""
    return factories.MemberFactory(team=team, part="deputy").user


@pytest.fixture
def member(team):
    """A member of the team who drafts nothing."""
    return factories.MemberFactory(team=team, part="member").user


@pytest.fixture
def former_head(team):
    """Who was head of the team until September and keeps nothing."""
    return factories.MemberFactory(team=team, part="head", left_on=date(2026, 9, 1)).user


@pytest.fixture
def other_team(action):
    """Another team of the action."""
    return factories.TeamFactory(action=action)


@pytest.fixture
def other_head(other_team):
    """The other team's head."""
    return factories.MemberFactory(team=other_team, part="head").user


@pytest.fixture
def task(team, at):
    """An open task of the team with its first version: 1 March to 30 November, 40 percent."""
    return factories.make_task(team=team, at=at)


@pytest.fixture
def sign_in(client):
    """`sign_in(person)`: the browser of that person."""

    def signed_in(person):
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def as_office(client, office):
    """The browser of the office."""
    client.force_login(office)
    return client


@pytest.fixture(autouse=True)
def no_language_is_inherited():
    """A page answers in its reader's language and leaves it behind: the next test speaks as this one began."""
    before = translation.get_language()
    yield
    translation.activate(before)


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """Pages of another test's rows: after a flush their states may be alike."""
    forget()


@pytest.fixture(autouse=True)
def flushed_tables_reopen(request):
    """A transactional test flushes when it ends: take the triggers down for that and put them back for the next."""
    if "transactional_db" not in request.fixturenames and not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    install_triggers()
    yield
    remove_triggers()


def _is_transactional(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))

"""Fixtures of the tests of periods and reports."""

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.utils.translation import override

from teams.reports.written import Matter
from tests import factories
from tests.teams.sample_reports import moment, submitted


@pytest.fixture
def period(action):
    """11 to 20 October, due on the 21st at 18:00."""
    return factories.PeriodFactory(action=action)


@pytest.fixture
def next_period(action):
    """21 to 31 October, due on 2 November."""
    return factories.PeriodFactory(
        action=action, starts_on=date(2026, 10, 21), ends_on=date(2026, 10, 31), due_at=moment(2, 18, month=11)
    )


@pytest.fixture
def road(team):
    """A task with a percent, open since March: 40 percent."""
    return factories.make_task(team=team, title="示范走廊建设")


@pytest.fixture
def yards(team):
    """A task with a quantity, open since March: 30 of 40 villages."""
    return factories.make_task(team=team, title="一宅变四园", target=40, unit="个村", done=30, percent=75)


@pytest.fixture
def colleague(team, yards):
    """A member of the team whose department joins one task and leads none."""
    department = factories.DepartmentFactory(short_name="农业局")
    yards.joint_departments.add(department)
    return factories.MemberFactory(team=team, part="member", user__department=department).user


@pytest.fixture
def forestry(db):
    """A department that can be asked."""
    return factories.DepartmentFactory(name="县林业局", short_name="林业局")


@pytest.fixture
def forester(forestry):
    """A person of that department, of no team."""
    return factories.UserFactory(name="李某", department=forestry)


@pytest.fixture
def clerk(db):
    """A person of no team and no department, to whom the office passes matters on."""
    return factories.UserFactory(name="赵某")


@pytest.fixture
def matter(team, period, road, head, forestry):
    """What the team asks of the forestry department, sent with its report."""
    report = submitted(team, period, road, by=head, matters=[Matter("走廊三标段林地手续", forestry)])
    return report.help_requests.get()


@pytest.fixture
def english():
    """Sentences are read in English."""
    with override("en"):
        yield


@pytest.fixture
def the_day(settings, client):
    """It is the morning of 22 October 2026, a day after the reports were due, and the pages speak English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()
    with override("en"), time_machine.travel(moment(22, 9), tick=False):
        yield

"""The wall chart: what it counts, how it stood on earlier evenings, what it costs."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.overview.wall import wall_of
from teams.keeping import Change, Lighting, write_changes
from teams.lamps import Lamp
from tests import factories

pytestmark = pytest.mark.django_db


def change(task, at, **fields):
    """Write new values the way verbs do."""
    task.refresh_from_db()
    write_changes([Change(task, fields)], cause="edit_task", by=None, at=at, lighting=Lighting.of(task.action))


@pytest.fixture
def now(at):
    return at


@pytest.fixture
def teams(action):
    return [factories.TeamFactory(action=action) for _ in range(2)]


def test_teams_stand_in_document_order_with_their_tasks(action, teams, office, now):
    late = factories.make_task(team=teams[1], due_on=date(2026, 9, 30))
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert [shown.team for shown in wall.teams] == teams
    assert [item.standing.task for item in wall.teams[1].tasks] == [late]
    assert wall.teams[1].lamps == [(Lamp.RED, 1)]


def test_pace_is_weighted_by_level_and_leaves_out_what_has_no_plan_line(action, teams, office, now):
    factories.make_task(team=teams[0], percent=Decimal(90), level=3)
    factories.make_task(team=teams[0], percent=Decimal(50), level=1)
    factories.make_task(team=teams[0], percent=Decimal(0), due_on=None, ongoing=True)
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert wall.pace.percent == Decimal(80)
    assert wall.pace.tasks == 2


def test_a_new_team_counts_its_days(action, office, now):
    factories.TeamFactory(action=action, established_on=now.date() - timedelta(days=41))
    [shown] = wall_of(action, on=now.date(), now=now, user=office).teams
    assert shown.is_new
    assert shown.age_days == 41


def test_newly_red_is_measured_against_the_last_periods_end(action, teams, office, now):
    factories.PeriodFactory(action=action)
    factories.make_task(team=teams[0], due_on=date(2026, 9, 30))
    fresh = factories.make_task(team=teams[0], due_on=date(2026, 10, 22), percent=Decimal(95))
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert [standing.task for standing in wall.newly_red] == [fresh]


def test_a_past_evening_shows_what_was_known_then(action, teams, office, now):
    task = factories.make_task(team=teams[0], at=datetime(2026, 9, 1, 9, tzinfo=SHANGHAI), percent=Decimal(10))
    change(task, datetime(2026, 9, 20, 23, 59, tzinfo=SHANGHAI), percent=Decimal(30))
    change(task, datetime(2026, 9, 21, 0, 1, tzinfo=SHANGHAI), percent=Decimal(60))

    def percents(day):
        wall = wall_of(action, on=day, now=now, user=office)
        return [standing.row.percent for standing in wall.standings]

    assert percents(date(2026, 8, 31)) == []
    assert percents(date(2026, 9, 19)) == [Decimal(10)]
    assert percents(date(2026, 9, 20)) == [Decimal(30)]
    assert percents(date(2026, 9, 21)) == [Decimal(60)]


def test_a_future_day_is_refused_and_today_shown(client, action, teams, office, time_machine, now):
    time_machine.move_to(now)
    client.force_login(office)
    response = client.get(reverse("wall"), {"on": "2026-12-01"})
    assert response.status_code == 400
    assert response.context["day"].on == now.date()


def test_what_is_no_day_is_refused(client, action, office):
    client.force_login(office)
    assert client.get(reverse("wall"), {"on": "soon"}).status_code == 400


def test_the_screen_on_the_wall_has_no_actions(client, action, teams, office):
    client.force_login(office)
    page = client.get(reverse("wall"), {"screen": "1"}).content.decode()
    assert 'class="screen ' in page
    assert "data-refresh" in page


def test_without_an_action_the_wall_says_how_it_comes(client, db, office):
    client.force_login(office)
    for name in ("wall", "home"):
        assert "empty" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["wall", "home"])
def test_queries_do_not_grow_with_teams_and_tasks(client, action, office, name, time_machine, now):
    time_machine.move_to(now)
    factories.PeriodFactory(action=action)
    client.force_login(office)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    factories.make_task(team=factories.TeamFactory(action=action), due_on=date(2026, 9, 1))
    few = counted()
    for _ in range(6):
        team = factories.TeamFactory(action=action)
        for _ in range(4):
            factories.make_task(team=team, due_on=date(2026, 9, 1))
    assert counted() == few


def test_a_report_is_a_door_for_those_who_may_read_it_alone(action, team, head, auditor, office, client, at):
    period = factories.PeriodFactory(action=action)
    address = reverse("report", args=[team.code, period.starts_on.isoformat()])

    def doors(user, page):
        client.force_login(user)
        return client.get(page).content.decode().count(f'href="{address}"')

    for page in (reverse("wall"), team.get_absolute_url()):
        assert [doors(user, page) for user in (office, head, auditor)] == [1, 1, 0]

"""The wall chart: what it counts, how it stood on earlier evenings, what it costs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.overview.wall import wall_of
from teams import models
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.written import Written
from teams.rules.lamps import Lamp
from teams.tasks.changes import Change, LampContext, write_changes
from tests import factories

pytestmark = pytest.mark.django_db


def change(task, at, **fields):
    """Write new values the way verbs do."""
    task.refresh_from_db()
    write_changes([Change(task, fields)], cause="edit_task", by=None, at=at, lamp_context=LampContext.of(task.action))


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


@pytest.mark.parametrize(("day", "led_by_former"), [(9, True), (10, False), (11, False)])
def test_the_day_on_which_a_lead_leaves_belongs_to_its_successor(action, office, now, day, led_by_former):
    october = partial(date, 2026, 10)
    team = factories.TeamFactory(action=action)
    successor = team.departments.get()
    models.TeamDepartment.objects.filter(pk=successor.pk).update(joined_on=october(10))
    # entered afterwards, so that it is the later row
    former = models.TeamDepartment.objects.create(
        team=team,
        department=factories.DepartmentFactory(),
        part="lead",
        joined_on=team.established_on,
        left_on=october(10),
    )
    [shown] = wall_of(action, on=october(day), now=now, user=office).teams
    assert shown.lead == (former if led_by_former else successor).department


def test_newly_red_is_measured_against_the_last_periods_end(action, teams, office, now):
    factories.PeriodFactory(action=action)
    factories.make_task(team=teams[0], due_on=date(2026, 9, 30))
    fresh = factories.make_task(team=teams[0], due_on=date(2026, 10, 22), percent=Decimal(95))
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert wall.newly_red == 1
    assert [task.url for task in wall.newly_named] == [fresh.get_absolute_url()]


def test_the_pace_is_compared_with_the_closed_period_as_it_was_kept(action, teams, office, head, now, time_machine):
    """The progress of a period is accepted after its end: the evening's version does not know it, the period does."""
    period = factories.PeriodFactory(action=action)
    task = factories.make_task(team=teams[0], percent=Decimal(50))
    models.ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=now - timedelta(days=1), closed_by=office)
    kept = models.PeriodLamp.objects.create(
        task=task,
        period=period,
        team=teams[0],
        lamp="green",
        planned=Decimal("86.00"),
        actual=Decimal("80.00"),
        rule=models.LampRule.objects.get(action=action),
        by=office,
        at=now - timedelta(days=1),
    )
    change(task, now - timedelta(hours=1), percent=Decimal(81))
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert wall.change.before.gap == kept.planned - kept.actual == 6
    assert wall.change.narrowed == 6 - wall.pace.gap
    assert not wall.change.is_by_tasks
    # On an evening before it was closed, it is what was known.
    early = wall_of(action, on=(now - timedelta(days=3)).date(), now=now, user=office)
    assert early.change.before.percent == Decimal(50)


def test_a_pace_that_falls_by_new_tasks_says_so(client, action, teams, office, now, time_machine):
    time_machine.move_to(now)
    factories.PeriodFactory(action=action)
    factories.make_task(team=teams[0], percent=Decimal(80))
    factories.make_task(team=teams[0], percent=Decimal(0), level=3, at=now, start_on=now.date())
    client.force_login(office)
    for name in ("home", "wall"):
        page = client.get(reverse(name), headers={"accept-language": "en"}).content.decode()
        assert "1 task added: progress −60" in page


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


@pytest.mark.parametrize("day", [date(2026, 10, 20), date(2026, 10, 27)])
def test_a_closed_team_keeps_its_row_as_long_as_its_tasks_count(client, action, teams, office, now, time_machine, day):
    time_machine.move_to(now)
    client.force_login(office)
    closed = teams[0]
    done = factories.make_task(team=closed, state="closed_out", closed_on=date(2026, 9, 1), percent=Decimal(100))
    factories.make_task(team=teams[1])
    models.SpecialTeam.objects.filter(pk=closed.pk).update(closed_on=date(2026, 10, 1))
    without = factories.TeamFactory(action=action, closed_on=date(2026, 10, 1))
    wall = wall_of(action, on=day, now=now, user=office)
    assert without not in [shown.team for shown in wall.teams]
    assert [(shown.team, shown.is_closed) for shown in wall.teams] == [(closed, True), (teams[1], False)]
    assert [item.standing.task for item in wall.teams[0].tasks] == [done]
    assert len(wall.standings) == sum(len(shown.tasks) for shown in wall.teams) == 2
    page = client.get(reverse("wall"), {"on": day.isoformat()}).content.decode()
    assert "2026-10-01" in page


def test_a_closed_team_that_owes_the_last_report_is_counted_with_the_teams_behind(
    client, action, teams, office, now, time_machine
):
    time_machine.move_to(now)
    client.force_login(office)
    factories.PeriodFactory(action=action)
    models.SpecialTeam.objects.filter(pk=teams[0].pk).update(closed_on=date(2026, 10, 24))
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert [shown.report for shown in wall.teams] == ["overdue", "overdue"]
    behind = client.get(wall.overdue_url).context["matrix"].rows
    assert [row[0] for row in behind] == teams
    assert wall.overdue_reports == 2


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


def test_twenty_teams_are_open_those_in_need_first_and_the_others_a_page_away(
    client, action, office, now, time_machine
):
    time_machine.move_to(now)
    client.force_login(office)
    teams = [factories.TeamFactory(action=action, order=order) for order in range(1, 24)]
    factories.make_task(team=teams[-1], due_on=date(2026, 9, 1))

    def opened(address):
        answer = client.get(address)
        return [shown.team.order for shown in answer.context["wall"].teams], answer.content.decode()

    for address in (reverse("home"), reverse("wall")):
        first, page = opened(address)
        assert first == [23, *range(1, 20)]
        assert 'href="/wall/?page=2"' in page
    assert opened("/wall/?page=2")[0] == [20, 21, 22]
    assert opened("/?order=document")[0] == [*range(1, 21)]
    last, page = opened("/wall/?order=document&page=99")
    assert last == [21, 22, 23]
    assert 'href="/wall/?order=document"' in page


def test_a_report_is_a_door_for_those_who_may_read_it_alone(action, team, head, auditor, office, client, at):
    period = factories.PeriodFactory(action=action)
    address = reverse("report", args=[team.code, period.starts_on.isoformat()])

    def doors(user, page):
        client.force_login(user)
        return client.get(page).content.decode().count(f'href="{address}"')

    for page in (reverse("wall"), team.get_absolute_url()):
        assert [doors(user, page) for user in (office, head, auditor)] == [1, 1, 0]


# Narrowed, and every figure a door to exactly the rows it counts -----------------------------------------------------
@pytest.fixture
def county(action, office, teams, now):
    """Two groups, two stages, tasks of every lamp, a task of no team's stage, one without a plan line."""
    groups = [models.WorkingGroup.objects.create(action=action, title=title) for title in ("第一组", "第二组")]
    days = {"starts_on": action.starts_on, "ends_on": action.ends_on}
    stages = [models.Stage.objects.create(action=action, order=order, title=f"{order}", **days) for order in (1, 2)]
    for team, group in zip(teams, groups, strict=True):
        team.group = group
        team.save()
        for stage, due, percent in (
            (stages[0], date(2026, 9, 30), 40),
            (stages[0], date(2026, 10, 22), 95),
            (stages[1], date(2026, 12, 31), 60),
            (stages[1], date(2026, 12, 31), 95),
            (None, date(2026, 10, 29), 99),
        ):
            factories.make_task(team=team, stage=stage, due_on=due, percent=Decimal(percent))
        factories.make_task(team=team, due_on=None, ongoing=True)
        factories.make_task(team=team, state="closed_out", closed_on=date(2026, 9, 1), percent=Decimal(100))
        factories.make_task(team=team, state="cancelled")
    factories.PeriodFactory(action=action)
    return groups, stages


NARROWINGS = [{}, {"stage": "1"}, {"stage": "2"}, {"group": "first"}, {"group": "first", "stage": "1"}]


@pytest.mark.parametrize("day", [None, date(2026, 10, 21), date(2026, 10, 5)])
@pytest.mark.parametrize("query", NARROWINGS, ids=str)
def test_each_figure_leads_to_the_rows_it_counts(client, action, office, county, now, time_machine, query, day):
    time_machine.move_to(now)
    client.force_login(office)
    query = query | ({"group": str(county[0][0].pk)} if "group" in query else {})
    wall = wall_of(action, on=day or now.date(), now=now, user=office, query=query)

    def rows(address):
        cache.clear()
        return client.get(address).context["page"].paginator.count

    assert wall.standings
    assert rows(wall.tasks_url()) == wall.tasks == len(wall.standings)
    assert rows(wall.paced_url) == (wall.pace.tasks if wall.pace else 0)
    assert rows(wall.newly_red_url) == wall.newly_red
    for lamp, count in wall.lamps:
        assert rows(wall.tasks_url(lamp=lamp.value)) == count
    for shown in wall.teams:
        for lamp, count in shown.lamps:
            assert rows(wall.tasks_url(lamp=lamp.value, team=shown.team.code)) == count
        assert rows(wall.tasks_url(team=shown.team.code, paced="1")) == (shown.pace.tasks if shown.pace else 0)


def test_the_county_of_these_tests_has_something_to_count(action, office, county, now):
    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert wall.newly_red and wall.pace and all(count for _lamp, count in wall.lamps)


def test_counts_of_reports_lead_to_the_teams_counted(client, action, office, head, team, other_team, now, time_machine):
    """One team has submitted, the other is overdue; the evening before it was due nobody was."""
    time_machine.move_to(now)
    client.force_login(office)
    period = factories.PeriodFactory(action=action)
    at = datetime(2026, 10, 20, 12, tzinfo=SHANGHAI)
    submit_report(save_report(team, period, Written(), by=head, at=at), by=head, at=at)

    def teams_behind(address):
        return [row[0] for row in client.get(address).context["matrix"].rows]

    wall = wall_of(action, on=now.date(), now=now, user=office)
    assert (wall.overdue_reports, teams_behind(wall.overdue_url)) == (1, [other_team])
    assert (wall.waiting_reports, teams_behind(wall.waiting_url)) == (1, [team])
    assert (wall.reports.submitted, teams_behind(wall.submitted_url)) == (1, [team])
    assert (wall.returned_reports, teams_behind(wall.returned_url)) == (0, [])
    before = wall_of(action, on=date(2026, 10, 21), now=now, user=office)
    assert (before.overdue_reports, teams_behind(before.overdue_url)) == (1, [other_team])
    narrowed = wall_of(action, on=now.date(), now=now, user=office, query={"group": "0"})
    assert narrowed.narrowing.words == []


def test_narrowed_to_a_lamp_only_its_tasks_hang_there_and_the_figures_stay(action, office, county, now):
    whole = wall_of(action, on=now.date(), now=now, user=office)
    red = wall_of(action, on=now.date(), now=now, user=office, query={"lamp": "red"})
    assert {item.standing.lamp for shown in red.teams for item in shown.tasks} == {Lamp.RED}
    assert red.lamps == whole.lamps
    assert red.pace == whole.pace
    assert red.narrowing.words


def test_what_the_action_does_not_have_narrows_nothing(client, action, office, county, now, time_machine):
    time_machine.move_to(now)
    client.force_login(office)
    query = {"stage": "99", "group": "x", "lamp": "pink"}
    answer = client.get(reverse("wall"), query)
    assert answer.status_code == 200
    assert answer.context["wall"].narrowing.words == []


def test_the_wall_is_turned_back_through_the_ends_of_the_periods(client, action, teams, office, now, time_machine):
    time_machine.move_to(now)
    client.force_login(office)
    factories.PeriodFactory(action=action)
    factories.PeriodFactory(action=action, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 10))
    factories.PeriodFactory(action=action, starts_on=date(2026, 10, 21), ends_on=date(2026, 10, 31))
    answer = client.get(reverse("wall"), {"on": "2026-10-15"})
    evenings = answer.context["wall"].evenings
    assert evenings.days == [date(2026, 10, 10), date(2026, 10, 15), date(2026, 10, 20), date(2026, 10, 27)]
    assert (evenings.place, evenings.earlier, evenings.later) == (1, date(2026, 10, 10), date(2026, 10, 20))
    page = answer.content.decode()
    assert "?on=2026-10-10" in page and "?on=2026-10-20" in page
    assert client.get(reverse("wall")).context["wall"].evenings.later is None


def test_the_addresses_of_a_narrowed_wall_keep_what_narrows_it(action, office, county, now):
    query = {"stage": "1", "lamp": "red"}
    wall = wall_of(action, on=date(2026, 10, 20), now=now, user=office, query=query)
    assert wall.url() == "/wall/?stage=1&lamp=red&on=2026-10-20"
    assert wall.url(on=None) == "/wall/?stage=1&lamp=red"
    assert wall.url(lamp=None) == "/wall/?stage=1&on=2026-10-20"
    assert wall.url(screen=1) == "/wall/?stage=1&lamp=red&on=2026-10-20&screen=1"
    assert wall.tasks_url(lamp="red") == "/tasks/?stage=1&lamp=red&on=2026-10-20"

"""The first steps of an installation: seen to be done from what is there, resumed wherever it stands."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from governance.overview.setup import next_step, setup_steps, step_of
from governance.people.county_name import name_county
from tests.factories import DepartmentFactory, MemberFactory, PeriodFactory, make_task
from tests.teams.sample_reports import submitted

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 27)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def standing(user):
    """What each step says: {title: done}."""
    return {step.title: step.done for step in setup_steps(user, on=DAY)}


def test_at_first_the_county_is_named_by_the_administrator(administrator):
    steps = setup_steps(administrator, on=DAY)
    assert next_step(steps).title == "Enter the name of the county"
    assert [door.url for door in next_step(steps).doors] == [reverse("county")]
    assert [step.title for step in steps if step.done] == []


def test_a_step_is_done_once_its_rows_are_there(administrator, office, at, team, head, liaison, task):
    name_county(name_zh="清河县", by=administrator, at=at, seen=0)
    PeriodFactory(action=team.action)
    done = standing(administrator)
    assert {title for title, is_done in done.items() if not is_done} == {
        "Enter the townships",
        "Mark holidays and worked weekends",
        "Divide it into stages",
        "The first report",
    }


def test_a_team_without_a_liaison_is_named(office, team, head):
    [step] = [step for step in setup_steps(office, on=DAY) if step.title == "Set up the teams"]
    assert not step.done
    assert team.short_name in step.found


def test_a_head_who_cannot_sign_in_yet_is_none(office, team, head, liaison):
    def founded():
        return standing(office)["Set up the teams"]

    assert founded()
    type(head).objects.filter(pk=head.pk).update(is_active=False)
    assert not founded()


def test_once_a_team_is_founded_its_people_come_first(office, team):
    [step] = [step for step in setup_steps(office, on=DAY) if step.title == "Set up the teams"]
    assert [door.url for door in step.doors] == [reverse("member_import"), reverse("team_new")]


def test_home_leads_whose_step_it_is_until_the_first_report(client, administrator, office, at, leader):
    assert step_of(administrator, on=DAY).title == "Enter the name of the county"
    assert step_of(office, on=DAY) is None
    name_county(name_zh="清河县", by=administrator, at=at, seen=0)
    DepartmentFactory()
    assert step_of(administrator, on=DAY) is None
    assert step_of(office, on=DAY).title == "Open the special action"
    assert step_of(leader, on=DAY) is None
    for reader, stands in ((administrator, False), (office, True)):
        client.force_login(reader)
        page = client.get(reverse("home")).content.decode()
        assert (f'<a class="table-title" href="{reverse("setting_up")}"' in page) is stands


def test_once_a_report_was_submitted_nothing_is_left_to_set_up(office, team, head):
    submitted(team, PeriodFactory(action=team.action), make_task(team=team), by=head)
    assert step_of(office, on=DAY) is None
    assert next_step(setup_steps(office, on=DAY)).title == "Enter the name of the county"


def test_each_sees_the_doors_of_their_own_steps(administrator, office, action):
    for user, titles in (
        (administrator, {"Enter the name of the county", "Enter the departments", "Enter the people"}),
        (office, {"Open the special action", "Set up the teams", "Import the task ledger"}),
    ):
        with_doors = {step.title for step in setup_steps(user, on=DAY) if step.doors}
        assert titles <= with_doors
    assert not {step.title for step in setup_steps(office, on=DAY) if step.doors} & {"Enter the name of the county"}


def test_optional_steps_never_come_next(administrator, office, at, team, head, liaison):
    name_county(name_zh="清河县", by=administrator, at=at, seen=0)
    steps = setup_steps(office, on=DAY)
    assert next_step(steps).title == "Generate periods" or next_step(steps).title == "Generate the reporting periods"
    make_task(team=team)
    PeriodFactory(action=team.action)
    assert next_step(setup_steps(office, on=DAY)).title == "The first report"


@pytest.mark.parametrize("reader", ["administrator", "office"])
def test_every_door_of_the_steps_opens(client, request, reader, action):
    user = request.getfixturevalue(reader)
    client.force_login(user)
    assert client.get(reverse("setting_up")).status_code == 200
    for step in setup_steps(user, on=DAY):
        for door in step.doors:
            assert client.get(door.url).status_code == 200, door


def test_nobody_else_sets_up(client, leader):
    client.force_login(leader)
    assert client.get(reverse("setting_up")).status_code == 403


def test_the_number_of_queries_does_not_grow_with_teams(query_budget, office, action):
    for number in range(30):
        MemberFactory(team__action=action, team__order=number + 1)
    with query_budget("setup_steps", "any number of teams"):
        setup_steps(office, on=DAY)

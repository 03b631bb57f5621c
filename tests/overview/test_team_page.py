"""A team's page: everybody sees the wall's part of it, its papers only who may read them."""

import pytest
from django.urls import reverse

from teams.tasks.extensions import ask_extension
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(task, head, at):
    return ask_extension(task, new_due_on=task.due_on.replace(month=12), reason="用地手续在批", by=head, at=at)


def test_members_and_the_office_read_what_was_asked_others_do_not(
    client, team, asked, head, office, other_head, centre, time_machine, at
):
    time_machine.move_to(at)
    for person, reads in ((head, True), (office, True), (other_head, False), (centre, False)):
        client.force_login(person)
        page = client.get(reverse("team", args=[team.code])).content.decode()
        assert (asked.reason in page) == reads, person


def test_a_closed_team_is_shown_as_it_stood_on_its_last_day(client, team, office, at, time_machine):
    time_machine.move_to(at)
    team.closed_on = at.date().replace(month=9)
    team.save()
    factories.make_task(team=team, state="cancelled")
    client.force_login(office)
    response = client.get(reverse("team", args=[team.code]))
    assert response.status_code == 200
    assert response.context["wall"].on == team.closed_on


def test_a_team_that_begins_tomorrow_has_a_page(client, action, office, at, time_machine):
    time_machine.move_to(at)
    team = factories.TeamFactory(action=action, established_on=at.date().replace(day=28))
    client.force_login(office)
    assert client.get(reverse("team", args=[team.code])).status_code == 200


def test_the_office_and_the_team_call_its_people_others_see_no_number(
    client, team, head, liaison, office, other_head, centre, leader, auditor, at, time_machine
):
    time_machine.move_to(at)
    liaison.phone = "13800001234"
    liaison.save()
    for person, calls in (
        (liaison, True),
        (head, True),
        (office, True),
        (other_head, False),
        (centre, False),
        (leader, False),
        (auditor, False),
    ):
        client.force_login(person)
        page = client.get(reverse("team", args=[team.code])).content.decode()
        assert ('href="tel:13800001234"' in page) == calls, person
        assert ("13800001234" in page) == calls, person

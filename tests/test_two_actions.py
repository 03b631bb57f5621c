"""Every address while two actions have tasks of the same numbers and periods of the same days.

A number alone is that of the action that began last; under a team's address it is the team's.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.people.models import User
from teams.models import ReportEntry, TaskEvidence
from tests.formats.brought import photo
from tests.test_doors import ACTION, DOORS, OTHER, OWN, YOUNG
from tests.two_actions import CLOSING, EXTENDING, NEXT_STARTS, NUMBER, STARTS, YEAR, World

pytestmark = pytest.mark.django_db

NOT_OF_A_WORLD = (
    *("round", "contest", "review", "indicator", "source", "seat", "claim"),
    *("screen", "notice", "requirement", "showcase", "proposed_step", "item"),
)
"""Rows that the two worlds do not have."""

ANSWERS = {200, 302, 403, 404, 405, 409}
OF_TASKS = [name for name, door in DOORS.items() if door.args[:1] == (YEAR,)]
OF_TEAMS_TASKS = ["entry_evidence", "report", "report_sheet", "report_import", "report_approve"]


def arguments(name: str, world: World) -> list:
    """The arguments of a door in `world`."""
    said = {ACTION: world.action.code, OWN: world.team.code, OTHER: world.team.code, YOUNG: world.team.code}
    said |= {"2026-10-01": STARTS, "closing": CLOSING} | world.keys
    known = [said.get(each, each) for each in DOORS[name].args]
    return [0 if each in NOT_OF_A_WORLD else each for each in known]


def address(name: str, world: World) -> str:
    return reverse(name, args=arguments(name, world))


@pytest.fixture
def newer(two_actions) -> World:
    return two_actions[0]


@pytest.fixture
def older(two_actions) -> World:
    return two_actions[1]


@pytest.mark.one_database
def test_every_address_is_answered_for_the_office_and_for_members_of_either_action(client, office, newer, older):
    refused = {}
    for person in (office, newer.head, older.head):
        client.force_login(person)
        for world in (newer, older):
            for name in DOORS:
                status = client.get(address(name, world)).status_code
                if status not in ANSWERS:
                    refused[str(person), world.word, name] = status
    assert refused == {}


def said(client, url: str, person: User) -> str:
    """The page's main part as `person` reads it; what is refused says nothing."""
    client.force_login(person)
    response = client.get(url)
    if response.streaming or response.status_code != 200:
        return ""
    return response.content.decode()


def test_the_number_of_a_task_is_that_of_the_action_that_began_last(client, office, newer, older):
    assert OF_TASKS
    shown = {name: said(client, address(name, newer), office) for name in OF_TASKS}
    titles = {name: text for name, text in shown.items() if text}
    assert {"task", "task_history", "task_edit", "task_evidence", "close_out_evidence"} <= set(titles)
    assert [name for name, text in titles.items() if newer.word not in text or older.word in text] == []


@pytest.mark.parametrize("name", ["task_evidence", "close_out_evidence", "task_shares", "extension_ask"])
def test_who_belongs_to_the_older_action_alone_finds_no_other_task_there(client, newer, older, name):
    client.force_login(older.head)
    assert client.get(address(name, older)).status_code in (403, 404)


def test_under_a_team_the_rows_are_those_of_its_action(client, newer, older):
    for world, other in ((newer, older), (older, newer)):
        for name in OF_TEAMS_TASKS:
            text = said(client, address(name, world), world.head)
            assert other.title not in text
        assert world.title in said(client, address("report", world), world.head)
        assert world.title in said(client, address("entry_evidence", world), world.head)
        assert world.title in said(client, reverse("report_text", args=[world.team.code, STARTS]), world.head)


def test_files_are_attached_to_the_task_of_the_action_meant(client, office, newer, older):
    client.force_login(office)
    client.post(reverse("task_evidence", args=[YEAR, NUMBER]), {"files": _upload("green")})
    assert TaskEvidence.objects.filter(owner=newer.task).count() == 2
    assert TaskEvidence.objects.filter(owner=older.task).count() == 1
    client.force_login(older.head)
    client.post(
        reverse("entry_evidence", args=[older.team.code, NEXT_STARTS, YEAR, NUMBER]), {"files": _upload("green")}
    )
    [entry] = ReportEntry.objects.filter(report__period__starts_on=NEXT_STARTS)
    assert entry.task == older.task and entry.evidence.count() == 1


def _upload(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{colour}.jpg", photo(colour=colour))


def test_a_row_of_one_action_is_not_found_under_another(client, office, newer, older):
    client.force_login(office)
    keys, own = older.keys, newer
    crossed = {
        "stage_edit": [own.action.code, keys["stage"]],
        "group_edit": [own.action.code, keys["group"]],
        "team_department_end": [own.team.code, keys["department"]],
        "team_member_end": [own.team.code, keys["member"]],
        "team_member_part": [own.team.code, keys["member"]],
        "team_figure_edit": [own.team.code, keys["figure"]],
        "first_step": [own.team.code, keys["first_step"]],
        "milestone_done": [YEAR, NUMBER, keys["milestone"]],
        "milestone_replace": [YEAR, NUMBER, keys["milestone"]],
    }
    answered = {name: client.get(reverse(name, args=args)).status_code for name, args in crossed.items()}
    assert answered == dict.fromkeys(crossed, 404)


def test_the_lists_show_the_action_that_began_last(client, office, newer, older):
    for name in ("task_list", "extension_list", "close_out_list", "matter_list", "dispatch", "task_ledger"):
        text = said(client, reverse(name), office)
        assert older.word not in text, name
    narrowed = f"{reverse('report_list')}?period={STARTS}"
    client.force_login(office)
    assert list(client.get(narrowed).context["object_list"]) == [newer.report]
    queue = client.get(f"{reverse('review_queue')}?period={STARTS}").context["object_list"]
    assert {report.period.action for report in queue} == {newer.action}
    matrix = f"{reverse('report_matrix')}?period={STARTS}&status=submitted"
    assert client.get(matrix).context["asked"].action == newer.action


def test_the_search_leads_to_the_task_of_the_action_that_began_last(client, office, newer, older):
    client.force_login(office)
    assert client.get(reverse("search"), {"q": f"{YEAR}-{EXTENDING}"}).status_code == 302
    assert older.word not in said(client, f"{reverse('search')}?q=走廊", office)

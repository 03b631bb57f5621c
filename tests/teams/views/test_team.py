"""The list of teams and the pages on which the office keeps them: who opens what, what comes back, what it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.clock import today
from governance.people.models import User
from governance.people.roles import Role
from governance.records.models import AuditEvent
from teams.models import CoreFigure, SpecialAction, SpecialTeam, TeamDepartment, TeamMember, WorkingGroup
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts():
    """Counts of lists are remembered for half a minute."""
    cache.clear()


@pytest.fixture
def kept(team):
    """What the addresses below name: a team with a member, a member department and a core figure."""
    department = factories.DepartmentFactory(name="县教育局")
    return {
        "code": team.code,
        "member": factories.MemberFactory(team=team, part="liaison"),
        "department": TeamDepartment.objects.create(team=team, department=department, joined_on=factories.FOUNDED),
        "figure": CoreFigure.objects.create(team=team, name="村", unit="个", target=Decimal(30), department=department),
        "stage": team.action.stages.create(order=1, title="一", starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 1)),
        "group": WorkingGroup.objects.create(action=team.action, title="第一组"),
    }


KEEPING = {
    "team_new": (),
    "team_edit": ("code",),
    "team_close": ("code",),
    "team_lead": ("code",),
    "team_department_new": ("code",),
    "team_department_end": ("code", "department"),
    "team_member_new": ("code",),
    "team_member_end": ("code", "member"),
    "team_member_part": ("code", "member"),
    "team_figure_new": ("code",),
    "team_figure_edit": ("code", "figure"),
    "action_new": (),
    "action_edit": ("action",),
    "stage_new": ("action",),
    "stage_edit": ("action", "stage"),
    "group_new": ("action",),
    "group_edit": ("action", "group"),
}


def address(name, kept, team):
    """The address of one of the pages."""
    values = {**kept, "action": team.action.code}
    return reverse(name, args=[getattr(values[part], "pk", values[part]) for part in KEEPING[name]])


@pytest.fixture
def offices(client, office):
    """A browser in which the office is signed in, reading English."""
    client.cookies["vanguard_language"] = "en"
    client.force_login(office)
    return client


# Who opens what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", KEEPING)
def test_the_office_alone_opens_the_pages_on_which_teams_are_kept(client, kept, team, name, office, head):
    url = address(name, kept, team)
    assert client.get(url)["Location"].startswith("/sign-in/")
    others = [
        factories.UserFactory(roles=[role])
        for role in (Role.ASSESSMENT_CENTRE, Role.COUNTY_LEADER, Role.AUDITOR, Role.ADMINISTRATOR)
    ]
    for person in (head, factories.UserFactory(is_superuser=True, is_staff=True), *others):
        client.force_login(person)
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    client.force_login(office)
    assert client.get(url).status_code == 200
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", [name for name, parts in KEEPING.items() if len(parts) == 2])
def test_rows_of_another_are_not_found(offices, kept, team, other_team, name):
    other_action = factories.ActionFactory()
    kept |= {"code": other_team.code}
    values = {**kept, "action": other_action.code}
    args = [getattr(values[part], "pk", values[part]) for part in KEEPING[name]]
    assert offices.get(reverse(name, args=args)).status_code == 404


def test_the_wall_hangs_for_everybody(client, kept, team):
    client.force_login(factories.UserFactory())
    for url in ("/teams/", reverse("action", args=[team.action.code])):
        page = client.get(url)
        assert page.status_code == 200
        assert not page.context["may_keep"]


# The list ----------------------------------------------------------------------------------------------------------
def test_the_list_says_who_and_how_far(offices, team, head, liaison, task):
    User.objects.filter(pk=liaison.pk).update(phone="13812345678")
    page = offices.get("/teams/").content.decode()
    for text in (team.name, team.departments.get().department.name, head.name, liaison.name, "138****5678"):
        assert text in page
    assert "13812345678" not in page
    assert f"/tasks/?team={team.code}&amp;lamp=" in page
    assert "40%" in page


def test_teams_stand_in_document_order_without_the_closed_ones(offices, action):
    for order, closed in ((3, None), (1, None), (2, date(2026, 5, 1))):
        factories.TeamFactory(action=action, order=order, closed_on=closed)

    def orders(query=""):
        return [row.team.order for row in offices.get(f"/teams/{query}").context["page"].object_list]

    assert orders() == [1, 3]
    assert orders("?sort=-order") == [3, 1]
    assert orders("?closed=1") == [2]


def test_a_new_team_counts_its_days(offices, action):
    factories.TeamFactory(action=action, established_on=today() - timedelta(days=41))
    factories.TeamFactory(action=action, established_on=today() - timedelta(days=60))
    page = offices.get("/teams/").content.decode()
    assert page.count("new · day") == 1
    assert "new · day 41 of 60" in page


def test_former_heads_are_not_named(offices, team, head):
    TeamMember.objects.update(left_on=date(2026, 5, 1))
    assert head.name not in offices.get("/teams/").content.decode()


def test_without_an_action_the_office_is_told_how_to_begin(offices):
    page = offices.get("/teams/")
    assert reverse("action_new") in page.content.decode()
    assert offices.get("/teams/new/").status_code == 404


def test_the_list_costs_the_same_at_any_length(offices, action):
    def grow(count):
        for _number in range(count):
            team = factories.TeamFactory(action=action)
            factories.MemberFactory(team=team, part="head")
            factories.MemberFactory(team=team, part="liaison")
            for _task in range(3):
                factories.make_task(team=team, milestones=[("a", date(2026, 5, 1), 1)])

    def queries():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert offices.get("/teams/").status_code == 200
        return len(captured)

    grow(1)
    few = queries()
    grow(8)
    assert queries() == few


def test_the_page_of_a_team_costs_the_same_at_any_length(offices, kept, team):
    def queries():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert offices.get(reverse("team_edit", args=[team.code])).status_code == 200
        return len(captured)

    few = queries()
    for number in range(6):
        department = factories.DepartmentFactory()
        factories.MemberFactory(team=team, user=factories.UserFactory(department=department))
        TeamDepartment.objects.create(team=team, department=department, joined_on=factories.FOUNDED)
        CoreFigure.objects.create(team=team, name=str(number), unit="个", target=1, department=department)
    assert queries() == few


# Keeping -----------------------------------------------------------------------------------------------------------
TEAM = {
    "order": 7,
    "name": "发展壮大村级集体经济专班",
    "short_name": "村集体经济专班",
    "code": "village-economy",
    "group": "",
    "established_on": "2026-03-01",
    "lead_department": "教育局",
}


def test_a_team_is_founded_and_one_goes_on_to_its_people(offices, action):
    department = factories.DepartmentFactory(name="县教育局", short_name="教育局")
    assert offices.get("/teams/new/").context["form"]["order"].value() == 1
    answer = offices.post("/teams/new/", TEAM)
    assert answer["Location"] == "/teams/village-economy/edit/"
    assert SpecialTeam.objects.get().departments.get().department == department


def test_an_unknown_department_comes_back_with_the_nearest(offices, action):
    factories.DepartmentFactory(name="县教育局")
    answer = offices.post("/teams/new/", TEAM | {"lead_department": "县教育体局"})
    assert answer.status_code == 422
    assert "县教育局" in answer.context["form"].errors["lead_department"][0]
    assert answer.context["form"]["name"].value() == TEAM["name"]


def test_a_taken_place_is_pointed_out(offices, team):
    factories.DepartmentFactory(name="教育局")
    answer = offices.post("/teams/new/", TEAM | {"order": team.order})
    assert answer.status_code == 422
    assert "Another team has the same position" in answer.content.decode()


def edited(team, **values):
    return {
        "order": team.order,
        "name": team.name,
        "short_name": team.short_name,
        "code": team.code,
        "group": "",
        "established_on": "2026-03-01",
        "version": team.version,
        **values,
    }


def test_a_team_is_edited(offices, team):
    assert offices.post(f"/teams/{team.code}/edit/", edited(team, code="b"))["Location"] == "/teams/b/edit/"
    assert SpecialTeam.objects.get().version == 2


def test_a_stale_form_keeps_what_was_typed_and_shows_what_was_saved(offices, team):
    offices.post(f"/teams/{team.code}/edit/", edited(team, short_name="甲"))
    answer = offices.post(f"/teams/{team.code}/edit/", edited(team, short_name="乙"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "甲" in page
    assert answer.context["form"]["short_name"].value() == "乙"
    assert answer.context["form"]["version"].value() == "2"
    assert offices.post(f"/teams/{team.code}/edit/", edited(team, short_name="乙", version=2)).status_code == 302


def test_people_and_departments_come_and_go(offices, team):
    factories.UserFactory(username="wang", name="王某")
    department = factories.DepartmentFactory(name="县教育局")
    base = f"/teams/{team.code}/"
    offices.post(f"{base}members/new/", {"user": "王某", "part": "deputy", "joined_on": "2026-04-01"})
    member = team.members.get()
    offices.post(f"{base}members/{member.pk}/part/", {"part": "head", "on": "2026-05-01"})
    head = team.members.get(left_on=None)
    offices.post(f"{base}members/{head.pk}/end/", {"left_on": "2026-06-01"})
    offices.post(f"{base}departments/new/", {"department": "县教育局", "joined_on": "2026-04-01"})
    offices.post(f"{base}lead/", {"department": "县教育局", "on": "2026-05-01", "stays": "on"})
    former = team.departments.get(left_on=None, part="member")
    offices.post(f"{base}departments/{former.pk}/end/", {"left_on": "2026-06-01"})
    assert not team.members.filter(left_on=None).exists()
    assert team.departments.get(left_on=None).department == department
    assert AuditEvent.objects.count() == 6
    page = offices.get(f"{base}edit/").content.decode()
    assert "Former" in page and "2026-05-01 – 2026-06-01" in page


def test_what_a_verb_refuses_stands_beside_its_field(offices, team, head):
    factories.UserFactory(username="wang")
    answer = offices.post(
        f"/teams/{team.code}/members/new/", {"user": "wang", "part": "head", "joined_on": "2026-04-01"}
    )
    assert answer.status_code == 422
    assert head.name in answer.context["form"].errors["joined_on"][0]


def test_a_core_figure_is_added_and_changed(offices, team):
    factories.DepartmentFactory(name="县农业农村局")
    data = {"name": "强村", "unit": "个", "target": "30", "department": "县农业农村局"}
    offices.post(f"/teams/{team.code}/figures/new/", data)
    figure = CoreFigure.objects.get()
    url = f"/teams/{team.code}/figures/{figure.pk}/"
    assert offices.get(url).context["form"]["department"].value() == "县农业农村局"
    offices.post(url, data | {"target": "32", "version": 1})
    assert CoreFigure.objects.get().target == 32
    again = offices.post(f"/teams/{team.code}/figures/new/", data)
    assert again.status_code == 422


def test_a_team_is_closed_and_can_no_longer_be_kept(offices, team):
    answer = offices.post(f"/teams/{team.code}/close/", {"closed_on": "2026-06-01", "version": 1})
    assert answer["Location"] == team.get_absolute_url()
    page = offices.get(f"/teams/{team.code}/edit/")
    assert page.status_code == 200
    assert f"/teams/{team.code}/close/" not in page.content.decode()


def test_a_team_with_open_tasks_says_so(offices, task):
    answer = offices.post(f"/teams/{task.team.code}/close/", {"closed_on": "2026-06-01", "version": 1})
    assert answer.status_code == 409
    assert "1 task of this team is open" in answer.content.decode()


def test_the_action_is_kept(offices):
    data = {
        "code": "governance-2026",
        "title_zh": "基层治理能力提升专项行动",
        "title_en": "Grassroots governance",
        "starts_on": "2026-03-01",
        "ends_on": "2026-12-31",
        "rhythm": "ten_day",
        "new_team_days": 60,
        "fields_per_month": 120,
    }
    assert offices.post("/actions/new/", data)["Location"] == "/actions/governance-2026/"
    base = "/actions/governance-2026/"
    offices.post(f"{base}edit/", data | {"new_team_days": 90, "version": 1})
    stage = {"order": 1, "title": "动员部署", "starts_on": "2026-03-01", "ends_on": "2026-04-30"}
    assert offices.post(f"{base}stages/new/", stage)["Location"] == base
    assert offices.post(f"{base}stages/new/", stage).status_code == 422
    offices.post(f"{base}groups/new/", {"title": "第一组", "head_name": "县领导甲", "order": 1})
    page = offices.get(base).content.decode()
    assert all(text in page for text in ("动员部署", "第一组", "90 days", "120 fields"))
    assert SpecialAction.objects.get().version == 2
    assert AuditEvent.objects.count() == 4


# Refused at once ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [name for name, parts in KEEPING.items() if "code" in parts and name != "team_edit"])
def test_pages_of_a_closed_team_refuse_before_anything_is_typed(offices, kept, team, name):
    assert offices.get(address(name, kept, team)).status_code == 200
    SpecialTeam.objects.filter(pk=team.pk).update(closed_on=date(2026, 10, 1))
    refused = offices.get(address(name, kept, team))
    assert refused.status_code == 409
    assert "can no longer be changed" in refused.content.decode()


def test_a_team_with_open_tasks_is_not_closed(offices, kept, team):
    factories.make_task(team=team)
    refused = offices.get(address("team_close", kept, team))
    assert (refused.status_code, "1 task of this team is open" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("name", ["team_member_end", "team_member_part", "team_department_end"])
def test_a_part_that_has_ended_is_not_ended_again(offices, kept, team, name):
    row = kept["member" if "member" in name else "department"]
    type(row).objects.filter(pk=row.pk).update(left_on=date(2026, 10, 1))
    assert offices.get(address(name, kept, team)).status_code == 409

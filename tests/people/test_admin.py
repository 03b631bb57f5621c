"""The admin site: opened by role and never by superuser, read through visible_to, written by verbs."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.people.admin.site import VerbAdmin
from governance.people.models import CalendarDay, Department, Township, User
from governance.people.roles import Role
from governance.records.integrity.guards import insert_only_models
from governance.records.models import AuditEvent
from teams.models import LampRule
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ["people_user", "people_department", "people_township", "people_calendarday", "teams_lamprule"]


@pytest.fixture
def admins(client, administrator):
    """A browser in which the administrator is signed in."""
    client.force_login(administrator)
    return client


@pytest.fixture
def everybody(administrator, office, centre, leader, auditor, head, secretary, superuser):
    """A person of each role, by name; the superuser holds none."""
    return {
        "administrator": administrator,
        "office": office,
        "centre": centre,
        "leader": leader,
        "auditor": auditor,
        "head": head,
        "secretary": secretary,
        "superuser": superuser,
    }


def url(model, name="changelist", *args):
    return reverse(f"admin:{model}_{name}", args=args)


@pytest.mark.parametrize(
    ("model", "page"),
    [
        ("people_department", "department_import"),
        ("people_township", "township_import"),
        ("people_calendarday", "calendar"),
    ],
)
def test_a_list_leads_to_the_page_that_fills_it(admins, model, page):
    assert f'<a href="{reverse(page)}">' in admins.get(url(model)).content.decode()


# Who comes in ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", PAGES)
def test_lists_open_by_role(client, everybody, model):
    answers = {}
    for name, person in everybody.items():
        client.force_login(person)
        answers[name] = client.get(url(model)).status_code
    opened = 302 if model == "people_user" else 200  # the list of people is a page of the site
    refused = dict.fromkeys(everybody, 302) | {"administrator": opened, "secretary": 403}
    assert answers == refused


def test_who_may_not_come_in_is_told(client, everybody):
    client.force_login(everybody["superuser"])
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_secretary_finds_meetings_alone(client, everybody):
    client.force_login(everybody["secretary"])
    page = client.get("/admin/")
    assert page.status_code == 200
    assert [model["object_name"] for app in page.context["app_list"] for model in app["models"]] == ["Meeting"]


def test_strangers_are_sent_to_the_one_sign_in_page(client):
    assert client.get("/admin/people/user/")["Location"] == "/sign-in/?next=/admin/people/user/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/sign-in/?next=%2Fadmin%2F"


def test_only_admins_that_write_through_verbs_are_registered():
    registered = admin.site._registry
    names = {"User", "Department", "Township", "CalendarDay", "LampRule", "Meeting"}
    assert {model.__name__ for model in registered} == names
    assert all(isinstance(row, VerbAdmin) for row in registered.values())
    assert set(insert_only_models()) & set(registered) == {LampRule}
    assert not any(model._meta.app_label == "assessments" for model in registered)


def test_nothing_is_deleted(admins):
    department = factories.DepartmentFactory()
    assert admins.get(url("people_department", "delete", department.pk)).status_code == 403
    assert b"action-select" not in admins.get(url("people_department")).content


def test_what_happened_stands_in_the_audit_log_alone(admins, administrator):
    assert admins.get(url("people_user", "history", administrator.pk)).status_code == 404


def test_lists_and_autocompletes_start_from_what_may_be_read(admins, administrator, monkeypatch):
    factories.DepartmentFactory(name="县教育局")
    query = {"app_label": "people", "model_name": "user", "field_name": "department", "term": "教育"}
    found = admins.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["text"] for row in found] == ["县教育局"]
    monkeypatch.setattr(type(Department.objects.all()), "visible_to", lambda rows, user: rows.none())
    assert admins.get(reverse("admin:autocomplete"), query).json()["results"] == []
    assert admins.get(url("people_department")).context["cl"].result_count == 0


@pytest.mark.parametrize("name", ["office", "secretary", "superuser"])
def test_autocompletes_answer_administrators_alone(client, everybody, name):
    client.force_login(everybody[name])
    query = {"app_label": "people", "model_name": "user", "field_name": "department", "term": ""}
    assert client.get(reverse("admin:autocomplete"), query).status_code in (302, 403)


def test_the_list_of_people_is_a_page_of_the_site(admins):
    assert admins.get(url("people_user"))["Location"] == "/people/"


@pytest.mark.parametrize("model", PAGES[1:])
def test_lists_cost_the_same_at_any_length(admins, model, action):
    make = {
        "people_department": lambda n: factories.DepartmentFactory(),
        "people_township": lambda n: Township.objects.create(code=f"t{n}", name=f"镇{n}"),
        "people_calendarday": lambda n: CalendarDay.objects.create(on=date(2026, 1, 1 + n)),
        "teams_lamprule": lambda n: LampRule.objects.create(action=action, number=n + 2, at=factories.EARLY),
    }[model]

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert admins.get(url(model)).status_code == 200
        return len(captured)

    for number in range(2):
        make(number)
    few = queries()
    for number in range(2, 12):
        make(number)
    assert queries() == few


# Accounts ----------------------------------------------------------------------------------------------------------
ACCOUNT = {"username": "liaison-new", "name": "某某", "post": "科员", "phone": "13812345678", "department": ""}


def test_an_account_is_made_with_roles_and_password(admins, administrator):
    data = ACCOUNT | {"password": "Lantern-ferry-27", "roles": [Role.SPECIAL_OFFICE]}
    answer = admins.post(url("people_user", "add"), data)
    user = User.objects.get(username="liaison-new")
    assert answer.status_code == 302
    assert user.is_active and user.check_password("Lantern-ferry-27") and user.has_role(Role.SPECIAL_OFFICE)
    event = AuditEvent.objects.get()
    assert (event.verb, event.by) == ("create_account", administrator)
    assert "13812345678" not in event.change


def test_without_a_password_a_person_is_named_only(admins):
    admins.post(url("people_user", "add"), ACCOUNT)
    user = User.objects.get(username="liaison-new")
    assert not user.is_active and not user.has_usable_password()


def test_a_weak_password_comes_back_beside_its_field(admins):
    answer = admins.post(url("people_user", "add"), ACCOUNT | {"password": "short"})
    assert answer.status_code == 422
    assert answer.context["adminform"].form.errors.keys() == {"password"}
    assert not User.objects.filter(username="liaison-new").exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("key", ["9" * 30, "-1", "1.5", "nan", "a\x00b", "7'; --"])
def test_a_department_that_is_no_key_comes_back_beside_its_field(admins, key):
    answer = admins.post(url("people_user", "add"), ACCOUNT | {"department": key})
    assert answer.context["adminform"].form.errors.keys() == {"department"}
    assert not User.objects.filter(username="liaison-new").exists()


def change(admins, user, **data):
    values = {"username": user.username, "name": user.name, "is_active": "on", "version": user.version}
    return admins.post(url("people_user", "change", user.pk), values | data)


def test_roles_are_given_and_taken(admins):
    user = factories.UserFactory(roles=[Role.AUDITOR], password="Lantern-ferry-27")
    assert change(admins, user, roles=[Role.ADMINISTRATOR]).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.roles == {Role.ADMINISTRATOR}
    assert user.is_staff
    assert AuditEvent.objects.get().change == '{"roles":[["auditor"],["administrator"]]}'


def test_administrators_do_not_shut_themselves_out(admins, administrator):
    answer = change(admins, administrator, roles=[])
    assert answer.status_code == 422
    assert "roles" in answer.context["adminform"].form.errors
    assert User.objects.get(pk=administrator.pk).has_role(Role.ADMINISTRATOR)


def test_who_has_no_password_is_not_activated(admins):
    user = factories.UserFactory(is_active=False)
    user.set_unusable_password()
    user.save()
    assert change(admins, user).status_code == 422


def test_a_phone_number_is_masked_and_kept(admins):
    user = factories.UserFactory(phone="13812345678", password="Lantern-ferry-27")
    page = admins.get(url("people_user", "change", user.pk))
    assert b"13812345678" not in page.content
    assert b"13812345678" not in admins.get("/people/").content
    change(admins, user, phone="138****5678", post="主任")
    user.refresh_from_db()
    assert (user.phone, user.post) == ("13812345678", "主任")
    change(admins, user, phone="13900001111")
    user.refresh_from_db()
    assert user.phone == "13900001111"
    assert not AuditEvent.objects.filter(change__contains="13900001111").exists()


def test_a_stale_account_form_overwrites_nothing(admins):
    user = factories.UserFactory(password="Lantern-ferry-27")
    change(admins, user, name="甲")
    answer = change(admins, user, name="乙")
    assert answer.status_code == 409
    assert "甲" in answer.content.decode()
    assert User.objects.get(pk=user.pk).name == "甲"
    assert answer.context["adminform"].form["version"].value() == "2"


def test_a_password_is_set(admins, administrator):
    user = factories.UserFactory()
    page = url("people_user", "password", user.pk)
    assert admins.post(page, {"password": "weak", "again": "weak"}).context["form"].errors.keys() == {"password"}
    assert admins.post(page, {"password": "Lantern-ferry-27", "again": "other"}).context["form"].errors.keys() == {
        "again"
    }
    assert admins.post(page, {"password": "Lantern-ferry-27", "again": "Lantern-ferry-27"}).status_code == 302
    assert User.objects.get(pk=user.pk).check_password("Lantern-ferry-27")
    assert AuditEvent.objects.get().verb == "change_password"


def test_ones_own_password_is_changed_where_the_present_one_is_asked(admins, administrator):
    assert admins.get(url("people_user", "password", administrator.pk))["Location"] == "/account/"


def test_a_secretary_sets_no_passwords(client, everybody):
    client.force_login(everybody["secretary"])
    assert client.get(url("people_user", "password", everybody["head"].pk)).status_code == 404


# Departments, townships, calendar, lamp rules -----------------------------------------------------------------------
def test_a_department_is_saved_with_its_aliases(admins):
    data = {
        "name": "县农业农村局",
        "short_name": "农业农村局",
        "code": "agriculture",
        "order": 1,
        "aliases": "农业局\n农委\n",
    }
    assert admins.post(url("people_department", "add"), data).status_code == 302
    department = Department.objects.get()
    assert set(Department.objects.by_name()) == {"县农业农村局", "农业农村局", "农业局", "农委"}
    data |= {"aliases": "农委", "version": 1}
    admins.post(url("people_department", "change", department.pk), data)
    assert [alias.text for alias in department.aliases.all()] == ["农委"]
    assert AuditEvent.objects.count() == 2


def test_one_name_leads_to_one_department(admins):
    factories.DepartmentFactory(name="县教育局", short_name="教育局")
    data = {"name": "县教育体育局", "short_name": "", "code": "sports", "order": 1, "aliases": "教育局"}
    answer = admins.post(url("people_department", "add"), data)
    assert answer.status_code == 422
    assert "县教育局" in str(answer.context["adminform"].form.errors["aliases"])
    assert Department.objects.count() == 1


def test_a_township_is_saved(admins):
    admins.post(url("people_township", "add"), {"name": "新城镇", "code": "xincheng", "order": 1})
    assert AuditEvent.objects.get().verb == "save_township"


def test_marking_a_day_lights_the_tasks_again(admins, task, action):
    before = task.blue_from
    answer = admins.post(url("people_calendarday", "add"), {"on": "2026-11-27", "name": "调休"})
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.blue_from < before
    assert sorted(AuditEvent.objects.values_list("verb", flat=True)) == ["mark_day", "relight_tasks"]


def test_a_day_stays_the_day_it_is(admins):
    day = CalendarDay.objects.create(on=date(2026, 10, 1), name="国庆")
    admins.post(url("people_calendarday", "change", day.pk), {"on": "2026-10-02", "works": "on", "name": "国庆"})
    assert list(CalendarDay.objects.values_list("on", "works")) == [(date(2026, 10, 1), True)]


def rule(action, **values):
    return {"action": action.pk, "red_gap": 30, "yellow_gap": 10, "blue_days": 5, "stale_days": 60} | values


def test_a_new_rule_is_a_new_number_and_lights_the_tasks_again(admins, task, action):
    before = task.red_from
    assert admins.post(url("teams_lamprule", "add"), rule(action, red_gap=40)).status_code == 302
    task.refresh_from_db()
    assert task.red_from > before
    assert list(LampRule.objects.values_list("number", "red_gap")) == [(2, 40), (1, 30)]


@pytest.mark.parametrize(
    "values", [{"red_gap": 10}, {"yellow_gap": 0}, {"blue_days": 0}, {"stale_days": ""}, {"red_gap": 30}]
)
def test_a_rule_that_cannot_be_is_refused(admins, action, values):
    answer = admins.post(url("teams_lamprule", "add"), rule(action, **values))
    assert answer.status_code in (200, 422)
    assert answer.context["adminform"].form.errors
    assert LampRule.objects.count() == 1


def test_a_rule_is_never_changed(admins, action):
    row = LampRule.objects.get()
    assert admins.get(url("teams_lamprule", "change", row.pk)).status_code == 200
    assert admins.post(url("teams_lamprule", "change", row.pk), rule(action, red_gap=50)).status_code == 403


# Words --------------------------------------------------------------------------------------------------------------
def test_what_django_says_is_said_as_officials_say_it(admins):
    page = admins.post(url("people_department", "add"), {"name": "", "code": "甲 乙", "order": "一"}).content.decode()
    assert all(words in page for words in ("请更正下列错误", "请填写", "请填写整数。", "保存并继续添加"))
    assert "这个字段" not in page and "输入一个有效的" not in page
    assert "单位列表" in admins.get(url("people_department")).content.decode()

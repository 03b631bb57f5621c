"""Verbs about accounts, departments, townships and the calendar, role by role."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from governance.people import accounts
from governance.people.fields import DepartmentField, PersonField
from governance.people.models import CalendarDay, Department, Township, User
from governance.people.models.user import mask_phone
from governance.people.roles import Role
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed
from tests import factories
from tests.racing import race

pytestmark = pytest.mark.django_db

VERBS = {
    "create_account": lambda s, who: accounts.create_account(username="new", name="新", password=None, **who),
    "change_account": lambda s, who: accounts.change_account(s.user, post="科员", **who),
    "change_password": lambda s, who: accounts.change_password(s.user, password="Orchard-bridge-41", **who),
    "save_department": lambda s, who: accounts.save_department(None, code="x", name="县教育局", **who),
    "change_department": lambda s, who: accounts.save_department(s.department, name="县教育局", **who),
    "save_township": lambda s, who: accounts.save_township(None, code="x", name="新城镇", **who),
    "change_township": lambda s, who: accounts.save_township(s.township, name="新城镇", **who),
    "mark_day": lambda s, who: accounts.mark_day(on=date(2026, 10, 1), works=False, name="国庆", **who),
}

ROLES = {
    "administrator": Role.ADMINISTRATOR,
    "office": Role.SPECIAL_OFFICE,
    "centre": Role.ASSESSMENT_CENTRE,
    "secretary": Role.MEETING_SECRETARY,
    "leader": Role.COUNTY_LEADER,
    "auditor": Role.AUDITOR,
    "nobody in particular": None,
    "superuser": None,
    "former administrator": Role.ADMINISTRATOR,
}


class Scene:
    """Rows on which each verb can act."""

    def __init__(self):
        self.user = factories.UserFactory()
        self.department = factories.DepartmentFactory()
        self.township = Township.objects.create(code="t", name="某镇")


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("verb", VERBS)
def test_administrators_alone_keep_accounts_and_settings(verb, name, at):
    scene = Scene()
    by = factories.UserFactory(
        roles=[ROLES[name]] if ROLES[name] else [],
        is_superuser=name == "superuser",
        is_staff=name == "superuser",
        is_active=name != "former administrator",
    )
    if name == "administrator":
        VERBS[verb](scene, {"by": by, "at": at})
        assert AuditEvent.objects.count() == 1
    else:
        with pytest.raises(NotAllowed):
            VERBS[verb](scene, {"by": by, "at": at})
        assert not AuditEvent.objects.exists()


def test_the_first_administrator_is_made_by_nobody(at):
    user = accounts.create_account(
        by=None, at=at, username="admin", name="管理员", password="Lantern-ferry-27", roles=[Role.ADMINISTRATOR]
    )
    assert user.is_staff and user.has_role(Role.ADMINISTRATOR)
    assert AuditEvent.objects.get().by is None


def test_changing_nothing_writes_nothing(administrator, at):
    user = factories.UserFactory(roles=[Role.AUDITOR])
    accounts.change_account(user, by=administrator, at=at, name=user.name, roles=[Role.AUDITOR])
    accounts.save_department(factories.DepartmentFactory(code="a"), by=administrator, at=at, code="a")
    accounts.mark_day(on=date(2026, 10, 1), works=False, name="", by=administrator, at=at)
    accounts.mark_day(on=date(2026, 10, 1), works=False, name="", by=administrator, at=at)
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["mark_day"]


def test_a_day_can_be_marked_otherwise(administrator, at):
    accounts.mark_day(on=date(2026, 10, 10), works=True, name="补班", by=administrator, at=at)
    accounts.mark_day(on=date(2026, 10, 10), works=False, name="补班", by=administrator, at=at)
    assert CalendarDay.objects.get().works is False
    assert AuditEvent.objects.first().change == '{"works":[true,false]}'


@pytest.mark.parametrize(
    ("number", "shown"), [("13812345678", "138****5678"), ("0359-6022", "035****6022"), ("110", "****"), ("", "")]
)
def test_phones_are_masked(number, shown):
    assert mask_phone(number) == shown


def test_an_alias_moves_by_being_given_up_first(administrator, at):
    first = accounts.save_department(None, by=administrator, at=at, code="a", name="甲局", aliases=["农委"])
    with pytest.raises(Invalid):
        accounts.save_department(None, by=administrator, at=at, code="b", name="乙局", aliases=["农委"])
    accounts.save_department(first, by=administrator, at=at, aliases=[])
    accounts.save_department(None, by=administrator, at=at, code="b", name="乙局", aliases=["农委"])
    assert Department.objects.named("农委").name == "乙局"


# Choosing by name --------------------------------------------------------------------------------------------------
def test_a_department_is_chosen_by_any_of_its_names(administrator, at):
    department = accounts.save_department(
        None, by=administrator, at=at, code="a", name="县农业农村局", short_name="农业农村局", aliases=["农委"]
    )
    field = DepartmentField()
    assert {field.clean(text) for text in ("县农业农村局", "农业农村局", " 农委 ")} == {department}
    assert field.prepare_value(department) == "县农业农村局"
    assert field.prepare_value(department.pk) == "县农业农村局"


def test_an_unknown_department_is_answered_with_the_nearest():
    factories.DepartmentFactory(name="县农业农村局")
    with pytest.raises(ValidationError, match="县农业农村局"):
        DepartmentField().clean("县农业局")
    assert DepartmentField(required=False).clean("") is None


def test_a_person_is_chosen_by_account_or_by_a_name_that_one_person_has():
    one = factories.UserFactory(username="wang-1", name="王某")
    field = PersonField()
    assert field.clean("王某") == field.clean("WANG-1") == one
    factories.UserFactory(username="wang-2", name="王某")
    with pytest.raises(ValidationError, match="wang-1.*wang-2"):
        field.clean("王某")
    assert field.clean("wang-2").username == "wang-2"


def test_a_long_choice_is_typed_only(monkeypatch):
    factories.DepartmentFactory(name="县教育局")
    field = DepartmentField()
    assert '<option value="县教育局">' in field.widget.render("department", "", {"id": "id_department"})
    monkeypatch.setattr("governance.records.widgets.LISTED", 0)
    assert "datalist" not in field.widget.render("department", "", {"id": "id_department"})


# Two at once -------------------------------------------------------------------------------------------------------
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_with_one_name_one_is_made(administrator, at):
    def load():
        return lambda: accounts.create_account(username="new", name="新", password=None, by=administrator, at=at)

    outcomes = race(load, load)
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [Invalid]
    assert User.objects.filter(username="new").count() == 1
    assert AuditEvent.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_mark_one_day_both_are_heard(administrator, at):
    def loader(name):
        return lambda: lambda: accounts.mark_day(on=date(2026, 10, 1), works=False, name=name, by=administrator, at=at)

    outcomes = race(loader("甲"), loader("乙"))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert CalendarDay.objects.count() == 1

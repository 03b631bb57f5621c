"""Invariants of people and departments that constraints cannot express."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Permission
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.records.invariants import Invariant

from .models import Department, DepartmentAlias, User
from .roles import STAFF_ROLES


def staff_without_role() -> QuerySet[User]:
    """People whose `is_staff` differs from what their roles give."""
    works_there = Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=STAFF_ROLES))
    return User.objects.alias(works_there=works_there).exclude(is_staff=F("works_there"))


def active_without_password() -> QuerySet[User]:
    """Active people without a usable password."""
    return User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


def names_of_two() -> QuerySet[Department]:
    """Names shared by two departments, which would make a cell of a ledger ambiguous."""
    others = Department.objects.exclude(pk=OuterRef("pk"))
    foreign = DepartmentAlias.objects.exclude(department=OuterRef("pk"))
    return Department.objects.filter(
        Exists(others.filter(short_name=OuterRef("name")))
        | Exists(foreign.filter(Q(text=OuterRef("name")) | Q(text=OuterRef("short_name"))))
        | (~Q(short_name="") & Exists(others.filter(short_name=OuterRef("short_name"))))
    )


def permission_rows() -> QuerySet[Permission]:
    """Rows in auth's permission table, which nothing reads and which would be misleading."""
    return Permission.objects.select_related("content_type")


INVARIANTS = (
    Invariant(
        "staff_by_role", _("Everyone who may open the admin site has a role that works there."), staff_without_role
    ),
    Invariant("password_of_active", _("Everyone who may sign in has a password."), active_without_password),
    Invariant("one_name_one_department", _("A name belongs to only one department."), names_of_two),
    Invariant(
        "no_permission_rows",
        _("Permissions come from roles alone; the permission table of auth is empty."),
        permission_rows,
    ),
)

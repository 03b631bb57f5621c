"""Who may do what: predicates by role, checked inside verbs; templates use the same to show a button."""

from typing import Any

import rules

from governance.records.refusals import NotAllowed

from .models import User
from .roles import Role


def role(*names: str) -> rules.Predicate:
    """A predicate: the person may sign in and holds one of `names`; being a superuser does not count."""

    @rules.predicate(name=" or ".join(names))
    def holds(user: User) -> bool:
        return user.is_authenticated and user.is_active and user.has_role(*names)

    return holds


is_office = role(Role.SPECIAL_OFFICE)
is_centre = role(Role.ASSESSMENT_CENTRE)
is_administrator = role(Role.ADMINISTRATOR)

rules.add_rule("keep_accounts", is_administrator)
rules.add_rule("keep_departments", is_administrator)
rules.add_rule("keep_calendar", is_administrator)
rules.add_rule("name_county", is_administrator)


def may(user: User, name: str, row: Any = None) -> bool:
    """Whether `user` may do `name` to `row`."""
    return rules.test_rule(name, user, row)


def require(name: str, user: User, row: Any = None) -> None:
    """Raise NotAllowed unless `user` may do `name` to `row`."""
    if not may(user, name, row):
        raise NotAllowed

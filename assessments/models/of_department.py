"""What a department reads of a round: its own sources, figures and confirmations (docs/rules.md#visibility)."""

from typing import TYPE_CHECKING, Self

from django.db import models

from governance.people.roles import Role
from governance.records.models import InsertOnlyRows

from ..states import RoundState

if TYPE_CHECKING:
    from governance.people.models import User


class FigureSourceQuerySet(models.QuerySet):
    """Questions about sources of figures."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; for anybody else what their department supplies, once the round collects."""
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.supplied_by(user).exclude(round__state=RoundState.PREPARING)

    def supplied_by(self, user: "User") -> Self:
        """What the person's department supplies."""
        return self.filter(department=user.department_id) if user.is_active and user.department_id else self.none()


class OfDepartmentQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows of a department."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; for anybody else those of their own department."""
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.filter(department=user.department_id) if user.is_active and user.department_id else self.none()

"""Screens that show the wall chart by a token, without a signed-in person."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable

from .action import SpecialAction

if TYPE_CHECKING:
    from governance.people.models import User


class WallScreenQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """All for the office, none for anybody else."""
        return self if user.has_role(Role.SPECIAL_OFFICE) else self.none()

    def in_force(self) -> Self:
        """Those whose token is valid."""
        return self.filter(revoked_at=None)

    def with_code(self, code_hmac: str, *, at: datetime) -> Self:
        """The one that these digits open now."""
        return self.in_force().filter(code_hmac=code_hmac, code_until__gt=at)


class WallScreen(Editable):
    """A screen with its read-only token; only the token's SHA-256 is stored, so the token is shown once."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="screens", verbose_name=_("special action"))
    place = models.CharField(_("location"), max_length=80)
    token_sha256 = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    code_hmac = models.CharField(_("HMAC of the six digits"), max_length=64, blank=True)
    """Empty for a screen that was opened before there were digits."""
    code_until = models.DateTimeField(_("digits valid until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )

    objects = WallScreenQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "place", "pk"]
        verbose_name = _("screen")
        verbose_name_plural = _("screens")
        constraints = [
            models.CheckConstraint(
                name="wall_screen_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="wall_screen_code_whole",
                condition=Q(code_hmac="", code_until=None) | (~Q(code_hmac="") & Q(code_until__isnull=False)),
            ),
            models.UniqueConstraint(fields=["code_hmac"], condition=~Q(code_hmac=""), name="wall_screen_one_of_a_code"),
        ]

    def __str__(self) -> str:
        return self.place

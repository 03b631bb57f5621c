"""Circulars: the draft that is written, and the circular as it was signed."""

import json
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet
from teams.models import SpecialAction, SpecialTeam

from ..states import CircularState
from ..words import document_number
from .order import SupervisionOrder
from .problem import READERS

if TYPE_CHECKING:
    from governance.people.models import User


class CircularDraftQuerySet(models.QuerySet["CircularDraft"]):
    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders, none for others."""
        return self if user.has_role(*READERS) else self.none()


class CircularDraft(Editable):
    """A circular that is being written; its lines are canonical JSON until it is signed."""

    WITHHELD_FROM_AUDIT = frozenset({"lines", "text"})

    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="circular_drafts", verbose_name=_("special action")
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    lines = models.TextField(_("lines"), default="[]")
    annex = models.CharField(
        pgettext_lazy("circular", "annex"), max_length=60, blank=True, help_text=_("The name of a published ranking.")
    )
    state = models.CharField(_("state"), max_length=10, choices=CircularState, default=CircularState.DRAFT)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("last written"))

    objects = CircularDraftQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-written_at", "-pk"]
        verbose_name = _("draft of a circular")
        verbose_name_plural = _("drafts of circulars")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page on which it is written and signed."""
        return reverse("circular_draft", args=[self.pk])

    def read_lines(self) -> list[dict[str, Any]]:
        """Its lines: kind, code of the team, text, key of the order or None."""
        read: list[dict[str, Any]] = json.loads(self.lines)
        return read


class Circular(InsertOnly):
    """A circular (通报) as it was signed by somebody who had not written it."""

    draft = models.OneToOneField(CircularDraft, models.PROTECT, related_name="circular", verbose_name=_("draft"))
    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="circulars", verbose_name=_("special action")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("document"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-year", "-number"]
        verbose_name = _("circular")
        verbose_name_plural = _("circulars")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "number"],
                name="circular_number",
                violation_error_message=_("This number is taken in its series."),
            ),
            models.CheckConstraint(
                name="circular_signer_is_not_writer",
                condition=~Q(signed_by=F("by")),
                violation_error_message=_("Nobody signs a paper they have written."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.title}"

    def get_absolute_url(self) -> str:
        """The circular's page."""
        return reverse("circular", args=[self.year, self.number])

    @property
    def name(self) -> str:
        """Its number in the series of circulars."""
        return document_number("circular", self.year, self.number)

    @property
    def document(self) -> dict[str, Any]:
        """What was signed."""
        read: dict[str, Any] = json.loads(self.body)
        return read


class CircularLine(InsertOnly):
    """A team that a circular praises or names, and the order that it follows."""

    class Kind(models.TextChoices):
        """What the line says of the team."""

        PRAISE = "praise", pgettext_lazy("circular", "Praised")
        NAMED = "named", pgettext_lazy("circular", "Named")

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="lines", verbose_name=_("circular"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="circular_lines", verbose_name=_("special team"))
    kind = models.CharField(pgettext_lazy("circular", "kind"), max_length=10, choices=Kind)
    text = models.TextField(_("text"))
    order = models.ForeignKey(
        SupervisionOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="circular_lines",
        verbose_name=_("supervision order"),
    )

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["circular", "pk"]
        verbose_name = _("line of a circular")
        verbose_name_plural = _("lines of circulars")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(order__isnull=False), name="circular_line_once_an_order"
            ),
            models.CheckConstraint(name="circular_praise_has_no_order", condition=Q(kind="named") | Q(order=None)),
        ]

    def __str__(self) -> str:
        return f"{self.circular} {self.team.short_name}"

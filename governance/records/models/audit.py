"""Audit events: who did what, when, from where; and the seals over all that is recorded."""

import json
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..person import Person
from ..words import VERB_READERS
from .base import InsertOnly, InsertOnlyQuerySet, KeptForAllQuerySet


class AuditEventQuerySet(InsertOnlyQuerySet):
    def visible_to(self, user: Person) -> Self:
        """All events for an auditor; for others those whose verb names a role of theirs (docs/rules.md#visibility)."""
        if self.may_be_read_by(user):
            return self
        verbs = [name for name, role in VERB_READERS.items() if user.is_active and user.has_role(role)]
        return self.filter(verb__in=verbs) if verbs else self.none()

    def may_be_read_by(self, user: Person) -> bool:
        """Whether `user` reads the audit log at all."""
        return user.is_active and user.has_role("auditor")

    def done_by(self, user: Person, verb: str) -> Self:
        """What `user` did by `verb`: everybody may find their own action to undo it, auditor or not."""
        return self.filter(by_id=user.pk, verb=verb)

    def of(self, row: models.Model) -> Self:
        """Events about one row."""
        return self.filter(object_type=row._meta.label_lower, object_id=str(row.pk))


class AuditEvent(InsertOnly):
    """One change of state, sign-in, export or download: exactly one event per verb."""

    verb = models.SlugField(_("verb"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=80, blank=True)
    object_id = models.CharField(_("key of object"), max_length=40, blank=True)
    object_name = models.CharField(_("object"), max_length=300, blank=True)
    change = models.TextField(_("change"), default="{}", help_text=_("Canonical JSON: what was, what is."))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    behalf = models.CharField(_("on behalf of"), max_length=200, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-at", "-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["by", "-at"], name="audit_person"),
            models.Index(fields=["verb", "-at"], name="audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_name}".strip()


class AuditSeal(InsertOnly):
    """A seal over the rows that were inserted since the last one, chained to it (docs/rules.md#seals).

    `from_id`, `to_id` and `events` are of the audit events. `ranges` names every insert-only table: from which id to
    which, how many rows, which columns, and the SHA-256 of their lines. `sha256`, the head of the chain, is of the
    previous head and of all of this.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    from_id = models.PositiveBigIntegerField(_("first event"))
    to_id = models.PositiveBigIntegerField(_("last event"))
    events = models.PositiveIntegerField(_("events"))
    ranges = models.TextField(_("ranges"), help_text=_("Canonical JSON: the sealed rows of each table."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["number"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"#{self.number} {self.sha256[:4]}…{self.sha256[-4:]}"

    def read_ranges(self) -> dict[str, dict[str, Any]]:
        """The stored ranges by label of the model."""
        ranges: dict[str, dict[str, Any]] = json.loads(self.ranges)
        return ranges

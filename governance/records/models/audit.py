"""Audit events: who did what, when, from where."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..person import Person
from .base import InsertOnly, InsertOnlyQuerySet


class AuditEventQuerySet(InsertOnlyQuerySet):
    def visible_to(self, user: Person) -> Self:
        """All events for an auditor, none for anybody else (docs/rules.md#visibility)."""
        return self if self.may_be_read_by(user) else self.none()

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

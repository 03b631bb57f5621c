"""Evidence: a stored file linked to what it proves. The url names the link, so the owner's permissions apply."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows, StoredFile

from .report import ReportEntry
from .request import CloseOut
from .submission import SubmittedEntry
from .task import Task
from .team import OfTeamQuerySet

if TYPE_CHECKING:
    from governance.people.models import User


Link = TypeVar("Link", bound="Evidence")


class EvidenceQuerySet(OfTeamQuerySet[Link]):
    def visible_to(self, user: "User") -> Self:
        """Evidence whose owner the person may read (docs/rules.md#evidence); withdrawn evidence only for the office."""
        if self.model.team_lookup:
            self.team_lookup = self.model.team_lookup
            seen = super().visible_to(user)
        else:
            owner: Any = self.model._meta.get_field("owner").related_model
            seen = self.filter(owner__in=owner.objects.visible_to(user).values("pk"))
        return seen if user.has_role(Role.SPECIAL_OFFICE) else seen.in_force()

    def in_force(self) -> Self:
        """Those not withdrawn."""
        return self.filter(withdrawn_at=None)


class Evidence(Editable):
    """A link from an owner to a file: never deleted, but withdrawn with who and when."""

    WITHHELD_FROM_AUDIT = frozenset({"caption"})

    team_lookup = ""
    """The lookup path from a link to its team; without one, the owner says who reads it."""

    if TYPE_CHECKING:
        owner: Any
        owner_id: int

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    dated_on = models.DateField(_("own date"), null=True, blank=True, help_text=_("The date of what it shows."))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta(Editable.Meta):
        abstract = True
        ordering = ["owner", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "file"],
                condition=Q(withdrawn_at=None),
                name="%(class)s_once",
                violation_error_message=_("This file is already attached."),
            ),
            models.CheckConstraint(
                name="%(class)s_withdrawn_whole",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or str(self.file)

    @property
    def audit_name(self) -> str:
        """The digest of its bytes."""
        return self.file.sha256


class TaskEvidence(Evidence):
    """A file that proves something about a task."""

    team_lookup = "owner__team_id"

    owner = models.ForeignKey(Task, models.PROTECT, related_name="evidence", verbose_name=_("key task"))


class CloseOutEvidence(Evidence):
    """A file that proves that a task is done."""

    team_lookup = "owner__task__team_id"

    owner = models.ForeignKey(CloseOut, models.PROTECT, related_name="evidence", verbose_name=_("close-out"))


class EntryEvidence(Evidence):
    """A file that proves what a report's row says."""

    team_lookup = "owner__report__team_id"

    owner = models.ForeignKey(ReportEntry, models.PROTECT, related_name="evidence", verbose_name=_("row of a report"))


class OfSubmittedEntryQuerySet(InsertOnlyRows, OfTeamQuerySet):
    """Insert-only rows that belong to a submitted row."""

    team_lookup = "entry__submission__report__team_id"

    def in_force(self) -> Self:
        """All of them."""
        return self


class SubmittedEvidence(InsertOnly):
    """A file as it was submitted with a row."""

    withdrawn_at = None
    """Submitted evidence is never withdrawn."""

    entry = models.ForeignKey(SubmittedEntry, models.PROTECT, related_name="evidence", verbose_name=_("submitted row"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    dated_on = models.DateField(_("own date"), null=True, blank=True)

    objects = OfSubmittedEntryQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["entry", "pk"]
        verbose_name = _("submitted evidence")
        verbose_name_plural = _("submitted evidence")
        constraints = [models.UniqueConstraint(fields=["entry", "file"], name="submitted_evidence_once")]

    def __str__(self) -> str:
        return self.caption or str(self.file)

    @property
    def audit_name(self) -> str:
        """The digest of its bytes."""
        return self.file.sha256

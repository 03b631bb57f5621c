"""Papers of a meeting as they were bound and signed, and the office's own templates."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.records.models import InsertOnly, InsertOnlyRows, KeptForAllQuerySet, StoredFile
from teams.models import SpecialAction

from ..states import MEETING_WORKED_ON
from ..words import bulletin_number, document_number
from .meeting import ForPreparersQuerySet, Meeting

if TYPE_CHECKING:
    from governance.people.models import User


class PackIssueQuerySet(InsertOnlyRows, models.QuerySet["PackIssue"]):
    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders; for the secretary while the meeting is planned or held."""
        if user.has_role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self
        if user.has_role(Role.MEETING_SECRETARY):
            return self.filter(meeting__state__in=MEETING_WORKED_ON)
        return self.none()


class PackIssue(InsertOnly):
    """The pack of a meeting (会议材料) as it was bound: everything that it shows, as known at `as_of`."""

    numbered_within = "meeting"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="packs", verbose_name=_("meeting"))
    number = models.PositiveSmallIntegerField(_("number"))
    as_of = models.DateTimeField(_("as of"))
    body = models.TextField(_("document"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = PackIssueQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["meeting", "number"]
        verbose_name = _("pack of a meeting")
        verbose_name_plural = _("packs of meetings")
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="pack_number")]

    def __str__(self) -> str:
        return f"{self.meeting} #{self.number}"


class MinutesIssue(InsertOnly):
    """Minutes (会议纪要) as they were issued, signed by somebody other than who submitted them.

    A correction is the next number under the same document number.
    """

    numbered_within = "meeting"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    number = models.PositiveSmallIntegerField(_("number"))
    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="+", verbose_name=_("special action"))
    year = models.PositiveSmallIntegerField(_("year"))
    document_number = models.PositiveSmallIntegerField(_("document number"))
    body = models.TextField(_("document"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    reason = models.TextField(_("reason of the correction"), blank=True)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["meeting", "number"]
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number"),
            models.UniqueConstraint(
                fields=["action", "year", "document_number", "number"],
                name="minutes_document_number",
                violation_error_message=_("This number is taken in its series."),
            ),
            models.CheckConstraint(
                name="minutes_signer_is_not_submitter",
                condition=~Q(signed_by=F("by")),
                violation_error_message=_("Nobody signs a paper they have written."),
            ),
            models.CheckConstraint(
                name="minutes_correction_with_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message=_("State why the minutes are corrected."),
            ),
        ]

    def __str__(self) -> str:
        return document_number("", self.year, self.document_number)


class BulletinQuerySet(InsertOnlyRows, ForPreparersQuerySet):
    """Bulletins for those who prepare and follow meetings."""


class Bulletin(InsertOnly):
    """The bulletin (简报) of a month as it was issued, once, with its number in the year of the issue."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="+", verbose_name=_("special action"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    body = models.TextField(_("document"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = BulletinQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-month"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "number"],
                name="bulletin_number",
                violation_error_message=_("This number is taken in its series."),
            ),
            models.UniqueConstraint(
                fields=["action", "month"],
                name="bulletin_once_a_month",
                violation_error_message=_("The bulletin of this month is issued already."),
            ),
        ]

    def __str__(self) -> str:
        return bulletin_number(self.year, self.number)


class DocumentTemplate(InsertOnly):
    """A template of the office for a kind of paper; a row without a file returns to the one that comes with us."""

    class Kind(models.TextChoices):
        """The paper that it lays out."""

        NOTICE = "notice", pgettext_lazy("paper", "Notice of a meeting")
        SIGN_IN = "sign_in", pgettext_lazy("paper", "Sign-in sheet")
        PACK = "pack", pgettext_lazy("paper", "Meeting pack")
        SCRIPT = "script", pgettext_lazy("paper", "Script of the chair")
        MINUTES = "minutes", pgettext_lazy("paper", "Minutes")
        PRESS = "press", pgettext_lazy("paper", "Press release")
        ORDER = "order", pgettext_lazy("paper", "Supervision order")
        CIRCULAR = "circular", pgettext_lazy("paper", "Circular")
        BULLETIN = "bulletin", pgettext_lazy("paper", "Bulletin")
        PUBLICITY = "publicity", pgettext_lazy("paper", "Announcement of a result")
        SCORES = "scores", pgettext_lazy("paper", "Score table")
        LETTER = "letter", pgettext_lazy("paper", "Decision letter")

    kind = models.CharField(pgettext_lazy("paper", "kind"), max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["kind", "number"]
        verbose_name = _("template of a paper")
        verbose_name_plural = _("templates of papers")
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="document_template_number")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.number}"

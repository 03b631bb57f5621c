"""That the approver has seen what a plain-sight check shows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.records.models import InsertOnly

from ..states import PlainSightCheck
from .round import AssessmentRound, KeptOfRoundQuerySet


class SeenCheck(InsertOnly):
    """The rows of a check that somebody has seen, with a note; rows that come later are seen by a next number."""

    numbered_within = "round"

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="seen_checks", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("check"), max_length=12, choices=PlainSightCheck)
    rows = models.TextField(_("rows"), help_text=_("Canonical JSON: the keys of the rows that were shown."))
    note = models.TextField(_("note"))

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "number"]
        verbose_name = _("check that was seen")
        verbose_name_plural = _("checks that were seen")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="seen_check_number"),
            models.CheckConstraint(
                name="seen_check_has_note",
                condition=~Q(note=""),
                violation_error_message=_("Say what you found."),
            ),
            models.CheckConstraint(name="seen_check_known", condition=Q(kind__in=PlainSightCheck.values)),
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

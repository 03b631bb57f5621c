"""Decisions of the centre that an indicator is not scored for a team, for want of a value."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from governance.records.models import InsertOnly
from teams.models import SpecialTeam

from .plan import Indicator
from .round import AssessmentRound, KeptOfRoundQuerySet


class LeftOutQuerySet(KeptOfRoundQuerySet):
    """Questions about what was left out."""

    def standing(self, at: datetime | None = None) -> Self:
        """The decisions that stand, or that stood at a moment: the last one of an indicator and team, not withdrawn."""
        known = Q() if at is None else Q(at__lte=at)
        later = LeftOut.objects.filter(
            known,
            round=OuterRef("round"),
            indicator=OuterRef("indicator"),
            team=OuterRef("team"),
            number__gt=OuterRef("number"),
        )
        return self.filter(known, ~Exists(later), is_withdrawn=False)


class LeftOut(InsertOnly):
    """A base indicator is left out for a team, with reason and document; a next number withdraws it with a reason."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="left_out", verbose_name=_("round"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.TextField(_("reason"))
    document = models.CharField(_("document number"), max_length=120, blank=True)

    objects = LeftOutQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "indicator", "team", "number"]
        verbose_name = _("left-out indicator")
        verbose_name_plural = _("left-out indicators")
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "team", "number"], name="left_out_number"),
            models.CheckConstraint(
                name="left_out_with_reason_and_document",
                condition=~Q(reason="") & (Q(is_withdrawn=True) | ~Q(document="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.team}"

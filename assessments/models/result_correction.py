"""Corrections of published results: a second result, with reason and document, stands beside the first."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly

from ..states import (
    FACTS_CORRECTED_IN,
    RESULT_CORRECTION_OPEN,
    RESULT_CORRECTION_SHOWN,
    ResultCorrectionState,
)
from .result import Result
from .round import AssessmentRound, KeptOfRoundQuerySet

if TYPE_CHECKING:
    from governance.people.models import User

_WITHOUT_APPROVAL = ("opened", "scored", "dropped")
_OPEN = tuple(state.value for state in RESULT_CORRECTION_OPEN)


class ResultCorrectionQuerySet(models.QuerySet):
    """Questions about corrections of results."""

    def visible_to(self, user: "User") -> Self:
        """The centre sees every correction, others from its public notice on (docs/rules.md#visibility)."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.filter(state__in=RESULT_CORRECTION_SHOWN)

    def open(self) -> Self:
        """Those that go on."""
        return self.filter(state__in=RESULT_CORRECTION_OPEN)


class ResultCorrection(Editable):
    """The correction (更正) of a published result; the round shows the old result until the new one is published."""

    WITHHELD_FROM_AUDIT = frozenset({"reason"})

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="corrections", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=16, choices=ResultCorrectionState, default=ResultCorrectionState.OPENED
    )
    reason = models.TextField(_("reason"))
    document = models.CharField(_("document number"), max_length=120)
    corrects = models.ForeignKey(
        Result, models.PROTECT, related_name="corrected_by", verbose_name=_("result that is corrected")
    )
    result = models.OneToOneField(
        Result,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrected result"),
        help_text=_("The last one scored; empty: none is scored yet."),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    approval = models.CharField(_("approval document"), max_length=120, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )

    objects = ResultCorrectionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["round", "number"]
        verbose_name = _("correction of a result")
        verbose_name_plural = _("corrections of results")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="result_correction_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state__in=_OPEN),
                name="result_correction_one_open",
                violation_error_message=_("A correction of this result is open already."),
            ),
            models.CheckConstraint(
                name="result_correction_with_reason_and_document", condition=~Q(reason="") & ~Q(document="")
            ),
            models.CheckConstraint(
                name="result_correction_scored",
                condition=Q(state="dropped") | Q(state="opened", result=None) | (~Q(state="opened") & ~Q(result=None)),
            ),
            models.CheckConstraint(
                name="result_correction_approved_whole",
                condition=Q(state__in=_WITHOUT_APPROVAL, approved_by=None, approval="")
                | (~Q(state__in=_WITHOUT_APPROVAL) & Q(approved_by__isnull=False) & ~Q(approval="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("result_correction", args=[self.round_id, self.number])

    @property
    def state_tone(self) -> str:
        return ResultCorrectionState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in RESULT_CORRECTION_OPEN

    def approver_ids(self) -> frozenset[int]:
        """Who approved what stands: the result, and the last one by allowing an appeal. At most one query."""
        if self.approved_by_id is None:
            return frozenset()
        decided = self.round.decisions.allowed().filter(result=self.result_id).values_list("by", flat=True)
        return frozenset([self.approved_by_id, *decided])

    @property
    def may_be_dropped(self) -> bool:
        """Whether it goes on and no allowed appeal led to it. At most one query."""
        return self.is_open and not self.led_by.exists()

    @property
    def takes_facts(self) -> bool:
        """Whether the centre corrects facts now."""
        return self.state in FACTS_CORRECTED_IN


class ResultCorrectionStep(InsertOnly):
    """A move of a correction from state to state, with its document, or its reason when it goes back or is dropped."""

    correction = models.ForeignKey(
        ResultCorrection, models.PROTECT, related_name="steps", verbose_name=_("correction of a result")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    from_state = models.CharField(_("from"), max_length=16, choices=ResultCorrectionState, blank=True)
    to_state = models.CharField(_("to"), max_length=16, choices=ResultCorrectionState)
    reason = models.TextField(_("reason"), blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["correction", "number"]
        verbose_name = _("step of a correction")
        verbose_name_plural = _("steps of corrections")
        constraints = [
            models.UniqueConstraint(fields=["correction", "number"], name="result_correction_step_number"),
            models.UniqueConstraint(
                fields=["correction"],
                condition=Q(to_state__in=["published", "dropped"]),
                name="result_correction_ends_once",
                violation_error_message=_("The correction has already been published or dropped."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction} {self.to_state}"

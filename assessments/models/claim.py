"""Claims: what gives or costs a team points or bars its grade, filed with a document and decided by the centre."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import Evidence, SpecialTeam, team_ids_of

from ..engine.limits import CODE_LENGTH, VALUE_LENGTH
from ..states import ClaimState, ResultCorrectionState
from .plan import AdoptedPlan, Indicator
from .result_correction import ResultCorrectionStep
from .round import AssessmentRound

if TYPE_CHECKING:
    from datetime import datetime

    from governance.people.models import User

READERS = (Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)
"""Who reads the claims of every team."""


class ClaimQuerySet(models.QuerySet):
    """Questions about claims."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre, the office and leaders; those of their current teams for members."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(*READERS) else self.filter(team_id__in=team_ids_of(user))

    def undecided(self) -> Self:
        """Those that wait for the centre."""
        return self.filter(state=ClaimState.FILED)


class Claim(Editable):
    """A bonus, a deduction or a veto of a team; matter, level and document are those of its last step.

    It belongs to a plan and joins one of its rounds; `round` is null until then (docs/rules.md#claims).
    """

    WITHHELD_FROM_AUDIT = frozenset({"matter", "document", "issuer", "basis", "reason"})

    round = models.ForeignKey(
        AssessmentRound, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("round")
    )
    plan = models.ForeignKey(AdoptedPlan, models.PROTECT, related_name="claims", verbose_name=_("plan"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("indicator")
    )
    veto = models.CharField(_("veto"), max_length=CODE_LENGTH, blank=True)
    matter = models.CharField(_("matter"), max_length=200)
    level = models.CharField(_("level"), max_length=VALUE_LENGTH, blank=True)
    document = models.CharField(_("document number"), max_length=120)
    issuer = models.CharField(_("issued by"), max_length=80, blank=True)
    on = models.DateField(
        pgettext_lazy("claim", "day"), null=True, blank=True, help_text=_("Empty for events entered before days were.")
    )
    basis = models.TextField(_("basis"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ClaimState, default=ClaimState.FILED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by")
    )
    entered_at = models.DateTimeField(_("filed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = ClaimQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-entered_at", "-pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(
                name="claim_indicator_or_veto",
                condition=Q(indicator__isnull=False, veto="") | (Q(indicator=None) & ~Q(veto="")),
                violation_error_message=_("A claim counts towards either an indicator or a veto."),
            ),
            models.UniqueConstraint(
                fields=["round", "team", "indicator", "matter", "level"],
                condition=Q(state__in=["filed", "approved"]),
                name="claim_matter_once_per_level",
                violation_error_message=_("This matter has already been filed at this level."),
            ),
            models.UniqueConstraint(
                fields=["team", "indicator", "matter", "level"],
                condition=Q(round=None, state__in=["filed", "approved"]),
                name="claim_waiting_once_per_level",
                violation_error_message=_("This matter has already been filed at this level."),
            ),
            models.CheckConstraint(
                name="claim_has_document",
                condition=~Q(document=""),
                violation_error_message=_("Enter the number of the document it is based on."),
            ),
            models.CheckConstraint(
                name="claim_decided_by_somebody",
                condition=~Q(state__in=["approved", "rejected"]) | Q(decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.matter

    @property
    def audit_name(self) -> str:
        """Its team and key: what it is about is not for auditors."""
        return f"{self.team.short_name} #{self.pk}"

    def get_absolute_url(self) -> str:
        """The claim's page."""
        return reverse("claim", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return ClaimState(self.state).tone

    @property
    def is_undecided(self) -> bool:
        return self.state == ClaimState.FILED


class ClaimStepQuerySet(InsertOnlyRows, models.QuerySet):
    """Questions about the steps of claims."""

    def visible_to(self, user: "User") -> Self:
        """Those of claims that `user` may read."""
        return self.filter(claim__in=Claim.objects.visible_to(user).values("pk"))

    def with_restored(self) -> Self:
        """Annotate `restored_at`: when the correction was dropped in which the step was taken; None if none was."""
        dropped = ResultCorrectionStep.objects.filter(
            correction__round=OuterRef("claim__round"),
            correction__opened_at__lte=OuterRef("at"),
            to_state=ResultCorrectionState.DROPPED,
            at__gt=OuterRef("at"),
        )
        return self.annotate(restored_at=Subquery(dropped.order_by("at").values("at")[:1]))


class ClaimStep(InsertOnly):
    """A claim as it stood from a moment on: filed, answered by its team, decided, lowered or withdrawn."""

    numbered_within = "claim"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps", verbose_name=_("claim"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=12, choices=ClaimState)
    matter = models.CharField(_("matter"), max_length=200)
    level = models.CharField(_("level"), max_length=VALUE_LENGTH, blank=True)
    document = models.CharField(_("document number"), max_length=120)
    reason = models.TextField(_("reason"), blank=True)

    restored_at: "datetime | None"
    """Where `with_restored` read it."""

    objects = ClaimStepQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["claim", "number"]
        verbose_name = _("step of a claim")
        verbose_name_plural = _("steps of claims")
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="claim_step_number"),
            models.CheckConstraint(
                name="claim_rejected_with_reason",
                condition=~Q(state="rejected") | ~Q(reason=""),
                violation_error_message=_("Say why the claim is declined."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} #{self.number}"


class ClaimEvidence(Evidence):
    """A file that proves a claim."""

    owner = models.ForeignKey(Claim, models.PROTECT, related_name="evidence", verbose_name=_("claim"))

"""The states of plans and rounds and the moves each verb may make (docs/rules.md#states)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanState(models.TextChoices):
    """A plan is drafted, then adopted for good."""

    DRAFT = "draft", pgettext_lazy("plan", "Draft")
    ADOPTED = "adopted", _("Adopted")

    @property
    def tone(self) -> str:
        return "green" if self == PlanState.ADOPTED else "grey"


class RoundState(models.TextChoices):
    """The states of a round. Days for checking, public notice and archive come with their verbs.

    Abandoned stands outside the order: any round that is not published can be abandoned.
    """

    PREPARING = "preparing", _("Preparing")
    COLLECTING = "collecting", _("Collecting")
    SCORING = "scoring", _("Scoring")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    ABANDONED = "abandoned", _("Abandoned")

    @property
    def tone(self) -> str:
        return {RoundState.PUBLISHED: "green", RoundState.ABANDONED: "grey"}.get(self, "blue")


ROUND_MOVES: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.PREPARING: (RoundState.COLLECTING, RoundState.ABANDONED),
    RoundState.COLLECTING: (RoundState.SCORING, RoundState.PREPARING, RoundState.ABANDONED),
    RoundState.SCORING: (RoundState.APPROVED, RoundState.COLLECTING, RoundState.ABANDONED),
    RoundState.APPROVED: (RoundState.PUBLISHED, RoundState.SCORING, RoundState.ABANDONED),
    RoundState.PUBLISHED: (),
    RoundState.ABANDONED: (),
}
"""Allowed moves of a round; a step back and abandoning need a reason (docs/rules.md#rounds)."""

ENDED = (RoundState.PUBLISHED, RoundState.ABANDONED)
"""The states in which nothing moves any more."""

ROUND_ORDER = tuple(state for state in RoundState if state != RoundState.ABANDONED)
"""The states one after the other."""


class ClaimState(models.TextChoices):
    """The states of a claim: filed, then decided by the centre; withdrawn before or after that."""

    FILED = "filed", pgettext_lazy("claim", "To be decided")
    APPROVED = "approved", pgettext_lazy("claim", "Approved")
    REJECTED = "rejected", pgettext_lazy("claim", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")

    @property
    def tone(self) -> str:
        return {ClaimState.FILED: "yellow", ClaimState.APPROVED: "green"}.get(self, "grey")


CLAIM_MOVES: dict[ClaimState, tuple[ClaimState, ...]] = {
    ClaimState.FILED: (ClaimState.FILED, ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.WITHDRAWN),
    ClaimState.APPROVED: (ClaimState.APPROVED, ClaimState.WITHDRAWN),
    ClaimState.REJECTED: (),
    ClaimState.WITHDRAWN: (),
}
"""Allowed moves of a claim: answered by its team while filed, lowered while approved (docs/rules.md#claims)."""

LIVE_CLAIM_STATES = (ClaimState.FILED, ClaimState.APPROVED)
"""The states of a claim that counts or may yet count."""

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
    """The states of a round. Days for checking, public notice and archive come with their verbs."""

    PREPARING = "preparing", _("Preparing")
    COLLECTING = "collecting", _("Collecting")
    SCORING = "scoring", _("Scoring")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")

    @property
    def tone(self) -> str:
        return "green" if self == RoundState.PUBLISHED else "blue"


ROUND_MOVES: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.PREPARING: (RoundState.COLLECTING,),
    RoundState.COLLECTING: (RoundState.SCORING, RoundState.PREPARING),
    RoundState.SCORING: (RoundState.APPROVED, RoundState.COLLECTING),
    RoundState.APPROVED: (RoundState.PUBLISHED, RoundState.SCORING),
    RoundState.PUBLISHED: (),
}
"""Allowed moves of a round; a step back needs a reason (docs/rules.md#rounds)."""

ROUND_ORDER = tuple(RoundState)


class ClaimState(models.TextChoices):
    """The states of an event. Filing by teams comes with claims in full."""

    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")

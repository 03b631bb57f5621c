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
    """The states of an event. Filing by teams comes with claims in full."""

    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CorrectionState(models.TextChoices):
    """The states of a department's request to correct a figure that is locked."""

    ASKED = "asked", pgettext_lazy("correction", "Requested")
    OPENED = "opened", pgettext_lazy("correction", "Row opened again")
    DECLINED = "declined", pgettext_lazy("correction", "Declined")


FIGURES_OPEN = (RoundState.COLLECTING,)
"""The states of a round in which departments and the centre enter figures."""

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
    """The states of a round; publishing its year archives it.

    Abandoned stands outside the order: any round that is not published can be abandoned.
    """

    PREPARING = "preparing", _("Preparing")
    COLLECTING = "collecting", _("Collecting")
    CHECKING = "checking", pgettext_lazy("round", "Checking")
    SCORING = "scoring", _("Scoring")
    APPROVED = "approved", _("Approved")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", pgettext_lazy("round", "Archived")
    ABANDONED = "abandoned", _("Abandoned")

    @property
    def tone(self) -> str:
        tones = {RoundState.PUBLISHED: "green", RoundState.ARCHIVED: "green", RoundState.ABANDONED: "grey"}
        return tones.get(self, "blue")


ROUND_BACK: dict[RoundState, RoundState] = {
    RoundState.COLLECTING: RoundState.PREPARING,
    RoundState.CHECKING: RoundState.COLLECTING,
    RoundState.SCORING: RoundState.CHECKING,
    RoundState.APPROVED: RoundState.SCORING,
    RoundState.PUBLIC_NOTICE: RoundState.SCORING,
}
"""Where a step back leads, with a reason."""

ROUND_FORWARD: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.PREPARING: (RoundState.COLLECTING,),
    RoundState.COLLECTING: (RoundState.CHECKING,),
    RoundState.CHECKING: (RoundState.SCORING,),
    RoundState.SCORING: (RoundState.APPROVED,),
    RoundState.APPROVED: (RoundState.PUBLIC_NOTICE,),
    RoundState.PUBLIC_NOTICE: (RoundState.PUBLISHED,),
    RoundState.PUBLISHED: (),
    RoundState.ARCHIVED: (),
    RoundState.ABANDONED: (),
}
"""Where the next step leads; the verbs that take it ask this table, so that none of them leads back."""

ROUND_MOVES: dict[RoundState, tuple[RoundState, ...]] = {
    state: (*following, *((ROUND_BACK[state],) if state in ROUND_BACK else ()), RoundState.ABANDONED)
    if following
    else ()
    for state, following in ROUND_FORWARD.items()
} | {RoundState.PUBLISHED: (RoundState.ARCHIVED,)}
"""Allowed moves of a round; a step back and abandoning need a reason (docs/rules.md#rounds).

A published round is archived by publishing its year, and by nothing else.
"""

PUBLISHED_STATES = (RoundState.PUBLISHED, RoundState.ARCHIVED)
"""The states of a round whose result is published."""

ENDED = (*PUBLISHED_STATES, RoundState.ABANDONED)
"""The states from which no step of its own leads on."""

SHOWN = (RoundState.PUBLIC_NOTICE, *PUBLISHED_STATES)
"""The states in which everybody sees totals, ranks and grades."""

CORRECTABLE = PUBLISHED_STATES
"""The states of a round whose result can be corrected by a second one beside it."""

STANDS_APPROVED = (RoundState.APPROVED, *SHOWN)
"""The states of a round whose approval stands."""

ROUND_ORDER = tuple(state for state in RoundState if state != RoundState.ABANDONED)
"""The states one after the other."""


class YearState(models.TextChoices):
    """The states of a year's result; they are those of a round from its score on."""

    COMPUTED = "computed", pgettext_lazy("year", "Computed")
    APPROVED = "approved", _("Approved")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    PUBLISHED = "published", _("Published")

    @property
    def tone(self) -> str:
        return "green" if self == YearState.PUBLISHED else "blue"


YEAR_MOVES: dict[YearState, tuple[YearState, ...]] = {
    YearState.COMPUTED: (YearState.APPROVED,),
    YearState.APPROVED: (YearState.PUBLIC_NOTICE, YearState.COMPUTED),
    YearState.PUBLIC_NOTICE: (YearState.PUBLISHED, YearState.COMPUTED),
    YearState.PUBLISHED: (),
}
"""Allowed moves of a year's result; the way back to computed needs a reason (docs/rules.md#year)."""

YEAR_SHOWN = (YearState.PUBLIC_NOTICE, YearState.PUBLISHED)
"""The states in which everybody sees the totals, ranks and grades of the year."""


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
    ClaimState.REJECTED: (ClaimState.APPROVED,),
    ClaimState.WITHDRAWN: (),
}
"""Allowed moves of a claim: answered by its team while filed, lowered while approved, approved after all on an appeal
(docs/rules.md#claims)."""

LIVE_CLAIM_STATES = (ClaimState.FILED, ClaimState.APPROVED)
"""The states of a claim that counts or may yet count."""


class QuestionState(models.TextChoices):
    """A question about a fact is answered once: the value stands, or it was corrected."""

    OPEN = "open", pgettext_lazy("question", "Not answered yet")
    STANDS = "stands", pgettext_lazy("question", "The fact stands")
    CORRECTED = "corrected", pgettext_lazy("question", "Corrected")

    @property
    def tone(self) -> str:
        return {QuestionState.OPEN: "blue", QuestionState.CORRECTED: "green"}.get(self, "grey")


class AppealState(models.TextChoices):
    """An appeal is decided once: dismissed, or allowed with a correction."""

    OPEN = "open", pgettext_lazy("appeal", "Not decided yet")
    DISMISSED = "dismissed", pgettext_lazy("appeal", "Dismissed")
    ALLOWED = "allowed", pgettext_lazy("appeal", "Allowed")

    @property
    def tone(self) -> str:
        return {AppealState.OPEN: "blue", AppealState.ALLOWED: "green"}.get(self, "grey")


class AppealMatter(models.TextChoices):
    """What an appeal is against."""

    INDICATOR = "indicator", pgettext_lazy("appeal", "An indicator")
    GRADE = "grade", pgettext_lazy("appeal", "The grade")
    VETO = "veto", pgettext_lazy("appeal", "A veto")


class FactCorrection(models.TextChoices):
    """What is corrected where an appeal is allowed."""

    ROWS = "rows", _("rows of a measured value")
    FIGURE = "figure", _("a figure")
    CLAIM = "claim", _("a bonus, a deduction or a veto")
    MARKS = "marks", _("marks of a judge who is tied to the team")
    TALLY = "tally", _("a tally of votes")


class RowOutcome(models.TextChoices):
    """What becomes of a row behind a measured value."""

    SET_ASIDE = "set_aside", _("does not count")
    COUNTED = "counted", _("counts otherwise")
    ADDED = "added", _("added")
    DECLINED = "declined", _("decided otherwise in another round, which is not taken over")


class CorrectionState(models.TextChoices):
    """The states of a department's request to correct a figure that is locked."""

    ASKED = "asked", pgettext_lazy("correction", "Requested")
    OPENED = "opened", pgettext_lazy("correction", "Row opened again")
    DECLINED = "declined", pgettext_lazy("correction", "Declined")


class PlainSightCheck(models.TextChoices):
    """What the approver looks at before a result is approved (docs/rules.md#plain-sight-checks)."""

    SAME_FILE = "same_file", _("The same file under two claims or teams")
    NO_EVIDENCE = "no_evidence", _("Closed out without evidence")
    JUMP = "jump", _("Progress that jumped just before the cut-off")
    SAME_MARKS = "same_marks", _("A judge whose marks do not vary")
    ON_TARGET = "on_target", _("Figures equal to their target")
    TRIPLED = "tripled", _("More than three times the last round")


class ResultCorrectionState(models.TextChoices):
    """The states of a correction of a published result, while the round shows the old one."""

    OPENED = "opened", pgettext_lazy("result correction", "Opened")
    SCORED = "scored", pgettext_lazy("result correction", "Scored")
    APPROVED = "approved", _("Approved")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    PUBLISHED = "published", _("Published")
    DROPPED = "dropped", pgettext_lazy("result correction", "Dropped")

    @property
    def tone(self) -> str:
        return {ResultCorrectionState.PUBLISHED: "green", ResultCorrectionState.DROPPED: "grey"}.get(self, "yellow")


RESULT_CORRECTION_BACK: dict[ResultCorrectionState, ResultCorrectionState] = {
    ResultCorrectionState.APPROVED: ResultCorrectionState.SCORED,
    ResultCorrectionState.PUBLIC_NOTICE: ResultCorrectionState.SCORED,
}
"""Where a step back leads, with a reason; the approval is taken back with it."""

RESULT_CORRECTION_FORWARD: dict[ResultCorrectionState, tuple[ResultCorrectionState, ...]] = {
    ResultCorrectionState.OPENED: (ResultCorrectionState.SCORED,),
    ResultCorrectionState.SCORED: (ResultCorrectionState.SCORED, ResultCorrectionState.APPROVED),
    ResultCorrectionState.APPROVED: (ResultCorrectionState.PUBLIC_NOTICE, ResultCorrectionState.PUBLISHED),
    ResultCorrectionState.PUBLIC_NOTICE: (ResultCorrectionState.PUBLISHED,),
    ResultCorrectionState.PUBLISHED: (),
    ResultCorrectionState.DROPPED: (),
}
"""Where the next step leads; scoring can be repeated, the notice is left out where no rank or grade changes."""

RESULT_CORRECTION_MOVES: dict[ResultCorrectionState, tuple[ResultCorrectionState, ...]] = {
    state: (
        *following,
        *((RESULT_CORRECTION_BACK[state],) if state in RESULT_CORRECTION_BACK else ()),
        ResultCorrectionState.DROPPED,
    )
    if following
    else ()
    for state, following in RESULT_CORRECTION_FORWARD.items()
}
"""Allowed moves of a correction (docs/rules.md#corrections)."""

RESULT_CORRECTION_OPEN = tuple(state for state, following in RESULT_CORRECTION_FORWARD.items() if following)
"""The states of a correction that goes on."""

FACTS_CORRECTED_IN = (ResultCorrectionState.OPENED, ResultCorrectionState.SCORED)
"""The states of a correction in which the centre corrects facts."""

RESULT_CORRECTION_SHOWN = (ResultCorrectionState.PUBLIC_NOTICE, ResultCorrectionState.PUBLISHED)
"""The states of a correction that everybody sees."""


FIGURES_OPEN = (RoundState.COLLECTING,)
"""The states of a round in which departments and the centre enter figures."""

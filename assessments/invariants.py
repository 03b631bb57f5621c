"""Invariants of plans, rounds and results that constraints cannot express."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.records.integrity.scans import Scan, hashed_text
from governance.records.invariants import Invariant, in_order

from .models import (
    AdoptedPlan,
    Appeal,
    AppealDecision,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    ClaimStep,
    Figure,
    FigureConfirmation,
    LeftOut,
    MeasuredValue,
    Publication,
    Result,
    ResultCorrection,
    ResultCorrectionStep,
    ResultLine,
    RoundStep,
    RoundTeam,
    RowDecision,
    SeenCheck,
    SelfScore,
    YearResult,
    YearStep,
)
from .states import (
    CORRECTABLE,
    PUBLISHED_STATES,
    STANDS_APPROVED,
    AppealState,
    ClaimState,
    PlanState,
    ResultCorrectionState,
    RowOutcome,
)


def plans_disagreeing() -> QuerySet[AssessmentPlan]:
    """Adopted plans without their document, and documents of plans that are drafts."""
    document = Exists(AdoptedPlan.objects.filter(plan=OuterRef("pk")))
    return AssessmentPlan.objects.filter(
        (Q(state=PlanState.ADOPTED) & ~document) | (~Q(state=PlanState.ADOPTED) & document)
    )


def teams_of_other_actions() -> QuerySet[RoundTeam]:
    """Teams in a round of another action."""
    return RoundTeam.objects.exclude(team__action=F("round__action")).select_related("team", "round")


def claims_of_strangers() -> QuerySet[Claim]:
    """Claims of a team that is not in the claim's round, or under another plan than its round or indicator."""
    inside = RoundTeam.objects.filter(round=OuterRef("round"), team=OuterRef("team"))
    elsewhere = Q(round__isnull=False) & (~Exists(inside) | ~Q(plan=F("round__plan")))
    return Claim.objects.filter(elsewhere | (Q(indicator__isnull=False) & ~Q(plan=F("indicator__plan"))))


def claims_disagreeing() -> QuerySet[Claim]:
    """Claims that do not stand as their last step says, or were not filed as their first one says."""
    later = ClaimStep.objects.filter(claim=OuterRef("claim"), number__gt=OuterRef("number"))
    last = ClaimStep.objects.filter(
        Q(by=OuterRef("decided_by")) | ~Q(state__in=(ClaimState.APPROVED, ClaimState.REJECTED)),
        ~Exists(later),
        claim=OuterRef("pk"),
        **{name: OuterRef(name) for name in ("state", "matter", "level", "document")},
    )
    filed = {"by": OuterRef("entered_by"), "at": OuterRef("entered_at")}
    first = ClaimStep.objects.filter(claim=OuterRef("pk"), number=1, state=ClaimState.FILED, **filed)
    return Claim.objects.filter(~Exists(last) | ~Exists(first)).select_related("team")


def rounds_disagreeing() -> QuerySet[AssessmentRound]:
    """Published rounds without a publication, and publications of rounds that are not published."""
    publication = Exists(Publication.objects.filter(result__round=OuterRef("pk")))
    return AssessmentRound.objects.filter(
        (Q(state__in=PUBLISHED_STATES) & ~publication) | (~Q(state__in=PUBLISHED_STATES) & publication)
    )


def corrections_disagreeing() -> QuerySet[ResultCorrection]:
    """Corrections that do not stand as their last step says, of a round that is not published, or between results of
    other rounds; published ones without a publication, and others with one."""
    later = ResultCorrectionStep.objects.filter(correction=OuterRef("correction"), number__gt=OuterRef("number"))
    last = ResultCorrectionStep.objects.filter(~Exists(later), correction=OuterRef("pk"), to_state=OuterRef("state"))
    publication = Exists(Publication.objects.filter(result=OuterRef("result")))
    is_published = Q(state=ResultCorrectionState.PUBLISHED)
    strange = ~Q(corrects__round=F("round")) | (Q(result__isnull=False) & ~Q(result__round=F("round")))
    return ResultCorrection.objects.filter(
        ~Exists(last)
        | strange
        | (is_published & ~publication)
        | (~is_published & publication)
        | ~Q(round__state__in=CORRECTABLE)
    ).select_related("round")


def results_published_again() -> QuerySet[Result]:
    """Published results beside an earlier published one of the round that no correction published."""
    earlier = Publication.objects.filter(result__round=OuterRef("round"), result__number__lt=OuterRef("number"))
    corrected = ResultCorrection.objects.filter(result=OuterRef("pk"), state=ResultCorrectionState.PUBLISHED)
    again = Result.objects.filter(Exists(earlier), ~Exists(corrected), publication__isnull=False)
    return again.select_related("round")


def lines_of_strangers() -> QuerySet[ResultLine]:
    """Lines of a result for a team that is not in its round."""
    inside = RoundTeam.objects.filter(round=OuterRef("result__round"), team=OuterRef("team"))
    return ResultLine.objects.filter(~Exists(inside)).select_related("team", "result__round")


def confirmations_disagreeing() -> QuerySet[FigureConfirmation]:
    """Confirmations without a figure, or of a figure of another department, round or indicator."""
    figures = Figure.objects.filter(confirmation=OuterRef("pk"))
    strange = figures.exclude(
        department=OuterRef("department"), source__round=OuterRef("round"), source__indicator=OuterRef("indicator")
    )
    return FigureConfirmation.objects.filter(~Exists(figures) | Exists(strange))


def row_decisions_disagreeing() -> QuerySet[RowDecision]:
    """Decisions of other rounds, taken over or declined, about another row, team or measure or of the same round; and
    those taken over that make something else of the row."""
    same_row = Q(
        row=F("offered__row"),
        value__round_team__team=F("offered__value__round_team__team"),
        value__indicator__measure=F("offered__value__indicator__measure"),
    )
    same_round = Q(value__round_team__round=F("offered__value__round_team__round"))
    declined = Q(outcome=RowOutcome.DECLINED)
    as_offered = Q(outcome=F("offered__outcome"), because=F("offered__because"), document=F("offered__document"))
    agreeing = same_row & ~same_round & ~Q(offered__outcome=RowOutcome.DECLINED) & (declined | as_offered)
    offered = RowDecision.objects.filter(offered__isnull=False)
    return offered.filter(~agreeing).select_related("value__round_team__team", "value__indicator")


def appeals_disagreeing() -> QuerySet[Appeal]:
    """Appeals of a team that is not in the round or against a result or correction of another one, or in the notice of
    another year; and appeals and decisions of which one says another thing than the other."""
    inside = RoundTeam.objects.filter(round=OuterRef("round"), team=OuterRef("team"))
    strange = ~Exists(inside) | ~Q(round=F("result__round"))
    strange |= Q(result_correction__isnull=False) & ~Q(round=F("result_correction__round"))
    own_year = Q(round__action=F("year_result__action"), round__plan__plan__code=F("year_result__code"))
    own_year &= Q(round__starts_on__year=F("year_result__year"))
    strange |= Q(year_result__isnull=False) & ~own_year
    decision = AppealDecision.objects.filter(appeal=OuterRef("pk"))
    leading = decision.filter(leads_to__isnull=False)
    strange |= Q(Exists(leading), year_result=None)
    strange |= Q(Exists(leading.exclude(leads_to__round=F("round"))))
    strange |= Q(Exists(leading.filter(leads_to__state=ResultCorrectionState.DROPPED)))
    strange |= Q(~Exists(leading), year_result__isnull=False, state=AppealState.ALLOWED)
    agreeing = decision.filter(outcome=OuterRef("state"), round=OuterRef("round"), result__round=OuterRef("round"))
    decided = Exists(decision)
    return Appeal.objects.filter(
        strange | (decided & ~Exists(agreeing)) | (~decided & ~Q(state=AppealState.OPEN))
    ).select_related("team", "indicator")


def results_without_lines() -> QuerySet[Result]:
    """Results without a line, and results of scored rounds that lack the line of a team."""
    lines = ResultLine.objects.filter(result=OuterRef("pk"))
    seat = RoundTeam.objects.filter(round=OuterRef("round"))
    lacking = seat.exclude(team__in=ResultLine.objects.filter(result=OuterRef(OuterRef("pk"))).values("team"))
    scored = Q(round__state__in=STANDS_APPROVED)
    later = Result.objects.filter(round=OuterRef("round"), number__gt=OuterRef("number"))
    return Result.objects.filter(~Exists(lines) | (scored & ~Exists(later) & Exists(lacking))).select_related("round")


INVARIANTS = (
    Invariant("adopted_plan_has_document", _("An adopted plan has its final document."), plans_disagreeing),
    Invariant("round_of_action", _("All teams of a round belong to its special action."), teams_of_other_actions),
    Invariant("claim_of_round", _("A claim concerns a team in its round and its plan."), claims_of_strangers),
    Invariant("claim_as_its_steps", _("A claim stands as its steps say."), claims_disagreeing),
    Invariant("published_round", _("A round counts as published exactly when its result is."), rounds_disagreeing),
    Invariant(
        "correction_as_its_steps",
        _("A correction of a result stands as its steps say, and is published exactly when its result is."),
        corrections_disagreeing,
    ),
    Invariant(
        "published_again_by_correction",
        _("A round has a second published result only by a correction."),
        results_published_again,
    ),
    Invariant("line_of_round", _("The lines of a result are for teams in its round."), lines_of_strangers),
    Invariant("result_has_lines", _("A result has one line for each team."), results_without_lines),
    Invariant(
        "appeal_as_decided", _("An appeal concerns its round and stands as it was decided."), appeals_disagreeing
    ),
    Invariant(
        "confirmation_of_figures",
        _("A confirmation names at least one figure, all of its department and round."),
        confirmations_disagreeing,
    ),
    Invariant(
        "row_decision_as_offered",
        _("A correction of another round is taken over or declined for the same row, and taken over as it was made."),
        row_decisions_disagreeing,
    ),
    *in_order(
        {
            "confirmations_in_order": (FigureConfirmation, "round", "indicator", "department"),
            "steps_in_order": (RoundStep, "round"),
            "appeal_decisions_in_order": (AppealDecision, "round"),
            "result_correction_steps_in_order": (ResultCorrectionStep, "correction"),
            "claim_steps_in_order": (ClaimStep, "claim"),
            "figures_in_order": (Figure, "source"),
            "left_out_in_order": (LeftOut, "round", "indicator", "team"),
            "row_decisions_in_order": (RowDecision, "value"),
            "self_scores_in_order": (SelfScore, "round_team", "indicator"),
            "measured_values_in_order": (MeasuredValue, "round_team", "indicator"),
            "results_in_order": (Result, "round"),
            "seen_checks_in_order": (SeenCheck, "round"),
            "year_results_in_order": (YearResult, "action", "code", "year"),
            "year_steps_in_order": (YearStep, "result"),
        }
    ),
)

SCANS = (
    Scan(
        "adopted_documents",
        _("The document of an adopted plan is unchanged since it was adopted."),
        AdoptedPlan.objects.select_related("plan").all,
        hashed_text("document"),
        part=500,
    ),
    Scan(
        "result_documents",
        _("The document of a result is unchanged since it was scored; see `manage.py verify_results`."),
        Result.objects.select_related("round").all,
        hashed_text("body"),
        part=100,
    ),
    Scan(
        "year_documents",
        _("The document of a year is unchanged since it was computed; see `manage.py verify_results`."),
        YearResult.objects.all,
        hashed_text("body"),
        part=100,
    ),
)

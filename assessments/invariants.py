"""Invariants of plans, rounds and results that constraints cannot express."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.records.invariants import Invariant

from .models import AdoptedPlan, AssessmentPlan, AssessmentRound, Claim, Publication, Result, ResultLine, RoundTeam
from .states import PlanState, RoundState


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
    """Events of a team that is not in the event's round."""
    inside = RoundTeam.objects.filter(round=OuterRef("round"), team=OuterRef("team"))
    return Claim.objects.filter(~Exists(inside))


def rounds_disagreeing() -> QuerySet[AssessmentRound]:
    """Published rounds without a publication, and publications of rounds that are not published."""
    publication = Exists(Publication.objects.filter(result__round=OuterRef("pk")))
    return AssessmentRound.objects.filter(
        (Q(state=RoundState.PUBLISHED) & ~publication) | (~Q(state=RoundState.PUBLISHED) & publication)
    )


def lines_of_strangers() -> QuerySet[ResultLine]:
    """Lines of a result for a team that is not in its round."""
    inside = RoundTeam.objects.filter(round=OuterRef("result__round"), team=OuterRef("team"))
    return ResultLine.objects.filter(~Exists(inside)).select_related("team", "result__round")


def results_without_lines() -> QuerySet[Result]:
    """Results without a line."""
    lines = ResultLine.objects.filter(result=OuterRef("pk"))
    return Result.objects.filter(~Exists(lines)).select_related("round")


INVARIANTS = (
    Invariant("adopted_plan_has_document", _("A plan has its document when it is adopted."), plans_disagreeing),
    Invariant("round_of_action", _("A round's teams are of its action."), teams_of_other_actions),
    Invariant("event_of_round", _("An event is of a team in its round."), claims_of_strangers),
    Invariant("published_round", _("A round is published when its result is."), rounds_disagreeing),
    Invariant("line_of_round", _("A result's lines are of teams in its round."), lines_of_strangers),
    Invariant("result_has_lines", _("A result has a line for each team."), results_without_lines),
)

"""Mixins that find the row in the address, one for each noun of the assessment.

A row that the person may not see is a 404.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from governance.clock import now
from governance.people.permissions import may, require
from governance.records.models import AuditSeal
from teams.models import SpecialTeam
from teams.views.rows import Page

from ..models import AssessmentPlan, AssessmentRound, Claim, Indicator, Publication, Result, ResultLine, VoterGroup
from ..results.scoring import seal_of
from ..results.standing import standing_words
from ..votes.desk import GroupState, group_states


class PlanMixin(Page):
    """A page about one version of a plan."""

    @cached_property
    def plan(self) -> AssessmentPlan:
        """The version in the address."""
        rows = AssessmentPlan.objects.visible_to(self.request.user).select_related("adopted__by")
        return get_object_or_404(rows, code=self.kwargs["code"], number=self.kwargs["number"])


class RoundMixin(Page):
    """A page of the centre about one round; nobody else sees it."""

    round_key = "pk"
    """The argument of the address that names the round."""

    @cached_property
    def round(self) -> AssessmentRound:
        """The round in the address, for people who work on rounds."""
        if not may(self.request.user, "amend_round"):
            raise Http404
        rows = AssessmentRound.objects.visible_to(self.request.user)
        rows = rows.select_related("plan__plan", "action", "approved_by")
        return get_object_or_404(rows, pk=self.kwargs[self.round_key])


class VoterGroupMixin(RoundMixin):
    """A page about a group of voters, by its place in the plan."""

    @cached_property
    def state(self) -> GroupState:
        """The group in the address."""
        states = group_states(self.round, at=now())
        place = self.kwargs["place"]
        if not 1 <= place <= len(states):
            raise Http404
        return states[place - 1]

    @property
    def group(self) -> VoterGroup | None:
        """Its row; None until slips are printed or a tally is entered."""
        return self.state.group

    @property
    def voting_group(self) -> VoterGroup:
        """Its row; 404 where it has none."""
        if self.group is None:
            raise Http404
        return self.group


class GapMixin(RoundMixin):
    """A page about an indicator of a round and a team."""

    @cached_property
    def indicator(self) -> Indicator:
        """The indicator in the address."""
        return get_object_or_404(self.round.plan.indicators, pk=self.kwargs["indicator"])

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address, which takes part in the round."""
        teams = SpecialTeam.objects.filter(pk__in=self.round.teams.active().values("team"))
        return get_object_or_404(teams, code=self.kwargs["code"])


class EventMixin(RoundMixin):
    """A page about an event of a round."""

    @cached_property
    def claim(self) -> Claim:
        """The event in the address; 404 when it is another round's."""
        claims = Claim.objects.visible_to(self.request.user).filter(round=self.round)
        return get_object_or_404(claims.select_related("team"), pk=self.kwargs["claim"])


class ResultMixin(Page):
    """A page about the result of a round that the person may see: the latest for the centre, else the one shown."""

    @cached_property
    def result(self) -> Result:
        """The result of the round in the address."""
        rows = Result.objects.visible_to(self.request.user).filter(round=self.kwargs["pk"]).defer("body")
        related = rows.select_related("round__plan__plan", "round__action", "publication", "by")
        found = related.order_by("-number").first()
        if found is None:
            raise Http404
        return found

    @property
    def publication(self) -> Publication | None:
        """The publication; None for a result in public notice, or a preview, which only the assessment centre sees."""
        return getattr(self.result, "publication", None)

    @property
    def standing(self) -> str:
        """Whether it is published, in public notice or seen by the centre alone."""
        return standing_words(self.result, self.publication)

    @property
    def seal(self) -> AuditSeal | None:
        """The seal over the publication, whose head the page prints."""
        return seal_of(self.result.round) if self.publication is not None else None


class PublishedMixin(ResultMixin):
    """A page about a published result; before that for the centre alone."""

    @cached_property
    def result(self) -> Result:
        """The result in the address. 404 for one in public notice, except for the centre."""
        found = super().result
        if getattr(found, "publication", None) is None and not may(self.request.user, "open_round"):
            raise Http404
        return found


class ComparedMixin(ResultMixin):
    """A page that sets teams of a result side by side: for the centre; from notice on for office and leaders too."""

    @cached_property
    def result(self) -> Result:
        """The result in the address. Raises NotAllowed for people who see it, but not the points of all teams."""
        found = super().result
        require("compare_teams", self.request.user)
        return found


class ResultLineMixin(ResultMixin):
    """A page about the points of one team in a result."""

    @cached_property
    def line(self) -> ResultLine:
        """The line of the team in the address, for people who may see its detail."""
        lines = ResultLine.objects.detail_visible_to(self.request.user).select_related(
            "team", "result__round__plan__plan", "result__round__action"
        )
        return get_object_or_404(lines, result=self.result, team__code=self.kwargs["code"])

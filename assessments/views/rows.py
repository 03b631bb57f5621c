"""Mixins that find the row in the address, one for each noun of the assessment.

A row that the person may not see is a 404.
"""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from governance.clock import now
from governance.lists.addresses import number_in
from governance.people.permissions import may, require
from governance.records.models import AuditSeal
from teams.meetings.papers.issuer import centre
from teams.models import SpecialTeam
from teams.views.rows import Page

from ..checking.facts import sees_facts
from ..models import (
    Appeal,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    FactQuestion,
    FigureCorrection,
    FigureSource,
    Indicator,
    Publication,
    Result,
    ResultCorrection,
    ResultLine,
    RoundTeam,
    Seat,
    VoterGroup,
)
from ..panel.panel import Panel
from ..panel.sheet_page import Sheet
from ..results.public_notice import CorrectionNotice
from ..results.scoring import seal_of
from ..results.standing import standing_words
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..votes.desk import GroupState, group_states
from ..words.plans import title_of


def paper_foot() -> dict[str, Any]:
    """Who prints a page and when, for `_printed.html`."""
    return {"office": centre().name, "printed_at": now()}


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


class ClaimMixin(Page):
    """A page about one claim, for those who may see it."""

    @cached_property
    def claim(self) -> Claim:
        """The claim in the address."""
        related = ("team", "plan__plan", "indicator", "round__plan", "entered_by", "decided_by")
        claims = Claim.objects.visible_to(self.request.user).select_related(*related)
        return get_object_or_404(claims, pk=self.kwargs["pk"])


class FactsMixin(Page):
    """A page about the facts of a round."""

    @cached_property
    def round(self) -> AssessmentRound:
        """The round in the address; whose facts the person sees there, the page asks."""
        return get_object_or_404(AssessmentRound.objects.select_related("plan__plan", "action"), pk=self.kwargs["pk"])


class SeatMixin(Page):
    """A page about a team in a round."""

    @cached_property
    def seat(self) -> RoundTeam:
        """The team in the address, for people who may see its facts; whether they may now, `facts_seat` asks."""
        seats = RoundTeam.objects.with_facts_for(self.request.user)
        return get_object_or_404(
            seats.select_related("team", "round__plan__plan", "round__action"),
            round=self.kwargs["pk"],
            team__code=self.kwargs["code"],
        )

    @cached_property
    def facts_seat(self) -> RoundTeam:
        """The same, once the facts are open to the person."""
        if not sees_facts(self.request.user, self.seat.round):
            raise Http404
        return self.seat


class NoticeMixin(Page):
    """A page about the public notice of a round."""

    @cached_property
    def round(self) -> AssessmentRound:
        """The round in the address, once it is in public notice or published; for the centre also before."""
        rows = AssessmentRound.objects.visible_to(self.request.user).select_related("plan__plan", "action")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class AppealMixin(Page):
    """A page about one appeal, for those who may see it."""

    @cached_property
    def appeal(self) -> Appeal:
        """The appeal in the address."""
        related = ("round__plan__plan", "round__action", "team", "indicator", "filed_by", "result")
        noticed = ("result_correction", "year_result__action")
        decided = ("decision__by", "decision__result", "decision__leads_to")
        rows = Appeal.objects.visible_to(self.request.user).select_related(*related, *noticed, *decided)
        return get_object_or_404(rows.defer("result__body"), pk=self.kwargs["pk"])

    @property
    def title(self) -> str:
        """The title of the indicator or veto that is said to be wrong."""
        rules = self.appeal.round.plan.rules
        named = {one.code: title_of(one) for one in (*rules.indicators, *rules.vetoes)}
        return named.get(self.appeal.fact, self.appeal.fact)


class QuestionMixin(Page):
    """A page on which a question about a fact is answered."""

    @cached_property
    def question(self) -> FactQuestion:
        """The question in the address, for people who answer."""
        if not may(self.request.user, "answer_question"):
            raise Http404
        rows = FactQuestion.objects.visible_to(self.request.user).select_related(
            "round__plan__plan", "round__action", "team", "indicator", "asked_by"
        )
        return get_object_or_404(rows, pk=self.kwargs["question"])


class FigureSourceMixin(RoundMixin):
    """A page about who supplies a figure of a round."""

    @cached_property
    def source(self) -> FigureSource:
        """The source in the address; 404 when it is another round's."""
        sources = FigureSource.objects.visible_to(self.request.user).filter(round=self.round)
        related = sources.select_related("team", "indicator", "department", "round")
        return get_object_or_404(related, pk=self.kwargs["source"])


class CorrectionMixin(RoundMixin):
    """A page about a department's request to correct a figure of a round."""

    @cached_property
    def correction(self) -> FigureCorrection:
        """The request in the address; 404 when it is another round's."""
        rows = FigureCorrection.objects.visible_to(self.request.user).filter(figure__source__round=self.round)
        related = rows.select_related("figure__source__team", "figure__source__indicator", "figure__department")
        return get_object_or_404(related.select_related("asked_by"), pk=self.kwargs["correction"])


class ShownCorrectionMixin(Page):
    """A page about a correction of a published result, for those who may see it."""

    @cached_property
    def correction(self) -> ResultCorrection:
        """The correction in the address."""
        related = (
            *("round__plan__plan", "round__action", "corrects__round__plan", "result__round__plan"),
            *("opened_by", "approved_by"),
        )
        rows = ResultCorrection.objects.visible_to(self.request.user).select_related(*related)
        return get_object_or_404(rows, round=self.kwargs["pk"], number=self.kwargs["number"])


class NoticeOfCorrectionMixin(ShownCorrectionMixin):
    """A page about the public notice of a corrected result, for those who may see the correction."""

    @cached_property
    def notice(self) -> CorrectionNotice:
        """The notice of the correction in the address."""
        return CorrectionNotice(self.correction)


class ResultCorrectionMixin(ShownCorrectionMixin, RoundMixin):
    """A page of the centre about a correction; nobody else opens it, whatever they may see of the correction."""

    @cached_property
    def correction(self) -> ResultCorrection:
        """The correction of the round in the address."""
        correction: ResultCorrection = super().correction
        correction.round = self.round
        return correction


class ResultMixin(Page):
    """A page about the result of a round that the person may see: the one that counts, or `?result=` by its number."""

    @cached_property
    def result(self) -> Result:
        """The result of the round in the address: the one published last, or before that the latest."""
        rows = Result.objects.visible_to(self.request.user).filter(round=self.kwargs["pk"]).defer("body")
        related = rows.select_related("round__plan__plan", "round__action", "publication", "by", "correction")
        asked = self.request.GET.get("result", "")
        if asked:
            return get_object_or_404(related, number=number_in(asked))
        found = related.standing().order_by("-number").first()
        if found is None:
            raise Http404
        return found

    @property
    def asked_result(self) -> str:
        """What links within the pages of a result carry where the address names one."""
        return f"?result={self.result.number}" if self.request.GET.get("result") else ""

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
        return seal_of(self.result) if self.publication is not None else None


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


class PanelMixin(RoundMixin):
    """A page of the centre about the panel of a round."""

    @cached_property
    def panel(self) -> Panel:
        """The panel; 404 where judges mark nothing in the round."""
        panel = Panel(self.round, at=now())
        if not panel.planned:
            raise Http404
        return panel

    @property
    def panel_url(self) -> str:
        """The page of the panel."""
        return reverse("panel", args=[self.round.pk])

    @property
    def part_in_score(self) -> list[str]:
        """That who takes part in the score does not approve it, and what follows where nobody else could."""
        words = [gettext("You take part in the score, so another person has to approve it.")]
        return [*words, str(NOBODY_AFTER)] if is_last_free(self.request.user, self.round) else words

    @cached_property
    def seat(self) -> Seat:
        """The seat in the address, of this round and not voided."""
        return get_object_or_404(self.round.seats.standing().select_related("person"), pk=self.kwargs["seat"])

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address, in the round."""
        return get_object_or_404(SpecialTeam, pk__in=[team.pk for team in self.panel.teams], code=self.kwargs["code"])


class SheetMixin(Page):
    """A page of the judge about the own sheet; nobody else opens it, not even the centre."""

    kwargs: dict[str, Any]

    @cached_property
    def seat(self) -> Seat:
        """The person's own seat in the address."""
        seats = Seat.objects.standing().visible_to(self.request.user).filter(person=self.request.user.pk)
        related = seats.select_related("round__plan__plan", "round__action", "person__department")
        return get_object_or_404(related, pk=self.kwargs["seat"])

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet, opened at the indicator that the address names."""
        code = self.request.GET.get("indicator", "")
        return Sheet(Panel(self.seat.round, at=now()), self.seat, self.request.user, code)

    @property
    def sheet_url(self) -> str:
        """The page of the sheet, at the same indicator."""
        return f"{self.seat.get_absolute_url()}?indicator={self.sheet.indicator.code}"

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address, which the judge can still mark."""
        owed = [one.team.pk for one in self.sheet.owed]
        return get_object_or_404(SpecialTeam, pk__in=owed, code=self.kwargs["code"])

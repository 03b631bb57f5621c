"""Claims: the list, filing one, one with its decision."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View
from django.views.generic import FormView
from django_filters.views import FilterView

from governance.clock import day_of, now, today
from governance.lists.filters import counted
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed
from teams.evidence.attachments import may_attach_to
from teams.evidence.gallery import evidence_of
from teams.models import SpecialTeam, TeamMember
from teams.permissions import HEADS
from teams.views.attachments import AttachView
from teams.views.rows import FiltersOfActionMixin, NeedsActionMixin, of_action

from ..claims.claims import (
    answer_claim,
    approve_claim,
    decidable_on,
    file_claim,
    is_open,
    lower_claim,
    reject_claim,
    withdraw_claim,
)
from ..claims.doubts import doubts_about, known_matters
from ..claims.effect import effect_of, lower_levels
from ..claims.proposals import proposals_for
from ..forms.claim import AnswerForm, ApproveForm, ClaimForm, LowerForm, StepForm, WithdrawForm
from ..models import AdoptedPlan, AssessmentRound, Claim
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..states import LIVE_CLAIM_STATES, ClaimState
from ..tables.claim import ClaimFilter, ClaimTable
from ..words.claims import counts_words, level_words, step_words
from .rows import ClaimMixin

PROPOSED_AT_ONCE = 12
"""Proposals beside the form."""


class ClaimListView(FiltersOfActionMixin, VisibleMixin, LeanTableMixin, FilterView):
    """The claims of the action that the person may read; chips by state."""

    queryset = Claim.objects.select_related("team", "indicator", "plan", "round")
    table_class = ClaimTable
    filterset_class = ClaimFilter
    template_name = "assessments/claim_list.html"
    heading = _("Bonus, deductions and vetoes")
    empty_title = _("No claims yet")
    empty_how = _("Heads and deputies file them for their team, the special office for any team.")

    def get_queryset(self) -> Any:
        return of_action(super().get_queryset(), "team__action", self.action)

    def get_chips(self) -> list[Chip]:
        """Chips for all claims and each state, with counts: one query."""
        counts = counted(self.filterset.without("state"), self.filterset.standings())
        return self.chips_of("state", {state.value: state.label for state in ClaimState}, counts)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_file = self.action is not None and teams_filed_for(self.request).exists()
        return super().get_context_data(may_file=may_file, **kwargs)


def teams_filed_for(request: Request) -> Any:
    """The open teams for which the person may file: all for the office and the centre, else those they speak for."""
    teams = SpecialTeam.objects.filter(closed_on=None).order_by("order")
    if may(request.user, "file_claims"):
        return teams
    own = TeamMember.objects.current().filter(user=request.user, part__in=HEADS)
    return teams.filter(pk__in=own.values("team"))


class ClaimNewView(NeedsActionMixin, ActingMixin, FormView):
    """File a claim; what the records propose stands beside the form and fills it in."""

    form_class = ClaimForm
    template_name = "assessments/claim_form.html"
    done_message = _("The claim is filed. Attach its documents; the centre decides it.")

    @cached_property
    def teams(self) -> list[SpecialTeam]:
        """The teams for which the person may file one."""
        return list(teams_filed_for(self.request).filter(action=self.action))

    @cached_property
    def plans(self) -> list[AdoptedPlan]:
        """The version in force of each plan that counts events or knows vetoes."""
        newest = {plan.rules.code: plan for plan in AdoptedPlan.objects.select_related("plan").order_by("pk")}
        return [
            plan
            for plan in newest.values()
            if plan.rules.vetoes or any(one.source == "events" for one in plan.rules.indicators)
        ]

    def check(self) -> None:
        if not self.teams:
            raise NotAllowed

    def get_form_kwargs(self) -> dict[str, Any]:
        teams = SpecialTeam.objects.filter(pk__in=[team.pk for team in self.teams]).order_by("order")
        return {**super().get_form_kwargs(), "teams": teams, "plans": self.plans}

    def get_initial(self) -> dict[str, Any]:
        """What the address fills in; the own team, and the day of today."""
        asked = self.request.GET
        filled = {name: asked[name] for name in ("team", "matter", "document", "issuer", "on") if name in asked}
        own = {"team": self.teams[0].code} if len(self.teams) == 1 else {}
        return {"on": today().isoformat(), **own, **filled, **self._counted(asked.get("level", ""))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposals = proposals_for(self.request.user, self.teams, year=today().year)
        known = known_matters(self.teams[0]) if len(self.teams) == 1 else []
        return super().get_context_data(
            proposals=[(one, level_words(one.level)) for one in proposals[:PROPOSED_AT_ONCE]],
            known=known,
            is_of_team=not may(self.request.user, "file_claims"),
            **kwargs,
        )

    def act(self, form: ClaimForm) -> Claim:
        fields = ("team", "matter", "document", "issuer", "on", "basis")
        return file_claim(
            **{name: form.cleaned_data[name] for name in fields},
            **form.counted(),
            by=self.request.user,
            at=now(),
        )

    def _counted(self, level: str) -> dict[str, str]:
        """What a proposal counts towards, where only one indicator knows its level and it says for what kind."""
        kind = "deduction" if "criticism" in self.request.GET else "bonus"
        found = [
            f"{plan.pk}:{row.code}:{level}"
            for plan in self.plans
            for row in plan.indicators.filter(source="events", kind=kind)
            if level in plan.rules.levels(row.code)
        ]
        return {"counts_as": found[0]} if level and len(found) == 1 else {}


class ClaimView(ClaimMixin, View):
    """A claim: what it rests on, what is pointed out, its steps, and what this person can do."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        claim, user, at = self.claim, request.user, now()
        decides, is_live = may(user, "decide_claims"), is_open(claim)
        first_day = decidable_on(claim)
        may_decide = is_live and may(user, "decide_claim", claim)
        effect = effect_of(claim, at=at) if decides else None
        context = {
            "claim": claim,
            "counts": counts_words(claim),
            "level": level_words(claim.level),
            "steps": step_words(claim.steps.visible_to(user).select_related("by").order_by("number")),
            "doubts": doubts_about(claim) if decides and claim.is_undecided else [],
            "effect": effect,
            "rungs": [(level_words(level), points, mark) for level, points, mark in effect.rungs] if effect else [],
            "exhibits": evidence_of(claim, user),
            "may_attach": may_attach_to(user, claim),
            "may_answer": claim.is_undecided and is_live and may(user, "answer_claim", claim),
            "may_approve": may_decide and claim.is_undecided and first_day <= day_of(at),
            "may_lower": may_decide and claim.state == ClaimState.APPROVED and bool(lower_levels(claim)),
            "may_withdraw": is_live and claim.state in LIVE_CLAIM_STATES and may(user, "withdraw_claim", claim),
            "own_decision": decides and claim.is_undecided and claim.entered_by_id == user.pk,
            "first_day": first_day if claim.is_undecided and first_day > day_of(at) else None,
        }
        return render(request, "assessments/claim.html", context)


class ClaimEvidenceView(ClaimMixin, AttachView):
    """The evidence of a claim."""

    @property
    def owner(self) -> Claim:
        return self.claim


class ClaimStepView(ClaimMixin, ActingMixin, FormView):
    """A step of a claim, after the page has said what will happen; `verb` takes the claim and the form's fields."""

    verb: ClassVar[Callable[..., object]]
    rule = "decide_claim"
    form_class: type[StepForm] = StepForm
    template_name = "components/confirm.html"
    heading: Text = ""
    action_label: Text = ""
    dangerous = False
    consequences: ClassVar[tuple[Text, ...]] = ()
    possible_in: ClassVar[tuple[ClaimState, ...]] = (ClaimState.FILED,)
    """The states of a claim in which the step is possible."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A step that is not possible leads to the claim's page, which says why."""
        require(self.rule, request.user, self.claim)
        if self.claim.state not in self.possible_in or not is_open(self.claim):
            return redirect(self.claim)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "claim": self.claim}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.claim
        level = level_words(claim.level)
        return super().get_context_data(
            heading=self.heading,
            caption=" · ".join(filter(None, [claim.team.short_name, claim.matter, counts_words(claim), level])),
            version=claim.version,
            consequences=self.told(),
            action_label=self.action_label,
            dangerous=self.dangerous,
            cancel_url=claim.get_absolute_url(),
            **kwargs,
        )

    def told(self) -> list[Text]:
        """What will happen; for the last free person of the centre that nobody could approve the round then."""
        told = list(self.consequences)
        if self.rule == "decide_claim" and _is_last_free(self.request, self.claim.round):
            told.append(NOBODY_AFTER)
        return told

    def act(self, form: BaseForm) -> Claim:
        data = dict(form.cleaned_data)
        self.verb(self.claim, seen=data.pop("version"), **data, by=self.request.user, at=now())
        return self.claim


def _is_last_free(request: Request, round: AssessmentRound | None) -> bool:
    return round is not None and is_last_free(request.user, round)


class ClaimAnswerView(ClaimStepView):
    verb = staticmethod(answer_claim)
    rule = "answer_claim"
    form_class = AnswerForm
    heading = _("Answer the claim")
    action_label = _("Send the answer")
    consequences = (_("The centre reads it before it decides."),)
    done_message = _("The answer is on record.")


class ClaimApproveView(ClaimStepView):
    verb = staticmethod(approve_claim)
    form_class = ApproveForm
    heading = _("Approve the claim?")
    action_label = pgettext_lazy("claim", "Approve")
    consequences = (
        _("It counts in the round, once for its matter and at the highest level of the year."),
        _("The team and the person who filed it are told."),
        _("You have decided a value of the round, so another person has to approve the score."),
    )
    done_message = _("The claim is approved.")


class ClaimRejectView(ClaimStepView):
    verb = staticmethod(reject_claim)
    heading = _("Decline the claim?")
    action_label = pgettext_lazy("claim", "Decline")
    dangerous = True
    consequences = (
        _("It does not count. The team and the person who filed it read the reason."),
        _("This cannot be undone; it can be filed again."),
    )
    done_message = _("The claim is declined. The reason is on record.")


class ClaimLowerView(ClaimStepView):
    verb = staticmethod(lower_claim)
    form_class = LowerForm
    possible_in = (ClaimState.APPROVED,)
    heading = _("Lower the claim?")
    action_label = pgettext_lazy("claim", "Lower")
    dangerous = True
    consequences = (_("It counts at the lower level. The team and the person who filed it read the reason."),)
    done_message = _("The claim is lowered. The reason is on record.")


class ClaimWithdrawView(ClaimStepView):
    verb = staticmethod(withdraw_claim)
    rule = "withdraw_claim"
    form_class = WithdrawForm
    possible_in = LIVE_CLAIM_STATES
    heading = _("Withdraw the claim?")
    action_label = pgettext_lazy("claim", "Withdraw")
    dangerous = True
    consequences = (
        _("It no longer counts. It stays on record together with your reason."),
        _("This cannot be undone; it can be filed again."),
    )
    done_message = _("The claim is withdrawn; it stays on record.")

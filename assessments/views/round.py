"""The pages to open a round, to see it, and to change it while it is being prepared."""

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.reading import read_once
from governance.lists.requests import Request
from governance.lists.views import Chip
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin
from teams.models import SpecialAction, SpecialTeam
from teams.models.team import SpecialTeamQuerySet
from teams.views.rows import NeedsActionMixin

from ..console.console import RoundConsole
from ..forms.round import FOUND, AmendRoundForm, ChoosePlanForm, OpenRoundForm
from ..models import AdoptedPlan, AssessmentRound, RoundTeam
from ..plans.prospects import CannotFinish, foreseen
from ..rounds.left_out import is_open as takes_left_out
from ..rounds.rounds import amend_round, open_round, teams_of
from ..states import CORRECTABLE, PUBLISHED_STATES, SHOWN, STANDS_APPROVED, RoundState
from ..words.plans import kind_title
from .plan import lack_lines
from .rows import RoundMixin


class RoundView(RoundMixin, View):
    """The page of a round for the centre: what is done, what is missing, the next step."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        with read_once():
            return self.console_page(request, RoundConsole(self.round, request.user, at=now()))

    def console_page(self, request: Request, console: RoundConsole) -> HttpResponse:
        """The page; its table shows the teams of which something is open in the kind of duty that the address names."""
        kind = request.GET.get("open", "")
        steps = console.steps[::-1]
        is_corrected = self.round.state in CORRECTABLE
        corrections = list(self.round.corrections.order_by("-number")) if is_corrected else []
        context = {
            "round": self.round,
            "kind": kind_title(self.round.plan.rules, self.round.kind),
            "console": console,
            "page": console.duty_rows(kind, request.GET.get("page", "")),
            "chips": _duty_chips(console, request.path, kind),
            "steps": steps,
            "abandoned": steps[0] if self.round.state == RoundState.ABANDONED else None,
            "results": self.round.results.visible_to(request.user).defer("body").order_by("-number"),
            "is_published": self.round.state in PUBLISHED_STATES,
            "is_shown": self.round.state in SHOWN,
            "decisions": self.round.decisions.allowed().select_related("appeal", "result", "by").defer("result__body"),
            "is_preparing": self.round.state == RoundState.PREPARING,
            "corrections": corrections,
            "open_correction": next((one for one in corrections if one.is_open), None),
            "may_correct": is_corrected,
            "may_leave_out": takes_left_out(self.round),
            "has_checks": self.round.state in (RoundState.SCORING, *STANDS_APPROVED),
        }
        return render(request, "assessments/round.html", context)


def _duty_chips(console: RoundConsole, path: str, asked: str) -> list[Chip]:
    """All teams, or those that still owe something of a kind; none once nothing is open."""
    table = console.duties
    if not table.still_open:
        return []
    found = [Chip(str(_("All")), f"{path}#duties", len(table.rows), current=asked not in table.kinds)]
    return found + [
        Chip(str(_("%(kind)s open") % {"kind": name}), f"{path}?open={kind.value}#duties", count, current=kind == asked)
        for kind, name, count in table.still_open
    ]


class FindingMixin(ActingMixin, FormView):
    """A form with the classes of many teams, whose button "find" adds those that are searched and decides nothing."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What was typed stays, unchecked, when teams are searched."""
        if "find" not in request.POST:
            return super().post(request, *args, **kwargs)
        kwargs = self.get_form_kwargs()
        for name in ("data", "files"):
            del kwargs[name]
        form = self.get_form_class()(**kwargs | {"initial": request.POST.dict()})
        return self.render_to_response(self.get_context_data(form=form))

    def found(self, teams: SpecialTeamQuerySet) -> list[str]:
        """The codes of the teams that are searched, one more than are shown."""
        word = self.request.POST.get("called", "").strip() if "find" in self.request.POST else ""
        return list(teams.called(word).values_list("code", flat=True)[: FOUND + 1]) if word else []


class RoundNewView(NeedsActionMixin, FindingMixin):
    """Open a round in two steps: choose the plan; then days, cut-off and classes."""

    template_name = "assessments/round_form.html"
    done_message = _("The round is open.")

    @cached_property
    def plan(self) -> AdoptedPlan | None:
        """The chosen plan; None on the first step."""
        chosen = ChoosePlanForm({"plan": self.request.GET.get("plan", "")})
        return chosen.cleaned_data["plan"] if chosen.is_valid() else None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The first step, or the second once a plan is chosen."""
        require("open_round", request.user)
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> type[BaseForm]:
        return OpenRoundForm if self.plan else ChoosePlanForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The plan's kinds and classes; classes as in the round before."""
        kwargs = super().get_form_kwargs()
        if self.plan is None:
            return kwargs
        teams = self.action.teams.order_by("order")
        return {
            **kwargs,
            "plan": self.plan.rules,
            "teams": dict(teams.values_list("code", "name")),
            "known": _last_classes(self.action),
            "found": self.found(teams),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refusal = kwargs.get("refusal")
        if isinstance(refusal, CannotFinish):
            blocking = refusal.lacks
        else:
            blocking = foreseen(self.plan.rules, at=now(), only_blocking=True) if self.plan else []
        return super().get_context_data(plan=self.plan, action=self.action, blocking=lack_lines(blocking), **kwargs)

    def act(self, form: OpenRoundForm) -> AssessmentRound:
        if self.plan is None:
            raise Http404
        fields = ("kind", "title", "starts_on", "ends_on", "cut_off_at", "again")
        return open_round(
            action=self.action,
            plan=self.plan,
            classes=form.classes(),
            confirmed=form.cleaned_data["confirmed"],
            by=self.request.user,
            at=now(),
            **{name: form.cleaned_data[name] for name in fields},
        )


def _last_classes(action: SpecialAction) -> dict[str, str]:
    """The class of each team in the latest round it was in: {team code: class}."""
    seats = RoundTeam.objects.filter(round__action=action).order_by("round__starts_on", "round_id")
    return dict(seats.values_list("team__code", "team_class"))


class RoundAmendView(RoundMixin, FindingMixin):
    """Title, cut-off and classes, while the round is being prepared."""

    form_class = AmendRoundForm
    template_name = "assessments/round_amend.html"
    done_message = _("Saved.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a round whose measures are frozen leads to its page."""
        if self.round.state != RoundState.PREPARING:
            return redirect("round", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        seats = dict(self.round.teams.values_list("team__code", "team_class"))
        return {
            **super().get_form_kwargs(),
            "plan": self.round.plan.rules,
            "teams": {team.code: team.name for team in teams_of(self.round)},
            "found": self.found(
                SpecialTeam.objects.filter(action=self.round.action_id).existing_on(self.round.ends_on)
            ),
            "known": {**_last_classes(self.round.action), **seats},
            "initial": {
                "version": self.round.version,
                "title": self.round.title,
                "cut_off_at": self.round.cut_off_at,
            },
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(round=self.round, **kwargs)

    def act(self, form: AmendRoundForm) -> str:
        amend_round(
            self.round,
            title=form.cleaned_data["title"],
            cut_off_at=form.cleaned_data["cut_off_at"],
            classes=form.classes(),
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )
        return reverse("round", args=[self.round.pk])

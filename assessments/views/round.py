"""The pages to open a round, to see it, and to take its steps."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm, Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin
from teams.models import SpecialAction
from teams.views.rows import NeedsActionMixin

from ..forms.round import AmendRoundForm, ApprovalForm, ChoosePlanForm, OpenRoundForm, PublicationForm, ReasonForm
from ..models import AdoptedPlan, AssessmentRound, RoundTeam
from ..results.scoring import approve_round, publish_round, score_round
from ..rounds.freezing import freeze_measures
from ..rounds.round_desk import RoundDesk
from ..rounds.round_states import state_before, step_back
from ..rounds.rounds import amend_round, open_round, teams_of
from ..states import RoundState
from ..words.plans import kind_title
from .rows import RoundMixin


class RoundView(RoundMixin, View):
    """The page of a round for the centre: what is done, what is missing, the next step."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        desk = RoundDesk(self.round, request.user, at=now())
        context = {
            "round": self.round,
            "kind": kind_title(self.round.plan.rules, self.round.kind),
            "desk": desk,
            "progress": desk.progress(),
            "next_step": desk.next_step(),
            "steps": self.round.steps.visible_to(request.user).select_related("by").order_by("-number"),
            "results": self.round.results.visible_to(request.user).defer("body").order_by("-number"),
            "is_preparing": self.round.state == RoundState.PREPARING,
        }
        return render(request, "assessments/round.html", context)


class RoundNewView(NeedsActionMixin, ActingMixin, FormView):
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
        teams = list(self.action.teams.order_by("order"))
        return {**kwargs, "plan": self.plan.rules, "teams": teams, "known": _last_classes(self.action)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(plan=self.plan, action=self.action, **kwargs)

    def act(self, form: OpenRoundForm) -> AssessmentRound:
        if self.plan is None:
            raise Http404
        fields = ("kind", "title", "starts_on", "ends_on", "cut_off_at")
        return open_round(
            action=self.action,
            plan=self.plan,
            classes=form.classes(),
            by=self.request.user,
            at=now(),
            **{name: form.cleaned_data[name] for name in fields},
        )


def _last_classes(action: SpecialAction) -> dict[str, str]:
    """The class of each team in the latest round it was in: {team code: class}."""
    seats = RoundTeam.objects.filter(round__action=action).order_by("round__starts_on", "round_id")
    return dict(seats.values_list("team__code", "team_class"))


class RoundAmendView(RoundMixin, ActingMixin, FormView):
    """Title, cut-off and classes, while the round is being prepared."""

    form_class = AmendRoundForm
    template_name = "assessments/round_amend.html"
    done_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        seats = dict(self.round.teams.values_list("team__code", "team_class"))
        return {
            **super().get_form_kwargs(),
            "plan": self.round.plan.rules,
            "teams": teams_of(self.round),
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


class RoundStepView(RoundMixin, ActingMixin, FormView):
    """A step of a round, after the page has said what will happen; `verb` takes the round and the form's fields."""

    verb: Callable[..., object]
    next_page = "round"

    form_class: type[BaseForm] = Form
    template_name = "components/confirm.html"
    heading: Text = ""
    action_label: Text = ""
    consequences: tuple[Text, ...] = ()
    dangerous = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            caption=self.round.title,
            consequences=self.consequences,
            action_label=self.action_label,
            dangerous=self.dangerous,
            cancel_url=reverse("round", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        self.verb(self.round, **form.cleaned_data, by=self.request.user, at=now())
        return reverse(self.next_page, args=[self.round.pk])


class RoundFreezeView(RoundStepView):
    heading = _("Freeze the measures?")
    action_label = _("Freeze the measures")
    consequences = (
        _("Each measure is computed from what was recorded before the cut-off and kept with the rows behind."),
        _("Later changes of tasks and reports do not change it."),
        _("Then figures and events are entered."),
    )
    done_message = _("The measures are frozen. Enter the figures and events now.")
    verb = staticmethod(freeze_measures)


class RoundScoreView(RoundStepView):
    heading = _("Score the round?")
    action_label = _("Score the round")
    consequences = (
        _("Points, ranks and grades are computed and kept as one document."),
        _("Only the assessment centre sees them until they are published."),
        _("You bring the score in: another person approves it."),
    )
    done_message = _("The round is scored. Look the result through before it is approved.")
    verb = staticmethod(score_round)


class RoundApproveView(RoundStepView):
    """Approve the score with a document."""

    form_class = ApprovalForm
    heading = _("Approve the score?")
    action_label = _("Approve")
    consequences = (
        _("You confirm that you entered no figure, no event and no score of this round."),
        _("It can then be published."),
    )
    done_message = _("The score is approved. It can be published now.")
    verb = staticmethod(approve_round)


class RoundPublishView(RoundStepView):
    form_class = PublicationForm
    heading = _("Publish the result?")
    action_label = _("Publish")
    consequences = (
        _("Every signed-in person sees totals, ranks and grades; each team, the office and leaders see the points."),
        _("The heads of the teams are told."),
        _("It is never taken back."),
    )
    dangerous = True
    done_message = _("The result is published.")
    verb = staticmethod(publish_round)
    next_page = "results"


class RoundBackView(RoundStepView):
    """A step back, with a reason."""

    form_class = ReasonForm
    heading = _("Take the round a step back?")
    action_label = _("Step back")
    dangerous = True
    done_message = _("The round is a step back; the reason is on record.")
    verb = staticmethod(step_back)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The first state has none before it: redirect to the round's page."""
        if state_before(self.round) == self.round.state:
            return redirect("round", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.consequences = (
            gettext("The round is “%(state)s” again.") % {"state": state_before(self.round).label},
            gettext("What was frozen, entered and scored stays on record; an approval is taken back."),
        )
        return super().get_context_data(**kwargs)

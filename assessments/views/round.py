"""The pages to open a round, to see it, and to take its steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from teams.models import SpecialAction
from teams.views.rows import NeedsActionMixin

from ..forms.round import (
    AbandonForm,
    AmendRoundForm,
    ApprovalForm,
    ChoosePlanForm,
    OpenRoundForm,
    PublicationForm,
    ReasonForm,
)
from ..models import AdoptedPlan, AssessmentRound, RoundTeam
from ..plans.prospects import CannotFinish, foreseen
from ..results.scoring import approve_round, publish_round, score_round
from ..rounds.figures import confirmed_figures
from ..rounds.freezing import freeze_measures
from ..rounds.round_desk import NOBODY_AFTER, NextAction, Progress, RoundDesk, is_last_free
from ..rounds.round_states import abandon_round, state_before, step_back
from ..rounds.rounds import amend_round, open_round, teams_of
from ..states import RoundState
from ..votes.desk import waiting
from ..words.plans import kind_title, title_of
from .plan import lack_lines
from .rows import RoundMixin


class RoundView(RoundMixin, View):
    """The page of a round for the centre: what is done, what is missing, the next step."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        desk = RoundDesk(self.round, request.user, at=now())
        progress = desk.progress()
        steps = list(self.round.steps.visible_to(request.user).select_related("by").order_by("-number"))
        context = {
            "round": self.round,
            "kind": kind_title(self.round.plan.rules, self.round.kind),
            "desk": desk,
            "progress": progress,
            "next_step": self._next_step(desk, progress),
            "steps": steps,
            "abandoned": steps[0] if self.round.state == RoundState.ABANDONED else None,
            "results": self.round.results.visible_to(request.user).defer("body").order_by("-number"),
            "is_published": self.round.state == RoundState.PUBLISHED,
            "is_preparing": self.round.state == RoundState.PREPARING,
        }
        return render(request, "assessments/round.html", context)

    def _next_step(self, desk: RoundDesk, progress: Sequence[Progress]) -> NextAction | None:
        """The next step, hindered by groups that are still voting or have not voted."""
        step = desk.next_step(progress)
        to = {RoundState.COLLECTING: RoundState.SCORING, RoundState.SCORING: RoundState.APPROVED}
        state = RoundState(self.round.state)
        if step is None or state not in to:
            return step
        owed = [one.words for one in waiting(self.round, to=to[state], at=desk.at)]
        return replace(step, hindrances=[*step.hindrances, *owed])


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
        refusal = kwargs.get("refusal")
        if isinstance(refusal, CannotFinish):
            blocking = refusal.lacks
        else:
            blocking = [lack for lack in foreseen(self.plan.rules, at=now()) if lack.blocks] if self.plan else []
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


class RoundAmendView(RoundMixin, ActingMixin, FormView):
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
    possible_in: tuple[RoundState, ...] = ()
    """The states of a round in which the step is possible."""
    next_page = "round"

    form_class: type[BaseForm] = Form
    template_name = "components/confirm.html"
    heading: Text = ""
    action_label: Text = ""
    consequences: tuple[Text, ...] = ()
    dangerous = False

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A step that is not offered leads to the round's page, which says why."""
        if not self.is_offered():
            return redirect("round", self.round.pk)
        return super().get(request, *args, **kwargs)

    def is_offered(self) -> bool:
        """Whether the page asks for the step at all; the verb decides."""
        return self.round.state in self.possible_in

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            caption=self.round.title,
            version=self.round.version,
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
        _("Each measure is calculated from the records made before the cut-off, and the rows behind it are kept."),
        _("Later changes to tasks and reports do not affect it."),
        _("After that, figures and events can be entered."),
    )
    done_message = _("The measures are frozen. Enter the figures and events now.")
    verb = staticmethod(freeze_measures)
    possible_in = (RoundState.PREPARING,)


class RoundScoreView(RoundStepView):
    heading = _("Score the round?")
    action_label = _("Score the round")
    consequences: tuple[Text, ...] = (
        _("Points, ranks and grades are calculated and stored as one document."),
        _("Only the assessment centre can see them until they are published."),
        _("You are scoring the round, so another person has to approve it."),
    )
    done_message = _("The round is scored. Check the result before it is approved.")
    verb = staticmethod(score_round)
    possible_in = (RoundState.COLLECTING,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if is_last_free(self.request.user, self.round):
            self.consequences = (*self.consequences, NOBODY_AFTER)
        return super().get_context_data(**kwargs)


class RoundApproveView(RoundStepView):
    """Approve the score with a document."""

    form_class = ApprovalForm
    template_name = "assessments/round_approve.html"
    heading = _("Approve the score?")
    action_label = _("Approve")
    consequences = (
        _("You confirm that you entered no figures or events and did not score this round."),
        _("It can then be published."),
    )
    done_message = _("The score is approved. It can be published now.")
    verb = staticmethod(approve_round)
    possible_in = (RoundState.SCORING,)

    def is_offered(self) -> bool:
        """To those who may approve; the round's page says who may."""
        return super().is_offered() and may(self.request.user, "approve_round", self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures that somebody said are right, each with its indicator and what was asked."""
        titles = {planned.code: title_of(planned) for planned in self.round.plan.rules.indicators}
        confirmed = [
            (figure, titles[figure.source.indicator.code], asked) for figure, asked in confirmed_figures(self.round)
        ]
        return super().get_context_data(confirmed=confirmed, **kwargs)


class RoundPublishView(RoundStepView):
    form_class = PublicationForm
    heading = _("Publish the result?")
    action_label = _("Publish")
    consequences = (
        _(
            "Everyone who is signed in sees totals, ranks and grades. The team itself, the office and county "
            "leaders see the points in detail."
        ),
        _("The heads of the teams are notified."),
        _("This cannot be undone."),
    )
    dangerous = True
    done_message = _("The result is published.")
    verb = staticmethod(publish_round)
    possible_in = (RoundState.APPROVED,)
    next_page = "results"


class RoundBackView(RoundStepView):
    """A step back, with a reason."""

    form_class = ReasonForm
    heading = _("Return the round to the previous step?")
    action_label = _("Return to the previous step")
    dangerous = True
    done_message = _("The round is back at the previous step. The reason is on record.")
    verb = staticmethod(step_back)
    possible_in = (RoundState.COLLECTING, RoundState.SCORING, RoundState.APPROVED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.consequences = (
            gettext("The round is at the stage “%(state)s” again.") % {"state": state_before(self.round).label},
            gettext("What was frozen, entered and scored stays on record; an approval is withdrawn."),
        )
        return super().get_context_data(**kwargs)


class RoundAbandonView(RoundStepView):
    """Abandon a round that is not published, with a reason and a document."""

    form_class = AbandonForm
    heading = _("Abandon the round?")
    action_label = _("Abandon the round")
    consequences = (
        _("It will not be scored, approved or published, and it cannot be resumed."),
        _("What was frozen, entered and scored stays available to the centre; an approval is withdrawn."),
        _("It counts towards no year, its events give no points, and another round can be opened for the same dates."),
    )
    dangerous = True
    done_message = _("The round is abandoned. The reason and the document are on record.")
    verb = staticmethod(abandon_round)
    possible_in = (RoundState.PREPARING, RoundState.COLLECTING, RoundState.SCORING, RoundState.APPROVED)

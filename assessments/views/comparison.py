"""How firm a ranking is, two of its teams side by side, and the ranking under a changed plan or another one."""

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import names_text
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import WrongState

from ..engine import write_toml
from ..forms.round import ReasonForm
from ..models import AssessmentPlan, AssessmentRound, Result
from ..plans.plans import save_draft
from ..results.firmness import Firmness
from ..results.plan_trial import PlanTrial
from ..results.versus import Versus
from ..results.what_if import WhatIf
from ..states import PlanState
from .plan import PlanDocumentMixin
from .rows import ComparedMixin


class StabilityView(ComparedMixin, View):
    """Ranks in ten thousand draws of the weights: per team, per pair, per weight."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "firmness": Firmness(self.result),
        }
        return render(request, "assessments/stability.html", context)


class VersusView(ComparedMixin, View):
    """Two teams, where the points lie; `?screen=1` for a projector."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        versus = Versus(self.result, request.GET.get("a", ""), request.GET.get("b", ""))
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "versus": versus,
        }
        is_screen = request.GET.get("screen") == "1" and versus.is_possible
        return render(request, "assessments/versus_screen.html" if is_screen else "assessments/versus.html", context)


class WhatIfView(ComparedMixin, View):
    """The ranking as printed and with other points, parameters and caps, which the address alone holds."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        what_if = WhatIf(self.result, request.GET)
        if what_if.address != request.GET.urlencode():  # the form sends every field, the address keeps what differs
            return redirect(f"{request.path}?{what_if.address}" if what_if.address else request.path)
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "what_if": what_if,
            "may_draft": may(request.user, "draft_plan"),
        }
        return render(request, "assessments/what_if.html", context)


class WhatIfDraftView(ComparedMixin, ActingMixin, FormView):
    """Save the changes that the address holds as a draft, the next version of the plan."""

    form_class = ReasonForm
    template_name = "assessments/what_if_draft.html"
    done_message = _("The draft is saved. Read it through before adopting it.")

    @cached_property
    def what_if(self) -> WhatIf:
        """The changes."""
        return WhatIf(self.result, self.request.GET)

    @cached_property
    def versions(self) -> list[AssessmentPlan]:
        """The versions of the plan, the last one first."""
        plans = AssessmentPlan.objects.visible_to(self.request.user).filter(code=self.what_if.plan.code)
        return list(plans.order_by("-number"))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where nothing can be written down, the page that tries the changes."""
        require("draft_plan", request.user)
        if self.what_if.draft is None:
            return redirect(self.trial_url)
        return super().get(request, *args, **kwargs)

    @property
    def trial_url(self) -> str:
        """The page that tries the changes."""
        return f"{reverse('what_if', args=[self.result.round_id])}?{self.what_if.address}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        what_if, last = self.what_if, self.versions[0]
        own = self.result.round.plan.plan
        consequences = [gettext("Changed: %(changes)s.") % {"changes": what_if.changed}, *what_if.rounded]
        if what_if.rounded:
            shifted = names_text(what_if.shifted)
            consequences.append(
                gettext("Because numbers are rounded, these totals are not those of the trial: %(teams)s.")
                % {"teams": shifted}
                if shifted
                else gettext("Rounding these numbers changes no total of this round.")
            )
        if last.number > own.number:
            consequences.append(
                gettext("The draft starts from version %(own)d, by which this round was scored, not from %(last)d.")
                % {"own": own.number, "last": last.number}
            )
        consequences.append(gettext("The plan in force stays as it is until another person adopts the draft."))
        return super().get_context_data(
            heading=gettext("Save as a draft?"),
            caption=f"{own} · {self.result.round.title}",
            consequences=consequences,
            action_label=gettext("Save as a draft"),
            cancel_url=self.trial_url,
            standing_draft=last if last.state == PlanState.DRAFT else None,
            uneven=what_if.uneven,
            **kwargs,
        )

    def act(self, form: BaseForm) -> AssessmentPlan:
        draft = self.what_if.draft
        if draft is None or draft.uneven:
            raise WrongState
        content = write_toml(draft.document).encode()
        return save_draft(content, reason=form.cleaned_data["reason"], seen=0, by=self.request.user, at=now())


class PlanTriedView(PlanDocumentMixin, TemplateView):
    """A plan tried on the facts of a published round; `?round=pk`: which one, absent: the last one of the same plan."""

    template_name = "assessments/plan_tried.html"

    @cached_property
    def rounds(self) -> list[AssessmentRound]:
        """The published rounds that the person sees, those of the same plan first, then the latest."""
        shown = AssessmentRound.objects.visible_to(self.request.user).filter(results__publication__isnull=False)
        rows = list(shown.distinct().select_related("plan__plan", "action"))
        return sorted(rows, key=lambda one: (one.plan.plan.code != self.plan.code, -one.starts_on.toordinal(), -one.pk))

    @cached_property
    def result(self) -> Result | None:
        """The published result of the round in the address; None where none is published. 404 for an unknown one."""
        wanted = self.request.GET.get("round")
        round = next((one for one in self.rounds if wanted in (None, str(one.pk))), None)
        if round is None:
            if wanted is not None:
                raise Http404
            return None
        results = Result.objects.visible_to(self.request.user).filter(round=round, publication__isnull=False)
        found: Result = results.latest("number")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("compare_teams", self.request.user)
        trial = PlanTrial(self.result, self.document) if self.result else None
        return super().get_context_data(
            plan=self.plan, rounds=self.rounds, chosen=self.result and self.result.round, trial=trial, **kwargs
        )

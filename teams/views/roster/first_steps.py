"""A new team's first steps: the office sets and moves them; the team submits its work plan."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may

from ...forms.first_steps import FirstStepForm, PlanForm
from ...models import FirstStep, SpecialTeam
from ...roster.first_steps import hand_in_plan, lay_first_steps, move_first_step
from ..evidence import file_of
from ..rows import TeamMixin, WorkPlanMixin
from .office_form import OfTeamView


class LayStepsView(TeamMixin, View):
    """Set the first steps of a team that has none yet."""

    def post(self, request: Request, code: str) -> HttpResponse:
        lay_first_steps(self.team, by=request.user, at=now())
        messages.success(request, gettext("The first steps are set."))
        return HttpResponseRedirect(self.team.get_absolute_url())


class FirstStepView(OfTeamView):
    """Move a first step to another day."""

    form_class = FirstStepForm

    @cached_property
    def step(self) -> FirstStep:
        """The step in the address; 404 when it is another team's."""
        return self.row_of_team(FirstStep.objects)

    def get_heading(self) -> str:
        return self.step.get_kind_display()

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": self.step.due_on, "version": self.step.version}

    def act(self, form: FirstStepForm) -> SpecialTeam:
        data = form.cleaned_data
        move_first_step(self.step, due_on=data["due_on"], seen=data["version"], **self.acting)
        return self.team

    def back(self) -> str:
        return self.team.get_absolute_url()


class PlanNewView(OfTeamView):
    """Submit the team's work plan."""

    form_class = PlanForm
    heading = _("Submit the work plan")
    button = _("Submit")
    done_message = _("The work plan is submitted.")

    def is_allowed(self) -> bool:
        """The team's own people may, too."""
        return may(self.request.user, "hand_in_plan", self.team)

    def act(self, form: PlanForm) -> SpecialTeam:
        hand_in_plan(self.team, form.cleaned_data["file"][0], **self.acting)
        return self.team

    def back(self) -> str:
        return self.team.get_absolute_url()


class PlanView(WorkPlanMixin, View):
    """The work plan, for people who may read it; what a browser cannot show is downloaded, and that is recorded."""

    def get(self, request: Request, code: str) -> HttpResponseBase:
        """The file; 404 where there is none or it may not be seen."""
        return file_of(self.plan, request)

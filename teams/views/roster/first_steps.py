"""A new team's first steps: laid down and moved by the office; the work plan handed in and read."""

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
    """Lay down the first steps of a team that has none yet."""

    def post(self, request: Request, code: str) -> HttpResponse:
        """Lay them down and go back to the team."""
        lay_first_steps(self.team, by=request.user, at=now())
        messages.success(request, gettext("The first steps are laid down."))
        return HttpResponseRedirect(self.team.get_absolute_url())


class FirstStepView(OfTeamView):
    """Give a first step another day."""

    form_class = FirstStepForm

    @cached_property
    def step(self) -> FirstStep:
        """The step of the address; 404 when it is another team's."""
        return self.row_of_team(FirstStep.objects)

    def get_heading(self) -> str:
        """What the step is."""
        return self.step.get_kind_display()

    def get_initial(self) -> dict[str, Any]:
        """The day as it is."""
        return {"due_on": self.step.due_on, "version": self.step.version}

    def act(self, form: FirstStepForm) -> SpecialTeam:
        """Move it."""
        data = form.cleaned_data
        move_first_step(self.step, due_on=data["due_on"], seen=data["version"], **self.acting)
        return self.team

    def back(self) -> str:
        """To the team's page."""
        return self.team.get_absolute_url()


class PlanNewView(OfTeamView):
    """Hand in the team's work plan."""

    form_class = PlanForm
    heading = _("Hand in the work plan")
    button = _("Hand in")
    done_message = _("The work plan is handed in.")

    def is_allowed(self) -> bool:
        """The team's own people hand it in, too."""
        return may(self.request.user, "hand_in_plan", self.team)

    def act(self, form: PlanForm) -> SpecialTeam:
        """Hand it in."""
        hand_in_plan(self.team, form.cleaned_data["file"][0], **self.acting)
        return self.team

    def back(self) -> str:
        """To the team's page."""
        return self.team.get_absolute_url()


class PlanView(WorkPlanMixin, View):
    """The work plan, for whoever reads the team's papers; what a browser cannot show is saved, and that is recorded."""

    def get(self, request: Request, code: str) -> HttpResponseBase:
        """The file; 404 where there is none to be seen."""
        return file_of(self.plan, request)

"""A matter for coordination: who asked what of whom, how long it has waited, and the answer with name and date."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.models import CalendarDay
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.registers.links import MATTER_LINKS, links_beside

from ...forms.matter import AnswerMatterForm, AssignMatterForm
from ...models import HelpRequest, ReportSubmission
from ...models.team import reads_papers_of
from ...reports.matters import answer_matter, assign_matter
from ..rows import MatterMixin

ANSWER_DAYS = 5
"""The working days suggested for an answer."""


class MatterFormMixin(MatterMixin):
    """A form about one matter."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        matter, on = self.matter, today()
        return super().get_context_data(
            matter=matter,
            days=matter.days_waited(on),
            days_over=matter.days_over(on),
            reads_report=reads_papers_of(self.request.user, matter.report.team_id),
            **kwargs,
        )


class MatterView(MatterFormMixin, ActingMixin, FormView):
    """The whole thread, and the form for people who may answer."""

    form_class = AnswerMatterForm
    template_name = "teams/matter.html"
    done_message = _("Answered. The team and the special office have been notified.")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, if this person may."""
        require("answer_matter", request.user, self.matter)
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The version that is shown; the owner's name where the office answers on the owner's behalf."""
        owner = self.matter.owner
        return {"version": self.matter.version, "behalf": owner.title if owner else ""}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form whether people answer in their own name."""
        is_own = may(self.request.user, "answer_own_matter", self.matter)
        return {**super().get_form_kwargs(), "is_own": is_own}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        matter = self.matter
        sent = None
        if matter.asked_at is not None:
            submissions = ReportSubmission.objects.filter(report=matter.report_id, at=matter.asked_at)
            sent = submissions.select_related("by").first()
        links = links_beside(MATTER_LINKS, self.request.user, matter)
        return super().get_context_data(
            sent=sent,
            links=links.get(matter.pk, ()),
            may_answer=matter.is_waiting and may(self.request.user, "answer_matter", matter),
            may_assign=matter.is_waiting and may(self.request.user, "assign_matter"),
            **kwargs,
        )

    def act(self, form: AnswerMatterForm) -> HelpRequest:
        return answer_matter(self.matter, **form.values, by=self.request.user, at=now())


class AssignMatterView(MatterFormMixin, ActingMixin, FormView):
    """The office sets who answers, and by when."""

    form_class = AssignMatterForm
    template_name = "teams/matter_assign.html"
    done_message = _("Forwarded. The person and the team have been notified.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while the matter waits."""
        matter = self.matter
        require("assign_matter", request.user)
        return super().get(request, *args, **kwargs) if matter.is_waiting else redirect(matter)

    def get_initial(self) -> dict[str, Any]:
        """The present values; by default a day some working days ahead."""
        matter, on = self.matter, today()
        offered = CalendarDay.objects.working_days().add(on, ANSWER_DAYS)
        due_on = matter.due_on if matter.due_on and matter.due_on >= on else offered
        return {"version": matter.version, "owner": matter.owner, "due_on": due_on}

    def act(self, form: AssignMatterForm) -> HelpRequest:
        return assign_matter(self.matter, **form.values, by=self.request.user, at=now())

"""Raising a problem: from nothing, from a row of a report, a matter, an item of the agenda, or an earlier problem."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed

from ...forms.problem import NewProblemForm, offered_teams, returning
from ...models import Problem
from ...permissions import drafts_somewhere, teams_drafted_by
from ...problems.origins import raise_problem
from ..rows import OriginMixin


class NewProblemView(OriginMixin, ActingMixin, FormView):
    """The form, filled in with what the origin says."""

    form_class = NewProblemForm
    template_name = "meetings/problem_new.html"
    done_message = _("Raised. The office analyses it within five working days.")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For the office, and for people who write for a team."""
        if not (self.is_office or drafts_somewhere(request.user, self.action)):
            raise NotAllowed
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def is_office(self) -> bool:
        """Whether the person may choose any team."""
        return may(self.request.user, "analyse_problem")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the teams that the person writes for, and the closed problems that the person may read."""
        user = self.request.user
        own = None if self.is_office else teams_drafted_by(user)
        earlier = returning(Problem.objects.visible_to(user), self.action)
        return {**super().get_form_kwargs(), "teams": offered_teams(self.action, own, today()), "earlier": earlier}

    def get_initial(self) -> dict[str, Any]:
        """Found today by a check, or as the origin says."""
        said: dict[str, Any] = {"found_on": today(), "found_by": Problem.FoundBy.CHECK}
        own = () if self.is_office else teams_drafted_by(self.request.user)
        said["teams"] = list(own) if len(own) == 1 else []
        of_report = self.origin.get("entry") or self.origin.get("matter")
        if of_report is not None:
            report = of_report.report
            found_on = day_of(report.submitted_at) if report.submitted_at else today()
            said |= {"found_by": Problem.FoundBy.REPORT, "teams": [report.team_id], "found_on": found_on}
            said["text"] = of_report.text
        item = self.origin.get("item")
        if item is not None:
            teams = [item.team_id] if item.team_id else []
            said |= {"found_by": Problem.FoundBy.MEETING, "teams": teams, "title": str(item)}
            said["found_on"] = min(day_of(item.meeting.starts_at), today())
        return said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(origin=self.origin, **kwargs)

    def act(self, form: NewProblemForm) -> Problem:
        data = form.cleaned_data
        finding = form.finding(**self.origin)
        return raise_problem(list(data["teams"]), finding, files=data["files"], by=self.request.user, at=now())

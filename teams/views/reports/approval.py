"""The head's page: the draft at a glance, approved with one tap or sent back with a note."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin

from ...forms.approval import ApprovalForm
from ...models import ProgressReport, ReportDecision
from ...reports.draft_report import DraftReport
from ...reports.hand_over import hand_back_report
from ...reports.submission import submit_report
from ...states import ReportState
from .of_period import SUBMITTED_WORDS, OfPeriodMixin


class ApproveView(OfPeriodMixin, ActingMixin, FormView):
    """The liaison's draft, for people who may submit it."""

    form_class = ApprovalForm
    template_name = "teams/approval.html"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For head and deputy, while the draft can be edited; otherwise redirect to the report's page."""
        require("submit_report", request.user, self.team)
        if self.report is None or not self.report.is_editable or self.period.is_closed:
            return redirect(self.address)
        return super().dispatch(request, *args, **kwargs)

    @property
    def draft(self) -> ProgressReport:
        """The report, without which nobody comes here."""
        if self.report is None:
            raise Http404
        return self.report

    @cached_property
    def sheet(self) -> DraftReport:
        return DraftReport.shown_to(self.request.user, self.draft, on=today())

    def get_initial(self) -> dict[str, Any]:
        """The version that is shown."""
        return {"version": self.draft.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            team=self.team,
            period=self.period,
            report=self.report,
            sheet=self.sheet,
            decision=self.decision(),
            waits_words=self.waits_words,
            may_submit=self.sheet.is_complete and not self.waits_words,
            days_left=(day_of(self.period.due_at) - today()).days,
            is_overdue=self.draft.is_overdue(now()),
            **kwargs,
        )

    def decision(self) -> ReportDecision | None:
        """The decision by which the office returned it, if it did."""
        if self.draft.state != ReportState.RETURNED:
            return None
        decisions = ReportDecision.objects.filter(submission__report=self.report).select_related("by")
        return decisions.order_by("-submission__number").first()

    def act(self, form: ApprovalForm) -> str:
        """Send it back, or submit it."""
        acting = {"by": self.request.user, "at": now(), **form.acting}
        if form.sends_back:
            hand_back_report(self.draft, **acting)
            messages.success(self.request, _("Returned. The liaison has been notified."))
        else:
            submit_report(self.draft, **acting)
            messages.success(self.request, SUBMITTED_WORDS)
        return self.address

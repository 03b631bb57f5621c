"""The head's page: the draft at a glance, approved with one tap or sent back with a note; and taking back."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.lists.text import moment_text
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin

from ...forms.approval import ApprovalForm, TakeBackForm
from ...guards import check_drafting
from ...models import ProgressReport, ReportDecision
from ...reports.draft_report import DraftReport
from ...reports.hand_over import check_unopened, hand_back_report, take_back_report
from ...reports.submission import submit_report
from ...states import REPORT_MOVES, ReportState, check_move
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
        decisions = ReportDecision.objects.standing().filter(submission__report=self.report, taken_back=False)
        return decisions.select_related("by").order_by("-submission__number").first()

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


class TakeBackView(OfPeriodMixin, ActingMixin, FormView):
    """A submitted report is taken back by people who draft it, after the page has said what follows."""

    form_class = TakeBackForm
    template_name = "components/confirm.html"
    done_message = gettext_lazy("Taken back. Correct it and submit it again.")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For people who draft."""
        require("take_back_report", request.user, self.team)
        return super().dispatch(request, *args, **kwargs)

    @property
    def sent(self) -> ProgressReport:
        """The report; while there is none the page does not exist."""
        if self.report is None:
            raise Http404
        return self.report

    def check(self) -> None:
        """Refuse while it does not wait unopened."""
        check_move(self.sent, ReportState.DRAFT, REPORT_MOVES)
        check_drafting(self.team, self.period, on=today())
        check_unopened(self.sent.submissions.waiting().get())

    def get_initial(self) -> dict[str, Any]:
        """The version that is shown."""
        return {"version": self.sent.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Take back the report for %(period)s?") % {"period": self.period},
            caption=self.team.name,
            consequences=[
                _("The special office has not opened it; it is told that you took it back."),
                _("What was submitted is kept on record, and you correct the same text."),
                _("Requests and matters sent with it stay as they are."),
                self.timeliness(),
            ],
            action_label=pgettext("report", "Take back"),
            cancel_label=_("Leave it submitted"),
            cancel_url=self.address,
            dangerous=True,
            **kwargs,
        )

    def timeliness(self) -> str:
        """What becomes of being on time."""
        if self.sent.submissions.standing().count() > 1:
            return _("Whether it is on time stays as its first submission was; submit it again by the day set.")
        if now() > self.period.due_at:
            return _("It was due on %(moment)s: submitted again now, it is late.") % {
                "moment": moment_text(self.period.due_at)
            }
        return _("It is on time when you submit it again by %(moment)s.") % {"moment": moment_text(self.period.due_at)}

    def act(self, form: TakeBackForm) -> str:
        take_back_report(self.sent, by=self.request.user, at=now(), seen=form.cleaned_data["version"])
        return self.address

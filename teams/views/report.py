"""Progress reports: who owes what, the form on a phone, what was submitted."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.people.permissions import may
from governance.records.acting import ActingMixin
from governance.records.refusals import WrongState

from ..drafting import EDITABLE_STATES, check_drafting, save_report
from ..forms.report import ReportForm
from ..models import ProgressReport, ReportingPeriod, SpecialTeam
from ..owed import tasks_owed
from ..reading_reports import kept_submissions, last_steps, reasons_of
from ..reporting import check_submitting, hand_over_report, submit_report
from ..states import ReportState


class OfPeriodMixin:
    """A page about one team's report for one period; 404 for whoever may not read the team's papers."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def team(self) -> SpecialTeam:
        """The team of the address."""
        teams = SpecialTeam.objects.with_papers_visible_to(self.request.user).select_related("action")
        return get_object_or_404(teams, code=self.kwargs["code"])

    @cached_property
    def period(self) -> ReportingPeriod:
        """The period of the address, by its first day."""
        try:
            starts_on = date.fromisoformat(self.kwargs["starts"])
        except ValueError as error:
            raise Http404 from error
        periods = ReportingPeriod.objects.visible_to(self.request.user)
        return get_object_or_404(periods, action=self.team.action_id, starts_on=starts_on)

    @cached_property
    def report(self) -> ProgressReport | None:
        """The report, where somebody has begun it."""
        reports = ProgressReport.objects.visible_to(self.request.user)
        report = reports.filter(team=self.team, period=self.period).first()
        if report is not None:
            report.team, report.period = self.team, self.period
        return report

    @property
    def address(self) -> str:
        """The page's own address."""
        return reverse("report", args=[self.team.code, self.period.starts_on.isoformat()])

    @property
    def keep_key(self) -> str:
        """The key under which the browser keeps what is typed."""
        return f"report-{self.team.code}-{self.period.starts_on.isoformat()}"


class ReportView(OfPeriodMixin, ActingMixin, FormView):
    """The report: a form for those who draft it, otherwise what was submitted and decided."""

    form_class = ReportForm
    template_name = "teams/report_form.html"
    saved = False
    """Whether the draft was saved although the rest was refused."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form where there is something to write, else the reading page."""
        return super().get(request, *args, **kwargs) if self.writes else self.read()

    @cached_property
    def on_paper(self) -> bool:
        """Whether the office enters a report that came on paper."""
        return "paper" in self.request.GET and may(self.request.user, "enter_report_on_paper", self.team)

    @cached_property
    def closed_words(self) -> str:
        """Why nothing can be written now; empty when something can."""
        try:
            check_drafting(self.team, self.period, on=today())
        except WrongState as refusal:
            return str(refusal.message)
        return ""

    @cached_property
    def waits_words(self) -> str:
        """Why the report cannot be submitted yet; empty when it can."""
        try:
            check_submitting(self.team, self.period, on=today())
        except WrongState as refusal:
            return str(refusal.message)
        return ""

    @cached_property
    def writes(self) -> bool:
        """Whether this person may write the report now."""
        editable = self.report is None or self.report.state in EDITABLE_STATES
        drafts = self.on_paper or may(self.request.user, "save_report", self.team)
        return editable and drafts and not self.closed_words

    def get_form_kwargs(self) -> dict[str, Any]:
        """The tasks owed, what is saved, and what the office asked for."""
        posted = ReportForm.posted_tasks(self.request.POST)
        return {
            **super().get_form_kwargs(),
            "owed": tasks_owed(self.team, self.period, on=today(), also=posted),
            "report": self.report,
            "asked": reasons_of(self.decision),
            "on_paper": self.on_paper,
        }

    @cached_property
    def kept(self) -> list:
        """What was submitted, the newest first."""
        return kept_submissions(self.report) if self.report else []

    @property
    def decision(self) -> Any:
        """The decision by which the report was returned, if it was."""
        returned = self.report is not None and self.report.state == ReportState.RETURNED
        return self.kept[0].decision if returned and self.kept else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the form's page says around the form."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "team": self.team,
            "period": self.period,
            "report": self.report,
            "saved": self.saved,
            "keep_key": self.keep_key,
            "days_left": (day_of(self.period.due_at) - today()).days,
            "is_overdue": now() > self.period.due_at,
            "resubmit_overdue": self.report is not None and self.report.is_overdue(now()),
            "decision": self.decision,
            "said": last_steps(self.team, self.period),
            "owed": sum(owed.is_owed for owed in form.owed),
            "waits_words": self.waits_words,
            "may_submit": self.on_paper or may(self.request.user, "submit_report", self.team),
            "departments": form.departments(),
        }

    def act(self, form: ReportForm) -> str:
        """Save, and what else was asked for."""
        acting = {"by": self.request.user, "at": now()}
        paper = {"behalf": form.cleaned_data.get("behalf", "")}
        report = save_report(
            self.team, self.period, form.written(), seen=form.cleaned_data["version"], **paper, **acting
        )
        form.bring_up_to(report.version)
        self.report, self.saved = report, True
        if "submit" in self.request.POST:
            submit_report(report, seen=report.version, **paper, **acting)
            said = _("Submitted. The special office reviews it.")
        elif "hand_over" in self.request.POST:
            hand_over_report(report, seen=report.version, **acting)
            said = _("Saved. The head and the deputies have been told that it waits for them.")
        else:
            said = _("Saved.")
        messages.success(self.request, said, extra_tags=self.keep_key)
        return self.request.get_full_path() if said == _("Saved.") else self.address

    def read(self) -> HttpResponse:
        """What was submitted and decided; of a draft, what is saved."""
        context = {
            "team": self.team,
            "period": self.period,
            "report": self.report,
            "kept": self.kept,
            "draft": self.draft(),
            "closed_words": self.closed_words,
            "is_overdue": self.report.is_overdue(now()) if self.report else now() > self.period.due_at,
            "may_review": self.may_review(),
            "may_enter_paper": self.may_enter_paper(),
        }
        return render(self.request, "teams/report.html", context)

    def draft(self) -> list[tuple[Any, Any]]:
        """The rows of a draft that somebody else writes: (task owed, entry or None)."""
        if self.report is None or self.report.state != ReportState.DRAFT:
            return []
        entries = {entry.task_id: entry for entry in self.report.entries.all()}
        return [(owed, entries.get(owed.task.pk)) for owed in tasks_owed(self.team, self.period, on=today())]

    def may_review(self) -> bool:
        """Whether the reader can go and decide it."""
        waits = self.report is not None and self.report.state == ReportState.SUBMITTED
        return waits and may(self.request.user, "accept_report", self.report)

    def may_enter_paper(self) -> bool:
        """Whether the reader can enter what came on paper."""
        editable = self.report is None or self.report.state in EDITABLE_STATES
        return editable and not self.closed_words and may(self.request.user, "enter_report_on_paper", self.team)

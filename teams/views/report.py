"""Progress reports: who owes what, the form on a phone, what was submitted, and the office's review."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.generic import FormView, ListView

from governance.clock import day_of, now, today
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.models import CalendarDay
from governance.people.permissions import may, require
from governance.records.acting import ActingMixin
from governance.records.refusals import WrongState

from ..drafting import EDITABLE_STATES, check_drafting, save_report
from ..forms.report import ReportForm, ReviewForm
from ..models import NextStep, ProgressReport, ReportingPeriod, SpecialAction, SpecialTeam
from ..owed import tasks_owed
from ..reading_reports import kept_submissions, reasons_of, review_rows
from ..report_matrix import matrix_of
from ..reporting import check_submitting, hand_over_report, submit_report
from ..reviewing import Acceptance, accept_report, return_report
from ..states import ReportState
from ..tables.report import QueueTable

PERIODS_SHOWN = 6
TEAMS_SHOWN = 50


class ReportMatrixView(View):
    """Teams down, periods across: how each report stands. Drafts show to their readers alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The latest periods, or those until `?until=`, a day."""
        action = SpecialAction.objects.visible_to(request.user).chosen()
        until = self.until(today())
        periods = ReportingPeriod.objects.visible_to(request.user).filter(action=action, starts_on__lte=until)
        shown = list(periods.order_by("-starts_on")[: PERIODS_SHOWN + 1])
        earlier = shown.pop() if len(shown) > PERIODS_SHOWN else None
        teams = SpecialTeam.objects.visible_to(request.user).filter(action=action).order_by("order")
        page = Paginator(teams, TEAMS_SHOWN).get_page(request.GET.get("page"))
        context = {
            "matrix": matrix_of(shown[::-1], list(page.object_list), user=request.user, at=now()),
            "page": page,
            "earlier": earlier,
            "is_latest": until == today(),
            "waiting": self.waiting(),
            "may_keep": may(request.user, "generate_periods"),
        }
        return render(request, "teams/report_matrix.html", context)

    def until(self, latest: date) -> date:
        """The day that the address asks for, or `latest`."""
        try:
            return min(date.fromisoformat(self.request.GET.get("until", "")), latest)
        except ValueError:
            return latest

    def waiting(self) -> int | None:
        """How many reports wait for the office; None for whoever does not review."""
        if not may(self.request.user, "review_reports"):
            return None
        return ProgressReport.objects.visible_to(self.request.user).waiting().count()


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


def last_steps(team: SpecialTeam, period: ReportingPeriod) -> Sequence[NextStep]:
    """The next steps of the team's latest report before `period`."""
    last = ProgressReport.objects.filter(team=team, period__starts_on__lt=period.starts_on).order_by(
        "-period__starts_on"
    )
    return NextStep.objects.filter(report__in=last.values("pk")[:1])


class ReviewQueueView(VisibleMixin, LeanTableMixin, ListView):
    """Reports that wait for the office, the longest waiting first."""

    table_class = QueueTable
    queryset = ProgressReport.objects.waiting().select_related("team", "period")
    template_name = "teams/review_queue.html"
    heading = gettext_lazy("Reports to review")
    empty_title = gettext_lazy("No report waits")
    empty_how = gettext_lazy("What the teams submit appears here; the longest waiting comes first.")

    def get_queryset(self) -> QuerySet:
        """For those who review."""
        require("review_reports", self.request.user)
        return super().get_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the first to open."""
        return super().get_context_data(first=self.object_list.first(), **kwargs)


class ReviewView(ActingMixin, FormView):
    """One submitted report: last and new side by side, reasons row by row, accept or return."""

    form_class = ReviewForm
    template_name = "teams/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The report, unless it has been decided meanwhile."""
        if self.report.state != ReportState.SUBMITTED:
            messages.info(request, _("This report does not wait any more: %s.") % self.report.get_state_display())
            return redirect(self.report)
        return super().get(request, *args, **kwargs)

    @cached_property
    def report(self) -> ProgressReport:
        """The report of the address, for those who review."""
        require("review_reports", self.request.user)
        reports = ProgressReport.objects.visible_to(self.request.user).select_related("team", "period__action")
        return get_object_or_404(reports, pk=self.kwargs["pk"])

    @cached_property
    def kept(self) -> list:
        """What was submitted, the newest first."""
        return kept_submissions(self.report)

    def get_initial(self) -> dict[str, Any]:
        """The submission that is opened, and the next working day to submit again by."""
        next_day = CalendarDay.objects.working_days().next_working_day(today())
        return {"submission": self.kept[0].submission.number, "resubmit_by": next_day}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form has a reason for each row."""
        return {**super().get_form_kwargs(), "rows": self.kept[0].document.rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The submission beside the one before it, and its place in the queue."""
        context = super().get_context_data(**kwargs)
        waiting = list(ProgressReport.objects.visible_to(self.request.user).waiting().values_list("pk", flat=True))
        return context | {
            "report": self.report,
            "latest": self.kept[0],
            "earlier": self.kept[1:],
            "rows": review_rows(context["form"], self.kept, on=today()),
            "said": last_steps(self.report.team, self.report.period),
            "place": waiting.index(self.report.pk) + 1 if self.report.pk in waiting else None,
            "waiting": len(waiting),
            "may_decide": may(self.request.user, "accept_report", self.report)
            and self.kept[0].submission.by_id != self.request.user.pk,
        }

    def act(self, form: ReviewForm) -> str:
        """Accept it where that button was pressed, else return it; then on to the next."""
        acting = {"seen": form.cleaned_data["submission"], "by": self.request.user, "at": now()}
        following = self.following()
        if "accept" in self.request.POST:
            self.say_accepted(accept_report(self.report, **acting))
        else:
            data = form.cleaned_data
            return_report(
                self.report, reason=data["reason"], resubmit_by=data["resubmit_by"], reasons=form.reasons(), **acting
            )
            messages.success(
                self.request,
                _("%(report)s: returned. The team has been told what to add.") % {"report": self.report},
                extra_tags=f"review-{self.report.pk}",
            )
        return following

    def following(self) -> str:
        """The next report that waits after this one, or the queue."""
        waiting = ProgressReport.objects.visible_to(self.request.user).waiting().exclude(pk=self.report.pk)
        later = waiting.filter(submitted_at__gte=self.report.submitted_at).first() or waiting.first()
        return later.get_review_url() if later else reverse("review_queue")

    def say_accepted(self, acceptance: Acceptance) -> None:
        """Tell what was written into the tasks, and name those passed over."""
        moved = len(acceptance.written)
        said = ngettext(
            "%(report)s: accepted. Progress was written into %(count)s task.",
            "%(report)s: accepted. Progress was written into %(count)s tasks.",
            moved,
        )
        if not moved:
            said = _("%(report)s: accepted. No task has moved.")
        messages.success(
            self.request, said % {"report": self.report, "count": moved}, extra_tags=f"review-{self.report.pk}"
        )
        if acceptance.passed_over:
            named = "; ".join(f"{passed.task} ({passed.why.label})" for passed in acceptance.passed_over)
            messages.warning(self.request, _("Passed over: %(tasks)s.") % {"tasks": named})

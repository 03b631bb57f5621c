"""The office's review of progress reports: the queue, and one report beside the last accepted one."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from django_filters.views import FilterView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.models import CalendarDay, User
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.list_views import BulkMixin, ExportingMixin
from governance.registers.links import REVIEW_LINKS, links_beside

from ...filters.report import ReportFilter
from ...forms.approval import TakeBackForm
from ...forms.review import ReviewForm
from ...guards import decided_words
from ...models import NextStep, ProgressReport, ReportSubmission, SubmissionReading
from ...models.team import team_ids_of
from ...reports.review import Acceptance, accept_report, foreseen, open_submission, passed_over_words, return_report
from ...reports.review_page import matters_of, review_queue, rows_for_review
from ...reports.submissions_read import KeptSubmission, kept_submissions
from ...reports.undo import accepted_today, undo_acceptance
from ...states import REPORT_MOVES, ReportState, check_move
from ...tables.report import QueueTable
from ..rows import FiltersOfActionMixin, ReviewedReportMixin
from ..tasks.bulk import AcceptReports

RESUBMIT_DAYS = 2
"""The working days suggested for submitting a returned report again."""


class ReviewQueueView(FiltersOfActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """Reports that wait for the office, longest waiting first."""

    table_class = QueueTable
    filterset_class = ReportFilter
    bulk_actions = (AcceptReports,)
    queryset = ProgressReport.objects.waiting().select_related("team", "period")
    template_name = "teams/review_queue.html"
    heading = gettext_lazy("Reports to review")
    empty_title = gettext_lazy("No reports to review")
    empty_how = gettext_lazy("Reports submitted by the teams appear here, longest waiting first.")

    def get_queryset(self) -> QuerySet:
        """Only people who review see any."""
        require("review_reports", self.request.user)
        return super().get_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            first=self.object_list.first(), undoable=accepted_today(self.request.user, on=today()), **kwargs
        )


class ReviewView(ReviewedReportMixin, ActingMixin, FormView):
    """One submitted report beside the last one and the queue: reasons by row, accept or return; no second page."""

    form_class = ReviewForm
    template_name = "teams/review.html"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The report, unless it has been decided in the meantime."""
        if self.report.state != ReportState.SUBMITTED:
            messages.info(request, decided_words(self.report))
            return redirect(self.report)
        note_opening(request.user, self.report, self.kept)
        return super().get(request, *args, **kwargs)

    @cached_property
    def kept(self) -> list[KeptSubmission]:
        """The submissions, newest first."""
        return kept_submissions(self.report)

    @property
    def latest(self) -> ReportSubmission:
        """The submission that waits."""
        return self.kept[0].submission

    def get_initial(self) -> dict[str, Any]:
        """The submission that is shown, and a day two working days ahead for the new submission."""
        offered = CalendarDay.objects.working_days().add(today(), RESUBMIT_DAYS)
        return {"submission": self.latest.number, "resubmit_by": offered}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rows": self.kept[0].document.rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, latest = self.request.user, self.kept[0]
        queue = review_queue(user, on=today())
        rows = rows_for_review(self.report, self.kept, on=today(), user=user)
        links = links_beside(REVIEW_LINKS, user, self.report)
        own = team_ids_of(user)
        return context | {
            "report": self.report,
            "latest": latest,
            "earlier": self.kept[1:],
            "rows": [(row, *context["form"].fields_of(row.row), links.get(row.task.pk, ())) for row in rows],
            "said": NextStep.objects.of_last_time(self.report.team, self.report.period),
            "matters": matters_of(self.report, on=today()),
            "steps": self.report.next_steps.select_related("task"),
            "readings": self.latest.readings.select_related("by").order_by("at"),
            "queue": queue,
            "waiting": ProgressReport.objects.visible_to(user).waiting().count(),
            "flagged": sum(len(row.flags) for row in rows),
            "unchanged": [
                line.report
                for line in queue
                if line.is_unchanged and line.report.team_id not in own and line.submission.by_id != user.pk
            ],
            "ahead": foreseen(self.report),
            "still": [row.number for row in latest.document.rows if row.no_change],
            "undoable": accepted_today(user, on=today()),
            "may_assign": may(user, "assign_task", self.report.team),
            "may_decide": self.may_decide(),
        }

    def may_decide(self) -> bool:
        """Whether this person may decide it: of the office, not of the team, and not who submitted it."""
        return may(self.request.user, "accept_report", self.report) and self.latest.by_id != self.request.user.pk

    def act(self, form: ReviewForm) -> str:
        """Accept or return it, by the button; then go to the next."""
        acting = {"seen": form.cleaned_data["submission"], "by": self.request.user, "at": now()}
        following = self.following()
        if form.accepts:
            self.say_accepted(accept_report(self.report, **acting))
        else:
            data = form.cleaned_data
            return_report(
                self.report, reason=data["reason"], resubmit_by=data["resubmit_by"], reasons=form.reasons(), **acting
            )
            messages.success(
                self.request, _("%(report)s: returned. The team has been told what to add.") % {"report": self.report}
            )
        return following

    def following(self) -> str:
        """The next waiting report after this one, or the queue."""
        waiting = ProgressReport.objects.visible_to(self.request.user).waiting().exclude(pk=self.report.pk)
        later = waiting.filter(submitted_at__gte=self.report.submitted_at).first() or waiting.first()
        return later.get_review_url() if later else reverse("review_queue")

    def say_accepted(self, acceptance: Acceptance) -> None:
        """Report what was written into the tasks, and name those skipped."""
        moved = len(acceptance.written)
        said = ngettext(
            "%(report)s: accepted. The progress of %(count)s task was updated.",
            "%(report)s: accepted. The progress of %(count)s tasks was updated.",
            moved,
        )
        if not moved:
            said = _("%(report)s: accepted. No task's progress changed.")
        messages.success(self.request, said % {"report": self.report, "count": moved})
        if acceptance.passed_over:
            messages.warning(self.request, passed_over_words(acceptance.passed_over))


class UndoAcceptanceView(ReviewedReportMixin, ActingMixin, FormView):
    """An acceptance is undone by who accepted it: at once from the queue, or after the page has said what follows."""

    form_class = TakeBackForm
    template_name = "components/confirm.html"
    done_message = gettext_lazy("The acceptance was undone. The report waits for review again.")

    def check(self) -> None:
        """Refuse while it is not accepted."""
        check_move(self.report, ReportState.SUBMITTED, REPORT_MOVES)

    def get_initial(self) -> dict[str, Any]:
        """The version that is shown."""
        return {"version": self.report.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Undo the acceptance of the report for %(period)s?") % {"period": self.report.period},
            caption=self.report.team.name,
            consequences=[
                _("Its tasks get back the progress and lamp they had before; the report waits for review again."),
                _("The team is notified. The acceptance and its undoing stay on record."),
                _("It can be undone only by the person who accepted it, on the same day, while nothing builds on it."),
            ],
            action_label=_("Undo the acceptance"),
            cancel_url=self.report.get_absolute_url(),
            dangerous=True,
            **kwargs,
        )

    def act(self, form: TakeBackForm) -> str:
        undo_acceptance(self.report, by=self.request.user, at=now(), seen=form.cleaned_data["version"])
        return self.report.get_review_url()


def note_opening(user: User, report: ProgressReport, kept: list[KeptSubmission]) -> None:
    """Record the first time a person from outside the team opens the newest submission."""
    if not kept or not may(user, "open_submission", report) or kept[0].submission.by_id == user.pk:
        return
    if not SubmissionReading.objects.filter(submission=kept[0].submission, by=user).exists():
        open_submission(kept[0].submission, by=user, at=now())

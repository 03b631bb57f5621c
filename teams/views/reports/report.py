"""A team's report for a period: the form for people who write it, otherwise submissions and decisions."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.permissions import may

from ...evidence.gallery import evidence_of_submissions
from ...models import NextStep
from ...reports.draft_report import DraftReport, DraftRow
from ...reports.review_page import matters_of
from ...reports.submissions_read import ShownRow
from ...states import ReportState
from .report_form import ReportFormView
from .review import note_opening


class ReportView(ReportFormView):
    """The report: a form for people who write it, otherwise submissions and decisions."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form where the person can write something, otherwise the reading page."""
        return super().get(request, *args, **kwargs) if self.writes else self.read()

    def read(self) -> HttpResponse:
        """The submissions and decisions; of a draft, what is saved."""
        if self.report is not None:
            note_opening(self.request.user, self.report, self.kept)
        context = {
            "team": self.team,
            "period": self.period,
            "report": self.report,
            "kept": self.kept,
            "taken_back": self.told[1],
            "may_take_back": self.may_take_back(),
            "latest_rows": self.latest_rows(),
            "draft": self.draft(),
            "lines": self.lines(),
            "may_assign": may(self.request.user, "assign_task"),
            "closed_words": self.closed_words,
            "is_overdue": self.report.is_overdue(now()) if self.report else now() > self.period.due_at,
            "may_review": self.may_review(),
            "may_enter_paper": self.may_enter_paper(),
        }
        return render(self.request, "teams/report.html", context)

    def latest_rows(self) -> list[ShownRow]:
        """The rows of the newest submission with their files."""
        if not self.kept:
            return []
        files = evidence_of_submissions([self.kept[0].submission.pk], self.request.user)[self.kept[0].submission.pk]
        return [replace(each, exhibits=files.get(each.row.task_id, ())) for each in self.kept[0].rows]

    def draft(self) -> list[DraftRow]:
        """The rows of a draft that other people write."""
        if self.report is None or self.report.state != ReportState.DRAFT:
            return []
        return list(DraftReport.shown_to(self.request.user, self.report, on=today()).rows)

    def lines(self) -> dict[str, Any] | None:
        """The present matters and next steps of a submitted report: answered, followed up, or become tasks."""
        if self.report is None or self.report.state not in (ReportState.SUBMITTED, ReportState.ACCEPTED):
            return None
        return {
            "said": NextStep.objects.of_last_time(self.team, self.period),
            "matters": matters_of(self.report, on=today()),
            "steps": self.report.next_steps.select_related("task"),
        }

    def may_take_back(self) -> bool:
        """Whether the reader may take it back: nobody outside the team has opened it."""
        if self.report is None or self.report.state != ReportState.SUBMITTED or self.closed_words:
            return False
        if not may(self.request.user, "take_back_report", self.report):
            return False
        return not self.kept[0].submission.was_opened

    def may_review(self) -> bool:
        """Whether the reader may decide it."""
        waits = self.report is not None and self.report.state == ReportState.SUBMITTED
        return waits and may(self.request.user, "accept_report", self.report)

    def may_enter_paper(self) -> bool:
        """Whether the reader may enter a report received on paper."""
        editable = self.report is None or self.report.is_editable
        return editable and not self.closed_words and may(self.request.user, "enter_report_on_paper", self.team)

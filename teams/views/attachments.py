"""Files attached to a task, a close-out or a row of a report; apps with other owners add views like these."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.generic import FormView

from governance.clock import now, today
from governance.formats.files import CheckedFile
from governance.lists.text import clauses_text
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin

from ..evidence.attachments import attach_evidence, may_attach_to
from ..evidence.gallery import Exhibit, evidence_of, evidence_of_entries, evidence_of_task, places_of_files
from ..evidence.kinds import Place, kind_for
from ..forms.evidence import AttachForm
from ..models import CloseOut, ProgressReport, ReportEntry, Task
from ..models.evidence import Evidence
from ..reports.drafts import rows_written_by
from ..reports.row_evidence import attach_to_entry
from .gallery import SHOWN_AT_ONCE
from .rows import LastCloseOutMixin, RowOfReportMixin, TaskPapersMixin


class AttachView(ActingMixin, FormView):
    """The attachments of one owner, with a form to attach more for people who may.

    A script that sends files on its own (HX-Request) gets only the row of small pictures, or the sentences of a refusal
    with 422.
    """

    form_class = AttachForm
    template_name = "teams/evidence_attach.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"place": self.place(), "exhibits": self.exhibits(), "may_attach": self.may_attach()}
        return super().get_context_data(**{**context, **kwargs})

    def act(self, form: AttachForm) -> str:
        """Attach, report how many, and point out files that are used elsewhere."""
        data = form.cleaned_data
        rows = self.attach(data["files"], caption=data["caption"], dated_on=data["dated_on"])
        if not self.request.htmx:
            said = ngettext("%(count)s file attached.", "%(count)s files attached.", len(rows)) % {"count": len(rows)}
            messages.success(self.request, said)
            self._point_out(rows)
        return self.request.path

    def form_valid(self, form: AttachForm) -> HttpResponse:
        """Redirect to the owner's evidence, or return it to a script."""
        answer = super().form_valid(form)
        if self.request.htmx:
            if answer.status_code == 302:
                return render(self.request, "components/evidence.html", {"exhibits": self.exhibits()})
            return self._refused(form)
        return answer

    def form_invalid(self, form: AttachForm) -> HttpResponse:
        """The form with its errors, or for a script the errors alone."""
        return self._refused(form) if self.request.htmx else super().form_invalid(form)

    def _refused(self, form: AttachForm) -> HttpResponse:
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return HttpResponse("\n".join(sentences), status=422, content_type="text/plain; charset=utf-8")

    def _point_out(self, rows: Sequence[Evidence]) -> None:
        own = self.place().key
        elsewhere = [
            place for place in places_of_files([row.file for row in rows], self.request.user) if place.key != own
        ]
        if elsewhere:
            named = clauses_text(place.words for place in elsewhere[:5])
            messages.warning(self.request, gettext("The same file is also used in: %(places)s.") % {"places": named})

    # What a page says of its owner
    @property
    def owner(self) -> Model:
        """What the files are attached to."""
        raise NotImplementedError

    def place(self) -> Place:
        """The owner as text, with its page."""
        return kind_for(self.owner).place_of(self.owner)

    def exhibits(self) -> list[Exhibit]:
        """The present attachments."""
        return evidence_of(self.owner, self.request.user)

    def may_attach(self) -> bool:
        """Whether the person may attach more now."""
        return may_attach_to(self.request.user, self.owner)

    def attach(self, files: list[CheckedFile], **words: Any) -> Sequence[Evidence]:
        again = bool(self.request.htmx)
        return attach_evidence(self.owner, files, by=self.request.user, at=now(), again=again, **words)


class TaskEvidenceView(TaskPapersMixin, AttachView):
    """All evidence about a task; files are attached to the task itself."""

    @property
    def owner(self) -> Task:
        return self.task

    def exhibits(self) -> list[Exhibit]:
        """The evidence of the task, its close-outs and its report rows."""
        return evidence_of_task(self.task, self.request.user, most=SHOWN_AT_ONCE)


class CloseOutEvidenceView(LastCloseOutMixin, AttachView):
    """The evidence of a task's waiting close-out, or of its last one."""

    @property
    def owner(self) -> CloseOut:
        return self.close_out


class EntryEvidenceView(RowOfReportMixin, AttachView):
    """The evidence of a task's row of a report; report and row are created where there are none."""

    @property
    def owner(self) -> ReportEntry:
        """The row, or a new one."""
        report = self.report or ProgressReport(team=self.team, period=self.period)
        return ReportEntry(report=report, task=self.task)

    def exhibits(self) -> list[Exhibit]:
        return evidence_of_entries(self.report, self.request.user).get(self.task.pk, [])

    def may_attach(self) -> bool:
        """People who write the row, while the report can be edited."""
        user, on = self.request.user, today()
        open_now = self.period.starts_on <= on and not self.period.is_closed
        editable = self.report is None or self.report.is_editable
        writes = rows_written_by(user, self.team, [self.task.pk]) or may(user, "enter_report_on_paper", self.task)
        return bool(open_now and editable and writes)

    def attach(self, files: list[CheckedFile], **words: Any) -> Sequence[Evidence]:
        """Attach to the row; the office notes that it enters a paper report."""
        user = self.request.user
        on_paper = not may(user, "write_row", self.task) and may(user, "enter_report_on_paper", self.task)
        behalf = self.team.name if on_paper else ""
        rows = attach_to_entry(self.team, self.period, self.task, files, by=user, at=now(), behalf=behalf, **words)
        self.__dict__.pop("report", None)
        return rows

"""Reports on paper or as a workbook: what the office can enter, and the workbook's export and import."""

from typing import IO, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.delivery import workbook_response
from governance.records.dry_runs import DryRun
from governance.records.export_log import export_list
from governance.records.import_page import ImportPage
from governance.records.models import StoredFile

from ...forms.paper import BehalfForm, ReportUploadForm
from ...guards import owes_report
from ...models import SpecialTeam
from ...reports.paper_desk import chosen_period, desk_rows, open_periods
from ...reports.workbook import report_chunks
from ...reports.workbook_import import REPORT_UPLOAD, ReportImport, import_report, try_report
from ..rows import ChosenActionMixin
from .of_period import OfPeriodMixin


class PaperDeskView(ChosenActionMixin, View):
    """The office chooses a period and a team to enter a report from paper or a workbook."""

    def get(self, request: Request) -> HttpResponse:
        require("review_reports", request.user)
        periods = open_periods(self.action, request.user, on=today())
        period = chosen_period(periods, request.GET.get("period", ""), on=today())
        context = {
            "periods": periods,
            "period": period,
            "rows": desk_rows(period, request.user, at=now()) if period else [],
        }
        return render(request, "teams/paper_desk.html", context)


class OfDraftMixin(OfPeriodMixin):
    """A page about the draft of a team's report, for people who write all of it: its drafters, or the office."""

    @cached_property
    def on_paper(self) -> bool:
        """Whether the office enters a team's report."""
        return not may(self.request.user, "save_report", self.team)

    @property
    def rule(self) -> str:
        """The permission that the person needs."""
        return "enter_report_on_paper" if self.on_paper else "save_report"

    def row(self) -> SpecialTeam:
        """The rule is checked against the team."""
        return self.team

    @property
    def place(self) -> list[str]:
        """The team and the period in addresses."""
        return [self.team.code, self.period.starts_on.isoformat()]


class ReportSheetView(OfDraftMixin, View):
    """The workbook of a team's report, filled in from the draft."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Download it; the download is recorded."""
        if not may(request.user, self.rule, self.team):
            raise PermissionDenied
        if not owes_report(self.team, self.period):
            raise Http404
        narrowed = {"team": self.team.code, "period": self.period.starts_on.isoformat()}
        count = self.report.entries.count() if self.report else 0
        export_list("report_sheet", file_format="xlsx", rows=count, narrowed=narrowed, by=request.user, at=now())
        name = _("Report of %(team)s %(period)s") % {"team": self.team.short_name, "period": self.period.days}
        return workbook_response(report_chunks(self.team, self.period, on=today()), name=name)


class ReportImportPage(OfDraftMixin, ImportPage):
    """Import the workbook of a report: dry run, confirmation; the office says whose report it is."""

    kind = REPORT_UPLOAD
    form_class = ReportUploadForm
    heading = gettext_lazy("Import a report")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """While the draft can be edited; otherwise redirect to the report, which says why not."""
        writable = self.report is None or self.report.is_editable
        tried = "pk" in self.kwargs
        if may(request.user, self.rule, self.team) and not tried and (self.closed_words or not writable):
            messages.warning(request, self.closed_words or _("The report cannot be changed now."))
            return redirect("report", *self.place)
        return super().dispatch(request, *args, **kwargs)

    @property
    def caption(self) -> str:
        """Whose report, for which period."""
        return f"{self.team.name} · {self.period}"

    @property
    def template_url(self) -> str:
        """The workbook to fill in."""
        return reverse("report_sheet", args=self.place)

    @property
    def back_url(self) -> str:
        """The page where the draft is edited."""
        address = reverse("report", args=self.place)
        return f"{address}?paper=1" if self.on_paper else address

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whether the office has to say whose report it is."""
        return {**super().get_form_kwargs(), "on_paper": self.on_paper}

    def options_of(self, form: Form) -> dict[str, str]:
        """Whose report the office enters."""
        return {"behalf": form.cleaned_data["behalf"]} if self.on_paper else {}

    def options_in(self, query: dict[str, str]) -> str:
        """Whose report the address says it is."""
        if not self.on_paper:
            return ""
        form = BehalfForm(query)
        if not form.is_valid():
            raise Http404
        return form.cleaned_data["behalf"]

    def try_file(self, file: IO[bytes], options: str) -> DryRun:
        return try_report(self.team, self.period, file, at=now()).dry_run

    def carry_out(self, content: IO[bytes], options: str, **tried: Any) -> ReportImport:
        return import_report(self.team, self.period, content, by=self.request.user, at=now(), behalf=options, **tried)

    def address(self, file: StoredFile | None = None) -> str:
        if file is None:
            return reverse("report_import", args=self.place)
        return reverse("report_import_try", args=[*self.place, file.pk])

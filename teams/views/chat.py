"""A team's report as text to copy into the chat group."""

from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from django.views.generic import TemplateView

from ..models import ProgressReport
from ..reports.chat_text import report_text
from ..reports.submissions_read import kept_submissions


class ReportTextView(TemplateView):
    """The latest submission of a report, for its readers, in Chinese as the group reads; `?text=en` in English."""

    template_name = "teams/report_text.html"

    def get_context_data(self, code: str, starts: str, **kwargs: Any) -> dict[str, Any]:
        """The report and its text."""
        reports = ProgressReport.objects.visible_to(self.request.user).select_related("team", "period")
        try:
            report = get_object_or_404(reports, team__code=code, period__starts_on=date.fromisoformat(starts))
        except ValueError as error:
            raise Http404 from error
        kept = kept_submissions(report)
        if not kept:
            raise Http404
        with override("en" if self.request.GET.get("text") == "en" else "zh-hans"):
            text = report_text(report, kept[0])
        return super().get_context_data(report=report, text=text, **kwargs)

"""A team's report as text to copy into the chat group."""

from typing import Any

from django.http import Http404
from django.utils.translation import override
from django.views.generic import TemplateView

from ..reports.chat_text import report_text
from ..reports.submissions_read import kept_submissions
from .rows import BegunReportMixin


class ReportTextView(BegunReportMixin, TemplateView):
    """The latest submission of a report, for its readers, in Chinese like the chat group; `?text=en` in English."""

    template_name = "teams/report_text.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = kept_submissions(self.report)
        if not kept:
            raise Http404
        with override("en" if self.request.GET.get("text") == "en" else "zh-hans"):
            text = report_text(self.report, kept[0])
        return super().get_context_data(report=self.report, text=text, **kwargs)

"""The tables of reports that wait for review and of reporting periods."""

from datetime import datetime
from html import escape

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from governance.lists.cells import Writer
from governance.lists.columns import CheckColumn, LeanColumn, LinkColumn, MomentColumn, NumberColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable

from ..models import ProgressReport, ReportingPeriod
from ..reports.status import ReportStatus


class OnTimeColumn(LeanColumn):
    """Whether the first submission was on time."""

    def text(self, value: bool, record: ProgressReport) -> str:
        return gettext("On time") if value else gettext("Late")

    def html(self, value: bool, record: ProgressReport) -> str:
        return badge(self.text(value, record), "green" if value else "red")


class ClosedColumn(LeanColumn):
    """Whether a period is closed, and since when."""

    def text(self, value: datetime | None, record: ReportingPeriod) -> str:
        return pgettext("period", "Closed") if record.is_closed else pgettext("period", "Open")

    def html(self, value: datetime | None, record: ReportingPeriod) -> str:
        return badge(self.text(value, record), "grey" if record.is_closed else "green")


class PeriodVerbsColumn(LeanColumn):
    """The office's actions on a period that is not closed."""

    def text(self, value: int, record: ReportingPeriod) -> str:
        return ""

    def html(self, value: int, record: ReportingPeriod) -> str:
        links = [("period_due", gettext("Set due")), ("period_close", gettext("Close"))]
        return '<span class="actions">{}</span>'.format(
            "".join(
                f'<a class="button button-small" href="{reverse(name, args=[record.pk])}">{escape(label)}</a>'
                for name, label in links
            )
        )

    def cell(self, bound: tables.columns.BoundColumn) -> Writer:
        """Empty for a closed period, so that a card leaves it out."""
        write, blank = super().cell(bound), self.blank(bound)
        return lambda period: blank if period.is_closed else write(period)


class CountColumn(NumberColumn):
    """The number of reports; 0 is left blank."""

    def cell(self, bound: tables.columns.BoundColumn) -> Writer:
        """Empty for 0, so that a card leaves it out."""
        read, write, blank = self.read(), super().cell(bound), self.blank(bound)
        return lambda period: write(period) if read(period) else blank


class QueueTable(LeanTable):
    """Reports that wait for the office."""

    check = CheckColumn(named="team__short_name")
    team = LinkColumn(_("Team"), accessor="team__short_name", order_by="team__order", url=ProgressReport.get_review_url)
    period = TextColumn(_("Period"), order_by="period__starts_on")
    submitted_at = MomentColumn(_("Submitted"))
    on_time = OnTimeColumn(_("On time"), orderable=False)

    class Meta:
        order_by = "submitted_at"


class PeriodTable(LeanTable):
    """Reporting periods."""

    name = LinkColumn(
        _("Period"),
        order_by="starts_on",
        caption="days",
        url=lambda period: f"{reverse('report_matrix')}?until={period.ends_on:%Y-%m-%d}",
    )
    due_at = MomentColumn(_("Due"))
    owed = NumberColumn(_("Reports due"), orderable=False)
    accepted = CountColumn(ReportStatus.ACCEPTED.words, orderable=False)
    waiting = CountColumn(ReportStatus.WAITING.words, orderable=False)
    returned = CountColumn(ReportStatus.RETURNED.words, orderable=False)
    missing = CountColumn(_("Not submitted"), orderable=False)
    state = ClosedColumn(_("State"), accessor="is_closed", order_by="closed_at")
    verbs = PeriodVerbsColumn(_("Actions"), accessor="pk", orderable=False, exclude_from_export=True)

    class Meta:
        order_by = "-name"

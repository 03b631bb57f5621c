"""The list of progress reports, beside the matrix of teams and periods."""

from django.utils.translation import gettext_lazy as _

from governance.lists.choice_columns import BadgeColumn
from governance.lists.columns import CheckColumn, DateColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.tables import LeanTable

from ..models import ProgressReport
from ..states import ReportState
from .report import OnTimeColumn


class ReportStateColumn(BadgeColumn):
    """The state of a report in its colour."""

    css = "cell-lamp"

    def text(self, value: str, record: ProgressReport) -> str:
        return str(ReportState(value).label)

    def member(self, value: str) -> str:
        return ReportState(value).tone


class ReportTable(LeanTable):
    """Reports, newest period first."""

    check = CheckColumn(named="team__short_name")
    team = LinkColumn(_("Team"), accessor="team__short_name", order_by="team__order")
    period = TextColumn(_("Period"), order_by="period__starts_on")
    submitted_at = MomentColumn(_("Submitted"), empty="—")
    on_time = OnTimeColumn(_("On time"), orderable=False)
    resubmit_by = DateColumn(_("Submit again by"))
    decided_at = MomentColumn(_("Decided"))
    state = ReportStateColumn(_("State"), orderable=False)

    class Meta:
        order_by = "-period"

from django.utils.translation import gettext_lazy as _

from governance.lists.columns import LinkColumn, NumberColumn
from governance.lists.tables import LeanTable

from ..reports.burden import TeamBurden


class OverColumn(NumberColumn):
    """How far above the limit, in red."""

    def html(self, value: int, record: TeamBurden) -> str:
        return f'<b class="over">{self.text(value, record)}</b>'


class BurdenTable(LeanTable):
    """The teams and what was asked of them in a month, most first."""

    team = LinkColumn(_("Team"), accessor="team__name", url=lambda row: row.team.get_absolute_url(), order_by="team")
    reports = NumberColumn(_("Reports"), accessor="tally__reports", order_by="reports")
    fields_asked = NumberColumn(
        _("Fields to fill in"), accessor="tally__fields", order_by="fields", initial_sort_descending=True
    )
    over = OverColumn(_("Over the limit"), accessor="over_limit", orderable=False)
    before = NumberColumn(_("Month before"), accessor="before__fields", order_by="before")
    left = NumberColumn(
        _("Prefilled, unchanged"), accessor="tally__left", order_by="left", initial_sort_descending=True
    )
    unchanged = NumberColumn(
        _("No change"), accessor="tally__unchanged", order_by="unchanged", initial_sort_descending=True
    )
    never_read = NumberColumn(
        _("Never read"), accessor="tally__never_read", order_by="never_read", initial_sort_descending=True
    )

    class Meta:
        order_by = "-fields_asked"

"""Tables of the top floor."""

from html import escape

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import LeanColumn, LinkColumn, MomentColumn, NumberColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable
from teams.models import WallScreen
from teams.reports.burden import TeamBurden


class OpenColumn(LeanColumn):
    """Whether a screen still shows the wall; an open one can be revoked."""

    def text(self, value: str, record: WallScreen) -> str:
        return pgettext("screen", "Open") if record.revoked_at is None else pgettext("screen", "Revoked")

    def html(self, value: str, record: WallScreen) -> str:
        if record.revoked_at is not None:
            return badge(self.text(value, record))
        url, word = reverse("screen_revoke", args=[record.pk]), escape(gettext("Revoke"))
        return f'{badge(self.text(value, record), "green")} <a class="button button-small" href="{url}">{word}</a>'


class ScreenTable(LeanTable):
    """Screens by where they hang."""

    place = TextColumn(_("Where it hangs"), order_by="place", css="cell-title")
    state = OpenColumn(_("State"), accessor="place", order_by="revoked_at")
    opened_by = TextColumn(_("Opened by"), accessor="opened_by__name", orderable=False)
    opened_at = MomentColumn(_("Opened"), order_by="opened_at")
    revoked_by = TextColumn(_("Revoked by"), accessor="revoked_by__name", orderable=False)
    revoked_at = MomentColumn(_("Revoked"), order_by="revoked_at")

    class Meta:
        order_by = "place"


class OverColumn(NumberColumn):
    """How far above the limit, in red."""

    def html(self, value: int, record: TeamBurden) -> str:
        return f'<b class="over">{self.text(value, record)}</b>'


class BurdenTable(LeanTable):
    """Teams with what was asked of them in a month, the most first."""

    team = LinkColumn(_("Team"), accessor="team__name", url=lambda row: row.team.get_absolute_url(), order_by="team")
    reports = NumberColumn(_("Reports"), accessor="tally__reports", order_by="reports")
    fields_asked = NumberColumn(
        _("Fields asked"), accessor="tally__fields", order_by="fields", initial_sort_descending=True
    )
    over = OverColumn(_("Over the limit"), accessor="over_limit", orderable=False)
    before = NumberColumn(_("Month before"), accessor="before__fields", order_by="before")
    left = NumberColumn(
        _("Prefilled, left as it was"), accessor="tally__left", order_by="left", initial_sort_descending=True
    )
    unchanged = NumberColumn(
        _("No change"), accessor="tally__unchanged", order_by="unchanged", initial_sort_descending=True
    )
    never_read = NumberColumn(
        _("Never read"), accessor="tally__never_read", order_by="never_read", initial_sort_descending=True
    )

    class Meta:
        order_by = "-fields_asked"

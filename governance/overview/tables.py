"""Tables of the top layer."""

from html import escape

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import LeanColumn, MomentColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable
from teams.models import WallScreen


class OpenColumn(LeanColumn):
    """Whether a screen still shows the wall chart; an open one can be revoked."""

    def text(self, value: str, record: WallScreen) -> str:
        return pgettext("screen", "In use") if record.revoked_at is None else pgettext("screen", "Revoked")

    def html(self, value: str, record: WallScreen) -> str:
        if record.revoked_at is not None:
            return badge(self.text(value, record))
        url, word = reverse("screen_revoke", args=[record.pk]), escape(gettext("Revoke"))
        return f'{badge(self.text(value, record), "green")} <a class="button button-small" href="{url}">{word}</a>'


class ScreenTable(LeanTable):
    """Screens by location."""

    place = TextColumn(_("Location"), order_by="place", css="cell-title")
    state = OpenColumn(_("State"), accessor="place", order_by="revoked_at")
    opened_by = TextColumn(_("Opened by"), accessor="opened_by__name", orderable=False)
    opened_at = MomentColumn(_("Opened"), order_by="opened_at")
    revoked_by = TextColumn(_("Revoked by"), accessor="revoked_by__name", orderable=False)
    revoked_at = MomentColumn(_("Revoked"), order_by="revoked_at")

    class Meta:
        order_by = "place"

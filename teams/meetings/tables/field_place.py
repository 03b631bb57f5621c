"""The table of the places of fields."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.columns import DateColumn, LeanColumn, MomentColumn, TextColumn
from governance.lists.tables import LeanTable

from ..models import FieldPlace


class MonthColumn(DateColumn):
    """A month, 2026-09."""

    def text(self, value: date, record: Any) -> str:
        return f"{value:%Y-%m}"


class PlaceColumn(LeanColumn):
    """A place among its peers: 3 / 13."""

    css = "nowrap"

    def text(self, value: int, record: FieldPlace) -> str:
        return f"{value} / {record.out_of}"

    def html(self, value: int, record: FieldPlace) -> str:
        return f"<b>{value}</b> / {record.out_of}"


class FieldPlaceTable(LeanTable):
    """Places, the last month first."""

    month = MonthColumn(pgettext_lazy("ranking", "Month"))
    team = TextColumn(_("Team"), accessor="team__short_name", order_by="team__order")
    field = TextColumn(pgettext_lazy("ranking", "Field"))
    place = PlaceColumn(pgettext_lazy("ranking", "Place"))
    document = TextColumn(_("Document"), orderable=False)
    at = MomentColumn(_("Entered"))

    class Meta:
        order_by = "-month"

"""The working-day calendar; a change of it computes the lamps again, so it stands on the floor that knows lamps."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.requests import Request
from governance.people.accounts import mark_day
from governance.people.admin.site import VerbAdmin, VerbForm
from governance.people.models import CalendarDay
from governance.records.fields import DayField

from ..models import SpecialAction
from ..tasks.lamp_rules import relight_all


class CalendarDayForm(VerbForm):
    """A day that differs from Monday to Friday."""

    class Meta:
        model = CalendarDay
        fields = ["on", "works", "name"]
        field_classes = {"on": DayField}
        help_texts = {
            "works": _("On: a weekend day that is worked. Off: a weekday that is not."),
            "name": _("National Day, or the notice that moves the day."),
        }


@admin.register(CalendarDay)
class CalendarAdmin(VerbAdmin):
    """Public holidays and the weekend days worked in their place."""

    form = CalendarDayForm
    rule = "keep_calendar"
    list_display = ["on", "works", "name"]
    list_filter = ["works"]
    date_hierarchy = "on"
    ordering = ["-on"]

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> list[str]:
        """A day stays the day it is."""
        return [] if obj is None else ["on"]

    def write(self, request: Request, row: CalendarDay | None, form: CalendarDayForm) -> CalendarDay:
        """Mark the day and light the open tasks of every action again, in the transaction of this request."""
        by, at = request.user, now()
        values = form.values | ({} if row is None else {"on": row.on})
        day = mark_day(**values, by=by, at=at)
        for action in SpecialAction.objects.order_by("pk"):
            relight_all(action, by=by, at=at)
        return day

"""The working-day calendar; a change recomputes the lamps, so it is in `teams` and not in `people`."""

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
    """An exception from the Monday to Friday week."""

    class Meta:
        model = CalendarDay
        fields = ["on", "works", "name"]
        field_classes = {"on": DayField}
        help_texts = {
            "works": _("Ticked: a weekend day that is worked. Not ticked: a weekday off."),
            "name": _("National Day, or the notice that moves the day."),
        }


@admin.register(CalendarDay)
class CalendarAdmin(VerbAdmin):
    """Public holidays and the working weekend days that replace them."""

    form = CalendarDayForm
    rule = "keep_calendar"
    list_links = [(_("Paste a year"), "calendar")]
    list_display = ["on", "works", "name"]
    list_filter = ["works"]
    date_hierarchy = "on"
    ordering = ["-on"]

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> list[str]:
        """The date of an existing row cannot be changed."""
        return [] if obj is None else ["on"]

    def write(self, request: Request, row: CalendarDay | None, form: CalendarDayForm) -> CalendarDay:
        """Mark the day and recompute the lamp dates of all actions' open tasks, in the transaction of this request."""
        by, at = request.user, now()
        values = form.values | ({} if row is None else {"on": row.on})
        day = mark_day(**values, by=by, at=at)
        for action in SpecialAction.objects.order_by("pk"):
            relight_all(action, by=by, at=at)
        return day

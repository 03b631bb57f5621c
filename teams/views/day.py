"""The day that a page shows: `?on=2026-09-30` shows the wall chart and the tasks as known that evening."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from governance.lists.addresses import day_in
from governance.lists.requests import Request


@dataclass(frozen=True)
class AskedDay:
    """The day to show, and what is wrong with the requested one."""

    on: date
    today: date
    error: str = ""

    @property
    def is_past(self) -> bool:
        """Whether a past evening is shown."""
        return self.on < self.today

    @property
    def status(self) -> int:
        """The HTTP status: 400 where the requested day is refused."""
        return 400 if self.error else 200


def asked_day(request: Request, today: date) -> AskedDay:
    """Read `?on=`; a future or invalid day is refused and today is shown instead."""
    text = request.GET.get("on", "").strip()
    if not text:
        return AskedDay(today, today)
    try:
        on = day_in(text)
    except ValueError:
        return AskedDay(today, today, _("“%(text)s” is not a date. Write it as 2026-10-20.") % {"text": text[:20]})
    if on > today:
        return AskedDay(
            today, today, _("%(day)s is in the future. Only today and earlier days can be shown.") % {"day": on}
        )
    return AskedDay(on, today)


def day_in_address(text: str) -> date:
    """A day in an address; 404 if it is not valid."""
    try:
        return day_in(text)
    except ValueError as error:
        raise Http404 from error

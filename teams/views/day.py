"""The day a page speaks of: `?on=2026-09-30` shows the wall and the tasks as known that evening."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from governance.lists.requests import Request


@dataclass(frozen=True)
class AskedDay:
    """The day to show, and what was wrong with the one asked for."""

    on: date
    today: date
    error: str = ""

    @property
    def is_past(self) -> bool:
        """Whether an earlier evening is shown."""
        return self.on < self.today

    @property
    def status(self) -> int:
        """The status of the answer: 400 where the day asked for is refused."""
        return 400 if self.error else 200


def asked_day(request: Request, today: date) -> AskedDay:
    """Read `?on=`; a future day or no day at all is refused and today shown instead."""
    text = request.GET.get("on", "").strip()
    if not text:
        return AskedDay(today, today)
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return AskedDay(today, today, _("“%(text)s” is not a day. Write it as 2026-10-20.") % {"text": text[:20]})
    if on > today:
        return AskedDay(
            today, today, _("%(day)s has not come yet: only today and days before can be shown.") % {"day": on}
        )
    return AskedDay(on, today)


def day_in_address(text: str) -> date:
    """A day that an address names; nonsense is no page."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error

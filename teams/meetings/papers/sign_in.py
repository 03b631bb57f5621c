"""签到表: everybody invited in the order of protocol, and three blank rows (docs/rules.md#papers)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import Field
from .wording import Body, by_capacity, meeting_time, moment, note_of

_PERSON = (
    Field("number", _("Number in the list"), 1),
    Field("unit", pgettext_lazy("template field", "Unit"), "县委组织部", optional=True),
    Field("post", _("Post"), "村集体经济专班组长", optional=True),
    Field("name", _("Name"), "赵某某"),
    Field("note", _("Chair, leave or stand-in"), "请假", optional=True),
)
FIELDS = (
    Field("action", _("Special action"), "基层治理能力提升专项行动"),
    Field("meeting", _("Meeting"), "第1次推进会"),
    Field("time", _("Day, weekday and time"), "2026年10月20日（星期二）15:00"),
    Field("place", pgettext_lazy("template field", "Place"), "县委三楼会议室", optional=True),
    Field("people", _("Those who take part"), rows=_PERSON),
    Field("guests", _("Those who sit in"), rows=_PERSON),
)


def sign_in_values(body: Body) -> dict[str, Any]:
    """The sign-in sheet of the meeting that `body` tells of."""
    meeting = body["meeting"]
    people, guests = by_capacity(body, "attending"), by_capacity(body, "sitting_in")
    return {
        "action": meeting["action"],
        "meeting": meeting["title"],
        "time": meeting_time(moment(meeting["starts_at"])),
        "place": meeting["place"],
        "people": list(_rows(people, 1)),
        "guests": list(_rows(guests, len(people) + 1)),
    }


def _rows(people: Iterable[Body], first: int) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(people, first):
        told = {name: row[name] for name in ("unit", "post", "name")}
        yield {"number": number, **told, "note": note_of(row)}

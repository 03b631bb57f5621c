"""The papers beside the page of a meeting: only those that exist, each with its address.

This is the one place where the admin site names papers: a paper that gets an address is added to `papers_of`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from governance.lists.text import Text, moment_text, short_date
from governance.people.models import User

from ..agenda.meeting_page import MeetingParts
from ..papers.making import papers_offered


@dataclass(frozen=True)
class Paper:
    """A paper that exists, with its address."""

    name: Text
    note: Text
    url: str


def papers_of(parts: MeetingParts, user: User) -> Iterator[Paper]:
    """The bound packs on the screen, the minutes as they were issued, and the Word files that `user` may take."""
    meeting, issue, title = parts.meeting, parts.papers.issue, gettext("Minutes")
    for pack in parts.papers.packs:
        name = gettext("Meeting pack no. %(number)s") % {"number": pack.number}
        yield Paper(name, moment_text(pack.as_of), reverse("meeting_screen", args=[meeting.code]))
    for minutes in parts.papers.minutes:
        yield Paper(f"{title} {minutes}", short_date(minutes.at), reverse("meeting_minutes", args=[meeting.code]))
    for kind in papers_offered(user, meeting, issued=issue is not None):
        yield Paper(kind.label, "Word", reverse("meeting_paper", args=[meeting.code, kind.value]))

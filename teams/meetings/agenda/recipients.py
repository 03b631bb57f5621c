"""Who is told about a meeting, and how: the people invited who have an account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.people.models import User
from governance.people.roles import Role
from governance.records.verbs import tell
from teams.models import TeamMember
from teams.permissions import DRAFTERS

from ..models import DecisionTeam, Meeting
from ..notices import MeetingNotice


def invited(meeting: Meeting) -> QuerySet[User]:
    """The people on the list, with chair and secretary, who can sign in."""
    listed = Q(pk__in=meeting.attendances.exclude(user=None).values("user_id"))
    return User.objects.filter(listed | Q(pk__in=[meeting.chair_id, meeting.secretary_id]), is_active=True)


def signers(meeting: Meeting) -> QuerySet[User]:
    """Who can sign its minutes: the office, without the person who submitted them."""
    return User.objects.with_role(Role.SPECIAL_OFFICE).exclude(pk=meeting.submitted_by_id)


def readers_of_minutes(meeting: Meeting) -> QuerySet[User]:
    """Who is told of issued minutes: the people invited, and the drafters of the teams with a decision."""
    teams = DecisionTeam.objects.filter(decision__meeting=meeting).values("team")
    drafters = TeamMember.objects.current().filter(team__in=teams, part__in=DRAFTERS).values("user_id")
    return User.objects.filter(Q(pk__in=invited(meeting).values("pk")) | Q(pk__in=drafters), is_active=True)


def tell_of_meeting(
    people: Iterable[User], meeting: Meeting, kind: str, *, occasion: str, by: User, at: datetime, **facts: Any
) -> None:
    """Notify people of something about a meeting, once per occasion; not the person who did it.

    The address is that of the key, which stays when the meeting is cancelled and its number is given again.
    """
    others = [person for person in people if person.pk != by.pk]
    words = {"meeting": meeting.title} | {name: str(value) for name, value in facts.items()}
    key = f"meeting-{meeting.pk}-{occasion}"
    tell(others, kind, key=key, url=reverse("meeting", args=[meeting.pk]), at=at, facts=words)


def tell_announced(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Notify the people invited of an announced meeting; who has been notified before is not notified again."""
    facts = {"begins": meeting.starts_at.isoformat(), "place": meeting.place}
    kind = MeetingNotice.MEETING_ANNOUNCED
    tell_of_meeting(invited(meeting), meeting, kind, occasion="announced", by=by, at=at, **facts)

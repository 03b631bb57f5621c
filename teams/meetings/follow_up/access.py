"""Who reads which chapter of a meeting's pack (docs/rules.md#chapters)."""

from collections.abc import Iterable

from governance.people.models import User
from governance.people.roles import Role
from teams.models import team_ids_of

from ..models import Meeting
from ..states import MEETING_WORKED_ON, MeetingState


def reads_all_chapters(meeting: Meeting, user: User) -> bool:
    """The office and the leaders read those of every team, the secretary while the meeting is planned or held."""
    if user.has_role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
        return True
    return user.has_role(Role.MEETING_SECRETARY) and meeting.state in MEETING_WORKED_ON


def chapters_readable(meeting: Meeting, teams: Iterable[int], user: User) -> frozenset[int]:
    """Which of the `teams` of a meeting have a chapter that `user` reads; others read that of their own team."""
    if meeting.state == MeetingState.CANCELLED:
        return frozenset()
    return frozenset(teams) if reads_all_chapters(meeting, user) else frozenset(teams) & team_ids_of(user)

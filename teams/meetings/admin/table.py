"""What the rows of a meeting's page can choose from, read once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from teams.models import SpecialTeam

from ..agenda.marks import offered_marks
from ..agenda.meeting_page import MeetingParts
from ..models import AgendaItem, Attendance, Decision, Meeting
from ..states import AttendanceMark, DecisionState, MeetingState


@dataclass(frozen=True)
class Table:
    """A meeting with its rows, and what may be said of them now."""

    parts: MeetingParts
    user: User
    at: datetime

    @property
    def meeting(self) -> Meeting:
        return self.parts.meeting

    @property
    def items(self) -> Mapping[int, AgendaItem]:
        """The agenda in its order."""
        return {item.pk: item for item in self.parts.agenda.items}

    @property
    def people(self) -> Mapping[int, Attendance]:
        """Everyone invited, in the order of protocol."""
        return {row.pk: row for row in (self.parts.present.rows if self.parts.present else ())}

    @cached_property
    def decisions(self) -> Sequence[Decision]:
        """All of the meeting that the person may read."""
        rows = Decision.objects.visible_to(self.user).filter(meeting=self.meeting).prefetch_related("named")
        found = list(rows.select_related("item", "lead_department").order_by("number"))
        for decision in found:
            decision.meeting = self.meeting
        return found

    @property
    def proposed(self) -> Mapping[int, Decision]:
        """Decisions that are still corrected here."""
        return {row.pk: row for row in self.decisions if row.state == DecisionState.PROPOSED}

    @property
    def settled(self) -> Sequence[Decision]:
        """Decisions that the office has adopted or dropped."""
        return [row for row in self.decisions if row.state != DecisionState.PROPOSED]

    @cached_property
    def teams(self) -> Mapping[int, SpecialTeam]:
        """The teams existing on the meeting's day, in the order of the document."""
        rows = self.meeting.action.teams.existing_on(day_of(self.meeting.starts_at)).order_by("order")
        return {team.pk: team for team in rows}

    @property
    def team_choices(self) -> list[tuple[str, Text]]:
        """Those teams, by their short names."""
        return [(str(team.pk), f"{team.order} {team.short_name}") for team in self.teams.values()]

    @property
    def marks(self) -> Sequence[AttendanceMark]:
        """The marks that can be given now."""
        return offered_marks(self.meeting, self.at)

    @property
    def may_take_out(self) -> bool:
        """Whether rows can be taken out: once it was held they are marked or deferred instead."""
        return self.meeting.state == MeetingState.PLANNED

    @cached_property
    def speakers(self) -> Mapping[str, User]:
        """Who may be named as speaker, by name with post: everyone on the list, and who speaks already."""
        users = [row.user for row in self.people.values()] + [item.speaker for item in self.items.values()]
        return {user.title: user for user in [*users, self.meeting.chair, self.meeting.secretary] if user is not None}

    def speaker(self, text: str) -> User | None:
        """The person that a text names: name with post, the name alone where it is unique, or an account."""
        if text in self.speakers:
            return self.speakers[text]
        named = {user.pk: user for user in self.speakers.values() if text in (user.name, user.username)}
        found = list(named.values()) or list(User.objects.filter(Q(username=text) | Q(name=text))[:2])
        return found[0] if len(found) == 1 else None

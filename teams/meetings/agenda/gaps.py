"""What is still missing before a meeting: teams without an item, empty seats, items that wait to be taken up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from governance.clock import day_of
from teams.models import SpecialTeam

from ..models import AgendaItem, Decision, Meeting
from ..states import DecisionState
from .items import deferred_items
from .layout import heads_on
from .meeting_page import Agenda, Present


@dataclass(frozen=True)
class Gaps:
    """What a meeting in preparation lacks."""

    unlisted: Sequence[SpecialTeam]
    """Teams existing on its day without an item."""
    gone: Sequence[SpecialTeam]
    """Teams with an item that do not exist on its day."""
    moved: Sequence[SpecialTeam]
    """Teams whose seat is not that of their head of now."""
    headless: Sequence[SpecialTeam]
    """Teams without a head: their seat stays empty."""
    deferred: Sequence[AgendaItem]
    """Items that earlier meetings deferred and none has taken up."""
    early: Sequence[Decision]
    """Proposed decisions due before the meeting's day."""
    chair_unlisted: bool
    """Whether the chair is not on the list."""
    invited: int
    on_paper: int
    """People on the list without an account, who get the notice on paper."""

    @classmethod
    def of(cls, meeting: Meeting, agenda: Agenda, present: Present, decisions: Iterable[Decision]) -> "Gaps":
        """Those of a meeting in preparation with this agenda, these people and decisions: three queries."""
        day = day_of(meeting.starts_at)
        teams = list(meeting.action.teams.existing_on(day).order_by("order"))
        heads = heads_on(teams, day)
        listed = {item.team.pk: item.team for item in agenda.items if item.team is not None}
        existing = {team.pk for team in teams}
        users = {person.pk: person.user_id for person in present.rows}
        seated = {seat.team_id: users.get(seat.attendance_id or 0) for seat in present.seats}
        proposed = [each for each in decisions if each.state == DecisionState.PROPOSED]
        return cls(
            unlisted=[team for team in teams if team.pk not in listed],
            gone=[team for key, team in listed.items() if key not in existing],
            moved=[team for team in teams if team.pk in heads and seated.get(team.pk) != heads[team.pk].pk],
            headless=[team for team in teams if team.pk not in heads],
            deferred=list(deferred_items(meeting.action).exclude(meeting=meeting).select_related("meeting", "team")),
            early=[each for each in proposed if each.due_on is not None and each.due_on < day],
            chair_unlisted=meeting.chair_id is not None and meeting.chair_id not in users.values(),
            invited=len(users),
            on_paper=sum(person.user is None or not person.user.is_active for person in present.rows),
        )

    @property
    def to_update(self) -> list[SpecialTeam]:
        """The teams for which one click brings the agenda up to date, each once."""
        return list({team.pk: team for team in (*self.unlisted, *self.gone, *self.moved)}.values())

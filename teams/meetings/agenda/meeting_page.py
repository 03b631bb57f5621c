"""What the page of a meeting shows: the agenda with its times, who came, papers, and what was done when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.utils import timezone

from governance.people.models import User
from governance.people.permissions import may
from governance.records.models import AuditEvent
from governance.records.words import verb_word

from ..models import AgendaItem, Attendance, AttendanceSeat, Meeting, MinutesIssue, PackIssue
from ..states import AttendanceMark


@dataclass(frozen=True)
class AgendaLine:
    """An item with the time at which it begins, or the teams that report one after the other."""

    begins: datetime
    minutes: int
    item: AgendaItem
    reports: Sequence[AgendaItem] = ()
    """All of the teams, where this line is for several."""


@dataclass(frozen=True)
class Agenda:
    """The agenda in its order."""

    items: Sequence[AgendaItem]
    lines: Sequence[AgendaLine]
    ends: datetime
    minutes: int


def agenda_of(meeting: Meeting) -> Agenda:
    """The agenda of a meeting; reports that follow each other are one line. One query."""
    items = list(meeting.items.select_related("team", "speaker", "continues__meeting").order_by("order", "pk"))
    begins = timezone.localtime(meeting.starts_at)
    lines: list[AgendaLine] = []
    start = begins
    for is_report, group in groupby(items, lambda item: item.kind == AgendaItem.Kind.REPORT):
        members = list(group)
        for together in [members] if is_report and len(members) > 1 else [[item] for item in members]:
            minutes = sum(item.length_minutes for item in together)
            lines.append(AgendaLine(begins, minutes, together[0], together if len(together) > 1 else ()))
            begins += timedelta(minutes=minutes)
    return Agenda(items, lines, begins, int((begins - start).total_seconds() // 60))


@dataclass(frozen=True)
class Present:
    """Who is invited and who came."""

    rows: Sequence[Attendance]
    seats: Sequence[AttendanceSeat] = ()

    @classmethod
    def of(cls, meeting: Meeting, user: User) -> "Present | None":
        """The list of a meeting with its seats, for those who prepare it: two queries."""
        if not may(user, "read_meeting_papers"):
            return None
        people = Attendance.objects.visible_to(user).filter(meeting=meeting)
        rows = list(people.select_related("user").order_by("order", "pk"))
        of_meeting = AttendanceSeat.objects.visible_to(user).filter(meeting=meeting)
        seats = list(of_meeting.select_related("team").order_by("team__order"))
        teams: dict[int, list[str]] = {}
        for seat in seats:
            if seat.attendance_id is not None:
                teams.setdefault(seat.attendance_id, []).append(seat.team.short_name)
        for row in rows:
            row.seat_names = teams.get(row.pk, [])  # type: ignore[attr-defined]  # for the page alone
        return cls(rows, seats)

    @property
    def empty(self) -> list[AttendanceSeat]:
        """Seats without anybody."""
        return [seat for seat in self.seats if seat.attendance_id is None]

    def _marked(self, *marks: str) -> list[Attendance]:
        return [row for row in self.attending if row.mark in marks]

    @cached_property
    def attending(self) -> list[Attendance]:
        """Those who take part."""
        return [row for row in self.rows if row.capacity == Attendance.Capacity.ATTENDING]

    @property
    def sitting_in(self) -> list[Attendance]:
        """Those who sit in."""
        return [row for row in self.rows if row.capacity == Attendance.Capacity.SITTING_IN]

    @property
    def present(self) -> list[Attendance]:
        return self._marked(AttendanceMark.PRESENT)

    @property
    def expected(self) -> list[Attendance]:
        return self._marked(AttendanceMark.EXPECTED)

    @property
    def on_leave(self) -> list[Attendance]:
        return self._marked(AttendanceMark.LEAVE)

    @property
    def stood_in(self) -> list[Attendance]:
        return self._marked(AttendanceMark.STAND_IN)

    @property
    def absent(self) -> list[Attendance]:
        return self._marked(AttendanceMark.ABSENT)


@dataclass(frozen=True)
class Papers:
    """The papers of a meeting that exist."""

    packs: Sequence[PackIssue]
    minutes: Sequence[MinutesIssue]

    @classmethod
    def of(cls, meeting: Meeting, user: User) -> "Papers":
        """Those that `user` may read, without their bodies: two queries at most."""
        packs = PackIssue.objects.visible_to(user).filter(meeting=meeting).defer("body").order_by("-number")
        if not meeting.is_over:  # nothing is issued before
            return cls(list(packs), ())
        minutes = MinutesIssue.objects.visible_to(user).filter(meeting=meeting).defer("body")
        return cls(list(packs), list(minutes.select_related("signed_by").order_by("-number")))

    @property
    def issue(self) -> MinutesIssue | None:
        """The minutes as they were last issued."""
        return self.minutes[0] if self.minutes else None


@dataclass(frozen=True)
class MeetingParts:
    """What a page about a meeting reads of it."""

    meeting: Meeting
    agenda: Agenda
    present: Present | None
    papers: Papers

    @classmethod
    def of(cls, meeting: Meeting, user: User) -> "MeetingParts":
        """Those that `user` may read: five queries."""
        return cls(meeting, agenda_of(meeting), Present.of(meeting, user), Papers.of(meeting, user))


@dataclass(frozen=True)
class Done:
    """What somebody did to the meeting."""

    at: datetime
    who: str
    what: str


def history_of(meeting: Meeting, user: User, *, most: int = 20) -> list[Done]:
    """What was done, the latest first, for those who prepare and follow the meeting: one query."""
    if not may(user, "read_meeting_papers"):
        return []
    events = AuditEvent.objects.of(meeting).select_related("by").defer("change").order_by("-at", "-pk")[:most]
    return _told(events)


def _told(events: Iterable[AuditEvent]) -> list[Done]:
    return [Done(event.at, event.by.name if event.by else "", verb_word(event.verb)) for event in events]

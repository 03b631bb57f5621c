"""The follow-up as the page of a meeting shows it: live until the meeting is held, afterwards as its pack keeps it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from governance.lists.text import Text, clauses_text, names_text, overdue_text
from governance.people.models import User
from governance.people.permissions import may
from teams.models import team_ids_of
from teams.models.team import SpecialTeam

from ..models import Meeting
from .agenda_document import FOLLOW_UP, row_document
from .grouping import ORDER, Group
from .rows import bound_parts, follow_up_of

TONES = {
    Group.UNMATCHED: "yellow",
    Group.OVERDUE: "red",
    Group.DUE: "blue",
    Group.OPEN: "blue",
    Group.DONE: "green",
}

NAMED = 8
"""Teams named in a row; of more only the number is said."""


@dataclass
class Gathered:
    """A decision, line or clause with the teams that stand alike about it."""

    group: Group
    kind: str
    of: str
    number: int
    text: str
    url: str
    due: date | None = None
    days_over: int = 0
    teams: list[str] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        return TONES[self.group]

    @property
    def word(self) -> Text:
        """How it stands."""
        if self.group is Group.OVERDUE:
            return overdue_text(self.days_over)
        return {
            Group.UNMATCHED: gettext("without a team"),
            Group.DUE: gettext("due by the meeting"),
            Group.OPEN: pgettext("decision", "In progress"),
            Group.DONE: pgettext("decision", "Done"),
        }[self.group]

    @property
    def name(self) -> str:
        """What it is: 第1次调度会议定事项4."""
        return _NAMES[self.kind](self)

    @property
    def who(self) -> str:
        """Its teams by name, of many only how many."""
        count = len(self.teams)
        if count > NAMED:
            return ngettext("%(count)s special team", "%(count)s special teams", count) % {"count": count}
        return names_text(self.teams)


@dataclass(frozen=True)
class FollowUpShown:
    """The follow-up on a page; `as_of` is the moment of its pack, None while it is live."""

    rows: Sequence[Gathered]
    as_of: datetime | None

    @property
    def waiting(self) -> list[Gathered]:
        """What is not done, the groups in their order."""
        return [row for row in self.rows if row.group is not Group.DONE]

    @property
    def done(self) -> list[Gathered]:
        """What was done since the last meeting."""
        return [row for row in self.rows if row.group is Group.DONE]

    def _count(self, group: Group) -> int:
        """A row counts for each of its teams."""
        return sum(max(1, len(row.teams)) for row in self.rows if row.group is group)

    @property
    def sentence(self) -> str:
        """How many stand how."""
        counts = {group: self._count(group) for group in ORDER}
        said = [_counted(group, count) for group, count in counts.items() if count]
        if not said:
            return gettext("Nothing is left from earlier meetings.")
        return gettext("%(counts)s.") % {"counts": clauses_text(said)}


def _counted(group: Group, count: int) -> str:
    words = {
        Group.UNMATCHED: npgettext("follow-up", "%(count)d without a team", "%(count)d without a team", count),
        Group.OVERDUE: npgettext("follow-up", "%(count)d overdue", "%(count)d overdue", count),
        Group.DUE: ngettext("%(count)d due by the meeting", "%(count)d due by the meeting", count),
        Group.OPEN: ngettext("%(count)d in progress", "%(count)d in progress", count),
        Group.DONE: ngettext("%(count)d done since the last meeting", "%(count)d done since the last meeting", count),
    }
    return words[group] % {"count": count}


def follow_up_shown(meeting: Meeting, user: User, *, at: datetime) -> FollowUpShown:
    """What `user` may read of it: all for those who prepare and follow the meeting, otherwise the rows of their teams.

    Clauses without a team are read by everybody.
    """
    bound = bound_parts(meeting, FOLLOW_UP) if meeting.is_over else None
    if bound is not None:
        (rows,), as_of = bound
        return FollowUpShown(gathered(_readable(rows, user)), as_of)
    found = follow_up_of(meeting, at=at)
    return FollowUpShown(gathered(_readable((row_document(row, found.day) for row in found.rows), user)), None)


def gathered(rows: Iterable[dict[str, Any]]) -> list[Gathered]:
    """The rows of one decision, line or clause in one group are one, with the earliest date of its teams."""
    found: dict[tuple[object, ...], Gathered] = {}
    for row in rows:
        key = (row["group"], row["kind"], row["of"], row["number"], row.get("instruction"))
        if key not in found:
            group = Group(row["group"])
            found[key] = Gathered(group, row["kind"], row["of"], row["number"], row["text"], _address(row))
        each = found[key]
        if row["team_name"]:
            each.teams.append(row["team_name"])
        due = date.fromisoformat(row["due"]) if row["due"] else None
        if due is not None and (each.due is None or due < each.due):
            each.due = due
        each.days_over = max(each.days_over, row["days_over"])
    return sorted(found.values(), key=lambda each: ORDER.index(each.group))


def _readable(rows: Iterable[dict[str, Any]], user: User) -> Iterable[dict[str, Any]]:
    if may(user, "read_meeting_papers"):
        return rows
    own = set(SpecialTeam.objects.filter(pk__in=team_ids_of(user)).values_list("code", flat=True))
    return [row for row in rows if row["kind"] == "clause" or row["team"] in own]


def _address(row: dict[str, Any]) -> str:
    """Where it is read; a line in a pack of the first format leads to all instructions."""
    if row["kind"] == "decision":
        return reverse("decision", args=[row["of"], row["number"]])
    if row["kind"] == "clause":
        return f"{reverse('requirement', args=[row['of']])}#clause-{row['number']}"
    if "instruction" not in row:
        return reverse("instruction_list")
    year, number = row["instruction"].split("-")
    return f"{reverse('instruction', args=[year, number])}#line-{row['number']}"


def _decision_name(row: Gathered) -> str:
    kind, _year, number = row.of.rsplit("-", 2)
    words = {"kind": Meeting.Kind(kind).label, "number": number, "decision": row.number}
    return gettext("%(kind)s no. %(number)s, decision %(decision)s") % words


_NAMES = {
    "decision": _decision_name,
    "line": lambda row: gettext("Instruction, line %(number)s") % {"number": row.number},
    "clause": lambda row: gettext("Clause %(number)s") % {"number": row.number},
}

"""The follow-up of a meeting: what became of what was decided and instructed (docs/rules.md#follow-up).

One row for each team of a decision or of a line for action, and one for each clause from above that nobody has taken
up. Read live until the meeting is held; what it was then is in its bound pack.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from governance.clock import day_of
from teams.models import SpecialAction, SpecialTeam

from ..decisions.standing import standings_in
from ..instructions.standing import owed_lines_in
from ..models import Clause, Decision, Instruction, InstructionLine, Meeting, PackIssue
from ..states import MEETING_OVER, DecisionState
from .grouping import ORDER, Group, LastMeeting, MeetingDay, Standing, group_of


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A clause, a decision for a team, or a line for a team."""

    group: Group
    kind: str
    """clause, decision or line."""
    row: Clause | Decision | InstructionLine
    number: int
    of: str
    """The address part of its meeting, requirement or instruction."""
    text: str
    team: SpecialTeam | None
    due: date | None
    done_on: date | None = None

    def days_over(self, on: date) -> int:
        """Days past the date in force, while it is overdue; 0 otherwise."""
        return (on - self.due).days if self.group is Group.OVERDUE and self.due is not None else 0

    def as_json(self) -> dict[str, object]:
        """The row as the command prints it and a pack keeps it."""
        return {
            "group": str(self.group),
            "kind": self.kind,
            "number": self.number,
            "of": self.of,
            "team": self.team.code if self.team is not None else None,
            "due": self.due.isoformat() if self.due is not None else None,
        }


@dataclass(frozen=True)
class FollowUp:
    """The rows of a meeting in the order of their groups; `day` is the day of the reading."""

    day: date
    rows: Sequence[FollowUpRow]

    def groups(self) -> list[tuple[Group, list[FollowUpRow]]]:
        """The groups that have rows."""
        found = [(group, [row for row in self.rows if row.group is group]) for group in ORDER]
        return [(group, rows) for group, rows in found if rows]

    def of_team(self, team: SpecialTeam) -> list[FollowUpRow]:
        """The rows of one team."""
        return [row for row in self.rows if row.team is not None and row.team.pk == team.pk]


def follow_up_of(meeting: Meeting, *, at: datetime) -> FollowUp:
    """The follow-up of a meeting as it stands at `at`: the same number of queries for any number of rows."""
    when = meeting_day(meeting, at=at)
    teams = {team.pk: team for team in SpecialTeam.objects.filter(action=meeting.action_id).order_by("order")}
    found = [*_clauses(meeting.action, when), *_decisions(meeting, teams, when), *_lines(meeting, teams, when)]
    return FollowUp(when.day, sorted(found, key=_place))


def meeting_day(meeting: Meeting, *, at: datetime) -> MeetingDay:
    """The days by which rows are grouped: one query."""
    meets_on = day_of(meeting.starts_at)
    day = min(day_of(at), meets_on)
    before = Meeting.objects.filter(action=meeting.action_id, state__in=MEETING_OVER, starts_at__lt=meeting.starts_at)
    bound_at = PackIssue.objects.filter(meeting=OuterRef("pk"), at__lte=OuterRef("held_at")).order_by("-number")
    last = before.exclude(pk=meeting.pk).annotate(bound_at=Subquery(bound_at.values("as_of")[:1]))
    held = last.order_by("-starts_at", "-pk").values_list("starts_at", "bound_at").first()
    if held is None:
        return MeetingDay(day, meets_on)
    return MeetingDay(day, meets_on, LastMeeting(day_of(held[0]), held[1]))


def bound_pack(meeting: Meeting) -> PackIssue | None:
    """The pack that stands for a meeting: the last one bound before it was recorded as held, else the last one."""
    return _bound(meeting).first()


def bound_parts(meeting: Meeting, *parts: str) -> tuple[list[Any], datetime] | None:
    """Parts of the pack that stands, named as `agenda__follow_up`, and its moment.

    None where there is no pack, or where it lacks a part. The database reads them out of the body, so that nothing
    else of a long pack is read. One query.
    """
    read = {f"part{place}": F(f"document__{part}") for place, part in enumerate(parts)}
    packs: Any = _bound(meeting)
    row = packs.annotate(document=Cast("body", JSONField()), **read).values_list(*read, "as_of").first()
    if row is None or None in row:
        return None
    *found, as_of = row
    return found, as_of


def _bound(meeting: Meeting) -> QuerySet[PackIssue]:
    packs = meeting.packs.order_by("-number")
    return packs if meeting.held_at is None else packs.filter(at__lte=meeting.held_at)


def _decisions(meeting: Meeting, teams: Mapping[int, SpecialTeam], when: MeetingDay) -> Iterable[FollowUpRow]:
    """Adopted decisions of every meeting of the action, for each of their teams."""
    for each in standings_in(meeting.action, teams):
        done, decision = each.done, each.decision
        standing = Standing(each.due, done.on if done else None, done.recorded_at if done else None)
        if (group := group_of(standing, when)) is not None:
            of = decision.meeting.code
            yield FollowUpRow(
                group, "decision", decision, decision.number, of, decision.text, each.team, each.due, standing.done_on
            )


def _lines(meeting: Meeting, teams: Mapping[int, SpecialTeam], when: MeetingDay) -> Iterable[FollowUpRow]:
    """Adopted lines for action, for each of their teams; guidance is listed apart and never owed."""
    for each in owed_lines_in(meeting.action, teams):
        line = each.line
        standing = Standing(line.due_on, each.done_on, each.recorded_at)
        if (group := group_of(standing, when)) is not None:
            of = origin_of(line.instruction)
            yield FollowUpRow(group, "line", line, line.number, of, line.text, each.team, line.due_on, each.done_on)


def _clauses(action: SpecialAction, when: MeetingDay) -> Iterable[FollowUpRow]:
    """Clauses without team, task, answer or reason why they do not concern the county."""
    rows = Clause.objects.filter(requirement__action=action, team=None, not_ours="", tasks=None, answers=None)
    ordered = rows.select_related("requirement").order_by("requirement__received_on", "requirement", "number")
    for clause in ordered:
        group = group_of(Standing(clause.due_in_force, is_unmatched=True), when)
        if group is not None:
            of = str(clause.requirement_id)
            yield FollowUpRow(group, "clause", clause, clause.number, of, clause.text, None, clause.due_in_force)


def origin_of(instruction: Instruction) -> str:
    """The address part of the meeting at which it was heard, else its own."""
    if instruction.item is not None:
        return instruction.item.meeting.code
    return f"{instruction.year}-{instruction.number}"


def guidance_of(action: SpecialAction, since: date | None) -> list[InstructionLine]:
    """Lines for guidance given after `since`, for the pack: listed, never owed."""
    rows = InstructionLine.objects.filter(
        instruction__action=action, state=DecisionState.ADOPTED, kind=InstructionLine.Kind.GUIDANCE
    )
    if since is not None:
        rows = rows.filter(instruction__given_on__gte=since)
    return list(rows.select_related("instruction__item__meeting").order_by("instruction__given_on", "number"))


def _place(row: FollowUpRow) -> tuple[int, date]:
    """By group, then by date; rows without a date last, otherwise in the order in which they were read."""
    return ORDER.index(row.group), row.due or date.max

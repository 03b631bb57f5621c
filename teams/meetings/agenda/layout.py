"""What a new meeting begins with: its number, title, time and place, the agenda and who is invited.

The agenda (docs/rules.md#agenda): follow-up, the plan, the teams in the order of the document, problems, tasks, speech.
People (docs/rules.md#attendance): the chair, the office, the heads of the working groups, the centre, the teams' heads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from governance.people.models import User
from governance.people.roles import Role
from teams.models import SpecialAction, SpecialTeam, TeamMember

from ..models import AgendaItem, Meeting
from ..numbering import next_number
from .rows import ItemRow, PersonRow

NAMES = {
    Meeting.Kind.PROMOTION: "第{number}次推进会",
    Meeting.Kind.DISPATCH: "第{number}次调度会",
    Meeting.Kind.TOPIC: "第{number}次专题会",
}
"""How officials name a meeting; a title is a fact in Chinese, like the name of a team."""

GROUP_HEAD = "{group}组长"
"""The post of the head of a working group, in Chinese like every post."""

USUAL_TIME = time(15, 0)

FOLLOW_UP, PLAN, REPORT, PROBLEMS, TASKS, SPEECH = 10, 12, 6, 12, 8, 12
"""Minutes of each kind of item."""


def title_of(kind: str, number: int) -> str:
    """The usual title of a meeting: 第1次推进会."""
    return NAMES[Meeting.Kind(kind)].format(number=number)


@dataclass(frozen=True)
class Proposed:
    """A new meeting as it is proposed: everything but the day."""

    number: int
    title: str
    begins: time
    place: str
    chair: User | None
    contact: str
    contact_phone: str


def proposed_meeting(action: SpecialAction, kind: str, *, year: int) -> Proposed:
    """What a new meeting takes over from the last one: time, place, chair and contact; the number is the next free."""
    rows = Meeting.objects.filter(action=action)
    number = next_number(rows.filter(kind=kind, year=year))
    last = rows.exclude(number=None).select_related("chair").order_by("-starts_at", "-pk").first()
    if last is None:
        chair = User.objects.with_role(Role.COUNTY_LEADER).order_by("pk").first()
        return Proposed(number, title_of(kind, number), USUAL_TIME, "", chair, "", "")
    begins = timezone.localtime(last.starts_at).time()
    return Proposed(number, title_of(kind, number), begins, last.place, last.chair, last.contact, last.contact_phone)


@dataclass(frozen=True)
class Roster:
    """Who is at the table on a day: four queries and two more."""

    teams: Sequence[SpecialTeam]
    """The teams existing that day, in the order of the document."""
    heads: Mapping[int, User]
    """Their heads that day, by team id."""
    office: Sequence[User]
    groups: Sequence[tuple[str, str]]
    """Name and post of the heads of working groups."""
    centre: User | None
    """The first account of the assessment centre, who explains the plan."""

    @classmethod
    def on(cls, action: SpecialAction, day: date) -> "Roster":
        """As things are known now for `day`."""
        teams = list(action.teams.existing_on(day).order_by("order"))
        centre = User.objects.with_role(Role.ASSESSMENT_CENTRE).select_related("department").order_by("pk").first()
        return cls(
            teams,
            heads_on(teams, day),
            list(User.objects.with_role(Role.SPECIAL_OFFICE).select_related("department").order_by("pk")),
            list(_group_heads(action)),
            centre,
        )

    def items(self, chair: User | None) -> list[ItemRow]:
        """The agenda in its usual order."""
        office = self.office[0] if self.office else None
        kinds = AgendaItem.Kind
        return [
            ItemRow(kind=kinds.FOLLOW_UP, speaker=office, length_minutes=FOLLOW_UP),
            ItemRow(kind=kinds.PLAN, speaker=self.centre, length_minutes=PLAN),
            *(self.report_of(team) for team in self.teams),
            ItemRow(kind=kinds.PROBLEMS, speaker=office, length_minutes=PROBLEMS),
            ItemRow(kind=kinds.TASKS, speaker=office, length_minutes=TASKS),
            ItemRow(kind=kinds.SPEECH, speaker=chair, length_minutes=SPEECH),
        ]

    def report_of(self, team: SpecialTeam) -> ItemRow:
        """The item under which a team reports."""
        return ItemRow(kind=AgendaItem.Kind.REPORT, team=team, speaker=self.heads.get(team.pk), length_minutes=REPORT)

    def people(self, chair: User | None) -> list[PersonRow]:
        """Who is invited, in the order of protocol, each person once with all their seats; a chair may head a group."""
        seats: dict[int, list[SpecialTeam]] = {}
        for team in self.teams:
            if team.pk in self.heads:
                seats.setdefault(self.heads[team.pk].pk, []).append(team)
        first = [*([chair] if chair else []), *self.office]
        last = [*([self.centre] if self.centre else []), *(self.heads[t.pk] for t in self.teams if t.pk in self.heads)]
        once: dict[int, User] = {}
        rows = []
        for user in first:
            if once.setdefault(user.pk, user) is user:
                rows.append(PersonRow.of(user, teams=seats.get(user.pk, ())))
        named = chair.name if chair is not None else ""
        rows += [PersonRow(name=name, post=post, teams=()) for name, post in self.groups if name != named]
        for user in last:
            if user.pk not in once:
                once[user.pk] = user
                rows.append(PersonRow.of(user, teams=seats.get(user.pk, ())))
        return rows


def heads_on(teams: Sequence[SpecialTeam], day: date) -> dict[int, User]:
    """The head of each of `teams` on `day`, by team id."""
    members = TeamMember.objects.on(day).filter(team__in=teams, part=TeamMember.Part.HEAD)
    return {member.team_id: member.user for member in members.select_related("user__department").order_by("pk")}


def _group_heads(action: SpecialAction) -> Iterator[tuple[str, str]]:
    """Name and posts of each head of a working group; who heads two is named once."""
    posts: dict[str, list[str]] = {}
    for group in action.groups.exclude(head_name="").order_by("order", "pk"):
        posts.setdefault(group.head_name, []).append(GROUP_HEAD.format(group=group.title))
    for name, held in posts.items():
        yield name, "、".join(held)[:80]

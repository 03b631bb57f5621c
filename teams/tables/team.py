"""The table of teams: lead department, people, lamps, pace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, ProgressColumn, TextColumn
from governance.lists.marks import badge, lamp_mark
from governance.lists.tables import LeanTable
from governance.lists.text import Text, names_text
from governance.people.models import Department

from ..models import SpecialTeam, Task, TeamDepartment, TeamMember
from ..roster.beginnings import Beginning, FirstStepState, beginnings_of
from ..rules.lamps import Lamp
from ..rules.progress import Pace
from ..tasks.changes import milestones_of
from ..tasks.standing import TaskStanding, lamp_counts, pace_of
from ..words import LAMP_WORDS


@dataclass(frozen=True)
class TeamRow:
    """A team in the list, as of a day."""

    team: SpecialTeam
    on: date
    lead: Department | None
    head: TeamMember | None
    liaison: TeamMember | None
    tasks: Sequence[TaskStanding]
    beginning: Beginning | None
    """The first steps of a new team; None for one that is no longer new."""

    @cached_property
    def pace(self) -> Pace | None:
        """The pace of its tasks; None where no task has a plan line."""
        return pace_of(self.tasks)

    @property
    def percent(self) -> Decimal | None:
        """The percent of its pace."""
        return self.pace.percent if self.pace else None

    @property
    def planned(self) -> Decimal | None:
        """The planned percent of its pace."""
        return self.pace.planned if self.pace else None

    @property
    def lamps(self) -> dict[Lamp, int]:
        """How many tasks have each lamp; lamps without tasks are left out."""
        return {lamp: count for lamp, count in lamp_counts(self.tasks).items() if count}


def rows_of(teams: Sequence[SpecialTeam], on: date) -> list[TeamRow]:
    """The teams of one page with the list's data: four queries, four more where some are new."""
    keys = [team.pk for team in teams]
    leads = TeamDepartment.objects.current().lead_by_team(teams)
    people: dict[tuple[int, str], TeamMember] = {}
    shown = TeamMember.objects.current().filter(team__in=keys, part__in=(TeamMember.Part.HEAD, TeamMember.Part.LIAISON))
    for member in shown.select_related("user"):
        people.setdefault((member.team_id, member.part), member)
    tasks = list(Task.objects.filter(team__in=keys).order_by("year", "number"))
    milestones = milestones_of(tasks)
    standings: dict[int, list[TaskStanding]] = {key: [] for key in keys}
    for task in tasks:
        standings[task.team_id].append(TaskStanding(task, task, on, milestones[task.pk]))
    new = [team for team in teams if team.is_new(on, team.action.new_team_days)]
    beginnings = beginnings_of(new, new[0].action, on=on) if new else {}
    return [
        TeamRow(
            team=team,
            on=on,
            lead=leads.get(team.pk),
            head=people.get((team.pk, TeamMember.Part.HEAD)),
            liaison=people.get((team.pk, TeamMember.Part.LIAISON)),
            tasks=standings[team.pk],
            beginning=beginnings.get(team.pk),
        )
        for team in teams
    ]


class TeamColumn(LinkColumn):
    """The team's name, linked, with a badge that counts a new team's days."""

    def compiled(self) -> Callable[[str, TeamRow], str]:
        return self.html

    def html(self, value: str, record: TeamRow) -> str:
        name = f'<a class="table-title" href="{record.team.get_absolute_url()}">{escape(value)}</a>'
        if record.team.closed_on:
            closed = badge(gettext("Closed"))
            return f"{name} {closed}"
        if record.beginning is None:
            return name
        age = gettext("new · day %(day)s of %(of)s") % {"day": record.beginning.day, "of": record.beginning.of_days}
        return f"{name} {badge(age, 'blue')}{''.join(late_words(step) for step in record.beginning.overdue)}"


def late_words(step: FirstStepState) -> str:
    """An overdue first step, on a line of its own."""
    late = ngettext("%(step)s: %(days)s day late", "%(step)s: %(days)s days late", step.days_late)
    return f'<span class="table-note over">{escape(late % {"step": step.label, "days": step.days_late})}</span>'


class PersonColumn(LeanColumn):
    """A member of the team; `phone` adds the masked number."""

    def __init__(self, label: Text | None = None, *, phone: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.phone = phone

    def text(self, value: TeamMember, record: TeamRow) -> str:
        phone = value.user.phone_masked if self.phone else ""
        return f"{value.user.name} {phone}".strip()

    def html(self, value: TeamMember, record: TeamRow) -> str:
        second = value.user.phone_masked if self.phone else value.user.post
        note = f'<span class="caption table-note nowrap">{escape(second)}</span>' if second else ""
        return escape(value.user.name) + note


class LampsColumn(LeanColumn):
    """How many tasks have each lamp; each count links to its tasks."""

    def text(self, value: dict[Lamp, int], record: TeamRow) -> str:
        return names_text(f"{LAMP_WORDS[lamp]} {count}" for lamp, count in value.items())

    def html(self, value: dict[Lamp, int], record: TeamRow) -> str:
        tasks = f"{reverse('task_list')}?team={escape(record.team.code)}"
        doors = [
            f'<a class="lamp nowrap" href="{tasks}&amp;lamp={lamp.value}">{lamp_mark(lamp.value)}'
            f'<span class="visually-hidden">{escape(str(LAMP_WORDS[lamp]))}</span> {count}</a>'
            for lamp, count in value.items()
        ]
        return f"<div>{' '.join(doors)}</div>" if doors else escape(gettext("No tasks yet"))


class TeamTable(LeanTable):
    """Teams in the order of the official document."""

    order = TextColumn(_("No."), accessor="team__order", order_by="order")
    name = TeamColumn(_("Team"), accessor="team__name", orderable=False)
    lead = TextColumn(_("Lead department"), accessor="lead__name", empty="—", orderable=False)
    head = PersonColumn(_("Head"), empty="—", orderable=False)
    liaison = PersonColumn(_("Liaison"), phone=True, empty="—", orderable=False)
    lamps = LampsColumn(_("Tasks"), orderable=False)
    percent = ProgressColumn(_("Progress"), planned="planned", empty="—", orderable=False)
    established_on = DateColumn(_("Established"), accessor="team__established_on", order_by="established_on")

    class Meta:
        order_by = "order"

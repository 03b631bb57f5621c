"""What the loop between meetings says of a task and of teams, for the pages that are composed here.

Everything is read as `user` may read it, of today, in the same number of queries for any number of rows and teams.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from governance.people.models import User
from teams.meetings.decisions.basis import basis_of
from teams.meetings.models import Clause, Decision, FieldPlace, Problem, Showcase, SupervisionOrder
from teams.meetings.models.problem import ProblemTeam
from teams.meetings.showcases.standing import ShowcaseStanding, standings_of
from teams.models import SpecialTeam, Task


@dataclass(frozen=True)
class TaskLoop:
    """What a task comes from, and what there is about it."""

    decisions: Sequence[Decision]
    """Decisions of meetings that became this task."""
    clauses: Sequence[Clause]
    """Clauses from above that it takes up."""
    orders: Sequence[SupervisionOrder]
    """The latest first."""
    problems: Sequence[Problem]
    """Those that it rectifies, and those raised from a row of a report on it."""
    showcases: Sequence[ShowcaseStanding]
    """Those that use it, learned practices included."""
    basis: str = ""

    @property
    def links_basis(self) -> bool:
        """Whether the basis is one of the decisions, so that the link says it."""
        return any(basis_of(decision) == self.basis for decision in self.decisions)


def loop_of_task(task: Task, user: User) -> TaskLoop:
    """What `user` may read about a task: six queries."""
    decisions = Decision.objects.visible_to(user).filter(outcomes__task=task).distinct()
    clauses = Clause.objects.visible_to(user).filter(tasks__task=task)
    orders = SupervisionOrder.objects.visible_to(user).filter(task=task)
    problems = Problem.objects.visible_to(user).filter(Q(tasks__task=task) | Q(entry__task=task)).distinct()
    showcases = Showcase.objects.visible_to(user).filter(task=task).select_related("team")
    return TaskLoop(
        list(decisions.select_related("meeting").order_by("meeting__starts_at", "meeting", "number")),
        list(clauses.select_related("requirement").order_by("requirement__received_on", "requirement", "number")),
        list(orders.select_related("team", "task", "problem").order_by("-issued_at", "-pk")),
        list(problems.with_return().order_by("-number")),
        standings_of(showcases.order_by("-year", "title")),
        task.basis,
    )


@dataclass(frozen=True)
class TeamLoop:
    """What there is about a team."""

    problems: Sequence[Problem]
    """Those worked on."""
    orders: Sequence[SupervisionOrder]
    """Those on which somebody has still to act."""
    showcases: Sequence[ShowcaseStanding]
    places: Sequence[FieldPlace]
    """The place of each of its fields, of the latest month."""


def loop_of_team(team: SpecialTeam, user: User) -> TeamLoop:
    """What `user` may read about a team: five queries."""
    problems = Problem.objects.visible_to(user).live().filter(teams__team=team)
    orders = SupervisionOrder.objects.visible_to(user).to_act_on().filter(team=team)
    showcases = Showcase.objects.visible_to(user).filter(team=team).select_related("team")
    return TeamLoop(
        list(problems.with_return().order_by("number")),
        list(orders.select_related("team", "task", "problem").order_by("-issued_at", "-pk")),
        standings_of(showcases.order_by("-year", "title")),
        _latest_places([team], user).get(team.pk, []),
    )


@dataclass
class TeamMarks:
    """What the wall chart says of a team beside its lamps: how many, and the places of its fields."""

    problems: int = 0
    orders: int = 0
    showcases: int = 0
    places: list[FieldPlace] = field(default_factory=list)
    code: str = ""
    """The team's part of an address."""

    @property
    def problems_url(self) -> str:
        """The problems counted."""
        return f"{reverse('problem_list')}?team={self.code}"

    @property
    def orders_url(self) -> str:
        """The orders counted."""
        return f"{reverse('order_list')}?team={self.code}&state=open"

    @property
    def showcases_url(self) -> str:
        """The showcases counted."""
        return f"{reverse('showcase_list')}?team={self.code}"

    @property
    def places_url(self) -> str:
        """All places of the team."""
        return f"{reverse('field_place_list')}?team={self.code}"


def marks_of(teams: Iterable[SpecialTeam], user: User) -> Mapping[int, TeamMarks]:
    """The marks of each team that has some, by its id: four queries."""
    known = list(teams)
    found = {team.pk: TeamMarks(code=team.code) for team in known}
    live = Problem.objects.visible_to(user).live().values("pk")
    of_problems = ProblemTeam.objects.filter(team__in=known, problem__in=live)
    for team, count in _counted(of_problems):
        found[team].problems = count
    for team, count in _counted(SupervisionOrder.objects.visible_to(user).to_act_on().filter(team__in=known)):
        found[team].orders = count
    for team, count in _counted(Showcase.objects.visible_to(user).filter(team__in=known)):
        found[team].showcases = count
    for team, places in _latest_places(known, user).items():
        found[team].places = places
    return {
        team: marks
        for team, marks in found.items()
        if marks.problems or marks.orders or marks.showcases or marks.places
    }


def _counted(rows: QuerySet) -> list[tuple[int, int]]:
    """How many rows each team has."""
    return list(rows.order_by().values_list("team").annotate(Count("pk")))


def _latest_places(teams: Sequence[SpecialTeam], user: User) -> dict[int, list[FieldPlace]]:
    """The place of each field in its latest month, by the team's id: one query."""
    rows = FieldPlace.objects.visible_to(user).in_force().filter(team__in=teams).order_by("month", "pk")
    latest = {(row.team_id, row.field): row for row in rows}
    found: dict[int, list[FieldPlace]] = defaultdict(list)
    for (team, _field), row in sorted(latest.items()):
        found[team].append(row)
    return found

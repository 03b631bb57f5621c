"""How the clauses of requirements stand: who answers, whether somebody does, whether it was in time.

A clause is answered by the teams of its tasks, and without a task by its team (docs/rules.md#requirements).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from teams.models import SpecialTeam, Task

from ..models import Clause, ClauseAnswer, ClauseTask


def answered_on_time(first: date | None, due: date | None) -> bool | None:
    """Whether the first answer came by the due day; None without an answer, and where no day is due."""
    return None if first is None or due is None else first <= due


@dataclass(frozen=True)
class TeamStanding:
    """A clause for one of its teams: the team's tasks in it and its answers, the first one first."""

    clause: Clause
    team: SpecialTeam
    tasks: Sequence[Task]
    answers: Sequence[ClauseAnswer]

    @property
    def first(self) -> ClauseAnswer | None:
        """The answer that decides whether it was in time."""
        return self.answers[0] if self.answers else None

    @property
    def due_on(self) -> date | None:
        """The due day in force."""
        return self.clause.due_in_force

    @property
    def is_on_time(self) -> bool | None:
        """Whether the first answer came by the due day; None where that cannot be said."""
        return answered_on_time(self.first.answered_on if self.first else None, self.due_on)

    def is_overdue(self, on: date) -> bool:
        """Whether the due day has passed without an answer."""
        return self.first is None and self.due_on is not None and self.due_on < on


@dataclass(frozen=True)
class ClauseStanding:
    """A clause with its tasks and with each of its teams, in document order."""

    clause: Clause
    tasks: Sequence[Task]
    teams: Sequence[TeamStanding]
    answers: Sequence[ClauseAnswer]
    """All its answers, also those of teams that no longer have it."""

    @property
    def is_unmatched(self) -> bool:
        """Whether it has no team, task or answer and was not declined; `ClauseQuerySet.unmatched` asks the same."""
        return not (self.teams or self.answers or self.clause.not_ours)

    @property
    def answered(self) -> Sequence[TeamStanding]:
        """Its teams that have answered."""
        return [each for each in self.teams if each.first]

    @property
    def late(self) -> Sequence[TeamStanding]:
        """Its teams whose first answer came after the due day."""
        return [each for each in self.teams if each.is_on_time is False]

    def overdue(self, on: date) -> Sequence[TeamStanding]:
        """Its teams whose due day has passed without an answer."""
        return [each for each in self.teams if each.is_overdue(on)]


def standings_of(clauses: Iterable[Clause], *, before: datetime | None = None) -> list[ClauseStanding]:
    """How clauses stand, in their order: two queries. With `before`, answers recorded from then on are left out.

    The clauses are read with their requirement and their team.
    """
    clauses = list(clauses)
    tasks, answers = _tasks_of(clauses), _answers_of(clauses, before)
    return [_standing(clause, tasks[clause.pk], answers[clause.pk]) for clause in clauses]


def _standing(clause: Clause, tasks: Sequence[Task], answers: Sequence[ClauseAnswer]) -> ClauseStanding:
    teams = {task.team_id: task.team for task in tasks}
    if clause.team is not None and not teams:
        teams = {clause.team.pk: clause.team}
    standings = [
        TeamStanding(
            clause,
            team,
            [task for task in tasks if task.team_id == team.pk],
            [answer for answer in answers if answer.team_id == team.pk],
        )
        for team in sorted(teams.values(), key=lambda team: team.order)
    ]
    return ClauseStanding(clause, tasks, standings, answers)


def _tasks_of(clauses: Sequence[Clause]) -> dict[int, list[Task]]:
    """The tasks of each clause, by number."""
    found: dict[int, list[Task]] = defaultdict(list)
    links = ClauseTask.objects.filter(clause__in=clauses).select_related("task__team")
    for link in links.order_by("task__year", "task__number"):
        found[link.clause_id].append(link.task)
    return found


def _answers_of(clauses: Sequence[Clause], before: datetime | None) -> dict[int, list[ClauseAnswer]]:
    """The answers to each clause, each team's in the order of their numbers."""
    found: dict[int, list[ClauseAnswer]] = defaultdict(list)
    rows = ClauseAnswer.objects.filter(clause__in=clauses).select_related("clause", "team", "task", "by")
    if before is not None:
        rows = rows.filter(at__lt=before)
    for answer in rows.order_by("clause", "team__order", "number"):
        found[answer.clause_id].append(answer)
    return found

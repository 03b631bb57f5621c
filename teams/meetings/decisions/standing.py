"""How decisions stand for each of their teams: due, done and what became of them (docs/rules.md#decisions).

Nothing of it is stored: it is read from tasks, problems and the office's records, in the same number of queries for any
number of decisions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery

from governance.clock import day_of
from teams.models import Extension, SpecialAction, SpecialTeam, Task, TaskVersion
from teams.states import TaskState

from ..models import Decision, DecisionDone, DecisionOutcome, DecisionTeam, Problem, ProblemStep
from ..states import DecisionState, ProblemState
from .completion import Done, Fate, Granted, done_of, due_in_force, is_on_time


@dataclass(frozen=True)
class DecisionStanding:
    """A decision for one of its teams."""

    decision: Decision
    team: SpecialTeam
    due: date | None
    done: Done | None
    outcomes: Sequence[DecisionOutcome] = ()
    record: DecisionDone | None = None
    """The office's record that stands, where no task or problem decides."""
    counts: bool = False
    """Whether a task or problem decides."""

    @property
    def on_time(self) -> bool | None:
        """Whether it was done by its date; None while open or without a date."""
        return is_on_time(self.done, self.due)

    def days_over(self, on: date) -> int:
        """Days past the date in force while it is not done; 0 otherwise."""
        return max(0, (on - self.due).days) if self.due is not None and self.done is None else 0


class Became(NamedTuple):
    """An outcome without its task and problem."""

    decision_id: int
    team_id: int
    made: bool
    task_id: int | None
    problem_id: int | None


class TaskFacts(NamedTuple):
    """What decides whether a task is done."""

    pk: int
    state: str
    asked_on: date | None
    closed_on: date | None


class ProblemFacts(NamedTuple):
    """What decides whether a problem is done."""

    pk: int
    state: str
    merged_into_id: int | None


@dataclass(frozen=True)
class Outcomes:
    """What became of decisions: their outcomes with the fate of each task and problem."""

    rows: dict[tuple[int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    """By decision and team: DecisionOutcome, or Became where only facts were read."""
    tasks: dict[int, Fate] = field(default_factory=dict)
    problems: dict[int, Fate] = field(default_factory=dict)
    granted: dict[int, list[Granted]] = field(default_factory=lambda: defaultdict(list))
    """Extensions granted, by task."""

    @classmethod
    def of(cls, decisions: Iterable[int]) -> "Outcomes":
        """Those of the decisions with these ids: at most six queries."""
        found = cls()
        rows = DecisionOutcome.objects.filter(decision__in=list(decisions)).select_related("task", "problem")
        tasks: dict[int, Task] = {}
        problems: dict[int, Problem] = {}
        for row in rows.order_by("pk"):
            found.rows[row.decision_id, row.team_id].append(row)
            if row.task is not None:
                tasks[row.task.pk] = row.task
            if row.problem is not None:
                problems[row.problem.pk] = row.problem
        found._read_fates(tasks.values(), problems.values())
        return found

    @classmethod
    def facts_of(cls, decisions: Iterable[int]) -> "Outcomes":
        """The same without the rows of tasks and problems: at most six queries."""
        found = cls()
        tasks: dict[int, TaskFacts] = {}
        problems: dict[int, ProblemFacts] = {}
        rows = DecisionOutcome.objects.filter(decision__in=list(decisions)).order_by("pk")
        of_task = [f"task__{name}" for name in TaskFacts._fields[1:]]
        of_problem = [f"problem__{name}" for name in ProblemFacts._fields[1:]]
        columns = rows.values_list(*Became._fields, *of_task, *of_problem)
        for *facts, state, asked_on, closed_on, problem_state, merged_into in columns.iterator():
            row = Became._make(facts)
            found.rows[row.decision_id, row.team_id].append(row)
            if row.task_id is not None:
                tasks[row.task_id] = TaskFacts(row.task_id, state, asked_on, closed_on)
            elif row.problem_id is not None:
                problems[row.problem_id] = ProblemFacts(row.problem_id, problem_state, merged_into)
        found._read_fates(tasks.values(), problems.values())
        return found

    def _read_fates(self, tasks: Collection[Task | TaskFacts], problems: Collection[Problem | ProblemFacts]) -> None:
        """The fates of tasks and problems, and the extensions granted on the tasks."""
        self.tasks.update(_task_fates(tasks))
        self.problems.update(_problem_fates(problems))
        granted = Extension.objects.filter(task__in=[task.pk for task in tasks], granted=True).order_by()
        for task, decided_at, due_on in granted.values_list("task", "decided_at", "new_due_on"):
            if decided_at is not None:
                self.granted[task].append(Granted(decided_at, due_on))

    def fates(self, rows: Iterable[DecisionOutcome | Became]) -> list[Fate]:
        """The fate of each of `rows`."""
        return [self._fate(row) for row in rows]

    def _fate(self, row: DecisionOutcome | Became) -> Fate:
        if row.task_id is not None:
            return self.tasks[row.task_id]
        return self.problems[row.problem_id or 0]

    def granted_on(self, rows: Iterable[DecisionOutcome | Became]) -> list[Granted]:
        """Extensions granted on the tasks which the decision created."""
        return [each for row in rows if row.made and row.task_id for each in self.granted[row.task_id]]


def standings_of(decisions: Sequence[Decision]) -> list[DecisionStanding]:
    """Each of the adopted `decisions` for each of its teams, in document order: at most eight queries."""
    teams = DecisionTeam.objects.filter(decision__in=[decision.pk for decision in decisions]).select_related("team")
    of_decision: dict[int, list[SpecialTeam]] = defaultdict(list)
    for row in teams.order_by("team__order", "pk"):
        of_decision[row.decision_id].append(row.team)
    return _standings({decision.pk: decision for decision in decisions}, of_decision)


@dataclass(frozen=True, slots=True)
class DecisionFor:
    """A decision for one of its teams, as the follow-up reads it."""

    decision: Decision
    team: SpecialTeam
    due: date | None
    done: Done | None


def standings_in(action: SpecialAction, teams: Mapping[int, SpecialTeam]) -> Iterator[DecisionFor]:
    """Each adopted decision of an action for each of its `teams`, given by id, by meeting and number.

    At most eight queries; the pairs pass through memory, a part at a time.
    """
    rows = Decision.objects.filter(meeting__action=action, state=DecisionState.ADOPTED).select_related("meeting")
    decisions = {row.pk: row for row in rows}
    outcomes = Outcomes.facts_of(decisions)
    records = DecisionDone.objects.filter(decision=OuterRef("decision"), team=OuterRef("team")).order_by("-number")
    pairs = DecisionTeam.objects.filter(decision__in=list(decisions)).annotate(
        done_on=Subquery(records.values("done_on")[:1]), recorded_at=Subquery(records.values("at")[:1])
    )
    ordered = pairs.order_by(
        "decision__meeting__starts_at", "decision__meeting", "decision__number", "team__order", "pk"
    ).values_list("decision_id", "team_id", "done_on", "recorded_at")
    for key, team, done_on, recorded_at in ordered.iterator():
        decision, became = decisions[key], outcomes.rows.get((key, team), ())
        said = Done(done_on, recorded_at) if done_on is not None else None
        due = due_in_force(decision.due_on, adopted_at=decision.adopted_at, granted=outcomes.granted_on(became))
        yield DecisionFor(decision, teams[team], due, done_of(outcomes.fates(became), said))


def _standings(
    decisions: Mapping[int, Decision], of_decision: Mapping[int, Sequence[SpecialTeam]]
) -> list[DecisionStanding]:
    """The standings of decisions with their teams, both by the decision's id."""
    outcomes = Outcomes.of(decisions)
    records = _records(decisions)
    return [
        _standing(decision, team, outcomes, records.get((key, team.pk)))
        for key, decision in decisions.items()
        for team in of_decision.get(key, ())
    ]


def _standing(
    decision: Decision, team: SpecialTeam, outcomes: Outcomes, record: DecisionDone | None
) -> DecisionStanding:
    rows = outcomes.rows.get((decision.pk, team.pk), [])
    fates = outcomes.fates(rows)
    said = Done(record.done_on, record.at) if record is not None and record.done_on is not None else None
    counts = any(fate.counts for fate in fates)
    return DecisionStanding(
        decision,
        team,
        due=due_in_force(decision.due_on, adopted_at=decision.adopted_at, granted=outcomes.granted_on(rows)),
        done=done_of(fates, said),
        outcomes=rows,
        record=record if said is not None and not counts else None,
        counts=counts,
    )


def _records(decisions: Iterable[int]) -> dict[tuple[int, int], DecisionDone]:
    """The last record of the office by decision and team; it may be a withdrawal."""
    rows = DecisionDone.objects.filter(decision__in=list(decisions)).order_by("number")
    return {(row.decision_id, row.team_id): row for row in rows}


def _task_fates(tasks: Iterable[Task | TaskFacts]) -> dict[int, Fate]:
    """Of each task by id: done on the day of its accepted request, or on which it was closed on paper; one query."""
    rows = list(tasks)
    closed = [task for task in rows if task.state == TaskState.CLOSED_OUT]
    since = _closed_since([task.pk for task in closed])
    fates = {task.pk: Fate(None, counts=task.state != TaskState.CANCELLED) for task in rows}
    for task in closed:
        day = task.asked_on or task.closed_on or day_of(since[task.pk])
        fates[task.pk] = Fate(Done(day, since[task.pk]))
    return fates


def _closed_since(tasks: Sequence[int]) -> dict[int, datetime]:
    """When each closed-out task was recorded as closed out for the last time."""
    if not tasks:
        return {}
    since: dict[int, datetime] = {}
    versions = TaskVersion.objects.filter(task__in=tasks).order_by("task", "number")
    for task, state, at in versions.values_list("task", "state", "at").iterator():
        if state != TaskState.CLOSED_OUT:
            since.pop(task, None)
        else:
            since.setdefault(task, at)
    return since


def _problem_fates(problems: Iterable[Problem | ProblemFacts]) -> dict[int, Fate]:
    """Of each problem by id: done on the day of its accepted resolution; a merged one as its survivor."""
    named = {problem.pk: problem for problem in problems}
    known: dict[int, Problem | ProblemFacts] = dict(named)
    while missing := {each.merged_into_id for each in known.values() if each.merged_into_id} - known.keys():
        known |= Problem.objects.in_bulk(list(missing))
    closed = [pk for pk, problem in known.items() if problem.state == ProblemState.CLOSED_OUT]
    resolved = _resolutions(closed)
    return {pk: _problem_fate(_survivor(problem, known), resolved) for pk, problem in named.items()}


def _survivor(problem: Problem | ProblemFacts, known: dict[int, Problem | ProblemFacts]) -> Problem | ProblemFacts:
    while problem.merged_into_id is not None:
        problem = known[problem.merged_into_id]
    return problem


def _problem_fate(problem: Problem | ProblemFacts, resolved: dict[int, Done]) -> Fate:
    return Fate(resolved.get(problem.pk), counts=problem.state != ProblemState.DROPPED)


def _resolutions(problems: Sequence[int]) -> dict[int, Done]:
    """The accepted resolution of each closed problem: the day of its last one, and when it was closed out."""
    if not problems:
        return {}
    resolved: dict[int, date] = {}
    done: dict[int, Done] = {}
    steps = ProblemStep.objects.filter(problem__in=problems).order_by("problem", "number")
    for problem, state, at in steps.values_list("problem", "state", "at"):
        if state == ProblemState.RESOLVED:
            resolved[problem] = day_of(at)
        elif state == ProblemState.CLOSED_OUT:
            done[problem] = Done(resolved.get(problem, day_of(at)), at)
    return done

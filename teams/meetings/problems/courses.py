"""The course of a problem as its steps tell it: since when it is where it is, when it rested, who resolved it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from governance.clock import day_of
from governance.people.models import User

from ..models import Problem, ProblemStep
from ..states import ProblemState


@dataclass(frozen=True)
class Course:
    """The steps of a problem, first to last."""

    problem: Problem
    steps: Sequence[ProblemStep]

    @classmethod
    def of_each(cls, problems: Iterable[Problem]) -> "dict[int, Course]":
        """The courses of many problems by their ids: one query."""
        problems = list(problems)
        steps: dict[int, list[ProblemStep]] = defaultdict(list)
        for step in ProblemStep.objects.filter(problem__in=problems).select_related("by").order_by("number"):
            steps[step.problem_id].append(step)
        return {problem.pk: cls(problem, steps[problem.pk]) for problem in problems}

    @property
    def since(self) -> date:
        """The day on which it came into its present state."""
        since = day_of(self.problem.raised_at)
        before = ""
        for step in self.steps:
            if step.state != before:
                since, before = day_of(step.at), step.state
        return since

    @property
    def rests(self) -> list[tuple[date, date]]:
        """The stretches in which it was closed out before it was reopened."""
        found, closed = [], None
        for step in self.steps:
            if step.state != ProblemState.CLOSED_OUT:
                if closed:
                    found.append((closed, day_of(step.at)))
                closed = None
            else:
                closed = closed or day_of(step.at)
        return found

    @property
    def rested_days(self) -> int:
        """The days of all these stretches."""
        return sum((last - first).days for first, last in self.rests)

    @property
    def resolved(self) -> ProblemStep | None:
        """The step by which it was last reported as resolved."""
        return next((step for step in reversed(self.steps) if step.state == ProblemState.RESOLVED), None)

    @property
    def resolver(self) -> User | None:
        """Who reported it as resolved, the last time."""
        return self.resolved.by if self.resolved else None

    def until(self, on: date) -> date:
        """The day up to which its age counts: while it is resolved or over, the day on which it became so."""
        if self.problem.state == ProblemState.RESOLVED:
            return self.since
        if self.problem.state == ProblemState.CLOSED_OUT and self.resolved is not None:
            return day_of(self.resolved.at)
        return on if self.problem.is_live else self.since

    def age(self, on: date) -> int:
        """Days from the day it was found up to `until`."""
        return (self.until(on) - self.problem.found_on).days

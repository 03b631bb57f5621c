"""What the ladder proposes on an evening, for all tasks of an action; what is lit and not proposed, with the reason.

Everything is as known that evening: versions of tasks, orders, answers, verdicts, circulars, requests that wait,
dismissals (docs/rules.md#ladder).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.clock import day_of, end_of
from governance.people.models import CalendarDay
from teams.models import CloseOut, Extension, SpecialAction, SpecialTeam, Task, TaskVersion
from teams.models.team import not_closed_before
from teams.rules.lamps import LIT_STATES, Lamp
from teams.states import TaskState

from ..ladder import Known, Order, Proposal, Quiet, Rung, outcome, talk_due
from ..models import CircularLine, DismissedProposal, OrderAnswer, SupervisionOrder


@dataclass(frozen=True, slots=True)
class LitTask:
    """A task that is lit yellow or red on the evening, and what the ladder says of it."""

    pk: int
    year: int
    number: int
    team: int
    """The key of its team, as known that evening."""
    lamp: Lamp
    outcome: Proposal | Quiet

    @property
    def proposal(self) -> Proposal | None:
        """The order that is due, if any."""
        return self.outcome if isinstance(self.outcome, Proposal) else None


@dataclass(frozen=True, slots=True)
class DueTalk:
    """A talk with a team that is due, after three red orders."""

    team: SpecialTeam
    since: date


@dataclass(frozen=True)
class Proposed:
    """What is known of an evening."""

    on: date
    lit: Sequence[LitTask]
    """By year and number."""
    talks: Sequence[DueTalk]
    """By the order of the teams."""
    orders: Mapping[int, Sequence[Order]] = field(default_factory=dict)
    """The orders in force by the key of their task."""

    @property
    def due(self) -> list[LitTask]:
        """The tasks with a proposal, the strictest first."""
        rungs = list(Rung)
        found = [each for each in self.lit if each.proposal]
        return sorted(found, key=lambda each: -rungs.index(each.outcome.rung))  # type: ignore[union-attr]  # has one

    @property
    def quiet(self) -> list[LitTask]:
        """The tasks that are lit and not proposed."""
        return [each for each in self.lit if each.proposal is None]

    def order(self, task: int, key: int | None) -> Order | None:
        """An order on a task by its key, as known that evening."""
        return next((order for order in self.orders.get(task, ()) if order.key == key), None)


def proposals_read(action: SpecialAction, *, on: date, today: date) -> Iterator[LitTask | DueTalk]:
    """The tasks with a proposal by year and number, then the talks that are due; never more in memory than a part."""
    facts = _Facts(action, on, today)
    yield from (each for each in facts.lit_tasks(None) if each.proposal)
    yield from facts.talks()


def proposals_on(action: SpecialAction, *, on: date, today: date, tasks: Iterable[int] | None = None) -> Proposed:
    """What is proposed on the evening of `on`; of today, as known now. Eleven queries, for any number of tasks.

    With `tasks`, only of those.
    """
    facts = _Facts(action, on, today)
    lit = list(facts.lit_tasks(None if tasks is None else list(tasks)))
    return Proposed(on, lit, facts.talks(), facts.orders)


class _Facts:
    """Reads each table once, as known on an evening."""

    def __init__(self, action: SpecialAction, on: date, today: date) -> None:
        self.action = action
        self.on = on
        self.is_now = on >= today
        self.end = end_of(on)
        self.orders: dict[int, list[Order]] = defaultdict(list)
        self.red_days: dict[int, list[date]] = defaultdict(list)
        self.talk_days: dict[int, list[date]] = defaultdict(list)
        self._read_orders()
        self.waiting = self._waiting()
        self.dismissed, self.dismissed_talks = self._dismissals()
        self.after = _counting()

    # Orders --------------------------------------------------------------------------------------------------------
    def _read_orders(self) -> None:
        """Those in force, with what became of them; for teams, the days of red orders and of talks."""
        followed = self._followed()
        answers = self._answers()
        columns = ("pk", "task_id", "team_id", "rung", "issued_at", "answer_by")
        for pk, task, team, rung, issued_at, answer_by in self._in_force().values_list(*columns):
            issued_on = day_of(issued_at)
            if rung == Rung.RED:
                self.red_days[team].append(issued_on)
            elif rung == Rung.TALK:
                self.talk_days[team].append(issued_on)
            if task is not None:
                order = Order(pk, Rung(rung), issued_on, answer_by, climbed=pk in followed)
                self.orders[task].append(replace(order, **answers.get(pk, {})))

    def _in_force(self) -> QuerySet[SupervisionOrder]:
        rows = SupervisionOrder.objects.in_force().filter(action=self.action, issued_at__lt=self.end)
        return rows.order_by("issued_at", "pk")

    def _followed(self) -> set[int]:
        """Keys of yellow orders that a red one followed, and of red ones that a circular named."""
        climbed = self._in_force().filter(rung=Rung.RED).exclude(climbed_from=None)
        named = CircularLine.objects.filter(circular__action=self.action, at__lt=self.end).exclude(order=None)
        return {*climbed.values_list("climbed_from", flat=True), *named.values_list("order", flat=True)}

    def _answers(self) -> dict[int, dict[str, Any]]:
        """What was answered to each order and found of it."""
        found: dict[int, dict[str, Any]] = {}
        rows = OrderAnswer.objects.filter(order__action=self.action, at__lt=self.end).order_by("order", "number")
        columns = ("order_id", "promised_on", "verdict__accepted", "verdict__at")
        for order, promised_on, accepted, judged_at in rows.values_list(*columns):
            facts = found.setdefault(order, {"answered": True, "sent_back": 0})
            judged = judged_at is not None and judged_at < self.end
            facts["to_judge"] = not judged
            if judged and accepted:
                facts |= {"accepted": True, "promised_on": promised_on}
            elif judged:
                facts["sent_back"] += 1
        return found

    # What keeps a proposal back --------------------------------------------------------------------------------------
    def _waiting(self) -> set[int]:
        """Keys of tasks with an extension or a close-out that nobody had decided."""
        undecided = Q(decided_at=None) | Q(decided_at__gte=self.end)
        found: set[int] = set()
        for model in (Extension, CloseOut):
            asked = model.objects.filter(undecided, task__action=self.action, asked_at__lt=self.end)
            found |= set(asked.order_by().values_list("task", flat=True))
        return found

    def _dismissals(self) -> tuple[dict[int, set[tuple[Rung, date]]], set[tuple[int, date]]]:
        """The dismissed proposals by the key of their task, and the dismissed talks."""
        of_tasks: dict[int, set[tuple[Rung, date]]] = defaultdict(set)
        talks: set[tuple[int, date]] = set()
        rows = DismissedProposal.objects.filter(team__action=self.action, at__lt=self.end)
        for task, team, rung, since in rows.values_list("task", "team", "rung", "since"):
            if task is None:
                talks.add((team, since))
            else:
                of_tasks[task].add((Rung(rung), since))
        return of_tasks, talks

    # Tasks -----------------------------------------------------------------------------------------------------------
    def _lit(self, tasks: Sequence[int] | None) -> QuerySet[Any]:
        """The tasks lit that evening, of teams at work, or their versions known then."""
        path = "" if self.is_now else "task__"
        rows: Any = Task.objects.all() if self.is_now else TaskVersion.objects.as_known_before(self.end)
        rows = rows.filter(**{f"{path}action": self.action})
        if tasks is not None:
            rows = rows.filter(**{f"{path}pk__in": tasks})
        lit = rows.with_lamp(self.on).filter(lamp__in=(Lamp.RED, Lamp.YELLOW)).exclude(state=TaskState.CLOSED_OUT)
        found: QuerySet[Any] = lit.filter(not_closed_before(self.on, team="team__")).order_by()
        return found

    def lit_tasks(self, tasks: Sequence[int] | None) -> Iterator[LitTask]:
        """The lit tasks with what the ladder says, by year and number; rows pass through memory, a part at a time."""
        path = "" if self.is_now else "task__"
        named = (f"{path}year", f"{path}number")
        lit = self._lit(tasks).order_by(*named).values_list(*named, f"{path}pk", "team_id", "lamp")
        histories = self._histories(tasks)
        known, history = next(histories, _NO_MORE)
        for year, number, task, team, lamp in lit.iterator():
            while known < (year, number):
                known, history = next(histories, _NO_MORE)
            if known != (year, number):
                continue
            said = outcome(
                history,
                self.orders.get(task, ()),
                on=self.on,
                waits=task in self.waiting,
                dismissed=self.dismissed.get(task, ()),
                after_working_days=self.after,
            )
            if said is not None:
                yield LitTask(task, year, number, team, Lamp(lamp), said)

    def _histories(self, tasks: Sequence[int] | None) -> Iterator[tuple[tuple[float, float], list[Known]]]:
        """How each lit task was known, by year and number of the task; without versions that changed no lamp."""
        lit = self._lit(tasks).values("pk" if self.is_now else "task")
        lamp = {name: OuterRef(name) for name in ("state", "yellow_from", "red_from")}
        alike = TaskVersion.objects.filter(task=OuterRef("task"), number=OuterRef("number") - 1, **lamp)
        versions = TaskVersion.objects.filter(~Exists(alike), task__in=lit, at__lt=self.end)
        columns = ("task__year", "task__number", "at", "state", "yellow_from", "red_from")
        ordered = versions.order_by("task__year", "task__number", "number").values_list(*columns)
        for task, group in groupby(ordered.iterator(), key=itemgetter(0, 1)):
            yield task, [_known(*facts) for _year, _number, *facts in group]

    # Teams -----------------------------------------------------------------------------------------------------------
    def talks(self) -> list[DueTalk]:
        """The talks that are due with teams at work."""
        teams = SpecialTeam.objects.filter(not_closed_before(self.on), action=self.action, pk__in=list(self.red_days))
        found = []
        for team in teams.order_by("order"):
            since = talk_due(self.red_days[team.pk], self.talk_days[team.pk], on=self.on)
            if since is not None and (team.pk, since) not in self.dismissed_talks:
                found.append(DueTalk(team, since))
        return found


_NO_MORE: tuple[tuple[float, float], list[Known]] = ((inf, inf), [])
"""What follows the last history."""


def _known(at: datetime, state: str, yellow_from: date | None, red_from: date | None) -> Known:
    return Known(day_of(at), state in LIT_STATES, yellow_from, red_from)


def _counting() -> Callable[[date, int], date]:
    """The n-th working day after a day, by the county's calendar."""
    working_days = CalendarDay.objects.working_days()
    return cache(working_days.add)

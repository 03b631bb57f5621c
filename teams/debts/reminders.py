"""Reminds people of what is due and what is owed; safe to run twice, on any day (docs/rules.md#notices).

An occasion is a debt and the step it has reached: the day before, the day after, three and seven days overdue. Each is
used once; a late run uses the step reached now, not those it has missed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.records.models import Notice
from governance.records.verbs import locked, record, tell, verb

from ..models import FirstStep, SpecialAction, Task
from ..notices import TeamNotice
from ..roster.beginnings import beginnings_of
from ..states import TaskState
from .occasions import REMINDERS, Occasion, able, facts_of, step_reached
from .reader import DebtReader

LATE_TASK_STATES = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)
"""The states in which the team has to act; after the close-out request it is the office's turn."""


@dataclass(frozen=True)
class Reminded:
    """The result of a run: how many notices of each kind."""

    told: Counter = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All notices."""
        return self.told.total()


@verb(says=_("sent reminders"))
def send_reminders(action: SpecialAction, *, by: User | None, at: datetime) -> Reminded:
    """Notify everybody once of what is due and owed in `action`, and write one event.

    Concurrent runs wait for each other: the second has nothing left to do.
    """
    action = locked(action)
    occasions = [occasion for occasion in occasions_of(action, at=at) if occasion.to]
    known = set(Notice.objects.filter(key__in=[occasion.key for occasion in occasions]).values_list("to_id", "key"))
    told: Counter = Counter()
    for occasion in occasions:
        people = [user for user in occasion.to if (user.pk, occasion.key) not in known]
        if people:
            tell(
                people,
                occasion.kind,
                key=occasion.key,
                url=occasion.url,
                at=at,
                facts=occasion.facts,
                due_on=occasion.due_on,
            )
            told[occasion.kind] += len(people)
    record("send_reminders", action, by=by, at=at, change={"count": told.total(), "notices": _by_name(told)})
    return Reminded(told)


def _by_name(told: Counter) -> dict[str, int]:
    return {str(kind): count for kind, count in told.items()}


def occasions_of(action: SpecialAction, *, at: datetime) -> Iterator[Occasion]:
    """The occasions on the day of `at`, whether or not they were used before."""
    reader = DebtReader(action, None, at)
    for occasions in REMINDERS.values():
        yield from occasions(reader)


def tasks_due(reader: DebtReader) -> Iterator[Occasion]:
    """Open tasks on the first day on which they are due soon, and overdue ones, for heads and liaisons."""
    tasks = Task.objects.filter(action=reader.action, state__in=LATE_TASK_STATES, due_on__isnull=False)
    for task in tasks.order_by("due_on", "pk"):
        if task.due_on is None:
            continue
        over = step_reached((reader.on - task.due_on).days)
        soon = task.blue_from is not None and task.blue_from <= reader.on <= task.due_on
        if not over and not soon:
            continue
        kind = TeamNotice.TASK_OVERDUE if over else TeamNotice.TASK_DUE_SOON
        yield Occasion(
            kind,
            # A task whose due date has moved is due soon once more.
            key=f"{kind}-{task.pk}-{task.due_on}-{over}",
            url=task.get_absolute_url(),
            facts=facts_of(task=task, by=task.due_on),
            to=able(reader.people[task.team_id].drafters),
            due_on=task.due_on,
        )


def first_steps_due(reader: DebtReader) -> Iterator[Occasion]:
    """First steps of new teams from the working day before; the first report has reminders like any other."""
    new = [team for team in reader.teams.values() if team.is_new(reader.on, reader.action.new_team_days)]
    for team_id, beginning in beginnings_of(new, reader.action, on=reader.on).items():
        for step in beginning.steps:
            due_on, over = step.row.due_on, step_reached(step.days_late)
            is_near = over or due_on <= reader.next_working_day
            if step.done_on or step.row.kind == FirstStep.Kind.REPORT or not is_near:
                continue
            kind = TeamNotice.FIRST_STEP_OVERDUE if over else TeamNotice.FIRST_STEP_DUE
            yield Occasion(
                kind,
                key=f"{kind}-{step.row.pk}-{due_on}-{over}",
                url=beginning.team.get_absolute_url(),
                facts=facts_of(team=beginning.team.short_name, by=due_on, step=step.row.kind),
                to=able(reader.people[team_id].drafters),
                due_on=due_on,
            )


REMINDERS.register("tasks", tasks_due)
REMINDERS.register("first steps", first_steps_due)

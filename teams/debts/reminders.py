"""Reminding people of what is due and of what is owed; safe to run twice, on any day (docs/rules.md#notices).

An occasion is what is owed and which step of it was reached: the day before, the day after, three and seven days over.
Each is told once; a run that comes late tells the step that has been reached, not those it has missed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.records.models import Notice
from governance.records.verbs import locked, record, tell, verb

from ..guards import owes_report
from ..models import FirstStep, HelpRequest, ProgressReport, ReportingPeriod, SpecialAction, Task
from ..notices import TeamNotice
from ..roster.beginnings import beginnings_of
from ..roster.recipients import office_people
from ..states import ReportState, TaskState
from .debts import Debt, DebtKind, DebtReader, debts_of

OVER_STEPS = (1, 3, 7)
"""Days over at which a team or a department is reminded again."""

IN_A_NOTICE = 60
"""So many characters of a matter stand in a notice."""

LATE_TASK_STATES = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)
"""States in which a task is the team's to do: once close-out is asked it is the office's."""


@dataclass(frozen=True)
class Occasion:
    """Something that people are told once."""

    kind: TeamNotice
    key: str
    url: str
    facts: dict[str, str]
    to: Sequence[User]
    due_on: date | None = None


@dataclass(frozen=True)
class Reminded:
    """What a run told: how many notices by kind."""

    told: Counter = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return self.told.total()


class Answerers:
    """Who answers a matter: whoever is named, else the people of the department asked; one query for all matters."""

    def __init__(self) -> None:
        asked = HelpRequest.objects.waiting().filter(owner=None, to__isnull=False).order_by()
        self.by_department: dict[int, list[User]] = defaultdict(list)
        for user in User.objects.filter(is_active=True, department__in=asked.values("to")).order_by("pk"):
            self.by_department[user.department_id].append(user)

    def of(self, matter: HelpRequest) -> list[User]:
        """The people to remind."""
        return able([matter.owner]) if matter.owner else self.by_department.get(matter.to_id, [])


@verb(says=_("sent reminders"))
def send_reminders(action: SpecialAction, *, by: User | None, at: datetime) -> Reminded:
    """Tell everybody once what is due and what is owed in `action`, and leave one event.

    Two runs at once follow each other: the second finds everything told.
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
    return {str(kind.value): count for kind, count in told.items()}


def occasions_of(action: SpecialAction, *, at: datetime) -> Iterator[Occasion]:
    """What there is to tell on the day of `at`, whether it was told before or not."""
    books = DebtReader(action, None, at)
    office = list(office_people())
    yield from _reports_ahead(books)
    yield from _tasks(books)
    yield from _first_steps(books)
    answerers = Answerers()
    yield from _matters_ahead(books, answerers)
    for debt in debts_of(action, reader=None, now=at):
        occasion = _of_debt(debt, books, office, answerers)
        if occasion is not None:
            yield occasion


def step_reached(days_over: int) -> int:
    """The last step of `OVER_STEPS` that `days_over` has reached; 0 while none is."""
    return max((step for step in OVER_STEPS if step <= days_over), default=0)


def able(people: Iterable[User]) -> list[User]:
    """Those who can sign in and read a notice, each once."""
    return list({user.pk: user for user in people if user.is_active}.values())


def _reports_ahead(books: DebtReader) -> Iterator[Occasion]:
    """Reports that are due within one working day, to head, deputies and liaisons while they are not submitted."""
    until = books.working_days.add(books.on, 1)
    coming = ReportingPeriod.objects.filter(
        action=books.action, closed_at=None, starts_on__lte=books.on, due_at__gte=books.now
    )
    coming = [period for period in coming.order_by("starts_on") if day_of(period.due_at) <= until]
    submitted = _submitted(coming)
    for period in coming:
        due = day_of(period.due_at)
        for team in books.teams.values():
            if owes_report(team, period) and (period.pk, team.pk) not in submitted:
                yield Occasion(
                    TeamNotice.REPORT_DUE,
                    key=f"due-report-{team.pk}-{period.pk}",
                    url=books.address(team, period),
                    facts=_facts(team=team.short_name, period=period.days, by=due),
                    to=able(books.people[team.pk].drafters),
                    due_on=due,
                )


def _submitted(periods: Sequence[ReportingPeriod]) -> set[tuple[int, int]]:
    """(period id, team id) of the reports for these periods that are no drafts any more."""
    reports = ProgressReport.objects.filter(period__in=periods).exclude(state=ReportState.DRAFT)
    return set(reports.values_list("period_id", "team_id"))


def _tasks(books: DebtReader) -> Iterator[Occasion]:
    """Open tasks on the first day on which they are due soon, and those past their day, to heads and liaisons."""
    tasks = Task.objects.filter(action=books.action, state__in=LATE_TASK_STATES, due_on__isnull=False)
    for task in tasks.order_by("due_on", "pk"):
        over = step_reached((books.on - task.due_on).days)
        soon = task.blue_from is not None and task.blue_from <= books.on <= task.due_on
        if not over and not soon:
            continue
        kind = TeamNotice.TASK_OVERDUE if over else TeamNotice.TASK_DUE_SOON
        yield Occasion(
            kind,
            # A task whose due date has moved is due soon once more.
            key=f"{kind}-{task.pk}-{task.due_on}-{over}",
            url=task.get_absolute_url(),
            facts=_facts(task=task, by=task.due_on),
            to=able(books.people[task.team_id].drafters),
            due_on=task.due_on,
        )


def _first_steps(books: DebtReader) -> Iterator[Occasion]:
    """First steps of new teams from the working day before on; the first report is reminded of like any other."""
    until = books.working_days.add(books.on, 1)
    new = [team for team in books.teams.values() if team.is_new(books.on, books.action.new_team_days)]
    for team_id, beginning in beginnings_of(new, books.action, on=books.on).items():
        for step in beginning.steps:
            due_on, over = step.row.due_on, step_reached(step.days_late)
            if step.done_on or step.row.kind == FirstStep.Kind.REPORT or (not over and due_on > until):
                continue
            kind = TeamNotice.FIRST_STEP_OVERDUE if over else TeamNotice.FIRST_STEP_DUE
            yield Occasion(
                kind,
                key=f"{kind}-{step.row.pk}-{due_on}-{over}",
                url=beginning.team.get_absolute_url(),
                facts=_facts(team=beginning.team.short_name, by=due_on, step=step.row.kind),
                to=able(books.people[team_id].drafters),
                due_on=due_on,
            )


def _matters_ahead(books: DebtReader, answerers: Answerers) -> Iterator[Occasion]:
    """Matters to be answered within one working day, to who answers."""
    until = books.working_days.add(books.on, 1)
    waiting = HelpRequest.objects.waiting().filter(
        report__team__in=list(books.teams), due_on__gte=books.on, due_on__lte=until
    )
    for matter in waiting.select_related("owner"):
        yield Occasion(
            TeamNotice.MATTER_DUE,
            key=f"due-matter-{matter.pk}-{matter.due_on}",
            url=matter.get_absolute_url(),
            facts=_facts(matter=_short(matter), by=matter.due_on),
            to=answerers.of(matter),
            due_on=matter.due_on,
        )


def _of_debt(debt: Debt, books: DebtReader, office: list[User], answerers: Answerers) -> Occasion | None:
    """What a debt gives to tell, if it has reached a step; the office hears of its own once their term is over."""
    if debt.by_office:
        return _of_office(debt, office) if debt.days_over else None
    if debt.kind == DebtKind.ROWS:
        return _occasion(debt, TeamNotice.ROWS_EMPTY, 0, able(debtor.user for debtor in debt.debtors))
    people = answerers.of(debt.row) if debt.kind == DebtKind.MATTER else able(books.people[debt.team.pk].drafters)
    if debt.kind == DebtKind.RETURNED and not debt.days_over:
        near = debt.due_on <= books.working_days.add(debt.on, 1)
        return _occasion(debt, TeamNotice.RESUBMIT_DUE, 0, people) if near else None
    step = step_reached(debt.days_over)
    return _occasion(debt, OVERDUE_KINDS[debt.kind], step, people) if step else None


OVERDUE_KINDS = {
    DebtKind.REPORT: TeamNotice.REPORT_OVERDUE,
    DebtKind.RETURNED: TeamNotice.RESUBMIT_OVERDUE,
    DebtKind.MATTER: TeamNotice.MATTER_OVERDUE,
}
OFFICE_KINDS = {
    DebtKind.REVIEW: TeamNotice.REVIEW_WAITING,
    DebtKind.EXTENSION: TeamNotice.EXTENSION_WAITING,
    DebtKind.CLOSE_OUT: TeamNotice.CLOSE_OUT_WAITING,
    DebtKind.OWNER: TeamNotice.MATTER_UNOWNED,
    DebtKind.PERIOD: TeamNotice.PERIOD_TO_CLOSE,
}


def _of_office(debt: Debt, office: list[User]) -> Occasion:
    return _occasion(debt, OFFICE_KINDS[debt.kind], 0, office)


def _occasion(debt: Debt, kind: TeamNotice, step: int, to: Sequence[User]) -> Occasion:
    """A debt as an occasion; returned or asked again it is a new one, so its first day is in the key."""
    return Occasion(
        kind,
        key=f"owed-{debt.key}-{debt.since}-{kind}-{step}",
        url=debt.url,
        facts=_facts_of(debt),
        to=to,
        due_on=debt.due_on,
    )


def _facts_of(debt: Debt) -> dict[str, str]:
    """What the sentences of debts are filled from."""
    about = {
        "team": debt.team.short_name if debt.team else "",
        "by": debt.due_on or "",
        "since": debt.since,
    }
    if debt.kind in (DebtKind.MATTER, DebtKind.OWNER):
        return _facts(matter=_short(debt.row), **about)
    if debt.kind in (DebtKind.EXTENSION, DebtKind.CLOSE_OUT):
        return _facts(task=debt.subject, **about)
    if debt.kind == DebtKind.ROWS:
        numbers = "、".join(map(str, debt.subject.numbers))
        return _facts(period=debt.subject.period.days, tasks=numbers, **about)
    return _facts(period=debt.subject.days, **about)


def _short(matter: HelpRequest) -> str:
    """A matter as it stands within a sentence."""
    return Truncator(matter.text.rstrip("。.；; ")).chars(IN_A_NOTICE)


def _facts(**facts: Any) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}

"""Debts about problems: the office analyses, verifies and looks back; the lead team takes up and resolves.

Their terms: docs/rules.md#terms-of-problems.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from teams.debts.occasions import REMINDERS, Occasion, able, facts_of
from teams.debts.reader import DebtReader
from teams.models import SpecialTeam, TeamMember

from ..models import Problem
from ..notices import ProblemNotice
from ..states import ProblemState

TAKE_UP_DAYS = 2
"""The working days within which the lead team takes a problem up."""


class OfLead(DebtKind):
    """What the lead team owes."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"problem": str(debt.row)}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able(reader.people[debt.team.pk].heads) if debt.team else []


class OfOffice(OfficeDebtKind):
    """What the office owes."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"problem": str(debt.row)}


ANALYSE = OfOffice(
    "problem_analyse",
    order=72,
    label=pgettext_lazy("owed", "Problem to analyse"),
    chat=pgettext_lazy("chat", "%(team)s: problem %(what)s, raised %(since)s, %(days)s"),
    overdue=ProblemNotice.ANALYSIS_WAITING,
    term=5,
)
VERIFY = OfOffice(
    "problem_verify",
    order=74,
    label=pgettext_lazy("owed", "Problem to verify"),
    chat=pgettext_lazy("chat", "%(team)s: problem %(what)s, reported as resolved %(since)s, %(days)s"),
    overdue=ProblemNotice.VERIFICATION_WAITING,
    term=3,
)
LOOK_BACK = OfOffice(
    "problem_look_back",
    order=76,
    label=pgettext_lazy("owed", "Problem to look back on"),
    chat=pgettext_lazy("chat", "%(team)s: problem %(what)s, look back since %(since)s, %(days)s"),
    overdue=ProblemNotice.LOOK_BACK_WAITING,
    term=3,
)
TAKE_UP = OfLead(
    "problem_take_up",
    order=42,
    label=pgettext_lazy("owed", "Problem to take up"),
    chat=pgettext_lazy("chat", "%(who)s: problem %(what)s (%(days)s). Please take it up."),
    overdue=ProblemNotice.TAKE_UP_OVERDUE,
)
RESOLVE = OfLead(
    "problem_resolve",
    order=44,
    label=pgettext_lazy("owed", "Problem to resolve"),
    chat=pgettext_lazy("chat", "%(who)s: problem %(what)s (%(days)s). Please report it as resolved."),
    overdue=ProblemNotice.OVERDUE,
)


def problems_owed(reader: DebtReader) -> Iterator[Debt]:
    """What each problem waits for: two queries, and those of the people."""
    for problem in _waiting(reader):
        if problem.state == ProblemState.RAISED:
            yield _office_debt(ANALYSE, problem, reader, since=day_of(problem.raised_at))
        elif problem.state == ProblemState.RESOLVED:
            yield _office_debt(VERIFY, problem, reader, since=day_of(problem.resolved_at))
        elif problem.state == ProblemState.CLOSED_OUT:
            yield _office_debt(LOOK_BACK, problem, reader, since=problem.look_again_on)
        elif problem.state == ProblemState.ANALYSED:
            since = day_of(problem.analysed_at)
            yield _debt(TAKE_UP, problem, reader, since=since, due_on=reader.working_days.add(since, TAKE_UP_DAYS))
        elif problem.due_on <= reader.on:
            yield _debt(RESOLVE, problem, reader, since=problem.due_on, due_on=problem.due_on)


def problems_ahead(reader: DebtReader) -> Iterator[Occasion]:
    """Problems to be resolved within one working day, with the heads of the lead team."""
    due = Problem.objects.filter(
        action=reader.action,
        state=ProblemState.RECTIFYING,
        due_on__gte=reader.on,
        due_on__lte=reader.next_working_day,
    )
    for problem in due:
        yield Occasion(
            ProblemNotice.DUE_SOON,
            key=f"due-problem-{problem.pk}-{problem.due_on}",
            url=problem.get_absolute_url(),
            facts=facts_of(problem=problem, by=problem.due_on),
            to=able(reader.people[problem.lead_id].heads) if problem.lead_id else [],
            due_on=problem.due_on,
        )


def _waiting(reader: DebtReader) -> Iterator[Any]:
    """The problems on which somebody has to act, with the moments of their analysis and last resolution."""
    rows = reader.visible(Problem.objects.live() | Problem.objects.filter(look_again_on__lte=reader.on))
    rows = rows.filter(action=reader.action).annotate(
        analysed_at=Min("steps__at", filter=Q(steps__state=ProblemState.ANALYSED)),
        resolved_at=Max("steps__at", filter=Q(steps__state=ProblemState.RESOLVED)),
    )
    yield from rows.prefetch_related("teams").order_by("number")


def _office_debt(kind: OfOffice, problem: Problem, reader: DebtReader, *, since: date) -> Debt:
    return _debt(kind, problem, reader, since=since, due_on=kind.due(since, reader))


def _debt(kind: DebtKind, problem: Problem, reader: DebtReader, *, since: date, due_on: date) -> Debt:
    team = _team(problem, reader)
    return Debt(
        kind,
        row=problem,
        subject=problem,
        on=reader.on,
        since=since,
        due_on=due_on,
        team=team,
        debtors=_heads(team, reader) if team and not kind.by_office else (),
        url=problem.get_absolute_url(),
    )


def _heads(team: SpecialTeam, reader: DebtReader) -> tuple[Debtor, ...]:
    """The head by name; a deputy where there is no head."""
    for part in (TeamMember.Part.HEAD, TeamMember.Part.DEPUTY):
        people = reader.people[team.pk].of(part)
        if people:
            return (Debtor(people[0], part.label),)
    return ()


def _team(problem: Problem, reader: DebtReader) -> SpecialTeam | None:
    """The lead team, or the first of its teams while none leads."""
    if problem.lead_id is not None:
        return reader.teams[problem.lead_id]
    having = {row.team_id for row in problem.teams.all()}
    return next((team for key, team in reader.teams.items() if key in having), None)


for _kind in (ANALYSE, VERIFY, LOOK_BACK, TAKE_UP, RESOLVE):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("problems", problems_owed)
REMINDERS.register("problems", problems_ahead)

"""Debts about requirements: a clause without a team for the office, an answer for each team of a clause."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.models import User
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from teams.debts.occasions import able
from teams.debts.reader import DebtReader
from teams.models import TeamMember

from ..models import Clause
from ..notices import RequirementNotice
from .standing import standings_of

HEAD = TeamMember.Part.HEAD


class ClauseName:
    """A clause as a debt names it: 市治理办〔2026〕17号, clause 3."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause

    def __str__(self) -> str:
        words = {"document": self.clause.requirement.document, "number": self.clause.number}
        return str(_("%(document)s, clause %(number)s") % words)


def _facts(debt: Debt) -> dict[str, str]:
    return {"clause": str(debt.row.number), "document": debt.row.requirement.document}


class UnmatchedKind(OfficeDebtKind):
    """A clause that nobody has, owed by the office from the day of receipt."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return _facts(debt)


class AnswerKind(DebtKind):
    """An answer of a team, owed by head and deputies."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return _facts(debt)

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able(reader.people[debt.team.pk].heads) if debt.team else []


CLAUSE = UnmatchedKind(
    "clause",
    order=120,
    label=pgettext_lazy("owed", "Clause to match"),
    chat=pgettext_lazy("chat", "%(what)s, received %(since)s, %(days)s"),
    overdue=RequirementNotice.UNMATCHED,
    term=3,
)
CLAUSE_ANSWER = AnswerKind(
    "clause_answer",
    order=44,
    label=pgettext_lazy("owed", "Clause to answer"),
    chat=pgettext_lazy("chat", "%(team)s (%(who)s): %(what)s, %(days)s. Please answer."),
    overdue=RequirementNotice.ANSWER_OVERDUE,
)


def clauses_unmatched(reader: DebtReader) -> Iterator[Debt]:
    """Clauses that nobody has: one query."""
    clauses = reader.visible(Clause.objects.unmatched()).filter(requirement__action=reader.action)
    for clause in clauses.select_related("requirement"):
        page = clause.requirement.get_absolute_url()
        match = reverse("clause_match", args=[clause.requirement_id, clause.number])
        yield Debt(
            CLAUSE,
            row=clause,
            subject=ClauseName(clause),
            on=reader.on,
            since=clause.requirement.received_on,
            due_on=CLAUSE.due(clause.requirement.received_on, reader),
            url=match if reader.may("keep_requirements") else page,
        )


def answers_owed(reader: DebtReader) -> Iterator[Debt]:
    """Clauses that a team has not answered: three queries. Closed teams owe nothing."""
    clauses = reader.visible(Clause.objects.filter(not_ours="")).filter(requirement__action=reader.action)
    for standing in standings_of(clauses.select_related("requirement", "team")):
        for each in standing.teams:
            team = reader.teams.get(each.team.pk)
            if each.first is None and team is not None and team.closed_on is None:
                clause = standing.clause
                yield Debt(
                    CLAUSE_ANSWER,
                    row=clause,
                    subject=ClauseName(clause),
                    on=reader.on,
                    since=clause.requirement.received_on,
                    due_on=clause.due_in_force,
                    team=team,
                    debtors=tuple(Debtor(user, HEAD.label) for user in reader.people[team.pk].of(HEAD)),
                    url=f"{clause.requirement.get_absolute_url()}#clause-{clause.number}",
                )


for _kind in (CLAUSE, CLAUSE_ANSWER):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("clauses", clauses_unmatched)
DEBT_SOURCES.register("clause answers", answers_owed)

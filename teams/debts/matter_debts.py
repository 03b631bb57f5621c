"""Debts about matters for coordination: an answer, or the name of a person who answers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User

from ..models import HelpRequest
from ..notices import TeamNotice
from .debts import DEBT_KINDS, DEBT_SOURCES, DEBTS_BY_KEY, Debt, DebtKind, Debtor, OfficeDebtKind
from .occasions import REMINDERS, Occasion, able, facts_of, shortened_matter
from .reader import DebtReader

NAMES = ("report", "owner__department", "to")
"""What is read with a matter."""


def _whole(debts: Sequence[Debt]) -> list[Debt]:
    """The debts with their matters."""
    rows = HelpRequest.objects.select_related(*NAMES).in_bulk([debt.row.pk for debt in debts])
    return [_of_matter(debt, rows[debt.row.pk]) for debt in debts]


def _of_matter(debt: Debt, matter: HelpRequest) -> Debt:
    debtors = (Debtor(matter.owner, matter.owner.department or ""),) if matter.owner else ()
    url = matter.get_absolute_url()
    return replace(debt, row=matter, subject=matter, debtors=debtors, department=matter.to, url=url)


class MatterKind(DebtKind):
    """An answer to a matter, owed by the named person or by the department asked."""

    def whole(self, debts: Sequence[Debt], reader: DebtReader) -> Sequence[Debt]:
        return _whole(debts)

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"matter": shortened_matter(debt.row)}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return answerers_of(debt.row, reader)


class OwnerKind(OfficeDebtKind):
    """A matter without anybody to answer it."""

    def whole(self, debts: Sequence[Debt], reader: DebtReader) -> Sequence[Debt]:
        return _whole(debts)

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"matter": shortened_matter(debt.row)}


MATTER = MatterKind(
    "matter",
    order=40,
    label=pgettext_lazy("owed", "Matter to answer"),
    chat=pgettext_lazy("chat", "%(who)s: %(team)s requests: %(what)s (%(days)s). Please answer."),
    overdue=TeamNotice.MATTER_OVERDUE,
)
OWNER = OwnerKind(
    "owner",
    order=80,
    label=pgettext_lazy("owed", "Matter without a person to answer"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, requested %(since)s, %(days)s"),
    overdue=TeamNotice.MATTER_UNOWNED,
    term=2,
)


def matters_owed(reader: DebtReader) -> Iterator[Debt]:
    """Unanswered matters, owed by the named person, otherwise the department, otherwise the office."""
    for matter in matters_waiting(reader).select_related(*NAMES):
        yield matter_debt(matter, reader)


def matters_by_key(reader: DebtReader) -> Iterator[Debt]:
    """The same, by key."""
    facts = ("pk", "asked_at", "passed_on_at", "owner_id", "to_id", "due_on", "of_team")
    for matter in matters_waiting(reader).order_by().values_list(*facts, named=True):
        yield _debt(reader, matter)


def matters_waiting(reader: DebtReader) -> Any:
    """The unanswered matters that the reader may read, each with the key of its team, `of_team`."""
    waiting = reader.visible(HelpRequest.objects.waiting()).filter(report__team__action=reader.action)
    return waiting.annotate(of_team=F("report__team"))


def matter_debt(matter: Any, reader: DebtReader) -> Debt:
    """The debt of an unanswered matter that is read with its `of_team` and what `NAMES` says."""
    return _of_matter(_debt(reader, matter), matter)


def _debt(reader: DebtReader, matter: Any) -> Debt:
    since = day_of(matter.passed_on_at or matter.asked_at)
    is_asked = matter.owner_id or matter.to_id
    return Debt(
        MATTER if is_asked else OWNER,
        row=matter,
        subject="",
        on=reader.on,
        since=since,
        due_on=matter.due_on if is_asked else OWNER.due(since, reader),
        team=reader.teams[matter.of_team],
    )


def matters_ahead(reader: DebtReader) -> Iterator[Occasion]:
    """Matters to be answered within one working day, with the people who answer."""
    waiting = HelpRequest.objects.waiting().filter(
        report__team__in=list(reader.teams), due_on__gte=reader.on, due_on__lte=reader.next_working_day
    )
    for matter in waiting.select_related("owner"):
        yield Occasion(
            TeamNotice.MATTER_DUE,
            key=f"due-matter-{matter.pk}-{matter.due_on}",
            url=matter.get_absolute_url(),
            facts=facts_of(matter=shortened_matter(matter), by=matter.due_on),
            to=answerers_of(matter, reader),
            due_on=matter.due_on,
        )


def answerers_of(matter: HelpRequest, reader: DebtReader) -> list[User]:
    """The named person, otherwise the people of the department asked."""
    if matter.owner:
        return able([matter.owner])
    return reader.asked_people.get(matter.to_id, []) if matter.to_id is not None else []


for _kind in (MATTER, OWNER):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("matters", matters_owed)
DEBTS_BY_KEY.register("matters", matters_by_key)
REMINDERS.register("matters", matters_ahead)

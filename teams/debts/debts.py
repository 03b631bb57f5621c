"""Who owes what, by name and day: the teams, the departments, and the office itself (docs/rules.md#notices).

Everybody sees whose report is missing, returned or waits for the office, and which period is open. Requests of a team,
and rows that its members have not filled in, are seen by people who may read its reports; a matter for coordination
also by the people it is addressed to (docs/rules.md#visibility).

Each subject registers its kinds of debts with their sources: reports, matters, requests.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from governance.lists.text import Text, names_text
from governance.people.models import Department, User
from governance.records.register import Register
from governance.records.words import NOTICE_FACTS

from ..models import ReportingPeriod, SpecialAction, SpecialTeam
from .occasions import REMINDERS, Occasion, able, facts_of, step_reached
from .reader import DebtReader


@dataclass(frozen=True)
class Debtor:
    """A person who owes, with the part in the team or the department."""

    user: User
    part: Text | Department = ""

    def __str__(self) -> str:
        if not self.part:
            return self.user.name
        return pgettext("owed", "%(name)s (%(part)s)") % {"name": self.user.name, "part": self.part}


@dataclass(frozen=True, eq=False)
class DebtKind:
    """A kind of debt; teams and departments are reminded of it in steps once it is overdue."""

    code: str
    order: int
    """Its position among the kinds, in lists and in the text for the chat group."""
    label: Text
    chat: Text
    """Its sentence in the text for the chat group."""
    overdue: str
    """The kind of the notice that says that it is overdue."""
    due_soon: str = ""
    """The kind of the notice of the working day before it is due; "" where a debt begins no earlier."""
    by_office: ClassVar[bool] = False
    """Whether the office owes it."""

    def about(self, debt: "Debt") -> tuple[Model | None, ...]:
        """The rows that identify a debt across days."""
        return debt.team, debt.row, None

    def facts(self, debt: "Debt") -> dict[str, str]:
        """The facts for the sentences of its notices."""
        return {"period": debt.subject.days}

    def people(self, debt: "Debt", reader: DebtReader) -> Sequence[User]:
        """The people who are reminded."""
        return able(reader.people[debt.team.pk].drafters) if debt.team else []

    def whole(self, debts: Sequence["Debt"], reader: DebtReader) -> Sequence["Debt"]:
        """Debts that were found by key alone, with row, name and address; in the same order."""
        return debts

    def occasion(self, debt: "Debt", reader: DebtReader) -> Occasion | None:
        """The occasion for a notice, if the debt has reached a step."""
        step = step_reached(debt.days_over)
        if step:
            return self.told(debt, self.overdue, step, self.people(debt, reader))
        is_near = debt.due_on is not None and reader.on <= debt.due_on <= reader.next_working_day
        return self.told(debt, self.due_soon, 0, self.people(debt, reader)) if self.due_soon and is_near else None

    def told(self, debt: "Debt", notice: str, step: int, to: Sequence[User]) -> Occasion:
        """A debt as an occasion; its key has its first day, so that a debt that comes up again is a new one."""
        about = {"team": debt.team_name, "by": debt.due_on or "", "since": debt.since}
        return Occasion(
            notice,
            key=f"owed-{debt.key}-{debt.since}-{notice}-{step}",
            url=debt.url,
            facts=facts_of(**self.facts(debt), **about),
            to=to,
            due_on=debt.due_on,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class OfficeDebtKind(DebtKind):
    """What the office owes; it has a term as well, and is reminded once that is over."""

    term: int
    """The working days after which the office is overdue."""
    by_office: ClassVar[bool] = True

    def due(self, since: date, reader: DebtReader) -> date:
        """The day by which the office should have done it."""
        return reader.working_day_after(since, self.term)

    def occasion(self, debt: "Debt", reader: DebtReader) -> Occasion | None:
        return self.told(debt, self.overdue, 0, reader.office) if debt.days_over else None


@dataclass(frozen=True)
class Debt:
    """One debt as of the day `on`: what, by whom, since when, until when, and where it is done."""

    kind: DebtKind
    row: Any
    """The object: a period, extension, close-out or matter; of a report or a row found by key, some of its fields."""
    subject: Any
    """The name of the object, in the reader's language."""
    on: date
    since: date
    due_on: date | None
    team: SpecialTeam | None = None
    debtors: tuple[Debtor, ...] = ()
    department: Department | None = None
    """Who owes it where no person is named."""
    url: str = ""
    """Where it is done or read; "" for a reader who may not."""
    period: ReportingPeriod | None = None
    """The period that it is about, for debts about reports."""
    past_due: bool = False
    """Whether its hour is over already on its last day."""

    @property
    def title(self) -> str:
        """What is owed, in a few words."""
        return _("%(kind)s: %(subject)s") % {"kind": self.kind.label, "subject": self.subject}

    @property
    def by_office(self) -> bool:
        """Whether the office owes it."""
        return self.kind.by_office

    @property
    def team_name(self) -> str:
        """The short name of the team; "" where there is none."""
        return self.team.short_name if self.team else ""

    @property
    def days_over(self) -> int:
        """Days past the due day; 0 when it is not past."""
        return max(0, (self.on - self.due_on).days) if self.due_on else 0

    @property
    def is_over(self) -> bool:
        """Whether it is overdue."""
        return self.past_due or self.days_over > 0

    @property
    def days_waiting(self) -> int:
        """Days since it is owed."""
        return max(0, (self.on - self.since).days)

    @property
    def who(self) -> str:
        """Who owes, by name."""
        if self.by_office:
            return pgettext("owed", "Special office")
        if self.debtors:
            return names_text(map(str, self.debtors))
        return str(self.department or self.team or "")

    @property
    def key(self) -> str:
        """Identifies the same debt on any day."""
        return "-".join([self.kind.code, *(str(part.pk) if part else "0" for part in self.kind.about(self))])

    @property
    def chase_key(self) -> str | None:
        """The key of a debt that the office can chase; None for its own."""
        return None if self.by_office else self.key

    @property
    def urgency(self) -> tuple[int, ...]:
        """Sort key: longest overdue first, then longest waiting, then the order of teams and of kinds."""
        return -self.days_over, -self.days_waiting, self.team.order if self.team else 0, self.kind.order

    @property
    def days_words(self) -> str:
        """The days as text."""
        if self.days_over:
            return ngettext("%(days)d day overdue", "%(days)d days overdue", self.days_over) % {"days": self.days_over}
        if self.due_on == self.on:
            return pgettext("owed", "due today")
        if not self.days_waiting:
            return pgettext("owed", "new today")
        return ngettext("waiting %(days)d day", "waiting %(days)d days", self.days_waiting) % {
            "days": self.days_waiting
        }


DEBT_KINDS: Register[DebtKind] = Register()
"""The kinds by their codes."""

NOTICE_FACTS.register("owed", lambda code: str(DEBT_KINDS[code].label) if code in DEBT_KINDS else code)

DEBT_SOURCES: Register[Callable[[DebtReader], Iterator[Debt]]] = Register()
"""Functions that read the debts: each in a bounded number of queries, for any number of teams."""

DEBTS_BY_KEY: Register[Callable[[DebtReader], Iterator[Debt]]] = Register()
"""For some of the sources, functions that read the same debts with key, days and team alone (see `whole_debts`)."""


def debt_kinds() -> list[DebtKind]:
    """The kinds in order."""
    return sorted(DEBT_KINDS.values(), key=lambda kind: kind.order)


def debts_of(action: SpecialAction, *, reader: User | None, now: datetime) -> list[Debt]:
    """Everything owed in `action` at the moment `now` that `reader` may know of, most urgent first.

    Without a reader the system itself asks, and sees everything. The same number of queries for any number of teams.
    """
    return read_debts(DebtReader(action, reader, now))


def read_debts(reader: DebtReader, *, sources: Iterable[str] = (), whole: bool = True) -> list[Debt]:
    """Everything that `reader` finds, most urgent first; of the named sources alone, if any.

    Unless `whole`, debts of kinds with many rows have the row's key, its days and its team alone (see `whole_debts`).
    """
    known = DEBT_SOURCES if whole else DEBT_SOURCES | DEBTS_BY_KEY
    return sorted((debt for name in sources or known for debt in known[name](reader)), key=lambda debt: debt.urgency)


def whole_debts(debts: Sequence[Debt], reader: DebtReader) -> list[Debt]:
    """The debts with their rows, names and addresses, in the same order: a query for each kind found by key."""
    of_kind: dict[DebtKind, list[Debt]] = defaultdict(list)
    for debt in debts:
        of_kind[debt.kind].append(debt)
    whole = {kind: iter(kind.whole(found, reader)) for kind, found in of_kind.items()}
    return [next(whole[debt.kind]) for debt in debts]


def _reminders(reader: DebtReader) -> Iterator[Occasion]:
    for debt in read_debts(reader):
        occasion = debt.kind.occasion(debt, reader)
        if occasion is not None:
            yield occasion


REMINDERS.register("debts", _reminders)

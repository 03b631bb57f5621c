"""Chasing what is owed by hand: a notice to whoever owes, once a day, with a receipt (docs/rules.md#notices)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import Notice
from governance.records.verbs import locked, record, tell, verb

from ..models import SpecialAction
from ..notices import TeamNotice
from .debts import Debt, read_debts
from .occasions import facts_of
from .reader import DebtReader


@dataclass(frozen=True)
class Chased:
    """The result of chasing: how many items were chased and how many people were told."""

    items: int = 0
    people: int = 0
    again: int = 0
    """Items whose people were all told earlier today."""
    without: int = 0
    """Items that nobody with an account owes."""
    done: int = 0
    """Items that are no longer owed."""


@dataclass(frozen=True)
class Chases:
    """The days on which one item was chased, and who has read the last notice of it."""

    days: Sequence[date]
    told: int
    read: int

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.days[-1]


@verb(says=_("reminded of outstanding items"))
def chase_debts(action: SpecialAction, keys: Collection[str], *, by: User, at: datetime) -> Chased:
    """Notify the people who owe the items named by `keys` (`Debt.key`), and write one event.

    A person is told of an item once a day, so a second click sends nothing. What the office owes itself is left out.

    Raises:
        NotAllowed: `by` is not of the special office.
    """
    require("chase_debts", by, action)
    action = locked(action)
    reader = DebtReader(action, None, at)
    debts = [debt for debt in read_debts(reader) if debt.key in keys and not debt.by_office]
    owing = {debt.key: debt.kind.people(debt, reader) for debt in debts}
    everybody = {user.pk for people in owing.values() for user in people}
    sent = set(
        Notice.objects.filter(to__in=everybody, key__in=[_key(debt) for debt in debts]).values_list("to_id", "key")
    )
    new = {
        debt: people
        for debt in debts
        if (people := [user for user in owing[debt.key] if (user.pk, _key(debt)) not in sent])
    }
    for debt, people in new.items():
        facts = facts_of(owed=debt.kind.code, about=debt.team_name or debt.who)
        tell(people, TeamNotice.CHASED, key=_key(debt), url=debt.url, at=at, facts=facts, due_on=debt.due_on)
    told = sum(map(len, new.values()))
    if new:
        record("chase_debts", action, by=by, at=at, change={"count": told, "_owed": sorted(debt.key for debt in new)})
    without = sum(not people for people in owing.values())
    return Chased(len(new), told, len(debts) - len(new) - without, without, len(set(keys)) - len(debts))


def chases_of(debts: Sequence[Debt], reader: DebtReader) -> dict[str, Chases]:
    """How often each of `debts` was chased, by its key, told to those who owe it now: one query."""
    known = {_stem(debt): debt.key for debt in debts if not debt.by_office}
    people = {user.pk for debt in debts if not debt.by_office for user in debt.kind.people(debt, reader)}
    days: dict[str, dict[date, list[bool]]] = defaultdict(lambda: defaultdict(list))
    notices = Notice.objects.filter(to__in=people, kind=TeamNotice.CHASED).order_by("key")
    for key, read_at in notices.values_list("key", "read_at"):
        stem, day = key[:-DAY], date.fromisoformat(key[-DAY:])
        if stem in known:
            days[known[stem]][day].append(read_at is not None)
    return {
        key: Chases(sorted(of_day), len(of_day[max(of_day)]), sum(of_day[max(of_day)])) for key, of_day in days.items()
    }


DAY = len("2026-10-27")


def _stem(debt: Debt) -> str:
    """Begins the keys of the notices about a debt; it has its first day, so that one that comes up again is new."""
    return f"chase-{debt.key}-{debt.since}-"


def _key(debt: Debt) -> str:
    return f"{_stem(debt)}{debt.on}"

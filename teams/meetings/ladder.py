"""When a supervision order is due: the ladder from reminder to talk, without Django (docs/rules.md#ladder).

A task climbs by how it was lit on each evening, as known that evening, and by the orders it already has. What comes out
is a proposal: orders are issued by people.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, pairwise

REMINDED_DAYS = 10
"""Working days from a reminder to a yellow order, and to the next reminder."""

SENT_BACK = 2
"""How often an answer to a red order is sent back before the circular."""

TALK_ORDERS, TALK_DAYS = 3, 90
"""So many red orders of a team issued within so many days lead to a talk."""

DAY = timedelta(days=1)


class Rung(StrEnum):
    """The rungs, from the lowest up."""

    REMINDER = "reminder"
    YELLOW = "yellow"
    RED = "red"
    CIRCULAR = "circular"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Known:
    """How a task was known from the evening of `since` until the evening before the next one.

    `lit` is False in states without a yellow or red lamp that counts: suspended, closed out (late or not), cancelled.
    """

    since: date
    lit: bool
    yellow_from: date | None = None
    red_from: date | None = None

    @property
    def lit_from(self) -> date | None:
        """The first day of yellow or red; None where neither counts."""
        if not self.lit or self.yellow_from is None or self.red_from is None:
            return (self.yellow_from or self.red_from) if self.lit else None
        return min(self.yellow_from, self.red_from)


@dataclass(frozen=True, slots=True)
class Run:
    """The first evenings of the unbroken rows that reach up to a day; None where that evening was not lit so."""

    lit_since: date | None = None
    """Of evenings yellow or red."""
    red_since: date | None = None


def run_on(history: Sequence[Known], on: date) -> Run:
    """The runs that reach up to the evening of `on`; `history` in the order of its days."""
    lit = red = None
    spans = [*history, Known(on + DAY, False)]
    for known, following in pairwise(spans):
        first, last = known.since, min(following.since - DAY, on)
        if first > last:
            continue
        lit = _carried(lit, known.lit_from, first, last)
        red = _carried(red, known.red_from if known.lit else None, first, last)
    return Run(lit, red)


def _carried(run: date | None, begins: date | None, first: date, last: date) -> date | None:
    """The run at the end of a stretch of evenings in which nothing else became known; its lamp burns from `begins`."""
    if begins is None or begins > last:
        return None
    return begins if begins > first else run or first


@dataclass(frozen=True, slots=True)
class Order:
    """An order on a task that is in force, as known on the evening asked about."""

    key: int
    rung: Rung
    issued_on: date
    answer_by: date | None = None
    answered: bool = False
    sent_back: int = 0
    """How many answers were sent back."""
    accepted: bool = False
    promised_on: date | None = None
    """The day promised by the accepted answer."""
    to_judge: bool = False
    """Whether its last answer waits for a verdict."""
    climbed: bool = False
    """Whether the next rung has followed: a red order on a yellow one, a circular on a red one."""

    def is_unanswered(self, on: date) -> bool:
        """Whether its day for an answer has passed without any."""
        return not self.answered and self.answer_by is not None and on > self.answer_by

    def is_promised(self, on: date) -> bool:
        """Whether the day promised by an accepted answer is still to come, or is `on`."""
        return self.accepted and self.promised_on is not None and on <= self.promised_on

    def is_broken(self, on: date, lit_since: date) -> bool:
        """Whether the day promised by an accepted answer has passed and the task, lit since then, is lit still."""
        return self.accepted and self.promised_on is not None and lit_since <= self.promised_on < on


@dataclass(frozen=True, slots=True)
class Proposal:
    """The order that is due; `since` names it, `order` is the one from which it climbs."""

    rung: Rung
    since: date
    order: int | None = None


class Why(StrEnum):
    """Why nothing is proposed for a lit task."""

    WAITS = "waits"
    """An extension or a close-out waits for a decision."""
    PROMISED = "promised"
    """The day promised by an accepted answer has not passed."""
    DISMISSED = "dismissed"
    """The office decided not to issue it."""
    REMINDED = "reminded"
    """The last reminder is not old enough."""
    TERM = "term"
    """The day for an answer has not passed."""
    TO_JUDGE = "to_judge"
    """The answer waits for the office."""
    SENT_BACK = "sent_back"
    """The answer was sent back, and the team answers again."""
    ACCEPTED = "accepted"
    """The answer was accepted, and no promise was broken."""
    CLIMBED = "climbed"
    """The next rung has followed already."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why nothing is proposed: about which order, and until when, where that is known."""

    why: Why
    order: int | None = None
    until: date | None = None
    dismissed: tuple[Rung, date] | None = None


def outcome(
    history: Sequence[Known],
    orders: Collection[Order],
    *,
    on: date,
    waits: bool,
    dismissed: Collection[tuple[Rung, date]],
    after_working_days: Callable[[date, int], date],
) -> Proposal | Quiet | None:
    """The highest order that is due for a task on the evening of `on`, or why there is none; None for an unlit task.

    A dismissed proposal also silences milder ones of the same run, and none that began after it.

    Args:
        history: how the task was known, in the order of its days.
        orders: those in force on the task.
        waits: whether an extension or a close-out of the task waits for a decision.
        dismissed: the rung and `since` of proposals that the office dismissed.
        after_working_days: the n-th working day after a day.
    """
    run = run_on(history, on)
    since = run.lit_since
    if since is None:
        return None
    if waits:
        return Quiet(Why.WAITS)
    promised = [order for order in orders if order.is_promised(on)]
    if promised:
        last = max(promised, key=lambda order: order.promised_on or on)
        return Quiet(Why.PROMISED, last.key, last.promised_on)
    candidates = chain(
        _circulars(orders, since, on),
        _reds(orders, run, since, on),
        _yellows(orders, since, on, after_working_days),
        _reminders(orders, since, on, after_working_days),
    )
    refused: list[Proposal] = []
    for due in candidates:
        if (due.rung, due.since) in dismissed:
            refused.append(due)
        elif not any(due.rung != other.rung and due.since <= other.since for other in refused):
            return due
    if refused:
        return Quiet(Why.DISMISSED, refused[0].order, dismissed=(refused[0].rung, refused[0].since))
    return _quiet(orders, since, after_working_days)


def proposal(
    history: Sequence[Known],
    orders: Collection[Order],
    *,
    on: date,
    waits: bool,
    dismissed: Collection[tuple[Rung, date]],
    after_working_days: Callable[[date, int], date],
) -> Proposal | None:
    """The proposal of `outcome`, or None."""
    found = outcome(history, orders, on=on, waits=waits, dismissed=dismissed, after_working_days=after_working_days)
    return found if isinstance(found, Proposal) else None


def _circulars(orders: Collection[Order], since: date, on: date) -> Iterator[Proposal]:
    """After a red order without an answer, with answers sent back, or with a promise not kept; once an order."""
    for order in _of(orders, Rung.RED):
        sent_back = order.sent_back >= SENT_BACK and not order.accepted
        if (order.is_unanswered(on) or sent_back or order.is_broken(on, since)) and not order.climbed:
            yield Proposal(Rung.CIRCULAR, order.issued_on, order.key)


def _reds(orders: Collection[Order], run: Run, since: date, on: date) -> Iterator[Proposal]:
    """After a yellow order without an answer or with a promise not kept, or for a red run without a red order.

    A red order for the run also follows the run's yellow order, so that this one does not ask for a second.
    """
    yellow = [order for order in _of(orders, Rung.YELLOW) if not order.climbed]
    for order in yellow:
        if order.is_unanswered(on) or order.is_broken(on, since):
            yield Proposal(Rung.RED, order.issued_on, order.key)
    if run.red_since is not None and not _within(orders, run.red_since, Rung.RED):
        follows = _within(yellow, since, Rung.YELLOW)
        yield Proposal(Rung.RED, run.red_since, follows[-1].key if follows else None)


def _yellows(
    orders: Collection[Order], since: date, on: date, after_working_days: Callable[[date, int], date]
) -> Iterator[Proposal]:
    """Still lit some working days after the run's reminder; once a run, and never after a red order in it."""
    reminded = _within(orders, since, Rung.REMINDER)
    if not reminded or _within(orders, since, Rung.YELLOW, Rung.RED):
        return
    if on >= after_working_days(min(order.issued_on for order in reminded), REMINDED_DAYS):
        yield Proposal(Rung.YELLOW, since)


def _reminders(
    orders: Collection[Order], since: date, on: date, after_working_days: Callable[[date, int], date]
) -> Iterator[Proposal]:
    """A run without any order, some working days after the task's last reminder."""
    if _within(orders, since, *Rung):
        return
    last = max((order.issued_on for order in _of(orders, Rung.REMINDER)), default=None)
    if last is None or on >= after_working_days(last, REMINDED_DAYS):
        yield Proposal(Rung.REMINDER, since)


def _quiet(orders: Collection[Order], since: date, after_working_days: Callable[[date, int], date]) -> Quiet:
    """Why nothing is due: by the last order of the run, or by the last reminder before it."""
    last = max(
        _within(orders, since, *Rung) or _of(orders, Rung.REMINDER), key=lambda order: (order.issued_on, order.key)
    )
    if last.rung == Rung.REMINDER:
        return Quiet(Why.REMINDED, last.key, after_working_days(last.issued_on, REMINDED_DAYS))
    if last.climbed:
        return Quiet(Why.CLIMBED, last.key)
    if last.accepted:
        return Quiet(Why.ACCEPTED, last.key)
    if not last.answered:
        return Quiet(Why.TERM, last.key, last.answer_by)
    return Quiet(Why.TO_JUDGE if last.to_judge else Why.SENT_BACK, last.key)


def _of(orders: Collection[Order], rung: Rung) -> list[Order]:
    """Those of a rung, the earliest first."""
    of_rung = [order for order in orders if order.rung == rung]
    return sorted(of_rung, key=lambda order: (order.issued_on, order.key)) if len(of_rung) > 1 else of_rung


def _within(orders: Collection[Order], since: date, *rungs: Rung) -> list[Order]:
    """Those of `rungs` issued in the run that began on `since`, as they stand in `orders`."""
    return [order for order in orders if order.rung in rungs and order.issued_on >= since]


def talk_due(red_orders: Iterable[date], talks: Collection[date], *, on: date) -> date | None:
    """The issue day of the third red order after which a team is to be talked to, or None.

    Args:
        red_orders: the issue days of the team's red orders in force.
        talks: the issue days of its talks in force; one settles every third order up to its day.
    """
    counted: list[date] = []
    due: date | None = None
    for day in sorted(day for day in red_orders if day <= on):
        counted = [earlier for earlier in counted if (day - earlier).days < TALK_DAYS] + [day]
        if len(counted) == TALK_ORDERS:
            due, counted = day, []
    if due is None or any(talk >= due for talk in talks):
        return None
    return due

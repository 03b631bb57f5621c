"""Sentences about proposals: why an order is due, why none is, and the basis and demand it opens with."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.lists.text import percent_text, short_date
from teams.tasks.standing import TaskStanding

from ..ladder import TALK_DAYS, TALK_ORDERS, Order, Proposal, Quiet, Rung, Why

ANSWER_DAYS = {Rung.YELLOW: 5, Rung.RED: 3}
"""Working days for the answer to an order."""

ACKNOWLEDGE_DAYS = 1
"""Working days to acknowledge one."""


def proposal_reason(due: Proposal, order: Order | None, name: str) -> str:
    """Why the order is due; `order` is the one from which it climbs, `name` its number in words."""
    if due.rung == Rung.REMINDER:
        return _("Lit since %(day)s, without a reminder.") % {"day": short_date(due.since)}
    if due.rung == Rung.YELLOW:
        return _("Lit since %(day)s; reminded, and still lit after ten working days.") % {"day": short_date(due.since)}
    if order is None or due.since != order.issued_on:
        return _("Red since %(day)s, without a red order.") % {"day": short_date(due.since)}
    return _climbing(order, name)


def _climbing(order: Order, name: str) -> str:
    """Why an order leads to the next rung."""
    words = {"order": name, "count": order.sent_back}
    if not order.answered:
        return _("%(order)s was due on %(day)s and has not been answered.") % {
            **words,
            "day": short_date(order.answer_by),
        }
    if order.accepted:
        return _("%(order)s: %(day)s was promised, and the task is still lit.") % {
            **words,
            "day": short_date(order.promised_on),
        }
    return (
        ngettext(
            "The answer to %(order)s was sent back %(count)d time.",
            "The answer to %(order)s was sent back %(count)d times.",
            order.sent_back,
        )
        % words
    )


def talk_reason(since: date) -> str:
    """Why a talk with a team is due."""
    return _("%(orders)d red orders within %(days)d days, the last on %(day)s.") % {
        "orders": TALK_ORDERS,
        "days": TALK_DAYS,
        "day": short_date(since),
    }


def quiet_reason(quiet: Quiet, name: str) -> str:
    """Why nothing is proposed for a lit task; `name` is the number of the order that it is about."""
    return str(_QUIET[quiet.why](name, short_date(quiet.until)))


_QUIET: dict[Why, Callable[[str, str], str]] = {
    Why.WAITS: lambda name, day: _("A request about it waits for a decision."),
    Why.PROMISED: lambda name, day: _("%(order)s: promised for %(day)s.") % {"order": name, "day": day},
    Why.DISMISSED: lambda name, day: _("The office decided not to issue it."),
    Why.REMINDED: lambda name, day: _("Reminded; the next step is due on %(day)s.") % {"day": day},
    Why.TERM: lambda name, day: _("%(order)s is to be answered by %(day)s.") % {"order": name, "day": day},
    Why.TO_JUDGE: lambda name, day: _("%(order)s is answered and waits for a verdict.") % {"order": name},
    Why.SENT_BACK: lambda name, day: (
        _("The answer to %(order)s was sent back; the team answers again.") % {"order": name}
    ),
    Why.ACCEPTED: lambda name, day: _("The answer to %(order)s was accepted.") % {"order": name},
    Why.CLIMBED: lambda name, day: _("%(order)s has led to the next step already.") % {"order": name},
}


def task_basis(standing: TaskStanding, reason: str) -> str:
    """The basis of an order on a task: its lamp with the figures, then why the order is due."""
    words = {
        "lamp": standing.reason_word,
        "actual": percent_text(standing.row.percent),
        "planned": percent_text(standing.planned),
        "due": short_date(standing.row.due_on),
        "reason": reason,
    }
    if standing.planned is None or standing.row.due_on is None:
        return _("%(lamp)s: %(actual)s done. %(reason)s") % words
    return _("%(lamp)s: %(actual)s done, %(planned)s planned, due on %(due)s. %(reason)s") % words


def rung_demand(rung: Rung) -> str:
    """What an order of a rung asks for, to begin with."""
    if rung == Rung.REMINDER:
        return _("Acknowledge this reminder, find out what holds the task up, and bring it back to plan.")
    if rung == Rung.YELLOW:
        return _(
            "Answer in writing: what holds the task up, what is being done about it, and by when it is back on plan."
        )
    if rung == Rung.RED:
        return _(
            "The head answers in person: the cause, the measures with who and when, and the day on which the task is "
            "back on plan."
        )
    return _("The head comes to a talk with the office and brings the causes, the measures and their dates.")


def circular_text(title: str, reason: str) -> str:
    """What a circular says of a task, to begin with."""
    return _("Task %(task)s: %(reason)s") % {"task": title, "reason": reason}

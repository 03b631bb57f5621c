"""Supervision orders are issued one by one or many at once, acknowledged, declared void.

See docs/rules.md#supervision-orders.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, save_version, tell, verb
from teams.guards import check_seen, moment_after
from teams.models import SpecialAction, SpecialTeam, Task
from teams.roster.recipients import people_of
from teams.states import ENDED_TASK_STATES, check_move

from ..ladder import Proposal, Rung
from ..models import Problem, SupervisionOrder
from ..models.order import SERIES_OF
from ..models.order import Rung as OrderRung
from ..notices import OrderNotice
from ..numbering import next_number
from ..states import LIVE_PROBLEM_STATES, ORDER_MOVES, OrderState
from .circulars import CircularLineText, collect_lines
from .proposals import Proposed, proposals_on

CHANGED = _("%(subject)s: this proposal no longer holds. Reload the page and check again.")


@dataclass(frozen=True)
class NewOrder:
    """An order as it is to be issued: on a task or a problem, or for a talk on a team."""

    rung: Rung
    team: SpecialTeam
    basis: str
    demand: str
    answer_by: date | None = None
    task: Task | None = None
    problem: Problem | None = None
    since: date | None = None
    climbed_from: int | None = None
    contact: str = ""
    contact_phone: str = ""

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.task or self.problem or self.team.name)


@verb(says=_("issued a supervision order"))
def issue_order(
    action: SpecialAction, new: NewOrder, *, by: User, at: datetime, number: int | None = None
) -> SupervisionOrder:
    """Issue one order by hand and tell the team; `number` is typed where the series began on paper.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed, or the task or problem has ended.
        Invalid: basis or demand is missing, the day for the answer has passed, the number is taken.
    """
    action = locked(action)
    require("issue_orders", by)
    order = _written(action, new, by=by, at=at, number=number)
    record("issue_order", order, by=by, at=at, change=_said([order]))
    return order


@verb(says=_("issued the proposed supervision orders"))
def issue_proposals(
    action: SpecialAction, chosen: Sequence[NewOrder], *, by: User, at: datetime
) -> tuple[list[SupervisionOrder], Any]:
    """Issue what the ladder proposes, all or none; circulars are added to the draft that is being written.

    Returns the orders and the draft of the circular, None where no circular was chosen.

    Raises:
        NotAllowed: `by` is not of the special office.
        Stale: one of them is not proposed any more.
        Invalid, WrongState: as `issue_order`.
    """
    action = locked(action)
    require("issue_orders", by)
    if not chosen:
        raise Invalid(fields={"chosen": _("Select at least one row first.")})
    _lock_orders_of(chosen)
    tasks = [new.task.pk for new in chosen if new.task is not None]
    known = proposals_on(action, on=day_of(at), today=day_of(at), tasks=tasks)
    still = [_still_due(new, known) for new in chosen]
    issued = [_written(action, new, by=by, at=at) for new in still if new.rung != Rung.CIRCULAR]
    named = [_line_of(new) for new in still if new.rung == Rung.CIRCULAR]
    draft = collect_lines(action, named, by=by, at=at) if named else None
    change = _said(issued) | ({"circular": [line.team.short_name for line in named]} if named else {})
    record("issue_proposals", action, by=by, at=at, change=change)
    return issued, draft


@verb(says=_("acknowledged a supervision order"))
def acknowledge_order(order: SupervisionOrder, *, by: User, at: datetime) -> SupervisionOrder:
    """The team has read the order; a reminder ends with it.

    Raises:
        NotAllowed: `by` is not head, deputy or liaison of the team.
        WrongState: it is acknowledged or answered already, or void.
    """
    order = locked(order, "team")
    require("acknowledge_order", by, order)
    check_move(order, OrderState.ACKNOWLEDGED, ORDER_MOVES)
    moment = moment_after(order.issued_at, at, order)
    fields = {"state": OrderState.ACKNOWLEDGED, "acknowledged_at": moment, "acknowledged_by": by}
    record("acknowledge_order", order, by=by, at=at, change=save_version(order, fields))
    return order


@verb(says=_("declared a supervision order void"))
def void_order(
    order: SupervisionOrder, *, reason: str, by: User, at: datetime, seen: int | None = None
) -> SupervisionOrder:
    """Declare an order void; it keeps its number, and the ladder reads as if it had never been.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is void already.
        Stale: it has changed since version `seen`.
        Invalid: no reason is given.
    """
    order = locked(order, "team", "task", "problem")
    require("void_order", by, order)
    check_move(order, OrderState.VOID, ORDER_MOVES)
    check_seen(order, seen)
    if not reason.strip():
        raise Invalid(fields={"reason": _("State why the order is void.")})
    fields = {
        "state": OrderState.VOID,
        "void_at": moment_after(order.acknowledged_at or order.issued_at, at, order),
        "void_reason": reason.strip(),
    }
    record("void_order", order, by=by, at=at, change=save_version(order, fields))
    tell_team(order, OrderNotice.ORDER_VOID, occasion="void", at=at)
    return order


def tell_team(order: SupervisionOrder, kind: str, *, occasion: str, at: datetime, due_on: date | None = None) -> None:
    """Notify head, deputies and liaison of the order's team, once per occasion."""
    tell_of_order(people_of(order.team), order, kind, occasion=occasion, at=at, due_on=due_on)


def tell_of_order(
    people: Iterable[User],
    order: SupervisionOrder,
    kind: str,
    *,
    occasion: str,
    at: datetime,
    due_on: date | None = None,
) -> None:
    """Notify people of something about an order; the notice leads to its page."""
    facts = {"order": order.code, "subject": order.subject, "team": order.team.short_name}
    key = f"order-{order.pk}-{occasion}"
    tell(people, kind, key=key, url=order.get_absolute_url(), at=at, facts=facts, due_on=due_on)


# Issuing -------------------------------------------------------------------------------------------------------------
def _lock_orders_of(chosen: Sequence[NewOrder]) -> None:
    """Lock the orders of the tasks, so that an answer sent at this moment comes wholly before or after."""
    tasks = [new.task.pk for new in chosen if new.task is not None]
    rows = SupervisionOrder.objects.select_for_update(no_key=True).filter(task__in=tasks).order_by("pk")
    list(rows.values_list("pk"))


def _still_due(new: NewOrder, known: Proposed) -> NewOrder:
    """The order with what the ladder says of it now.

    Raises:
        WrongState: it is not proposed any more.
    """
    if new.rung == Rung.TALK:
        if any(talk.team == new.team and talk.since == new.since for talk in known.talks):
            return new
        raise WrongState(CHANGED % {"subject": new.subject})
    found = next((each.proposal for each in known.lit if new.task is not None and each.pk == new.task.pk), None)
    if not isinstance(found, Proposal) or (found.rung, found.since) != (new.rung, new.since):
        raise WrongState(CHANGED % {"subject": new.subject})
    return replace(new, climbed_from=found.order)


def _line_of(new: NewOrder) -> CircularLineText:
    return CircularLineText("named", new.team, new.basis.strip(), new.climbed_from)


def _written(
    action: SpecialAction, new: NewOrder, *, by: User, at: datetime, number: int | None = None
) -> SupervisionOrder:
    """Check, number and insert an order under the action's lock, and tell the team."""
    _check(action, new, on=day_of(at))
    rung = OrderRung(new.rung)
    series, year = SERIES_OF[rung], day_of(at).year
    in_series = SupervisionOrder.objects.filter(action=action, series=series, year=year)
    order = SupervisionOrder(
        action=action,
        series=series,
        year=year,
        number=next_number(in_series, typed=number),
        rung=rung,
        team=new.team,
        task=new.task,
        problem=new.problem,
        since=new.since,
        basis=new.basis.strip(),
        demand=new.demand.strip(),
        answer_by=None if new.rung == Rung.REMINDER else new.answer_by,
        contact=new.contact.strip(),
        contact_phone=new.contact_phone.strip(),
        climbed_from_id=new.climbed_from or _followed(new),
        issued_at=at,
        issued_by=by,
    )
    inserted(order)
    tell_team(order, OrderNotice.ORDER_ISSUED, occasion="issued", at=at, due_on=order.answer_by)
    return order


def usual_contact(action: SpecialAction, user: User) -> dict[str, str]:
    """Contact and phone as they stand in the last order that a person issued: one query."""
    last = SupervisionOrder.objects.filter(action=action, issued_by=user).order_by("-issued_at", "-pk")
    found = last.only("contact", "contact_phone").first()
    return {"contact": found.contact if found else "", "contact_phone": found.contact_phone if found else ""}


def _followed(new: NewOrder) -> int | None:
    """The task's last yellow order without a red one after it, for a red order issued by hand."""
    if new.rung != Rung.RED or new.task is None or new.since is not None:
        return None
    yellow = SupervisionOrder.objects.in_force().filter(task=new.task, rung=Rung.YELLOW)
    followed = SupervisionOrder.objects.in_force().filter(Q(climbed_from__in=yellow)).values("climbed_from")
    return yellow.exclude(pk__in=followed).order_by("-issued_at", "-pk").values_list("pk", flat=True).first()


def _check(action: SpecialAction, new: NewOrder, *, on: date) -> None:
    """Refuse an order that cannot be issued.

    Raises:
        WrongState: the team is closed, or the task or problem has ended.
        Invalid: something is missing, of another action, or in the past.
    """
    if new.team.action_id != action.pk or any(row.action_id != action.pk for row in (new.task, new.problem) if row):
        raise Invalid(fields={"team": _("Choose a team, task or problem of this special action.")})
    if new.team.closed_on is not None and new.team.closed_on < on:
        raise WrongState(_("%(team)s is closed, so no order can be issued to it.") % {"team": new.team.name})
    if new.task is not None and new.task.state in ENDED_TASK_STATES:
        raise WrongState(_("Task %(task)s has ended, so no order can be issued on it.") % {"task": new.task})
    if new.problem is not None and new.problem.state not in LIVE_PROBLEM_STATES:
        raise WrongState(
            _("Problem %(problem)s has ended, so no order can be issued on it.") % {"problem": new.problem}
        )
    missing = {name: _("Please fill this in.") for name in ("basis", "demand") if not str(getattr(new, name)).strip()}
    if missing:
        raise Invalid(fields=missing)
    if new.rung in (Rung.YELLOW, Rung.RED) and new.answer_by is None:
        raise Invalid(fields={"answer_by": _("A yellow or red order says by when it is answered.")})
    if new.answer_by is not None and new.answer_by < on:
        raise Invalid(fields={"answer_by": _("The day for the answer cannot be in the past.")})


def _said(orders: Sequence[SupervisionOrder]) -> dict[str, Any]:
    """What the audit event says: each order with its rung."""
    return {"orders": [f"{order} {order.get_rung_display()}" for order in orders]}

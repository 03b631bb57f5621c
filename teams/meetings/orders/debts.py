"""Debts about orders: to acknowledge, to answer, to judge; and circulars to sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from teams.debts.occasions import REMINDERS, Occasion, able, facts_of
from teams.debts.reader import DebtReader

from ..models import CircularDraft, Rung, SupervisionOrder
from ..notices import OrderNotice
from ..states import CircularState, OrderState
from .wording import ACKNOWLEDGE_DAYS, ANSWER_DAYS


class OrderKind(DebtKind):
    """What a team owes about an order."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return order_facts(debt.row)


class AnswerKind(OrderKind):
    """An answer, owed by the head and the deputies."""

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able(reader.people[debt.team.pk].heads) if debt.team else []


class JudgeKind(OfficeDebtKind):
    """A verdict on an answer."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return order_facts(debt.row)


@dataclass(frozen=True, eq=False, kw_only=True)
class SignKind(OfficeDebtKind):
    """A circular that somebody else has to sign."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"circular": str(debt.row)}

    def debts(self, reader: DebtReader) -> Iterator[Debt]:
        """The drafts."""
        drafts = reader.visible(CircularDraft.objects.filter(action=reader.action, state=CircularState.DRAFT))
        for draft in drafts.order_by("pk"):
            since = day_of(draft.written_at)
            yield Debt(
                self,
                row=draft,
                subject=draft,
                on=reader.on,
                since=since,
                due_on=self.due(since, reader),
                url=draft.get_absolute_url(),
            )


ACKNOWLEDGE = OrderKind(
    "order_acknowledge",
    order=50,
    label=pgettext_lazy("owed", "Order to acknowledge"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, issued %(since)s (%(days)s). Please acknowledge it."),
    overdue=OrderNotice.ORDER_UNACKNOWLEDGED,
)
ANSWER = AnswerKind(
    "order_answer",
    order=52,
    label=pgettext_lazy("owed", "Order to answer"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s (%(days)s). Please answer it."),
    overdue=OrderNotice.ORDER_OVERDUE,
)
JUDGE = JudgeKind(
    code="order_verdict",
    order=90,
    label=pgettext_lazy("owed", "Answer to judge"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, answered %(since)s, %(days)s"),
    overdue=OrderNotice.ORDER_TO_JUDGE,
    term=3,
)
SIGN = SignKind(
    code="circular_sign",
    order=92,
    label=pgettext_lazy("owed", "Circular to sign"),
    chat=pgettext_lazy("chat", "%(what)s, written %(since)s, %(days)s"),
    overdue=OrderNotice.CIRCULAR_TO_SIGN,
    term=2,
)


def order_facts(order: SupervisionOrder) -> dict[str, str]:
    """The facts of notices about an order."""
    return {"order": order.code, "subject": order.subject}


def orders_owed(reader: DebtReader) -> Iterator[Debt]:
    """What is owed about open orders: one query, and one for what was answered and judged."""
    rows = reader.visible(SupervisionOrder.objects.filter(action=reader.action, team__in=list(reader.teams)))
    moments = {"answered_at": Max("answers__at"), "judged_at": Max("answers__verdict__at")}
    for order in rows.to_act_on().select_related("task", "problem").annotate(**moments).order_by("pk"):
        yield _debt(order, reader)


def _debt(order: SupervisionOrder, reader: DebtReader) -> Debt:
    """What is owed next about an open order."""
    kind, since, due_on = _owed(order, reader)
    people = reader.people[order.team_id]
    debtors = people.drafters if kind is ACKNOWLEDGE else people.heads if kind is ANSWER else []
    return Debt(
        kind,
        row=order,
        subject=f"{order} {order.subject}",
        on=reader.on,
        since=since,
        due_on=due_on,
        team=reader.teams[order.team_id],
        debtors=tuple(Debtor(user) for user in debtors),
        url=order.get_absolute_url(),
    )


def _owed(order: SupervisionOrder, reader: DebtReader) -> tuple[DebtKind, date, date | None]:
    """The kind, since when, and by when."""
    issued_on = day_of(order.issued_at)
    if order.state == OrderState.ANSWERED:
        since = day_of(order.answered_at)  # type: ignore[attr-defined]  # annotated
        return JUDGE, since, JUDGE.due(since, reader)
    if order.state == OrderState.SENT_BACK:
        since = day_of(order.judged_at)  # type: ignore[attr-defined]  # annotated
        return ANSWER, since, again_by(order, since, reader)
    due_on = reader.working_days.add(issued_on, ACKNOWLEDGE_DAYS)
    is_past = order.answer_by is not None and order.answer_by <= max(due_on, reader.on)
    if order.state == OrderState.ISSUED and not is_past:
        return ACKNOWLEDGE, issued_on, due_on
    return ANSWER, issued_on, order.answer_by


def again_by(order: SupervisionOrder, since: date, reader: DebtReader) -> date | None:
    """By when an answer that was sent back on `since` is given again: the term of the rung anew, never earlier."""
    if order.answer_by is None or order.rung not in (Rung.YELLOW, Rung.RED):
        return order.answer_by
    terms = {rung.value: days for rung, days in ANSWER_DAYS.items()}
    return max(order.answer_by, reader.working_days.add(since, terms[order.rung]))


def answers_ahead(reader: DebtReader) -> Iterator[Occasion]:
    """Orders to be answered within one working day, for head and deputies."""
    rows = SupervisionOrder.objects.to_act_on().filter(
        action=reader.action,
        team__in=list(reader.teams),
        state__in=(OrderState.ISSUED, OrderState.ACKNOWLEDGED),
        answer_by__gte=reader.on,
        answer_by__lte=reader.next_working_day,
    )
    for order in rows.select_related("task", "problem", "team"):
        yield Occasion(
            OrderNotice.ORDER_DUE,
            key=f"due-order-{order.pk}-{order.answer_by}",
            url=order.get_absolute_url(),
            facts=facts_of(**order_facts(order), by=order.answer_by),
            to=able(reader.people[order.team_id].heads),
            due_on=order.answer_by,
        )


for _kind in (ACKNOWLEDGE, ANSWER, JUDGE, SIGN):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("orders", orders_owed)
DEBT_SOURCES.register("circulars", SIGN.debts)
REMINDERS.register("orders", answers_ahead)

"""Home lines about supervision orders: what a team has to acknowledge and answer, what the office issues and judges."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.lists.text import long_date
from governance.people.permissions import may
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.debts import Debt
from teams.debts.reader import debt_reader_of
from teams.models import team_ids_of

from ..orders.debts import ACKNOWLEDGE, JUDGE, SIGN, orders_owed
from ..orders.desk import count_due


def order_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line an order for its team; for the office one for what is due, to judge and to sign."""
    if reader.action is None:
        return
    is_office = reader.user.has_role(Role.SPECIAL_OFFICE)
    own = team_ids_of(reader.user)
    if own or is_office:
        debts = list(orders_owed(debt_reader_of(reader)))
        yield from (_of_team(debt) for debt in debts if debt.team and debt.team.pk in own and not debt.by_office)
        if is_office:
            yield from _to_judge([debt for debt in debts if debt.kind is JUDGE])
    if is_office:
        yield from _to_issue(reader)
    if may(reader.user, "sign_circulars"):
        yield from _to_sign(reader)


def _of_team(debt: Debt) -> TodoLine:
    """An order to acknowledge or to answer."""
    order = debt.row
    words = {"order": order, "subject": order.subject}
    title = _("Acknowledge %(order)s: %(subject)s") if debt.kind is ACKNOWLEDGE else _("Answer %(order)s: %(subject)s")
    action = _("Acknowledge") if debt.kind is ACKNOWLEDGE else pgettext("order", "Answer")
    return TodoLine(
        "red" if debt.is_over else tone_by(debt.due_on, debt.on),
        title % words,
        _("Due on %(moment)s.") % {"moment": long_date(debt.due_on)} if debt.due_on else "",
        debt.url,
        action,
        debt.due_on,
    )


def _to_judge(debts: Sequence[Debt]) -> Iterator[TodoLine]:
    """Answers that wait for a verdict."""
    if debts:
        oldest = min(debts, key=lambda debt: debt.since)
        yield TodoLine(
            "yellow" if any(debt.days_over for debt in debts) else "blue",
            ngettext("%(count)d answer to an order to judge", "%(count)d answers to orders to judge", len(debts))
            % {"count": len(debts)},
            _("Oldest: %(team)s, answered on %(day)s.") % {"team": oldest.team_name, "day": long_date(oldest.since)},
            f"{reverse('order_list')}?state=answered",
            pgettext("order", "Judge"),
            oldest.due_on,
            len(debts),
        )


def _to_issue(reader: TodoReader) -> Iterator[TodoLine]:
    """What the ladder proposes now."""
    count = count_due(reader.action, at=reader.now)
    if count:
        yield TodoLine(
            "blue",
            ngettext("%(count)d supervision order is due", "%(count)d supervision orders are due", count)
            % {"count": count},
            _("Proposed by the lamps; you issue what you tick."),
            reverse("order_desk"),
            _("View"),
            count=count,
        )


def _to_sign(reader: TodoReader) -> Iterator[TodoLine]:
    """Circulars that somebody else wrote."""
    for debt in SIGN.debts(debt_reader_of(reader)):
        if debt.row.written_by_id != reader.user.pk:
            yield TodoLine(
                "yellow" if debt.days_over else "blue",
                _("Sign the circular “%(circular)s”") % {"circular": debt.row},
                _("Written on %(day)s; another person signs it.") % {"day": long_date(debt.row.written_at)},
                debt.url,
                _("View"),
                debt.due_on,
            )


TODO_SOURCES.register("orders", order_lines)

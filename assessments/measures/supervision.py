"""Measures of supervision orders: how many were red, and whether they were answered in time."""

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate

from governance.clock import SHANGHAI, at_time, end_of
from teams.meetings.ladder import Rung
from teams.meetings.models import OrderAnswer, SupervisionOrder

from .contract import ONE, Rows, Scope, not_yet_due
from .reasons import Because

_ORDER = {
    "kind": "kind",
    "series": "series",
    "year": "year",
    "number": "number",
    "rung": "rung",
    "issued_on": "issued_on",
}


def orders_red(scope: Scope) -> Rows:
    """How many red supervision orders were issued to the team.

    Numerator: the red orders issued on a day of the round, before the cut-off.
    Denominator: 1; a team without a red order has 0.
    Not counted: orders that were declared void before the cut-off.
    """
    begins, ends = at_time(scope.first, 0), min(end_of(scope.last), scope.known_before)
    orders = _orders(scope).filter(rung=Rung.RED, issued_at__gte=begins, issued_at__lt=ends)
    because = Case(_void(scope), default=Value(Because.ISSUED))
    return _rows(orders, because, _ORDER, weight=Value(0))


def order_answer_on_time_rate(scope: Scope) -> Rows:
    """Supervision orders answered on time, of those whose answer was due.

    Numerator: the orders below whose first answer came on or before the day by which it was demanded; what the office
    thought of the answer does not matter here.
    Denominator: the yellow and red orders whose day for the answer lies in the round.
    Not counted: orders that were declared void before the cut-off, those whose answer was due before or after the
    round, or was not due yet at the cut-off; reminders and talks, which ask for no answer by a day.
    """
    first = OrderAnswer.objects.filter(order=OuterRef("pk"), at__lt=scope.known_before).order_by("number")
    day = first.annotate(day=TruncDate("at", tzinfo=SHANGHAI)).values("day")[:1]
    orders = _orders(scope).filter(rung__in=(Rung.YELLOW, Rung.RED))
    because = Case(
        _void(scope),
        When(answer_by__lt=scope.first, then=Value(Because.DUE_EARLIER)),
        When(answer_by__gt=scope.last, then=Value(Because.DUE_LATER)),
        not_yet_due("answer_by", scope),
        When(answered_on__lte=F("answer_by"), then=Value(Because.ANSWERED_ON_TIME)),
        When(answered_on__isnull=False, then=Value(Because.ANSWERED_LATE)),
        default=Value(Because.NOT_ANSWERED),
    )
    asked = _ORDER | {"due_on": "answer_by", "answered_on": "answered_on"}
    return _rows(orders.annotate(answered_on=Subquery(day, output_field=DateField())), because, asked)


def _orders(scope: Scope) -> QuerySet:
    """The orders to the teams that were issued before the cut-off."""
    return SupervisionOrder.objects.filter(
        action=scope.action_id, team__in=scope.teams, issued_at__lt=scope.known_before
    ).annotate(kind=Value("order"), issued_on=TruncDate("issued_at", tzinfo=SHANGHAI))


def _void(scope: Scope) -> When:
    return When(Q(void_at__lt=scope.known_before), then=Value(Because.VOID))


def _rows(orders: QuerySet, because: Case, details: dict[str, str], weight: Value = ONE) -> Rows:
    order = ("issued_at", "pk")
    return Rows(orders, team="team_id", because=because, details=details, order=order, weight=weight)

"""Measures of the state of tasks at the ends of reporting periods, as stored when each was closed."""

from django.db.models import BigIntegerField, Case, DecimalField, ExpressionWrapper, F, Func, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Round

from teams.models import PeriodLamp
from teams.rules.lamps import Lamp

from .contract import ONE, Rows, Scope
from .reasons import Because

_LAMP = {
    "year": "task__year",
    "number": "task__number",
    "title": "task__title",
    "starts_on": "period__starts_on",
    "ends_on": "period__ends_on",
    "lamp": "lamp",
    "planned": "planned",
    "actual": "actual",
}
_ORDER = ("period__ends_on", "task__year", "task__number")


def tasks_on_schedule_rate(scope: Scope) -> Rows:
    """Period ends at which an open task was neither red nor yellow.

    Numerator: the rows below whose lamp was blue, green or grey.
    Denominator: the rows kept when the periods that end in the round were closed, before the cut-off: one for each
    task open on a period's last day. A row stays as it was kept, whatever becomes of the task.
    Not counted: nothing; a task that was not open on the last day has no row.
    """
    off = When(lamp__in=(Lamp.RED, Lamp.YELLOW), then=Value(Because.OFF_SCHEDULE))
    return _rows(scope, Case(off, default=Value(Because.ON_SCHEDULE)))


def mean_schedule_gap(scope: Scope) -> Rows:
    """Points behind planned progress, the mean over period ends.

    Numerator: hundredths of points by which the actual percent was below the planned one; ahead counts as 0.
    Denominator: the rows kept when the periods that end in the round were closed, before the cut-off, that have a
    plan line.
    Not counted: tasks without a plan line (ongoing, without milestones).
    """
    gap = _hundredths("planned") - _hundredths("actual")
    because = Case(
        When(planned=None, then=Value(Because.NO_PLAN_LINE)),
        When(planned__gt=F("actual"), then=Value(Because.BEHIND)),
        default=Value(Because.NOT_BEHIND),
    )
    return _rows(scope, because, amount=gap)


def _rows(scope: Scope, because: Case, amount: Combinable = ONE) -> Rows:
    """The stored rows of the periods that end in the round."""
    kept = PeriodLamp.objects.filter(
        team__in=scope.teams,
        period__action=scope.action_id,
        period__ends_on__range=(scope.first, scope.last),
        at__lt=scope.known_before,
    )
    return Rows(kept, team="team_id", because=because, amount=amount, details=_LAMP, order=_ORDER)


def _hundredths(field: str) -> Func:
    """A percent of two decimals as a whole number of hundredths, on both databases.

    SQLite keeps decimals as binary fractions: the product is rounded before it becomes an integer.
    """
    hundred = ExpressionWrapper(F(field) * Value(100), output_field=DecimalField(max_digits=9, decimal_places=2))
    return Cast(Round(hundred), BigIntegerField())

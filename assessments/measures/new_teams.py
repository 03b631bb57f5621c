"""The measure of new teams: how soon they had a plan."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Case, DateField, F, Func, OuterRef, Subquery, Value, When
from django.db.models.sql.compiler import SQLCompiler

from governance.clock import day_of
from teams.models import FirstStep, SpecialTeam

from .contract import Rows, Scope
from .reasons import Because


class DaysBetween(Func):
    """The days from the second date to the first, a whole number on both databases."""

    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """SQLite keeps dates as text."""
        days = "CAST(julianday(%(expressions)s) AS bigint)"
        return super().as_sql(compiler, connection, template=days, arg_joiner=") - julianday(", **context)


def days_to_first_plan(scope: Scope) -> Rows:
    """Days from the founding of a new team until its work plan was submitted.

    Numerator: the days from the day on which the team was established to the day on which its plan was first
    submitted, or to the day of the cut-off where it was not submitted before that day.
    Denominator: 1 for each team that was new on the round's last day (by the days of the action); the others have no
    value.
    Not counted: nothing.
    """
    cut_off_on = day_of(scope.known_before)
    plans = FirstStep.objects.filter(team=OuterRef("pk"), kind=FirstStep.Kind.PLAN, done_on__lt=cut_off_on)
    last, cut_off = (Value(day, output_field=DateField()) for day in (scope.last, cut_off_on))
    teams = (
        SpecialTeam.objects.filter(pk__in=scope.teams, action=scope.action_id, established_on__lte=scope.last)
        .annotate(
            kind=Value("plan"),
            age=DaysBetween(last, F("established_on")),
            done_on=Subquery(plans.values("done_on")[:1], output_field=DateField()),
        )
        .filter(age__lt=F("action__new_team_days"))
        .annotate(until=Case(When(done_on__isnull=False, then=F("done_on")), default=cut_off, output_field=DateField()))
    )
    return Rows(
        teams,
        team="pk",
        because=Case(
            When(done_on__isnull=False, then=Value(Because.PLAN_SUBMITTED)),
            default=Value(Because.PLAN_MISSING),
        ),
        amount=DaysBetween(F("until"), F("established_on")),
        details={"kind": "kind", "established_on": "established_on", "done_on": "done_on"},
        order=("pk",),
    )

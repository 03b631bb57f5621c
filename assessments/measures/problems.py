"""Measures of prominent problems: closed out, resolved in time, reopened."""

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from governance.clock import SHANGHAI, at_time, end_of
from teams.meetings.models import ProblemStep, ProblemTeam
from teams.meetings.states import ProblemState

from .contract import Rows, Scope
from .reasons import Because

_PROBLEM = {
    "kind": "kind",
    "number": "problem__number",
    "title": "problem__title",
    "due_on": "due_on",
    "resolved_on": "resolved_on",
}


def problem_closure_rate(scope: Scope) -> Rows:
    """Prominent problems closed out of those due.

    Numerator: the problems below that were closed out by the cut-off and not reopened since.
    Denominator: the problems whose due date lies in the round, once for each team that had them at the cut-off; the
    date that was set first counts, and reopening does not move it.
    Not counted: merged (the survivor counts), dropped, not analysed yet, due before or after the round.
    """
    closed = When(last_state=ProblemState.CLOSED_OUT, then=Value(Because.CLOSED_OUT))
    return _rows(scope, closed, default=Because.NOT_CLOSED_OUT)


def problem_on_time_rate(scope: Scope) -> Rows:
    """Prominent problems resolved on time, of those due.

    Numerator: the problems below whose first accepted resolution was reported on or before the due date then in
    force, and which were not reopened by the cut-off.
    Denominator: the problems whose due date, as it was set first, lies in the round, once for each team that had them
    at the cut-off.
    A resolution is accepted when the problem is closed out; one sent back or not decided by the cut-off is none.
    Not counted: merged (the survivor counts), dropped, not analysed yet, due before or after the round.
    """
    return _rows(
        scope,
        When(first_closed=None, then=Value(Because.NOT_CLOSED_OUT)),
        When(reopened=True, then=Value(Because.REOPENED)),
        When(resolved_on__lte=F("resolved_due"), then=Value(Because.RESOLVED_ON_TIME)),
        default=Because.RESOLVED_LATE,
    )


def problems_reopened(scope: Scope) -> Rows:
    """How often problems were reopened after they had been closed out.

    Numerator: the times at which a closed problem was put back into rectification on a day of the round, before the
    cut-off, once for each team that had it by then.
    Denominator: 1; a team without such a problem has 0.
    Not counted: a resolution that was sent back before the problem was closed out.
    """
    begins, ends = at_time(scope.first, 0), min(end_of(scope.last), scope.known_before)
    before = ProblemStep.objects.filter(problem=OuterRef("problem"), number__lt=OuterRef("problem__steps__number"))
    rows = (
        _problems(scope)
        .filter(
            problem__steps__state=ProblemState.RECTIFYING,
            problem__steps__at__gte=begins,
            problem__steps__at__lt=ends,
            joined_at__lte=F("problem__steps__at"),
        )
        .annotate(
            state_before=Subquery(before.order_by("-number").values("state")[:1]),
            reopened_on=TruncDate("problem__steps__at", tzinfo=SHANGHAI),
        )
        .filter(state_before=ProblemState.CLOSED_OUT)
    )
    return Rows(
        rows,
        team="team_id",
        because=Case(default=Value(Because.REOPENED)),
        weight=Value(0),
        details={name: field for name, field in _PROBLEM.items() if name in ("kind", "number", "title")}
        | {"reopened_on": "reopened_on"},
        order=("problem__number", "problem__steps__number"),
    )


def _rows(scope: Scope, *whens: When, default: Because) -> Rows:
    """Why a problem does not concern the round, else the first of `whens` that holds, else `default`."""
    because = Case(
        When(last_state=ProblemState.MERGED, then=Value(Because.MERGED)),
        When(last_state=ProblemState.DROPPED, then=Value(Because.DROPPED)),
        When(due_on=None, then=Value(Because.NOT_ANALYSED)),
        When(due_on__lt=scope.first, then=Value(Because.DUE_EARLIER)),
        When(due_on__gt=scope.last, then=Value(Because.DUE_LATER)),
        *whens,
        default=Value(default),
    )
    return Rows(_judged(scope), team="team_id", because=because, details=_PROBLEM, order=("problem__number",))


def _problems(scope: Scope) -> QuerySet:
    """A row for each team that had a problem before the cut-off."""
    return ProblemTeam.objects.filter(
        team__in=scope.teams, problem__action=scope.action_id, joined_at__lt=scope.known_before
    ).annotate(kind=Value("problem"))


def _judged(scope: Scope) -> QuerySet:
    """The problems with what their steps say of them, as recorded before the cut-off."""
    steps = ProblemStep.objects.filter(problem=OuterRef("problem"), at__lt=scope.known_before)
    closed = steps.filter(state=ProblemState.CLOSED_OUT).order_by("number")
    resolved = steps.filter(state=ProblemState.RESOLVED, number__lt=OuterRef("first_closed")).order_by("-number")
    back = steps.filter(state=ProblemState.RECTIFYING, number__gt=OuterRef("first_closed"))
    day = resolved.annotate(day=TruncDate("at", tzinfo=SHANGHAI)).values("day")[:1]
    return (
        _problems(scope)
        .annotate(
            last_state=Subquery(steps.order_by("-number").values("state")[:1], output_field=CharField()),
            due_on=Subquery(steps.exclude(due_on=None).order_by("number").values("due_on")[:1]),
            first_closed=Subquery(closed.values("number")[:1], output_field=IntegerField()),
        )
        .annotate(
            resolved_on=Subquery(day, output_field=DateField()),
            resolved_due=Coalesce(Subquery(resolved.values("due_on")[:1]), F("due_on")),
            reopened=Exists(back),
        )
    )

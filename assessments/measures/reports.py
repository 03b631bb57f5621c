"""Measures of progress reports: in time, right at first, late, missing."""

from django.db.models import BooleanField, Case, DateTimeField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from teams.models import PeriodDue, ReportDecision, ReportingPeriod, ReportSubmission
from teams.models.team import owes_for

from .contract import Rows, Scope
from .reasons import Because

_REPORT = {
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "due_at": "due_then",
    "submitted_at": "submitted_at",
}


def report_on_time_rate(scope: Scope) -> Rows:
    """Reports submitted on time, of those owed.

    Numerator: the reports below whose first complete submission was not after the due moment.
    Denominator: a report for each period that ends in the round and each team existing and entered on its last day.
    A report that is not submitted by the cut-off counts as late; one returned and submitted again keeps the time of
    its first submission; one that the team took back unopened counts from when it was submitted again.
    Not counted: a period not yet due at the cut-off.
    """
    return _rows(scope, _timeliness(scope))


def report_first_time_rate(scope: Scope) -> Rows:
    """Reports accepted at first submission, of those decided.

    Numerator: the reports below whose first submission was accepted.
    Denominator: the reports owed, as for the rate on time, whose first submission was decided by the cut-off.
    Not counted: not submitted by the cut-off (late and missing, but not poor), not decided by the cut-off, a period
    not yet due at the cut-off.
    """
    return _rows(
        scope,
        Case(
            When(accepted_at_first=True, then=Value(Because.ACCEPTED_AT_FIRST)),
            When(accepted_at_first=False, then=Value(Because.RETURNED_AT_FIRST)),
            When(submitted_at__isnull=False, then=Value(Because.UNDECIDED)),
            When(due_then__gte=scope.known_before, then=Value(Because.NOT_DUE)),
            default=Value(Because.NOT_SUBMITTED),
        ),
    )


def reports_late(scope: Scope) -> Rows:
    """How many reports were late.

    Numerator: the reports below whose first complete submission came after the due moment, or not by the cut-off.
    Denominator: the reports owed, as for the rate on time; a team that owed none has no value.
    Not counted: a period not yet due at the cut-off.
    """
    return _rows(scope, _timeliness(scope))


def reports_missing(scope: Scope) -> Rows:
    """How many reports were not submitted by the cut-off.

    Numerator: the reports below that were not submitted by the cut-off.
    Denominator: the reports owed, as for the rate on time; a team that owed none has no value.
    Not counted: a period not yet due at the cut-off.
    """
    return _rows(
        scope,
        Case(
            When(submitted_at__isnull=False, then=Value(Because.SUBMITTED)),
            When(due_then__gte=scope.known_before, then=Value(Because.NOT_DUE)),
            default=Value(Because.NOT_SUBMITTED),
        ),
    )


def _rows(scope: Scope, because: Case) -> Rows:
    return Rows(_owed(scope), team="owing_team", because=because, details=_REPORT, order=("ends_on",))


def _owed(scope: Scope) -> QuerySet:
    """A row for each report owed: the periods that end in the round times the teams that owe one.

    Annotated with the due moment, the first submission that the team did not take back and the decision on it, as
    recorded before the cut-off.
    """
    periods = ReportingPeriod.objects.filter(
        owes_for(F("ends_on"), team="action__teams__"),
        action=scope.action_id,
        ends_on__range=(scope.first, scope.last),
        action__teams__in=scope.teams,
    ).annotate(owing_team=F("action__teams"))
    known = {"at__lt": scope.known_before}
    first = (
        ReportSubmission.objects.standing(**known)
        .filter(report__period=OuterRef("pk"), report__team=OuterRef("owing_team"), **known)
        .order_by("number")
    )
    decision = (
        ReportDecision.objects.standing(**known)
        .filter(
            submission__report__period=OuterRef("pk"),
            submission__report__team=OuterRef("owing_team"),
            taken_back=False,
            **known,
        )
        .order_by("submission__number")
    )
    due = PeriodDue.objects.filter(period=OuterRef("pk"), at__lt=scope.known_before).order_by("-number")
    return periods.annotate(
        due_then=Coalesce(Subquery(due.values("due_at")[:1]), F("due_at"), output_field=DateTimeField()),
        submitted_at=Subquery(first.values("at")[:1], output_field=DateTimeField()),
        on_time=Subquery(first.values("on_time")[:1], output_field=BooleanField()),
        accepted_at_first=Subquery(decision.values("accepted")[:1], output_field=BooleanField()),
    )


def _timeliness(scope: Scope) -> Case:
    """On time, late, or not submitted; what is not yet due is neither."""
    return Case(
        When(on_time=True, then=Value(Because.SUBMITTED_ON_TIME)),
        When(on_time=False, then=Value(Because.SUBMITTED_LATE)),
        When(due_then__gte=scope.known_before, then=Value(Because.NOT_DUE)),
        default=Value(Because.NOT_SUBMITTED),
    )

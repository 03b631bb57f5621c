"""Measures of meetings: whether the heads came, and whether what was decided was done in time."""

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from governance.clock import SHANGHAI, at_time, end_of
from teams.meetings.models import AttendanceSeat, DecisionDone, DecisionOutcome, DecisionTeam, ProblemStep
from teams.meetings.states import AttendanceMark, ProblemState
from teams.models import TaskVersion
from teams.states import TaskState

from .contract import Rows, Scope, not_yet_due
from .reasons import Because

MERGERS = 4
"""How many mergers in a row are followed from a decision's problem to its survivor."""


def meeting_attendance_rate(scope: Scope) -> Rows:
    """Meetings at which the team's head was present, of those held.

    Numerator: the seats below whose head was present, or was represented by a stand-in noted before the meeting began.
    Denominator: a seat for each meeting held on a day of the round whose attendance was fixed before the cut-off, and
    each team that had a head that day.
    A stand-in or a leave noted only after the beginning counts as absent.
    Not counted: leave noted before the beginning, a team without head, attendance not fixed by the cut-off (it is
    when the minutes are first submitted).
    """
    begins, ends = at_time(scope.first, 0), min(end_of(scope.last), scope.known_before)
    seats = AttendanceSeat.objects.filter(
        team__in=scope.teams,
        meeting__action=scope.action_id,
        meeting__starts_at__gte=begins,
        meeting__starts_at__lt=ends,
        meeting__held_at__lt=scope.known_before,
    )
    before = Q(attendance__noted_at__lt=F("meeting__starts_at"))
    fixed = Q(meeting__fixed_at__lt=scope.known_before)
    because = Case(
        When(~fixed | Q(meeting__fixed_at=None), then=Value(Because.NOT_FIXED)),
        When(attendance=None, then=Value(Because.NO_HEAD)),
        When(attendance__mark=AttendanceMark.PRESENT, then=Value(Because.PRESENT)),
        When(before, attendance__mark=AttendanceMark.STAND_IN, then=Value(Because.STAND_IN)),
        When(before, attendance__mark=AttendanceMark.LEAVE, then=Value(Because.ON_LEAVE)),
        default=Value(Because.ABSENT),
    )
    return Rows(
        seats.annotate(kind=Value("meeting"), held_on=TruncDate("meeting__starts_at", tzinfo=SHANGHAI)),
        team="team_id",
        because=because,
        details=_MEETING | {"held_on": "held_on", "name": "attendance__name"},
        order=("meeting__starts_at", "meeting__pk"),
    )


def decision_on_time_rate(scope: Scope) -> Rows:
    """Decisions of meetings done on time, of those due.

    Numerator: the decisions below that were done for the team by the due date in force.
    Denominator: the adopted decisions whose due date in force lies in the round, once for each team they are for. The
    date in force is the decision's own, or a later one granted after the adoption for a task that the decision created.
    Done is the latest day on which one of its tasks was closed out (the day of the request, on paper that of the
    close-out) or one of its problems resolved and closed out; a merged problem counts through its survivor, cancelled
    tasks and dropped problems do not count. Without any of these it is the day that the office recorded.
    Not counted: dropped by the cut-off, without a due date, due before or after the round, not due yet at the cut-off.
    """
    known = scope.known_before
    because = Case(
        When(decision__dropped_at__lt=known, then=Value(Because.DROPPED)),
        When(due_on=None, then=Value(Because.NO_DAY)),
        When(due_on__lt=scope.first, then=Value(Because.DUE_EARLIER)),
        When(due_on__gt=scope.last, then=Value(Because.DUE_LATER)),
        not_yet_due("due_on", scope),
        When(done_on__lte=F("due_on"), then=Value(Because.DONE_ON_TIME)),
        When(done_on__isnull=False, then=Value(Because.DONE_LATE)),
        default=Value(Because.NOT_DONE),
    )
    rows = DecisionTeam.objects.filter(
        team__in=scope.teams, decision__meeting__action=scope.action_id, at__lt=known, decision__adopted_at__lt=known
    )
    return Rows(
        _with_done(_with_due(rows.annotate(kind=Value("decision")), scope), scope),
        team="team_id",
        because=because,
        details={name: f"decision__{field}" if name != "kind" else field for name, field in _MEETING.items()}
        | {"decision": "decision__number", "due_on": "due_on", "done_on": "done_on"},
        order=("decision__meeting__starts_at", "decision__meeting__pk", "decision__number"),
    )


_MEETING = {
    "kind": "kind",
    "meeting_kind": "meeting__kind",
    "year": "meeting__year",
    "number": "meeting__number",
    "title": "meeting__title",
}


def _outcomes(scope: Scope) -> QuerySet:
    """What a decision had become for a team before the cut-off."""
    same = {"decision": OuterRef("decision"), "team": OuterRef("team")}
    return DecisionOutcome.objects.filter(**same, at__lt=scope.known_before).order_by()


def _with_due(rows: QuerySet, scope: Scope) -> QuerySet:
    """The due date in force, `due_on`."""
    granted = _outcomes(scope).filter(
        made=True,
        task__extensions__granted=True,
        task__extensions__decided_at__gt=OuterRef("decision__adopted_at"),
        task__extensions__decided_at__lt=scope.known_before,
    )
    latest = granted.values("decision").annotate(latest=Max("task__extensions__new_due_on")).values("latest")
    own = F("decision__due_on")
    return rows.annotate(moved_to=Subquery(latest, output_field=DateField())).annotate(
        due_on=Case(When(moved_to__gt=own, then=F("moved_to")), default=own, output_field=DateField())
    )


def _with_done(rows: QuerySet, scope: Scope) -> QuerySet:
    """The day on which it was done for the team, `done_on`; None while it is not."""
    versions = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=scope.known_before).order_by("-number")
    closed_on = versions.annotate(day=Coalesce("asked_on", "closed_on")).values("day")[:1]
    steps = ProblemStep.objects.filter(problem=OuterRef("survivor"), at__lt=scope.known_before).order_by("-number")
    resolved = steps.filter(state=ProblemState.RESOLVED).annotate(day=TruncDate("at", tzinfo=SHANGHAI))
    fates = (
        _outcomes(scope)
        .annotate(
            survivor=_survivor(scope),
            task_state=Subquery(versions.values("state")[:1], output_field=CharField()),
        )
        .annotate(problem_state=Subquery(steps.values("state")[:1], output_field=CharField()))
        .exclude(task_state=TaskState.CANCELLED, task__isnull=False)
        .exclude(problem_state=ProblemState.DROPPED, problem__isnull=False)
        .annotate(
            day=Case(
                When(task_state=TaskState.CLOSED_OUT, then=Subquery(closed_on, output_field=DateField())),
                When(
                    problem_state=ProblemState.CLOSED_OUT,
                    then=Subquery(resolved.values("day")[:1], output_field=DateField()),
                ),
                output_field=DateField(),
            )
        )
        .values("decision")
    )
    records = DecisionDone.objects.filter(
        decision=OuterRef("decision"), team=OuterRef("team"), at__lt=scope.known_before
    ).order_by("-number")
    return rows.annotate(
        counting=Coalesce(_one(fates.annotate(one=Count("pk"))), Value(0)),
        done=Coalesce(_one(fates.annotate(one=Count("day"))), Value(0)),
        last_done=Subquery(fates.annotate(one=Max("day")).values("one"), output_field=DateField()),
        recorded_on=Subquery(records.values("done_on")[:1], output_field=DateField()),
    ).annotate(
        done_on=Case(
            When(counting=0, then=F("recorded_on")),
            When(done=F("counting"), then=F("last_done")),
            output_field=DateField(),
        )
    )


def _one(counted: QuerySet) -> Subquery:
    return Subquery(counted.values("one"), output_field=IntegerField())


def _survivor(scope: Scope) -> Case:
    """The problem into which an outcome's problem had been merged before the cut-off, or that problem itself."""
    names = ["problem" + "__merged_into" * times for times in range(MERGERS + 1)]
    merged = [
        ~Exists(
            ProblemStep.objects.filter(problem=OuterRef(name), state=ProblemState.MERGED, at__lt=scope.known_before)
        )
        for name in names
    ]
    whens = [When(stands, then=F(f"{name}_id")) for name, stands in zip(names, merged, strict=True)]
    return Case(*whens, default=F(f"{names[-1]}_id"), output_field=BigIntegerField())

"""Measures of key tasks: closed out, in time, sent back, worked on jointly, and their milestones."""

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate

from governance.clock import SHANGHAI, at_time, end_of
from teams.models import TaskVersion
from teams.states import TaskState

from .contract import ONE, Rows, Scope
from .reasons import Because

_TASK = {
    "year": "task__year",
    "number": "task__number",
    "title": "title",
    "level": "level",
    "due_on": "due_on",
    "asked_on": "asked_on",
    "closed_on": "closed_on",
}


def task_completion_rate(scope: Scope) -> Rows:
    """Key tasks closed out of those due, by level weight.

    Numerator: the levels (1, 2, 3) of the tasks below that were closed out by the cut-off, in time or not, on paper
    or by request.
    Denominator: the levels of the tasks whose due date, as in force at the cut-off, lies in the round.
    Not counted: due before or after the round, ongoing, suspended, cancelled. Close-out asked but not decided by the
    cut-off is not closed out. A task moved by an extension counts in the round of its new date.
    """
    return _rows(_held_now(scope), _why_left_out(scope, *_CLOSED, default=Because.NOT_CLOSED_OUT), weight=F("level"))


def close_out_on_time_rate(scope: Scope) -> Rows:
    """Tasks due whose close-out was asked on or before the due date.

    Numerator: the tasks below whose request stands (accepted or waiting, not sent back) and was made on or before
    the due date then in force. A task that is asked late stays late, also when it is accepted afterwards.
    Denominator: the tasks whose due date, as in force at the cut-off, lies in the round; each counts once, whatever
    its level.
    Not counted: closed out on paper (there was no request to be in time), due before or after the round, ongoing,
    suspended, cancelled.
    A task that has moved counts for the team that had it on the day of the request, or on the due date where nothing
    was asked by then.
    """
    in_time = _ASKED & Q(asked_on__lte=F("due_on"))
    decided_on = Case(When(in_time, then=F("asked_on")), default=F("due_on"), output_field=DateField())
    return _rows(
        _held_then(scope, _known_tasks(scope).annotate(decided_on=decided_on)),
        _why_left_out(
            scope,
            _CLOSED_ON_PAPER,
            When(in_time, then=Value(Because.ASKED_ON_TIME)),
            When(_ASKED, then=Value(Because.ASKED_LATE)),
            default=Because.NOT_ASKED,
        ),
        team="held_by",
    )


def close_out_return_rate(scope: Scope) -> Rows:
    """Requests to close out that the office sent back, of those it decided.

    Numerator: the requests below that were sent back.
    Denominator: the requests decided on a day of the round, before the cut-off; a task asked twice counts twice.
    Not counted: requests asked by the round's last day and not decided by then; they count where they are decided.
    A request counts for the team that had the task when it was made, whichever has it now.
    """
    begins, ends = at_time(scope.first, 0), min(end_of(scope.last), scope.known_before)
    asked = TaskVersion.objects.filter(task=OuterRef("task"), at__lte=OuterRef("task__close_outs__asked_at"))
    requests = (
        _known_tasks(scope)
        .filter(
            Q(task__close_outs__decided_at__gte=begins) | Q(task__close_outs__decided_at=None),
            task__close_outs__asked_at__lt=ends,
        )
        .annotate(held_by=Coalesce(_team_of(asked.order_by("-number")), "team_id", output_field=BigIntegerField()))
        .filter(held_by__in=scope.teams)
    )
    decided = Q(task__close_outs__decided_at__lt=ends)
    return Rows(
        requests,
        team="held_by",
        because=Case(
            When(decided & Q(task__close_outs__accepted=True), then=Value(Because.ACCEPTED)),
            When(decided, then=Value(Because.SENT_BACK)),
            default=Value(Because.UNDECIDED),
        ),
        details={
            "year": "task__year",
            "number": "task__number",
            "title": "title",
            "request": "task__close_outs__number",
            "asked_on": "task__close_outs__asked_on",
        },
        order=("task__year", "task__number", "task__close_outs__number"),
    )


def milestone_on_time_rate(scope: Scope) -> Rows:
    """Milestones done on or before their day.

    Numerator: the milestones below that were marked as done on or before their day, or whose task was done by then:
    its close-out asked and accepted, or closed out on paper.
    Denominator: the milestones whose day lies in the round, of the tasks that are neither suspended nor cancelled;
    each counts once, whatever its weight. What was marked or replaced after the cut-off is read as it was before.
    Not counted: replaced by another milestone (that one counts), due before or after the round, of a suspended or
    cancelled task.
    A milestone of a task that has moved counts for the team that had it on the day it was done, or on the milestone's
    own day where it was not done by then.
    """
    known = scope.known_before
    day = F("task__milestones__due_on")
    laid = _known_tasks(scope).filter(task__milestones__laid_at__lt=known)
    done = laid.annotate(
        milestone_done_on=Case(When(task__milestones__done_at__lt=known, then=F("task__milestones__done_on"))),
        task_done_on=Case(
            When(state=TaskState.CLOSED_OUT, then=Coalesce("asked_on", "closed_on")), output_field=DateField()
        ),
    )
    milestones = done.annotate(
        decided_on=Case(
            When(milestone_done_on__lte=day, then=F("milestone_done_on")),
            When(task_done_on__lte=day, then=F("task_done_on")),
            default=day,
            output_field=DateField(),
        )
    )
    return Rows(
        _held_then(scope, milestones),
        team="held_by",
        because=Case(
            When(state=TaskState.CANCELLED, then=Value(Because.CANCELLED)),
            When(state=TaskState.SUSPENDED, then=Value(Because.SUSPENDED)),
            When(task__milestones__replaced_by__laid_at__lt=known, then=Value(Because.REPLACED)),
            When(task__milestones__due_on__lt=scope.first, then=Value(Because.DUE_EARLIER)),
            When(task__milestones__due_on__gt=scope.last, then=Value(Because.DUE_LATER)),
            When(milestone_done_on__lte=day, then=Value(Because.DONE_ON_TIME)),
            When(task_done_on__lte=day, then=Value(Because.DONE_WITH_TASK)),
            When(milestone_done_on__isnull=False, then=Value(Because.DONE_LATE)),
            default=Value(Because.NOT_DONE),
        ),
        details={
            "year": "task__year",
            "number": "task__number",
            "title": "title",
            "milestone": "task__milestones__title",
            "due_on": "task__milestones__due_on",
            "done_on": "milestone_done_on",
        },
        order=("task__year", "task__number", "task__milestones__due_on", "task__milestones__pk"),
    )


def joint_task_completion_rate(scope: Scope) -> Rows:
    """Key tasks with joint departments closed out of those due, by level weight.

    Numerator: the levels (1, 2, 3) of the tasks below that were closed out by the cut-off, in time or not, on paper
    or by request.
    Denominator: the levels of the tasks whose due date, as in force at the cut-off, lies in the round and that had at
    least one joint department then.
    Not counted: tasks of one department alone, and what the completion rate of all tasks leaves out: due before or
    after the round, ongoing, suspended, cancelled.
    """
    named = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=scope.known_before).exclude(joint="")
    last = Subquery(named.order_by("-number").values("joint")[:1])
    alone = When(joint_then="[]", then=Value(Because.NO_JOINT))
    return _rows(
        _held_now(scope).annotate(joint_then=Coalesce(last, Value("[]", TextField()))),
        _why_left_out(scope, alone, *_CLOSED, default=Because.NOT_CLOSED_OUT),
        weight=F("level"),
    )


_CLOSED_ON_PAPER = When(state=TaskState.CLOSED_OUT, asked_on=None, then=Value(Because.CLOSED_ON_PAPER))
_CLOSED = (_CLOSED_ON_PAPER, When(state=TaskState.CLOSED_OUT, then=Value(Because.CLOSED_OUT)))
_ASKED = Q(state__in=(TaskState.CLOSE_OUT_REQUESTED, TaskState.CLOSED_OUT))


def _rows(tasks: QuerySet, because: Case, *, weight: Combinable = ONE, team: str = "team_id") -> Rows:
    """A row a task; `weight` is what it adds to numerator and denominator, `team` names the field of its team."""
    order = ("task__year", "task__number")
    return Rows(tasks, team=team, because=because, amount=weight, weight=weight, details=_TASK, order=order)


def _known_tasks(scope: Scope) -> QuerySet:
    """The last version of each task of the action, as recorded before the cut-off."""
    return TaskVersion.objects.as_known_before(scope.known_before).filter(task__action=scope.action_id)


def _held_now(scope: Scope) -> QuerySet:
    """The tasks that the teams have at the cut-off: for what is judged as it is then."""
    return _known_tasks(scope).filter(team__in=scope.teams)


def _held_then(scope: Scope, tasks: QuerySet) -> QuerySet:
    """The rows of the teams that had the task on the evening of `decided_on`, the day of what is judged, as `held_by`
    (docs/rules.md#moved-tasks).

    A task first recorded after that day counts for the team it was recorded with.
    """
    versions = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=scope.known_before)
    by_then = versions.annotate(recorded_on=TruncDate("at", tzinfo=SHANGHAI)).filter(
        recorded_on__lte=OuterRef("decided_on")
    )
    held_by = Coalesce(_team_of(by_then.order_by("-number")), _team_of(versions.order_by("number")))
    return tasks.annotate(held_by=held_by).filter(held_by__in=scope.teams)


def _team_of(versions: QuerySet) -> Subquery:
    """The team of the first of `versions`."""
    return Subquery(versions.values("team_id")[:1], output_field=BigIntegerField())


def _why_left_out(scope: Scope, *whens: When, default: Because) -> Case:
    """Why a task does not concern the round, else the first of `whens` that holds, else `default`."""
    return Case(
        When(state=TaskState.CANCELLED, then=Value(Because.CANCELLED)),
        When(state=TaskState.SUSPENDED, then=Value(Because.SUSPENDED)),
        When(due_on=None, then=Value(Because.NO_DUE_DATE)),
        When(due_on__lt=scope.first, then=Value(Because.DUE_EARLIER)),
        When(due_on__gt=scope.last, then=Value(Because.DUE_LATER)),
        *whens,
        default=Value(default),
    )

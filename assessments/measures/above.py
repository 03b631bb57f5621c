"""Measures of what comes from above and goes there: requirements answered, pilots granted."""

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from governance.clock import day_of
from teams.meetings.models import Clause, ClauseAnswer, ClauseTask, Requirement, Showcase, ShowcaseStep, Step
from teams.models import TaskVersion

from .contract import Rows, Scope, not_yet_due
from .reasons import Because

Level = Requirement.Level

LEVELS = (Level.COUNTY, Level.MUNICIPAL, Level.PROVINCIAL, Level.NATIONAL)
"""Levels, the lowest first."""

GRANTED = (Step.GRANTED, Step.RUNNING, Step.ACCEPTED, Step.PROMOTED)
"""Steps of a pilot that has been granted."""


def requirement_answer_rate(scope: Scope) -> Rows:
    """Clauses of requirements from above answered on time, of those due.

    Numerator: the clauses below whose first answer by the team was on or before the due date.
    Denominator: the clauses whose due date (their own, otherwise that of the requirement) lies in the round, once for
    each team that answers: the teams that had its tasks at the cut-off, or where no task takes it up, its own team.
    Not counted: clauses declined because they do not concern the county, those without a due date, due before or
    after the round, not due yet at the cut-off.
    """
    known = scope.known_before
    versions = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=known).order_by("-number")
    tasks = ClauseTask.objects.filter(clause=OuterRef("pk")).annotate(
        held_by=Subquery(versions.values("team_id")[:1], output_field=BigIntegerField())
    )
    answers = ClauseAnswer.objects.filter(clause=OuterRef("pk"), team=OuterRef("answering_team"), at__lt=known)
    taken_up = Q(Exists(tasks.filter(held_by=OuterRef("answering_team"))))
    named = Q(team=F("answering_team")) & ~Exists(tasks.filter(held_by__isnull=False))
    clauses = (
        Clause.objects.filter(
            requirement__action=scope.action_id,
            requirement__action__teams__in=scope.teams,
            requirement__received_on__lte=day_of(known),
        )
        .annotate(answering_team=F("requirement__action__teams"), kind=Value("clause"))
        .filter(taken_up | named)
        .annotate(
            due_then=Coalesce("due_on", "requirement__due_on"),
            first_answer=Subquery(answers.order_by("number").values("answered_on")[:1], output_field=DateField()),
        )
    )
    because = Case(
        When(~Q(not_ours=""), then=Value(Because.NOT_OURS)),
        When(due_then=None, then=Value(Because.NO_DAY)),
        When(due_then__lt=scope.first, then=Value(Because.DUE_EARLIER)),
        When(due_then__gt=scope.last, then=Value(Because.DUE_LATER)),
        not_yet_due("due_then", scope),
        When(first_answer__lte=F("due_then"), then=Value(Because.ANSWERED_ON_TIME)),
        When(first_answer__isnull=False, then=Value(Because.ANSWERED_LATE)),
        default=Value(Because.NOT_ANSWERED),
    )
    return Rows(
        clauses,
        team="answering_team",
        because=because,
        details={
            "kind": "kind",
            "requirement": "requirement_id",
            "document": "requirement__document",
            "number": "number",
            "due_on": "due_then",
            "answered_on": "first_answer",
        },
        order=("requirement__received_on", "requirement__pk", "number"),
    )


def pilots_national(scope: Scope) -> Rows:
    """How many national pilots the team was granted.

    Numerator: the pilots whose highest level, as confirmed by the cut-off, is national, and whose first confirmed step
    at that level, from granted on, was reached on a day of the round.
    Denominator: 1; a team without such a pilot has 0.
    Not counted: pilots of another level, or granted in another round; steps that were withdrawn.
    """
    return _pilots(scope, Level.NATIONAL)


def pilots_provincial(scope: Scope) -> Rows:
    """How many provincial pilots the team was granted.

    Numerator: the pilots whose highest level, as confirmed by the cut-off, is provincial, and whose first confirmed
    step at that level, from granted on, was reached on a day of the round.
    Denominator: 1; a team without such a pilot has 0.
    Not counted: pilots of another level, or granted in another round; steps that were withdrawn.
    """
    return _pilots(scope, Level.PROVINCIAL)


def pilots_municipal(scope: Scope) -> Rows:
    """How many municipal pilots the team was granted.

    Numerator: the pilots whose highest level, as confirmed by the cut-off, is municipal, and whose first confirmed
    step at that level, from granted on, was reached on a day of the round.
    Denominator: 1; a team without such a pilot has 0.
    Not counted: pilots of another level, or granted in another round; steps that were withdrawn.
    """
    return _pilots(scope, Level.MUNICIPAL)


def _pilots(scope: Scope, level: Level) -> Rows:
    """A row for each pilot granted at some level; one that was granted at a higher level later counts there alone."""
    highest = _granted(scope).order_by("-rank", "on", "number")
    pilots = Showcase.objects.filter(team__in=scope.teams, kind=Showcase.Kind.PILOT).annotate(
        row_kind=Value("pilot"),
        level=Subquery(highest.values("level")[:1], output_field=CharField()),
        granted_on=Subquery(highest.values("on")[:1], output_field=DateField()),
    )
    because = Case(
        When(~Q(level=level), then=Value(Because.OTHER_LEVEL)),
        When(granted_on__lt=scope.first, then=Value(Because.GRANTED_EARLIER)),
        When(granted_on__gt=scope.last, then=Value(Because.GRANTED_LATER)),
        default=Value(Because.GRANTED),
    )
    return Rows(
        pilots.filter(level__isnull=False),
        team="team_id",
        because=because,
        weight=Value(0),
        details={
            "kind": "row_kind",
            "showcase": "pk",
            "title": "title",
            "level": "level",
            "granted_on": "granted_on",
        },
        order=("granted_on", "pk"),
    )


def _granted(scope: Scope) -> QuerySet:
    """The steps of a pilot from granted on that were confirmed and not withdrawn before the cut-off, by level."""
    known = scope.known_before
    withdrawn = ShowcaseStep.objects.filter(after=OuterRef("pk"), at__lt=known)
    ranks = [When(level=level, then=Value(place)) for place, level in enumerate(LEVELS)]
    return (
        ShowcaseStep.objects.filter(
            ~Exists(withdrawn), showcase=OuterRef("pk"), act=ShowcaseStep.Act.CONFIRMED, step__in=GRANTED, at__lt=known
        )
        .exclude(level="")
        .annotate(rank=Case(*ranks, output_field=IntegerField()))
    )

"""Key tasks, their departments, milestones and versions."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import connections, models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.people.models import Department, Township
from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet, SeenByAllQuerySet

from ..rules.lamps import Lamp, LampDates, lamp_on
from ..rules.plausibility import is_unfinished
from ..states import OPEN_TASK_STATES, TaskState
from .action import SpecialAction, Stage
from .team import SpecialTeam

if TYPE_CHECKING:
    pass


class Level(models.IntegerChoices):
    """The weight of a task (docs/rules.md#levels): ordinary 1, key 2, major 3."""

    ORDINARY = 1, _("Ordinary")
    KEY = 2, _("Key")
    MAJOR = 3, _("Major")


class Source(models.TextChoices):
    """Where a task comes from."""

    SUPERIOR = "superior", _("Superior deployment")
    MEETING = "meeting", _("Meeting decision")
    INSTRUCTION = "instruction", _("Leader's instruction")
    ANNUAL = "annual", _("Annual key points")
    PILOT = "pilot", _("Pilot")
    PROBLEM = "problem", _("Problem found")
    OWN = "own", _("Own project")


def lamp_case(on: date) -> Case:
    """The lamp of `on` in SQL, from the state and the three stored dates; `lamps.lamp_on` is the same in Python."""
    return Case(
        When(state=TaskState.CLOSED_OUT, yellow_from__isnull=False, then=Value(Lamp.YELLOW.value)),
        When(state__in=(TaskState.CLOSED_OUT, TaskState.SUSPENDED, TaskState.CANCELLED), then=Value(Lamp.GREY.value)),
        When(red_from__lte=on, then=Value(Lamp.RED.value)),
        When(yellow_from__lte=on, then=Value(Lamp.YELLOW.value)),
        When(blue_from__lte=on, then=Value(Lamp.BLUE.value)),
        default=Value(Lamp.GREEN.value),
        output_field=models.CharField(),
    )


class TaskWords(models.Model):
    """The office's text about a task: shared by the task and its versions, and changed by `edit_task` alone."""

    title = models.CharField(_("title"), max_length=200)
    expected_result = models.CharField(_("expected result"), max_length=500, blank=True)
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="%(class)ss", verbose_name=_("special team"))
    stage = models.ForeignKey(
        Stage, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("stage")
    )
    lead_department = models.ForeignKey(
        Department, models.PROTECT, related_name="led_%(class)ss", verbose_name=_("lead department")
    )
    owner_name = models.CharField(_("owner"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.ORDINARY)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.ANNUAL)
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("The document or meeting the task comes from.")
    )
    start_on = models.DateField(_("start"))
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    done = models.DecimalField(_("done"), max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def further_words(self) -> list[tuple[str, str]]:
        """The label and text of each non-empty field of `FURTHER_WORDS`."""
        said = [(str(capfirst(field.verbose_name)), getattr(self, field.name)) for field in FURTHER_WORDS]
        return [(name, text) for name, text in said if text]


PLACED_WORDS = {"title", "expected_result", "owner_name", "source", "basis", "unit"}

FURTHER_WORDS = [
    field
    for field in TaskWords._meta.local_fields
    if isinstance(field, models.CharField) and field.name not in PLACED_WORDS
]
"""The texts without a place of their own on the form and the page of a task; they come last, like the note."""


class Judged(models.Model):
    """The state and progress of a task, which give its lamp: shared by the task and its versions."""

    state = models.CharField(_("state"), max_length=24, choices=TaskState, default=TaskState.ASSIGNED)
    percent = models.DecimalField(_("percent done"), max_digits=5, decimal_places=2, default=Decimal(0))
    due_on = models.DateField(_("due"), null=True, blank=True)
    original_due_on = models.DateField(_("original due date"), null=True, blank=True)
    ongoing = models.BooleanField(_("ongoing"), default=False)
    progressed_on = models.DateField(
        _("last progress"), null=True, blank=True, help_text=_("When percent or count last changed.")
    )
    asked_on = models.DateField(_("close-out requested"), null=True, blank=True)
    closed_on = models.DateField(_("closed out"), null=True, blank=True)
    blue_from = models.DateField(_("blue from"), null=True, blank=True)
    yellow_from = models.DateField(_("yellow from"), null=True, blank=True)
    red_from = models.DateField(_("red from"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def lamp_dates(self) -> LampDates:
        """The stored dates as a value of the lamp rule."""
        return LampDates(blue_from=self.blue_from, yellow_from=self.yellow_from, red_from=self.red_from)

    def lamp_on(self, day: date) -> Lamp:
        return lamp_on(self.state, self.lamp_dates, day)

    @property
    def is_open(self) -> bool:
        """Whether it can be worked on and owes a row in the report."""
        return self.state in OPEN_TASK_STATES


class TaskQuerySet(SeenByAllQuerySet):
    def open(self) -> Self:
        """Tasks that owe a row in a report."""
        return self.filter(state__in=OPEN_TASK_STATES)

    def of_department(self, department_id: int | None) -> Self:
        """Tasks that a department leads or joins."""
        joined = TaskDepartment.objects.filter(department=department_id).values("task")
        return self.filter(Q(lead_department=department_id) | Q(pk__in=joined))

    def with_lamp(self, on: date) -> Self:
        """Annotate `lamp` as of `on`: the state and the three stored dates compared in SQL (see rules/lamps.py)."""
        return self.annotate(lamp=lamp_case(on))

    def for_list(self) -> Self:
        """With the related rows that the lists show."""
        return self.select_related("team", "lead_department", "action")


class Task(Editable, TaskWords, Judged):
    """A key task (重点任务): who leads it, what it should achieve, its due date and its progress."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="tasks", verbose_name=_("special action"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    joint_departments = models.ManyToManyField(
        Department, through="TaskDepartment", related_name="joined_tasks", verbose_name=_("joint departments")
    )

    objects = TaskQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "year", "number"]
        verbose_name = _("key task")
        verbose_name_plural = _("key tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "number"],
                name="task_number",
                violation_error_message=_("Another task of this year has the same number."),
            ),
            models.CheckConstraint(
                name="task_percent_0_to_100",
                condition=Q(percent__gte=0, percent__lte=100),
                violation_error_message=_("The percentage must be between 0 and 100."),
            ),
            models.CheckConstraint(
                name="task_due_or_ongoing",
                condition=Q(due_on__isnull=False, ongoing=False) | Q(due_on=None, ongoing=True),
                violation_error_message=_("A task has a due date or is ongoing, not both."),
            ),
            models.CheckConstraint(
                name="task_due_not_before_start",
                condition=Q(due_on=None) | Q(due_on__gte=F("start_on")),
                violation_error_message=_("The due date cannot be before the start date."),
            ),
            models.CheckConstraint(
                name="task_quantity_whole",
                condition=Q(target=None, done=None) | Q(target__gt=0, done__gte=0),
                violation_error_message=_("A quantity has a target above 0 and a count of 0 or more."),
            ),
            models.CheckConstraint(name="task_level", condition=Q(level__in=[1, 2, 3])),
        ]
        indexes = [
            models.Index(fields=["team", "ongoing", "due_on", "id"], name="task_list_team_due"),
            models.Index(fields=["team", "state"], name="task_team_state"),
            models.Index(fields=["due_on", "id"], name="task_due"),
            # The orders of the list of tasks, one each way where an empty value stands last.
            models.Index(fields=["action", "ongoing", "due_on", "id"], name="task_list_due"),
            models.Index(fields=["action", "ongoing", "-due_on", "-id"], name="task_list_due_last"),
            models.Index(fields=["action", "percent", "id"], name="task_list_percent"),
            models.Index(fields=["action", "title", "id"], name="task_list_title"),
            models.Index(fields=["action", "team", "id"], name="task_list_team"),
            models.Index(fields=["action", "lead_department", "id"], name="task_list_lead"),
            # Counted by lamp without reading a row.
            models.Index(
                fields=["action", "state", "red_from", "yellow_from", "blue_from", "id"], name="task_list_lamp"
            ),
            models.Index(fields=["red_from"], name="task_red"),
            models.Index(fields=["yellow_from"], name="task_yellow"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """The task's page."""
        return reverse("task", args=[self.year, self.number])

    @property
    def is_unfinished(self) -> bool:
        """Whether a close-out is asked a second time: the count, or the percent, is below its target."""
        return is_unfinished(percent=self.percent, done=self.done, target=self.target)


class TaskDepartment(models.Model):
    """A department that works jointly on a task."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="joint", verbose_name=_("key task"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = SeenByAllQuerySet.as_manager()

    class Meta:
        ordering = ["task", "order", "pk"]
        default_permissions = ()
        verbose_name = _("joint department")
        verbose_name_plural = _("joint departments")
        constraints = [models.UniqueConstraint(fields=["task", "department"], name="task_department_once")]

    def __str__(self) -> str:
        return str(self.department)


class TaskShareQuerySet(SeenByAllQuerySet):
    def counted(self, tasks: Iterable["Task | int"]) -> dict[int, Decimal]:
        """The sum of the townships of each task, by task id; a task without townships is absent."""
        found = self.filter(task__in=tasks).order_by().values_list("task").annotate(Sum("done"))
        return dict(found)


class TaskShare(Editable):
    """A township's share of a task's quantity; where there are shares, target and count are their sums."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="shares", verbose_name=_("key task"))
    township = models.ForeignKey(Township, models.PROTECT, related_name="+", verbose_name=_("township"))
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    done = models.DecimalField(_("done"), max_digits=12, decimal_places=2, default=Decimal(0))

    objects = TaskShareQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["task", "township__order", "pk"]
        verbose_name = _("township's share")
        verbose_name_plural = _("townships' shares")
        constraints = [
            models.UniqueConstraint(fields=["task", "township"], name="task_share_once"),
            models.CheckConstraint(
                name="task_share_not_negative",
                condition=Q(target__gte=0, done__gte=0),
                violation_error_message=_("Target and count must be 0 or more."),
            ),
        ]

    @property
    def written_version(self) -> int:
        """The version that a form sees."""
        return self.version

    def __str__(self) -> str:
        return f"{self.task} {self.township}"


class Milestone(Editable):
    """A dated step of a task; its weight shapes the task's planned progress.

    It is set once, done once and never moved. To change it, another one replaces it, so that the milestones in force at
    any moment follow from `laid_at`, `done_at` and the replacement's `laid_at`.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="milestones", verbose_name=_("key task"))
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    laid_at = models.DateTimeField(_("set"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_at = models.DateTimeField(_("marked as done"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                name="milestone_weight_positive",
                condition=Q(weight__gt=0),
                violation_error_message=_("The weight of a milestone must be 1 or more."),
            ),
            models.CheckConstraint(
                name="milestone_done_whole",
                condition=Q(done_on=None, done_at=None) | Q(done_on__isnull=False, done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskVersionQuerySet(KeptForAllQuerySet):
    def as_known_before(self, moment: datetime) -> Self:
        """The last version of each task recorded before `moment`, if any (docs/rules.md#past-days).

        PostgreSQL plans the correlated number as a nested loop; there DISTINCT ON reads the index once.
        """
        if connections[self.db].features.can_distinct_on_fields:
            known = TaskVersion.objects.filter(at__lt=moment).order_by("task_id", "-number").distinct("task_id")
            return self.filter(pk__in=known.values("pk"))
        latest = (
            TaskVersion.objects.filter(task=OuterRef("task"), at__lt=moment).order_by("-number").values("number")[:1]
        )
        return self.filter(number=Subquery(latest))

    def with_lamp(self, on: date) -> Self:
        """Annotate `lamp` as of `on`."""
        return self.annotate(lamp=lamp_case(on))


class TaskVersion(InsertOnly, TaskWords, Judged):
    """A task after a change, with two times: the day it applies to and the moment it was recorded."""

    numbered_within = "task"

    task = models.ForeignKey(Task, models.PROTECT, related_name="versions", verbose_name=_("key task"))
    number = models.PositiveIntegerField(_("number"))
    milestones = models.TextField(_("milestones"), default="[]", help_text=_("Canonical JSON, those in force."))
    joint = models.TextField(
        _("joint departments"),
        blank=True,
        default="",
        help_text=_("Canonical JSON of their names if they were set, otherwise empty."),
    )
    cause = models.SlugField(_("cause"), max_length=40)
    reason = models.TextField(_("reason"), blank=True)

    objects = TaskVersionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["task", "number"]
        verbose_name = _("version of a task")
        verbose_name_plural = _("versions of tasks")
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="task_version_number")]
        indexes = [models.Index(fields=["task", "at"], name="task_version_time")]

    def __str__(self) -> str:
        return f"{self.task} #{self.number}"

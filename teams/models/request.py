"""What is asked about a task and decided by another person: extensions and close-outs."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.records.models import Editable

from ..states import ENDED_TASK_STATES, EXTENSIBLE_TASK_STATES, TaskState
from .task import Task
from .team import OfTeamQuerySet


class OfTaskQuerySet(OfTeamQuerySet):
    """Requests about tasks: read like the team's own papers."""

    team_lookup = "task__team_id"


class ExtensionQuerySet(OfTaskQuerySet):
    """Questions about extensions."""

    def waiting(self) -> Self:
        """Those that can be decided now, the nearest due date first.

        What was asked of a task at its end has lapsed; what was asked of a suspended one rests.
        """
        return self.filter(granted=None, task__state__in=EXTENSIBLE_TASK_STATES).order_by("old_due_on", "pk")


class CloseOutQuerySet(OfTaskQuerySet):
    """Questions about close-outs."""

    def waiting(self) -> Self:
        """Those that can be decided now, the longest waiting first."""
        return self.filter(accepted=None, task__state=TaskState.CLOSE_OUT_REQUESTED).order_by("asked_at", "pk")


class Extension(Editable):
    """A new due date asked for before the old one has passed; decided by another person."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions", verbose_name=_("key task"))
    old_due_on = models.DateField(_("due date so far"))
    new_due_on = models.DateField(_("new due date"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(_("reason of the decision"), blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(granted=None),
                name="extension_one_pending",
                violation_error_message=_("An extension of this task waits for a decision already."),
            ),
            models.CheckConstraint(
                name="extension_is_later",
                condition=Q(new_due_on__gt=F("old_due_on")),
                violation_error_message=_("The new due date comes after the old one."),
            ),
            models.CheckConstraint(
                name="extension_decider_is_not_asker",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Who asked for an extension does not decide it."),
            ),
            models.CheckConstraint(
                name="extension_decided_whole",
                condition=Q(granted=None, decided_by=None, decided_at=None)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["asked_at", "id"], name="extension_list")]

    def __str__(self) -> str:
        return f"{self.task} → {self.new_due_on}"

    @property
    def is_waiting(self) -> bool:
        """Whether it can be decided now."""
        return self.granted is None and self.task.state in EXTENSIBLE_TASK_STATES

    @property
    def has_lapsed(self) -> bool:
        """Whether the task came to its end before it was decided."""
        return self.granted is None and self.task.state in ENDED_TASK_STATES


class CloseOut(Editable):
    """A request to close a task out, and what the office found; the maker is never the checker."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="close_outs", verbose_name=_("key task"))
    number = models.PositiveSmallIntegerField(_("number"))
    statement = models.TextField(_("what was achieved"))
    due_on = models.DateField(_("due date then in force"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_on = models.DateField(_("asked on"))
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(_("what the office found"), blank=True)

    objects = CloseOutQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        verbose_name = _("close-out")
        verbose_name_plural = _("close-outs")
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="close_out_number"),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(accepted=None),
                name="close_out_one_pending",
                violation_error_message=_("A close-out of this task waits for the office already."),
            ),
            models.CheckConstraint(
                name="close_out_checker_is_not_maker",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Who asked to close a task out does not check it."),
            ),
            models.CheckConstraint(
                name="close_out_decided_whole",
                condition=Q(accepted=None, decided_by=None, decided_at=None)
                | Q(accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["asked_on", "id"], name="close_out_list")]

    def __str__(self) -> str:
        return f"{self.task} #{self.number}"

    @property
    def is_waiting(self) -> bool:
        """Whether it can be decided now."""
        return self.accepted is None and self.task.state == TaskState.CLOSE_OUT_REQUESTED

    @property
    def on_time(self) -> bool:
        """On time is judged by the day of the request (docs/rules.md#close-outs)."""
        return self.due_on is None or self.asked_on <= self.due_on

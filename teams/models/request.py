"""What is asked about a task and decided by another person: extensions and close-outs."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import Text
from governance.records.models import Editable

from ..states import ENDED_TASK_STATES, EXTENSIBLE_TASK_STATES, TaskState
from .task import Task
from .team import OfTeamQuerySet


class Standing(NamedTuple):
    """How a request stands."""

    code: str
    """Its name in addresses."""
    label: Text
    """What a list calls it."""
    spoken: Text
    """What stands behind the name of the request."""
    tone: str


WAITING = Standing("waiting", _("Waiting"), _("waits for the office"), "blue")
RESTING = Standing("resting", pgettext_lazy("request", "Resting"), _("rests"), "grey")
"""Nothing can be decided now: the task is suspended, or something else is asked about it."""
LAPSED = RESTING._replace(spoken=_("lapsed"))
"""Nothing can be decided any more: the task has come to its end."""


class TaskRequestQuerySet(OfTeamQuerySet):
    """Questions about requests; they are read like the team's own papers."""

    team_lookup = "task__team_id"
    model: Any

    def undecided(self) -> Self:
        """Those that nobody has decided, also where nobody can."""
        return self.filter(**{self.model.VERDICT: None})

    def waiting(self) -> Self:
        """Those that can be decided now, the most urgent first."""
        return self.filter(self.model.standing_conditions()[WAITING.code]).order_by(self.model.URGENCY, "pk")


class TaskRequest(Editable):
    """What a team asks about a task and somebody else decides, once (docs/rules.md#maker-and-checker).

    It rests while its task is in a state in which it cannot be decided, and lapses with the end of the task.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = TaskRequestQuerySet.as_manager()

    task: "models.ForeignKey[Task | Combinable, Task]"
    answer: "models.TextField[str | Combinable, str]"
    """What goes with the decision; a no has a reason."""

    KIND: ClassVar[str]
    """The kind's name in rules, verbs, urls and templates: "ask_" and "decide_" go before it."""
    SAID: ClassVar[str]
    """The field with what the team says."""
    VERDICT: ClassVar[str]
    """The field of the decision: yes, no, or None before it."""
    DECIDABLE: ClassVar[tuple[TaskState, ...]]
    """States of the task in which it can be decided."""
    URGENCY: ClassVar[str]
    """The field by which those that wait are sorted."""
    YES: ClassVar[Standing]
    NO: ClassVar[Standing]

    class Meta(Editable.Meta):
        abstract = True
        ordering = ["-asked_at", "-pk"]

    @classmethod
    def standing_conditions(cls) -> dict[str, Q]:
        """How a row stands, by the code of the standing, as a condition."""
        undecided, decidable = Q(**{cls.VERDICT: None}), Q(task__state__in=cls.DECIDABLE)
        return {
            WAITING.code: undecided & decidable,
            cls.YES.code: Q(**{cls.VERDICT: True}),
            cls.NO.code: Q(**{cls.VERDICT: False}),
            RESTING.code: undecided & ~decidable,
        }

    @classmethod
    def standing_labels(cls) -> dict[str, Text]:
        """What a list calls each standing, by its code."""
        return {standing.code: standing.label for standing in (WAITING, cls.YES, cls.NO, RESTING)}

    @property
    def said(self) -> str:
        """What the team said when it asked."""
        return getattr(self, self.SAID)

    @property
    def verdict(self) -> bool | None:
        """The decision; None before it."""
        return getattr(self, self.VERDICT)

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        if self.verdict is not None:
            return self.YES if self.verdict else self.NO
        if self.task.state in self.DECIDABLE:
            return WAITING
        return LAPSED if self.task.state in ENDED_TASK_STATES else RESTING

    @property
    def is_waiting(self) -> bool:
        """Whether it can be decided now."""
        return self.standing is WAITING


def one_pending(name: str, verdict: str, message: Text) -> models.UniqueConstraint:
    """The constraint that a task has one undecided request of a kind."""
    return models.UniqueConstraint(
        fields=["task"], condition=Q(**{verdict: None}), name=name, violation_error_message=message
    )


def decider_is_not_asker(name: str, message: Text) -> models.CheckConstraint:
    """The constraint that nobody decides what they asked for."""
    return models.CheckConstraint(
        name=name,
        condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
        violation_error_message=message,
    )


def decided_whole(name: str, verdict: str) -> models.CheckConstraint:
    """The constraint that a decision has a person and a moment, and nothing else has them."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{verdict: None, "decided_by": None, "decided_at": None})
        | Q(**{f"{verdict}__isnull": False, "decided_by__isnull": False, "decided_at__isnull": False}),
    )


class Extension(TaskRequest):
    """A new due date asked for before the old one has passed; decided by another person."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions", verbose_name=_("key task"))
    old_due_on = models.DateField(_("due date so far"))
    new_due_on = models.DateField(_("new due date"))
    reason = models.TextField(_("reason"))
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = models.TextField(_("reason of the decision"), blank=True)

    KIND = "extension"
    SAID = "reason"
    VERDICT = "granted"
    DECIDABLE = EXTENSIBLE_TASK_STATES
    URGENCY = "old_due_on"
    YES = Standing("granted", _("Granted"), _("granted"), "green")
    NO = Standing("refused", _("Refused"), _("refused"), "red")

    class Meta(TaskRequest.Meta):
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            one_pending(
                "extension_one_pending", "granted", _("An extension of this task waits for a decision already.")
            ),
            models.CheckConstraint(
                name="extension_is_later",
                condition=Q(new_due_on__gt=F("old_due_on")),
                violation_error_message=_("The new due date comes after the old one."),
            ),
            decider_is_not_asker("extension_decider_is_not_asker", _("Who asked for an extension does not decide it.")),
            decided_whole("extension_decided_whole", "granted"),
        ]
        indexes = [models.Index(fields=["asked_at", "id"], name="extension_list")]

    def __str__(self) -> str:
        return f"{self.task} → {self.new_due_on}"


class CloseOut(TaskRequest):
    """A request to close a task out, and what the office found; the maker is never the checker."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="close_outs", verbose_name=_("key task"))
    exhibits: Sequence[object]
    """What is attached to it, where a page has read it."""

    number = models.PositiveSmallIntegerField(_("number"))
    statement = models.TextField(_("what was achieved"))
    due_on = models.DateField(_("due date then in force"), null=True, blank=True)
    asked_on = models.DateField(_("asked on"))
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    answer = models.TextField(_("what the office found"), blank=True)

    KIND = "close_out"
    SAID = "statement"
    VERDICT = "accepted"
    DECIDABLE = (TaskState.CLOSE_OUT_REQUESTED,)
    URGENCY = "asked_at"
    YES = Standing("accepted", _("Confirmed"), _("accepted"), "green")
    NO = Standing("returned", _("Sent back"), _("sent back"), "yellow")

    class Meta(TaskRequest.Meta):
        verbose_name = _("close-out")
        verbose_name_plural = _("close-outs")
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="close_out_number"),
            one_pending(
                "close_out_one_pending", "accepted", _("A close-out of this task waits for the office already.")
            ),
            decider_is_not_asker(
                "close_out_checker_is_not_maker", _("Who asked to close a task out does not check it.")
            ),
            decided_whole("close_out_decided_whole", "accepted"),
        ]
        indexes = [models.Index(fields=["asked_on", "id"], name="close_out_list")]

    def __str__(self) -> str:
        return f"{self.task} #{self.number}"

    @property
    def on_time(self) -> bool:
        """On time is judged by the day of the request (docs/rules.md#close-outs)."""
        return self.due_on is None or self.asked_on <= self.due_on

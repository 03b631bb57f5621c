"""Requests about a task that another person decides: extensions and close-outs."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import Text
from governance.records.models import Editable

from ..states import ENDED_TASK_STATES, EXTENSIBLE_TASK_STATES, TaskState
from .task import Task, TaskVersion
from .team import OfTeamQuerySet, SpecialTeam


class Standing(NamedTuple):
    """The states of a request."""

    code: str
    """Its name in addresses."""
    label: Text
    """Its label in a list."""
    spoken: Text
    """What follows the request's name in a sentence."""
    tone: str


WAITING = Standing("waiting", _("Waiting"), _("waiting for the office"), "blue")
RESTING = Standing("resting", pgettext_lazy("request", "On hold"), _("on hold"), "grey")
"""It cannot be decided now: the task is suspended, or another request about it is open."""
LAPSED = RESTING._replace(spoken=_("lapsed"))
"""It can no longer be decided: the task is closed out or cancelled."""


class TaskRequestQuerySet(OfTeamQuerySet):
    """Questions about requests; people who may read the team's reports may read them."""

    team_lookup = "task__team_id"
    model: Any

    def undecided(self) -> Self:
        """Those that nobody has decided, even where nobody can."""
        return self.filter(**{self.model.VERDICT: None})

    def asked_by_team(self, team: SpecialTeam) -> Self:
        """Those made while the task was the team's, whichever has it now."""
        known = TaskVersion.objects.filter(task=OuterRef("task"), at__lte=OuterRef("asked_at")).order_by("-number")
        return self.annotate(asking_team=Subquery(known.values("team")[:1])).filter(asking_team=team.pk)

    def waiting(self) -> Self:
        """Those that can be decided now, most urgent first."""
        return self.filter(self.model.standing_conditions()[WAITING.code]).order_by(self.model.URGENCY, "pk")


class TaskRequest(Editable):
    """A request of a team about a task that somebody else decides, once (docs/rules.md#maker-and-checker).

    It is paused while the state of its task allows no decision, and lapses when the task is closed out or cancelled.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    asked_at = models.DateTimeField(_("requested at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = TaskRequestQuerySet.as_manager()

    task: "models.ForeignKey[Task | Combinable, Task]"
    answer: "models.TextField[str | Combinable, str]"
    """The text of the decision; a refusal has a reason."""

    KIND: ClassVar[str]
    """The kind's name in rules, verbs, urls and templates, after "ask_" and "decide_"."""
    SAID: ClassVar[str]
    """The field with the team's text."""
    VERDICT: ClassVar[str]
    """The field of the decision: True, False, or None before it."""
    DECIDABLE: ClassVar[tuple[TaskState, ...]]
    """The states of the task in which it can be decided."""
    URGENCY: ClassVar[str]
    """The field by which waiting requests are sorted."""
    YES: ClassVar[Standing]
    NO: ClassVar[Standing]

    class Meta(Editable.Meta):
        abstract = True
        ordering = ["-asked_at", "-pk"]

    @classmethod
    def standing_conditions(cls) -> dict[str, Q]:
        """The condition of each standing, by its code."""
        undecided, decidable = Q(**{cls.VERDICT: None}), Q(task__state__in=cls.DECIDABLE)
        return {
            WAITING.code: undecided & decidable,
            cls.YES.code: Q(**{cls.VERDICT: True}),
            cls.NO.code: Q(**{cls.VERDICT: False}),
            RESTING.code: undecided & ~decidable,
        }

    @classmethod
    def standing_labels(cls) -> dict[str, Text]:
        """The label of each standing, by its code."""
        return {standing.code: standing.label for standing in (WAITING, cls.YES, cls.NO, RESTING)}

    @property
    def said(self) -> str:
        """The team's text."""
        return getattr(self, self.SAID)

    @property
    def verdict(self) -> bool | None:
        """The decision; None before it."""
        return getattr(self, self.VERDICT)

    @property
    def standing(self) -> Standing:
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
    """The constraint that decision, person and moment are set together."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{verdict: None, "decided_by": None, "decided_at": None})
        | Q(**{f"{verdict}__isnull": False, "decided_by__isnull": False, "decided_at__isnull": False}),
    )


class Extension(TaskRequest):
    """A request for a new due date, made before the old one has passed; decided by another person."""

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
                "extension_one_pending", "granted", _("An extension of this task is already waiting for a decision.")
            ),
            models.CheckConstraint(
                name="extension_is_later",
                condition=Q(new_due_on__gt=F("old_due_on")),
                violation_error_message=_("The new due date must be after the old one."),
            ),
            decider_is_not_asker("extension_decider_is_not_asker", _("Nobody decides an extension they requested.")),
            decided_whole("extension_decided_whole", "granted"),
        ]
        indexes = [models.Index(fields=["asked_at", "id"], name="extension_list")]

    def __str__(self) -> str:
        return f"{self.task} → {self.new_due_on}"


class CloseOut(TaskRequest):
    """A request to close a task out, and the office's decision; nobody decides their own request."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="close_outs", verbose_name=_("key task"))
    exhibits: Sequence[object]
    """What is attached to it, where a page has read it."""

    number = models.PositiveSmallIntegerField(_("number"))
    statement = models.TextField(_("what was achieved"))
    due_on = models.DateField(_("due date then in force"), null=True, blank=True)
    asked_on = models.DateField(_("requested on"))
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    answer = models.TextField(_("findings of the office"), blank=True)

    KIND = "close_out"
    SAID = "statement"
    VERDICT = "accepted"
    DECIDABLE = (TaskState.CLOSE_OUT_REQUESTED,)
    URGENCY = "asked_at"
    YES = Standing("accepted", _("Confirmed"), pgettext_lazy("close-out", "confirmed"), "green")
    NO = Standing("returned", _("Sent back"), _("sent back"), "yellow")

    class Meta(TaskRequest.Meta):
        verbose_name = _("close-out")
        verbose_name_plural = _("close-outs")
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="close_out_number"),
            one_pending(
                "close_out_one_pending", "accepted", _("A close-out of this task is already waiting for the office.")
            ),
            decider_is_not_asker("close_out_checker_is_not_maker", _("Nobody checks a close-out they requested.")),
            decided_whole("close_out_decided_whole", "accepted"),
        ]
        indexes = [models.Index(fields=["asked_on", "id"], name="close_out_list")]

    def __str__(self) -> str:
        return f"{self.task} #{self.number}"

    @property
    def on_time(self) -> bool:
        """The day of the request decides (docs/rules.md#close-outs)."""
        return self.due_on is None or self.asked_on <= self.due_on

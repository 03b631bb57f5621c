"""Supervision orders with their answers and verdicts, and proposals that were dismissed."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import SpecialAction, SpecialTeam, Task, team_ids_of

from ..ladder import Rung as Rungs
from ..states import OrderState
from ..words import document_number, order_code
from .problem import READERS, Problem

if TYPE_CHECKING:
    from governance.people.models import User


class Rung(models.TextChoices):
    """How strict an order is, from the mildest up; a circular stands between red and talk."""

    REMINDER = Rungs.REMINDER, pgettext_lazy("order", "Reminder")
    YELLOW = Rungs.YELLOW, pgettext_lazy("order", "Yellow order")
    RED = Rungs.RED, pgettext_lazy("order", "Red order")
    TALK = Rungs.TALK, pgettext_lazy("order", "Talk")


class Series(models.TextChoices):
    """The series in which an order is numbered: 督办〔2026〕5号."""

    REMINDER = "reminder", pgettext_lazy("series", "Reminder")
    ORDER = "order", pgettext_lazy("series", "Supervision")
    TALK = "talk", pgettext_lazy("series", "Talk")


SERIES_OF = {
    Rung.REMINDER: Series.REMINDER,
    Rung.YELLOW: Series.ORDER,
    Rung.RED: Series.ORDER,
    Rung.TALK: Series.TALK,
}
"""Yellow and red orders share one series."""

ANSWERABLE = (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.SENT_BACK)
"""States in which the team has to act on an order."""

OPEN_ORDER_STATES = (*ANSWERABLE, OrderState.ANSWERED)
"""States of an order that somebody still has to act on; a reminder ends when it is acknowledged."""


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    """Questions about orders."""

    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders; those of their current teams, or on tasks their department leads."""
        if not user.is_active:
            return self.none()
        if user.has_role(*READERS):
            return self
        seen = Q(team__in=team_ids_of(user))
        if user.department_id is not None:
            seen |= Q(task__lead_department=user.department_id)
        return self.filter(seen)

    def in_force(self) -> Self:
        """Those that are not void."""
        return self.exclude(state=OrderState.VOID)

    def with_follower(self) -> Self:
        """Annotate `is_followed`: a stricter order climbed from it, which is not void and is answered in its stead."""
        return self.annotate(is_followed=_is_followed())

    def to_act_on(self) -> Self:
        """Those on which somebody has still to act.

        Reminders until they are acknowledged; those that a stricter order follows only while an answer is to be judged.
        """
        ended = Q(rung=Rung.REMINDER, state=OrderState.ACKNOWLEDGED)
        return self.filter(~ended, Q(state=OrderState.ANSWERED) | ~Q(_is_followed()), state__in=OPEN_ORDER_STATES)


def _is_followed() -> Exists:
    return Exists(SupervisionOrder.objects.in_force().filter(climbed_from=OuterRef("pk")))


class SupervisionOrder(Editable):
    """A supervision order (督办单): on a task, on a problem, or, for a talk, on a team."""

    WITHHELD_FROM_AUDIT = frozenset({"demand"})

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="orders", verbose_name=_("special action"))
    series = models.CharField(_("series"), max_length=10, choices=Series)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    rung = models.CharField(_("rung"), max_length=10, choices=Rung)
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="orders", verbose_name=_("special team"))
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("key task")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("problem")
    )
    since = models.DateField(
        pgettext_lazy("rung", "since"),
        null=True,
        blank=True,
        help_text=_("The first evening of the run, or the day of what it follows."),
    )
    basis = models.TextField(_("basis"))
    demand = models.TextField(_("demand"))
    answer_by = models.DateField(
        _("answer by"), null=True, blank=True, help_text=_("Reminders are only acknowledged and have none.")
    )
    contact = models.CharField(_("contact"), max_length=60, blank=True, help_text=_("Empty: who issues the order."))
    contact_phone = models.CharField(_("phone of the contact"), max_length=30, blank=True)
    climbed_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="climbed_to", verbose_name=_("follows the order")
    )
    state = models.CharField(_("state"), max_length=12, choices=OrderState, default=OrderState.ISSUED)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("order", "issued by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    void_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_reason = models.TextField(_("why it is void"), blank=True)

    is_followed = False
    """Whether a stricter order follows it; read by `with_follower`."""

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "series", "year", "number"],
                name="order_number",
                violation_error_message=_("This number is taken in its series."),
            ),
            models.CheckConstraint(
                name="order_series_of_rung",
                condition=Q(rung="reminder", series="reminder")
                | Q(rung__in=("yellow", "red"), series="order")
                | Q(rung="talk", series="talk"),
            ),
            models.CheckConstraint(
                name="order_on_one_thing",
                condition=Q(task=None) | Q(problem=None),
                violation_error_message=_("An order is about a task or about a problem."),
            ),
            models.CheckConstraint(
                name="order_on_something",
                condition=Q(rung="talk") | Q(task__isnull=False) | Q(problem__isnull=False),
                violation_error_message=_("Name the task or the problem that the order is about."),
            ),
            models.CheckConstraint(
                name="order_answer_by_unless_reminder",
                condition=Q(rung="reminder", answer_by=None)
                | Q(rung="talk")
                | Q(rung__in=("yellow", "red"), answer_by__isnull=False),
                violation_error_message=_("A yellow or red order says by when it is answered."),
            ),
            models.CheckConstraint(
                name="order_acknowledged_whole",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="order_void_whole",
                condition=(Q(state="void", void_at__isnull=False) & ~Q(void_reason=""))
                | (~Q(state="void") & Q(void_at=None, void_reason="")),
                violation_error_message=_("State why the order is void."),
            ),
        ]
        indexes = [
            models.Index(fields=["action", "state"], name="order_state"),
            models.Index(fields=["task", "issued_at"], name="order_of_task"),
        ]

    def __str__(self) -> str:
        return document_number(self.series, self.year, self.number)

    def get_absolute_url(self) -> str:
        """The order's page."""
        return reverse("order", args=[self.series, self.year, self.number])

    @property
    def code(self) -> str:
        """Its number as notices store it."""
        return order_code(self.series, self.year, self.number)

    @property
    def subject(self) -> str:
        """What it is about: the task, the problem, or for a talk the team."""
        return str(self.task or self.problem or self.team.name)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        if self.rung == Rung.REMINDER:
            return self.state == OrderState.ISSUED
        return self.state in OPEN_ORDER_STATES

    def is_unanswered(self, day: date) -> bool:
        """Whether its day for an answer has passed on `day` without any; one that was sent back was an answer."""
        waiting = self.state in (OrderState.ISSUED, OrderState.ACKNOWLEDGED)
        return waiting and self.answer_by is not None and day > self.answer_by

    def days_over(self, day: date) -> int:
        """How many days the first answer is late; 0 where it is not, or where a stricter order follows."""
        if self.is_followed or self.answer_by is None:
            return 0
        return (day - self.answer_by).days if self.is_unanswered(day) else 0


class OfOrderQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows of orders, for whoever reads the order."""

    order_lookup = "order"

    def visible_to(self, user: "User") -> Self:
        """Those of orders that `user` may read."""
        return self.filter(**{f"{self.order_lookup}__in": SupervisionOrder.objects.visible_to(user).values("pk")})


class OrderAnswer(InsertOnly):
    """What the team answered to an order, and when it promises to be done."""

    numbered_within = "order"

    order = models.ForeignKey(
        SupervisionOrder, models.PROTECT, related_name="answers", verbose_name=pgettext_lazy("supervision", "order")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(pgettext_lazy("order", "answer"))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["order", "number"]
        verbose_name = _("answer to an order")
        verbose_name_plural = _("answers to orders")
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="order_answer_number")]

    def __str__(self) -> str:
        return f"{self.order} #{self.number}"


class OfAnswerQuerySet(OfOrderQuerySet):
    order_lookup = "answer__order"


class OrderVerdict(InsertOnly):
    """The office's verdict on an answer; nobody judges their own (docs/rules.md#maker-and-checker)."""

    answer = models.OneToOneField(
        OrderAnswer, models.PROTECT, related_name="verdict", verbose_name=pgettext_lazy("order", "answer")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    accepted = models.BooleanField(pgettext_lazy("order", "accepted"))
    text = models.TextField(_("findings of the office"), blank=True)

    objects = OfAnswerQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["answer"]
        verbose_name = _("verdict on an answer")
        verbose_name_plural = _("verdicts on answers")
        constraints = [
            models.CheckConstraint(
                name="order_verdict_judge_is_not_answerer",
                condition=~Q(by=F("answered_by")),
                violation_error_message=_("Nobody judges an answer of their own."),
            ),
            models.CheckConstraint(
                name="order_verdict_sent_back_with_reason",
                condition=Q(accepted=True) | ~Q(text=""),
                violation_error_message=_("State what is missing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.accepted}"


class ForOfficeAndLeadersQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows for the office and the leaders."""

    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders, none for others."""
        return self if user.has_role(*READERS) else self.none()


class DismissedProposal(InsertOnly):
    """A proposal of the ladder that the office decided not to carry out, with the reason."""

    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="dismissed_proposals", verbose_name=_("key task")
    )
    team = models.ForeignKey(
        SpecialTeam, models.PROTECT, related_name="dismissed_proposals", verbose_name=_("special team")
    )
    rung = models.CharField(_("rung"), max_length=10)
    since = models.DateField(pgettext_lazy("rung", "since"))
    reason = models.TextField(_("reason"))

    objects = ForOfficeAndLeadersQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-at", "-pk"]
        verbose_name = _("dismissed proposal")
        verbose_name_plural = _("dismissed proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "rung", "since"],
                condition=Q(task__isnull=False),
                name="dismissed_task_once",
                violation_error_message=_("This proposal has been dismissed already."),
            ),
            models.UniqueConstraint(
                fields=["team", "rung", "since"],
                condition=Q(task=None),
                name="dismissed_team_once",
                violation_error_message=_("This proposal has been dismissed already."),
            ),
            models.CheckConstraint(
                name="dismissed_with_reason",
                condition=~Q(reason=""),
                violation_error_message=_("State why it is not issued."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task or self.team} {self.rung} {self.since}"

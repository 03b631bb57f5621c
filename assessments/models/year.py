"""The result of a plan's year: computed from published rounds, stored as canonical JSON, published."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import InsertOnly, InsertOnlyQuerySet
from teams.models import SpecialAction

from ..engine.limits import CODE_LENGTH
from ..states import YEAR_SHOWN, YearState

if TYPE_CHECKING:
    from governance.people.models import User


class YearResultQuerySet(InsertOnlyQuerySet):
    """Questions about the results of years."""

    def with_state(self) -> Self:
        """Annotate `state`: the one that the last step gave."""
        steps = YearStep.objects.filter(result=OuterRef("pk")).order_by("-number")
        return self.annotate(state=Subquery(steps.values("state")[:1]))

    def of_year(self, action: SpecialAction, code: str, year: int) -> Self:
        """The results of one plan's year."""
        return self.filter(action=action, code=code, year=year)

    def published(self) -> Self:
        """Those that were published."""
        return self.filter(Exists(YearStep.objects.filter(result=OuterRef("pk"), state=YearState.PUBLISHED)))

    def visible_to(self, user: "User") -> Self:
        """Before public notice only the centre; from then on everybody (docs/rules.md#visibility)."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.with_state().filter(state__in=YEAR_SHOWN)


class YearResult(InsertOnly):
    """The year of a plan in an action: its rounds' results as they stood, its outcome, as one hashed text."""

    WITHHELD_FROM_AUDIT = frozenset({"reason"})

    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="year_results", verbose_name=_("special action")
    )
    code = models.CharField(_("code of the plan"), max_length=CODE_LENGTH)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    engine = models.CharField(_("engine version"), max_length=20)
    body = models.TextField(_("document"), help_text=_("Canonical JSON; kept as text, jsonb would reorder its keys."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    state: str
    """Where `with_state` read it."""

    objects = YearResultQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-year", "code", "-number"]
        verbose_name = _("result of a year")
        verbose_name_plural = _("results of years")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "code", "year", "number"],
                name="year_result_number",
                violation_error_message=_("The year already has a result with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.year} #{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("year", args=[self.code, self.year])

    def get_state_display(self) -> str:
        """What people call its state."""
        return str(YearState(self.state).label)

    @property
    def last_state(self) -> YearState:
        """The state that its last step gave. One query."""
        return YearState(self.steps.latest("number").state)

    @property
    def fingerprint(self) -> str:
        """The hash as people compare it: 7c1e…a94f."""
        return f"{self.sha256[:4]}…{self.sha256[-4:]}"


class YearStepQuerySet(InsertOnlyQuerySet):
    """Questions about the steps of years."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; for others how a result that they see came to be in notice, or published."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        shown = YearResult.objects.visible_to(user).order_by().values("pk")
        return self.filter(result__in=shown, state__in=YEAR_SHOWN)


class YearStep(InsertOnly):
    """A move of a year's result to a state: computed, approved and published with their people, back with a reason."""

    result = models.ForeignKey(YearResult, models.PROTECT, related_name="steps", verbose_name=_("result of a year"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=16, choices=YearState)
    reason = models.TextField(_("reason"), blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)

    objects = YearStepQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["result", "number"]
        verbose_name = _("step of a year")
        verbose_name_plural = _("steps of years")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "number"],
                name="year_step_number",
                violation_error_message=_("Someone has taken a step in the meantime."),
            ),
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(state="published"),
                name="year_published_once",
                violation_error_message=_("The result of the year has already been published."),
            ),
            models.CheckConstraint(
                name="year_begins_computed",
                condition=Q(number__gt=1) | Q(number=1, state="computed"),
                violation_error_message=_("The first step of a year computes its result."),
            ),
            models.CheckConstraint(
                name="year_back_with_reason",
                condition=Q(number=1) | ~Q(state="computed") | ~Q(reason=""),
                violation_error_message=_("Say why the result is taken back."),
            ),
            models.CheckConstraint(
                name="year_approved_with_document",
                condition=~Q(state="approved") | ~Q(document=""),
                violation_error_message=_("Enter the number of the document approving the result."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result} {self.state}"

"""How a department supplies figures: what it has written, confirmed and asked (docs/rules.md#supplied-figures)."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.models import Department
from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly

from ..engine.limits import VALUE_LENGTH
from ..states import CorrectionState
from .of_department import OfDepartmentQuerySet
from .plan import Indicator
from .round import AssessmentRound, Figure, FigureSource, KeptOfRoundQuerySet

if TYPE_CHECKING:
    from governance.people.models import User


class FigureDraftQuerySet(models.QuerySet):
    """Questions about what departments have written."""

    def visible_to(self, user: "User") -> Self:
        """What the person's own department has written; not even the centre reads a figure before it is confirmed."""
        own = user.is_active and user.department_id is not None
        return self.filter(department=user.department_id) if own else self.none()


class FigureDraft(Editable):
    """What a department has written for a team and not confirmed yet; it counts for nothing."""

    WITHHELD_FROM_AUDIT = frozenset({"value", "target", "document", "basis", "no_figure", "is_sure"})

    source = models.OneToOneField(
        FigureSource, models.PROTECT, related_name="draft", verbose_name=_("source of a figure")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("supplied by"))
    value = models.CharField(_("value"), max_length=VALUE_LENGTH, blank=True)
    target = models.DecimalField(_("the team's own target"), max_digits=14, decimal_places=4, null=True, blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)
    basis = models.TextField(_("basis"), blank=True)
    no_figure = models.BooleanField(_("no figure"), default=False)
    is_sure = models.BooleanField(_("said to be correct"), default=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("saved by"))
    saved_at = models.DateTimeField(_("saved at"))

    objects = FigureDraftQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["source"]
        verbose_name = _("unconfirmed figure")
        verbose_name_plural = _("unconfirmed figures")
        constraints = [
            models.CheckConstraint(
                name="figure_draft_value_or_none",
                condition=Q(no_figure=False) | Q(value=""),
                violation_error_message=_("Enter a value or say that there is none, not both."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)


class FigureConfirmation(InsertOnly):
    """A department's word that its figures of an indicator are right; those that it names are locked."""

    round = models.ForeignKey(
        AssessmentRound, models.PROTECT, related_name="figure_confirmations", verbose_name=_("round")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    number = models.PositiveSmallIntegerField(_("number"))

    objects = OfDepartmentQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "indicator", "department", "number"]
        verbose_name = _("confirmation of figures")
        verbose_name_plural = _("confirmations of figures")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "indicator", "department", "number"], name="figure_confirmation_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.department} {self.number}"


class FigureCountersignature(InsertOnly):
    """The centre's signature beside a figure that a department supplied for a team which it leads itself."""

    figure = models.OneToOneField(Figure, models.PROTECT, related_name="countersignature", verbose_name=_("figure"))
    reason = models.TextField(_("reason"))

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["figure"]
        verbose_name = _("countersignature of a figure")
        verbose_name_plural = _("countersignatures of figures")
        constraints = [
            models.CheckConstraint(
                name="figure_countersigned_with_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the figures of the department may count."),
            )
        ]

    def __str__(self) -> str:
        return str(self.figure)


class FigureCorrectionQuerySet(models.QuerySet):
    """Questions about corrections that departments ask."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; for anybody else what their department asked."""
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        own = user.is_active and user.department_id is not None
        return self.filter(figure__department=user.department_id) if own else self.none()


class FigureCorrection(Editable):
    """A department's request to correct a figure that is locked: the centre opens that one row again, or declines."""

    WITHHELD_FROM_AUDIT = frozenset({"value", "reason", "answer"})

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="corrections", verbose_name=_("figure"))
    value = models.CharField(_("should be"), max_length=VALUE_LENGTH, blank=True)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    asked_at = models.DateTimeField(_("requested at"))
    state = models.CharField(_("state"), max_length=10, choices=CorrectionState, default=CorrectionState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(pgettext_lazy("of a decision", "answer"), blank=True)

    objects = FigureCorrectionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["asked_at", "pk"]
        verbose_name = _("request to correct a figure")
        verbose_name_plural = _("requests to correct figures")
        constraints = [
            models.UniqueConstraint(
                fields=["figure"],
                condition=~Q(state="declined"),
                name="figure_correction_once",
                violation_error_message=_("A correction of this figure has already been requested."),
            ),
            models.CheckConstraint(
                name="figure_correction_decided_whole",
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="figure_correction_declined_with_answer",
                condition=~Q(state="declined") | ~Q(answer=""),
                violation_error_message=_("Say why the figure is not corrected."),
            ),
            models.CheckConstraint(name="figure_correction_with_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.figure.source)

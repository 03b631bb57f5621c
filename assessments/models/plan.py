"""Assessment plans: drafts, and the one canonical document each becomes when adopted."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet

from ..engine import Plan, load, plan_of
from ..engine.limits import CODE_LENGTH, TITLE_LENGTH
from ..states import PlanState

if TYPE_CHECKING:
    from governance.people.models import User


class BilingualTitle(models.Model):
    """A title in both languages; without a Chinese one, the English one is used."""

    title_en = models.CharField(_("title in English"), max_length=TITLE_LENGTH)
    title_zh = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" or not self.title_zh else self.title_zh


class AssessmentPlanQuerySet(models.QuerySet):
    """Questions about plans."""

    def visible_to(self, user: "User") -> Self:
        """The centre sees drafts; everybody may read an adopted plan."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.ASSESSMENT_CENTRE) else self.filter(state=PlanState.ADOPTED)


class AssessmentPlan(BilingualTitle, Editable):
    """An assessment plan (考核方案): a draft that is edited whole, or an adopted version that never changes."""

    WITHHELD_FROM_AUDIT = frozenset({"draft", "basis", "reason", "title_en", "title_zh"})

    code = models.SlugField(_("code"), max_length=CODE_LENGTH)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    basis = models.CharField(_("basis"), max_length=TITLE_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    draft = models.TextField(_("document"), help_text=_("Canonical JSON of the plan as currently written."))
    reason = models.TextField(_("reason for this version"), blank=True)

    objects = AssessmentPlanQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["code", "-number"]
        verbose_name = _("assessment plan")
        verbose_name_plural = _("assessment plans")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"],
                name="plan_version",
                violation_error_message=_("This version of the plan already exists."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state="draft"),
                name="plan_one_draft",
                violation_error_message=_("The plan already has a draft. Adopt or edit that one."),
            ),
            models.CheckConstraint(
                name="plan_later_version_has_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message=_("A new version of an adopted plan requires a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.code, self.number])

    @property
    def audit_name(self) -> str:
        """Code and version: the title of a draft is not for auditors."""
        return f"{self.code} #{self.number}"

    @property
    def state_tone(self) -> str:
        return PlanState(self.state).tone


class AdoptedPlan(InsertOnly):
    """The canonical document of an adopted plan, with its SHA-256."""

    plan = models.OneToOneField(AssessmentPlan, models.PROTECT, related_name="adopted", verbose_name=_("plan"))
    document = models.TextField(_("document"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["plan"]
        verbose_name = _("adopted plan")
        verbose_name_plural = _("adopted plans")

    def __str__(self) -> str:
        return str(self.plan)

    @cached_property
    def rules(self) -> Plan:
        """The plan as the engine sees it, read from the document."""
        return plan_of(load(self.document))


class Indicator(BilingualTitle, InsertOnly):
    """A row per indicator of an adopted plan; figures, measured values and events refer to it."""

    plan = models.ForeignKey(AdoptedPlan, models.PROTECT, related_name="indicators", verbose_name=_("plan"))
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12)
    source = models.CharField(_("source"), max_length=12)
    method = models.CharField(_("method"), max_length=20)
    measure = models.CharField(_("measure"), max_length=60, blank=True)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["plan", "order"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="indicator_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

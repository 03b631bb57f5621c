"""The special action and its parts."""

from django.db import models
from django.db.models import F, Q, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet, SeenByAllQuerySet

from ..rules.lamps import Thresholds
from ..rules.periods import Rhythm as Rhythms


class SpecialActionQuerySet(SeenByAllQuerySet["SpecialAction"]):
    """Questions about actions."""

    def chosen(self) -> "SpecialAction | None":
        """The action shown at the addresses without a key: the one that began last."""
        return self.order_by("-starts_on", "-pk").first()

    def chosen_key(self) -> Subquery:
        """The key of the chosen action, for use inside another query."""
        return Subquery(self.order_by("-starts_on", "-pk").values("pk")[:1])


class SpecialAction(Editable):
    """A special action (专项行动) with its reporting rhythm and its lamp rules."""

    class Rhythm(models.TextChoices):
        """How often the teams report."""

        WEEKLY = Rhythms.WEEKLY, _("Weekly")
        TEN_DAY = Rhythms.TEN_DAY, _("Every ten days")
        MONTHLY = Rhythms.MONTHLY, _("Monthly")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title_zh = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"))
    rhythm = models.CharField(_("reporting rhythm"), max_length=10, choices=Rhythm, default=Rhythm.TEN_DAY)
    new_team_days = models.PositiveSmallIntegerField(_("days for which a team counts as new"), default=60)
    fields_per_month = models.PositiveSmallIntegerField(
        _("fields a team may have to fill in per month"),
        default=200,
        help_text=_("The limit of the burden meter: all fields a team must fill in, in all its reports of a month."),
    )

    objects = SpecialActionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("special action")
        verbose_name_plural = _("special actions")
        constraints = [
            models.CheckConstraint(
                name="action_ends_after_it_begins",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The last day of the action must be after the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language; the official Chinese one where there is no other."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh


class LampRule(InsertOnly):
    """The lamp thresholds of an action; a change creates a rule with a new number (docs/rules.md#lamp)."""

    numbered_within = "action"

    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="lamp_rules", verbose_name=_("special action")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    red_gap = models.PositiveSmallIntegerField(_("red above a gap of (points)"), default=30)
    yellow_gap = models.PositiveSmallIntegerField(_("yellow from a gap of (points)"), default=10)
    blue_days = models.PositiveSmallIntegerField(_("blue from working days before the due date"), default=5)
    stale_days = models.PositiveSmallIntegerField(_("yellow after days without progress"), default=60)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["action", "-number"]
        verbose_name = _("lamp rule")
        verbose_name_plural = _("lamp rules")
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="lamp_rule_number"),
            models.CheckConstraint(
                name="lamp_rule_red_above_yellow",
                condition=Q(red_gap__gt=F("yellow_gap")),
                violation_error_message=_("Red must begin at a larger gap than yellow."),
            ),
            models.CheckConstraint(
                name="lamp_rule_from_one",
                condition=Q(yellow_gap__gte=1, blue_days__gte=1, stale_days__gte=1),
                violation_error_message=_("Gaps and days must be 1 or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.number}"

    @property
    def thresholds(self) -> Thresholds:
        """The rule as the value that `lamps` uses."""
        return Thresholds(
            red_gap=self.red_gap, yellow_gap=self.yellow_gap, blue_days=self.blue_days, stale_days=self.stale_days
        )


class Stage(Editable):
    """A stage of the action with its dates."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="stages", verbose_name=_("special action"))
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=80)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"))

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "order"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["action", "order"], name="stage_order"),
            models.CheckConstraint(
                name="stage_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day of the stage must be after the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WorkingGroup(Editable):
    """Several teams under one county leader."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="groups", verbose_name=_("special action"))
    title = models.CharField(_("title"), max_length=80)
    head_name = models.CharField(_("head"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "order", "pk"]
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        constraints = [models.UniqueConstraint(fields=["action", "title"], name="working_group_title")]

    def __str__(self) -> str:
        return self.title

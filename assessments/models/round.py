"""Rounds of the assessment and the facts gathered for them."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.reading import once
from governance.people.models import Department
from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import SpecialAction, SpecialTeam, team_ids_of

from ..engine.limits import CODE_LENGTH, VALUE_LENGTH
from ..states import CORRECTABLE, ENDED, FACTS_CORRECTED_IN, SHOWN, ClaimState, RoundState
from .of_department import FigureSourceQuerySet, OfDepartmentQuerySet
from .plan import AdoptedPlan, Indicator

if TYPE_CHECKING:
    from governance.people.models import User


class OfRoundQuerySet(models.QuerySet):
    """What belongs to a round before publication: visible to the assessment centre only (docs/rules.md#visibility)."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; nothing for anybody else, not even superusers, the office or leaders."""
        return self if user.has_role(Role.ASSESSMENT_CENTRE) else self.none()


class KeptOfRoundQuerySet(InsertOnlyRows, OfRoundQuerySet):
    """Insert-only rows of a round."""


class AssessmentRoundQuerySet(models.QuerySet):
    """Questions about rounds."""

    def visible_to(self, user: "User") -> Self:
        """The centre sees every round, others only those in public notice and published ones."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.filter(state__in=SHOWN)

    def of_year(self, action: SpecialAction, code: str, year: int) -> Self:
        """The rounds of a plan's year in order, those abandoned left out; the year is that of their first day."""
        rounds = self.exclude(state=RoundState.ABANDONED).order_by("starts_on", "pk")
        return rounds.filter(action=action, plan__plan__code=code, starts_on__year=year)


class AssessmentRound(Editable):
    """One assessment (考核周期) by an adopted plan, over a stretch of days, up to a cut-off."""

    WITHHELD_FROM_AUDIT = frozenset({"reason"})

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="rounds", verbose_name=_("special action"))
    plan = models.ForeignKey(AdoptedPlan, models.PROTECT, related_name="rounds", verbose_name=_("plan"))
    kind = models.CharField(_("part of the year"), max_length=CODE_LENGTH)
    title = models.CharField(_("title"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    cut_off_at = models.DateTimeField(_("cut-off"))
    state = models.CharField(_("state"), max_length=16, choices=RoundState, default=RoundState.PREPARING)
    frozen_at = models.DateTimeField(_("measures frozen"), null=True, blank=True)
    approval = models.CharField(_("approval document"), max_length=120, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )

    objects = AssessmentRoundQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "starts_on"],
                condition=~Q(state="abandoned"),
                name="round_once",
                violation_error_message=_("The plan already has such a round."),
            ),
            models.CheckConstraint(
                name="round_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must be after the first day."),
            ),
            models.CheckConstraint(
                name="round_approved_whole",
                condition=Q(approved_by=None, approval="") | (Q(approved_by__isnull=False) & ~Q(approval="")),
            ),
            models.CheckConstraint(
                name="round_published_is_approved",
                condition=~Q(state__in=["approved", "public_notice", "published", "archived"])
                | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="round_abandoned_is_not_approved",
                condition=~Q(state="abandoned") | Q(approved_by=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The round's page, or its results once everybody sees them."""
        return reverse("results" if self.state in SHOWN else "round", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return RoundState(self.state).tone

    @property
    def has_ended(self) -> bool:
        """Whether no step of its own leads on: it is published, archived or abandoned."""
        return self.state in ENDED

    @property
    def takes_corrections(self) -> bool:
        """Whether the centre corrects facts of the published result now. One query once it is published."""
        return self.state in CORRECTABLE and self.corrections.filter(state__in=FACTS_CORRECTED_IN).exists()

    @once
    def scorer_ids(self, at: datetime | None = None) -> frozenset[int]:
        """Ids of those who scored: whose figure, correction, decision on a claim, tally or leaving out stands, who
        countersigned such a figure, closed the panel, moderated or set marks aside, and who computed the latest result.

        A figure or tally that was corrected or withdrawn, and what was withdrawn, stand no more; the result is the
        latest. What the decision of an appeal brought in, and the result that it gave, is no score of who decided.
        `at`: as it stood at that moment. Four queries.
        """

        def known(path: str = "") -> Q:
            return Q() if at is None else Q(**{f"{path}at__lte": at})

        decided = set(self.decisions.allowed().order_by().values_list("by", "at"))
        newer = Figure.objects.filter(known(), source=OuterRef("source"), number__gt=OuterRef("number"))
        figures = Figure.objects.filter(known(), ~Exists(newer), source__round=self).exclude(value="", no_figure=False)
        claims = self.claims.annotate(last=Max("steps__number", filter=known("steps__")))
        approved = claims.filter(steps__number=F("last"), steps__state=ClaimState.APPROVED)
        corrected = MeasuredValue.objects.standing(at).filter(
            round_team__round=self, decisions__outcome__in=["set_aside", "counted", "added"]
        )
        closed = type(self).objects.filter(known("panel_closure__"), pk=self.pk, panel_closure__isnull=False)
        tied = self.seats.filter(known("steps__"), steps__act="tie_found")
        signed = figures.filter(known("countersignature__"), countersignature__isnull=False)
        counting = (
            approved.order_by().values_list("steps__by", "steps__at"),
            self.left_out.standing(at).order_by().values_list("by", "at"),
            signed.order_by().values_list("countersignature__by", "countersignature__at"),
            corrected.order_by().values_list("decisions__by", "decisions__at"),
            closed.order_by().values_list("panel_closure__by", "panel_closure__at"),
            self.moderations.filter(known()).order_by().values_list("by", "at"),
            tied.order_by().values_list("steps__by", "steps__at"),
        )
        entered = figures.order_by().values_list("by", "at").union(*counting)
        counted = self.voter_groups.filter(known("tallies__"), tallies__isnull=False).order_by("tallies__number")
        tallies = {group: (by, at) for group, by, at in counted.values_list("pk", "tallies__by", "tallies__at")}
        results = self.results.filter(known()).order_by("-number").values_list("by", "at")
        scored = [one for one in results if one not in decided]
        return frozenset(by for by, at in (*entered, *tallies.values(), *scored[:1]) if (by, at) not in decided)

    @once
    def approver_ids(self) -> frozenset[int]:
        """Who approved what stands: the result, and the last one by allowing an appeal. At most one query."""
        if self.approved_by_id is None:
            return frozenset()
        last = Subquery(self.results.order_by("-number").values("pk")[:1])
        decided = self.decisions.allowed().filter(result=last).values_list("by", flat=True)
        return frozenset([self.approved_by_id, *decided])


class RoundStep(InsertOnly):
    """A move of a round from state to state, with its reason when it goes back or is abandoned."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="steps", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number"))
    from_state = models.CharField(_("from"), max_length=16, choices=RoundState)
    to_state = models.CharField(_("to"), max_length=16, choices=RoundState)
    reason = models.TextField(_("reason"), blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "number"]
        verbose_name = _("step of a round")
        verbose_name_plural = _("steps of rounds")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="round_step_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(to_state__in=["published", "abandoned"]),
                name="round_ends_once",
                violation_error_message=_("The round has already been published or abandoned."),
            ),
            models.CheckConstraint(
                name="round_abandoned_with_reason",
                condition=~Q(to_state="abandoned") | (~Q(reason="") & ~Q(document="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.to_state}"


ONLY_CLASS = "all"
"""The class of every team under a plan without classes."""


class RoundTeamQuerySet(OfRoundQuerySet):
    """Questions about the teams of rounds."""

    def active(self) -> Self:
        """Teams that take part: those that existed on the round's last day."""
        return self.filter(is_active=True)

    def with_facts_for(self, user: "User") -> Self:
        """The teams whose facts the person may see from checking on: their own; the centre, office and leaders all."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self.active()
        return self.active().filter(team__in=team_ids_of(user))


class RoundTeam(models.Model):
    """A team in a round: its class is set when the round is opened (docs/rules.md#rounds).

    A team that was closed before the round's last day is no longer active in it; what was entered for it stays.
    """

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="teams", verbose_name=_("round"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="rounds", verbose_name=_("special team"))
    team_class = models.CharField(_("class"), max_length=CODE_LENGTH)
    age_days = models.PositiveIntegerField(_("age in days at the round's end"))
    is_active = models.BooleanField(_("takes part"), default=True)

    objects = RoundTeamQuerySet.as_manager()

    class Meta:
        ordering = ["round", "team__order"]
        default_permissions = ()
        verbose_name = _("team in a round")
        verbose_name_plural = _("teams in rounds")
        constraints = [models.UniqueConstraint(fields=["round", "team"], name="round_team_once")]

    def __str__(self) -> str:
        return f"{self.round} {self.team}"


class FigureSource(Editable):
    """Who supplies an indicator's value for a team in a round; its figures refer to it."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="sources", verbose_name=_("round"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="sources", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplied by")
    )
    by_centre = models.BooleanField(_("the centre enters it"), default=False)

    latest: "Figure | None"
    latest_number: int
    """The latest figure and its number, where `latest_figures` read them."""

    objects = FigureSourceQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["indicator__order", "team__order"]
        verbose_name = _("source of a figure")
        verbose_name_plural = _("sources of figures")
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "team"], name="figure_source_once"),
            models.CheckConstraint(
                name="figure_source_one_supplier", condition=Q(by_centre=False) | Q(department=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.team}"

    @property
    def is_named(self) -> bool:
        """Whether it is settled who supplies the figure."""
        return self.by_centre or self.department_id is not None


class Figure(InsertOnly):
    """A value as it counts, with the team's own target, document and basis; a correction gets the next number.

    A department confirmed it, or the centre entered it: on behalf of the department, where it names one.
    """

    source = models.ForeignKey(FigureSource, models.PROTECT, related_name="figures", verbose_name=_("source"))
    number = models.PositiveSmallIntegerField(_("number"))
    value = models.CharField(
        _("value"), max_length=VALUE_LENGTH, blank=True, help_text=_("A number or a tier; empty: withdrawn.")
    )
    target = models.DecimalField(_("the team's own target"), max_digits=14, decimal_places=4, null=True, blank=True)
    document = models.CharField(_("document number"), max_length=120)
    basis = models.TextField(_("basis"), blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplied by")
    )
    confirmation = models.ForeignKey(
        "assessments.FigureConfirmation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("confirmation"),
        help_text=_("Empty: entered by the centre."),
    )
    no_figure = models.BooleanField(_("no figure"), default=False, help_text=_("The basis says why there is none."))
    confirmed = models.BooleanField(
        _("confirmed as correct"),
        null=True,
        help_text=_("The value was questioned and confirmed; empty if it was not questioned."),
    )

    objects = OfDepartmentQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["source", "number"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="figure_number"),
            models.CheckConstraint(
                name="figure_or_why_not", condition=Q(no_figure=False) | (Q(value="") & ~Q(basis=""))
            ),
            models.CheckConstraint(
                name="figure_confirmed_by_department",
                condition=Q(confirmation=None) | Q(department__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.value}"

    @property
    def stands(self) -> bool:
        """Whether it says something: a value, or that there is none; an empty one is withdrawn."""
        return self.value != "" or self.no_figure

    @property
    def is_on_behalf(self) -> bool:
        """Whether the centre entered it for a department."""
        return self.department_id is not None and self.confirmation_id is None


class MeasuredValueQuerySet(KeptOfRoundQuerySet):
    """Questions about measured values."""

    def standing(self, at: datetime | None = None) -> Self:
        """The values that stand, or stood at a moment: the last one of an indicator and team."""
        known = Q() if at is None else Q(at__lte=at)
        later = MeasuredValue.objects.filter(
            known, round_team=OuterRef("round_team"), indicator=OuterRef("indicator"), number__gt=OuterRef("number")
        )
        return self.filter(known, ~Exists(later))


class MeasuredValue(InsertOnly):
    """A measure's numerator and denominator for a team, frozen at the cut-off with the rows behind."""

    round_team = models.ForeignKey(
        RoundTeam, models.PROTECT, related_name="measured", verbose_name=_("team in a round")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measured", verbose_name=_("indicator"))
    number = models.PositiveSmallIntegerField(_("number"))
    numerator = models.BigIntegerField(_("numerator"), null=True)
    denominator = models.BigIntegerField(_("denominator"), null=True)
    rows = models.TextField(_("rows"), default="[]", help_text=_("Canonical JSON: what counted, what did not, why."))

    objects = MeasuredValueQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round_team", "indicator", "number"]
        verbose_name = _("measured value")
        verbose_name_plural = _("measured values")
        constraints = [
            models.UniqueConstraint(fields=["round_team", "indicator", "number"], name="measured_value_number")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.numerator}/{self.denominator}"

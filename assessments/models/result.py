"""Results: scored, stored as canonical JSON, published."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar, cast

from django.core.cache import cache
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import InsertOnly, InsertOnlyQuerySet, KeptForAllQuerySet
from teams.models import SpecialTeam, team_ids_of

from ..engine.limits import CODE_LENGTH, MOST_DECIMALS, POINT_DIGITS
from ..states import RoundState
from .round import AssessmentRound

if TYPE_CHECKING:
    from governance.people.models import User


Kept = TypeVar("Kept")

KEPT_SECONDS = 24 * 60 * 60
"""How long what was read from a document is remembered."""


class ResultQuerySet(InsertOnlyQuerySet):
    """Questions about results."""

    def visible_to(self, user: "User") -> Self:
        """Before public notice only the centre; from then on everybody, for the totals (docs/rules.md#visibility)."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.ASSESSMENT_CENTRE) else self.shown()

    def shown(self) -> Self:
        """Published results, the last result of each round in public notice, and corrected ones in theirs."""
        later = Result.objects.filter(round=OuterRef("round"), number__gt=OuterRef("number"))
        in_notice = Q(round__state=RoundState.PUBLIC_NOTICE) & ~Exists(later)
        corrected = Q(correction__state=RoundState.PUBLIC_NOTICE)
        return self.filter(Q(publication__isnull=False) | in_notice | corrected)

    def published(self, at: datetime | None = None) -> Self:
        """Of each round the result that was published last, or by a moment: a superseded one stands no more."""
        known = Q(publication__isnull=False) if at is None else Q(publication__at__lte=at)
        later = Result.objects.filter(known, round=OuterRef("round"), number__gt=OuterRef("number"))
        return self.filter(known, ~Exists(later))

    def standing(self) -> Self:
        """Of each round the result that counts: the one published last, else the one scored last."""
        later = Result.objects.filter(round=OuterRef("round"), number__gt=OuterRef("number"))
        published = Result.objects.filter(round=OuterRef("round"), publication__isnull=False)
        scored_last = ~Exists(published) & ~Exists(later)
        published_last = Q(publication__isnull=False) & ~Exists(later.filter(publication__isnull=False))
        return self.filter(scored_last | published_last)


class Result(InsertOnly):
    """One scoring of a round: engine version, frozen inputs, outcome and explanation as one hashed text."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="results", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number"))
    engine = models.CharField(_("engine version"), max_length=20)
    body = models.TextField(_("document"), help_text=_("Canonical JSON; kept as text, jsonb would reorder its keys."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = ResultQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "-number"]
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="result_number")]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

    @property
    def fingerprint(self) -> str:
        """The hash as people compare it: 7c1e…a94f."""
        return f"{self.sha256[:4]}…{self.sha256[-4:]}"

    def remembered(self, name: str, compute: Callable[[], Kept]) -> Kept:
        """What `compute` makes of the document, kept for a day under `name`: the same document says the same."""
        return cast("Kept", cache.get_or_set(f"{name}-{self.sha256}", compute, KEPT_SECONDS))


class ResultLineQuerySet(InsertOnlyQuerySet):
    """Questions about a result's lines."""

    def visible_to(self, user: "User") -> Self:
        """Totals for everybody from public notice on, of all results for the centre."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        return self.filter(result__in=Result.objects.shown().order_by().values("pk"))

    def detail_visible_to(self, user: "User") -> Self:
        """Lines with points to open: always for the centre; once shown, for the team, the office and leaders."""
        lines = self.visible_to(user)
        if user.has_role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return lines
        return lines.filter(team_id__in=team_ids_of(user))


class ResultLine(InsertOnly):
    """A team's total, rank and grade in a result; the points behind them are in the result's document."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="lines", verbose_name=_("result"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="result_lines", verbose_name=_("special team"))
    order = models.PositiveSmallIntegerField(_("order"))
    team_class = models.CharField(_("class"), max_length=CODE_LENGTH)
    base = models.DecimalField(_("base"), max_digits=POINT_DIGITS, decimal_places=MOST_DECIMALS, null=True)
    bonus = models.DecimalField(_("bonus"), max_digits=POINT_DIGITS, decimal_places=MOST_DECIMALS)
    deduction = models.DecimalField(_("deduction"), max_digits=POINT_DIGITS, decimal_places=MOST_DECIMALS)
    total = models.DecimalField(_("total"), max_digits=POINT_DIGITS, decimal_places=MOST_DECIMALS, null=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    grade = models.CharField(_("grade"), max_length=CODE_LENGTH, blank=True)

    objects = ResultLineQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["result", "order"]
        verbose_name = _("line of a result")
        verbose_name_plural = _("lines of results")
        constraints = [
            models.UniqueConstraint(fields=["result", "team"], name="result_line_once"),
            models.CheckConstraint(name="result_total_not_negative", condition=Q(total=None) | Q(total__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.total}"

    def get_absolute_url(self) -> str:
        return reverse("scorecard", args=[self.result.round_id, self.team.code])


class Publication(InsertOnly):
    """The publication of a result to everybody; it is never taken back."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="publication", verbose_name=_("result"))
    document = models.CharField(_("document number"), max_length=120, blank=True)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-at"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return str(self.result)

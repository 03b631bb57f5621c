"""Appeals in the public notice of a round, a corrected result or a year (申诉), and the decisions (复核意见)."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import Evidence, SpecialAction, SpecialTeam, team_ids_of

from ..engine.limits import CODE_LENGTH
from ..states import AppealMatter, AppealState, FactCorrection, ResultCorrectionState, RoundState, YearState
from .claim import Claim
from .plan import Indicator
from .result import Result
from .result_correction import ResultCorrection
from .round import AssessmentRound
from .year import YearResult

if TYPE_CHECKING:
    from governance.people.models import User


class AppealQuerySet(models.QuerySet):
    """Questions about appeals."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre, the office and leaders, otherwise those of the person's own teams."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self
        return self.filter(team__in=team_ids_of(user))

    def open(self) -> Self:
        """Those that wait for a decision while their public notice lasts."""
        of_round = Q(result_correction=None, year_result=None, round__state=RoundState.PUBLIC_NOTICE)
        of_correction = Q(result_correction__state=ResultCorrectionState.PUBLIC_NOTICE)
        in_notice = YearResult.objects.with_state().filter(state=YearState.PUBLIC_NOTICE).order_by().values("pk")
        return self.filter(of_round | of_correction | Q(year_result__in=in_notice), state=AppealState.OPEN)

    def of_year(self, action: SpecialAction, code: str, year: int) -> Self:
        """Those filed in the public notices of a plan's year."""
        results = YearResult.objects.of_year(action, code, year)
        return self.filter(year_result__in=results.order_by().values("pk"))


class Appeal(Editable):
    """A team's objection to its result in public notice: to one indicator, to a veto, or to its grade.

    Whatever the matter, it names the fact that is wrong, an indicator or a veto: marks and quotas are not discussed.
    """

    WITHHELD_FROM_AUDIT = frozenset({"wrong", "reason", "wanted"})

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="appeals", verbose_name=_("round"))
    result_correction = models.ForeignKey(
        ResultCorrection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name=_("correction of a result"),
        help_text=_("The one in whose public notice it is filed; empty: that of the round."),
    )
    year_result = models.ForeignKey(
        YearResult,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name=_("result of a year"),
        help_text=_("The one in whose public notice it is filed, about a fact of the round; empty: in no year's."),
    )
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    matter = models.CharField(_("appeal concerns"), max_length=10, choices=AppealMatter)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    veto = models.CharField(_("veto"), max_length=CODE_LENGTH, blank=True)
    result = models.ForeignKey(
        Result, models.PROTECT, related_name="appeals", verbose_name=_("result"), help_text=_("As it was filed.")
    )
    wrong = models.CharField(_("what is wrong"), max_length=200)
    reason = models.TextField(_("why it is wrong"))
    wanted = models.CharField(_("which value would be right"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=AppealState, default=AppealState.OPEN)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("appeal", "filed by")
    )
    filed_at = models.DateTimeField(pgettext_lazy("appeal", "filed at"))

    objects = AppealQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["round", "filed_at", "pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                name="appeal_names_one_fact",
                condition=Q(indicator__isnull=False, veto="") | (Q(indicator=None) & ~Q(veto="")),
                violation_error_message=_("An appeal names either an indicator or a veto."),
            ),
            models.CheckConstraint(
                name="appeal_matter_is_its_fact",
                condition=Q(matter="grade")
                | Q(matter="indicator", indicator__isnull=False)
                | Q(matter="veto", indicator=None),
            ),
            models.CheckConstraint(
                name="appeal_in_one_notice",
                condition=Q(result_correction=None) | Q(year_result=None),
                violation_error_message=_("An appeal is filed in one public notice."),
            ),
            models.CheckConstraint(
                name="appeal_in_year_names_fact",
                condition=Q(year_result=None) | ~Q(matter="grade"),
                violation_error_message=_("In the notice of a year an appeal is about a round's fact, not the grade."),
            ),
            models.UniqueConstraint(
                fields=["round", "team", "indicator"],
                condition=Q(state="open", matter="indicator"),
                name="appeal_one_open_of_indicator",
                violation_error_message=_("An appeal about this matter is not decided yet."),
            ),
            models.UniqueConstraint(
                fields=["round", "team", "veto"],
                condition=Q(state="open", matter="veto"),
                name="appeal_one_open_of_veto",
                violation_error_message=_("An appeal about this matter is not decided yet."),
            ),
            models.UniqueConstraint(
                fields=["round", "team"],
                condition=Q(state="open", matter="grade"),
                name="appeal_one_open_of_grade",
                violation_error_message=_("An appeal about this matter is not decided yet."),
            ),
            models.CheckConstraint(
                name="appeal_says_all",
                condition=~Q(wrong="") & ~Q(reason="") & ~Q(wanted=""),
                violation_error_message=_("Say what is wrong, why, and which value would be right."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team.short_name} {self.subject}"

    @property
    def audit_name(self) -> str:
        """Its team and key, in no language."""
        return f"{self.team.short_name} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("appeal", args=[self.pk])

    @property
    def fact(self) -> str:
        """The code of the indicator or veto that is said to be wrong."""
        return self.indicator.code if self.indicator else self.veto

    @property
    def subject(self) -> str:
        """What it is about, as a code; the grade by its word."""
        return str(AppealMatter.GRADE.label) if self.matter == AppealMatter.GRADE else self.fact

    def noticed_state(self, round: AssessmentRound) -> RoundState | ResultCorrectionState | YearState:
        """The state of what was in public notice when it was filed. One query for a year, else none."""
        if self.year_result is not None:
            return self.year_result.last_state
        if self.result_correction is not None:
            return ResultCorrectionState(self.result_correction.state)
        return RoundState(round.state)

    def is_decided_now(self, round: AssessmentRound) -> bool:
        """Whether it waits for its decision: while it is open and its public notice lasts."""
        return self.state == AppealState.OPEN and self.noticed_state(round) == RoundState.PUBLIC_NOTICE

    def lets_correct(self, round: AssessmentRound) -> bool:
        """Whether the fact it is about is corrected on it now; in a year's notice by a correction of the round."""
        return self.year_result_id is None and self.is_decided_now(round)

    def filer_ids(self) -> frozenset[int]:
        """Who filed the claims that it is about: one query."""
        claims = Claim.objects.filter(
            round=self.round_id, team=self.team_id, indicator=self.indicator_id, veto=self.veto
        )
        return frozenset(claims.order_by().values_list("entered_by", flat=True))

    @property
    def state_tone(self) -> str:
        return AppealState(self.state).tone


class AppealEvidence(Evidence):
    """A file that a team sends with an appeal."""

    owner = models.ForeignKey(Appeal, models.PROTECT, related_name="evidence", verbose_name=_("appeal"))


class AppealDecisionQuerySet(InsertOnlyRows, models.QuerySet):
    """Questions about decisions."""

    def visible_to(self, user: "User") -> Self:
        """Those of appeals that `user` may read."""
        return self.filter(appeal__in=Appeal.objects.visible_to(user).values("pk"))

    def allowed(self) -> Self:
        """Those by which a fact was corrected and the round scored again; in a year's notice nothing is scored."""
        return self.filter(outcome=AppealState.ALLOWED, leads_to=None)


class AppealDecision(InsertOnly):
    """The decision about an appeal: dismissed, or allowed with a correction, after which the round is scored again.

    Allowed in the notice of a year, it corrects and scores nothing: it leads to a correction of the round's result.

    `result` is the one that stands after it: where the appeal is allowed the new one, of which the decision is the
    approval; else the one that was in public notice. `changes_places`: a rank or a grade of it is another one than
    before, which extends the notice.
    """

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="decisions", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("number"))
    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="decision", verbose_name=_("appeal"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=AppealState)
    reasons = models.TextField(_("reasons"))
    correction = models.CharField(_("corrected"), max_length=10, choices=FactCorrection, blank=True)
    result = models.ForeignKey(Result, models.PROTECT, related_name="decisions", verbose_name=_("result"))
    changes_places = models.BooleanField(_("a rank or a grade changed"), default=False)
    leads_to = models.ForeignKey(
        ResultCorrection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_by",
        verbose_name=_("correction that it led to"),
    )

    objects = AppealDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "number"]
        verbose_name = _("decision about an appeal")
        verbose_name_plural = _("decisions about appeals")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="appeal_decision_number"),
            models.UniqueConstraint(
                fields=["result"], condition=Q(outcome="allowed", leads_to=None), name="appeal_decision_one_result"
            ),
            models.CheckConstraint(
                name="appeal_decision_whole",
                condition=~Q(reasons="")
                & (
                    Q(outcome="dismissed", correction="", changes_places=False, leads_to=None)
                    | (Q(outcome="allowed", leads_to=None) & ~Q(correction=""))
                    | Q(outcome="allowed", correction="", changes_places=False, leads_to__isnull=False)
                ),
                violation_error_message=_("A decision gives its reasons, and says what was corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

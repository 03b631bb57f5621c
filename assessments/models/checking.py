"""Self-scores, questions about frozen facts, and the decisions by which a measured value is corrected row by row."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import SpecialTeam, team_ids_of
from teams.models.evidence import Evidence

from ..engine.limits import CODE_LENGTH, MOST_DECIMALS, POINT_DIGITS
from ..states import SHOWN, QuestionState, RoundState, RowOutcome
from .plan import Indicator
from .round import AssessmentRound, KeptOfRoundQuerySet, MeasuredValue, RoundTeam

if TYPE_CHECKING:
    from governance.people.models import User


class SelfScoreQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows of what teams say of themselves."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; those of their own teams for members; for office and leaders those of rounds whose
        result everybody sees, like the points beside them."""
        if user.has_role(Role.ASSESSMENT_CENTRE):
            return self
        seen = Q(round_team__team__in=team_ids_of(user))
        if user.has_role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            seen |= Q(round_team__round__state__in=SHOWN)
        return self.filter(seen)


class SelfScore(InsertOnly):
    """The points that a team gives itself for an indicator, without effect; a change gets the next number."""

    round_team = models.ForeignKey(
        RoundTeam, models.PROTECT, related_name="self_scores", verbose_name=_("team in a round")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    number = models.PositiveSmallIntegerField(_("number"))
    points = models.DecimalField(
        _("own points"),
        max_digits=POINT_DIGITS,
        decimal_places=MOST_DECIMALS,
        null=True,
        help_text=_("Empty: withdrawn."),
    )

    objects = SelfScoreQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round_team", "indicator", "number"]
        verbose_name = _("self-score")
        verbose_name_plural = _("self-scores")
        constraints = [
            models.UniqueConstraint(fields=["round_team", "indicator", "number"], name="self_score_number"),
            models.CheckConstraint(name="self_score_not_negative", condition=Q(points=None) | Q(points__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.round_team} {self.indicator}"


class FactQuestionQuerySet(models.QuerySet):
    """Questions about questions."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre, the office and leaders, otherwise those of the person's own teams."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self
        return self.filter(team__in=team_ids_of(user))

    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(state=QuestionState.OPEN)


class FactQuestion(Editable):
    """A team's question about one of its frozen facts (疑问), and the centre's answer to it."""

    WITHHELD_FROM_AUDIT = frozenset({"reason", "answer"})

    corrected_in = RoundState.CHECKING
    """The state of a round in which a fact is corrected on a question and otherwise is not."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="questions", verbose_name=_("round"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    veto = models.CharField(_("veto"), max_length=CODE_LENGTH, blank=True)
    number = models.PositiveSmallIntegerField(_("number of the value questioned"), help_text=_("0: there is none."))
    row = models.TextField(_("row questioned"), blank=True, help_text=_("Canonical JSON that tells the row apart."))
    reason = models.TextField(_("why it is not right"))
    state = models.CharField(_("state"), max_length=12, choices=QuestionState, default=QuestionState.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("questioned by")
    )
    asked_at = models.DateTimeField(_("questioned at"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = FactQuestionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["round", "asked_at", "pk"]
        verbose_name = _("question about a fact")
        verbose_name_plural = _("questions about facts")
        constraints = [
            models.CheckConstraint(
                name="question_about_one_fact",
                condition=Q(indicator__isnull=False, veto="") | (Q(indicator=None) & ~Q(veto="")),
            ),
            models.UniqueConstraint(
                fields=["round", "team", "indicator"],
                condition=Q(state="open", indicator__isnull=False),
                name="question_one_open",
                violation_error_message=_("A question about this fact has not been answered yet."),
            ),
            models.UniqueConstraint(
                fields=["round", "team", "veto"],
                condition=Q(state="open", indicator=None),
                name="question_one_open_of_veto",
                violation_error_message=_("A question about this fact has not been answered yet."),
            ),
            models.CheckConstraint(
                name="question_answered_whole",
                condition=Q(state="open", answered_by=None, answered_at=None, answer="")
                | (~Q(state="open") & Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(name="question_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.fact}"

    def get_absolute_url(self) -> str:
        return f"{reverse('fact_sheet', args=[self.round_id, self.team.code])}#{self.fact}"

    @property
    def fact(self) -> str:
        """The code of the indicator or veto asked about."""
        return self.indicator.code if self.indicator else self.veto

    @property
    def state_tone(self) -> str:
        return QuestionState(self.state).tone


class QuestionEvidence(Evidence):
    """A file that a team sends with a question."""

    owner = models.ForeignKey(FactQuestion, models.PROTECT, related_name="evidence", verbose_name=_("question"))


class RowDecision(InsertOnly):
    """How one row of a measured value was corrected: set aside, counted otherwise, or added with a document.

    It belongs to the value that it led to, whose sums follow from the rows. A later value of the same indicator and
    team repeats the decisions that still stand. One of another round about the same row is taken over, or declined,
    which changes nothing in the row: `offered` is that decision.
    """

    value = models.ForeignKey(MeasuredValue, models.PROTECT, related_name="decisions", verbose_name=_("measured value"))
    number = models.PositiveSmallIntegerField(_("number"))
    outcome = models.CharField(_("what becomes of the row"), max_length=10, choices=RowOutcome)
    row = models.TextField(
        _("row"), help_text=_("Canonical JSON that tells the row apart, or the title of an added one.")
    )
    because = models.CharField(_("counts as"), max_length=20, blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)
    basis = models.TextField(_("basis"))
    question = models.ForeignKey(
        FactQuestion, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("question")
    )
    offered = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decision of another round")
    )

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["value", "number"]
        verbose_name = _("decision about a row")
        verbose_name_plural = _("decisions about rows")
        constraints = [
            models.UniqueConstraint(fields=["value", "number"], name="row_decision_number"),
            models.UniqueConstraint(fields=["value", "row"], name="row_decision_once"),
            models.CheckConstraint(
                name="row_decision_whole",
                condition=~Q(row="")
                & ~Q(basis="")
                & (
                    Q(outcome="set_aside", because="")
                    | (Q(outcome="counted") & ~Q(because=""))
                    | (Q(outcome="added") & ~Q(because="") & ~Q(document=""))
                    | Q(outcome="declined", because="", document="", offered__isnull=False)
                ),
                violation_error_message=_(
                    "A decision about a row says what it counts as and why; one is declined only if it was offered."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.outcome}"

"""Public notices in which teams appeal: of a round's result, of a corrected one beside the published result, of a year.

All end at 18:00 of their last working day, and an allowed appeal that changes a rank or a grade extends the first two
alike; a year is computed anew after the correction that it leads to
(docs/rules.md#appeals).
"""

from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import CalendarDay

from ..models import Appeal, AppealDecision, AssessmentRound, Result, ResultCorrection, RoundTeam, YearResult
from ..models.appeal import AppealQuerySet
from ..models.round import RoundTeamQuerySet
from ..rounds.stage_days import EXTENDED_DAYS, StageDays, closing
from ..states import (
    PUBLISHED_STATES,
    RESULT_CORRECTION_SHOWN,
    SHOWN,
    YEAR_SHOWN,
    ResultCorrectionState,
    RoundState,
    YearState,
)
from .readiness import latest_result
from .year_readiness import notice_end


class PublicNotice:
    """The public notice of a round's result; `known`: as it was at that moment, by default as it is."""

    correction: ResultCorrection | None = None
    """The correction whose result is in notice."""

    year: YearResult | None = None
    """The result of a year that is in notice; the round is then the one of which a fact is said to be wrong."""

    unchanged: Text = ""
    """Why a matter that is as in `compared` is not appealed."""

    def __init__(self, round: AssessmentRound, *, known: datetime | None = None) -> None:
        self.round = round
        self.known = known

    @property
    def title(self) -> str:
        """What is in notice."""
        return self.round.title

    @property
    def is_on(self) -> bool:
        """Whether appeals are decided in it now."""
        return self.round.state == RoundState.PUBLIC_NOTICE

    @property
    def is_shown(self) -> bool:
        """Whether everybody sees what it shows: from the notice on."""
        return self.round.state in SHOWN

    @property
    def url(self) -> str:
        """The page of the notice with its appeals."""
        return reverse("round_appeals", args=[self.round.pk])

    @property
    def results_url(self) -> str:
        """The page of the result in notice."""
        return self.round.get_absolute_url()

    @property
    def seats(self) -> RoundTeamQuerySet:
        """The teams that it is about, in their rounds."""
        return RoundTeam.objects.active().filter(round=self.round)

    def appeal_url(self, seat: RoundTeam) -> str:
        """The page on which a team appeals."""
        return reverse("appeal_new", args=[seat.round_id, seat.team.code])

    @cached_property
    def result(self) -> Result | None:
        """The result that stands in it."""
        return latest_result(self.round)

    @property
    def compared(self) -> Result | None:
        """The result from which an appealed matter must differ; None: everything is appealed."""
        return None

    @cached_property
    def days(self) -> StageDays:
        """The days of the round's stages."""
        steps = None if self.known is None else list(self.round.steps.filter(at__lte=self.known).order_by("number"))
        return StageDays(self.round, steps)

    @cached_property
    def begun(self) -> datetime | None:
        """When it was posted; None where it has not begun, or was ended by a step back."""
        return self.days.begun(RoundState.PUBLIC_NOTICE)

    def end_by(self, decided: datetime | None) -> datetime | None:
        """When it ends if no appeal, or the decision at this moment, extends it; None before it."""
        return self.days.notice_end(extended_by=decided)

    @property
    def first_end(self) -> datetime | None:
        """The end as posted."""
        return self.end_by(None)

    @cached_property
    def end(self) -> datetime | None:
        """The end, as extended by the last decision that changed a rank or a grade."""
        return self.days.end(RoundState.PUBLIC_NOTICE)

    @property
    def appeals(self) -> AppealQuerySet:
        """The appeals filed in the round's notices of this kind."""
        return Appeal.objects.filter(round=self.round, result_correction=self.correction, year_result=None)

    @cached_property
    def results(self) -> list[Result]:
        """The result with which it began and the one of the last allowed appeal; one where none was allowed."""
        if self.begun is None:
            return []
        posted = self.round.results.filter(at__lte=self.begun).select_related("by").latest("number")
        allowed = AppealDecision.objects.allowed().filter(appeal__in=self.appeals, at__gte=self.begun)
        last = allowed.select_related("result__by").order_by("-number").first()
        return [posted] if last is None else [posted, last.result]


class CorrectionNotice(PublicNotice):
    """The public notice of a corrected result: only what the correction changes is appealed."""

    correction: ResultCorrection
    unchanged = _("The correction leaves this as it was: only what it changes can be appealed.")

    def __init__(self, correction: ResultCorrection, *, known: datetime | None = None) -> None:
        super().__init__(correction.round, known=known)
        self.correction = correction

    @property
    def title(self) -> str:
        named = gettext("Correction No. %(number)s") % {"number": self.correction.number}
        return f"{self.round.title} · {named}"

    @property
    def is_on(self) -> bool:
        return self.correction.state == ResultCorrectionState.PUBLIC_NOTICE

    @property
    def is_shown(self) -> bool:
        return self.correction.state in RESULT_CORRECTION_SHOWN

    @property
    def url(self) -> str:
        return reverse("result_correction_appeals", args=[self.round.pk, self.correction.number])

    @property
    def results_url(self) -> str:
        return self.correction.get_absolute_url()

    def appeal_url(self, seat: RoundTeam) -> str:
        return reverse("result_correction_appeal_new", args=[self.round.pk, self.correction.number, seat.team.code])

    @cached_property
    def result(self) -> Result | None:
        return self.correction.result

    @property
    def compared(self) -> Result:
        return self.correction.corrects

    @cached_property
    def begun(self) -> datetime | None:
        if self.known is None and not self.is_shown:
            return None
        steps = self.correction.steps.filter(to_state=ResultCorrectionState.PUBLIC_NOTICE).order_by("-number")
        if self.known is not None:
            steps = steps.filter(at__lte=self.known)
        return steps.values_list("at", flat=True).first()

    def end_by(self, decided: datetime | None) -> datetime | None:
        if self.begun is None:
            return None
        calendar = CalendarDay.objects.working_days()
        end = closing(calendar, day_of(self.begun), self.round.plan.rules.publicity_days)
        return end if decided is None else max(end, closing(calendar, day_of(decided), EXTENDED_DAYS))

    @cached_property
    def end(self) -> datetime | None:
        if self.begun is None:
            return None
        moved = AppealDecision.objects.filter(appeal__in=self.appeals, changes_places=True, at__gte=self.begun)
        return self.end_by(moved.order_by("-number").values_list("at", flat=True).first())


class YearNotice(PublicNotice):
    """The public notice of a year's result: a fact of one of its rounds is appealed.

    `round`: that round, by default the last one, under whose plan the year is judged.
    """

    year: YearResult
    unchanged = _("This is as in the published result of the year: only what has changed since can be appealed.")

    def __init__(self, year: YearResult, round: AssessmentRound | None = None) -> None:
        self.year = year
        super().__init__(round or self.last_round)

    @cached_property
    def last_round(self) -> AssessmentRound:
        """The last of the year's published rounds. One query."""
        rounds = self._rounds().select_related("plan__plan", "action")
        last: AssessmentRound = rounds.order_by("-starts_on", "-pk")[0]
        return last

    @property
    def title(self) -> str:
        return gettext("Result of %(year)s") % {"year": self.year.year}

    @cached_property
    def state(self) -> YearState:
        """The state of the year's result."""
        return self.year.last_state

    @property
    def is_on(self) -> bool:
        return self.state == YearState.PUBLIC_NOTICE

    @property
    def is_shown(self) -> bool:
        return self.state in YEAR_SHOWN

    @property
    def url(self) -> str:
        return reverse("year_appeals", args=[self.year.code, self.year.year])

    @property
    def results_url(self) -> str:
        return self.year.get_absolute_url()

    @property
    def seats(self) -> RoundTeamQuerySet:
        return RoundTeam.objects.active().filter(round__in=self._rounds().order_by().values("pk"))

    def _rounds(self) -> QuerySet[AssessmentRound]:
        """The year's published rounds."""
        rounds = AssessmentRound.objects.of_year(self.year.action, self.year.code, self.year.year)
        return rounds.filter(state__in=PUBLISHED_STATES)

    def appeal_url(self, seat: RoundTeam) -> str:
        return reverse("year_appeal_new", args=[seat.round_id, seat.team.code])

    @cached_property
    def result(self) -> Result | None:
        """The result of the round that counts."""
        return Result.objects.published().filter(round=self.round).first()

    @cached_property
    def compared(self) -> Result | None:
        """The round's result in the result of the year that was published before; None: it was not."""
        years = YearResult.objects.published().of_year(self.year.action, self.year.code, self.year.year)
        before = years.filter(number__lt=self.year.number).order_by("-number").first()
        return before and Result.objects.published(before.at).filter(round=self.round).first()

    @cached_property
    def begun(self) -> datetime | None:
        steps = self.year.steps.filter(state=YearState.PUBLIC_NOTICE).order_by("-number")
        return steps.values_list("at", flat=True).first() if self.is_shown else None

    def end_by(self, decided: datetime | None) -> datetime | None:
        """Its end; no decision extends it, for the year is computed anew after the correction that one leads to."""
        return notice_end(self.year, self.last_round.plan.rules) if self.is_shown else None

    @cached_property
    def end(self) -> datetime | None:
        return self.end_by(None)

    @property
    def appeals(self) -> AppealQuerySet:
        """The appeals filed in the notices of the year."""
        return Appeal.objects.of_year(self.year.action, self.year.code, self.year.year)

    @property
    def results(self) -> list[Result]:
        """None: nothing is scored in it."""
        return []


def year_notice_of(round: AssessmentRound) -> YearNotice | None:
    """The notice of the last result of the year that a round counts in; None where it has no result."""
    code, year = round.plan.rules.code, round.starts_on.year
    last = YearResult.objects.of_year(round.action, code, year).select_related("action").order_by("-number").first()
    return None if last is None or round.state not in PUBLISHED_STATES else YearNotice(last, round)


def notice_of(appeal: Appeal, *, known: datetime | None = None) -> PublicNotice:
    """The public notice in which an appeal was filed."""
    correction = appeal.result_correction
    if appeal.year_result is not None:
        return YearNotice(appeal.year_result, appeal.round)
    if correction is None:
        return PublicNotice(appeal.round, known=known)
    correction.round = appeal.round
    return CorrectionNotice(correction, known=known)

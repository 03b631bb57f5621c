"""Public notices in which teams appeal: of a round's result, and of a corrected one beside the published result.

Both end at 18:00 of their last working day, and an allowed appeal that changes a rank or a grade extends both alike
(docs/rules.md#appeals).
"""

from datetime import datetime
from functools import cached_property

from django.urls import reverse

from governance.clock import day_of
from governance.people.models import CalendarDay

from ..models import Appeal, AppealDecision, AssessmentRound, Result, ResultCorrection
from ..models.appeal import AppealQuerySet
from ..rounds.stage_days import EXTENDED_DAYS, StageDays, closing
from ..states import RESULT_CORRECTION_SHOWN, SHOWN, ResultCorrectionState, RoundState
from .readiness import latest_result


class PublicNotice:
    """The public notice of a round's result; `known`: as it was at that moment, by default as it is."""

    correction: ResultCorrection | None = None
    """The correction whose result is in notice."""

    def __init__(self, round: AssessmentRound, *, known: datetime | None = None) -> None:
        self.round = round
        self.known = known

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

    def appeal_url(self, team_code: str) -> str:
        """The page on which a team appeals."""
        return reverse("appeal_new", args=[self.round.pk, team_code])

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
        return Appeal.objects.filter(round=self.round, result_correction=self.correction)

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

    def __init__(self, correction: ResultCorrection, *, known: datetime | None = None) -> None:
        super().__init__(correction.round, known=known)
        self.correction = correction

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

    def appeal_url(self, team_code: str) -> str:
        return reverse("result_correction_appeal_new", args=[self.round.pk, self.correction.number, team_code])

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


def notice_of(appeal: Appeal, *, known: datetime | None = None) -> PublicNotice:
    """The public notice in which an appeal was filed."""
    correction = appeal.result_correction
    if correction is None:
        return PublicNotice(appeal.round, known=known)
    correction.round = appeal.round
    return CorrectionNotice(correction, known=known)

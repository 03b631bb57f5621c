"""Freezes the measures at the cut-off, with the rows behind them; from then on the round uses only frozen values."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, some_names
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import canonical, locked, raise_version, record, verb
from teams.models import ReportingPeriod
from teams.states import check_move

from ..measures import MEASURES, Measured, Scope
from ..measures.corrections import sums
from ..models import AssessmentRound, FigureSource, Indicator, MeasuredValue, RoundTeam, RowDecision
from ..states import ROUND_FORWARD, RoundState
from .joining import claims_to_join
from .round_states import move
from .rounds import teams_of
from .row_decisions import carried_over, decided_about, repeated, still_declined, values_decided_in
from .sources import concerns, unnamed_sources


@verb(says=_("froze the measures of a round"))
def freeze_measures(round: AssessmentRound, *, by: User, at: datetime) -> AssessmentRound:
    """Measure the work as recorded before the cut-off, store it with the rows behind it, and move to collecting.

    The claims that have been waiting for a round join it. Freezing again after a step back gives the values the next
    number; the earlier ones stay. Corrections are carried over row by row; the audit event names those whose row is
    gone.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not being prepared, the cut-off is in the future, a period of the round is not closed
            or was closed after the cut-off, a team has been founded that has no class, one that is seated was closed
            before the round's last day, or it is not settled who supplies a figure.
    """
    round = locked(round, "plan", "action")
    require("freeze_measures", by, round)
    check_move(round, RoundState.COLLECTING, ROUND_FORWARD)
    hindrance = next(iter([*hindrances(round, at=at), *unnamed_words(unnamed_sources(round))]), None)
    if hindrance is not None:
        raise WrongState(hindrance)
    scope = Scope.of(round)
    indicators = measured_indicators(round)
    found = {name: MEASURES[name].of(scope) for name in {indicator.measure for indicator in indicators}}
    before, numbers = values_decided_in(round), _last_numbers(round)
    values, decisions, gone = [], [], []
    for seat in round.teams.active().select_related("team"):
        for indicator in indicators:
            key = seat.pk, indicator.pk
            value = _frozen(seat, numbers.get(key, 0) + 1, indicator, found[indicator.measure], by=by, at=at)
            if key in before:
                kept, lost = _carry_over(value, before[key])
                decisions += kept
                gone += [f"{indicator.code} {seat.team.code}: {row}" for row in lost]
            values.append(value)
    MeasuredValue.objects.bulk_create(values, batch_size=500)
    RowDecision.objects.bulk_create(decisions)
    change = move(round, RoundState.COLLECTING, by=by, at=at, frozen_at=at)
    change |= {"corrections_gone": gone} if gone else {}
    joined = _take_in_claims(round)
    record("freeze_measures", round, by=by, at=at, change=change | ({"claims": joined} if joined else {}))
    return round


def _last_numbers(round: AssessmentRound) -> dict[tuple[int, int], int]:
    """The number of the last value of each (team in the round, indicator): one query."""
    rows = MeasuredValue.objects.filter(round_team__round=round).order_by().values_list("round_team", "indicator")
    return {(seat, indicator): number for seat, indicator, number in rows.annotate(Max("number"))}


def _carry_over(value: MeasuredValue, before: MeasuredValue) -> tuple[list[RowDecision], list[str]]:
    """Apply to a new value what was decided about the one before; the decisions, and the rows that are gone."""
    measure, decided = MEASURES[value.indicator.measure], decided_about(before)
    rows, fitting, gone = carried_over(measure, json.loads(value.rows), decided)
    value.numerator, value.denominator = sums(measure, rows)
    value.rows = canonical(rows)
    kept = repeated(value, fitting, decided)
    kept += still_declined(value, before, after=len(kept))
    return kept, [one.row for one in gone]


def _take_in_claims(round: AssessmentRound) -> list[int]:
    """Let the claims that wait for a round join this one, under its version of the plan; return their keys."""
    rows = {row.code: row for row in round.plan.indicators.filter(source="events")}
    claims = claims_to_join(round)
    for claim in claims:
        claim.round, claim.plan = round, round.plan
        claim.indicator = rows[claim.indicator.code] if claim.indicator else None
        raise_version(claim, "round", "plan", "indicator")
    return [claim.pk for claim in claims]


def hindrances(round: AssessmentRound, *, at: datetime) -> list[Text]:
    """Why the measures cannot be frozen now, one sentence each, besides figures that nobody supplies."""
    found: list[Text] = []
    if at < round.cut_off_at:
        found.append(_("The data cut-off is %(moment)s. Wait until then.") % {"moment": _moment(round.cut_off_at)})
    for period in ReportingPeriod.objects.filter(
        action=round.action_id, ends_on__range=(round.starts_on, round.ends_on)
    ):
        if period.closed_at is None:
            found.append(_("The reporting period %(period)s is not closed yet.") % {"period": period})
        elif period.closed_at >= round.cut_off_at:
            found.append(
                _("The reporting period %(period)s was closed after the data cut-off. Set a later cut-off.")
                % {"period": period}
            )
    seated = {seat.team_id: seat.team for seat in round.teams.active().select_related("team").order_by("team__order")}
    belonging = {team.pk: team for team in teams_of(round)}
    found += [
        _("“%(team)s” belongs in the round but has no class yet. Edit the round.") % {"team": team}
        for pk, team in belonging.items()
        if pk not in seated
    ]
    found += [
        _("“%(team)s” was closed before the round's last day and cannot take part. Edit the round.") % {"team": team}
        for pk, team in seated.items()
        if pk not in belonging
    ]
    return found


def unnamed_words(sources: Sequence[FigureSource]) -> list[Text]:
    """One sentence for each indicator of which it is not said who supplies the figures of some teams."""
    teams: dict[str, list[str]] = {}
    for source in sources:
        teams.setdefault(str(source.indicator), []).append(source.team.short_name)
    sentence = _("It is not settled who supplies %(indicator)s for %(teams)s. Name a department or the centre.")
    return [sentence % {"indicator": name, "teams": some_names(among)} for name, among in teams.items()]


def measured_indicators(round: AssessmentRound) -> list[Indicator]:
    """The indicators of the round that are measured from the work."""
    concerned = {planned.code for planned in round.plan.rules.indicators if concerns(planned, round)}
    return [indicator for indicator in round.plan.indicators.filter(source="measure") if indicator.code in concerned]


def _frozen(
    seat: RoundTeam, number: int, indicator: Indicator, found: Mapping[int, Measured], *, by: User, at: datetime
) -> MeasuredValue:
    measured = found.get(seat.team_id, MEASURES[indicator.measure].nothing)
    return MeasuredValue(
        round_team=seat,
        indicator=indicator,
        number=number,
        numerator=measured.numerator,
        denominator=measured.denominator,
        rows=canonical(measured.rows),
        by=by,
        at=at,
    )


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")

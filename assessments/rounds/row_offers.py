"""Decisions of other rounds about rows of this one are taken over or declined (docs/rules.md#corrected-rows).

Each is offered wherever the same row of the same measure and team was frozen, by any plan; an added row, which no
freeze meets, in rounds whose days overlap with those of the round that added it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import locked, record, verb

from ..engine.canonical import Data
from ..measures import MEASURES
from ..measures.corrections import choices_of, corrected, frozen, keys_of
from ..models import AssessmentRound, MeasuredValue, RowDecision
from ..states import RoundState, RowOutcome
from .duties import Waiting
from .row_decisions import correction_of, decided_about, declined, next_value, repeated, still_declined

DECIDED_IN = (RoundState.COLLECTING, RoundState.CHECKING)
"""The states of a round in which it is decided about what other rounds decided."""


@dataclass(frozen=True)
class RowOffer:
    """A decision of another round about a row of this one.

    Attributes:
        decision: the other round's, with its round and who made it.
        value: the measured value of this round that it concerns.
        row: the row as it was frozen here; None for one that was added with a document.
        settled: what was decided about it here; None while that is open.
    """

    decision: RowDecision
    value: MeasuredValue
    row: Data | None
    settled: RowDecision | None = None


@verb(says=_("decided about row corrections of other rounds"))
def decide_row_offers(
    round: AssessmentRound,
    *,
    taken: Collection[int],
    declined_for: Mapping[int, str],
    by: User,
    at: datetime,
    seen: Collection[int] | None = None,
) -> list[MeasuredValue]:
    """Take over and decline decisions of other rounds; return the values that got their next number.

    `taken`: ids of the other rounds' decisions; each keeps its basis and is from now on one of this round by `by`.
    `declined_for`: id -> why it is not taken over, after which the row counts as it was frozen. `seen`: the ids that
    the form showed as open.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is neither collecting nor in checking.
        Invalid: nothing is decided, something both ways, or a reason is missing.
        Stale: other ones are open than the form showed, or one of these is no longer.
    """
    round = locked(round, "plan", "action")
    require("decide_row_offers", by, round)
    if round.state not in DECIDED_IN:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Row corrections of other rounds are decided before scoring.")
            % {"round": round, "state": round.get_state_display()}
        )
    open_ = {offer.decision.pk: offer for offer in row_offers(round, at=at) if offer.settled is None}
    if {*taken, *declined_for} - open_.keys() or (seen is not None and set(seen) != open_.keys()):
        raise Stale()
    if not taken and not declined_for:
        raise Invalid(_("Choose for at least one row whether its correction is taken over."))
    faults = {
        f"reason-{key}": _("Say why it is not taken over.") for key, why in declined_for.items() if not why.strip()
    }
    faults |= {f"choice-{key}": _("Either take it over or decline it.") for key in declined_for if key in taken}
    if faults:
        raise Invalid(fields=faults)
    by_value: dict[int, list[RowOffer]] = {}
    for key in sorted(taken):
        by_value.setdefault(open_[key].value.pk, []).append(open_[key])
    kept = {pk: _take_over(offers, by=by, at=at) for pk, offers in by_value.items()}
    for key in sorted(declined_for):
        offer = open_[key]
        value = kept.get(offer.value.pk, offer.value)
        number = value.decisions.count() + 1
        declined(
            value,
            offer.decision.row,
            offered=offer.decision,
            basis=declined_for[key].strip(),
            by=by,
            at=at,
            number=number,
        ).save()
    change: dict[str, Any] = {
        "taken_over": [_named(open_[key]) for key in sorted(taken)],
        "declined": [_named(open_[key]) for key in sorted(declined_for)],
        "reason": WITHHELD,
    }
    record("decide_row_offers", round, by=by, at=at, change=change)
    return list(kept.values())


def row_offers(round: AssessmentRound, *, at: datetime) -> list[RowOffer]:
    """What other rounds decided by then about rows of this one, by team and indicator: one query where nothing was
    decided elsewhere, else four.

    Where several rounds decided about a row, the last decision that says something new is the one that is offered.
    """
    teams = round.teams.active().values("team")
    measures = round.plan.indicators.filter(source="measure").values("measure")
    elsewhere = (
        RowDecision.objects.filter(
            value__in=MeasuredValue.objects.standing(at),
            value__round_team__team__in=teams,
            value__indicator__measure__in=measures,
            at__lte=at,
        )
        .exclude(outcome=RowOutcome.DECLINED)
        .exclude(value__round_team__round=round)
        .exclude(value__round_team__round__state=RoundState.ABANDONED)
        .exclude(offered__value__round_team__round=round)
    )
    related = elsewhere.select_related("by", "value__indicator", "value__round_team__round").defer("value__rows")
    found: dict[tuple[int, str], dict[str, RowDecision]] = {}
    for decision in related.order_by("at", "pk"):
        concerned = decision.value.round_team.team_id, decision.value.indicator.measure
        known = found.setdefault(concerned, {})
        if decision.row not in known or correction_of(known[decision.row]) != correction_of(decision):
            known[decision.row] = decision
    if not found:
        return []
    values = MeasuredValue.objects.standing(at).filter(
        round_team__round=round,
        round_team__is_active=True,
        round_team__team__in={team for team, _measure in found},
        indicator__measure__in={measure for _team, measure in found},
    )
    values = values.select_related("indicator", "round_team__team").prefetch_related(
        "decisions__by", "decisions__offered"
    )
    return [
        offer
        for value in values.order_by("round_team__team__order", "indicator__order")
        for offer in _offered(round, value, found.get((value.round_team.team_id, value.indicator.measure), {}))
    ]


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """The corrections of other rounds that keep this one from checking and from scoring."""
    if to not in (RoundState.CHECKING, RoundState.SCORING):
        return []
    words = _("“%(other)s” corrected a row of %(indicator)s of “%(team)s”. Take that over here, or decline it.")
    return [
        Waiting(
            words
            % {
                "other": offer.decision.value.round_team.round,
                "indicator": offer.value.indicator.code,
                "team": offer.value.round_team.team,
            },
            reverse("row_offers", args=[round.pk]),
        )
        for offer in row_offers(round, at=at)
        if offer.settled is None
    ]


def rows_gone(round: AssessmentRound) -> list[tuple[RowDecision, Data]]:
    """The last decision about each row that was frozen earlier and is not among the rows any more, with the row as it
    was: at most two queries."""
    later = RowDecision.objects.filter(value__round_team__round=round).exclude(outcome=RowOutcome.ADDED)
    related = later.select_related("by", "value__indicator", "value__round_team__team").order_by("at", "pk")
    last = {(one.value.round_team_id, one.value.indicator_id, one.row): one for one in related}
    if not last:
        return []
    values = MeasuredValue.objects.standing().filter(
        round_team__round=round,
        round_team__in={seat for seat, _indicator, _row in last},
        indicator__in={indicator for _seat, indicator, _row in last},
    )
    present = {(value.round_team_id, value.indicator_id): keys_of(json.loads(value.rows)) for value in values}
    gone = [one for (seat, indicator, row), one in last.items() if row not in present.get((seat, indicator), ())]
    return [(one, _row_of(one)) for one in gone]


def _row_of(decision: RowDecision) -> Data:
    """The row that a decision is about, as its value holds it."""
    rows = json.loads(decision.value.rows)
    return rows[keys_of(rows).index(decision.row)]


def _offered(round: AssessmentRound, value: MeasuredValue, decided: Mapping[str, RowDecision]) -> list[RowOffer]:
    """The decisions that concern a value: of rows that are in it and can count so, and of those added in its days."""
    measure = MEASURES[value.indicator.measure]
    rows = json.loads(value.rows)
    stored = [row for row in rows if row.get("kind") != "added"]
    present = dict(zip(keys_of(stored), frozen(rows), strict=True))
    settled = {one.row: one for one in value.decisions.all()}
    found = []
    for key, decision in decided.items():
        other = decision.value.round_team.round
        row = present.get(key)
        if decision.outcome == RowOutcome.ADDED:
            fits = other.starts_on <= round.ends_on and round.starts_on <= other.ends_on
        else:
            fits = row is not None and (not decision.because or decision.because in choices_of(measure, row))
        if fits:
            found.append(RowOffer(decision, value, row, settled.get(key)))
    return found


def _take_over(offers: Sequence[RowOffer], *, by: User, at: datetime) -> MeasuredValue:
    """Write a value's next number with what stands about its rows and what is taken over."""
    value = offers[0].value
    decided = decided_about(value)
    new = {
        correction_of(offer.decision): RowDecision(basis=offer.decision.basis, by=by, offered=offer.decision)
        for offer in offers
    }
    corrections = [*decided, *new]
    rows = corrected(MEASURES[value.indicator.measure], frozen(json.loads(value.rows)), corrections)
    kept = next_value(value, rows, by=by, at=at)
    kept.save()
    decisions = repeated(kept, corrections, {**decided, **new})
    decisions += still_declined(kept, value, after=len(decisions))
    RowDecision.objects.bulk_create(decisions)
    return kept


def _named(offer: RowOffer) -> dict[str, object]:
    """An offer in the audit log: of which team, indicator and round."""
    value = offer.value
    return {
        "team": value.round_team.team.code,
        "indicator": value.indicator.code,
        "round": offer.decision.value.round_team.round_id,
        "decision": offer.decision.pk,
    }

"""The frozen rows of a round as the engine's facts (docs/rules.md#from-work-to-result)."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypedDict

from django.db.models import Prefetch

from governance.lists.reading import once
from governance.people.models import Department, User

from ..engine import Event, Facts, Mark, Team, rate
from ..engine.entries import read_value
from ..engine.plan import Plan
from ..engine.rating import Points
from ..measures import MEASURES
from ..models import (
    AssessmentRound,
    ClaimStep,
    Figure,
    LeftOut,
    MeasuredValue,
    RoundTeam,
    RowDecision,
    SignedMark,
)
from .matters import Matter, matter_of, paid_before, standing_claims
from .vote_facts import tallies_of

Entries: TypeAlias = dict[str, dict[str, Any]]
"""Indicator code -> team code -> entry."""


class Named(TypedDict):
    """A person or department in a document: its key, and what it was called on that day."""

    key: int
    name: str


class Signed(TypedDict):
    """Who entered something, and when."""

    by: Named | None
    at: str


@once
def standing_facts(round: AssessmentRound, *, at: datetime) -> tuple[Facts, list[RoundTeam]]:
    """The facts of a round as they stand at a moment, without their sources, its teams in document order.

    The queries of `gather`.
    """
    return gather(round, before=at, with_sources=False)


@once
def standing_points(round: AssessmentRound, *, at: datetime) -> tuple[Facts, list[RoundTeam], Points]:
    """Those facts and teams with the points that they give."""
    facts, seats = standing_facts(round, at=at)
    return facts, seats, rate(round.plan.rules, facts, round.kind)


def gather(
    round: AssessmentRound, *, before: datetime, codes: Mapping[int, str] | None = None, with_sources: bool = True
) -> tuple[Facts, list[RoundTeam]]:
    """The facts of a round from its stored rows, and its teams in order. Twelve queries at most.

    Nothing is read from tasks, reports or lamps. `before`: the moment of scoring; results that other rounds publish
    later do not count as paid. `codes`: the teams by id, named and ordered as when the round was scored; by default
    with their present codes, in document order. `with_sources`: whether the facts say where each value came from, as a
    result keeps it; points do not depend on it, and most of the time goes into it.
    """
    seats = list(round.teams.active().select_related("team").order_by("team__order"))
    name_of = codes or {seat.team_id: seat.team.code for seat in seats}
    position = {team: place for place, team in enumerate(name_of)}
    seats.sort(key=lambda seat: position[seat.team_id])
    rules = round.plan.rules
    values: Entries = {}
    targets: Entries = {}
    provenance: Entries = {
        "@round": _headline(round),
        "@teams": {name_of[seat.team_id]: {"name": seat.team.name} for seat in seats},
    }
    sources = provenance if with_sources else None
    _take_measures(round, name_of, values, sources, before)
    _take_figures(round, rules, name_of, values, targets, sources, before)
    marks = _take_marks(round, name_of, provenance, before)
    events, vetoes = _take_claims(round, rules, name_of, provenance, before)
    votes, tallies = tallies_of(round, name_of, before=before)
    for code, by_team in tallies.items():
        provenance.setdefault(code, {}).update(by_team)
    facts = Facts.gather(
        [Team(name_of[seat.team_id], seat.team_class, seat.age_days) for seat in seats],
        values=values,
        targets=targets,
        marks=marks,
        votes=votes,
        events=events,
        vetoes=vetoes,
        left_out=_take_left_out(round, name_of, before),
        provenance=provenance if with_sources else {},
    )
    return facts, seats


def _headline(round: AssessmentRound) -> dict[str, object]:
    """The header of the result, stored in its document so that the document can be read alone."""
    return {
        "action": round.action.code,
        "title": round.title,
        "starts_on": round.starts_on.isoformat(),
        "ends_on": round.ends_on.isoformat(),
        "cut_off_at": round.cut_off_at.isoformat(),
        "plan": {"sha256": round.plan.sha256},
    }


def _take_measures(
    round: AssessmentRound, name_of: Mapping[int, str], values: Entries, sources: Entries | None, at: datetime
) -> None:
    """The value of each measured indicator and team that stood at a moment, with the decisions about its rows."""
    kept = MeasuredValue.objects.standing(at).filter(round_team__round=round, round_team__is_active=True)

    def put(code: str, measure: str, team: int, numerator: int | None, denominator: int | None) -> None:
        values.setdefault(code, {})[name_of[team]] = MEASURES[measure].value(numerator, denominator)

    if sources is None:
        numbers = ("indicator__code", "indicator__measure", "round_team__team", "numerator", "denominator")
        for row in kept.values_list(*numbers):
            put(*row)
        return
    related = ("by", "offered__value__round_team__round")
    decided = RowDecision.objects.filter(at__lte=at).select_related(*related).order_by("number")
    found = kept.select_related("indicator", "round_team", "by").prefetch_related(Prefetch("decisions", decided))
    for measured in found:
        indicator, team = measured.indicator, measured.round_team.team_id
        put(indicator.code, indicator.measure, team, measured.numerator, measured.denominator)
        source: dict[str, Any] = {
            "measure": MEASURES[indicator.measure].name,
            "number": measured.number,
            "numerator": measured.numerator,
            "denominator": measured.denominator,
            "rows": json.loads(measured.rows),
            **_signed(measured.by, measured.at),
        }
        if decisions := [_row_decided(one) for one in measured.decisions.all()]:
            source["decisions"] = decisions
        sources.setdefault(indicator.code, {})[name_of[team]] = source


def _row_decided(decision: RowDecision) -> dict[str, Any]:
    """A decision about a row, as stored in a document."""
    kept = {name: getattr(decision, name) for name in ("outcome", "row", "because", "document", "basis")}
    if decision.offered is not None:
        round = decision.offered.value.round_team.round
        kept["offered"] = {"key": decision.offered_id, "round": {"key": round.pk, "name": round.title}}
    return kept | dict(_signed(decision.by, decision.at))


def _take_figures(
    round: AssessmentRound,
    rules: Plan,
    name_of: Mapping[int, str],
    values: Entries,
    targets: Entries,
    sources: Entries | None,
    before: datetime,
) -> None:
    """The latest figure of each source by that moment; an empty one is withdrawn, or says that there is none."""
    entered = Figure.objects.filter(source__round=round, source__team__in=list(name_of), at__lte=before)
    entered = entered.order_by("number")

    def put(code: str, team: int, text: str, target: Decimal | None) -> None:
        values.setdefault(code, {})[name_of[team]] = read_value(rules.indicator(code), text) if text else None
        targets.setdefault(code, {})[name_of[team]] = target.normalize() if target is not None else None

    if sources is None:
        for row in entered.values_list("source__indicator__code", "source__team", "value", "target"):
            put(*row)
        return
    related = entered.select_related(
        *("source__indicator", "source__department", "department", "by"),
        *("confirmation__by", "countersignature__by"),
    )
    for figure in related:
        code, team = figure.source.indicator.code, figure.source.team_id
        put(code, team, figure.value, figure.target)
        sources.setdefault(code, {})[name_of[team]] = {
            "figure": figure.number,
            "value": figure.value,
            "document": figure.document,
            "basis": figure.basis,
            "department": _named(figure.department or figure.source.department),
            **_supplied(figure, before),
            **_signed(figure.by, figure.at),
        }


def _supplied(figure: Figure, before: datetime) -> dict[str, Any]:
    """How a department supplied a figure; nothing where the centre entered it for none."""
    found: dict[str, Any] = {}
    if figure.no_figure:
        found["no_figure"] = True
    if figure.confirmation is not None:
        found["confirmation"] = {
            "number": figure.confirmation.number,
            **_signed(figure.confirmation.by, figure.confirmation.at),
        }
    elif figure.department_id is not None:
        found["on_behalf"] = True
    signature = getattr(figure, "countersignature", None)
    if signature is not None and signature.at <= before:
        found["countersigned"] = {"reason": signature.reason, **_signed(signature.by, signature.at)}
    return found


def _take_marks(
    round: AssessmentRound, name_of: Mapping[int, str], provenance: Entries, before: datetime
) -> dict[str, dict[str, list[Mark]]]:
    """The signed marks that counted at the moment `before`, the second in place of the first, in the order of seats."""
    marks: dict[str, dict[str, list[Mark]]] = {}
    if not any(indicator.source == "panel" for indicator in round.plan.rules.indicators):
        return marks
    signed = SignedMark.objects.filter(seat__round=round, team__in=list(name_of))
    for mark in signed.latest_of_each(before):
        code, team = mark.indicator.code, name_of[mark.team_id]
        marks.setdefault(code, {}).setdefault(team, []).append(Mark(mark.mark.normalize(), mark.label))
        provenance.setdefault(code, {}).setdefault(team, []).append(
            {
                "mark": str(mark.mark),
                "judge": mark.label,
                "seat": mark.seat_id,
                "number": mark.number,
                **_signed(mark.by, mark.at),
            }
        )
    return marks


def _take_claims(
    round: AssessmentRound, rules: Plan, name_of: Mapping[int, str], provenance: Entries, before: datetime
) -> tuple[Entries, Entries]:
    """The claims that stood at the moment of scoring: events by indicator, and vetoes."""
    events: Entries = {}
    vetoes: Entries = {}
    spelled: dict[Matter, str] = {}
    paid = paid_before(round, rules, before=before)
    for step in standing_claims(round, before=before):
        claim, team = step.claim, name_of.get(step.claim.team_id)
        if team is None:
            continue
        source = {
            "claim": claim.pk,
            "matter": step.matter,
            "document": step.document,
            "basis": claim.basis,
            **_signed(claim.entered_by, claim.entered_at),
            **_decided(step),
        }
        if claim.indicator is None:
            vetoes.setdefault(claim.veto, {}).setdefault(team, []).append(source)
            continue
        code, matter = claim.indicator.code, matter_of(step)
        event = Event(step.level, spelled.setdefault(matter, step.matter), paid=paid.get(matter, ""))
        events.setdefault(code, {}).setdefault(team, []).append(event)
        provenance.setdefault(code, {}).setdefault(team, []).append({**source, "level": step.level})
    return events, vetoes


def _take_left_out(round: AssessmentRound, name_of: Mapping[int, str], at: datetime) -> Entries:
    """The decisions that an indicator is left out for a team, as they stood at a moment."""
    left_out: Entries = {}
    standing = LeftOut.objects.standing(at).filter(round=round, team__in=list(name_of))
    for decision in standing.select_related("indicator", "by").order_by("indicator__order", "team__order"):
        left_out.setdefault(decision.indicator.code, {})[name_of[decision.team_id]] = {
            "number": decision.number,
            "document": decision.document,
            "reason": decision.reason,
            **_signed(decision.by, decision.at),
        }
    return left_out


def _decided(step: ClaimStep) -> dict[str, object]:
    """What a document says of a claim since claims are filed and decided; nothing more of an event entered before."""
    claim = step.claim
    if (step.by_id, step.at) == (claim.entered_by_id, claim.entered_at):
        return {}
    return {
        "step": step.number,
        "issuer": claim.issuer,
        "on": claim.on.isoformat() if claim.on else "",
        "decided": _signed(step.by, step.at),
    }


def _signed(by: User | None, at: datetime) -> Signed:
    """Who and when, as stored in a document: the person by key and by the name of that day."""
    return {"by": _named(by), "at": at.isoformat()}


def _named(row: User | Department | None) -> Named | None:
    return None if row is None else {"key": row.pk, "name": str(row)}

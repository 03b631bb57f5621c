"""The frozen rows of a round as the engine's facts (docs/rules.md#from-work-to-result)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypedDict

from governance.people.models import Department, User

from ..engine import Event, Facts, Team
from ..engine.entries import read_value
from ..engine.plan import Plan
from ..measures import MEASURES
from ..models import AssessmentRound, Claim, Figure, LeftOut, MeasuredValue, RoundTeam
from ..states import ClaimState
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


def gather(
    round: AssessmentRound, *, before: datetime, codes: Mapping[int, str] | None = None
) -> tuple[Facts, list[RoundTeam]]:
    """The facts of a round from its stored rows, and its teams in order. Seven queries.

    Nothing is read from tasks, reports or lamps. `before`: the moment of scoring; results that other rounds publish
    later do not count as paid. `codes`: the teams by id, named and ordered as when the round was scored; by default
    with their present codes, in document order.
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
    _take_measures(round, name_of, values, provenance)
    _take_figures(round, rules, name_of, values, targets, provenance)
    events, vetoes = _take_claims(round, rules, name_of, provenance, before)
    votes, tallies = tallies_of(round, name_of, before=before)
    for code, by_team in tallies.items():
        provenance.setdefault(code, {}).update(by_team)
    facts = Facts.gather(
        [Team(name_of[seat.team_id], seat.team_class, seat.age_days) for seat in seats],
        values=values,
        targets=targets,
        votes=votes,
        events=events,
        vetoes=vetoes,
        left_out=_take_left_out(round, name_of, before),
        provenance=provenance,
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


def _take_measures(round: AssessmentRound, name_of: Mapping[int, str], values: Entries, provenance: Entries) -> None:
    """The latest frozen value of each measured indicator and team."""
    kept = MeasuredValue.objects.filter(round_team__round=round, round_team__is_active=True).select_related(
        "indicator", "round_team", "by"
    )
    for measured in kept.order_by("number"):
        code, team = measured.indicator.code, name_of[measured.round_team.team_id]
        measure = MEASURES[measured.indicator.measure]
        values.setdefault(code, {})[team] = measure.value(measured.numerator, measured.denominator)
        provenance.setdefault(code, {})[team] = {
            "measure": measure.name,
            "number": measured.number,
            "numerator": measured.numerator,
            "denominator": measured.denominator,
            "rows": json.loads(measured.rows),
            **_signed(measured.by, measured.at),
        }


def _take_figures(
    round: AssessmentRound,
    rules: Plan,
    name_of: Mapping[int, str],
    values: Entries,
    targets: Entries,
    provenance: Entries,
) -> None:
    """The latest figure of each source; an empty one is withdrawn."""
    entered = Figure.objects.filter(source__round=round, source__team__in=list(name_of))
    entered = entered.select_related("source__indicator", "source__department", "by")
    for figure in entered.order_by("number"):
        code, team = figure.source.indicator.code, name_of[figure.source.team_id]
        value = read_value(rules.indicator(code), figure.value) if figure.value else None
        values.setdefault(code, {})[team] = value
        targets.setdefault(code, {})[team] = figure.target.normalize() if figure.target is not None else None
        provenance.setdefault(code, {})[team] = {
            "figure": figure.number,
            "value": figure.value,
            "document": figure.document,
            "basis": figure.basis,
            "department": _named(figure.source.department),
            **_signed(figure.by, figure.at),
        }


def _take_claims(
    round: AssessmentRound, rules: Plan, name_of: Mapping[int, str], provenance: Entries, before: datetime
) -> tuple[Entries, Entries]:
    """Events by indicator, and vetoes, without those withdrawn."""
    events: Entries = {}
    vetoes: Entries = {}
    paid = _paid_before(round, rules, before)
    standing = Claim.objects.filter(round=round, state=ClaimState.APPROVED, team__in=list(name_of))
    for claim in standing.select_related("indicator", "entered_by").order_by("pk"):
        team = name_of[claim.team_id]
        source = {
            "claim": claim.pk,
            "matter": claim.matter,
            "document": claim.document,
            "basis": claim.basis,
            **_signed(claim.entered_by, claim.entered_at),
        }
        if claim.indicator is None:
            vetoes.setdefault(claim.veto, {}).setdefault(team, []).append(source)
            continue
        code = claim.indicator.code
        level = paid.get((claim.team_id, code, claim.matter), "")
        events.setdefault(code, {}).setdefault(team, []).append(Event(claim.level, claim.matter, paid=level))
        provenance.setdefault(code, {}).setdefault(team, []).append({**source, "level": claim.level})
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


def _paid_before(round: AssessmentRound, rules: Plan, before: datetime) -> dict[tuple[int, str, str], str]:
    """The highest level at which a matter was paid in an earlier round of the plan's year, published by then.

    A matter pays once in a plan's year; at a higher level later, the difference is paid then (docs/rules.md#methods).
    """
    earlier = Claim.objects.filter(
        state=ClaimState.APPROVED,
        indicator__isnull=False,
        round__action=round.action_id,
        round__plan__plan__code=rules.code,
        round__results__publication__at__lt=before,
        round__starts_on__year=round.starts_on.year,
        round__starts_on__lt=round.starts_on,
    )
    paid: dict[tuple[int, str, str], str] = {}
    for team, code, matter, level in earlier.order_by("pk").values_list(
        "team_id", "indicator__code", "matter", "level"
    ):
        levels = rules.levels(code)
        if level in levels and levels[level] > levels.get(paid.get((team, code, matter), ""), -1):
            paid[team, code, matter] = level
    return paid


def _signed(by: User | None, at: datetime) -> Signed:
    """Who and when, as stored in a document: the person by key and by the name of that day."""
    return {"by": _named(by), "at": at.isoformat()}


def _named(row: User | Department | None) -> Named | None:
    return None if row is None else {"key": row.pk, "name": str(row)}

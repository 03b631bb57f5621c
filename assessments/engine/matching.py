"""The facts of one plan's round under another plan: what both plans read alike (docs/rules.md#what-would-have-been)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from assessments.engine.facts import Facts
from assessments.engine.methods import Reads
from assessments.engine.methods.banded import Tier
from assessments.engine.methods.counted import Events
from assessments.engine.methods.judged import Panel, Vote
from assessments.engine.plan import Indicator, Plan
from assessments.engine.rating import entries_of

Column = TypeVar("Column")


class Mismatch(StrEnum):
    """Why an indicator has no facts in a round by another plan."""

    UNKNOWN = "unknown"
    """The other plan has no indicator of this code."""
    SOURCE = "source"
    """The facts come from elsewhere: another source or measure."""
    READS = "reads"
    """The method reads something else: a tier instead of a number, marks of another scale."""
    TARGET = "target"
    """It measures against each team's own target, and none was entered."""
    NAMES = "names"
    """A tier, level or group that was entered is not named any more."""


def mismatch(known: Indicator | None, wanted: Indicator, facts: Facts) -> Mismatch | None:
    """Why `wanted` cannot be scored on what was gathered for `known`, its namesake in another plan; None: it can."""
    if known is None:
        return Mismatch.UNKNOWN
    if (known.source, known.measure) != (wanted.source, wanted.measure):
        return Mismatch.SOURCE
    before, after = known.rule.parameters, wanted.rule.parameters
    if before.reads is not after.reads or (
        isinstance(before, Panel) and isinstance(after, Panel) and before.scale != after.scale
    ):
        return Mismatch.READS
    if after.needs_target and not any(facts.targets.get(wanted.code, ())):
        return Mismatch.TARGET
    names = _names(wanted)
    entered = {name for entry in entries_of(wanted, facts) if entry is not None for name in _named(wanted, entry)}
    return Mismatch.NAMES if names is not None and not entered <= set(names) else None


def _names(indicator: Indicator) -> Collection[str] | None:
    """The tiers, levels or groups that the method knows; None where it knows no names."""
    match indicator.rule.parameters:
        case Tier(tiers=names) | Events(levels=names) | Vote(groups=names):
            return names
    return None


def _named(indicator: Indicator, entry: Any) -> set[str]:
    """The names in one team's entry."""
    match indicator.rule.parameters.reads:
        case Reads.TIER:
            return {entry}
        case Reads.EVENTS:
            return {name for event in entry for name in (event.level, event.paid) if name}
        case Reads.VOTES:
            return {vote.group for vote in entry}
    return set()


def matched(facts: Facts, known: Plan, wanted: Plan) -> tuple[Facts, dict[str, Mismatch]]:
    """What `wanted` can read of facts gathered for `known`, and its indicators that cannot be scored on them.

    Those are left out for every team. Vetoes are kept by code.
    """
    namesakes = {indicator.code: indicator for indicator in known.indicators}
    apart = {
        indicator.code: why
        for indicator in wanted.indicators
        if (why := mismatch(namesakes.get(indicator.code), indicator, facts)) is not None
    }
    kept = {indicator.code for indicator in wanted.indicators} - apart.keys()
    everybody: dict[str, object] = {team.code: {} for team in facts.teams}
    vetoes = {veto.code for veto in wanted.vetoes}
    read = replace(
        facts,
        values=_of(facts.values, kept),
        targets=_of(facts.targets, kept),
        marks=_of(facts.marks, kept),
        votes=_of(facts.votes, kept),
        events=_of(facts.events, kept),
        vetoes=_of(facts.vetoes, vetoes),
        left_out=_of(facts.left_out, kept) | dict.fromkeys(apart, everybody),
        provenance={},
    )
    return read, apart


def _of(columns: Mapping[str, Column], codes: Collection[str]) -> dict[str, Column]:
    return {code: column for code, column in columns.items() if code in codes}

"""Indicators for which a plan would have no value: a warning to its drafter, never a fault (docs/rules.md#plans)."""

from dataclasses import dataclass
from datetime import datetime

from teams.models import ReportingPeriod, SpecialAction, SpecialTeam

from ..engine.plan import Indicator, Plan
from ..measures import MEASURES, Measured, Scope


@dataclass(frozen=True)
class Unmeasured:
    """An indicator, and the teams for which its measure had nothing to measure."""

    indicator: Indicator
    teams: list[SpecialTeam]


def unmeasured(plan: Plan, *, at: datetime) -> list[Unmeasured]:
    """The measured indicators without a value for some team in the last closed period. A query for each measure."""
    action = SpecialAction.objects.chosen()
    if action is None:
        return []
    period = ReportingPeriod.objects.filter(action=action, closed_at__lte=at).order_by("-ends_on").first()
    if period is None:
        return []
    teams = SpecialTeam.objects.filter(action=action).existing_between(period.starts_on, period.ends_on)
    scope = Scope(action.pk, teams.order_by().values("pk"), period.starts_on, period.ends_on, at)
    present = list(teams.order_by("order"))
    names = {indicator.measure for indicator in plan.indicators} & set(MEASURES)
    without = {name: _without_value(name, scope, present) for name in sorted(names)}
    return [
        Unmeasured(indicator, without[indicator.measure])
        for indicator in plan.indicators
        if without.get(indicator.measure)
    ]


def _without_value(name: str, scope: Scope, teams: list[SpecialTeam]) -> list[SpecialTeam]:
    found = MEASURES[name].of(scope)
    return [team for team in teams if not found.get(team.pk, Measured()).denominator]

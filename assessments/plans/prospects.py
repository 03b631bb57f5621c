"""What rounds by a plan would lack: shown to its drafter, and confirmed where no round could be approved without it.

Docs: docs/rules.md#plans.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import ngettext

from governance.clock import end_of
from governance.records.refusals import Invalid
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam

from ..engine import Plan, Team
from ..engine.applicability import applies
from ..engine.plan import Indicator, Policy
from ..measures import MEASURES, Measured, Scope
from ..models import ONLY_CLASS, AssessmentRound, RoundTeam
from ..words.plans import LackCause


@dataclass(frozen=True)
class Lack:
    """An indicator that would be without a value, why, and for which teams; None: for every team."""

    indicator: Indicator
    cause: LackCause
    teams: tuple[SpecialTeam, ...] | None

    @property
    def policy(self) -> Policy:
        """What the plan does then."""
        is_missing = self.cause is not LackCause.NOT_APPLICABLE
        return self.indicator.when_missing if is_missing else self.indicator.when_not_applicable

    @property
    def blocks(self) -> bool:
        """Whether a round would wait for it for good."""
        return self.policy is Policy.PENDING


class CannotFinish(Invalid):
    """No round could be approved by the plan as it is, and nobody has confirmed it; `lacks` are those that block."""

    def __init__(self, lacks: list[Lack]) -> None:
        self.lacks = lacks
        sentence = ngettext(
            "Because of %(count)d indicator the round can never be approved. Change the plan, or confirm "
            "that you understand this.",
            "Because of %(count)d indicators the round can never be approved. Change the plan, or confirm "
            "that you understand this.",
            len(self.lacks),
        )
        super().__init__(fields={"confirmed": sentence % {"count": len(self.lacks)}})


def require_confirmed(lacks: Iterable[Lack], *, confirmed: bool) -> list[str]:
    """The codes of the indicators that block. Raises CannotFinish where there are any and nobody has confirmed."""
    blocking = [lack for lack in lacks if lack.blocks]
    if blocking and not confirmed:
        raise CannotFinish(blocking)
    return [lack.indicator.code for lack in blocking]


def foreseen(plan: Plan, *, at: datetime, only_blocking: bool = False) -> list[Lack]:
    """What a round over the last closed period would lack, with the classes that teams had last.

    `only_blocking`: what would keep it from being approved. A query for each measure that can lack, and three.
    """
    action = SpecialAction.objects.chosen()
    period = _last_closed(action, at)
    if action is None or period is None:
        return _lacks(plan, [], None, None, {}, None, only_blocking=only_blocking)
    teams = list(SpecialTeam.objects.filter(action=action).existing_on(period.ends_on).order_by("order"))
    seats = RoundTeam.objects.filter(team__in=teams).order_by("round__starts_on", "round_id")
    scope = _scope(action.pk, teams, period.starts_on, period.ends_on, at)
    classes = dict(seats.values_list("team__code", "team_class"))
    return _lacks(plan, teams, None, period.ends_on, classes, scope, only_blocking=only_blocking)


def foreseen_in(
    round: AssessmentRound, teams: list[SpecialTeam], classes: Mapping[str, str], *, at: datetime
) -> list[Lack]:
    """What keeps a round that is about to be opened: over its own days, or the last closed period if it is not over."""
    days: tuple[date, date] | None = (round.starts_on, round.ends_on)
    if at < end_of(round.ends_on):
        period = _last_closed(round.action, at)
        days = (period.starts_on, period.ends_on) if period else None
    scope = None if days is None else _scope(round.action_id, teams, *days, min(at, round.cut_off_at))
    return _lacks(round.plan.rules, teams, round.kind, round.ends_on, classes, scope, only_blocking=True)


def _last_closed(action: SpecialAction | None, at: datetime) -> ReportingPeriod | None:
    return ReportingPeriod.objects.filter(action=action, closed_at__lte=at).order_by("-ends_on").first()


def _scope(action_id: int, teams: list[SpecialTeam], first: date, last: date, known_before: datetime) -> Scope:
    rows = SpecialTeam.objects.filter(pk__in=[team.pk for team in teams]).order_by().values("pk")
    return Scope(action_id, rows, first, last, known_before)


def _lacks(
    plan: Plan,
    teams: list[SpecialTeam],
    kind: str | None,
    last: date | None,
    classes: Mapping[str, str],
    scope: Scope | None,
    *,
    only_blocking: bool,
) -> list[Lack]:
    """The lacks in plan order. `last`: the day on which ages are taken; `scope` None: nothing can be measured yet."""
    found: list[Lack] = []
    measured = _Measures(scope)
    for indicator in plan.indicators:
        if kind is not None and indicator.rounds is not None and kind not in indicator.rounds:
            continue
        concerned: list[SpecialTeam] = []
        others: list[SpecialTeam] = []
        for team in teams:
            is_concerned = last is not None and _concerns(plan, indicator, team, last, classes)
            (concerned if is_concerned else others).append(team)
        if indicator.source == "measure" and (not only_blocking or indicator.when_missing is Policy.PENDING):
            without = tuple(team for team in concerned if not measured.has_value(indicator.measure, team))
            if without:
                found.append(Lack(indicator, LackCause.NOTHING_TO_MEASURE, without))
        if others and indicator.when_not_applicable is Policy.PENDING:
            found.append(Lack(indicator, LackCause.NOT_APPLICABLE, tuple(others)))
    return found


def _concerns(plan: Plan, indicator: Indicator, team: SpecialTeam, last: date, classes: Mapping[str, str]) -> bool:
    """Whether the indicator applies to the team; in any class of the plan where the team's own is not known."""
    known = [team_class.code for team_class in plan.classes] or [ONLY_CLASS]
    own = classes.get(team.code)
    possible = [own] if own in known else known
    return any(applies(plan, indicator, Team(team.code, code, team.age_days(last))) for code in possible)


class _Measures:
    """The measures of a scope, each asked once."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        self.found: dict[str, Mapping[int, Measured]] = {}

    def has_value(self, name: str, team: SpecialTeam) -> bool:
        """Whether there was something to measure; without days nobody can know yet.

        A measure that does not exist is a fault of its own.
        """
        if self.scope is None or name not in MEASURES:
            return True
        if name not in self.found:
            self.found[name] = MEASURES[name].of(self.scope)
        return bool(self.found[name].get(team.pk, MEASURES[name].nothing).denominator)

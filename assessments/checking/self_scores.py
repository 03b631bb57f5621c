"""A team writes its own points beside each indicator until checking begins; they count for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, points_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import locked, record, verb
from teams.models import SpecialTeam

from ..engine.applicability import applies
from ..engine.arithmetic import NotANumber, read_number
from ..engine.facts import Team
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Indicator, ResultLine, RoundTeam, SelfScore
from ..rounds.freezing import concerns
from ..states import RoundState

WRITTEN_IN = (RoundState.PREPARING, RoundState.COLLECTING)
"""The states of a round in which teams write their own points."""


@dataclass(frozen=True)
class OwnPoints:
    """An indicator that a team is scored by, its full points, and what the team last gave itself."""

    planned: PlannedIndicator
    full: Decimal
    points: Decimal | None
    number: int
    by: User | None
    at: datetime | None


@verb(says=_("wrote a self-score"))
def write_self_scores(
    round: AssessmentRound,
    team: SpecialTeam,
    points: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    seen: Mapping[str, int] | None = None,
) -> list[SelfScore]:
    """Write a team's own points by indicator code, "" for none; each changed one gets the next number.

    `seen`: the number of each one when the form was opened, 0 for none.

    Raises:
        NotAllowed: `by` is not head, deputy or liaison of the team.
        WrongState: checking has begun, or the team is not in the round.
        Stale: somebody wrote other points in the meantime; nothing was written.
        Invalid: under "points-<code>" what is no number from 0 to the indicator's points.
    """
    round = locked(round, "plan")
    require("write_self_score", by, team)
    if round.state not in WRITTEN_IN:
        raise WrongState(_("Own points can be written until the checking days begin."))
    seat = round.teams.active().filter(team=team).first()
    if seat is None:
        raise WrongState(_("“%(team)s” is not in this round.") % {"team": team})
    seat.round = round
    own = {one.planned.code: one for one in own_points(seat)}
    read = _read(own, points, round.plan.rules.decimals)
    changed = {code: value for code, value in read.items() if value != own[code].points}
    theirs = [code for code in changed if seen is not None and own[code].number != seen.get(code, 0)]
    if theirs:
        raise Stale([Difference(code, points_text(own[code].points), points_text(changed[code])) for code in theirs])
    rows = {row.code: row for row in Indicator.objects.filter(plan=round.plan_id, code__in=changed)}
    kept = [
        SelfScore(round_team=seat, indicator=rows[code], number=own[code].number + 1, points=value, by=by, at=at)
        for code, value in changed.items()
    ]
    SelfScore.objects.bulk_create(kept)
    if kept:
        change = {"team": team.code, "indicators": sorted(changed)}
        record("write_self_scores", round, by=by, at=at, change=change)
    return kept


def own_points(seat: RoundTeam) -> list[OwnPoints]:
    """The indicators that apply to a team in its round, with what it gave itself: one query."""
    round, latest = seat.round, latest_self_scores(seat)
    rules, team = round.plan.rules, Team(seat.team.code, seat.team_class, seat.age_days)
    found = []
    for planned in rules.indicators:
        full = rules.full_points(planned, seat.team_class)
        if full is None or not concerns(planned, round) or not applies(rules, planned, team):
            continue
        last = latest.get(planned.code)
        said = (last.points, last.number, last.by, last.at) if last else (None, 0, None, None)
        found.append(OwnPoints(planned, full, *said))
    return found


def latest_self_scores(seat: RoundTeam) -> dict[str, SelfScore]:
    """What a team last gave itself, by indicator code: one query."""
    rows = seat.self_scores.select_related("indicator", "by").order_by("number")
    return {row.indicator.code: row for row in rows}


def self_scores_of(line: ResultLine, user: User) -> list[tuple[str, str, Decimal]]:
    """What a team gave itself, for its scorecard: code, title and points of each indicator, for who may see it."""
    rows = SelfScore.objects.visible_to(user).filter(
        round_team__round=line.result.round_id, round_team__team=line.team_id
    )
    latest = {row.indicator.code: row for row in rows.select_related("indicator").order_by("number")}
    decimals = line.result.round.plan.rules.decimals
    return [
        (code, row.indicator.title, as_printed(row.points, decimals))
        for code, row in sorted(latest.items(), key=lambda pair: pair[1].indicator.order)
        if row.points is not None
    ]


def as_printed(points: Decimal, decimals: int) -> Decimal:
    """Own points with as many decimals as the plan says."""
    return points.quantize(Decimal(1).scaleb(-decimals))


def _read(own: Mapping[str, OwnPoints], points: Mapping[str, str], decimals: int) -> dict[str, Decimal | None]:
    faults: dict[str, Text] = {}
    read: dict[str, Decimal | None] = {}
    for code, text in points.items():
        if code not in own:
            raise WrongState(_("The plan has no such indicator for this team. Reload the page."))
        try:
            value = read_number(text.strip()) if text.strip() else None
        except NotANumber:
            value = Decimal(-1)
        if value is not None and not (0 <= value <= own[code].full and value == round(value, decimals)):
            faults[f"points-{code}"] = _("Enter a number from 0 to %(full)s with at most %(decimals)d decimals.") % {
                "full": points_text(own[code].full),
                "decimals": decimals,
            }
        read[code] = value
    if faults:
        raise Invalid(fields=faults)
    return read

"""Opening a round under an adopted plan: its days, cut-off, teams in their classes, and sources of figures."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of, end_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, revised, verb
from teams.models import SpecialAction, SpecialTeam

from ..engine import Plan, Source, check, load
from ..models import ONLY_CLASS, AdoptedPlan, AssessmentRound, RoundTeam, YearResult
from ..plans.prospects import foreseen_in, require_confirmed
from ..states import RoundState
from .sources import name_sources

ONLY_KIND = "round"
"""The kind of a round under a plan without a year."""

Classes = Mapping[str, str]
"""Team code -> class code."""


@verb(says=_("opened a round"))
def open_round(
    *,
    action: SpecialAction,
    plan: AdoptedPlan,
    kind: str,
    title: str,
    starts_on: date,
    ends_on: date,
    cut_off_at: datetime,
    classes: Classes,
    by: User,
    at: datetime,
    confirmed: bool = False,
    again: bool = False,
) -> AssessmentRound:
    """Open a round for the teams that exist on its last day (docs/rules.md#rounds).

    `confirmed`: `by` knows that the round cannot be approved (`foreseen_in`), and opens it all the same.

    `again`: open it although the action has a round of the same title, kind and days, under another plan.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        Invalid: the dates, the kind or a class cannot be, a team has no class, the plan has such a round already, or
            another plan has and `again` was not said; or the plan's year is published.
        CannotFinish: it could not be approved, and this is not confirmed.
    """
    require("open_round", by)
    action = locked(action)
    round = AssessmentRound(
        action=action,
        plan=plan,
        kind=kind,
        title=title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        cut_off_at=cut_off_at,
    )
    _check_days(starts_on, ends_on, cut_off_at, at)
    if kind not in kinds_of(plan.rules):
        raise Invalid(fields={"kind": _("The plan has no such part of the year.")})
    _refuse_published_year(round)
    if not again:
        _ask_whether_again(round)
    teams = teams_of(round)
    _check_classes(plan, teams, classes)
    blocking = require_confirmed(foreseen_in(round, teams, classes, at=at), confirmed=confirmed)
    inserted(round)
    _seat(round, teams, classes)
    name_sources(round, teams)
    change = {"classes": dict(classes), "cut_off_at": [None, cut_off_at]}
    record("open_round", round, by=by, at=at, change=change | ({"known_to_block": blocking} if blocking else {}))
    return round


@verb(says=_("changed a round"), saves=True)
def amend_round(
    round: AssessmentRound,
    *,
    title: str,
    cut_off_at: datetime,
    classes: Classes,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> AssessmentRound:
    """Change title, cut-off and classes of a round that is being prepared; teams founded since are taken in.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the measures are frozen.
        Invalid: the cut-off or a class cannot be, or a team has no class.
        Stale: the round has changed since version `seen`.
    """
    round = locked(round, "plan", "action")
    require("amend_round", by, round)
    if round.has_ended:
        raise WrongState(
            _("“%(round)s” is now at the stage “%(state)s” and can no longer be changed.")
            % {"round": round, "state": round.get_state_display()}
        )
    if round.state != RoundState.PREPARING:
        raise WrongState(
            _("The measures of “%(round)s” are frozen, so the round can no longer be changed.") % {"round": round}
        )
    _check_days(round.starts_on, round.ends_on, cut_off_at, at)
    teams = teams_of(round)
    _check_classes(round.plan, teams, classes)
    change = revised(round, {"title": title.strip(), "cut_off_at": cut_off_at}, seen=seen)
    moved = _seat(round, teams, classes)
    name_sources(round, teams)
    record("amend_round", round, by=by, at=at, change=change | moved)
    return round


def teams_of(round: AssessmentRound) -> list[SpecialTeam]:
    """The teams that belong in a round, in document order."""
    teams = SpecialTeam.objects.filter(action=round.action_id)
    return list(teams.existing_on(round.ends_on).order_by("order"))


def kinds_of(plan: Plan) -> tuple[str, ...]:
    """The kinds of rounds that can be opened by a plan."""
    return plan.round_kinds() or (ONLY_KIND,)


def classes_of(plan: Plan) -> tuple[str, ...]:
    """The codes of the classes that a team can be in."""
    return tuple(team_class.code for team_class in plan.classes) or (ONLY_CLASS,)


def _check_days(starts_on: date, ends_on: date, cut_off_at: datetime, at: datetime) -> None:
    faults: dict[str, Text] = {}
    if ends_on < starts_on:
        faults["ends_on"] = _("The last day must be after the first day.")
    elif cut_off_at < end_of(ends_on):
        faults["cut_off_at"] = _("The cut-off must be after the round's last day, %(day)s.") % {"day": ends_on}
    if day_of(at) < starts_on:
        faults["starts_on"] = _("A round can be opened from its first day on.")
    if faults:
        raise Invalid(fields=faults)


def _refuse_published_year(round: AssessmentRound) -> None:
    """Refuse a round in a year of the plan that is published: it rests on all of its rounds (docs/rules.md#year)."""
    code, year = round.plan.plan.code, round.starts_on.year
    if YearResult.objects.of_year(round.action, code, year).published().exists():
        words = _("The year %(year)s of this plan is published. No other round can be opened in it.")
        raise Invalid(fields={"starts_on": words % {"year": year}})


def _ask_whether_again(round: AssessmentRound) -> None:
    """Refuse a second round that nobody could tell from the first by its title, kind and days."""
    same = AssessmentRound.objects.filter(
        action=round.action, title=round.title, kind=round.kind, starts_on=round.starts_on, ends_on=round.ends_on
    )
    twin = same.exclude(plan=round.plan).select_related("plan__plan").first()
    if twin is not None:
        words = _("“%(round)s” is already open for the same dates under “%(plan)s”. Do you want to open another one?")
        raise Invalid(fields={"again": words % {"round": twin, "plan": twin.plan}})


def _check_classes(plan: AdoptedPlan, teams: list[SpecialTeam], classes: Classes) -> None:
    """Every team must have a class of the plan, and the plan must be complete for these classes."""
    if not teams:
        raise Invalid(fields={"ends_on": _("No team existed on the round's last day.")})
    known = classes_of(plan.rules)
    faults = {
        f"class-{team.code}": _("Choose the class of “%(team)s”.") % {"team": team}
        for team in teams
        if classes.get(team.code) not in known
    }
    if faults:
        raise Invalid(fields=faults)
    verdict = check(Source(load(plan.document)), classes=sorted(set(classes.values())))
    if verdict.plan is None:
        raise Invalid(_("The plan does not fit the chosen classes: %(fault)s") % {"fault": verdict.faults[0]})


def _seat(round: AssessmentRound, teams: list[SpecialTeam], classes: Classes) -> dict[str, list[str | None]]:
    """Put the teams in their classes; return what changed as {team code: [was, is]}.

    A team that no longer belongs in the round keeps its row and what refers to it, and takes no part.
    """
    seated = {seat.team_id: seat for seat in round.teams.select_related("team")}
    new: list[RoundTeam] = []
    moved: list[RoundTeam] = []
    change: dict[str, list[str | None]] = {}
    for team in teams:
        seat = seated.get(team.pk) or RoundTeam(round=round, team=team)
        age, team_class = team.age_days(round.ends_on), classes[team.code]
        if (seat.age_days, seat.team_class, seat.is_active) == (age, team_class, True):
            continue
        change[team.code] = [seat.team_class or None, team_class]
        seat.age_days, seat.team_class, seat.is_active = age, team_class, True
        (moved if seat.pk else new).append(seat)
    present = {team.pk for team in teams}
    for seat in seated.values():
        if seat.is_active and seat.team_id not in present:
            change[seat.team.code] = [seat.team_class, None]
            seat.is_active = False
            moved.append(seat)
    RoundTeam.objects.bulk_create(new)
    RoundTeam.objects.bulk_update(moved, ["age_days", "team_class", "is_active"])
    return change

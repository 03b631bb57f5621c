"""What became of a result when the round was scored again: every team whose points, rank or grade changed."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from governance.people.models import User
from governance.people.roles import Role
from teams.models import team_ids_of

from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..engine.plan import Indicator, Plan
from ..models import Result
from ..states import AppealMatter
from ..words.explanations import step_lines
from ..words.plans import title_of, titles
from .public_notice import PublicNotice


@dataclass(frozen=True)
class PointChange:
    """An indicator of a team before and after; points None where it is left out or pending, `steps` the arithmetic."""

    code: str
    title: str
    before: Decimal | None
    after: Decimal | None
    steps_before: list[str]
    steps_after: list[str]


@dataclass(frozen=True)
class TeamChange:
    """A team before and after; `points` are empty for readers who do not see them.

    Totals are as printed, None for a team that has none; a rank is None for a team that is not ranked.
    """

    code: str
    name: str
    total_before: Decimal | None
    total_after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str
    grade_after: str
    points: list[PointChange]

    @property
    def changes_place(self) -> bool:
        return (self.rank_before, self.grade_before) != (self.rank_after, self.grade_after)


def places_changed(before: Data, after: Data) -> bool:
    """Whether a rank or a grade is another one in the second of two results' documents."""
    places = [
        {team["team"]: (team["rank"], team["grade"]) for team in body["outcome"]["teams"]} for body in (before, after)
    ]
    return places[0] != places[1]


def matter_of_result(body: Data, team: str, matter: str, fact: str) -> object:
    """What a result says of the matter of an appeal: the points, the standing veto, or rank and grade; plain data."""
    if matter == AppealMatter.VETO:
        return body["facts"]["vetoes"].get(fact, {}).get(team)
    own: Data = next((one for one in body["outcome"]["teams"] if one["team"] == team), {})
    return [own.get("rank"), own.get("grade")] if matter == AppealMatter.GRADE else own.get("points", {}).get(fact)


def changes_between(
    plan: Plan, before: Data, after: Data, *, names: Mapping[str, str], detailed: Collection[str]
) -> list[TeamChange]:
    """The teams that changed from one result's document to another, in the order of the second.

    `names` by code; `detailed`: the codes of the teams whose points the reader may open. Others are listed for their
    total, rank and grade alone.
    """
    earlier = {team["team"]: team for team in before["outcome"]["teams"]}
    return [
        change
        for team in after["outcome"]["teams"]
        if (change := _change(plan, earlier[team["team"]], team, names, team["team"] in detailed)) is not None
    ]


def result_changes(before: Result, after: Result, *, detailed: Collection[str] | None = None) -> list[TeamChange]:
    """The teams that changed between two results of a round; points of the `detailed` ones, None: of all. One query."""
    names = dict(after.round.teams.active().values_list("team__code", "team__name"))
    bodies = json.loads(before.body), json.loads(after.body)
    shown = names.keys() if detailed is None else detailed
    return changes_between(after.round.plan.rules, *bodies, names=names, detailed=shown)


def changes_seen_by(notice: PublicNotice, before: Result, after: Result, user: User) -> list[TeamChange]:
    """What changed between two results that were both in a public notice, as `user` may see it.

    Nothing for others than the centre once the round, or the correction, is back in scoring.
    """
    is_centre = user.has_role(Role.ASSESSMENT_CENTRE)
    if not is_centre and not notice.is_shown:
        return []
    after.round = round = notice.round
    if is_centre or user.has_role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
        return result_changes(before, after)
    own = round.teams.active().filter(team__in=team_ids_of(user))
    return result_changes(before, after, detailed=set(own.values_list("team__code", flat=True)))


def _change(plan: Plan, before: Data, after: Data, names: Mapping[str, str], is_detailed: bool) -> TeamChange | None:
    points = list(_points(plan, before, after)) if is_detailed else []
    compared = ("total", "rank", "grade")
    if not points and all(before[name] == after[name] for name in compared):
        return None
    grades = titles(plan.grades)
    return TeamChange(
        after["team"],
        names.get(after["team"], after["team"]),
        _number(plan, before["total"]),
        _number(plan, after["total"]),
        before["rank"],
        after["rank"],
        _grade(plan, grades, before),
        _grade(plan, grades, after),
        points,
    )


def _points(plan: Plan, before: Data, after: Data) -> Iterator[PointChange]:
    for indicator in plan.indicators:
        code = indicator.code
        was, now = before["points"].get(code), after["points"].get(code)
        if was != now:
            yield PointChange(
                code,
                title_of(indicator),
                _number(plan, was),
                _number(plan, now),
                *(_steps(indicator, team["explanations"].get(code)) for team in (before, after)),
            )


def _steps(indicator: Indicator, explanation: Explanation | None) -> list[str]:
    """The arithmetic of points; none of marks and votes, of which a team sees less than is counted."""
    return step_lines(explanation) if explanation and indicator.source != "panel" else []


def _grade(plan: Plan, grades: Mapping[str, str], team: Data) -> str:
    if team["grade"]:
        return grades.get(team["grade"], team["grade"])
    if team["total"] is None:
        return gettext("Not ranked")
    return gettext("Scored, not graded") if plan.grades else ""


def _number(plan: Plan, text: str | None) -> Decimal | None:
    """A number of a document with as many decimals as the plan prints."""
    return None if text is None else Decimal(text).quantize(Decimal(1).scaleb(-plan.decimals))

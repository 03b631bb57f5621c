"""The ranking of a published round as the annex of a circular (docs/rules.md#circulars)."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import override

from governance.registers.annexes import CIRCULAR_ANNEXES, Annex, AnnexBand
from teams.models import SpecialAction

from ..engine.canonical import Data
from ..engine.plan import Effect, Plan
from ..engine.ranking import Missed
from ..models import Result, ResultLine
from ..results.ranking_table import grade_words, printed
from ..results.standing import approved_as
from ..words.plans import class_titles, title_of

CHINESE = "zh-hans"
_NAME = re.compile(r"ranking-([0-9]{1,18})")


class PublishedRankings:
    """The last published result of each round; nothing of a round that is not published."""

    def offered(self, action: SpecialAction) -> Sequence[tuple[str, str]]:
        """The published rounds by name and title of their ranking: one query."""
        published = Result.objects.filter(round__action=action, publication__isnull=False)
        rounds = published.order_by("-publication__at").values_list("round", "round__title")
        return list(dict.fromkeys((f"ranking-{key}", _title(title)) for key, title in rounds))

    def read(self, action: SpecialAction, name: str, *, at: datetime) -> Annex | None:
        """The ranking as published by `at`: two queries."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        published = Result.objects.filter(round__action=action, round=int(match[1]), publication__at__lte=at)
        result = published.select_related("round__plan", "correction").order_by("-number").first()
        if result is None:
            return None
        with override(CHINESE):
            return Annex(_title(result.round.title), list(_bands(result)), _note(result), result.sha256)


CIRCULAR_ANNEXES.register("ranking", PublishedRankings())


def _title(round_title: str) -> str:
    return f"{round_title}排名表"


def _note(result: Result) -> str:
    by_class = "同类排名；" if len(result.round.plan.rules.classes) > 1 else ""
    stated = approved_as(result).approval
    approval = f"批准：{stated}。" if stated else ""
    return f"注：{by_class}总分＝基础分＋加分－减分。{approval}"


def _bands(result: Result) -> Iterator[AnnexBand]:
    """The classes in printed order."""
    plan = result.round.plan.rules
    names = class_titles(plan) if len(plan.classes) > 1 else {}
    outcome = json.loads(result.body)["outcome"]["teams"]
    rows: dict[str, list[list[str]]] = {}
    for line in result.lines.select_related("team").order_by("order"):
        rows.setdefault(line.team_class, []).append(
            _row(plan, printed(line, plan.decimals), outcome[line.order - 1]["reckoning"])
        )
    for code, found in rows.items():
        yield AnnexBand(names.get(code, ""), found)


def _row(plan: Plan, line: ResultLine, reckoning: Data) -> list[str]:
    points = ["—" if value is None else f"{value:f}" for value in (line.base, line.bonus, line.deduction, line.total)]
    rank = "—" if line.rank is None else str(line.rank)
    return [rank, line.team.name, *points, grade_words(plan, line), "；".join(_notes(plan, reckoning))]


def _notes(plan: Plan, reckoning: Data) -> Iterator[str]:
    """What bars a team from a grade whatever its total."""
    effects = {veto.effect for veto in plan.vetoes if veto.code in reckoning["rank"]["vetoes"]}
    if Effect.VOID in effects:
        yield "一票否决"
    elif Effect.NO_TOP_GRADE in effects and plan.grades:
        yield f"不得评为{title_of(plan.grades[0])}"
    for miss in reckoning["grade"]["missed"]:
        if miss["reason"] == Missed.TOO_YOUNG:
            yield f"成立不满{miss['min_age_days']}天"

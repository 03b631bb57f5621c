"""考核得分表 of a result: a sheet a team with every indicator, its points and why some were lost.

It is read from the result's document and in Chinese, like the paper (docs/rules.md#papers-of-a-result).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from governance.formats.exports import Exported
from governance.lists.text import count_text
from governance.people.models import User

from ..checking.self_scores import as_printed
from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..engine.plan import Indicator, Kind, Plan
from ..engine.rating import Status
from ..measures.contract import Direction
from ..models import Result, ResultLine, SelfScore
from ..rounds.stage_days import StageDays
from ..states import RoundState
from ..words.explanations import input_words, is_scaled
from ..words.methods import method_words
from ..words.outcomes import fallback_words, standing_words
from ..words.papers import papers_of
from ..words.plans import EFFECT_WORDS, SOURCE_WORDS, class_titles, group_titles, plain_word, title_of, titles
from ..words.rows import behind
from ..words.steps import arithmetic
from .ranking_table import grade_words, printed
from .scorecards import points_lost

ROWS_NAMED = 3
"""Rows of the work that a reason names; of more it says how many there are."""

HEADS = ("类别", "专班", "位次", "指标编号", "指标", "类型", "分值", "自评", "初评", "核定", "失分原因")
"""The columns of the workbook."""

_KINDS = {Kind.BASE: "基础分", Kind.BONUS: "加分", Kind.DEDUCTION: "减分"}


@dataclass(frozen=True)
class ScoreRow:
    """An indicator of a team.

    Attributes:
        own: the points that the team gave itself, None where it gave none.
        first: the points with which the public notice began; `checked`: those of this result. None: not scored.
        is_mean: whether the mean of the class stands in for the method's points.
        reason: why points were lost, or why there are none; "" where nothing was lost.
    """

    code: str
    title: str
    kind: Kind
    full: Decimal
    rule: str
    source: str
    own: Decimal | None
    first: Decimal | None
    checked: Decimal | None
    is_mean: bool
    reason: str


@dataclass(frozen=True)
class ScoreSheet:
    """A team with its indicators in the order of the plan; `line` as printed, `sums`: how its total was reached."""

    line: ResultLine
    class_title: str
    grade: str
    first_total: Decimal | None
    rows: list[ScoreRow]
    sums: list[str]


class ScoreTable:
    """The sheets of a result that `user` may see, or that of one team. The caller sets the language to Chinese."""

    def __init__(self, result: Result, user: User, *, team_code: str = "") -> None:
        self.result = result
        self.user = user
        self.plan: Plan = result.round.plan.rules
        lines = result.lines.detail_visible_to(user).select_related("team").order_by("order")
        if team_code:
            lines = lines.filter(team__code=team_code)
        self.lines = [printed(line, self.plan.decimals) for line in lines]
        self.is_whole = not team_code and len(self.lines) == result.lines.count()

    @cached_property
    def body(self) -> Data:
        """The document of the result."""
        read: Data = json.loads(self.result.body)
        return read

    @cached_property
    def posted_at(self) -> datetime | None:
        """When the public notice of the round began; None before it."""
        return StageDays(self.result.round).begun(RoundState.PUBLIC_NOTICE)

    def reckoning(self, line: ResultLine) -> Data:
        """How the total of a line was reached."""
        found: Data = self.body["outcome"]["teams"][line.order - 1]["reckoning"]
        return found

    @cached_property
    def first(self) -> dict[str, Data]:
        """What came out with which the public notice began, by team code; before a notice that of this result.

        Everybody saw it then, so an appeal that was allowed later hides nothing of it.
        """
        body = self.body
        if self.posted_at and self.result.at > self.posted_at:
            posted = self.result.round.results.filter(at__lte=self.posted_at).order_by("-number").first()
            body = json.loads(posted.body) if posted else body
        return {team["team"]: team for team in body["outcome"]["teams"]}

    @cached_property
    def own(self) -> dict[tuple[int, str], Decimal | None]:
        """What teams gave themselves, as far as the reader may see it: (team, indicator code) -> points."""
        rows = SelfScore.objects.visible_to(self.user).filter(round_team__round=self.result.round_id)
        found = rows.order_by("number").values_list("round_team__team", "indicator__code", "points")
        decimals = self.plan.decimals
        return {(team, code): None if points is None else as_printed(points, decimals) for team, code, points in found}

    @cached_property
    def sheets(self) -> list[ScoreSheet]:
        """The teams in printed order."""
        names, teams = class_titles(self.plan), self.body["outcome"]["teams"]
        return [
            ScoreSheet(
                line=line,
                class_title=names.get(line.team_class, line.team_class),
                grade=grade_words(self.plan, line),
                first_total=_decimal(self.first.get(line.team.code, {}).get("total")),
                rows=list(self._rows(line, teams[line.order - 1])),
                sums=list(self._sums(line, teams[line.order - 1])),
            )
            for line in self.lines
        ]

    def _rows(self, line: ResultLine, team: Data) -> Iterator[ScoreRow]:
        first = self.first.get(line.team.code, {}).get("explanations", {})
        for indicator in self.plan.indicators:
            explanation = team["explanations"].get(indicator.code)
            if explanation is None:
                continue
            source = self.body["facts"]["provenance"].get(indicator.code, {}).get(line.team.code)
            method = explanation["method"]
            yield ScoreRow(
                code=indicator.code,
                title=title_of(indicator),
                kind=indicator.kind,
                full=Decimal(explanation["full"]),
                rule=method_words(method["name"], method["parameters"], group_titles(self.plan)),
                source=_source_words(indicator, source),
                own=self.own.get((line.team_id, indicator.code)),
                first=_decimal(first.get(indicator.code, {}).get("points")),
                checked=_decimal(explanation["points"]),
                is_mean=explanation["status"] == Status.AVERAGE,
                reason=loss_words(explanation, source),
            )

    def _sums(self, line: ResultLine, team: Data) -> Iterator[str]:
        """Base, total, rank, grade and vetoes, a line each."""
        reckoning = team["reckoning"]
        if reckoning["base"] is None or reckoning["total"] is None:
            yield "没有可以计分的指标，不计总分。"
        else:
            steps = reckoning["base"]["steps"]
            lines = arithmetic(steps) if is_scaled(steps) else arithmetic(steps)[:1]
            yield f"基础分：{'；'.join(lines)}。"
            standing = [f"同类第{line.rank}名" if line.rank else "不排名", grade_words(self.plan, line)]
            total = "；".join(arithmetic(reckoning["total"]["steps"])) or str(line.total)
            yield f"总分：{total}。{'，'.join(filter(None, standing))}。"
        for veto in self.plan.vetoes:
            papers = self.body["facts"]["vetoes"].get(veto.code, {}).get(line.team.code)
            if papers:
                documents = "、".join(dict.fromkeys(paper.document for paper in papers_of(papers)))
                yield f"否决：{title_of(veto)}，{EFFECT_WORDS[veto.effect]}（{documents}）。"

    # The workbook ------------------------------------------------------------------------------------------------
    @property
    def exported_rows(self) -> Iterator[list[Exported]]:
        """The sheets as rows of one list, each team closed by its total."""
        for sheet in self.sheets:
            team = [sheet.class_title, sheet.line.team.name, sheet.line.rank]
            for row in sheet.rows:
                points = [row.full, row.own, row.first, row.checked]
                yield [*team, row.code, row.title, _KINDS[row.kind], *points, row.reason]
            yield [*team, "", "总分", "合计", None, None, sheet.first_total, sheet.line.total, sheet.grade]


def loss_words(explanation: Explanation, source: Data | list[Data] | None) -> str:
    """Why a team lost points of an indicator, from its explanation and what it rests on; "" where it lost none.

    What took the place of the method, else what went in with the rows that cost points, the rule that replaced the
    method, and the documents.
    """
    kind, points = Kind(explanation["kind"]), _decimal(explanation["points"])
    standing = standing_words(explanation)
    if standing:
        return standing
    if not points_lost(kind, Decimal(explanation["full"]), points):
        return ""
    told = [input_words(explanation, source)]
    if isinstance(source, dict) and "measure" in source:
        told += _rows_words(source)
    if explanation["fallback"]:
        told.append(fallback_words(explanation["fallback"]))
    documents = "、".join(_documents(explanation, source))
    return "；".join(filter(None, told)) + (f"（{documents}）" if documents else "")


def _rows_words(source: Data) -> list[str]:
    """The rows of a measured value that cost points: the first by name, of more how many there are."""
    found = behind(source, team_code="", reads_papers=False)
    rows = found.hits if found.measure.direction is Direction.LOWER else found.misses
    if not rows:
        return []
    counts = Counter(f"{row.name}（{row.because}）" for row in rows)
    named = [words if count == 1 else f"{words}{count}次" for words, count in counts.items()]
    told = "、".join(named[:ROWS_NAMED])
    return [f"{told}等{len(named)}项" if len(named) > ROWS_NAMED else told]


def _documents(explanation: Explanation, source: Data | list[Data] | None) -> list[str]:
    """The documents of a figure or of events, each once; votes and marks have none of their own."""
    inputs = explanation["inputs"]
    if not source or "votes" in inputs or "marks" in inputs or (isinstance(source, dict) and "measure" in source):
        return []
    return list(dict.fromkeys(paper.document for paper in papers_of(source)))


def _source_words(indicator: Indicator, source: Data | list[Data] | None) -> str:
    """Where a value comes from: the measure, the department that supplied it, or what the plan says."""
    if isinstance(source, dict) and "measure" in source:
        return f"系统（{behind(source, team_code='', reads_papers=False).measure.title}）"
    departments = [paper.department for paper in papers_of(source)] if isinstance(source, dict) else []
    return "".join(departments) or plain_word(indicator.department or "") or str(SOURCE_WORDS[indicator.source])


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# As the paper prints it ----------------------------------------------------------------------------------------------
NONE = "—"
MOST_TITLED = 12
"""Columns of indicators that are named by their titles; more are numbered, and the note below names them."""


def points_words(points: Decimal | None) -> str:
    """Points as printed."""
    return NONE if points is None else f"{points:f}"


def full_words(row: ScoreRow) -> str:
    """Full points; of a bonus or deduction the most that it can come to."""
    return count_text(row.full) if row.kind is Kind.BASE else f"最高{count_text(row.full)}"


def columns_of(sheets: list[ScoreSheet], plan: Plan) -> list[dict[str, str]]:
    """A column for each base indicator of a class's sheets; its title, or its number among those of the plan."""
    rows = {row.code: row for sheet in sheets for row in sheet.rows if row.kind is Kind.BASE}
    codes = [indicator.code for indicator in plan.of_kind(Kind.BASE) if indicator.code in rows]
    named = titles(plan.indicators) if len(codes) <= MOST_TITLED else numbered(plan)
    return [{"title": named[code], "full": count_text(rows[code].full)} for code in codes]


def numbered(plan: Plan) -> dict[str, str]:
    """The number of each base indicator in the order of the plan: {"T1": "①"}."""
    return {one.code: circled(place) for place, one in enumerate(plan.of_kind(Kind.BASE), start=1)}


def circled(number: int) -> str:
    """A number in a circle, as far as there is one: up to 50."""
    first = next((start for upto, start in _CIRCLES if number <= upto), None)
    return str(number) if first is None else chr(first + number)


_CIRCLES = ((20, 0x2460 - 1), (35, 0x3251 - 21), (50, 0x32B1 - 36))
"""Up to which number the circled ones follow one another, and the character before their first."""


def cells_of(sheet: ScoreSheet) -> list[str]:
    """The points of a team in each base indicator; * where the mean of the class stands in."""
    return [points_words(row.checked) + ("*" if row.is_mean else "") for row in sheet.rows if row.kind is Kind.BASE]

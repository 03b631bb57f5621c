"""The papers of a result: announcement, ranking behind a circular, score table, decision letters.

They are in Chinese whoever reads them (docs/rules.md#papers-of-a-result).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from governance.clock import SHANGHAI, day_of
from governance.people.models import User
from governance.records.columns import longest
from governance.records.refusals import WrongState
from governance.registers.annexes import AnnexBand
from teams.meetings.models import CircularDraft
from teams.meetings.papers.circular import RANKED, ranking_tables
from teams.meetings.papers.issuer import centre
from teams.meetings.papers.making import MadePaper, make_paper
from teams.meetings.papers.registry import Kind as PaperKind
from teams.meetings.papers.wording import CHINESE, long_day, long_moment, short_moment

from ..engine.canonical import Data
from ..engine.plan import Effect, Plan
from ..engine.ranking import Missed
from ..models import AssessmentRound, Result, ResultLine
from ..rounds.stage_days import StageDays
from ..states import RoundState
from ..words.plans import class_titles, title_of, titles
from .ranking_table import grade_words, printed
from .score_table import (
    MOST_TITLED,
    NONE,
    ScoreRow,
    ScoreSheet,
    ScoreTable,
    cells_of,
    columns_of,
    full_words,
    numbered,
    points_words,
)

PREVIEW = "（未公示，仅供内部核对）"
"""Printed on a score table that nobody but the centre may see yet."""


# The ranking ---------------------------------------------------------------------------------------------------------
def ranking_bands(result: Result) -> list[AnnexBand]:
    """The classes of a result in printed order: one query. The caller sets the language to Chinese."""
    plan, teams = result.round.plan.rules, json.loads(result.body)["outcome"]["teams"]
    names = class_titles(plan) if len(plan.classes) > 1 else {}
    rows: dict[str, list[list[str]]] = {}
    for line in result.lines.select_related("team").order_by("order"):
        reckoning = teams[line.order - 1]["reckoning"]
        rows.setdefault(line.team_class, []).append(ranking_row(plan, printed(line, plan.decimals), reckoning))
    return [AnnexBand(names.get(code, ""), found) for code, found in rows.items()]


def ranking_row(plan: Plan, line: ResultLine, reckoning: Data) -> list[str]:
    """Rank, team, base, bonus, deduction, total, grade, note."""
    points = [points_words(value) for value in (line.base, line.bonus, line.deduction, line.total)]
    rank = NONE if line.rank is None else str(line.rank)
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


# The announcement ----------------------------------------------------------------------------------------------------
def announcement(result: Result) -> MadePaper:
    """公示 of a result, by the template in force when its public notice began.

    Raises:
        WrongState: not everybody sees the result yet, or its round had no public notice.
    """
    days = StageDays(result.round)
    begun, end = days.begun(RoundState.PUBLIC_NOTICE), days.end(RoundState.PUBLIC_NOTICE)
    if begun is None or end is None or not is_shown(result):
        raise WrongState(_("The announcement can be printed once the public notice has begun."))
    round, plan, posted_on, last = result.round, result.round.plan.rules, day_of(begun), end.astimezone(SHANGHAI)
    first = days.calendar.next_working_day(posted_on)
    with override(CHINESE):
        about = _about(round)
        values = {
            "title": f"关于{about}结果的公示",
            "number": next((step.document for step in reversed(days.steps) if step.at == begun), ""),
            "plan": title_of(plan),
            "basis": round.plan.plan.basis,
            "round": about,
            "approval": round.approval,
            "first": long_day(first),
            "last": short_moment(last) if last.year == first.year else long_moment(last),
            "days": days.calendar.count_between(posted_on, day_of(end)),
            "phone": settings.CENTRE_PHONE,
            "annex": f"{about}结果",
            "tables": ranking_tables([asdict(band) for band in ranking_bands(result)]),
            "note": _ranking_note(plan),
            "issuer": centre().name,
            "issuer_short": centre().short,
            "day": long_day(max(posted_on, day_of(result.at))),
        }
    return _made(PaperKind.PUBLICITY, values, about=round.title, at=begun, template_at=begun)


def is_announced(result: Result) -> bool:
    """Whether the result is shown to everybody and its round had a public notice: two queries."""
    posted = result.round.steps.filter(to_state=RoundState.PUBLIC_NOTICE)
    return is_shown(result) and posted.exists()


def is_shown(result: Result) -> bool:
    """Whether everybody sees the totals of the result. One query."""
    return Result.objects.shown().filter(pk=result.pk).exists()


def circular_words(round: AssessmentRound) -> tuple[str, str]:
    """Title and text with which a circular about a published result begins; the office goes on writing."""
    about = _about(round)
    approved = f"（{round.approval}）" if round.approval else ""
    title = f"关于{about}结果的通报"[: longest(CircularDraft, "title")]
    return title, f"{about}已经完成，考核结果经审定{approved}并公示，现予通报，排名表附后。"


def _about(round: AssessmentRound) -> str:
    """The round as a sentence names it."""
    return round.title if "考核" in round.title else f"{round.title}考核"


def _ranking_note(plan: Plan) -> str:
    ranked = "按类排名" if len(plan.classes) > 1 else "按总分排名"
    tied = "同分的按方案规定区分，仍相同的同位次" if plan.tie_break else "同分同位次"
    young = ""
    if plan.grades and plan.grade_min_age_days:
        young = f"成立不满{plan.grade_min_age_days}天的专班参加评分和排名，不定等次。"
    return f"注：{ranked}，{tied}。{young}"


# The score table -----------------------------------------------------------------------------------------------------
def score_table(result: Result, user: User, *, team_code: str = "") -> MadePaper:
    """考核得分表 of the teams whose points `user` may see, or of one of them.

    A table a class where the reader sees all teams, then a page a team. Made with the template in force when the
    public notice began; before one with that in force now.
    """
    round = result.round
    with override(CHINESE):
        table = ScoreTable(result, user, team_code=team_code)
        about, sheets = _about(round), table.sheets
        tables = list(_class_tables(table)) if table.is_whole else []
        values = {
            "title": f"{about}得分表",
            "round": about,
            "preview": "" if is_shown(result) else PREVIEW,
            "approval": round.approval,
            "number": result.number,
            "day": long_day(day_of(result.at)),
            "tables": tables,
            "note": _score_note(table, is_numbered=any(_is_numbered(one["columns"]) for one in tables)),
            "sheets": [_sheet(sheet) for sheet in sheets],
            "issuer": centre().name,
            "issuer_short": centre().short,
        }
    named = f"{round.title} {sheets[0].line.team.name}" if team_code else round.title
    return _made(PaperKind.SCORES, values, about=named, at=result.at, template_at=table.posted_at)


def _class_tables(table: ScoreTable) -> Iterator[dict[str, Any]]:
    by_class: dict[str, list[ScoreSheet]] = {}
    for sheet in table.sheets:
        by_class.setdefault(sheet.class_title, []).append(sheet)
    names = [field.name for field in RANKED]
    for title, sheets in by_class.items():
        rows = [
            dict(zip(names, ranking_row(table.plan, sheet.line, table.reckoning(sheet.line)), strict=True))
            | {"cells": cells_of(sheet)}
            for sheet in sheets
        ]
        yield {"title": title, "columns": columns_of(sheets, table.plan), "rows": rows}


def _is_numbered(columns: list[dict[str, str]]) -> bool:
    """Whether a table has too many columns to name them in their heads."""
    return len(columns) > MOST_TITLED


def _score_note(table: ScoreTable, *, is_numbered: bool) -> str:
    """What the marks in the tables mean, as far as there are any."""
    rows = [row for sheet in table.sheets for row in sheet.rows]
    told = ["总分＝基础分＋加分－减分"]
    if is_numbered:
        named = titles(table.plan.indicators)
        told.append("、".join(f"{number}{named[code]}" for code, number in numbered(table.plan).items()))
    if any(row.checked is None for row in rows):
        told.append(f"“{NONE}”为该项不计分，分值按方案处理")
    if any(row.is_mean for row in rows):
        told.append("“*”为取同类平均分")
    return f"注：{'；'.join(told)}。"


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "team": sheet.line.team.name,
        "title": sheet.class_title,
        "rows": [_row(number, row) for number, row in enumerate(sheet.rows, start=1)],
        "sums": sheet.sums,
    }


def _row(number: int, row: ScoreRow) -> dict[str, str]:
    return {
        "number": str(number),
        "code": row.code,
        "title": row.title,
        "full": full_words(row),
        "rule": row.rule,
        "source": row.source,
        "own": points_words(row.own),
        "first": points_words(row.first),
        "checked": points_words(row.checked),
        "reason": row.reason,
    }


# Decision letters ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ChangedTeam:
    """A team before and after an appeal was allowed; totals as printed, a rank or grade that it has not as ""."""

    team: str
    total_before: str
    total_after: str
    rank_before: str
    rank_after: str
    grade_before: str
    grade_after: str


@dataclass(frozen=True)
class DecisionLetter:
    """What the letter about one decided appeal says; texts are in Chinese.

    Attributes:
        number: of the letter in its series: 1 gives 县考核中心复核〔2026〕1号.
        round: the title of the round; `matter`: the indicator, the grade or the veto: "A9报送及时".
        asked: what was asked and why; `found`: the reasons of the decision; `basis`: may be "".
        opinion: what was decided: "申诉成立。将A9报送及时由4.50分调整为5.00分。"
        changes: the teams whose points, rank or grade changed; none where it was dismissed.
        until: the new end of the public notice, where it was extended.
    """

    number: int
    team: str
    round: str
    matter: str
    filed_on: date
    asked: str
    found: str
    basis: str
    opinion: str
    decided_at: datetime
    changes: Sequence[ChangedTeam] = ()
    until: datetime | None = None


def decision_letter(letter: DecisionLetter) -> MadePaper:
    """复核意见书, by the template in force when the appeal was decided."""
    values = letter_values(letter)
    at = letter.decided_at
    return _made(PaperKind.LETTER, values, about=values["number"], at=at, template_at=at)


def letter_values(letter: DecisionLetter) -> dict[str, Any]:
    """The fields of a decision letter; a part without a text is absent and the rest is numbered without a gap."""
    decided_on = day_of(letter.decided_at)
    parts = (
        ("申诉事项和理由", letter.asked),
        ("复核查明的事实", letter.found),
        ("依据", letter.basis),
        ("复核意见", letter.opinion),
    )
    told = [(label, text.strip()) for label, text in parts if text.strip()]
    return {
        "number": f"{centre().code}复核〔{decided_on.year}〕{letter.number}号",
        "team": letter.team,
        "filed": long_day(letter.filed_on),
        "round": letter.round,
        "matter": letter.matter,
        "parts": [{"number": place, "label": label, "text": text} for place, (label, text) in enumerate(told, start=1)],
        "changes": [{name: text or NONE for name, text in asdict(row).items()} for row in letter.changes],
        "until": long_moment(letter.until.astimezone(SHANGHAI)) if letter.until else "",
        "issuer": centre().name,
        "issuer_short": centre().short,
        "day": long_day(decided_on),
    }


def _made(
    kind: PaperKind, values: dict[str, Any], *, about: str, at: datetime, template_at: datetime | None
) -> MadePaper:
    return make_paper(kind, values, about=about, at=at, template_at=template_at, author=centre().name)

"""主持词: what the chair reads, with a line of hints under each item (docs/rules.md#papers)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..states import ProblemState
from .fields import Field
from .pack import follow_up_sum, lamps_told, questions
from .wording import Body, by_capacity, label, long_day, moment, person, readable

FIELDS = (
    Field("action", _("Special action"), "基层治理能力提升专项行动"),
    Field("meeting", _("Meeting"), "第1次推进会"),
    Field("meeting_day", _("Day of the meeting"), "2026年10月20日"),
    Field("expected", _("How many are invited to take part"), 14),
    Field("on_leave", _("How many are on leave"), 1, optional=True),
    Field("stand_ins", _("How many send a stand-in"), 1, optional=True),
    Field("items", _("How many items; reports in a row are one"), 6),
    Field(
        "steps",
        _("What is read, item by item and team by team"),
        rows=(
            Field("say", _("What the chair reads"), "请乡村振兴专班组长沈某某汇报。"),
            Field("tip", _("Hint: lamps, gap, question"), "黄灯1、红灯1。可问：何时补齐？", optional=True),
        ),
    ),
    Field("decisions", _("How many decisions are proposed"), 6, optional=True),
    Field("decisions_in", _("Number of the part of the pack that has them"), 10),
)


def script_values(body: Body) -> dict[str, Any]:
    """The script of the meeting that `body` tells of."""
    people = by_capacity(body, "attending")
    kinds = [item["kind"] for item in body["items"]]
    runs = sum(kind != "report" or place == 0 or kinds[place - 1] != "report" for place, kind in enumerate(kinds))
    return {
        "action": body["meeting"]["action"],
        "meeting": body["meeting"]["title"],
        "meeting_day": long_day(moment(body["meeting"]["starts_at"]).date()),
        "expected": len(people),
        "on_leave": sum(row["mark"] == "leave" for row in people),
        "stand_ins": sum(row["mark"] == "stand_in" for row in people),
        "items": runs,
        "steps": list(_steps(body)),
        "decisions": len(body["decisions"]),
        "decisions_in": len(body["agenda"]["chapters"]) + 2,
    }


def _steps(body: Body) -> Iterator[dict[str, str]]:
    """Each item in turn; before the first of several reports a line for all of them."""
    chapters = {chapter["team"]: chapter for chapter in body["agenda"]["chapters"]}
    chair = body["meeting"]["chair"]
    items = body["items"]
    for place, item in enumerate(items):
        reports = item["kind"] == "report"
        if reports and (place == 0 or items[place - 1]["kind"] != "report"):
            count = sum(each["kind"] == "report" for each in items)
            if count > 1:
                yield {"say": f"下面，请{count}个专班依次汇报，讲差距、讲原因、讲措施。", "tip": ""}
        tip = _team_tip(chapters.get(item["team"])) if reports else _tip(item, body)
        opening = "首先，" if place == 0 else ""
        yield {"say": opening + _said(item, chair), "tip": f"{tip}{item['minutes']}分钟。"}


def _said(item: Body, chair: Mapping[str, str] | None) -> str:
    who = person(item["speaker"])
    by_chair = bool(chair and item["speaker"] and item["speaker"]["name"] == chair["name"])
    if item["kind"] == "report":
        return f"请{who or item['team_name']}汇报。"
    if by_chair:
        return "下面，我讲几点意见。" if item["kind"] == "speech" else f"下面进行“{item['title']}”。"
    return f"请{who}讲话。" if item["kind"] == "speech" else f"请{who or '有关同志'}{_does(item)}。"


def _does(item: Body) -> str:
    return {
        "follow_up": "通报上次会议议定事项和领导指示办理情况",
        "plan": "解读专班考核方案",
        "problems": "通报需要研判的突出问题",
        "tasks": "部署下阶段重点任务",
        "statement": "作表态发言",
    }.get(item["kind"], f"介绍“{item['title']}”")


def _tip(item: Body, body: Body) -> str:
    if item["kind"] == "follow_up":
        return f"{follow_up_sum(body)}。"
    if item["kind"] == "problems":
        problems = {row["number"]: row for chapter in body["agenda"]["chapters"] for row in chapter["problems"]}
        raised = [row["title"] for _number, row in sorted(problems.items()) if row["state"] == ProblemState.RAISED]
        word = label(ProblemState, ProblemState.RAISED)
        return f"{word}{len(raised)}个：{'；'.join(raised)}。" if raised else ""
    return ""


def _gap(task: Body) -> str:
    """The figures of the sentence about a red or yellow task, without the rule that it cites."""
    return f"任务{task['number']}{readable(task['sentence']).partition('。')[0]}"


def _team_tip(chapter: Body | None) -> str:
    """Lamps, the first gap, a question."""
    if chapter is None:
        return ""
    told = [lamps_told(chapter), _gap(chapter["lit"][0]) if chapter["lit"] else ""]
    asked = questions(chapter)[:1]
    line = "；".join(part for part in told if part)
    return (f"{line}。" if line else "") + "".join(f"可问：{question}" for question in asked)

"""会议材料: cover, contents, follow-up, a page a team, proposed decisions (docs/rules.md#papers)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from teams.states import ReportState

from ..models import Meeting
from ..states import ProblemState
from .fields import Field
from .issuer import Issuer
from .wording import (
    LAMPS,
    Body,
    in_a_row,
    label,
    lamp_word,
    long_day,
    long_moment,
    moment,
    numbered,
    readable,
    responsible,
    sentence,
    short_day,
    short_moment,
    team_names,
)

FIELDS = (
    Field("title", _("Title in two lines"), "基层治理能力提升专项行动\n第1次推进会会议材料"),
    Field("number", _("Number of the bound pack; 0 before it is bound"), 1, optional=True),
    Field("as_of", _("Moment of the figures"), "2026年10月20日14:00"),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("issuer_short", _("Short name of the issuing organ"), "县委专项办"),
    Field("day", _("Day of the meeting"), "2026年10月20日"),
    Field(
        "contents",
        _("Parts of the pack"),
        rows=(Field("title", pgettext_lazy("template field", "Title"), "乡村振兴专班推进情况"),),
    ),
    Field("follow_up", _("Sum of the follow-up"), "截至10月20日14:00，办结9件，逾期1件。"),
    Field(
        "groups",
        _("Follow-up in groups; an empty group is absent"),
        rows=(
            Field("name", _("Group"), "逾期"),
            Field("count", _("How many"), 1),
            Field(
                "rows",
                _("Decisions, lines and clauses"),
                rows=(
                    Field("number", _("Number in the list"), 2),
                    Field("text", _("What was decided, and where"), "第1次调度会议定4：整治达到32个村。"),
                    Field("team", _("Special team"), "乡村振兴专班", optional=True),
                    Field("due", _("Due"), "10月15日", optional=True),
                    Field("standing", _("How it stands"), "逾期5天"),
                ),
            ),
        ),
    ),
    Field(
        "chapters",
        _("Chapters of the teams"),
        rows=(
            Field("number", _("Number of the part"), 2),
            Field("name", _("Full name of the team"), "乡村振兴专班"),
            Field("lead", _("Lead department"), "县乡村振兴局", optional=True),
            Field("head", _("Head with post"), "组长沈某某", optional=True),
            Field("pace", _("Pace and lamps"), "承担重点任务2项：黄灯1项，红灯1项。"),
            Field(
                "tasks",
                _("Key tasks"),
                rows=(
                    Field("number", _("Number of the task"), 9),
                    Field("title", _("Task"), "“一宅变四园”整治"),
                    Field("reached", _("What is reached"), "30/40个"),
                    Field("actual", _("Actual percent"), "75"),
                    Field("planned", _("Planned percent"), "100"),
                    Field("lamp", _("Lamp"), "红灯"),
                    Field("due", _("Due"), "2026年\n9月30日"),
                ),
            ),
            Field("reasons", _("Why tasks are yellow or red"), "任务9：时限9月30日，已逾期20天。", many=True),
            Field(
                "parts",
                _("Report, promises, problems, first steps, questions; an empty part is absent"),
                rows=(
                    Field("number", _("Number of the part"), 2),
                    Field("label", _("Heading"), "最近一期报告"),
                    Field("text", _("Text"), "10月上旬报告已通过。"),
                ),
            ),
        ),
    ),
    Field("last", _("Number of the last part"), 10),
    Field(
        "decisions",
        _("Proposed decisions"),
        rows=(
            Field("text", pgettext_lazy("template field", "Decision"), "对未办结的微心愿逐件包联。"),
            Field("who", _("Who is responsible"), "在职党员参与社区治理专班", optional=True),
            Field("due", _("Due"), "11月15日", optional=True),
        ),
    ),
)

GROUPS = {"unmatched": "未承接", "overdue": "逾期", "due": "会前到期", "open": "在办", "done": "已办结"}
"""Groups of the follow-up in the order of the paper."""


def pack_values(body: Body, *, issuer: Issuer, number: int) -> dict[str, Any]:
    """The pack that `body` keeps; `number` is that of the bound pack, 0 before it is bound."""
    meeting, as_of = body["meeting"], moment(body["as_of"])
    chapters = [_chapter(chapter, body, place) for place, chapter in enumerate(body["agenda"]["chapters"], 2)]
    decisions = [
        {"text": row["text"], "who": responsible(row, team_names(body)), "due": short_day(row["due_on"])}
        for row in body["decisions"]
    ]
    titles = ["上次会议议定事项和领导指示办理情况", *(f"{chapter['name']}推进情况" for chapter in chapters)]
    titles += ["拟提请会议议定的事项"] if decisions else []
    return {
        "title": f"{meeting['action']}\n{meeting['title']}会议材料",
        "number": number,
        "as_of": long_moment(as_of),
        "issuer": issuer.name,
        "issuer_short": issuer.short,
        "day": long_day(moment(meeting["starts_at"]).date()),
        "contents": [{"title": title} for title in titles],
        "follow_up": f"截至{short_moment(as_of)}，{follow_up_sum(body)}。",
        "groups": list(_groups(body["agenda"]["follow_up"])),
        "chapters": chapters,
        "last": len(titles),
        "decisions": decisions,
    }


def follow_up_sum(body: Body) -> str:
    """办结9件（其中迟办1件），逾期1件: how many rows of the follow-up stand how."""
    rows = body["agenda"]["follow_up"]
    told = []
    for group, word in (
        ("done", "办结"),
        ("overdue", "逾期"),
        ("due", "会前到期"),
        ("open", "在办"),
        ("unmatched", "未承接"),
    ):
        found = [row for row in rows if row["group"] == group]
        late = sum(_is_late(row) for row in found)
        if found:
            told.append(f"{word}{len(found)}件" + (f"（其中迟办{late}件）" if late else ""))
    return "，".join(told) or "没有需要报告的事项"


def _is_late(row: Body) -> bool:
    return bool(row["group"] == "done" and row["due"] and row["done_on"] > row["due"])


def _groups(rows: Sequence[Body]) -> Iterator[dict[str, Any]]:
    """The groups that hold something; the teams of one decision are one row."""
    number = 0
    for group, word in GROUPS.items():
        found = [row for row in rows if row["group"] == group]
        together: dict[tuple[Any, ...], list[Body]] = {}
        for row in found:
            together.setdefault((row["kind"], row["of"], row["number"]), []).append(row)
        shown = []
        for same in together.values():
            number += 1
            shown.append(
                {
                    "number": number,
                    "text": _origin(same[0]) + sentence(same[0]["text"]),
                    "team": in_a_row(each["team_name"] for each in same if each["team_name"]) or "—",
                    "due": short_day(same[0]["due"]) or "—",
                    "standing": _standing_together(same),
                }
            )
        if shown:
            yield {"name": word, "count": len(found), "rows": shown}


def _standing_together(rows: Sequence[Body]) -> str:
    """How the teams of one decision stand: in one word where it is the same, else by team."""
    teams: dict[str, list[str]] = {}
    for row in rows:
        teams.setdefault(_standing(row), []).append(row["team_name"])
    if len(teams) == 1:
        return next(iter(teams))
    return "；".join(f"{'、'.join(names)}{standing}" for standing, names in teams.items())


def _origin(row: Body) -> str:
    """第1次调度会议定4：, 上级要求第3条："""
    if row["kind"] == "clause":
        return f"上级要求第{row['number']}条："
    kind, _year, number = [*str(row["of"]).split("-"), "", ""][:3]
    word = label(Meeting.Kind, kind)
    meeting = f"第{number}次{word}" if word else ""
    return f"{meeting}议定{row['number']}：" if row["kind"] == "decision" else f"领导指示{row['number']}："


def _standing(row: Body) -> str:
    match row["group"]:
        case "unmatched":
            return "尚无专班承接"
        case "overdue":
            return f"逾期{row['days_over']}天"
        case "due":
            return "未办结"
        case "done":
            return f"{short_day(row['done_on'])}办结" + ("，迟办" if _is_late(row) else "")
    return "在办"


# A page a team -------------------------------------------------------------------------------------------------------
def _chapter(chapter: Body, body: Body, number: int) -> dict[str, Any]:
    leads = {slide["team"]: slide["lead"] for slide in body["slides"]}
    head = chapter["head"]
    parts = [
        ("最近一期报告", _report(chapter)),
        ("上期打算办理", _promised(chapter)),
        ("下步打算", _promises(chapter["promises"])),
        ("问题和督办", _problems(chapter)),
        ("组建工作", _first_steps(chapter)),
        ("请重点说明", "".join(questions(chapter))),
    ]
    told = [(label, text) for label, text in parts if text]
    return {
        "number": number,
        "name": chapter["name"],
        "lead": leads.get(chapter["team"], ""),
        "head": f"{head['post']}{head['name']}" if head else "",
        "pace": _pace(chapter),
        "tasks": [_task(task) for task in chapter.get("tasks", ())],
        "reasons": [f"任务{task['number']}：{sentence(readable(task['sentence']))}" for task in chapter["lit"]],
        "parts": [{"number": place, "label": label, "text": text} for place, (label, text) in enumerate(told, 2)],
    }


def lamps_told(chapter: Body, unit: str = "") -> str:
    """正常1、红灯1、已销号1（迟办）: counts above 0; lamps of open tasks, then what is closed out."""
    tasks = chapter.get("tasks", ())
    counts = [(lamp, sum(t["open"] and t["lamp"] == lamp for t in tasks)) for lamp in LAMPS]
    told = [f"{lamp_word(lamp)}{count}{unit}" for lamp, count in counts if count]
    closed = [task for task in tasks if task["state"] == "closed_out"]
    late = sum(task["lamp"] != "grey" for task in closed)
    if closed:
        told.append(f"已销号{len(closed)}{unit}" + (f"（其中迟办{late}{unit}）" if late else ""))
    suspended = sum(task["state"] == "suspended" for task in tasks)
    if suspended:
        told.append(f"暂停{suspended}{unit}")
    return "、".join(told)


def _pace(chapter: Body) -> str:
    tasks, pace = chapter.get("tasks"), chapter["pace"]
    if tasks == []:
        return "还没有重点任务。"
    # Packs bound before chapters kept their tasks have the pace alone.
    told = f"承担重点任务{len(tasks)}项：{lamps_told(chapter, '项')}。" if tasks else ""
    if pace is None:
        return told
    gap = f"落后{pace['gap']}个百分点" if pace["gap"] > 0 else "不落后序时"
    return f"{told}按任务级别加权，实际进度{pace['percent']}%，序时进度{pace['planned']}%，{gap}。"


def _task(task: Body) -> dict[str, Any]:
    reached = f"{task['done']}/{task['target']}{task['unit']}" if task["done"] and task["target"] else ""
    closed = "已销号" if task["lamp"] == "grey" else "已销号\n（迟办）"
    if task["state"] == "suspended":
        closed = "暂停"
    return {
        "number": task["number"],
        "title": task["title"],
        "reached": reached.replace(",", "") or f"{task['percent']}%",
        "actual": task["percent"],
        "planned": task["planned"] or "—",
        "lamp": lamp_word(task["lamp"]) if task["open"] else closed,
        "due": long_day(task["due"]).replace("年", "年\n") or "长期",
    }


def _report(chapter: Body) -> str:
    report = chapter["report"]
    if report is None:
        return "未报。"
    rows = "".join(f"任务{row['task']}：{sentence(row['text'])}" for row in report["rows"])
    return f"{report['period']}报告{label(ReportState, report['state'])}。{rows or '没有新的进展内容。'}"


def _promised(chapter: Body) -> str:
    """What the report before promised, and what came of it."""
    if chapter["report"] is None:
        return ""
    told = [
        sentence(f"{_dated(each)}：{each['outcome'] or '未说明'}" + (f"，{each['reason']}" if each["reason"] else ""))
        for each in chapter["promised"]
    ]
    return "".join(told) or "上期报告未列下步打算。"


def _promises(promises: Iterable[Body]) -> str:
    return "".join(sentence(_dated(each)) for each in promises)


def _dated(each: Body) -> str:
    return each["text"].strip("。 ") + (f"（{short_day(each['due'])}前）" if each["due"] else "")


def _problems(chapter: Body) -> str:
    told = []
    for row in chapter["problems"]:
        due = f"，{short_day(row['due'])}前整改到位" if row["due"] else ""
        told.append(f"问题{row['number']}（{row['title']}）{label(ProblemState, row['state'])}{due}。")
    for order in chapter["orders"]:
        by = f"，{short_day(order['answer_by'])}前答复" if order["answer_by"] else ""
        told.append(f"{numbered(order['series'], order['year'], order['number'])}{by}。")
    matters = [sentence(f"{row['text'].strip('。 ')}（{row['to'] or '未指定单位'}）") for row in chapter["matters"]]
    told.append(f"待答复的协调事项{len(matters)}件：{''.join(matters)}" if matters else "待答复的协调事项：无。")
    return "".join(told if chapter["problems"] or chapter["orders"] else ["问题和督办单：无。", *told])


def _first_steps(chapter: Body) -> str:
    """What a new team has done of its first steps, with what is late or open."""
    told = []
    for step in chapter["first_steps"]:
        if step["done_on"]:
            late = "，迟于规定时间" if step["due"] and step["done_on"] > step["due"] else ""
            told.append(f"{step['label']}：{short_day(step['done_on'])}完成{late}。")
        else:
            told.append(f"{step['label']}：未完成，规定{short_day(step['due'])}。")
    return "".join(told)


def questions(chapter: Body) -> list[str]:
    """What a meeting may ask the team: of red and yellow tasks, townships at zero, problems, matters."""
    asked = [f"任务{task['number']}（{task['title']}）落后的原因是什么，何时补齐？" for task in chapter["lit"]]
    idle = [row["township"] for row in chapter["idle_townships"]]
    if idle:
        asked.append(f"{in_a_row(idle)}完成数为零，何时启动？")
    asked += [
        f"问题{row['number']}（{row['title']}）整改到哪一步？"
        for row in chapter["problems"]
        if row["state"] == "rectifying"
    ]
    if chapter["report"] is None:
        asked.append("最近一期报告何时报送？")
    return asked

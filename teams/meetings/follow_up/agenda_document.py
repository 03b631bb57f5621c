"""The follow-up and the chapters of a meeting as plain data: what a pack keeps, and what the command prints of it.

Words are in Chinese, as papers are; days are written as 2026-10-20.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import override

from governance.clock import day_of
from governance.lists.text import count_text
from teams.rules.progress import shown_percent
from teams.tasks.standing import TaskStanding

from ..models import InstructionLine, Meeting
from .chapters import (
    Chapter,
    Promise,
    TeamReport,
    chapters_of,
    last_reported,
    teams_existing,
    teams_of_meeting,
)
from .rows import FollowUpRow, bound_parts, follow_up_of

BODY_KEY = "agenda"
"""Where the body of a pack keeps this document."""

FOLLOW_UP, REPORTED, CHAPTERS = (f"{BODY_KEY}__{part}" for part in ("follow_up", "reported", "chapters"))
"""Its parts, as `bound_parts` names them."""

PRINTED = ("group", "kind", "number", "of", "team", "due")
"""What the command prints of each row of the follow-up."""

Document = dict[str, list[dict[str, Any]]]


def agenda_printed(meeting: Meeting, *, at: datetime) -> Document:
    """What the command prints: live until the meeting is held, afterwards as bound in its pack; no chapter is read."""
    bound = bound_parts(meeting, FOLLOW_UP, REPORTED) if meeting.is_over else None
    if bound is not None:
        (rows, reported), _as_of = bound
        return _printed(rows, reported)
    found = follow_up_of(meeting, at=at)
    return _printed((row.as_json() for row in found.rows), reported_of(meeting))


def _printed(rows: Iterable[Mapping[str, Any]], reported: Iterable[Sequence[str | None]]) -> Document:
    return {
        "follow_up": [{name: row[name] for name in PRINTED} for row in rows],
        "chapters": [{"team": team, "period": period} for team, period in reported],
    }


def live_document(meeting: Meeting, at: datetime) -> dict[str, list[Any]]:
    """As it stands at `at`; what a pack that is bound now keeps."""
    teams = teams_of_meeting(meeting.action, day_of(meeting.starts_at))
    with override("zh-hans"):
        found = follow_up_of(meeting, at=at)
        return {
            "follow_up": [row_document(row, found.day) for row in found.rows],
            "reported": reported_of(meeting),
            "chapters": [chapter_document(chapter) for chapter in chapters_of(meeting.action, teams, at=at)],
        }


def reported_of(meeting: Meeting) -> list[list[str | None]]:
    """The code of each team that has a chapter, and the first day of the period it last reported on: two queries."""
    teams = teams_existing(meeting.action, day_of(meeting.starts_at)).values_list("pk", "code")
    last = last_reported(teams.order_by().values("pk"))
    return [[code, _day(last.get(pk))] for pk, code in teams]


def row_document(row: FollowUpRow, on: date) -> dict[str, Any]:
    """A row as a pack keeps it; a line names its instruction, since its meeting may have heard several."""
    document = row.as_json() | {
        "text": row.text,
        "team_name": row.team.short_name if row.team is not None else "",
        "done_on": _day(row.done_on),
        "days_over": row.days_over(on),
    }
    if isinstance(row.row, InstructionLine):
        document["instruction"] = f"{row.row.instruction.year}-{row.row.instruction.number}"
    return document


def chapter_document(chapter: Chapter) -> dict[str, Any]:
    """A chapter as a pack keeps it."""
    team, head, pace = chapter.team, chapter.head, chapter.pace
    return chapter.as_json() | {
        "order": team.order,
        "name": team.name,
        "short_name": team.short_name,
        "head": {"name": head.name, "post": head.post} if head is not None else None,
        "pace": {"percent": shown_percent(pace.percent), "planned": shown_percent(pace.planned), "gap": pace.gap}
        if pace is not None
        else None,
        "lamps": {lamp.value: count for lamp, count in chapter.lamps.items() if count},
        "tasks": [_task(each) for each in chapter.tasks],
        "lit": [
            {
                "number": each.standing.task.number,
                "title": each.standing.row.title,
                "lamp": each.standing.lamp.value,
                "due": _day(each.standing.row.due_on),
                "sentence": each.sentence,
            }
            for each in chapter.lit
        ],
        "idle_townships": [
            {
                "task": share.task.number,
                "township": share.township.name,
                "target": count_text(share.target),
                "unit": share.task.unit,
            }
            for share in chapter.idle_townships
        ],
        "report": _report(chapter.report) if chapter.report is not None else None,
        "promised": [_promise(each) for each in chapter.promised],
        "promises": [_promise(each) for each in chapter.promises],
        **_loop(chapter),
    }


def _task(each: TaskStanding) -> dict[str, Any]:
    """A task as the table of a chapter shows it; `planned` None where it has no plan line."""
    row = each.row
    return {
        "number": each.task.number,
        "title": row.title,
        "state": row.state,
        "open": row.is_open,
        "lamp": each.lamp.value,
        "percent": count_text(row.percent),
        "planned": count_text(each.planned) if each.planned is not None else None,
        "done": count_text(row.done) if row.done is not None else None,
        "target": count_text(row.target) if row.target is not None else None,
        "unit": row.unit,
        "due": _day(row.due_on),
    }


def _report(told: TeamReport) -> dict[str, Any]:
    return {
        "period": str(told.report.period),
        "state": told.report.state,
        "rows": [
            {"task": entry.task.number, "title": entry.task.title, "percent": str(entry.percent), "text": entry.text}
            for entry in told.said
        ],
    }


def _promise(each: Promise) -> dict[str, Any]:
    return {"text": each.text, "due": _day(each.due_on), "outcome": str(each.outcome), "reason": each.reason}


def _loop(chapter: Chapter) -> dict[str, Any]:
    """Problems, orders, matters, places, showcases and first steps."""
    steps = chapter.beginning.steps if chapter.beginning is not None else ()
    return {
        "problems": [
            {"number": row.number, "title": row.title, "state": row.state, "due": _day(row.due_on)}
            for row in chapter.problems
        ],
        "orders": [
            {
                "series": order.series,
                "year": order.year,
                "number": order.number,
                "rung": order.rung,
                "task": order.task.number if order.task is not None else None,
                "answer_by": _day(order.answer_by),
                "state": order.state,
            }
            for order in chapter.orders
        ],
        "matters": [
            {"text": row.text, "to": row.to.name if row.to else "", "due": _day(row.due_on)} for row in chapter.matters
        ],
        "places": [
            {
                "month": f"{row.month:%Y-%m}",
                "field": row.field,
                "place": row.place,
                "out_of": row.out_of,
                "document": row.document,
            }
            for row in chapter.places
        ],
        "showcases": [
            {
                "title": each.showcase.title,
                "kind": each.showcase.kind,
                "step": each.step.step if each.step is not None else "",
                "level": each.step.level if each.step is not None else "",
            }
            for each in chapter.showcases
        ],
        "first_steps": [
            {"kind": step.row.kind, "label": step.label, "due": _day(step.row.due_on), "done_on": _day(step.done_on)}
            for step in steps
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None

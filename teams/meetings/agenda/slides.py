"""What the screen in the room shows of each team, as plain values: a page a team (docs/rules.md#screen-of-a-meeting).

Kept in the pack when it is bound; without a pack read as it stands now. No scores.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from governance.clock import day_of
from governance.lists.text import count_text, percent_text
from teams.models import NextStep, SpecialTeam, TeamDepartment
from teams.rules.lamps import Lamp
from teams.rules.progress import shown_percent
from teams.tasks.standing import TaskStanding, lamp_counts, pace_of, tasks_standing

from ..follow_up.chapters import Promise, ShownCase, latest_reports, promises_of, showcases_of
from ..models import AgendaItem, Decision, DecisionTeam, Meeting, Problem, Step, SupervisionOrder
from ..models.order import SERIES_OF, Rung
from ..models.problem import ProblemTeam
from ..states import DecisionState
from ..words import document_number
from .decision_rows import LISTED, for_rows, rows_of

MOST = 6
"""Rows of each kind on a page; a page is read from five metres."""

FEW = 3
"""Promises, next steps and showcases on a page."""

URGENT_FIRST = tuple(Lamp)


def slides_of(meeting: Meeting, at: datetime) -> list[dict[str, Any]]:
    """The pages of the teams on the agenda, in its order: the same number of queries for any number of teams."""
    on = day_of(at)
    items = list(
        meeting.items.filter(kind=AgendaItem.Kind.REPORT).select_related("team", "speaker").order_by("order", "pk")
    )
    teams = [item.team for item in items if item.team is not None]
    standings: dict[int, list[TaskStanding]] = defaultdict(list)
    for standing in tasks_standing(meeting.action, on=on, today=on):
        standings[standing.row.team_id].append(standing)
    leads = TeamDepartment.objects.current().lead_by_team(teams)
    decisions = _decisions(meeting, teams, on)
    problems, orders = _problems(teams, on), _orders(teams)
    keys = [team.pk for team in teams]
    promised, promises = promises_of(latest_reports(keys))
    showcases = showcases_of(keys)
    return [
        {
            "item": item.pk,
            "team": item.team.code,
            "order": item.team.order,
            "name": item.team.name,
            "short_name": item.team.short_name,
            "lead": leads[item.team.pk].name if item.team.pk in leads else "",
            "speaker": item.speaker.name if item.speaker else "",
            "pace": _pace(standings[item.team.pk]),
            "lamps": [[lamp.value, count] for lamp, count in _lamps(standings[item.team.pk]).items() if count],
            "tasks": _tasks(standings[item.team.pk]),
            "decisions": decisions[item.team.pk][:MOST],
            "problems": problems[item.team.pk][:MOST],
            "orders": orders[item.team.pk][:MOST],
            "promised": [_promise(each) for each in promised[item.team.pk][:FEW]],
            "next_steps": [_promise(each) for each in promises[item.team.pk][:FEW]],
            "showcases": [_showcase(each) for each in showcases[item.team.pk][:FEW]],
        }
        for item in items
        if item.team is not None
    ]


def in_words(slides: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Slides with the words of their codes in the reader's language; packs of an earlier form lack some parts."""
    outcomes, steps = dict(NextStep.Outcome.choices), dict(Step.choices)
    return [
        slide
        | {
            "promised": [row | {"word": outcomes.get(row["outcome"], "")} for row in slide.get("promised", ())],
            "showcases": [row | {"word": steps.get(row["step"], "")} for row in slide.get("showcases", ())],
            "orders": [row | {"document": _document(row)} for row in slide["orders"]],
        }
        for slide in slides
    ]


def _document(order: dict[str, Any]) -> str:
    return document_number(SERIES_OF[Rung(order["rung"])], order["year"], order["number"])


def _promise(each: Promise) -> dict[str, Any]:
    return {"text": each.text, "due_on": each.due_on.isoformat() if each.due_on else None, "outcome": each.code}


def _showcase(each: ShownCase) -> dict[str, Any]:
    return {"title": each.showcase.title, "step": each.step.step if each.step is not None else ""}


def _pace(standings: Iterable[TaskStanding]) -> dict[str, int] | None:
    pace = pace_of(standings)
    if pace is None:
        return None
    return {"percent": shown_percent(pace.percent), "planned": shown_percent(pace.planned), "gap": pace.gap}


def _lamps(standings: Iterable[TaskStanding]) -> dict[Lamp, int]:
    """Lamps of tasks that are open: a task closed out late keeps its yellow and is not asked about again."""
    return lamp_counts(each for each in standings if each.row.is_open)


def _tasks(standings: Iterable[TaskStanding]) -> list[dict[str, Any]]:
    """Open tasks, the most urgent first."""
    shown = [each for each in standings if each.row.is_open]
    shown.sort(key=lambda each: URGENT_FIRST.index(each.lamp))
    return [
        {
            "number": each.task.number,
            "title": each.row.title,
            "lamp": each.lamp.value,
            "reason": each.reason.value,
            "reached": _reached(each),
            "due_on": each.row.due_on.isoformat() if each.row.due_on else None,
        }
        for each in shown[:MOST]
    ]


def _reached(standing: TaskStanding) -> str:
    row = standing.row
    if row.target is not None and row.done is not None:
        return f"{count_text(row.done)} / {count_text(row.target)}"
    return percent_text(row.percent)


def _decisions(meeting: Meeting, teams: Sequence[SpecialTeam], on: date) -> dict[int, list[dict[str, Any]]]:
    """Decisions of earlier meetings that a team has not done: the latest meeting first."""
    keys = DecisionTeam.objects.filter(team__in=teams).values("decision")
    earlier = Decision.objects.filter(pk__in=keys, state=DecisionState.ADOPTED).exclude(meeting=meeting)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(for_rows(earlier).order_by("-meeting__starts_at", "number"), on=on):
        if row.standing not in LISTED:
            continue
        for team in row.teams:
            found[team.pk].append(
                {
                    "meeting": row.decision.meeting.title,
                    "number": row.decision.number,
                    "text": row.decision.text,
                    "standing": row.standing.value,
                    "due_on": row.decision.due_on.isoformat() if row.decision.due_on else None,
                }
            )
    return found


def _problems(teams: Sequence[SpecialTeam], on: date) -> dict[int, list[dict[str, Any]]]:
    live = Problem.objects.live().values("pk")
    rows = ProblemTeam.objects.filter(team__in=teams, problem__in=live).select_related("problem")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("problem__found_on", "problem__number"):
        overdue = row.problem.due_on is not None and row.problem.due_on < on
        found[row.team_id].append(
            {
                "number": row.problem.number,
                "title": row.problem.title,
                "days": row.problem.age(on),
                "tone": "red" if overdue else "yellow",
            }
        )
    return found


def _orders(teams: Sequence[SpecialTeam]) -> dict[int, list[dict[str, Any]]]:
    rows = SupervisionOrder.objects.to_act_on().filter(team__in=teams)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for order in rows.select_related("task", "problem").order_by("issued_at", "pk"):
        found[order.team_id].append(
            {
                "rung": order.rung,
                "year": order.year,
                "number": order.number,
                "about": str(order.task or order.problem or ""),
                "answer_by": order.answer_by.isoformat() if order.answer_by else None,
            }
        )
    return found

"""The search results from `teams`; the number of a task leads straight to it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, marked, passage

from ..models import HelpRequest, ReportEntry, SpecialAction, SpecialTeam, Task
from ..states import ReportState

NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,6})")


def task_numbered(text: str, *, action: SpecialAction | None, user: User) -> Task | None:
    """The one task with the number `text` ("17", "2026-17", full-width digits too); None if none or ambiguous."""
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or action is None:
        return None
    tasks = Task.objects.visible_to(user).filter(action=action, number=int(match[2]))
    found = list((tasks.filter(year=int(match[1])) if match[1] else tasks)[:2])
    return found[0] if len(found) == 1 else None


def _teams(user: User, action: SpecialAction | None) -> QuerySet[SpecialTeam]:
    return _visible(SpecialTeam.objects, user, action, "action").order_by("order")


def _tasks(user: User, action: SpecialAction | None) -> QuerySet[Task]:
    tasks = _visible(Task.objects, user, action, "action").order_by("year", "number")
    return tasks.select_related("team", "lead_department")


def _entries(user: User, action: SpecialAction | None) -> QuerySet[ReportEntry]:
    entries = _visible(ReportEntry.objects, user, action, "report__team__action")
    handed_in = entries.filter(report__state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
    return handed_in.select_related("report__team", "report__period", "task").order_by("-pk")


def _matters(user: User, action: SpecialAction | None) -> QuerySet[HelpRequest]:
    matters = _visible(HelpRequest.objects, user, action, "report__team__action")
    return matters.select_related("report__team", "to").order_by("-pk")


def _visible(rows: Any, user: User, action: SpecialAction | None, path: str) -> Any:
    """The rows of an action that `user` may read; none, without a query, where no action is chosen."""
    return rows.visible_to(user).filter(**{path: action}) if action else rows.none()


def _team_hit(team: SpecialTeam, words: Sequence[str]) -> Hit:
    return Hit(team.get_absolute_url(), marked(team.name, words), marked(team.short_name, words), team.code)


def _task_hit(task: Task, words: Sequence[str]) -> Hit:
    whose = f"{task.team.short_name} {task.lead_department}"
    return Hit(task.get_absolute_url(), marked(str(task), words), passage(task.expected_result, words), whose)


def _entry_hit(entry: ReportEntry, words: Sequence[str]) -> Hit:
    title = escape(str(entry.report))
    return Hit(entry.report.get_absolute_url(), title, passage(entry.text, words), str(entry.task))


def _matter_hit(matter: HelpRequest, words: Sequence[str]) -> Hit:
    whose = " ".join(filter(None, (matter.report.team.short_name, str(matter.to or ""))))
    return Hit(matter.get_absolute_url(), passage(matter.text, words), passage(matter.answer, words), whose)


SEARCH_SOURCES.register(
    "teams",
    SearchSource(_("Special teams"), "team_list", rows=_teams, paths=("name", "short_name", "code"), hit=_team_hit),
)
SEARCH_SOURCES.register(
    "tasks",
    SearchSource(
        _("Key tasks"),
        "task_list",
        rows=_tasks,
        paths=("title", "expected_result", "team__name", "lead_department__name", "owner_name"),
        hit=_task_hit,
        number="number",
    ),
)
SEARCH_SOURCES.register(
    "reports",
    SearchSource(_("Progress reports"), "report_list", rows=_entries, paths=("text",), hit=_entry_hit),
)
SEARCH_SOURCES.register(
    "matters",
    SearchSource(
        _("Matters for coordination"),
        "matter_list",
        rows=_matters,
        paths=("text", "answer", "to__name"),
        hit=_matter_hit,
    ),
)

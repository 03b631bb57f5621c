"""The search results from `teams`; the number of a task leads straight to it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, each_hit, marked, passage

from ..filters.matter import matter_says
from ..filters.report import HANDED_IN, STANDINGS, report_says
from ..filters.task import task_says
from ..filters.team import EITHER, team_says
from ..models import HelpRequest, ProgressReport, ReportEntry, SpecialAction, SpecialTeam, Task

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


def _reports(user: User, action: SpecialAction | None) -> QuerySet[ProgressReport]:
    reports = _visible(ProgressReport.objects, user, action, "team__action").filter(STANDINGS[HANDED_IN])
    return reports.select_related("team", "period").order_by("-pk")


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


def _report_hits(reports: Sequence[ProgressReport], words: Sequence[str]) -> list[Hit]:
    """Each with the first of its rows that has one of the words: one query."""
    stands = Q()
    for word in words:
        stands |= holding(word, "text")
    entries = ReportEntry.objects.filter(stands, report__in=reports).select_related("task").order_by("-task")
    rows = {entry.report_id: entry for entry in entries}
    return [_report_hit(report, rows.get(report.pk), words) for report in reports]


def _report_hit(report: ProgressReport, row: ReportEntry | None, words: Sequence[str]) -> Hit:
    said, task = (passage(row.text, words), str(row.task)) if row else (SafeString(), "")
    return Hit(report.get_absolute_url(), marked(str(report), words), said, task)


def _matter_hit(matter: HelpRequest, words: Sequence[str]) -> Hit:
    whose = " ".join(filter(None, (matter.report.team.short_name, str(matter.to or ""))))
    return Hit(matter.get_absolute_url(), passage(matter.text, words), passage(matter.answer, words), whose)


SEARCH_SOURCES.register(
    "teams",
    SearchSource(_("Special teams"), "team_list", _teams, team_says, each_hit(_team_hit), {"closed": EITHER}),
)
SEARCH_SOURCES.register(
    "tasks",
    SearchSource(_("Key tasks"), "task_list", _tasks, task_says, each_hit(_task_hit)),
)
SEARCH_SOURCES.register(
    "reports",
    SearchSource(_("Progress reports"), "report_list", _reports, report_says, _report_hits, {"state": HANDED_IN}),
)
SEARCH_SOURCES.register(
    "matters",
    SearchSource(_("Matters for coordination"), "matter_list", _matters, matter_says, each_hit(_matter_hit)),
)

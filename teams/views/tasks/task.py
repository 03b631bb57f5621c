"""A key task: its state and its history."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from governance.clock import today
from governance.lists.requests import Request
from governance.lists.views import Chip
from governance.people.models import User
from governance.people.permissions import may

from ...evidence.attachments import may_attach_to
from ...evidence.gallery import evidence_of_task
from ...forms.request import DecisionForm
from ...models import CloseOut, Extension, LampRule, Task, TaskVersion
from ...models.team import reads_papers_of
from ...rules.lamps import Thresholds
from ...tasks.bulk_decisions import hindrance_to_decide
from ...tasks.changes import milestones_in, milestones_of
from ...tasks.history import Kind, Papers, Told, by_day, story
from ...tasks.lamp_sentences import due_note, lamp_sentence, outlook
from ...tasks.open_verbs import offered
from ...tasks.standing import TaskStanding
from ...tasks.task_page import (
    MilestoneLine,
    in_force,
    last_words,
    milestone_lines,
    origin_of,
    townships_of,
    with_exhibits,
)
from ..day import AskedDay, asked_day
from ..rows import TaskMixin

EVIDENCE_SHOWN = 8
"""Pieces of evidence on the task's page; the others are one click away."""


def standings_of(rows: Sequence[Task | TaskVersion], on: date) -> list[TaskStanding]:
    """The rows of one page as of `on`."""
    milestones = milestones_of(row for row in rows if isinstance(row, Task))
    return [
        TaskStanding(row, row, on, milestones[row.pk])
        if isinstance(row, Task)
        else TaskStanding(row.task, row, on, milestones_in(row))
        for row in rows
    ]


class TaskFormMixin(TaskMixin):
    """A form about one task."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(task=self.task, cancel_url=self.task.get_absolute_url(), **kwargs)


class TaskView(TaskMixin, View):
    """A task: its state and why, its goals, its requests, what this person can do.

    With `?on=` as known on that evening: actions and requests belong to today and are left out. The floor above adds
    what it knows of the task.
    """

    template_name = "teams/task.html"

    def get(self, request: Request, year: int, number: int) -> HttpResponse:
        """The page; 404 for a day on which the task was not known yet."""
        day = asked_day(request, today())
        if day.error:
            messages.error(request, day.error)
        standing, lines = self._standing(day)
        rule = LampRule.objects.filter(action=self.task.action).order_by("-number").first()
        thresholds = rule.thresholds if rule else Thresholds()
        context: dict[str, object] = {
            "task": self.task,
            "row": standing.row,
            "day": day,
            "standing": standing,
            "milestones": lines,
            "sentence": lamp_sentence(standing, thresholds),
            "outlook": outlook(standing),
            "due_note": due_note(standing),
        }
        if not day.is_past:
            context |= self.of_today(standing)
        return render(request, self.template_name, context, status=day.status)

    def _standing(self, day: AskedDay) -> tuple[TaskStanding, list[MilestoneLine]]:
        """The task's standing and its milestones; replaced ones are shown for today only."""
        row = self.task_on(day)
        if isinstance(row, TaskVersion):
            [standing] = standings_of([row], day.on)
            return standing, milestone_lines(standing.milestones, on=day.on)
        milestones = list(row.milestones.all())
        return TaskStanding(row, row, day.on, in_force(milestones)), milestone_lines(milestones, on=day.on)

    def of_today(self, standing: TaskStanding) -> dict[str, object]:
        """Joint departments, townships, requests and reports (for people who may read them), available actions."""
        task, user = self.task, self.request.user
        extensions = list(_read(Extension.objects, user, task))
        close_outs = with_exhibits(_read(CloseOut.objects, user, task), user)
        requests = [*close_outs, *extensions]
        open_request = next((asked for asked in requests if not hindrance_to_decide(asked, user)), None)
        reads_papers = reads_papers_of(user, task.team_id)
        return {
            "joint": task.joint.select_related("department"),
            "townships": townships_of(task, planned=standing.planned),
            "requests": requests,
            "reads_papers": reads_papers,
            "last_words": last_words(task, user) if reads_papers else [],
            "exhibits": evidence_of_task(task, user, most=EVIDENCE_SHOWN) if reads_papers else [],
            "may_attach": may_attach_to(user, task),
            "may_prove": may(user, "attach_to_close_out", task),
            "origin": origin_of(task, user),
            "offered": offered(user, task, on=standing.on, extensions=extensions),
            "open_request": open_request,
            "decision": DecisionForm.of(open_request) if open_request else None,
        }


def _read(rows: Any, user: User, task: Task) -> QuerySet:
    return rows.visible_to(user).filter(task=task).select_related("asked_by", "decided_by", "task")


class TaskHistoryView(TaskMixin, View):
    """The history of a task in sentences, day by day, last day first; `?kind=` filters it."""

    def get(self, request: Request, year: int, number: int) -> HttpResponse:
        """Who did what and why; for people who may read the team's reports also requests, reports and evidence."""
        rows = TaskVersion.objects.visible_to(request.user).filter(task=self.task)
        versions = list(rows.select_related("team", "stage", "lead_department", "by").order_by("number"))
        reads_papers = reads_papers_of(request.user, self.task.team_id)
        papers = Papers.of(self.task, request.user) if reads_papers else Papers()
        told = story(versions, until=today(), papers=papers)
        kind = request.GET.get("kind", "")
        chosen = [each for each in told if each.kind == kind] if kind in Kind.values else told
        context = {"task": self.task, "days": by_day(chosen), "chips": kind_chips(told, kind)}
        return render(request, "teams/task_history.html", context)


def kind_chips(told: Sequence[Told], chosen: str) -> list[Chip]:
    """Chips for all sentences and each kind in the history, with counts."""
    counts = Counter(each.kind for each in told)
    kinds = [
        Chip(str(kind.label), f"?kind={kind}", counts[kind], current=kind == chosen) for kind in Kind if counts[kind]
    ]
    return [Chip(gettext("All"), "?", len(told), current=chosen not in counts), *kinds]

"""The list of key tasks: today, or as known on a past evening."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.clock import end_of, today
from governance.lists.paging import kept_counts
from governance.lists.tables import LeanTable
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.list_views import BulkAction, BulkMixin, ExportingMixin

from ...filters.task import TaskFilter
from ...models import Task, TaskVersion
from ...rules.lamps import Lamp
from ...tables.task import TaskTable
from ...tasks.standing import TaskStanding
from ...words import LAMP_WORDS
from ..day import AskedDay, asked_day
from ..rows import FiltersOfActionMixin
from .bulk import Acknowledge, SetLeadDepartment, SetLevel, SetOwner, SetStage
from .task import standings_of


class TaskListView(FiltersOfActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The key tasks of the action, today or as known on the evening of `?on=`; with filters, sorting and lamp chips."""

    table_class = TaskTable
    filterset_class = TaskFilter
    template_name = "teams/task_list.html"
    bulk_actions = (Acknowledge, SetStage, SetLevel, SetOwner, SetLeadDepartment)
    heading = _("Key tasks")
    empty_title = _("No tasks yet")
    empty_how = _("Import tasks with the ledger, or add them one by one with “New task”.")

    @cached_property
    def day(self) -> AskedDay:
        """The day whose tasks are shown."""
        return asked_day(self.request, today())

    @cached_property
    def queryset(self) -> QuerySet:
        """Tasks, or their versions known that evening, with the lamp of the day."""
        if self.day.is_past:
            known = TaskVersion.objects.as_known_before(end_of(self.day.on)).filter(task__action=self.action)
            return known.select_related("task", "team", "lead_department").with_lamp(self.day.on)
        # A task is of its team's action. By team, the teams' own order is walked; else an index of the tasks'.
        path = "team__action" if self.request.GET.get("sort", "").lstrip("-") == "team" else "action"
        return Task.objects.filter(**{path: self.action}).for_list().with_lamp(self.day.on)

    def get_filterset_kwargs(self, filterset_class: type[TaskFilter]) -> dict[str, Any]:
        """Count from the day shown, and search numbers where the rows have them."""
        kwargs = super().get_filterset_kwargs(filterset_class)
        number_path = "task__number" if self.day.is_past else "number"
        return {**kwargs, "on": self.day.on, "number_path": number_path}

    def sorted_fields(self, table: LeanTable) -> list[str | Combinable]:
        """The same order for tasks and for versions, whose year and number are the task's."""
        fields = super().sorted_fields(table)
        return [_of_version(field) for field in fields] if self.day.is_past else fields

    @property
    def export_related(self) -> tuple[str, ...]:
        """Teams and departments are few; the tasks of versions are as many as the rows, but read once per batch."""
        return ("team", "lead_department", "task") if self.day.is_past else ("team", "lead_department")

    def shown(self, rows: Sequence[Task | TaskVersion]) -> list[TaskStanding]:
        """The standings of rows; their milestones are in the versions, or one query."""
        return standings_of(rows, self.day.on)

    def get_bulk_actions(self) -> list[BulkAction]:
        """None for a past day: actions apply to the tasks as they are today."""
        return [] if self.day.is_past else super().get_bulk_actions()

    def get_chips(self) -> list[Chip]:
        """Chips for all tasks and each lamp, with counts: one grouped query, cached for a long list."""
        rows = self.filterset.without("lamp").order_by()
        counts = Counter(kept_counts(rows, "lamps", lambda: dict(rows.values_list("lamp").annotate(Count("pk")))))
        chosen = self.request.GET.get("lamp", "")
        everything = Chip(gettext("All"), self.address(lamp=None), counts.total(), current=not chosen)
        lamps = [
            Chip(str(LAMP_WORDS[lamp]), self.address(lamp=lamp), counts[lamp], lamp=lamp, current=lamp == chosen)
            for lamp in Lamp
        ]
        return [everything, *lamps]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.day.error:
            messages.error(self.request, self.day.error)
        may_assign = self.action is not None and may(self.request.user, "assign_task")
        return super().get_context_data(day=self.day, may_assign=may_assign, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A refused day responds with 400 and today's list."""
        return super().render_to_response(context, status=self.day.status, **kwargs)


def _of_version(field: str | Combinable) -> str | Combinable:
    """The path from a version to a field of its task, for names that only the task has."""
    if not isinstance(field, str):
        return field
    return field.replace("year", "task__year").replace("number", "task__number")

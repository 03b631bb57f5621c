"""Filters of the list of key tasks, for today and for past evenings."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.clock import end_of
from governance.lists.filters import holding, numbered, saying
from governance.people.models import Department
from governance.records.fields import DayFilter

from ..models import Level, Milestone, SpecialAction, SpecialTeam, TaskVersion
from ..rules.lamps import Lamp
from ..states import TaskState
from .team import WithTeamsFilter, search_field


def task_says(word: str, *, number_path: str = "number") -> Q:
    """Tasks, or their versions, with the word in their text or the names of team or lead department, or the number."""
    return (
        holding(word, "title", "expected_result", "owner_name")
        | Q(team__in=SpecialTeam.objects.called(word).values("pk"))
        | Q(lead_department__in=Department.objects.called(word).values("pk"))
        | numbered(word, number_path)
    )


class TaskFilter(WithTeamsFilter):
    """Filters of the list of tasks, over tasks or over their versions of a day: rows with `lamp` annotated.

    Args:
        action: whose teams and stages may be chosen.
        on: the day that "overdue" and "within a week" count from.
        number_path: where a row has its number.
    """

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Title, number, team, department"))
    )
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    stage = django_filters.ChoiceFilter(field_name="stage__order", label=_("Stage"), empty_label=_("All stages"))
    due = django_filters.ChoiceFilter(
        method="within",
        label=_("Due"),
        empty_label=_("Any time"),
        choices=[
            ("past", _("Past")),
            ("week", _("Within 7 days")),
            ("month", _("Within 30 days")),
            ("ongoing", _("Ongoing")),
        ],
    )
    level = django_filters.ChoiceFilter(label=_("Level"), empty_label=_("All levels"), choices=Level.choices)
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("All states"), choices=TaskState.choices)
    group = django_filters.ChoiceFilter(field_name="team__group", label=_("Working group"), empty_label=_("All groups"))
    on = django_filters.CharFilter(method="as_it_is", label=_("As of"), widget=forms.DateInput)
    since = DayFilter(method="turned_since", widget=forms.HiddenInput)
    paced = django_filters.BooleanFilter(method="with_plan_line", widget=forms.HiddenInput)
    lamp = django_filters.ChoiceFilter(
        field_name="lamp", choices=[(lamp.value, lamp.value) for lamp in Lamp], widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, action: SpecialAction | None, on: date, number_path: str = "number", **kwargs: Any
    ) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.day = on
        self.number_path = number_path
        self.of_versions = number_path != "number"
        stages = list(action.stages.values_list("order", "title")) if action and self.offers("stage") else []
        groups = list(action.groups.values_list("pk", "title")) if action and self.offers("group") else []
        self.filters["stage"].extra["choices"] = stages
        self.filters["group"].extra["choices"] = groups

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Rows that say every word."""
        return queryset.filter(saying(value, partial(task_says, number_path=self.number_path)))

    def within(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Rows by their due day, counted from the day of the list."""
        spans = {
            "past": Q(due_on__lt=self.day),
            "week": Q(due_on__range=(self.day, self.day + timedelta(days=7))),
            "month": Q(due_on__range=(self.day, self.day + timedelta(days=30))),
            "ongoing": Q(ongoing=True),
        }
        return queryset.filter(spans[value])

    def turned_since(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        """Rows whose lamp differs from the evening of `value`, or that did not exist then."""
        task = "task" if self.of_versions else "pk"
        then = TaskVersion.objects.as_known_before(end_of(value)).with_lamp(value).filter(task=OuterRef(task))
        return queryset.exclude(Exists(then.filter(lamp=OuterRef("lamp"))))

    def with_plan_line(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """The rows that the pace counts: those with a plan line that are not cancelled (docs/rules.md#pace)."""
        if not value:
            return queryset
        if self.of_versions:
            line = Q(due_on__isnull=False) | ~Q(milestones="[]")
        else:
            steps = Milestone.objects.filter(task=OuterRef("pk"), replaced_by=None)
            line = Q(due_on__isnull=False) | Q(Exists(steps))
        return queryset.filter(line).exclude(state=TaskState.CANCELLED)

    def as_it_is(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Filters nothing: the day chooses the rows of the list (see `views.day`)."""
        return queryset

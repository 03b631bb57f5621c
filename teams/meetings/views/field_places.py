"""The places of fields: the list, and the form in which the office enters them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.lists.text import Text
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.list_views import ExportingMixin
from teams.views.rows import FiltersOfActionMixin, NeedsActionMixin

from ..filters.showcase import FieldPlaceFilter
from ..forms.showcase import FieldPlaceForm
from ..models import FieldPlace
from ..showcases.places import enter_field_place
from ..tables.field_place import FieldPlaceTable
from .room_form import RoomFormView
from .showcases import HEADING

PLACES = _("Places of the fields")


class FieldPlaceListView(FiltersOfActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The places in force of the action's teams, the last month first."""

    model = FieldPlace
    table_class = FieldPlaceTable
    filterset_class = FieldPlaceFilter
    template_name = "meetings/field_place_list.html"
    heading = PLACES
    empty_title = _("No place has been entered")
    empty_how = _("The special office enters the place that a document from above gives to a team's field.")

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return rows.in_force().filter(team__action=self.action).select_related("team")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_enter = self.action is not None and may(self.request.user, "enter_field_place")
        return super().get_context_data(may_enter=may_enter, **kwargs)


class FieldPlaceNewView(NeedsActionMixin, RoomFormView):
    """The office enters a place."""

    rule = "enter_field_place"
    form_class = FieldPlaceForm
    heading = _("Enter a place")
    caption = _("Entered again for the same team, month and field, it replaces the earlier one.")
    done_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "action": self.action}

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        return [(HEADING, reverse("showcase_list")), (PLACES, self.back())]

    def act(self, form: FieldPlaceForm) -> str:
        data = dict(form.cleaned_data)
        enter_field_place(data.pop("team"), **data, **self.acting)
        return self.back()

    def back(self) -> str:
        return reverse("field_place_list")

"""An item of the agenda: the secretary's note and the written statement, and putting it off."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from governance.lists.requests import Request

from ..agenda.items import defer_item, return_item, write_item
from ..forms.meeting import ItemForm
from ..states import ItemState
from .meeting_form import MeetingFormView, PostedView
from .rows import ItemMixin


class ItemView(ItemMixin, MeetingFormView):
    """Note what was said about an item."""

    template_name = "meetings/agenda_item.html"
    form_class = ItemForm
    button = _("Save")
    done_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return ItemForm.initial_of(self.item)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(item=self.item, is_deferred=self.item.state == ItemState.DEFERRED, **kwargs)

    def act(self, form: ItemForm) -> str:
        values = form.cleaned_data
        texts = {"note": values["note"], "written": values["written"]}
        write_item(self.item, **texts, seen=values["version"], **self.acting)
        return f"{self.meeting.get_absolute_url()}#agenda"


class DeferView(ItemMixin, PostedView):
    """Put an item off."""

    def act(self) -> None:
        defer_item(self.item, **self.acting)


class ReturnView(ItemMixin, PostedView):
    """Take a deferred item back onto the agenda."""

    rule = "run_meetings"

    def act(self) -> None:
        return_item(self.item, **self.acting)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        self.act()
        return redirect(f"{self.meeting.get_absolute_url()}#agenda")

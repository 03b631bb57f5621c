"""Shared parts of the pages on which a meeting is changed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin

from .rows import MeetingMixin


class RuledMixin(MeetingMixin):
    """A page for those who may do something to the meeting; others are refused before they fill it in."""

    rule = "prepare_meetings"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        if not may(request.user, self.rule, self.meeting):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting(self) -> dict[str, Any]:
        """Who acts, and when: the arguments of every verb."""
        return {"by": self.request.user, "at": now()}


class MeetingFormView(RuledMixin, ActingMixin, FormView):
    """A form about the meeting in the address."""

    heading: Text = ""
    button: Text = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            meeting=self.meeting,
            heading=self.heading,
            caption=self.meeting.title,
            button=self.button,
            cancel_url=self.meeting.get_absolute_url(),
            **kwargs,
        )

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.meeting.version}


class ConfirmedView(MeetingFormView):
    """A step of a meeting, after a page has said what will happen."""

    template_name = "components/confirm.html"
    dangerous = False

    def consequences(self) -> list[Text]:
        """What will happen, in sentences."""
        raise NotImplementedError

    def check(self) -> None:
        """Refuse what the verb would refuse whatever is typed."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, unless nothing that is typed in it could be done."""
        self.check()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            consequences=self.consequences(),
            action_label=self.button,
            dangerous=self.dangerous,
            version=self.meeting.version,
            **kwargs,
        )


class PostedView(RuledMixin, View):
    """A step that one click does at once."""

    def act(self) -> None:
        """Call the verb."""
        raise NotImplementedError

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act and go back to the page of the meeting."""
        self.act()
        return redirect(self.meeting)

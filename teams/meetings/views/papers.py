"""Papers as Word files: of a meeting with its folder, of an order, of a circular, of a month."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import WrongState
from teams.views.rows import NeedsActionMixin

from ..forms.document import NumberForm
from ..papers.bulletin import Month, closed_months, issue_bulletin, issued_bulletin
from ..papers.folder import take_folder
from ..papers.making import (
    MadePaper,
    may_take_folder,
    paper_of_circular,
    paper_of_meeting,
    paper_of_month,
    paper_of_order,
)
from ..papers.registry import FOLDER_KINDS, MINUTES_KINDS, Kind
from ..papers.templates import WORD
from .rows import CircularMixin, MeetingMixin, OrderMixin


def file_response(made: MadePaper, media_type: str = WORD) -> HttpResponse:
    """A file to be saved under its name; nobody keeps it on the way."""
    response = HttpResponse(made.content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, made.name)
    response["Cache-Control"] = "private, no-store"
    return response


class PreparersView(NeedsActionMixin, View):
    """A page for those who prepare and follow meetings."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse others."""
        if not may(request.user, "read_meeting_papers"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class MeetingPaperView(MeetingMixin, View):
    """A paper of a meeting."""

    @property
    def kind(self) -> Kind:
        """The paper in the address."""
        name = self.kwargs["kind"]
        if name not in (*FOLDER_KINDS, *MINUTES_KINDS):
            raise Http404
        return Kind(name)

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return file_response(paper_of_meeting(self.meeting, self.kind, by=request.user, at=now()))


class MeetingFolderView(MeetingMixin, View):
    """The folder of a meeting in one zip; that it was taken is recorded, so it is asked for by a button."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        if not may_take_folder(request.user, self.meeting):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        made = take_folder(self.meeting, by=request.user, at=now())
        return file_response(made, "application/zip")


class OrderPaperView(OrderMixin, View):
    """An order with its answers so far."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return file_response(paper_of_order(self.order))


class CircularPaperView(CircularMixin, View):
    """A signed circular."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return file_response(paper_of_circular(self.circular))


class OfMonthMixin(NeedsActionMixin):
    """A page about the closed month in the address."""

    @cached_property
    def month(self) -> Month:
        """The month; 404 while it is not closed."""
        named = (self.kwargs["year"], self.kwargs["month"])
        found = (each for each in closed_months(self.action, at=now()) if (each.year, each.month) == named)
        month = next(found, None)
        if month is None:
            raise Http404
        return month


class BulletinView(OfMonthMixin, PreparersView):
    """The bulletin of a month."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return file_response(paper_of_month(self.action, self.month))


class IssueBulletinView(OfMonthMixin, ActingMixin, FormView):
    """The office issues the bulletin of a month."""

    form_class = NumberForm
    template_name = "components/confirm.html"
    done_message = _("Issued; its text is kept as it is for good.")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        require("issue_bulletin", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, until the bulletin is issued."""
        if issued_bulletin(self.action, self.month) is not None:
            raise WrongState(gettext("The bulletin of this month is issued already."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Issue the bulletin"),
            caption=self.month.code,
            consequences=[gettext("It takes the next number of the year, and its text is kept as it is for good.")],
            action_label=pgettext("bulletin", "Issue"),
            cancel_url=reverse("document_list"),
            **kwargs,
        )

    def act(self, form: NumberForm) -> str:
        issue_bulletin(self.action, self.month, number=form.cleaned_data["number"], by=self.request.user, at=now())
        return "document_list"

"""Papers as Word files: of a meeting with its folder, of an order, of a circular, of a month."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may
from teams.views.rows import NeedsActionMixin

from ..papers.bulletin import Month, closed_months
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


class BulletinView(PreparersView):
    """The bulletin of a month."""

    def get(self, request: Request, year: int, month: int) -> HttpResponse:
        months = closed_months(self.action, at=now())
        found = next((each for each in months if (each.year, each.month) == (year, month)), None)
        if found is None:
            raise Http404
        return file_response(paper_of_month(self.action, found, number=number_in_year(months, found)))


def number_in_year(months: list[Month], month: Month) -> int:
    """The place of a month among those of its year that are closed."""
    return sum(each.year == month.year and each.month <= month.month for each in months)

"""Meetings in the admin site: listed, prepared, and kept on one page each."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_lazy

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import moment_text, short_date
from governance.people.admin.site import IndexLine, VerbAdmin
from teams.models import SpecialAction

from ..agenda.layout import proposed_meeting
from ..agenda.next_steps import minutes_due
from ..agenda.planning import arrange_meeting, plan_meeting
from ..models import Meeting
from ..states import MeetingState
from .beside import beside
from .guests import guests_view
from .page import MeetingForm, MeetingPageForm, NewMeetingForm
from .steps import STEPS, StepView


@admin.register(Meeting)
class MeetingAdmin(VerbAdmin[Meeting, MeetingForm]):
    """Every meeting with agenda, attendance, decisions and minutes; saved as a whole."""

    form = MeetingPageForm
    rule = "prepare_meetings"
    change_form_template = "admin/meeting/page.html"
    change_list_template = "admin/meeting/list.html"
    list_display = ["title", "starts_at", "place", "chair", "state", "announced_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["chair"]
    search_fields = ["title", "place"]

    def index_lines(self, request: HttpRequest) -> Sequence[IndexLine]:
        """Minutes that are due, the next meeting, and a button for each kind of meeting."""
        if _action(request) is None:
            return []
        rows = self.get_queryset(request)
        return [*_minutes_lines(rows), *_next_line(rows), *prepare_lines()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Those of the chosen action, whose pages have the short addresses."""
        return super().get_queryset(request).filter(action=_actions(request).chosen_key())

    def get_urls(self) -> list[URLPattern]:
        """Add the search for guests and the steps, each on a page that says what will happen."""
        view, steps = self.admin_site.admin_view, StepView(self)
        return [
            path("guests/", view(guests_view), name="meetings_meeting_guests"),
            *(
                path(f"<num:pk>/{name}/", view(steps.page), {"name": name}, name=f"meetings_meeting_{name}")
                for name in STEPS
            ),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Meeting | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Use another form for a new meeting, and tell the form who is looking at it."""
        form: Any = super().get_form(
            request, obj, change=change, **kwargs | {"form": MeetingPageForm if change else NewMeetingForm}
        )
        form.viewer = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        return list((NewMeetingForm if obj is None else MeetingPageForm).Meta.fields)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Everything but the day, taken over from the last meeting."""
        kind = request.GET.get("kind", "")
        kind = kind if kind in Meeting.Kind.values else Meeting.Kind.PROMOTION
        proposed = proposed_meeting(_needed_action(request), kind, year=today().year)
        names = ("number", "title", "place", "chair", "contact", "contact_phone")
        given = {name: getattr(proposed, name) for name in names}
        return {**given, "kind": kind, "starts_at": [None, proposed.begins], "secretary": request.user.pk}

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page, with what stands beside it; a form with faults answers 422."""
        form, meeting = context["adminform"].form, kwargs.get("obj")
        context["is_nav_sidebar_enabled"] = False
        if meeting is None:
            kind = form["kind"].value()
            label = Meeting.Kind(kind).label if kind in Meeting.Kind.values else ""
            context["title"] = gettext("Prepare: %(kind)s") % {"kind": label}
        else:
            context |= {"title": form.meeting.title, "beside": beside(form.table)}
        response = super().render_change_form(request, context, **kwargs)
        if form.is_bound and not form.is_valid():
            response.status_code = 422
        return response

    def write(self, request: Request, row: Meeting | None, form: MeetingForm) -> Meeting:
        """Plan the meeting, or save the whole page."""
        by, at = request.user, now()
        if row is None:
            return plan_meeting(action=_needed_action(request), **form.values, by=by, at=at)
        page = cast(MeetingPageForm, form)
        return arrange_meeting(row, page.arrangement, by=by, at=at, seen=form.cleaned_data["version"])

    def response_post_save_add(self, request: HttpRequest, obj: Meeting) -> HttpResponse:
        """Stay with the meeting."""
        return redirect("admin:meetings_meeting_change", obj.pk)

    def response_post_save_change(self, request: HttpRequest, obj: Meeting) -> HttpResponse:
        """Stay with the meeting."""
        return redirect("admin:meetings_meeting_change", obj.pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list, with a button for each kind of meeting."""
        return super().changelist_view(request, {**(extra_context or {}), "prepare": prepare_lines()})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """A new meeting, once there is an action."""
        if self.has_add_permission(request) and _action(request) is None:
            messages.error(request, gettext("There is no special action yet; the special office creates it."))
            return redirect("admin:index")
        return super().add_view(request, form_url, extra_context)


def prepare_lines() -> list[IndexLine]:
    """A button for each kind of meeting."""
    add = reverse("admin:meetings_meeting_add")
    words = gettext_lazy("Prepare: %(kind)s")
    return [IndexLine(words % {"kind": kind.label}, f"{add}?kind={kind.value}", begins=True) for kind in Meeting.Kind]


def _minutes_lines(rows: QuerySet[Meeting]) -> Iterator[IndexLine]:
    """Meetings held whose minutes are not submitted, the oldest first."""
    for meeting in rows.filter(state=MeetingState.HELD).order_by("starts_at", "pk"):
        due = minutes_due(meeting)
        note = gettext("due by %(day)s") % {"day": short_date(due)} if due else ""
        text = gettext("Minutes of %(meeting)s") % {"meeting": meeting}
        yield IndexLine(text, f"{reverse('admin:meetings_meeting_change', args=[meeting.pk])}#minutes", note)


def _next_line(rows: QuerySet[Meeting]) -> Iterator[IndexLine]:
    """Meetings in preparation, the next first."""
    for meeting in rows.filter(state=MeetingState.PLANNED).order_by("starts_at", "pk"):
        when = moment_text(meeting.starts_at)
        note = when if meeting.announced_at else gettext("%(when)s, not announced yet") % {"when": when}
        yield IndexLine(str(meeting), reverse("admin:meetings_meeting_change", args=[meeting.pk]), note)


def _actions(request: HttpRequest) -> Any:
    return SpecialAction.objects.visible_to(cast(Request, request).user)


def _action(request: HttpRequest) -> SpecialAction | None:
    """The chosen action, to which a new meeting belongs."""
    return _actions(request).chosen()


def _needed_action(request: HttpRequest) -> SpecialAction:
    action = _action(request)
    if action is None:
        raise Http404
    return action

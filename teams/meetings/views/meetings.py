"""The page of all meetings, the page of one, and the pages on which one is planned and changed."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import SHANGHAI, now, today
from governance.lists.requests import Request
from governance.lists.text import long_day
from governance.lists.views import Chip
from governance.people.models import User
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin
from teams.views.rows import AwaitsActionMixin

from ..agenda.decision_rows import LISTED, DecisionRow, Standing, for_rows, readable_problems, rows_of
from ..agenda.layout import proposed_meeting
from ..agenda.meeting_page import MeetingParts, history_of
from ..agenda.next_steps import minutes_due, stages_of, step_of_work, steps_of
from ..agenda.planning import arrange_meeting, plan_meeting
from ..agenda.rows import Arrangement
from ..decisions.adoption import ADOPTING_STATES, proposed_text
from ..follow_up.access import chapters_readable
from ..follow_up.page import follow_up_shown
from ..forms.meeting import EditMeetingForm, NewMeetingForm
from ..models import Decision, InstructionLine, Meeting
from ..papers.making import folder_offered, papers_offered
from ..states import MEETING_WORKED_ON, DecisionState, MeetingState
from .meeting_form import MeetingFormView
from .rows import MeetingMixin

SHOWN = 20
"""Meetings on the page, and decisions; the others are one click away."""


class MeetingListView(AwaitsActionMixin, View):
    """The next meeting with what it lacks, all meetings, and the decisions that are not done."""

    heading = _("Meetings")

    def get(self, request: Request) -> HttpResponse:
        """The page; `?decisions=` chooses how the listed decisions stand."""
        meetings = Meeting.objects.visible_to(request.user).filter(action=self.action)
        following = meetings.ahead().select_related("action", "chair", "secretary", "submitted_by").first()
        on = today()
        listed = meetings.select_related("chair").order_by("-starts_at", "-pk")
        shown = list(listed if "all" in request.GET else listed[: SHOWN + 1])
        more = len(shown) > SHOWN and "all" not in request.GET
        context: dict[str, Any] = {
            "following": following,
            "meetings": shown[:SHOWN] if more else shown,
            "more": more,
            "kinds": Meeting.Kind.choices if may(request.user, "prepare_meetings") else [],
            "turns": may(request.user, "turn_into_work"),
            **self._decisions(request),
        }
        if following is not None:
            parts = MeetingParts.of(following, request.user)
            context["day"] = long_day(following.starts_at)
            context["stages"] = stages_of(following, None, None)
            context["steps"] = steps_of(parts, request.user, on=on, due=None, decisions=_proposed(following))
        return render(request, "meetings/meeting_list.html", context)

    def _decisions(self, request: Request) -> dict[str, Any]:
        """Adopted decisions that are not done, by how they stand, with a chip for each standing."""
        adopted = Decision.objects.visible_to(request.user).filter(meeting__action=self.action)
        rows = rows_of(
            for_rows(adopted.filter(state=DecisionState.ADOPTED)).order_by("-meeting__starts_at", "number"), on=today()
        )
        listed = [row for row in rows if row.standing in LISTED]
        chosen = request.GET.get("decisions", "")
        counts = [(standing, sum(row.standing is standing for row in listed)) for standing in LISTED]
        chips = [Chip(str(_("All")), request.path + "#decisions", len(listed), current=not chosen)]
        chips += [
            Chip(str(each.label), f"{request.path}?decisions={each}#decisions", count, each.tone, each.value == chosen)
            for each, count in counts
            if count or each.value == chosen
        ]
        rows = [row for row in listed if chosen in ("", row.standing.value)]
        page = Paginator(rows, SHOWN).get_page(request.GET.get("page", 1))
        readable = readable_problems((outcome for row in page for outcome in row.outcomes), request.user)
        return {"chips": chips, "page": page, "readable": readable}


def _proposed(meeting: Meeting) -> list[Decision]:
    """The decisions of a meeting in preparation."""
    return list(meeting.decisions.filter(state=DecisionState.PROPOSED).order_by("number"))


class MeetingView(MeetingMixin, View):
    """A meeting: what comes next, agenda, decisions, who came, papers, what was done."""

    def get(self, request: Request, code: str) -> HttpResponse:
        """The page; a meeting with a number has the address that names it."""
        meeting, user = self.meeting, request.user
        if code != meeting.code:
            return redirect(meeting)
        parts, due = MeetingParts.of(meeting, user), minutes_due(meeting)
        decided = for_rows(Decision.objects.visible_to(user).filter(meeting=meeting)).order_by("number")
        decisions = rows_of(decided, on=today())
        offered = papers_offered(user, meeting, issued=parts.papers.issue is not None)
        lines = list(_heard(meeting, user)) if meeting.is_over else []
        steps = steps_of(parts, user, on=today(), due=due, decisions=[row.decision for row in decisions])
        context = {
            "meeting": meeting,
            "day": long_day(meeting.starts_at),
            "stages": stages_of(meeting, parts.papers.issue, due),
            "steps": [*steps, *(step_of_work(decisions) if meeting.is_over and parts.present else [])],
            "follow_up": follow_up_shown(meeting, user, at=now()) if meeting.number else None,
            "chapters": chapters_readable(meeting, [each.team_id for each in parts.agenda.items if each.team_id], user),
            "agenda": parts.agenda,
            "decisions": decisions,
            "readable": readable_problems((outcome for row in decisions for outcome in row.outcomes), user),
            "lines": lines,
            "proposed": proposed_text([row.decision for row in decisions], lines),
            "hears": meeting.state == MeetingState.HELD and may(user, "record_line", meeting),
            "present": parts.present,
            "papers": parts.papers,
            "offered": offered,
            "takes_folder": folder_offered(user, meeting),
            "history": history_of(meeting, user),
            "issue": parts.papers.issue,
            "prepares": may(user, "prepare_meetings"),
            **self._offered(decisions),
            "runs": may(user, "run_meetings"),
            "corrects": may(user, "correct_minutes"),
            "reads": may(user, "read_meeting_papers"),
        }
        return render(request, "meetings/meeting.html", context)

    def _offered(self, decisions: Sequence[DecisionRow]) -> dict[str, bool]:
        """What this person can do about decisions now."""
        user, state = self.request.user, self.meeting.state
        proposed = any(row.standing is Standing.PROPOSED for row in decisions)
        return {
            "records": state in MEETING_WORKED_ON and may(user, "record_decision", self.meeting),
            "adopts": proposed and state in ADOPTING_STATES and may(user, "adopt_decision", self.meeting),
            "turns": may(user, "turn_into_work", self.meeting),
        }


def _heard(meeting: Meeting, user: User) -> QuerySet[InstructionLine]:
    """The lines that were heard at a meeting."""
    lines = InstructionLine.objects.visible_to(user).filter(instruction__item__meeting=meeting)
    return lines.select_related("instruction__leader").order_by("instruction__number", "number")


class MeetingNewView(AwaitsActionMixin, ActingMixin, FormView):
    """Plan a meeting of the kind in the address."""

    template_name = "meetings/meeting_form.html"
    form_class = NewMeetingForm
    heading = _("Meetings")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        if not may(request.user, "prepare_meetings"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def kind(self) -> Meeting.Kind:
        """The kind in the address."""
        if self.kwargs["kind"] not in Meeting.Kind.values:
            raise Http404
        return Meeting.Kind(self.kwargs["kind"])

    def get_initial(self) -> dict[str, Any]:
        """Everything but the day, taken over from the last meeting."""
        proposed = proposed_meeting(self.action, self.kind, year=today().year)
        return {
            "number": proposed.number,
            "title": proposed.title,
            "starts_at": [None, proposed.begins],
            "place": proposed.place,
            "chair": proposed.chair,
            "secretary": self.request.user,
            "contact": proposed.contact,
            "contact_phone": proposed.contact_phone,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=self.kind, heading=self.kind.label, button=_("Plan the meeting"), **kwargs)

    def act(self, form: NewMeetingForm) -> Meeting:
        return plan_meeting(action=self.action, kind=self.kind, **form.values, by=self.request.user, at=now())


class MeetingEditView(MeetingFormView):
    """Change time, place and people of a meeting."""

    template_name = "meetings/meeting_form.html"
    form_class = EditMeetingForm
    heading = _("Time, place, chair")
    button = _("Save")

    def get_initial(self) -> dict[str, Any]:
        initial = EditMeetingForm.initial_of(self.meeting)
        return initial | {"starts_at": self.meeting.starts_at.astimezone(SHANGHAI)}

    def act(self, form: EditMeetingForm) -> Meeting:
        title = form.values["title"] or self.meeting.title
        arrangement = Arrangement(form.values | {"title": title})
        return arrange_meeting(self.meeting, arrangement, seen=form.cleaned_data["version"], **self.acting)

"""Steps of a meeting in the admin site: each on a page that says what will happen, and done when it is confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may
from governance.records.form_verbs import show_refusal
from governance.records.refusals import NotAllowed, Refused

from ..agenda.announcing import announce_meeting
from ..agenda.consequences import of_announcing, of_binding, of_holding, of_updating
from ..agenda.holding import hold_meeting
from ..agenda.locks import check_day_has_come, check_worked_on
from ..agenda.packs import bind_pack
from ..agenda.planning import update_agenda
from ..models import Meeting
from ..states import MeetingState

Verb = Callable[..., Any]


@dataclass(frozen=True)
class Step:
    """A step that is confirmed: its words, what it does, and what will happen."""

    heading: Text
    button: Text
    done: Text
    consequences: Callable[[Meeting], Sequence[Text]]
    act: Verb
    rule: str = "prepare_meetings"
    sees_version: bool = True
    """Whether the verb is told which version of the meeting was confirmed."""
    after_its_day: bool = False

    def check(self, meeting: Meeting, at: datetime) -> None:
        """Refuse what the verb would refuse whatever is typed.

        Raises:
            WrongState: the meeting is no longer in preparation, or its day is still to come.
        """
        check_worked_on(meeting, (MeetingState.PLANNED,))
        if self.after_its_day:
            check_day_has_come(meeting, at)

    def carry_out(self, meeting: Meeting, *, seen: int, by: User, at: datetime) -> None:
        """Call the verb."""
        self.act(meeting, by=by, at=at, **({"seen": seen} if self.sees_version else {}))


STEPS: dict[str, Step] = {
    "announce": Step(
        _("Announce the meeting?"),
        _("Announce"),
        _("Announced: everyone invited has been notified."),
        of_announcing,
        announce_meeting,
    ),
    "hold": Step(
        _("Record the meeting as held?"),
        _("Record as held"),
        _("The meeting is recorded as held."),
        of_holding,
        hold_meeting,
        after_its_day=True,
    ),
    "bind": Step(
        _("Bind the pack?"),
        _("Bind the pack"),
        _("The pack is bound."),
        of_binding,
        bind_pack,
        rule="run_meetings",
        sees_version=False,
    ),
    "update": Step(
        _("Bring agenda and seats up to date?"),
        _("Bring up to date"),
        _("Agenda and seats match the teams of the day."),
        of_updating,
        update_agenda,
        sees_version=False,
    ),
}
"""Steps by their part of the address."""


class ConfirmForm(forms.Form):
    """A confirmation of what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class StepView:
    """The page of a step."""

    def __init__(self, model_admin: ModelAdmin) -> None:
        self.admin = model_admin

    def page(self, request: Request, pk: int, name: str) -> HttpResponse:
        """What will happen; posted, it happens. What cannot be done leads back to the meeting, which says why."""
        step = STEPS[name]
        if not may(request.user, step.rule):
            raise PermissionDenied
        meeting = self.admin.get_queryset(request).filter(pk=pk).first()
        if meeting is None:
            raise Http404
        form = ConfirmForm(request.POST or None, initial={"version": meeting.version})
        status = 200
        try:
            step.check(meeting, now())
        except Refused as refusal:
            messages.error(request, refusal.words)
            return redirect("admin:meetings_meeting_change", meeting.pk)
        if form.is_valid():
            try:
                step.carry_out(meeting, seen=form.cleaned_data["version"], by=request.user, at=now())
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, step.done)
                return redirect("admin:meetings_meeting_change", meeting.pk)
        elif form.is_bound:
            status = 422
        context = {
            **self.admin.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,
            "opts": self.admin.opts,
            "original": meeting,
            "title": step.heading,
            "subtitle": str(meeting),
            "step": step,
            "consequences": step.consequences(meeting),
            "form": form,
        }
        return TemplateResponse(request, "admin/meeting/step.html", context, status=status)

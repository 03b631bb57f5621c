"""A decision of a meeting: recorded, adopted, dropped, recorded as done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin

from ..agenda.decision_rows import readable_problems
from ..decisions.adoption import ADOPTING_STATES, adopt_all, adopt_decision
from ..decisions.finishing import check_recordable, record_done, standing_for, withdraw_done
from ..decisions.recording import (
    check_droppable,
    check_editable,
    check_recording,
    drop_decision,
    edit_decision,
    minutes_were_sent_back,
    record_decision,
)
from ..decisions.standing import standings_of
from ..decisions.telling import address_of
from ..forms.decision import DecisionForm, DecisionTextForm, DoneForm
from ..forms.meeting import VersionReasonForm
from ..models import Decision
from ..states import MEETING_WORKED_ON, DecisionState
from .rows import DecisionMixin, MeetingMixin, version_seen


class DecisionView(DecisionMixin, View):
    """A decision: its words, its teams, what became of it for each of them."""

    def get(self, request: Request, code: str, number: int) -> HttpResponse:
        """The page; actions for whoever may take them."""
        decision, user = self.decision, request.user
        standings = standings_of([decision])
        context: dict[str, object] = {
            "decision": decision,
            "meeting": self.meeting,
            "named": decision.named.order_by("order"),
            "standings": [(each, each.days_over(today())) for each in standings],
            "readable": readable_problems((outcome for each in standings for outcome in each.outcomes), user),
            "offered": _offered(decision, user),
        }
        return render(request, "meetings/decision.html", context)


def _offered(decision: Decision, user: Any) -> set[str]:
    """What this person can do with the decision now."""
    state, meeting = decision.state, decision.meeting
    is_recording = meeting.state in MEETING_WORKED_ON
    is_proposed, is_adopted = state == DecisionState.PROPOSED, state == DecisionState.ADOPTED
    found = {
        "edit": is_recording and (is_proposed or (is_adopted and minutes_were_sent_back(meeting))),
        "adopt": is_proposed and meeting.state in ADOPTING_STATES,
        "drop": is_proposed or (is_adopted and decision.settled_at is None),
        "work": is_adopted,
        "finish": is_adopted,
    }
    rules = {
        "edit": "record_decision",
        "adopt": "adopt_decision",
        "drop": "drop_decision",
        "work": "turn_into_work",
        "finish": "finish_decision",
    }
    return {name for name, is_open in found.items() if is_open and may(user, rules[name], decision)}


class NewDecisionView(MeetingMixin, ActingMixin, FormView):
    """The secretary or the office records a decision."""

    form_class = DecisionForm
    template_name = "meetings/decision_form.html"
    done_message = _("Recorded as proposed; the special office adopts it.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while decisions are recorded."""
        require("record_decision", request.user, self.meeting)
        check_recording(self.meeting)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        require("record_decision", self.request.user, self.meeting)
        return {**super().get_form_kwargs(), "meeting": self.meeting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(meeting=self.meeting, **kwargs)

    def act(self, form: DecisionForm) -> str:
        return address_of(record_decision(self.meeting, form.words, by=self.request.user, at=now()))


class OfDecisionView(DecisionMixin, ActingMixin, FormView):
    """A form about one decision; `rule` says who may send it, `check` what the verb would refuse anyway."""

    rule = ""

    def check(self) -> None:
        """Refuse what the verb would refuse whatever is typed."""
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless nothing that is typed in it could be done."""
        require(self.rule, request.user, self.decision)
        self.check()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(self.rule, self.request.user, self.decision)
        shown = {"decision": self.decision, "meeting": self.meeting, "cancel_url": address_of(self.decision)}
        return super().get_context_data(**shown, **kwargs)


class EditDecisionView(OfDecisionView):
    """The secretary or the office corrects a decision; of an adopted one the text alone."""

    rule = "record_decision"
    template_name = "meetings/decision_form.html"
    done_message = _("Saved.")

    def check(self) -> None:
        check_editable(self.decision)

    def get_form(self, form_class: Any = None) -> DecisionForm | DecisionTextForm:
        """The form of its state."""
        given = self.get_form_kwargs()
        if self.decision.state == DecisionState.ADOPTED:
            return DecisionTextForm(decision=self.decision, **given)
        return DecisionForm(meeting=self.meeting, decision=self.decision, **given)

    def act(self, form: DecisionForm | DecisionTextForm) -> str:
        seen = form.cleaned_data["version"]
        edit_decision(self.decision, form.words, seen=seen, by=self.request.user, at=now())
        return address_of(self.decision)


class AdoptDecisionView(DecisionMixin, View):
    """The office adopts a decision with one tap."""

    def post(self, request: Request, code: str, number: int) -> HttpResponse:
        decision = adopt_decision(self.decision, seen=version_seen(request), by=request.user, at=now())
        messages.success(request, gettext("Adopted; its teams are fixed and have been notified."))
        return redirect(address_of(decision))


class AdoptAllView(MeetingMixin, View):
    """The office adopts all that is proposed: decisions and lines heard."""

    def post(self, request: Request, code: str) -> HttpResponse:
        count = adopt_all(self.meeting, seen=request.POST.get("proposed", ""), by=request.user, at=now())
        told = ngettext("%(count)s entry is adopted.", "%(count)s entries are adopted.", count) % {"count": count}
        messages.success(request, told)
        first = self.meeting.decisions.order_by("number").first()
        return redirect(address_of(first) if first is not None else "instruction_list")


class DropDecisionView(OfDecisionView):
    """The office drops a decision with a reason."""

    rule = "drop_decision"
    form_class = VersionReasonForm
    template_name = "components/confirm.html"
    done_message = _("The decision is dropped; its number stays taken.")

    def check(self) -> None:
        check_droppable(self.decision)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.decision.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "heading": gettext("Drop decision %(number)s?") % {"number": self.decision.number},
            "caption": self.decision.text,
            "version": self.decision.version,
            "action_label": gettext("Drop the decision"),
            "cancel_label": gettext("Keep it"),
            "dangerous": True,
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form: VersionReasonForm) -> str:
        drop_decision(self.decision, **form.given, by=self.request.user, at=now())
        return address_of(self.decision)


class DoneView(OfDecisionView):
    """The office records that a decision is done for a team."""

    rule = "finish_decision"
    form_class = DoneForm
    template_name = "components/confirm.html"
    done_message = _("Recorded as done; the team has been notified.")

    def check(self) -> None:
        check_recordable(standing_for(self.decision, self.team))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "on": today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "heading": gettext("Done for %(team)s?") % {"team": self.team.short_name},
            "caption": self.decision.text,
            "version": self.decision.version,
            "action_label": gettext("Record as done"),
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form: DoneForm) -> str:
        record_done(self.decision, self.team, **form.cleaned_data, by=self.request.user, at=now())
        return address_of(self.decision)


class WithdrawDoneView(OfDecisionView):
    """The office withdraws the record that a decision is done for a team."""

    rule = "finish_decision"
    form_class = VersionReasonForm
    template_name = "components/confirm.html"
    done_message = _("The record is withdrawn; the team has been notified.")

    def check(self) -> None:
        standing_for(self.decision, self.team)

    def get_initial(self) -> dict[str, Any]:
        recorded = standing_for(self.decision, self.team).record
        return {"version": recorded.number if recorded else 0}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "heading": gettext("Withdraw the record for %(team)s?") % {"team": self.team.short_name},
            "caption": self.decision.text,
            "version": self.decision.version,
            "action_label": gettext("Withdraw the record"),
            "dangerous": True,
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form: VersionReasonForm) -> str:
        withdraw_done(self.decision, self.team, **form.given, by=self.request.user, at=now())
        return address_of(self.decision)

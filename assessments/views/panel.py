"""The centre's pages about judges: seats, who marks what, closing, moderation."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin

from ..forms.panel import ModerationForm, ReplaceForm, SeatForm
from ..forms.round import ReasonForm
from ..panel.desk import PanelDesk
from ..panel.guards import MARKED_IN
from ..panel.moderation import Case, cases, moderate
from ..panel.seats import close_panel, make_seat, replace_seat, set_marks_aside
from .rows import PanelMixin


class PanelView(PanelMixin, View):
    """Who marks what, who has signed, and once all have, the marks."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        desk = PanelDesk(self.panel, request.user)
        return render(request, "assessments/panel.html", {"round": self.round, "desk": desk, "panel": self.panel})


class ConfirmedMixin(ActingMixin, FormView):
    """A form that says what will happen, as `components/confirm.html` shows it."""

    template_name = "components/confirm.html"
    panel_url: str

    def act(self, form: Any) -> str:
        self.carry_out(form.cleaned_data)
        return self.panel_url

    def carry_out(self, data: dict[str, Any]) -> None:
        """Call the verb."""
        raise NotImplementedError


class SeatNewView(PanelMixin, ConfirmedMixin):
    """Name a judge."""

    form_class = SeatForm
    done_message = _("The seat is given; the judge has been notified.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The next label, and all that judges mark."""
        count = self.round.seats.count() + 1
        initial = {"label": gettext("Judge %(number)s") % {"number": count}, "indicators": list(self.panel.planned)}
        return {**super().get_form_kwargs(), "panel": self.panel, "initial": initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Name a judge"),
            caption=self.round.title,
            version="seat",
            action_label=gettext("Give the seat"),
            cancel_url=self.panel_url,
            **kwargs,
        )

    def carry_out(self, data: dict[str, Any]) -> None:
        make_seat(self.round, **data, by=self.request.user, at=now())


class SeatReplaceView(PanelMixin, ConfirmedMixin):
    """Void a seat, and give its work to somebody else."""

    form_class = ReplaceForm
    done_message = _("The judge is replaced. The reason is on record.")

    def get_form_kwargs(self) -> dict[str, Any]:
        label = gettext("Judge %(number)s") % {"number": self.round.seats.count() + 1}
        return {**super().get_form_kwargs(), "initial": {"label": label}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Replace this judge?"),
            caption=f"{self.seat.label} · {self.seat.person}",
            version=self.seat.pk,
            consequences=[
                gettext("The marks of this seat never count; they stay on record."),
                gettext("The new judge marks the same indicators and teams, from the beginning."),
            ],
            action_label=gettext("Replace"),
            dangerous=True,
            cancel_url=self.panel_url,
            **kwargs,
        )

    def carry_out(self, data: dict[str, Any]) -> None:
        replace_seat(self.seat, **data, by=self.request.user, at=now())


class PanelCloseView(PanelMixin, ConfirmedMixin):
    """Close the panel before every sheet is signed."""

    form_class = ReasonForm
    done_message = _("The panel is closed. The reason is on record.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Close the panel?"),
            caption=self.round.title,
            version=self.round.version,
            consequences=[
                gettext("Sheets that are not signed count as absent: %(seats)s.")
                % {"seats": "、".join(seat.label for seat in self.panel.unsigned)},
                gettext("The marks that are signed can be seen from now on."),
                *self.part_in_score,
                gettext("This cannot be undone."),
            ],
            action_label=gettext("Close the panel"),
            dangerous=True,
            cancel_url=self.panel_url,
            **kwargs,
        )

    def carry_out(self, data: dict[str, Any]) -> None:
        close_panel(self.round, **data, by=self.request.user, at=now())


class MarksAsideView(PanelMixin, ConfirmedMixin):
    """Set the marks of a seat for a team aside, for a tie that was found after signing."""

    form_class = ReasonForm
    done_message = _("The marks are set aside. The reason is on record.")

    def get_form_kwargs(self) -> dict[str, Any]:
        tie = self.panel.ties.get(self.seat.person_id, {}).get(self.team.pk, "")
        return {**super().get_form_kwargs(), "initial": {"reason": tie}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Set these marks aside?"),
            caption=f"{self.seat.label} · {self.team}",
            version=self.seat.pk,
            consequences=[
                gettext("The judge's marks for this team count no more; they stay on record."),
                *self.part_in_score,
            ],
            action_label=gettext("Set aside"),
            dangerous=True,
            cancel_url=self.panel_url,
            **kwargs,
        )

    def carry_out(self, data: dict[str, Any]) -> None:
        set_marks_aside(self.seat, self.team, **data, by=self.request.user, at=now())


class ModerationView(PanelMixin, ConfirmedMixin):
    """Decide about marks that lie far apart."""

    form_class = ModerationForm
    template_name = "assessments/moderation.html"
    done_message = _("The decision is on record.")

    @cached_property
    def case(self) -> Case:
        """The marks of the indicator and team in the address, while they wait for a decision."""
        asked = (self.kwargs["indicator"], self.kwargs["code"])
        found = [one for one in cases(self.panel) if (one.indicator.code, one.team.code) == asked]
        if not found or self.round.state != MARKED_IN:
            raise Http404
        return found[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Once asked again, the marks can only stand."""
        case = self.case
        initial = {"seen": len(case.decisions)}
        return {**super().get_form_kwargs(), "may_ask_again": case.may_ask_again, "initial": initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            case=self.case,
            heading=gettext("Marks far apart"),
            caption=f"{self.case.indicator.code} · {self.case.team}",
            version=len(self.case.decisions),
            consequences=[
                gettext("If they mark once more, the judges do not see each other's marks; the first stay on record."),
                *self.part_in_score,
            ],
            action_label=pgettext("marks", "Decide"),
            cancel_url=self.panel_url,
            **kwargs,
        )

    def carry_out(self, data: dict[str, Any]) -> None:
        case, stands = self.case, data["decision"] == "stands"
        asked = {"stands": stands, "note": data["note"], "seen": data["seen"]}
        moderate(self.round, case.indicator, case.team, **asked, by=self.request.user, at=now())

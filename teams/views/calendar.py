"""The calendar of a year: what is marked, and a text of days that is read, looked at and entered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.formats.holidays import ReadCalendar, proposed_lines, read_calendar
from governance.lists.requests import Request
from governance.people.models import CalendarDay
from governance.people.permissions import may, require
from governance.records.dry_runs import told
from governance.records.form_verbs import show_refusal
from governance.records.refusals import Stale, WrongState

from ..forms.calendar import CalendarForm, year_to_enter
from ..forms.upload import YearForm
from ..tasks.calendar import calendar_moves, enter_calendar


class CalendarView(FormView):
    """The days of a year; for administrators."""

    form_class = CalendarForm
    template_name = "teams/calendar.html"
    request: Request

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only people who keep the calendar see it here."""
        require("keep_calendar", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The year of the address."""
        asked = YearForm(self.request.GET)
        return {"year": asked.cleaned_data["year"] if asked.is_valid() else year_to_enter()}

    def form_valid(self, form: CalendarForm) -> HttpResponse:
        """Propose the days, read them, or enter what was read."""
        year, text = form.cleaned_data["year"], form.cleaned_data["text"]
        if form.data.get("do") == "propose":
            text = proposed_lines(year)
            if not text:
                form.add_error("year", _("The holidays of this year are not available here yet. Paste the notice."))
                return self.form_invalid(form)
            form.data = dict(form.data.items()) | {"text": text}
            form.fields["text"].required = True
        read = read_calendar(text, year=year)
        if form.data.get("do") == "write" and not read.faults:
            return self.enter(form, read, year)
        return self.show(form, read, year, status=422 if read.faults else 200)

    def form_invalid(self, form: CalendarForm) -> HttpResponse:
        """The form again with its errors."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def enter(self, form: CalendarForm, read: ReadCalendar, year: int) -> HttpResponse:
        """Enter what was shown."""
        days, seen = list(read.days.values()), self.request.POST.get("seen", "")
        try:
            found = enter_calendar(days, year=year, seen=seen, by=self.request.user, at=now())
        except (Stale, WrongState) as refusal:
            show_refusal(form, refusal)
            return self.show(form, read, year, status=refusal.status)
        said = ngettext("%(count)d day was marked.", "%(count)d days were marked.", len(found.moves))
        messages.success(self.request, said % {"count": len(found.moves)})
        return HttpResponseRedirect(f"{reverse('calendar')}?year={year}")

    def show(self, form: CalendarForm, read: ReadCalendar, year: int, *, status: int) -> HttpResponse:
        """What was read and what it would do."""
        context = self.get_context_data(
            form=form,
            read=read,
            faults=[(each.number, told(each.fault.reason, _worded(each.fault.params))) for each in read.faults],
            found=None if read.faults else calendar_moves(read.days.values(), year=year),
        )
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the days that are marked in the year of the form."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        year = form.cleaned_data.get("year") if form.is_bound else form.initial["year"]
        marked = CalendarDay.objects.visible_to(self.request.user).filter(on__year=year) if year else []
        moves_due = may(self.request.user, "follow_calendar")
        return context | {
            "year": year,
            "marked": marked,
            "moves_due": moves_due,
            "known": bool(proposed_lines(year or 0)),
        }


def _worded(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a fault, the day of the week in the reader's language."""
    return params | ({"weekday": gettext(params["weekday"])} if "weekday" in params else {})

"""Reporting periods: a list for everybody; the office generates and closes them and sets when they are due."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.generic import FormView, ListView

from governance.clock import day_of, now
from governance.lists.requests import Request
from governance.lists.text import clauses_text, moment_text, names_text
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Refused, Stale, WrongState

from ...forms.period import PeriodDueForm, PeriodsForm
from ...models import ReportingPeriod, SpecialTeam
from ...reports.due_moments import due_moves, fingerprint, follow_calendar, moving, without_calendar
from ...reports.periods import check_due_settable, close_period, generate_periods, hindrances, set_period_due
from ...reports.status import SENT_BACK, ReportStatus, reports_standing
from ...rules.periods import Period, Rhythm, periods
from ...tables.report import PeriodTable
from ...words import period_name
from ..rows import ChosenActionMixin, NeedsActionMixin, PeriodMixin

UNKNOWN_SHOWN = 5
"""Periods that a sentence about a missing calendar names."""


class PeriodListView(ChosenActionMixin, VisibleMixin, LeanTableMixin, ListView):
    """The periods of the action, newest first, with the number of submitted reports."""

    table_class = PeriodTable
    queryset = ReportingPeriod.objects.with_counts()
    template_name = "teams/period_list.html"
    heading = gettext_lazy("Reporting periods")
    empty_title = gettext_lazy("No periods yet")
    empty_how = gettext_lazy("The special office generates them for a range of dates.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(action=self.action)

    def get_table_kwargs(self) -> dict[str, Any]:
        """Show the column with the office's actions to the office."""
        return {} if self.keeps else {"exclude": ("verbs",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moves = due_moves(self.action, at=now()) if self.keeps and self.action else []
        may_keep = self.keeps and self.action is not None
        return super().get_context_data(may_keep=may_keep, moving=moving(moves), **kwargs)

    @cached_property
    def keeps(self) -> bool:
        """Whether this person may change periods."""
        return may(self.request.user, "generate_periods")


class PeriodNewView(NeedsActionMixin, ActingMixin, FormView):
    """Generate periods for a range of days."""

    form_class = PeriodsForm
    template_name = "teams/period_form.html"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require("generate_periods", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """From the day after the last period to the end of the action."""
        last = self.action.periods.order_by("-ends_on").first()
        return {"first": last.ends_on if last else self.action.starts_on, "last": self.action.ends_on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offered = self.get_initial()
        return super().get_context_data(
            unknown=calendar_words(periods(Rhythm(self.action.rhythm), offered["first"], offered["last"])),
            heading=_("Generate periods"),
            caption=_("%(action)s · reports: %(rhythm)s")
            % {"action": self.action, "rhythm": self.action.get_rhythm_display()},
            button=_("Generate"),
            **kwargs,
        )

    def act(self, form: PeriodsForm) -> str:
        made = generate_periods(self.action, **form.cleaned_data, by=self.request.user, at=now())
        said = ngettext("%(count)d period was generated.", "%(count)d periods were generated.", len(made))
        messages.success(self.request, said % {"count": len(made)})
        if unknown := calendar_words(made):
            messages.warning(self.request, unknown)
        return reverse("period_list")


class PeriodDueView(PeriodMixin, ActingMixin, FormView):
    """Set when the reports of a period are due."""

    form_class = PeriodDueForm
    template_name = "teams/period_form.html"
    done_message = gettext_lazy("Saved. Teams see the new time on their reports.")

    def check(self) -> None:
        check_due_settable(self.period)

    def get_initial(self) -> dict[str, Any]:
        return {"due_at": self.period.due_at, "version": self.period.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Due: %(period)s") % {"period": self.period},
            caption=_("Unless the office decides otherwise: 18:00 on the first working day after the period."),
            button=_("Save"),
            **kwargs,
        )

    def act(self, form: PeriodDueForm) -> str:
        set_period_due(
            self.period,
            due_at=form.cleaned_data["due_at"],
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )
        return reverse("period_list")


class PeriodCalendarView(NeedsActionMixin, View):
    """Let the due moments of periods not yet due follow the calendar, after a page has said what moves."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require("follow_calendar", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Request) -> HttpResponse:
        return self.ask()

    def post(self, request: Request) -> HttpResponse:
        try:
            moved = follow_calendar(self.action, seen=request.POST.get("seen", ""), by=request.user, at=now())
        except (Stale, WrongState) as refusal:
            return self.ask(refusal)
        said = ngettext("%(count)d due time was changed.", "%(count)d due times were changed.", len(moved))
        messages.success(request, said % {"count": len(moved)})
        return redirect("period_list")

    def ask(self, refusal: Refused | None = None) -> HttpResponse:
        """What would move, what stays and why, with the refusal if there was one."""
        moves = due_moves(self.action, at=now())
        context = {
            "refusal": refusal,
            "moves": moves,
            "moving": moving(moves),
            "seen": fingerprint(moves),
            "unknown": calendar_words(self.action.periods.filter(closed_at=None, due_at__gte=now())),
        }
        status = refusal.status if refusal else 200
        return render(self.request, "teams/period_calendar.html", context, status=status)


def calendar_words(periods: Iterable[ReportingPeriod | Period]) -> str:
    """The sentence about periods due in a year of which no holiday is known; "" where there are none."""
    found = without_calendar(periods)
    if not found:
        return ""
    years = names_text(sorted({day_of(due_at).year for _period, due_at in found}))
    shown = [
        _("%(period)s: %(moment)s (%(weekday)s)")
        % {
            "period": period_name(*days_of(period)),
            "moment": moment_text(due_at),
            "weekday": date_format(day_of(due_at), "l"),
        }
        for period, due_at in found[:UNKNOWN_SHOWN]
    ]
    if len(found) > UNKNOWN_SHOWN:
        shown.append(_("%(count)d in all") % {"count": len(found)})
    return _(
        "The calendar has no entries for %(years)s yet. These due times are based on weekdays alone and may "
        "fall on a holiday: %(periods)s. Once the days are entered, “Follow the calendar” updates them."
    ) % {"years": years, "periods": clauses_text(shown)}


def days_of(period: ReportingPeriod | Period) -> tuple[date, date]:
    """First and last day."""
    if isinstance(period, Period):
        return period.starts, period.ends
    return period.starts_on, period.ends_on


class PeriodCloseView(PeriodMixin, View):
    """Close a period, after a page has said what prevents it or what will happen."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        return self.ask()

    def post(self, request: Request, pk: int) -> HttpResponse:
        try:
            close_period(self.period, by=request.user, at=now())
        except WrongState as refusal:
            return self.ask(refusal)
        messages.success(request, _("%(period)s is closed; the lamps are stored.") % {"period": self.period})
        return redirect("period_list")

    def ask(self, refusal: WrongState | None = None) -> HttpResponse:
        """The confirmation page, with the refusal if there was one."""
        period, at = self.period, now()
        teams = list(SpecialTeam.objects.filter(action=period.action).order_by("order"))
        statuses = reports_standing([period], teams, at=at)[0].statuses
        context = {
            "period": period,
            "refusal": refusal,
            "hindrances": hindrances(period, at=at),
            "missing": [team for team in teams if statuses.get(team.pk) in (ReportStatus.OVERDUE, ReportStatus.DUE)],
            "returned": [team for team in teams if statuses.get(team.pk) in SENT_BACK],
        }
        return render(self.request, "teams/period_close.html", context, status=refusal.status if refusal else 200)

"""Instructions of leaders: the list with what became of each line, one instruction, and the forms about lines."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.lists.views import Chip
from governance.people.permissions import may, require
from governance.records.export_file import exported_file
from governance.records.form_verbs import ActingMixin
from teams.models import SpecialTeam
from teams.models.team import team_ids_of
from teams.views.rows import AwaitsActionMixin

from ..forms.decision import DoneForm
from ..forms.instruction import HeardLineForm, InstructionForm, LineForm, said_of
from ..forms.meeting import VersionReasonForm
from ..instructions.adoption import address_of, adopt_line, day_of_instruction
from ..instructions.export import heads as line_heads
from ..instructions.export import line_rows
from ..instructions.page import InstructionShown, instructions_shown
from ..instructions.reporting import check_reportable, last_outcome, report_line, withdraw_line_report
from ..instructions.writing import check_line_editable, drop_line, edit_line, record_line, write_instruction
from ..models import Instruction, InstructionLine
from ..numbering import next_number
from ..states import DecisionState
from .rows import InstructionMixin, LineMixin, MeetingMixin, version_seen

Kind = InstructionLine.Kind


class InstructionListView(AwaitsActionMixin, View):
    """The instructions of a year and what became of each line; `?kind=` filters, leaders and office write one here."""

    heading = _("Instructions of leaders")

    def get(self, request: Request) -> HttpResponseBase:
        """The page; with `?format=xlsx` its lines as a workbook, a row for each team."""
        kind, user = request.GET.get("kind", ""), request.user
        shown, years, year = self._of_year(request.GET.get("year"))
        if request.GET.get("format") == "xlsx":
            rows = list(line_rows(_narrowed(shown, kind, user.pk)))
            return exported_file(
                request,
                line_heads(),
                rows,
                heading=str(self.heading),
                count=len(rows),
                narrowed={"kind": kind} if kind else {},
                period=str(year),
            )
        context: dict[str, object] = {
            "shown": _narrowed(shown, kind, user.pk),
            "counts": _counts(shown),
            "chips": _chips(shown, kind, user.pk, year),
            "export_url": f"?{urlencode({'year': str(year), 'kind': kind, 'format': 'xlsx'})}",
            "years": [Chip(str(each), f"?year={each}", current=each == year) for each in years if len(years) > 1],
        }
        return render(request, "meetings/instruction_list.html", context | self._writing())

    def _of_year(self, asked: str | None) -> tuple[list[InstructionShown], list[int], int]:
        """The instructions of the year that is asked for, else of the last one; all years; that year."""
        rows = InstructionLine.objects.visible_to(self.request.user).filter(instruction__action=self.action)
        kept = rows.exclude(state=DecisionState.DROPPED)
        found = set(kept.order_by().values_list("instruction__year", flat=True))
        years = sorted(found, reverse=True)
        last = years[0] if years else today().year
        year = next((each for each in years if str(each) == asked), last)
        lines = kept.filter(instruction__year=year).select_related("instruction__leader", "instruction__item__meeting")
        ordered = lines.order_by("-instruction__number", "number")
        teams = SpecialTeam.objects.existing_on(today()).filter(action=self.action).order_by("order")
        return instructions_shown(list(ordered), list(teams), on=today()), years, year

    def _writing(self) -> dict[str, object]:
        """The form of whoever may write, and the number that the instruction will have."""
        user, on = self.request.user, today()
        if not may(user, "write_instruction", self.action):
            return {}
        given = Instruction.objects.filter(action=self.action, year=on.year)
        form = InstructionForm(action=self.action, user=user, on=on)
        return {"form": form, "next_number": next_number(given), "year": on.year}


def _counts(shown: list[InstructionShown]) -> dict[str, int]:
    """What the first sentence says."""
    lines = [line for each in shown for line in each.lines]
    return {
        "instructions": len(shown),
        "lines": len(lines),
        "action": sum(line.line.kind == Kind.ACTION for line in lines),
        "open": sum(bool(line.owed) for line in lines),
        "overdue": sum(bool(line.days_over) for line in lines),
        "others": sum(line.line.kind != Kind.ACTION for line in lines),
    }


def _keeps(kind: str, line: Any, user: int) -> bool:
    """Whether a chip keeps a line."""
    if kind == "open":
        return bool(line.owed)
    if kind == "own":
        return bool(line.line.instruction.leader_id == user)
    return kind not in Kind.values or line.line.kind == kind


def _narrowed(shown: list[InstructionShown], kind: str, user: int) -> list[InstructionShown]:
    kept = [
        InstructionShown(each.instruction, [line for line in each.lines if _keeps(kind, line, user)]) for each in shown
    ]
    return [each for each in kept if each.lines]


def _chips(shown: list[InstructionShown], chosen: str, user: int, year: int) -> list[Chip]:
    """A chip for all, for what is not done, for each kind and for one's own."""
    lines = [line for each in shown for line in each.lines]
    offered = [("", gettext("All")), ("open", gettext("Not done"))]
    offered += [(kind.value, str(kind.label)) for kind in Kind]
    offered.append(("own", gettext("Mine")))
    counted = [(code, label, sum(_keeps(code, line, user) for line in lines)) for code, label in offered]
    return [
        Chip(label, f"?year={year}&kind={code}", count, current=code == chosen)
        for code, label, count in counted
        if count or code in ("", chosen)
    ]


class NewInstructionView(AwaitsActionMixin, ActingMixin, FormView):
    """A leader writes an instruction; the office enters one on a leader's behalf."""

    form_class = InstructionForm
    template_name = "meetings/instruction_form.html"
    done_message = _("Sent: it is in force and its teams have been notified.")

    def get_form_kwargs(self) -> dict[str, Any]:
        require("write_instruction", self.request.user, self.action)
        return {**super().get_form_kwargs(), "action": self.action, "user": self.request.user, "on": today()}

    def act(self, form: InstructionForm) -> str:
        given = {"by": self.request.user, "at": now(), **form.values()}
        return address_of(write_instruction(self.action, [form.words], **given))


class InstructionView(InstructionMixin, View):
    """An instruction: each line, its teams, what each of them reported."""

    def get(self, request: Request, year: int, number: int) -> HttpResponse:
        user = request.user
        rows = InstructionLine.objects.visible_to(user).filter(instruction=self.instruction).order_by("number")
        lines = list(rows)
        for line in lines:
            line.instruction = self.instruction
        day = day_of_instruction(self.instruction)
        teams = list(SpecialTeam.objects.existing_on(day).filter(action=self.action).order_by("order"))
        context: dict[str, object] = {
            "instruction": self.instruction,
            "shown": instructions_shown(lines, teams, on=today()),
            "is_office": may(user, "adopt_line", self.instruction),
            "may_record": may(user, "record_line", self.instruction),
            "own_open": {team.pk for team in teams if team.pk in team_ids_of(user) and may(user, "report_line", team)},
        }
        return render(request, "meetings/instruction.html", context)


class HeardLineView(MeetingMixin, ActingMixin, FormView):
    """The secretary or the office records a line heard at a meeting."""

    form_class = HeardLineForm
    template_name = "meetings/line_form.html"
    done_message = _("Recorded as proposed; the special office adopts it with the decisions.")

    def get_form_kwargs(self) -> dict[str, Any]:
        require("record_line", self.request.user, self.meeting)
        on = day_of(self.meeting.starts_at)
        return {**super().get_form_kwargs(), "meeting": self.meeting, "action": self.action, "on": on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(meeting=self.meeting, **kwargs)

    def act(self, form: HeardLineForm) -> str:
        said = {"leader": form.cleaned_data["leader"], "by": self.request.user, "at": now()}
        line = record_line(form.cleaned_data["item"], form.words, **said)
        return address_of(line.instruction)


class OfLineView(LineMixin, ActingMixin, FormView):
    """A form about one line."""

    template_name = "components/confirm.html"

    def allow(self) -> None:
        """Refuse people who may not, and what the verb would refuse whatever is typed."""
        raise NotImplementedError

    def words(self) -> dict[str, object]:
        """Heading and label of the page."""
        return {}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless nothing that is typed in it could be done."""
        self.allow()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"line": self.line, "caption": self.line.text, "version": self.line.version}
        shown["cancel_url"] = address_of(self.instruction)
        return super().get_context_data(**shown, **self.words(), **kwargs)


class EditLineView(OfLineView):
    """The secretary or the office corrects a proposed line."""

    form_class = LineForm
    template_name = "meetings/line_form.html"
    done_message = _("Saved.")

    def allow(self) -> None:
        require("record_line", self.request.user, self.line)
        check_line_editable(self.line)

    def get_form_kwargs(self) -> dict[str, Any]:
        on = day_of_instruction(self.instruction)
        return {**super().get_form_kwargs(), "action": self.action, "on": on, "initial": said_of(self.line)}

    def act(self, form: LineForm) -> str:
        edit_line(self.line, form.words, seen=form.cleaned_data["version"], by=self.request.user, at=now())
        return address_of(self.instruction)


class AdoptLineView(LineMixin, View):
    """The office adopts a line with one tap."""

    def post(self, request: Request, year: int, number: int, line: int) -> HttpResponse:
        adopt_line(self.line, seen=version_seen(request), by=request.user, at=now())
        messages.success(request, gettext("Adopted; its teams are fixed and have been notified."))
        return redirect(address_of(self.instruction))


class DropLineView(OfLineView):
    """The office drops a proposed line."""

    form_class = VersionReasonForm
    done_message = _("The line is dropped; its number stays taken.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.line.version}

    def allow(self) -> None:
        require("adopt_line", self.request.user, self.line)
        check_line_editable(self.line)

    def words(self) -> dict[str, object]:
        return {
            "heading": gettext("Drop line %(number)s?") % {"number": self.line.number},
            "action_label": gettext("Drop the line"),
            "cancel_label": gettext("Keep it"),
            "dangerous": True,
        }

    def act(self, form: VersionReasonForm) -> str:
        drop_line(self.line, **form.given, by=self.request.user, at=now())
        return address_of(self.instruction)


class ReportLineView(OfLineView):
    """Head or deputy report what their team did; the office records it."""

    form_class = DoneForm
    done_message = _("Reported.")

    def allow(self) -> None:
        require("report_line", self.request.user, self.team)
        check_reportable(self.line, self.team)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "on": today()}

    def words(self) -> dict[str, object]:
        return {
            "heading": gettext("What %(team)s did") % {"team": self.team.short_name},
            "action_label": gettext("Report"),
        }

    def act(self, form: DoneForm) -> str:
        report_line(self.line, self.team, **form.cleaned_data, by=self.request.user, at=now())
        return address_of(self.instruction)


class WithdrawLineReportView(OfLineView):
    """Head, deputy or the office withdraw a report."""

    form_class = VersionReasonForm
    done_message = _("The report is withdrawn.")

    def get_initial(self) -> dict[str, Any]:
        reported = last_outcome(self.line, self.team)
        return {"version": reported.number if reported else 0}

    def allow(self) -> None:
        require("report_line", self.request.user, self.team)

    def words(self) -> dict[str, object]:
        return {
            "heading": gettext("Withdraw the report of %(team)s?") % {"team": self.team.short_name},
            "action_label": gettext("Withdraw the report"),
            "dangerous": True,
        }

    def act(self, form: VersionReasonForm) -> str:
        withdraw_line_report(self.line, self.team, **form.given, by=self.request.user, at=now())
        return address_of(self.instruction)

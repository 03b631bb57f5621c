"""The form of a report: saved by hand or by itself, part by part; handed to the head, submitted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed, Refused, WrongState

from ...evidence.gallery import evidence_of_entries
from ...forms.parts import Seen
from ...forms.report import ReportForm, rest_unchanged
from ...guards import check_drafting, check_editable
from ...models import NextStep
from ...reports.drafts import Merged, merge_report, rows_written_by
from ...reports.hand_over import hand_over_report
from ...reports.owed_rows import OwedTask, tasks_owed
from ...reports.row_evidence import attach_to_entry
from ...reports.submission import submit_report
from ...reports.submissions_read import kept_submissions, reasons_of
from ...reports.written import Conflict, row_field
from ...states import ReportState
from .of_period import SUBMITTED_WORDS, OfPeriodMixin


@dataclass
class Outcome:
    """What became of a posted form."""

    saved: bool = False
    """Whether anything of it was saved."""
    conflicts: list[Conflict] = field(default_factory=list)
    faults: dict[str, Any] = field(default_factory=dict)
    """What cannot be, by field; the parts they belong to are not saved."""
    news: list[str] = field(default_factory=list)
    """Parts in which somebody else has written since the form was opened."""
    refusal: Refused | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for was done."""
        return not (self.conflicts or self.faults or self.news or self.refusal)

    @property
    def status(self) -> int:
        """The status of the answer that shows the form again."""
        if self.refusal is not None:
            return self.refusal.status
        return 409 if self.conflicts or self.news else 422


class ReportFormView(OfPeriodMixin, FormView):
    """The form of a report, for those who draft it and for members who fill their own rows."""

    form_class = ReportForm
    template_name = "teams/report_form.html"

    @cached_property
    def on_paper(self) -> bool:
        """Whether the office enters a report that came on paper."""
        return "paper" in self.request.GET and may(self.request.user, "enter_report_on_paper", self.team)

    @cached_property
    def drafts(self) -> bool:
        """Whether this person writes the whole report, not single rows."""
        return self.on_paper or may(self.request.user, "save_report", self.team)

    @cached_property
    def writes(self) -> bool:
        """Whether this person may write the report, or rows of it, now."""
        editable = self.report is None or self.report.is_editable
        return editable and not self.closed_words and (self.drafts or bool(self.own_tasks))

    @cached_property
    def tasks(self) -> list[OwedTask]:
        """The tasks on which the team reports, and those of which a row was posted."""
        posted = ReportForm.posted_tasks(self.request.POST)
        return tasks_owed(self.team, self.period, on=today(), also=posted)

    @cached_property
    def own_tasks(self) -> list[OwedTask]:
        """Those whose rows this person writes."""
        if self.on_paper:
            return self.tasks
        own = rows_written_by(self.request.user, self.team, [owed.task.pk for owed in self.tasks])
        return [owed for owed in self.tasks if owed.task.pk in own]

    @cached_property
    def said(self) -> list[NextStep]:
        """The next steps of last time."""
        return list(NextStep.objects.of_last_time(self.team, self.period).select_related("task")) if self.drafts else []

    @cached_property
    def kept(self) -> list:
        """What was submitted, the newest first."""
        return kept_submissions(self.report) if self.report else []

    @property
    def decision(self) -> Any:
        """The decision by which the report was returned, if it was."""
        returned = self.report is not None and self.report.state == ReportState.RETURNED
        return self.kept[0].decision if returned and self.kept else None

    def fresh_form(self, **more: Any) -> ReportForm:
        """The form on what is saved."""
        return ReportForm(
            owed=self.own_tasks,
            report=self.report,
            said=self.said,
            asked=reasons_of(self.decision),
            on=today(),
            on_paper=self.on_paper,
            with_lines=self.drafts,
            **more,
        )

    def get_form(self, form_class: Any = None) -> ReportForm:
        """The form as it opens, or as it was posted."""
        if self.request.method != "POST":
            return self.fresh_form()
        data = self.request.POST
        if "rest" in data:
            data = rest_unchanged(data, self.own_tasks)
        return self.fresh_form(data=data, files=self.request.FILES)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save what can be saved, and what else was asked for; a form that saves itself is answered with JSON."""
        form = self.get_form()
        form.is_valid()
        try:
            outcome = self.write(form)
        except WrongState as refusal:
            if self.by_itself:
                return JsonResponse({"refused": str(refusal.message)}, status=refusal.status)
            return self.show(form, Outcome(refusal=refusal))
        if self.by_itself:
            return self.answer(form, outcome)
        if outcome.is_whole:
            outcome = self.go_on(form, outcome)
        return self.leave() if outcome.is_whole else self.show(form, outcome)

    # Saving ----------------------------------------------------------------------------------------------------------

    @property
    def acting(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": self.request.user, "at": now()}

    @property
    def paper(self) -> dict[str, str]:
        """The paper that the office enters, where it does."""
        return {"behalf": self.request.POST.get("behalf", "").strip()} if self.on_paper else {}

    def write(self, form: ReportForm) -> Outcome:
        """Save the parts that were changed and are right; files go into their rows.

        Raises:
            NotAllowed: the person writes nothing here.
            WrongState: nothing can be written now.
        """
        self.check_writing()
        outcome = Outcome(faults={name: errors[0] for name, errors in form.errors.items()})
        written = form.written(besides=self.taken())
        if "behalf" in form.errors or (form.errors and not written):
            return outcome
        if self.by_itself and not written:
            outcome.saved = True
            return outcome
        merged = merge_report(self.team, self.period, written, **self.paper, **self.acting)
        self.report = merged.report
        outcome.saved = merged.report is not None
        outcome.conflicts, outcome.faults = list(merged.conflicts), outcome.faults | dict(merged.faults)
        self.attach(form, outcome)
        if self.goes_on:
            outcome.news = self.news(form, merged)
        return outcome

    def check_writing(self) -> None:
        """Refuse whoever writes nothing here, and while nothing can be written."""
        if not (self.drafts or self.own_tasks):
            require("save_report", self.request.user, self.team)
        check_drafting(self.team, self.period, on=today())
        if self.report is not None:
            check_editable(self.report)

    def attach(self, form: ReportForm, outcome: Outcome) -> None:
        """Attach the files that came with rows; what is not taken is said beside its row."""
        for owed in self.own_tasks:
            files = form.files_of_rows().get(owed.task.pk)
            if not files:
                continue
            try:
                attach_to_entry(self.team, self.period, owed.task, files, **self.paper, **self.acting)
            except Refused as refusal:
                words = " ".join(map(str, refusal.fields.values())) or refusal.message
                outcome.faults[row_field(owed.task.pk, "files")] = words

    def taken(self) -> list[str]:
        """The part of which the other person's words are taken instead of those that were sent."""
        return [self.request.POST["take"]] if "take" in self.request.POST else []

    @property
    def by_itself(self) -> bool:
        """Whether the form saves itself."""
        return "autosave" in self.request.POST

    @property
    def goes_on(self) -> bool:
        """Whether more is asked for than saving."""
        return "submit" in self.request.POST or "hand_over" in self.request.POST

    def news(self, form: ReportForm, merged: Merged) -> list[str]:
        """The parts that this person has not seen as they stand: nothing is submitted unread."""
        fresh, named, mine = self.fresh_form(), form.named(), form.touched()
        changed = [
            part
            for part, seen in fresh.open_parts().items()
            if part not in mine and seen.version != (named[part].version if part in named else 0)
        ]
        gone = [part for part, seen in named.items() if seen.version and part not in fresh.parts and part not in mine]
        return changed + gone

    def go_on(self, form: ReportForm, outcome: Outcome) -> Outcome:
        """Submit, or hand over to the head, where that was asked for; what is refused stands in the form."""
        seen = {"seen": self.report.version}
        try:
            if "submit" in self.request.POST:
                submit_report(self.report, **seen, **self.paper, **self.acting)
            elif "hand_over" in self.request.POST:
                hand_over_report(self.report, **seen, **self.acting)
        except NotAllowed:
            raise
        except Refused as refusal:
            outcome.refusal = refusal
        return outcome

    # Answering -------------------------------------------------------------------------------------------------------

    def leave(self) -> HttpResponse:
        """Say what was done, and go on."""
        said = _("Saved.")
        if "submit" in self.request.POST:
            said = str(SUBMITTED_WORDS)
        elif "hand_over" in self.request.POST:
            said = _("Saved. The head and the deputies have been told that it waits for them.")
        messages.success(self.request, said, extra_tags=self.keep_key)
        return HttpResponseRedirect(self.address if self.goes_on else self.request.get_full_path())

    def show(self, form: ReportForm, outcome: Outcome) -> HttpResponse:
        """The form again: what is saved as it stands now, what is not as it was typed."""
        if outcome.saved:
            settled = {conflict.part for conflict in outcome.conflicts}
            wrong = {part for part in form.parts for name in outcome.faults if name.startswith(f"{part}-")}
            data = self.fresh_form().overlaid(form, [part for part in form.named() if part in settled | wrong], settled)
            form = self.fresh_form(data=data, clashes=outcome.conflicts, news=outcome.news)
            form.is_valid()
        refused = outcome.refusal.fields if outcome.refusal else {}
        for name, message in {**outcome.faults, **refused}.items():
            known = name if name in form.fields else None
            if known not in form.errors:
                form.add_error(known, message)
        if outcome.refusal is not None and not refused:
            form.add_error(None, outcome.refusal.message)
        context = self.get_context_data(form=form, outcome=outcome)
        return self.render_to_response(context, status=outcome.status)

    def answer(self, form: ReportForm, outcome: Outcome) -> JsonResponse:
        """What became of each part that a form sent by itself."""
        fresh = self.fresh_form()
        clashes = {conflict.part: conflict for conflict in outcome.conflicts}
        parts = {}
        for part in form.named():
            wrong = [
                str(message)
                for name, message in outcome.faults.items()
                if name.startswith(f"{part}-") or name == "behalf"
            ]
            shown = {"clash": clashes.get(part), "errors": wrong, "part": part}
            opened = fresh.parts.get(part)
            parts[part] = {
                "seen": str(opened.seen if opened else Seen.of(0, [""] * len(form.parts[part].names))),
                "clash": part in clashes,
                "wrong": bool(wrong) or not outcome.saved,
                "said": render_to_string("teams/_report_said.html", shown, self.request).strip(),
            }
        return JsonResponse({"saved": self.saved_words(fresh), "parts": parts})

    def saved_words(self, form: ReportForm) -> str:
        """When it was last saved and how far it is, for the foot of the form."""
        owed = sum(owed.is_owed for owed in form.owed)
        words = _("tasks: %(done)s of %(owed)s") % {"done": form.complete(), "owed": owed}
        if self.report is None:
            return words
        hands = [entry.edited_at for entry in form.entries.values() if entry.edited_at]
        saved = _("Saved %(time)s") % {"time": time_text(max(hands))} if hands else _("Saved")
        return f"{saved} · {words}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the form's page says around the form."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        rows = list(form.rows(evidence_of_entries(self.report, self.request.user)))
        return context | {
            "team": self.team,
            "period": self.period,
            "report": self.report,
            "rows": rows,
            "empty": [row for row in rows if row.is_empty] if self.report or not self.drafts else [],
            "others": [owed for owed in self.tasks if owed not in self.own_tasks],
            "drafts": self.drafts,
            "keep_key": self.keep_key,
            "days_left": (day_of(self.period.due_at) - today()).days,
            "is_overdue": now() > self.period.due_at,
            "resubmit_overdue": self.report is not None and self.report.is_overdue(now()),
            "decision": self.decision,
            "saved_words": self.saved_words(form),
            "waits_words": self.waits_words,
            "may_submit": self.on_paper or may(self.request.user, "submit_report", self.team),
            "departments": form.departments() if self.drafts else [],
        }


def time_text(moment: datetime) -> str:
    """The time of day of a moment of today; with its day where it is another."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == today() else f"{local:%Y-%m-%d %H:%M}"

"""The form of a report: saved manually or automatically, part by part; handed to the head; submitted."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.records.refusals import NotAllowed, Refused, WrongState
from governance.registers.links import REPORT_LINKS, links_beside

from ...evidence.gallery import evidence_of_entries
from ...forms.parts import Seen, with_overwritten
from ...forms.report import ReportForm
from ...forms.report_gaps import Filled
from ...forms.report_rows import EntryFields, TownFields, rest_unchanged
from ...models import ProgressReport, ReportDecision
from ...reports.authorship import Authorship
from ...reports.hand_over import hand_over_report
from ...reports.outcome import Outcome
from ...reports.review_page import last_words
from ...reports.submission import submit_report
from ...reports.submissions_read import KeptSubmission, reasons_of, told_submissions
from ...states import ReportState
from .of_period import SUBMITTED_WORDS, OfPeriodMixin


class ReportFormView(OfPeriodMixin, FormView):
    """The form of a report, for drafters and for members who fill in their own rows."""

    form_class = ReportForm
    template_name = "teams/report_form.html"

    @cached_property
    def author(self) -> Authorship:
        """What this person may write of the report."""
        posted = ReportForm.posted_tasks(self.request.POST)
        asks_for_paper = "paper" in self.request.GET
        return Authorship(self.request.user, self.team, self.period, today(), asks_for_paper, posted)

    @cached_property
    def writes(self) -> bool:
        """Whether this person may write the report, or rows of it, now."""
        editable = self.report is None or self.report.is_editable
        return editable and not self.closed_words and self.author.writes

    @cached_property
    def told(self) -> tuple[list[KeptSubmission], list[ReportDecision]]:
        """The submissions, and which were taken back, newest first."""
        return told_submissions(self.report) if self.report and self.report.was_sent else ([], [])

    @property
    def kept(self) -> list[KeptSubmission]:
        """The submissions that stand, newest first."""
        return self.told[0]

    @property
    def decision(self) -> ReportDecision | None:
        """The decision by which the report was returned, if it was."""
        returned = self.report is not None and self.report.state == ReportState.RETURNED
        return self.kept[0].decision if returned and self.kept else None

    def fresh_form(self, **more: Any) -> ReportForm:
        """The form with the saved values."""
        return ReportForm(
            owed=self.author.own_tasks,
            report=self.report,
            period=self.period,
            said=self.author.said,
            asked=reasons_of(self.decision),
            on=today(),
            on_paper=self.author.on_paper,
            with_lines=self.author.writes_all,
            **more,
        )

    def get_form(self, form_class: Any = None) -> ReportForm:
        """The form as it opens, or as posted."""
        if self.request.method != "POST":
            return self.fresh_form()
        data: QueryDict = self.request.POST
        if "mine" in data:
            data = with_overwritten(data, data.getlist("mine"))
        if "rest" in data:
            data = rest_unchanged(data, self.author.own_tasks)
        return self.fresh_form(data=data, files=self.request.FILES)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save what can be saved, then submit or hand over if requested; automatic saving gets a JSON response."""
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
        if outcome.is_whole and self.report is not None:
            outcome.refusal = self.go_on(self.report)
        return self.leave() if outcome.is_whole else self.show(form, outcome)

    # Saving ----------------------------------------------------------------------------------------------------------

    @property
    def behalf(self) -> str:
        """The paper that the office enters; empty where it enters none."""
        return self.request.POST.get("behalf", "").strip() if self.author.on_paper else ""

    @property
    def by_itself(self) -> bool:
        """Whether the form is saved automatically."""
        return "autosave" in self.request.POST

    @property
    def goes_on(self) -> bool:
        """Whether more than saving is requested."""
        return "submit" in self.request.POST or "hand_over" in self.request.POST

    def write(self, form: ReportForm) -> Outcome:
        """Save the changed valid parts, except those in which the other person's text was accepted.

        Raises:
            NotAllowed: the person writes nothing here.
            WrongState: it cannot be edited now.
        """
        self.author.check(self.report)
        faults: dict[str, Text] = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
        taken = self.request.POST.getlist("take")
        written, counts = form.written(besides=taken), form.counts(besides=taken)
        if "behalf" in form.errors or (form.errors and not written and not counts):
            return Outcome(faults=faults)
        if self.by_itself and not written and not counts:
            return Outcome(saved=True, faults=faults)
        self.report, outcome = self.author.save(written, form.files_of_rows(), counts, at=now(), behalf=self.behalf)
        outcome.faults = faults | outcome.faults
        if self.goes_on:
            outcome.news = self.fresh_form().unread(form)
            outcome.stopped = not outcome.is_whole
        return outcome

    def go_on(self, report: ProgressReport) -> Refused | None:
        """Submit, or hand over to the head, if requested; a refusal is shown in the form."""
        seen, by, at = report.version, self.request.user, now()
        try:
            if "submit" in self.request.POST:
                submit_report(report, by=by, at=at, seen=seen, behalf=self.behalf)
            elif "hand_over" in self.request.POST:
                hand_over_report(report, by=by, at=at, seen=seen)
        except NotAllowed:
            raise
        except Refused as refusal:
            return refusal
        return None

    # Answering -------------------------------------------------------------------------------------------------------

    def leave(self) -> HttpResponse:
        """Report what was done, and redirect."""
        said = _("Saved.")
        if "submit" in self.request.POST:
            said = str(SUBMITTED_WORDS)
        elif "hand_over" in self.request.POST:
            said = _("Saved. The head and deputies have been notified that it is ready.")
        messages.success(self.request, said)
        return HttpResponseRedirect(self.address if self.goes_on else self.request.get_full_path())

    def show(self, form: ReportForm, outcome: Outcome) -> HttpResponse:
        """Show the form again: saved parts with their present values, the others as typed."""
        if outcome.saved:
            kept = [part for part in form.named() if part in outcome.clashes or outcome.faults_of(part)]
            data = self.fresh_form().overlaid(form, kept)
            form = self.fresh_form(data=data, clashes=outcome.conflicts, news=outcome.news)
            form.is_valid()
        for name, message in outcome.messages.items():
            known = name if name in form.fields else None
            if known not in form.errors:
                form.add_error(known, message)
        if outcome.refusal is not None and not outcome.refusal.fields:
            form.add_error(None, outcome.refusal.message)
        return self.render_to_response(self.get_context_data(form=form, outcome=outcome), status=outcome.status)

    def answer(self, form: ReportForm, outcome: Outcome) -> JsonResponse:
        """The outcome of each part, for automatic saving."""
        fresh = self.fresh_form()
        rows: dict[str, EntryFields | TownFields] = {row.part: row for row in fresh.rows({})}
        rows |= {town.part: town for row in form.rows({}) for town in row.towns}  # a doubtful count is not saved
        parts = {
            part: {"seen": str(seen), **self.answer_to(part, outcome, seen, rows.get(part))}
            for part, seen in ((part, fresh.seen_of(part, form)) for part in form.named())
        }
        shown = {"filled": Filled.of(fresh)}
        return JsonResponse(
            {
                "saved": saved_words(fresh, self.report),
                "gap": render_to_string("teams/_report_gap.html", shown),
                "items": render_to_string("teams/_report_filled.html", shown),
                "parts": parts,
            }
        )

    def answer_to(
        self, part: str, outcome: Outcome, present: Seen, row: EntryFields | TownFields | None
    ) -> dict[str, object]:
        """The outcome of a part, with its message; a missing paper is mentioned beside each.

        Beside a `row` or a township whose number is doubtful it is asked whether it is right.
        """
        paper = [str(outcome.faults["behalf"])] if "behalf" in outcome.faults else []
        wrong, clash = outcome.faults_of(part) + paper, outcome.clashes.get(part)
        shown = {"clash": clash, "errors": wrong, "part": part, "present": present, "row": row}
        return {
            "clash": clash is not None,
            "wrong": bool(wrong) or not outcome.saved,
            "said": render_to_string("teams/_report_said.html", shown, self.request).strip(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form, drafts = context["form"], self.author.writes_all
        last = last_words([row.owed.task.pk for row in form.draft_rows], self.period)
        texts = {task: word.text for task, word in last.items()}
        rows = list(form.rows(evidence_of_entries(self.report, self.request.user), texts))
        return context | {
            "team": self.team,
            "period": self.period,
            "report": self.report,
            "rows": rows,
            "filled": Filled.of(form),
            "lamps_on": rows[0].owed.on if rows else None,
            "own_words": not drafts,
            "department_id": self.request.user.department_id,
            "others": self.author.others,
            "drafts": drafts,
            "keep_key": self.keep_key,
            "saved_words": saved_words(form, self.report),
            "may_submit": self.author.submits,
            "departments": form.departments() if drafts else [],
            "taken_back": self.told[1],
            "waits": links_beside(REPORT_LINKS, self.request.user, self.team).get(self.team.pk, []) if drafts else [],
            **self.deadlines(),
        }

    def deadlines(self) -> dict[str, object]:
        """When it is due, when it can be submitted, and the date set when it was returned."""
        return {
            "days_left": (day_of(self.period.due_at) - today()).days,
            "is_overdue": now() > self.period.due_at,
            "resubmit_overdue": self.report is not None and self.report.is_overdue(now()),
            "decision": self.decision,
            "waits_words": self.waits_words,
        }


def saved_words(form: ReportForm, report: ProgressReport | None) -> str:
    """When it was last saved, for the foot of the form."""
    if report is None:
        return _("Nothing written yet")
    hands = [row.entry.edited_at for row in form.draft_rows if row.entry.edited_at]
    return _("Saved %(time)s") % {"time": time_text(max(hands))} if hands else _("Saved")


def time_text(moment: datetime) -> str:
    """The time of a moment today; with its day for any other."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == today() else f"{local:%Y-%m-%d %H:%M}"

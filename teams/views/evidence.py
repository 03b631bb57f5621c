"""Evidence: attached to its owner, looked at, described, withdrawn, and a team's all together.

An address names the link, so that the permission is the owner's; a piece that may not be seen is not there (404).
"""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.formats.archives import zip_chunks
from governance.formats.filenames import clean_name
from governance.lists.requests import Request
from governance.lists.text import day_text
from governance.people.permissions import may
from governance.people.roles import Role
from governance.records.delivery import is_saved, small_picture, whole_file
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed, WrongState

from ..evidence.archive import packed
from ..evidence.attachments import (
    attach_to_close_out,
    attach_to_task,
    describe_evidence,
    is_open,
    may_touch,
    withdraw_evidence,
)
from ..evidence.downloads import download_evidence, download_team_evidence
from ..evidence.gallery import (
    KINDS,
    Exhibit,
    Piece,
    Place,
    evidence_of_close_outs,
    evidence_of_entries,
    evidence_of_task,
    exhibits,
    exhibits_of_keys,
    gathered,
    place_of_close_out,
    place_of_row,
    place_of_task,
    places_of_files,
    read_with_owners,
)
from ..forms.evidence import AttachForm, DescribeForm, GalleryForm
from ..models import ProgressReport, ReportingPeriod
from ..models.evidence import Evidence
from ..reports.drafts import rows_written_by
from ..reports.row_evidence import attach_to_entry
from .rows import LastCloseOutMixin, RowOfReportMixin, TaskPapersMixin, TeamPapersMixin

SHOWN_AT_ONCE = 60
"""Pieces on a page of a team's gallery."""

PERIODS_OFFERED = 40


class PieceMixin:
    """Finds the piece that the address names, among those that the person may see."""

    @cached_property
    def piece(self) -> Piece:
        """The piece with its file and owner, or 404."""
        model = KINDS.get(self.kwargs["kind"])
        if model is None:
            raise Http404
        found = read_with_owners(
            self.kwargs["kind"], model.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        )
        if not found:
            raise Http404
        return found[0]

    @cached_property
    def exhibit(self) -> Exhibit:
        """The piece as it is shown."""
        return exhibits(self.kwargs["kind"], [self.piece], self.request.user)[0]


class EvidenceView(PieceMixin, ActingMixin, FormView):
    """One piece: the picture large, its facts, where else it is used; described by whoever may attach to its owner."""

    form_class = DescribeForm
    template_name = "teams/evidence.html"
    done_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        """What it says now."""
        return {
            "caption": self.piece.caption,
            "dated_on": self.piece.dated_on,
            "version": getattr(self.piece, "version", None),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The piece, and whether the person may change it."""
        piece = self.piece
        may_change = isinstance(piece, Evidence) and is_open(piece) and may_touch(self.request.user, piece)
        return super().get_context_data(item=self.exhibit, may_change=may_change, **kwargs)

    def act(self, form: DescribeForm) -> str:
        """Describe; what was submitted has no words that change."""
        if not isinstance(self.piece, Evidence):
            raise Http404
        data = form.cleaned_data
        describe_evidence(
            self.piece,
            caption=data["caption"],
            dated_on=data["dated_on"],
            seen=data["version"],
            by=self.request.user,
            at=now(),
        )
        return self.exhibit.url


class EvidenceFileView(PieceMixin, View):
    """The bytes of a piece: shown where that is safe; taken away with `?save=1`, which is recorded."""

    def get(self, request: Request, kind: str, pk: int) -> HttpResponse:
        """The file."""
        save = "save" in request.GET
        answer = whole_file(request, self.piece.file, save=save)
        if answer.status_code == 200 and is_saved(self.piece.file, asked=save):
            download_evidence(self.piece, by=request.user, at=now())
        return answer


class EvidenceSmallView(PieceMixin, View):
    """The small picture of a piece."""

    def get(self, request: Request, kind: str, pk: int) -> HttpResponse:
        """The small picture."""
        return small_picture(request, self.piece.file)


class WithdrawEvidenceView(PieceMixin, ActingMixin, FormView):
    """A piece is taken back, after it was said what that means."""

    form_class = Form
    template_name = "components/confirm.html"
    done_message = _("Withdrawn. It can be attached again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What withdrawing means."""
        self._check()
        if not may_touch(self.request.user, self.piece):
            raise NotAllowed
        if not is_open(self.piece):
            raise WrongState(
                _("It can no longer be withdrawn: what it belongs to is submitted, decided or at its end.")
            )
        consequences = [
            gettext("It is no longer shown, neither here nor in the gallery of the team."),
            gettext("Who withdrew it and when stays on the record; the office can still see it."),
        ]
        if self.kwargs["kind"] == "entry":
            consequences.append(gettext("What was submitted already stays with its submission."))
        return super().get_context_data(
            heading=gettext("Withdraw “%(name)s”?") % {"name": self.exhibit.title},
            caption=self.exhibit.place.words,
            consequences=consequences,
            action_label=gettext("Withdraw the file"),
            cancel_label=gettext("Keep the file"),
            cancel_url=self.exhibit.url,
            dangerous=True,
            **kwargs,
        )

    def act(self, form: Form) -> str:
        """Withdraw, and go back to the owner."""
        self._check()
        withdraw_evidence(self.piece, by=self.request.user, at=now())
        return self.exhibit.place.url

    def _check(self) -> None:
        """What was submitted is not withdrawn."""
        if not isinstance(self.piece, Evidence):
            raise Http404


class AttachView(ActingMixin, FormView):
    """What is attached to one owner, with a form to attach more for those who may.

    A script that sends files on its own (HX-Request) is answered with the row of small pictures alone, or with the
    sentences of a refusal and 422.
    """

    form_class = AttachForm
    template_name = "teams/evidence_attach.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pieces, whose they are, and whether the form is shown."""
        context = {"place": self.place(), "exhibits": self.exhibits(), "may_attach": self.may_attach()}
        return super().get_context_data(**{**context, **kwargs})

    def act(self, form: AttachForm) -> str:
        """Attach, say how many, and point out what is used elsewhere."""
        data = form.cleaned_data
        rows = self.attach(data["files"], caption=data["caption"], dated_on=data["dated_on"])
        if not self.request.htmx:
            said = ngettext("%(count)s file attached.", "%(count)s files attached.", len(rows)) % {"count": len(rows)}
            messages.success(self.request, said)
            self._point_out(rows)
        return self.request.path

    def form_valid(self, form: AttachForm) -> HttpResponse:
        """Go on to the owner's pieces, or answer a script with them."""
        answer = super().form_valid(form)
        if self.request.htmx:
            if answer.status_code == 302:
                return render(self.request, "components/evidence.html", {"exhibits": self.exhibits()})
            return self._refused(form)
        return answer

    def form_invalid(self, form: AttachForm) -> HttpResponse:
        """The form with its errors, or to a script the errors alone."""
        return self._refused(form) if self.request.htmx else super().form_invalid(form)

    def _refused(self, form: AttachForm) -> HttpResponse:
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        return HttpResponse("\n".join(sentences), status=422, content_type="text/plain; charset=utf-8")

    def _point_out(self, rows: list[Evidence]) -> None:
        own = self.place().key
        elsewhere = [
            place for place in places_of_files([row.file for row in rows], self.request.user) if place.key != own
        ]
        if elsewhere:
            named = "; ".join(place.words for place in elsewhere[:5])
            messages.warning(self.request, gettext("The same file is used elsewhere: %(places)s.") % {"places": named})

    # What each kind of owner says of itself
    def place(self) -> Place:
        """The owner in words, with its page."""
        raise NotImplementedError

    def exhibits(self) -> list[Exhibit]:
        """What is attached now."""
        raise NotImplementedError

    def may_attach(self) -> bool:
        """Whether the person may attach more now."""
        raise NotImplementedError

    def attach(self, files: list[Any], **words: Any) -> list[Evidence]:
        """Call the verb."""
        raise NotImplementedError


class TaskEvidenceView(TaskPapersMixin, AttachView):
    """Everything that proves something about a task; files are attached to the task itself."""

    def place(self) -> Place:
        """The task."""
        return place_of_task(self.task)

    def exhibits(self) -> list[Exhibit]:
        """Its own, its close-outs' and its reports' pieces."""
        return evidence_of_task(self.task, self.request.user, most=SHOWN_AT_ONCE)

    def may_attach(self) -> bool:
        """Whoever writes about the task, and the office."""
        return self.task.state != "cancelled" and may(self.request.user, "attach_to_task", self.task)

    def attach(self, files: list[Any], **words: Any) -> list[Evidence]:
        """To the task."""
        return attach_to_task(self.task, files, by=self.request.user, at=now(), **words)


class CloseOutEvidenceView(LastCloseOutMixin, AttachView):
    """What is attached to the close-out that a task waits for, or to its last one."""

    def place(self) -> Place:
        """The close-out, on its task's page."""
        return place_of_close_out(self.task, self.close_out.pk)

    def exhibits(self) -> list[Exhibit]:
        """Its own pieces."""
        return evidence_of_close_outs([self.close_out.pk], self.request.user).get(self.close_out.pk, [])

    def may_attach(self) -> bool:
        """The team, while the close-out waits."""
        return self.close_out.is_waiting and may(self.request.user, "attach_to_close_out", self.task)

    def attach(self, files: list[Any], **words: Any) -> list[Evidence]:
        """To the close-out."""
        return attach_to_close_out(self.close_out, files, by=self.request.user, at=now(), **words)


class EntryEvidenceView(RowOfReportMixin, AttachView):
    """What is attached to a task's row of a report; the report and the row are begun where there are none."""

    def place(self) -> Place:
        """The row of the report."""
        report = self.report or ProgressReport()
        report.team, report.period = self.task.team, self.period
        return place_of_row(report, self.task)

    def exhibits(self) -> list[Exhibit]:
        """The row's pieces."""
        return evidence_of_entries(self.report, self.request.user).get(self.task.pk, [])

    def may_attach(self) -> bool:
        """Whoever writes the row, while the report can be written."""
        user, on = self.request.user, today()
        open_now = self.period.starts_on <= on and not self.period.is_closed
        editable = self.report is None or self.report.state in ("draft", "returned")
        writes = rows_written_by(user, self.task.team, [self.task.pk]) or may(user, "enter_report_on_paper", self.task)
        return bool(open_now and editable and writes)

    def attach(self, files: list[Any], **words: Any) -> list[Evidence]:
        """To the row; the office says that it enters a paper."""
        user = self.request.user
        on_paper = not may(user, "write_row", self.task) and may(user, "enter_report_on_paper", self.task)
        behalf = self.task.team.name if on_paper else ""
        rows = attach_to_entry(
            self.task.team, self.period, self.task, files, by=user, at=now(), behalf=behalf[:200], **words
        )
        self.__dict__.pop("report", None)
        return rows


class TeamGalleryMixin(TeamPapersMixin):
    """Finds a team's pieces, narrowed as the address says, for those who read its papers."""

    @cached_property
    def form(self) -> GalleryForm:
        """What it is narrowed to."""
        periods = ReportingPeriod.objects.visible_to(self.request.user).filter(action=self.team.action)
        return GalleryForm(
            self.request.GET or None,
            periods=periods.filter(starts_on__lte=today()).order_by("-starts_on")[:PERIODS_OFFERED],
            shows_withdrawn=self.request.user.has_role(Role.SPECIAL_OFFICE),
        )

    @cached_property
    def keys(self) -> QuerySet:
        """Keys of the pieces, the newest day first."""
        return gathered(self.request.user, team=self.team, **self.form.narrowed())


class TeamGalleryView(TeamGalleryMixin, View):
    """All the evidence of a team, by day, narrowed by period and task."""

    def get(self, request: Request, code: str) -> HttpResponse:
        """A page of it."""
        page = Paginator(self.keys, SHOWN_AT_ONCE).get_page(request.GET.get("page"))
        shown = exhibits_of_keys([(kind, key) for kind, key, _ in page.object_list], request.user)
        context = {
            "team": self.team,
            "form": self.form,
            "narrowed": any(self.form.narrowed().values()),
            "page": page,
            "days": [(day, list(items)) for day, items in groupby(shown, key=lambda item: item.on)],
            "may_take_away": may(request.user, "take_evidence_away", self.team),
        }
        return render(request, "teams/gallery.html", context)


class TeamArchiveView(TeamGalleryMixin, View):
    """The office takes a team's evidence away, narrowed as the gallery is, the oldest day first.

    The zip is written while it is read.
    """

    def get(self, request: Request, code: str) -> HttpResponse:
        """The archive."""
        keys = [(kind, key) for kind, key, _ in self.keys][::-1]
        moment = now()
        download_team_evidence(self.team, count=len(keys), narrowed=self.form.narrowed(), by=request.user, at=moment)
        name = gettext("Evidence of %(team)s %(day)s") % {"team": self.team.short_name, "day": day_text(moment)}
        answer = StreamingHttpResponse(
            zip_chunks(packed(keys, request.user, at=moment)), content_type="application/zip"
        )
        answer.headers["Content-Disposition"] = content_disposition_header(True, clean_name(f"{name}.zip"))
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

"""One piece of evidence: view, describe, download, withdraw.

An address names the link, so the owner's permissions apply; a piece that the person may not see is a 404.
"""

from functools import cached_property
from typing import Any

from django.forms import Form
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.delivery import is_saved, small_picture, whole_file
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed, WrongState

from ..evidence.attachments import describe_evidence, is_open, may_touch, withdraw_evidence
from ..evidence.downloads import download_evidence
from ..evidence.gallery import Exhibit, exhibits_of, read_with_owners
from ..evidence.kinds import KINDS, EvidenceKind, Piece
from ..forms.evidence import DescribeForm
from ..models.evidence import Evidence
from .rows import Page


class PieceMixin(Page):
    """A page about the piece in the address, if the person may see it."""

    @cached_property
    def kind(self) -> EvidenceKind:
        """The kind in the address, or 404."""
        kind = KINDS.get(self.kwargs["kind"])
        if kind is None:
            raise Http404
        return kind

    @cached_property
    def piece(self) -> Piece:
        """The piece with its file and owner, or 404."""
        found = read_with_owners(self.kind.visible_to(self.request.user).filter(pk=self.kwargs["pk"]))
        if not found:
            raise Http404
        return found[0]

    @property
    def changeable(self) -> Evidence:
        """The piece; 404 where it was submitted, which is neither described nor withdrawn."""
        if not isinstance(self.piece, Evidence):
            raise Http404
        return self.piece

    @cached_property
    def exhibit(self) -> Exhibit:
        """The piece as pages show it."""
        return exhibits_of([self.piece], self.request.user)[0]


class EvidenceView(PieceMixin, ActingMixin, FormView):
    """One piece: the large picture, its facts, where else it is used; people who may attach can describe it."""

    form_class = DescribeForm
    template_name = "teams/evidence.html"
    done_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {
            "caption": self.piece.caption,
            "dated_on": self.piece.dated_on,
            "version": getattr(self.piece, "version", None),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.piece
        may_change = is_open(piece) and may_touch(self.request.user, piece)
        return super().get_context_data(item=self.exhibit, may_change=may_change, **kwargs)

    def act(self, form: DescribeForm) -> str:
        """Describe it; submitted evidence cannot be changed."""
        data = form.cleaned_data
        describe_evidence(
            self.changeable,
            caption=data["caption"],
            dated_on=data["dated_on"],
            seen=data["version"],
            by=self.request.user,
            at=now(),
        )
        return self.exhibit.url


class EvidenceFileView(PieceMixin, View):
    """The bytes of a piece: shown where that is safe; `?save=1` downloads them, which is recorded."""

    def get(self, request: Request, kind: str, pk: int) -> HttpResponseBase:
        return file_of(self.piece, request)


def file_of(row: Any, request: Request) -> HttpResponseBase:
    """The file of a piece, a plan or another row, for people who may see the row; a download is recorded."""
    if row.file is None:
        raise Http404
    save = "save" in request.GET
    answer = whole_file(request, row.file, save=save)
    if answer.status_code == 200 and is_saved(row.file, asked=save):
        download_evidence(row, row.file, by=request.user, at=now())
    return answer


class EvidenceSmallView(PieceMixin, View):
    """The small picture of a piece."""

    def get(self, request: Request, kind: str, pk: int) -> HttpResponseBase:
        return small_picture(request, self.piece.file)


class WithdrawEvidenceView(PieceMixin, ActingMixin, FormView):
    """Withdraw a piece, after a page has said what that means."""

    form_class = Form
    template_name = "components/confirm.html"
    done_message = _("Withdrawn. It can be attached again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not may_touch(self.request.user, self.changeable):
            raise NotAllowed
        if not is_open(self.piece):
            raise WrongState(
                _(
                    "It can no longer be withdrawn: the report has been submitted, the request decided or the "
                    "task finished."
                )
            )
        consequences = [
            gettext("It is no longer shown, here or in the team's gallery."),
            gettext("Who withdrew it and when stays on record; the office can still see it."),
        ]
        consequences += [str(note) for note in self.kind.withdrawal_notes]
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
        withdraw_evidence(self.changeable, by=self.request.user, at=now())
        return self.exhibit.place.url

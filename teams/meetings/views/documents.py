"""The office's pages of templates: which is in force, the fields of each paper, replacing one, going back to ours."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.models import User
from governance.people.permissions import may, require
from teams.models import SpecialAction

from ..forms.document import TemplateForm
from ..models import Bulletin, DocumentTemplate
from ..papers.bulletin import Month, closed_months
from ..papers.making import MadePaper
from ..papers.registry import PAPERS, Kind, Paper
from ..papers.templates import replace_template, restore_template, template_in_force, templates_in_force
from .papers import PreparersView, file_response
from .room_form import RoomFormView
from .rows import version_seen


class OfPaperView(PreparersView):
    """A page about the paper in the address."""

    @property
    def paper(self) -> Paper:
        """The paper."""
        if self.kwargs["kind"] not in Kind.values:
            raise Http404
        return PAPERS[Kind(self.kwargs["kind"])]


class DocumentListView(PreparersView, TemplateView):
    """Every paper with its template, and the bulletins of closed months."""

    template_name = "meetings/document_list.html"
    heading = _("Templates of papers")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            templates=templates_in_force(),
            months=months_shown(self.action, self.request.user),
            issues=may(self.request.user, "issue_bulletin"),
            keeps=may(self.request.user, "keep_templates"),
            **kwargs,
        )


def months_shown(action: SpecialAction, user: User) -> list[tuple[Month, Bulletin | None]]:
    """The closed months with their bulletins, once those are issued: two queries."""
    issued = {row.month: row for row in Bulletin.objects.visible_to(user).filter(action=action).defer("body")}
    months = closed_months(action, at=now())
    return [(month, issued.get(date(month.year, month.month, 1))) for month in months]


class DocumentView(OfPaperView, TemplateView):
    """The fields of a paper, its template, what was in force before."""

    template_name = "meetings/document.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = DocumentTemplate.objects.visible_to(self.request.user).filter(kind=self.paper.kind)
        return super().get_context_data(
            heading=self.paper.kind.label,
            paper=self.paper,
            template=template_in_force(self.paper.kind),
            changes=rows.select_related("by", "file").order_by("-number"),
            keeps=may(self.request.user, "keep_templates"),
            **kwargs,
        )


class DocumentReplaceView(OfPaperView, RoomFormView):
    """Replace the template of a paper."""

    rule = "keep_templates"
    form_class = TemplateForm
    heading = _("Replace the template")
    button = _("Put into force")
    done_message = _("The template is in force.")
    consequences = (
        _("The file is checked and filled in on trial first; whatever is not allowed is named with its place."),
        _("Papers of what was bound, signed or issued before keep the template of that moment."),
    )

    def crumbs(self) -> Any:
        return [
            (gettext("Templates of papers"), reverse("document_list")),
            (self.paper.kind.label, self.back()),
        ]

    def back(self) -> str:
        return reverse("document", args=[self.paper.kind.value])

    def get_initial(self) -> dict[str, Any]:
        return {"version": template_in_force(self.paper.kind).number}

    def keep_version(self) -> object:
        return template_in_force(self.paper.kind).number

    def act(self, form: TemplateForm) -> str:
        seen = form.cleaned_data["version"]
        replace_template(self.paper.kind, form.cleaned_data["file"], seen=seen, **self.acting)
        return self.back()


class DocumentRestoreView(OfPaperView):
    """Go back to the template that comes with us."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        require("keep_templates", request.user)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        restore_template(self.paper.kind, seen=version_seen(request), by=request.user, at=now())
        messages.success(request, gettext("The template that comes with the system is in force again."))
        return redirect("document", self.paper.kind.value)


class DocumentFileView(OfPaperView):
    """The template in force as a Word file."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        template = template_in_force(self.paper.kind)
        return file_response(MadePaper(f"{self.paper.name}模板.docx", template.content))


class DocumentOriginalView(OfPaperView):
    """Our own template as a Word file."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return file_response(MadePaper(f"{self.paper.name}原模板.docx", self.paper.original))

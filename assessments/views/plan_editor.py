"""A plan edited on pages: beginning one, its parts, its indicators (docs/rules.md#plan-editor)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed, Refused, Stale

from ..engine import Document, load
from ..engine.editing.fields import PARTS
from ..engine.editing.places import INDICATORS
from ..engine.editing.sent import ACT, ROWS, change_indicator, change_part, indicator_place, sent_origins
from ..engine.editing.shown import rows_of, text_of, value_of
from ..forms.plan import PlanBeginForm, PlanReviseForm
from ..forms.plan_editor import PlanEditor
from ..models import AssessmentPlan
from ..plans.plans import begin_draft, begin_version, edit_draft
from ..states import PlanState
from .rows import PlanMixin

METHODS = ("method-name", "method-fallback-name", "method-direction")
"""Fields whose change gives an indicator's form other fields or other words."""


def first_page(plan: AssessmentPlan) -> str:
    """Where the editing of a draft begins."""
    return reverse("plan_edit", args=[plan.code, plan.number, "plan"])


class PlanBeginView(ActingMixin, FormView):
    """Begin a plan with nothing but its code and titles."""

    form_class = PlanBeginForm
    template_name = "assessments/plan_begin.html"
    extra_context = {
        "heading": _("New plan"),
        "caption": _("A draft is edited page by page and may have faults until it is adopted."),
    }

    def check(self) -> None:
        require("draft_plan", self.request.user)

    def act(self, form: PlanBeginForm) -> str:
        return first_page(begin_draft(form.head(), by=self.request.user, at=now()))


class PlanReviseView(PlanMixin, ActingMixin, FormView):
    """Begin the next version of an adopted plan, with a reason."""

    form_class = PlanReviseForm
    template_name = "assessments/plan_begin.html"

    def check(self) -> None:
        require("draft_plan", self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        caption = gettext("The draft begins as %(plan)s stands. Rounds already opened keep the version they have.")
        return super().get_context_data(
            plan=self.plan, heading=gettext("New version"), caption=caption % {"plan": self.plan}, **kwargs
        )

    def act(self, form: PlanReviseForm) -> str:
        reason = form.cleaned_data["reason"]
        return first_page(begin_version(self.plan, reason=reason, by=self.request.user, at=now()))


class PlanEditView(PlanMixin, View):
    """A part of a draft. With htmx a form that is sent is only checked; a button saves."""

    @property
    def part(self) -> str:
        """The part in the address."""
        if self.kwargs["part"] not in PARTS:
            raise Http404
        return str(self.kwargs["part"])

    @property
    def place(self) -> int | None:
        """Of an indicator's own page its place from 0."""
        return None

    @cached_property
    def document(self) -> Document:
        """The stored draft."""
        return load(self.plan.draft)

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        require("draft_plan", request.user)
        if self.plan.state != PlanState.DRAFT:
            return redirect(self.plan)
        return self.page(self.document)

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        require("draft_plan", request.user)
        document = self.document
        if request.htmx:
            return self.checked(self.changed(document))
        version = request.POST.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0
        try:
            edit_draft(self.plan, self.changed, seen=seen, by=request.user, at=now())
        except NotAllowed:
            raise
        except Refused as refusal:
            self.plan.refresh_from_db()
            del self.document
            return self.page(self.changed(self.document, is_kept=True), refusal=refusal)
        messages.success(request, _("The draft is saved."))
        return redirect(f"{self.address()}{self.anchor()}")

    def sent(self, *, is_kept: bool = False) -> dict[str, Any]:
        """What the form sent; for a page that only keeps it, without the button that was pressed."""
        return {key: texts for key, texts in self.request.POST.lists() if not (is_kept and key == ACT)}

    def changed(self, document: Document, *, is_kept: bool = False) -> Document:
        """The document with what was sent."""
        return change_part(document, PARTS[self.part], self.sent(is_kept=is_kept))

    def address(self) -> str:
        """The page itself."""
        return self.request.path

    def anchor(self) -> str:
        """Where the page goes on after a button in the middle of it."""
        act, _colon, key = self.request.POST.get(ACT, "").partition(":")
        return f"#f-{key.replace(':', '-')}" if act in ("up", "down", "remove") else ""

    def checked(self, document: Document) -> HttpResponse:
        """The faults as they would be; the whole form where other fields follow from what was chosen."""
        version = self.request.POST.get("version", "")
        context = {"plan": self.plan, "editor": self.editor(document), "version": version, "was": self.was}
        if self.request.htmx.trigger_name not in METHODS:
            return render(self.request, "assessments/_plan_checked.html", context)
        response = render(self.request, "assessments/_plan_editor_form.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#plan-form", "outerHTML"
        return response

    @property
    def was(self) -> str:
        """What the indicator of the page is called in the stored draft, or was when the form was opened."""
        return ""

    def editor(self, document: Document) -> PlanEditor:
        return PlanEditor(document, self.part, self.place, origins=sent_origins(self.sent(), ROWS))

    def page(self, document: Document, refusal: Refused | None = None) -> HttpResponse:
        version = refusal.version if isinstance(refusal, Stale) else self.plan.version
        context = {"plan": self.plan, "editor": self.editor(document), "version": version, "refusal": refusal}
        context["was"] = self.was
        status = refusal.status if refusal else 200
        return render(self.request, "assessments/plan_editor.html", context, status=status)


class PlanEditIndicatorView(PlanEditView):
    """An indicator of a draft, with the form of its method."""

    part = INDICATORS

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        if self.found(self.document) is None:
            require("draft_plan", request.user)
            messages.error(request, _("This indicator is no longer in the draft. Nothing was saved."))
            return redirect("plan_edit", self.plan.code, self.plan.number, INDICATORS)
        return super().post(request, **kwargs)

    @property
    def place(self) -> int:
        place = self.found(self.document)
        if place is None:
            raise Http404
        return place

    @property
    def was(self) -> str:
        code = text_of(value_of(rows_of(self.document, (INDICATORS,))[self.place], "code"))
        return self.request.POST.get("was", code)

    def address(self) -> str:
        return reverse("plan_edit_indicator", args=[self.plan.code, self.plan.number, self.place + 1])

    def found(self, document: Document) -> int | None:
        """Where the indicator stands now: at its place while it is called the same, else wherever it went."""
        return indicator_place(document, int(self.kwargs["place"]) - 1, self.request.POST.get("was"))

    def changed(self, document: Document, *, is_kept: bool = False) -> Document:
        place = self.found(document)
        return document if place is None else change_indicator(document, place, self.sent(is_kept=is_kept))

"""A judge's pages: the sheet, signing it, stepping aside."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed, Refused, WrongState

from ..forms.panel import SignForm
from ..forms.round import ReasonForm
from ..panel.seats import step_aside
from ..panel.sheets import Kept, Typed, save_marks, sign_sheet
from .rows import SheetMixin


class SheetView(SheetMixin, View):
    """One card a team; marks are saved as they are typed."""

    def get(self, request: Request, seat: int) -> HttpResponse:
        return self._page()

    def post(self, request: Request, seat: int) -> HttpResponse:
        """Save what was typed: answered in JSON where the page saves by itself, else by the page."""
        by_itself = "autosave" in request.POST
        typed = _typed(request)
        try:
            kept = save_marks(self.seat, typed, by=request.user, at=now())
        except NotAllowed:
            raise
        except Refused as refusal:
            if by_itself:
                return JsonResponse({"refused": str(refusal.message)})
            return self._page(refusal=refusal, status=refusal.status)
        if by_itself:
            said = gettext("%(time)s saved") % {"time": f"{localtime(now()):%H:%M}"}
            return JsonResponse({"saved": said, "parts": {key: _answer(key, one) for key, one in kept.items()}})
        if any(one.fault or one.is_clash for one in kept.values()):
            return self._page({key: one.text for key, one in typed.items()}, kept, status=422)
        return redirect("sheet_sign", self.seat.pk) if "sign" in request.POST else redirect(self.sheet_url)

    def _page(
        self,
        typed: dict[str, str] | None = None,
        kept: dict[str, Kept] | None = None,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        self.__dict__.pop("sheet", None)
        context = {"seat": self.seat, "sheet": self.sheet, "cards": self.sheet.cards(typed, kept), "refusal": refusal}
        return render(self.request, "assessments/sheet.html", context, status=status)


def _typed(request: Request) -> dict[str, Typed]:
    """What was typed by key, without a part for which the other window's mark is taken, and with one's own over it."""
    taken = set(request.POST.getlist("take"))
    mine = dict(pair.split(" ", 1) for pair in request.POST.getlist("mine") if " " in pair)
    typed = {}
    for name in request.POST:
        key = name.removesuffix("-mark")
        if name.endswith("-mark") and key not in taken:
            seen = mine.get(key) or request.POST.get(f"{key}-seen", "0")
            typed[key] = Typed(request.POST[name], int(seen) if seen.isdecimal() and len(seen) < 9 else 0)
    return typed


def _answer(key: str, kept: Kept) -> dict[str, object]:
    """What the script is told of one mark."""
    said = render_to_string("assessments/_mark_said.html", {"key": key, "kept": kept})
    return {"said": said, "seen": kept.version, "clash": kept.is_clash, "wrong": bool(kept.fault)}


class OwnSheetMixin(SheetMixin, ActingMixin, FormView):
    """A step of the judge, after the page has said what will happen."""

    template_name = "components/confirm.html"

    def check(self) -> None:
        """Raise WrongState where nothing can be marked."""
        if not self.sheet.is_open:
            raise WrongState(_("There is nothing to mark on this sheet now."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round = self.seat.round
        return super().get_context_data(
            sheet=self.sheet, caption=f"{round.title} · {self.seat.label}", cancel_url=self.sheet_url, **kwargs
        )


class SheetSignView(OwnSheetMixin):
    """Sign all marks at once."""

    form_class = SignForm
    template_name = "assessments/sheet_sign.html"
    done_message = _("Your sheet is signed. Thank you.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.sheet.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = self.sheet
        return super().get_context_data(
            heading=gettext("Sign the sheet?"),
            version=sheet.version,
            rows=[(one, sheet.drafts.get(one.key)) for one in sheet.owed],
            consequences=[
                gettext("All marks are signed at once and cannot be changed afterwards."),
                gettext("The assessment centre sees marks only when all judges have signed or the panel is closed."),
            ],
            action_label=pgettext("sheet", "Sign"),
            **kwargs,
        )

    def act(self, form: SignForm) -> str:
        sign_sheet(self.seat, seen=form.cleaned_data["version"], by=self.request.user, at=now())
        return self.sheet_url


class StepAsideView(OwnSheetMixin):
    """Do not mark a team, with a reason."""

    form_class = ReasonForm
    done_message = _("You do not mark this team. The reason is on record.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Step aside from “%(team)s”?") % {"team": self.team},
            version=self.seat.pk,
            consequences=[
                gettext("You do not mark this team; the other judges do."),
                gettext("The assessment centre reads your reason. This cannot be undone."),
            ],
            action_label=gettext("Step aside"),
            dangerous=True,
            **kwargs,
        )

    def act(self, form: ReasonForm) -> str:
        step_aside(self.seat, self.team, **form.cleaned_data, by=self.request.user, at=now())
        return reverse("sheet", args=[self.seat.pk])

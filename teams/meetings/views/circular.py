"""Circulars: the list, writing and signing one, the signed paper."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from governance.clock import now
from governance.lists.filters import saying
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.registers.annexes import annex_named
from teams.states import check_move
from teams.views.rows import AwaitsActionMixin

from ..filters.circular import circular_says
from ..forms.circular import CircularForm, SignForm
from ..forms.meeting import VersionForm
from ..models import Circular, CircularDraft
from ..orders.circulars import draft_circular, edit_circular, lines_of, sign_circular, withdraw_circular
from ..states import CIRCULAR_MOVES, CircularState
from ..words import order_in_words
from .rows import CircularDraftMixin, CircularMixin, NeedsActionMixin

SHOWN = 200
"""Circulars on the page: those of many years."""


class CircularListView(AwaitsActionMixin, TemplateView):
    """The signed circulars, newest first, and for office and leaders the drafts."""

    heading = _("Circulars")
    template_name = "meetings/circular_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        drafts = CircularDraft.objects.visible_to(user).filter(action=self.action, state=CircularState.DRAFT)
        circulars = Circular.objects.visible_to(user).filter(action=self.action).select_related("signed_by")
        asked = self.request.GET.get("q", "")
        return super().get_context_data(
            heading=self.heading,
            drafts=drafts.select_related("written_by"),
            circulars=circulars.filter(saying(asked, circular_says)).prefetch_related("lines__team")[:SHOWN],
            asked=asked,
            may_write=may(user, "write_circular"),
            **kwargs,
        )


class CircularView(CircularMixin, TemplateView):
    """A signed circular as it was signed."""

    template_name = "meetings/circular.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = self.circular.document
        lines = [line | {"order": order_in_words(line["order"] or "")} for line in document["lines"]]
        named = [line for line in lines if line["kind"] == "named"]
        praised = [line for line in lines if line["kind"] == "praise"]
        return super().get_context_data(
            circular=self.circular,
            document=document,
            named=named,
            praised=praised,
            annex=document.get("annex"),
            **kwargs,
        )


class WriteCircularView(NeedsActionMixin, ActingMixin, FormView):
    """Begin a circular."""

    form_class = CircularForm
    template_name = "meetings/circular_form.html"
    done_message = _("Saved. Another person signs it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        require("write_circular", self.request.user)
        return {**super().get_form_kwargs(), "action": self.action, "lines": []}

    def act(self, form: CircularForm) -> CircularDraft:
        return draft_circular(self.action, **form.values, by=self.request.user, at=now())


class CircularDraftView(CircularDraftMixin, TemplateView):
    """A draft to read: edit, sign or withdraw it."""

    template_name = "meetings/circular_draft.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft, user = self.draft, self.request.user
        is_open = draft.state == CircularState.DRAFT
        lines = lines_of(draft)
        context = {
            "draft": draft,
            "named": [line for line in lines if line.kind == "named"],
            "praised": [line for line in lines if line.kind == "praise"],
            "annex": annex_named(self.action, draft.annex, at=now()) if draft.annex else None,
            "circular": Circular.objects.filter(draft=draft).first(),
            "may_write": is_open and may(user, "write_circular"),
            "may_sign": is_open and may(user, "sign_circular", draft),
            "is_own": is_open and may(user, "sign_circulars") and not may(user, "sign_circular", draft),
        }
        return super().get_context_data(**{**context, **kwargs})


class EditCircularView(CircularDraftMixin, WriteCircularView):
    """Write a draft anew."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while it is a draft."""
        require("write_circular", request.user)
        check_move(self.draft, CircularState.SIGNED, CIRCULAR_MOVES)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.draft, name) for name in ("title", "text", "annex", "version")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": lines_of(self.draft)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(draft=self.draft, **kwargs)

    def act(self, form: CircularForm) -> CircularDraft:
        seen = form.cleaned_data["version"]
        return edit_circular(self.draft, **form.values, seen=seen, by=self.request.user, at=now())


class SignCircularView(CircularDraftMixin, ActingMixin, FormView):
    """Sign a draft that somebody else wrote; its page is shown again where that is refused."""

    form_class = SignForm
    template_name = "components/confirm.html"
    done_message = _("Signed; the teams it mentions have been notified.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while it is a draft."""
        require("sign_circular", request.user, self.draft)
        check_move(self.draft, CircularState.SIGNED, CIRCULAR_MOVES)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.draft.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("sign_circular", self.request.user, self.draft)
        return super().get_context_data(
            heading=gettext("Sign the circular"),
            caption=self.draft.title,
            consequences=[
                gettext("It takes the next number, and its text is kept as it is for good."),
                gettext("All signed-in people can read it; the teams it mentions are notified."),
            ],
            action_label=gettext("Sign"),
            cancel_url=self.draft.get_absolute_url(),
            **kwargs,
        )

    def act(self, form: SignForm) -> Circular:
        data = form.cleaned_data
        return sign_circular(self.draft, seen=data["version"], number=data["number"], by=self.request.user, at=now())


class WithdrawCircularView(CircularDraftMixin, ActingMixin, FormView):
    """Give a draft up."""

    template_name = "components/confirm.html"
    form_class = VersionForm
    done_message = _("The draft is withdrawn.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while it is a draft."""
        require("write_circular", request.user)
        check_move(self.draft, CircularState.WITHDRAWN, CIRCULAR_MOVES)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.draft.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("write_circular", self.request.user)
        return super().get_context_data(
            heading=gettext("Withdraw the draft"),
            caption=self.draft.title,
            consequences=[gettext("Nothing is signed and no number is used; the draft stays readable for the office.")],
            action_label=gettext("Withdraw"),
            dangerous=True,
            cancel_url=self.draft.get_absolute_url(),
            **kwargs,
        )

    def act(self, form: VersionForm) -> str:
        withdraw_circular(self.draft, seen=form.cleaned_data["version"], by=self.request.user, at=now())
        return "circular_list"

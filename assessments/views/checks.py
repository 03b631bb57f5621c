"""The plain-sight checks of a round, and the page on which the approver ticks one of them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin

from ..forms.round import SeenForm
from ..results.seen_checks import Check, checks_of, see_check
from ..states import PlainSightCheck, RoundState
from .rows import RoundMixin


class RoundChecksView(RoundMixin, View):
    """What the checks show, what of it was seen, by whom and with which note."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        checks = checks_of(self.round, request.user, at=now())
        is_open = self.round.state == RoundState.SCORING
        context = {
            "round": self.round,
            "checks": [check for check in checks if check.rows or check.seen],
            "clear": [check.kind.label for check in checks if not check.rows and not check.seen],
            "unseen": sum(1 for check in checks if check.unseen),
            "is_open": is_open,
            "may_see": is_open and may(request.user, "see_check", self.round),
        }
        return render(request, "assessments/round_checks.html", context)


class CheckSeenView(RoundMixin, ActingMixin, FormView):
    """Tick one check as seen, with a note."""

    form_class = SeenForm
    template_name = "assessments/check_seen.html"
    done_message = _("The check is marked as seen, with your note.")

    @cached_property
    def checked(self) -> Check:
        """The check in the address, as it is now."""
        kind = self.kwargs["kind"]
        if kind not in PlainSightCheck.values:
            raise Http404
        return next(one for one in checks_of(self.round, self.request.user, at=now()) if one.kind == kind)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where nothing is left to be seen, the list."""
        if self.round.state != RoundState.SCORING or not self.checked.unseen:
            return redirect("round_checks", self.round.pk)
        require("see_check", request.user, self.round)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.checked.digest}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.checked.kind.label,
            caption=self.round.title,
            version=self.checked.digest,
            check=self.checked,
            action_label=_("Mark as seen"),
            cancel_url=reverse("round_checks", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: SeenForm) -> str:
        see_check(self.round, self.checked.kind, **form.cleaned_data, by=self.request.user, at=now())
        return reverse("round_checks", args=[self.round.pk])

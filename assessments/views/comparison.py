"""How firm a ranking is, two of its teams side by side, and the ranking under a changed plan."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from governance.lists.requests import Request

from ..results.firmness import Firmness
from ..results.versus import Versus
from ..results.what_if import WhatIf
from .rows import ComparedMixin


class StabilityView(ComparedMixin, View):
    """Ranks in ten thousand draws of the weights: per team, per pair, per weight."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "firmness": Firmness(self.result),
        }
        return render(request, "assessments/stability.html", context)


class VersusView(ComparedMixin, View):
    """Two teams, where the points lie; `?screen=1` for a projector."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        versus = Versus(self.result, request.GET.get("a", ""), request.GET.get("b", ""))
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "versus": versus,
        }
        is_screen = request.GET.get("screen") == "1" and versus.is_possible
        return render(request, "assessments/versus_screen.html" if is_screen else "assessments/versus.html", context)


class WhatIfView(ComparedMixin, View):
    """The ranking as printed and with other points, parameters and caps, which the address alone holds."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        what_if = WhatIf(self.result, request.GET)
        if what_if.address != request.GET.urlencode():  # the form sends every field, the address keeps what differs
            return redirect(f"{request.path}?{what_if.address}" if what_if.address else request.path)
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "what_if": what_if,
        }
        return render(request, "assessments/what_if.html", context)

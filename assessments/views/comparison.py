"""How firm a ranking is, and two of its teams side by side."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from governance.lists.requests import Request

from ..results.firmness import Firmness
from ..results.versus import Versus
from .rows import ComparedMixin


class StabilityView(ComparedMixin, View):
    """Ranks in ten thousand draws of the weights: per team, per pair, per weight."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
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
            "versus": versus,
        }
        is_screen = request.GET.get("screen") == "1" and versus.is_possible
        return render(request, "assessments/versus_screen.html" if is_screen else "assessments/versus.html", context)

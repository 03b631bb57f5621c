"""A team's own tally: its measured indicators so far."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may

from ..checking.facts import SEEN_FROM
from ..checking.own_tally import TALLIED_IN, OwnTally, own_tally_seats
from .rows import SeatMixin


class OwnTallyView(SeatMixin, View):
    """For head, deputies and liaison of the team, nobody else; from checking on it leads to the frozen facts."""

    def get(self, request: Request, pk: int, code: str) -> HttpResponse:
        seat = self.seat
        if not may(request.user, "read_own_tally", seat.team) or not seat.is_active:
            raise Http404
        if seat.round.state in SEEN_FROM:
            return redirect("fact_sheet", pk, code)
        if seat.round.state not in TALLIED_IN:
            raise Http404
        context = {
            "round": seat.round,
            "team": seat.team,
            "tally": OwnTally(seat, request.user, at=now()),
            "others": [other for other in own_tally_seats(request.user) if other.pk != seat.pk],
        }
        return render(request, "assessments/own_tally.html", context)

"""The page that opens a slip: for whoever holds it, without an account.

A person who is signed in beside stays unknown: the session is not read, no cookie is set, nothing is logged. There is
no token against forgery either: what a page elsewhere could send lacks the code, the only thing that counts here.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from governance.clock import now
from governance.lists.text import Text
from governance.people.county_name import county
from governance.people.guesses import TOO_MANY, Guesses
from governance.people.sessions import without_session

from ..models import RoundTeam
from ..votes.ballots import Ballot, Question
from ..votes.slips import SlipState, cast_vote, code_fault, look_up, open_ballot

GUESSES = Guesses("slips", 60)
"""A hall of voters may share an address. Codes are so many that guessing is hopeless anyway (`slips.py`); the limit
keeps a script from filling the log of the web server and the queue of the database."""


@dataclass
class Line:
    """A team in a question: what was chosen, and what is wrong with it."""

    seat: RoundTeam
    name: str
    chosen: str
    fault: Text = ""


class Sheet:
    """A ballot as it was filled in."""

    def __init__(self, ballot: Ballot, entered: QueryDict) -> None:
        self.questions: list[tuple[Question, list[Line]]] = [
            (question, [self._line(question, seat, entered) for seat in question.teams])
            for question in ballot.questions
        ]
        self.lines = [(question, line) for question, lines in self.questions for line in lines]

    def _line(self, question: Question, seat: RoundTeam, entered: QueryDict) -> Line:
        name = f"mark-{question.indicator.code}-{seat.team_id}"
        chosen = entered.get(name, "").strip()
        if chosen and not question.is_choice and chosen.isdecimal():
            chosen = str(int(chosen[:9]))
        fault = "" if not chosen or chosen in question.marks else _("Choose one of the marks on the slip.")
        if fault and not question.is_choice:
            fault = _("Enter a whole number from 0 to 100.")
        return Line(seat, name, chosen, fault)

    @property
    def has_faults(self) -> bool:
        return any(line.fault for _, line in self.lines)

    @property
    def blanks(self) -> list[tuple[str, list[str]]]:
        """The lines left blank: title of the question, names of the teams."""
        found = [
            (question.title, [line.seat.team.short_name for line in lines if not line.chosen])
            for question, lines in self.questions
        ]
        return [(title, names) for title, names in found if names]

    @property
    def blank(self) -> int:
        return sum(len(names) for _, names in self.blanks)

    @property
    def filled(self) -> int:
        return len(self.lines) - self.blank

    def marks(self) -> dict[tuple[str, int], str]:
        return {
            (question.indicator.code, line.seat.team_id): line.chosen for question, line in self.lines if line.chosen
        }


@method_decorator([without_session, csrf_exempt], name="dispatch")
class SlipView(View):
    """Type or scan a code, mark the teams, cast. Whatever a code opens, the answer has the same status."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(state="code")

    def post(self, request: HttpRequest) -> HttpResponse:
        code = request.POST.get("code", "")[:40]
        if fault := code_fault(code):
            return self.page(state="code", code=code, fault=fault)
        address = request.META.get("REMOTE_ADDR", "")
        if GUESSES.too_many(address):
            return self.page(state="code", code=code, fault=TOO_MANY)
        moment = now()
        state, group = look_up(code, at=moment)
        if state is SlipState.OPEN and group is not None:
            ballot = open_ballot(group)
            sheet = Sheet(ballot, request.POST)
            shown = {"code": code, "group": group, "ballot": ballot, "sheet": sheet}
            if not {"cast", "sure"} & request.POST.keys() or sheet.has_faults:
                return self.page(state="open", **shown)
            if sheet.blank and "sure" not in request.POST:
                return self.page(state="blanks", **shown)
            state = cast_vote(code, sheet.marks(), at=moment)
            if state is SlipState.OPEN:
                return self.page(state="thanks", **shown)
        if state is SlipState.UNKNOWN:
            GUESSES.note_wrong(address)
        return self.page(state=state.value, code=code, group=group)

    def page(self, **shown: Any) -> HttpResponse:
        """The page in one of its states, never kept by the browser."""
        without_token = {"csrf_token": "NOTPROVIDED"}  # Django's word for none
        context = {"english": get_language() == "en", "county": county(), **without_token, **shown}
        response = HttpResponse(render_to_string("assessments/slip.html", context))
        response.headers["Cache-Control"] = "no-store"
        return response

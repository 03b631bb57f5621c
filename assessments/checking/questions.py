"""A head or deputy asks about one frozen fact; the centre answers (docs/rules.md#checking-days).

The fact stands, or it was corrected by then.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.lists.text import Text, long_date, long_day
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, save_version, tell, verb
from teams.evidence.attachments import change_of, keep_evidence
from teams.models import SpecialTeam

from ..models import AssessmentRound, FactQuestion, QuestionEvidence
from ..notices import AssessmentNotice
from ..rounds.duties import Duty, DutyKind, Waiting
from ..rounds.stage_days import StageDays
from ..states import QuestionState, RoundState
from .facts import Fact, sheet_of

ANSWERED_IN = (RoundState.COLLECTING, RoundState.CHECKING)
"""The states of a round in which a question can be answered: sent back to collecting, an open one is still answered."""


@verb(says=_("questioned a fact"))
def ask_about_fact(
    round: AssessmentRound,
    team: SpecialTeam,
    fact: str,
    *,
    reason: str,
    by: User,
    at: datetime,
    row: str = "",
    files: Sequence[CheckedFile] = (),
    seen: int | None = None,
) -> FactQuestion:
    """Ask about one fact of a team, by the code of its indicator or veto, with a reason and files.

    `row`: what tells the row in question apart. `seen`: the number of the value that the page showed.

    Raises:
        NotAllowed: `by` is not head or deputy of the team.
        WrongState: the round is not in checking, its days are over, the team has no such fact, or it has changed since.
        Invalid: there is no reason or no such row, the fact has an open question, or a file is given twice.
    """
    round = locked(round, "plan", "action")
    require("ask_about_fact", by, team)
    why_not = asking_closed(round, at=at)
    if why_not:
        raise WrongState(why_not)
    found = fact_of(round, team, fact, by, at=at)
    if seen is not None and seen != found.number:
        raise WrongState(_("This fact has changed since you opened the page. Look at it again."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why it is not right.")})
    if row and row not in dict(found.row_choices):
        raise Invalid(fields={"row": _("Choose one of the rows.")})
    question = FactQuestion(
        round=round,
        team=team,
        indicator=found.indicator,
        veto="" if found.indicator else found.code,
        number=found.number,
        row=row,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    inserted(question)
    proofs = keep_evidence(QuestionEvidence, question, files, by=by, at=at)
    change = {"round": round.pk, "team": team.code, "fact": fact, "number": found.number}
    record("ask_about_fact", question, by=by, at=at, change=change | (change_of(proofs) if proofs else {}))
    return question


@verb(says=_("answered a question about a fact"))
def answer_question(
    question: FactQuestion, *, answer: str, by: User, at: datetime, seen: int | None = None
) -> FactQuestion:
    """Answer a question: corrected where the fact has another value than when it was asked about, else it stands.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: it is answered already, or the round is not collecting or in checking.
        Stale: the question has changed since version `seen`.
        Invalid: there is no answer.
    """
    question = open_question(question, by=by)
    if not answer.strip():
        raise Invalid(fields={"answer": _("Write the answer to the team.")})
    fact = fact_of(question.round, question.team, question.fact, by, at=at)
    state = QuestionState.STANDS if fact.number == question.number else QuestionState.CORRECTED
    fields = {"state": state, "answer": answer.strip(), "answered_by": by, "answered_at": at}
    change = save_version(question, fields, seen=seen)
    record("answer_question", question, by=by, at=at, change=change)
    tell(
        [question.asked_by],
        AssessmentNotice.FACT_ANSWERED,
        key=f"question-{question.pk}",
        url=question.get_absolute_url(),
        at=at,
        facts={"round": question.round.title, "fact": question.fact},
    )
    return question


def open_question(question: FactQuestion, *, by: User) -> FactQuestion:
    """Lock a question's round and the question, for a verb that answers it or corrects its fact.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: it is answered already, or the round is not collecting or in checking.
    """
    round = locked(AssessmentRound(pk=question.round_id), "plan", "action")
    require("answer_question", by, round)
    question = locked(question, "team", "indicator", "asked_by")
    question.round = round
    if question.state != QuestionState.OPEN:
        raise WrongState(_("This question has already been answered. Reload the page."))
    if round.state not in ANSWERED_IN:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Questions are answered before it is scored.")
            % {"round": round, "state": round.get_state_display()}
        )
    return question


def asking_closed(round: AssessmentRound, *, at: datetime) -> Text:
    """Why nothing can be asked now; "" where it can."""
    if round.state != RoundState.CHECKING:
        return _("Questions can be raised only during the checking days.")
    end = StageDays(round).end(RoundState.CHECKING)
    if end is not None and at > end:
        return _("The checking days ended on %(moment)s. Nothing can be questioned any more.") % {
            "moment": long_date(end)
        }
    return ""


def fact_of(round: AssessmentRound, team: SpecialTeam, code: str, user: User, *, at: datetime) -> Fact:
    """One fact of a team. Raises WrongState where the team has no such fact."""
    seat = round.teams.active().select_related("team").filter(team=team).first()
    if seat is not None:
        seat.round = round
        for fact in sheet_of(seat, user, at=at):
            if fact.code == code:
                return fact
    raise WrongState(_("“%(team)s” has no such fact in this round.") % {"team": team})


def duties(round: AssessmentRound) -> list[Duty]:
    """The questions of each team, and how many are answered: one query."""
    found: dict[int, list[bool]] = {}
    for team, state in round.questions.values_list("team", "state"):
        found.setdefault(team, []).append(state != QuestionState.OPEN)
    url = reverse("round_facts", args=[round.pk])
    return [Duty(team, DutyKind.QUESTIONS, sum(done), len(done), url) for team, done in found.items()]


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """The questions that keep the round from scoring: one query."""
    if to not in (RoundState.SCORING, RoundState.APPROVED):
        return []
    questions = round.questions.open().select_related("team", "indicator").order_by("asked_at", "pk")
    return [
        Waiting(
            gettext("“%(team)s” questioned %(fact)s on %(day)s and has no answer yet.")
            % {"team": one.team, "fact": one.fact, "day": long_day(day_of(one.asked_at))},
            reverse("question_answer", args=[one.pk]),
        )
        for one in questions
    ]

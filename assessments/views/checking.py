"""The pages of the checking days: a team's facts and its questions, the centre's answers; a team's own points."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Invalid, Stale
from teams.evidence.gallery import evidence_of

from ..checking.corrections import answer_with_figure, answer_with_rows
from ..checking.facts import Fact, read_at, sees_facts, sheet_of
from ..checking.questions import ANSWERED_IN, answer_question, ask_about_fact, asking_closed, fact_of
from ..checking.self_scores import WRITTEN_IN, own_points, write_self_scores
from ..forms.checking import AnswerForm, AskForm, FactStandsForm, FigureAnswerForm, RowsAnswerForm, SelfScoreForm
from ..models import FactQuestion, Figure, RoundTeam, SelfScore
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.stage_days import StageDays
from ..states import QuestionState, RoundState
from .rows import FactsMixin, QuestionMixin, SeatMixin


class RoundFactsView(FactsMixin, View):
    """The teams whose facts the person sees, with their questions; somebody of one team goes to its facts at once."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        round = self.round
        seats = list(
            RoundTeam.objects.with_facts_for(request.user)
            .filter(round=round)
            .select_related("team")
            .order_by("team__order")
        )
        if not seats or not sees_facts(request.user, round):
            raise Http404
        if len(seats) == 1 and not may(request.user, "answer_question"):
            return redirect("fact_sheet", pk, seats[0].team.code)
        questions = FactQuestion.objects.visible_to(request.user).filter(round=round)
        asked = list(
            questions.select_related("team", "indicator", "asked_by", "answered_by").order_by("asked_at", "pk")
        )
        counts = {seat.team_id: [0, 0] for seat in seats}
        for question in asked:
            counts[question.team_id][0] += question.state != QuestionState.OPEN
            counts[question.team_id][1] += 1
        context = {
            "round": round,
            "teams": [(seat.team, *counts[seat.team_id]) for seat in seats],
            "open": [one for one in asked if one.state == QuestionState.OPEN],
            "may_answer": may(request.user, "answer_question") and round.state in ANSWERED_IN,
            "may_see_round": may(request.user, "amend_round"),
        }
        return render(request, "assessments/round_facts.html", context)


class FactSheetView(SeatMixin, TemplateView):
    """A team's frozen facts, without points, and what was asked about them."""

    template_name = "assessments/fact_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seat, user = self.facts_seat, self.request.user
        may_correct = may(user, "correct_result", seat.round) and seat.round.takes_corrections
        facts = sheet_of(seat, user, at=now() if may_correct else read_at(seat.round, at=now()))
        closed = asking_closed(seat.round, at=now())
        questions = [question for fact in facts for question in fact.questions]
        return super().get_context_data(
            round=seat.round,
            team=seat.team,
            facts=facts,
            questions=questions,
            still_open=sum(one.state == QuestionState.OPEN for one in questions),
            closed=closed,
            until=StageDays(seat.round).end(RoundState.CHECKING),
            is_checking=seat.round.state == RoundState.CHECKING,
            may_ask=not closed and may(user, "ask_about_fact", seat.team),
            may_correct=may_correct,
            may_answer=may(user, "answer_question") and seat.round.state in ANSWERED_IN,
            may_see_round=may(user, "amend_round"),
            **kwargs,
        )


class FactAskView(SeatMixin, ActingMixin, FormView):
    """A head or deputy asks about one fact: `?fact=` names it."""

    form_class = AskForm
    template_name = "assessments/fact_ask.html"
    done_message = _("The question has been sent to the assessment centre.")

    def check(self) -> None:
        require("ask_about_fact", self.request.user, self.facts_seat.team)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where nothing can be asked about the fact, the sheet says why."""
        self.check()
        if asking_closed(self.seat.round, at=now()) or self.fact.open_question:
            return redirect("fact_sheet", self.seat.round_id, self.seat.team.code)
        return super().get(request, *args, **kwargs)

    @cached_property
    def fact(self) -> Fact:
        """The fact in the address."""
        asked = self.request.GET.get("fact", "")
        found = [fact for fact in sheet_of(self.facts_seat, self.request.user, at=now()) if fact.code == asked]
        if not found:
            raise Http404
        return found[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The fact whose rows are offered."""
        return {**super().get_form_kwargs(), "fact": self.fact}

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.fact.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.check()
        return super().get_context_data(round=self.seat.round, team=self.seat.team, fact=self.fact, **kwargs)

    def act(self, form: AskForm) -> FactQuestion:
        return ask_about_fact(
            self.seat.round,
            self.seat.team,
            self.fact.code,
            **form.cleaned_data,
            by=self.request.user,
            at=now(),
        )


class QuestionAnswerView(QuestionMixin, ActingMixin, FormView):
    """The centre answers a question: the fact stands, or it is corrected."""

    template_name = "assessments/question_answer.html"
    done_message = _("Answered; the team has been notified.")

    @cached_property
    def fact(self) -> Fact:
        """The fact asked about, as it stands."""
        question = self.question
        return fact_of(question.round, question.team, question.fact, self.request.user, at=now())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a question that is answered already, or no longer answered, leads to the team's facts."""
        if self.question.state != QuestionState.OPEN or self.question.round.state not in ANSWERED_IN:
            return redirect(self.question)
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> type[BaseForm]:
        if self.fact.measured is not None:
            return RowsAnswerForm
        return FigureAnswerForm if self.fact.source == "data" else FactStandsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The fact, and the figure as it was entered."""
        known = super().get_form_kwargs()
        if self.fact.measured is not None:
            return known | {"fact": self.fact}
        if self.fact.source != "data":
            return known
        planned = self.question.round.plan.rules.indicator(self.fact.code)
        figure = (
            Figure.objects.visible_to(self.request.user)
            .filter(
                source__round=self.question.round, source__team=self.question.team, source__indicator__code=planned.code
            )
            .order_by("-number")
            .first()
        )
        target = "" if figure is None or figure.target is None else f"{figure.target.normalize():f}"
        return known | {
            "planned": planned,
            "fact": self.fact,
            "value": figure.value if figure else "",
            "target": target,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.question.version, "seen": self.fact.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = self.question
        return super().get_context_data(
            question=question,
            round=question.round,
            team=question.team,
            fact=self.fact,
            row=dict(self.fact.row_choices).get(question.row),
            exhibits=evidence_of(question, self.request.user),
            warning=NOBODY_AFTER if is_last_free(self.request.user, question.round) else "",
            **kwargs,
        )

    def act(self, form: AnswerForm) -> FactQuestion:
        data = form.cleaned_data
        said = {"answer": data["answer"], "by": self.request.user, "at": now()}
        if isinstance(form, RowsAnswerForm):
            corrections = form.corrections()
            if not form.corrects:
                _refuse_both(len(corrections) != len(self.fact.corrections))
                return answer_question(self.question, seen=data["version"], **said)
            known = {"seen": data["seen"], "version": data["version"], "basis": data["basis"]}
            return answer_with_rows(self.question, corrections, **known, **said)
        if isinstance(form, FigureAnswerForm) and form.corrects:
            known = {"seen": data["seen"], "version": data["version"]}
            paper = {"document": data["document"], "basis": data["basis"]}
            try:
                return answer_with_figure(self.question, form.entry(), **known, **paper, **said)
            except Invalid as refusal:
                code = f"-{self.question.team.code}"
                fields = {name.removesuffix(code): words for name, words in refusal.fields.items()}
                raise Invalid(refusal.message, fields=fields) from refusal
        return answer_question(self.question, seen=data["version"], **said)


def _refuse_both(changed: bool) -> None:
    """Refuse an answer that says that the fact stands and changes rows."""
    if changed:
        raise Invalid(fields={"outcome": _("You changed a row. Choose that it is corrected, or change nothing.")})


class SelfScoreView(SeatMixin, ActingMixin, FormView):
    """A team's own points; from checking on they can only be read."""

    form_class = SelfScoreForm
    template_name = "assessments/self_score.html"

    @cached_property
    def own_seat(self) -> RoundTeam:
        """The team in the address, for its members, and for the centre to read."""
        seat = self.seat
        reads = SelfScore.objects.visible_to(self.request.user)
        if not (may(self.request.user, "write_self_score", seat.team) or reads.filter(round_team=seat).exists()):
            raise Http404
        return seat

    def get_form_kwargs(self) -> dict[str, Any]:
        """The indicators, and what the team gave itself."""
        return {**super().get_form_kwargs(), "own": own_points(self.own_seat)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs.get("refusal"), Stale):
            kwargs["form"].show_again()
        seat, user = self.own_seat, self.request.user
        return super().get_context_data(
            round=seat.round,
            team=seat.team,
            is_open=seat.round.state in WRITTEN_IN and may(user, "write_self_score", seat.team),
            **kwargs,
        )

    def act(self, form: SelfScoreForm) -> str:
        kept = write_self_scores(
            self.own_seat.round,
            self.own_seat.team,
            form.points(),
            seen=form.seen(),
            by=self.request.user,
            at=now(),
        )
        messages.success(
            self.request, gettext("Saved.") if kept else gettext("Nothing has changed, so nothing was saved.")
        )
        return self.request.path

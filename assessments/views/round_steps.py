"""The pages to take the steps of a round: each says what will happen, then calls one verb."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.lists.reading import read_once
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin

from ..figures.reading import confirmed_figures
from ..forms.round import AbandonForm, ApprovalForm, PublicationForm, ReasonForm, ScoreForm
from ..results.moves import begin_checking, begin_scoring, post_notice
from ..results.readiness import facts_open, waiting
from ..results.scoring import approve_round, publish_round, score_round
from ..results.seen_checks import checks_of
from ..rounds.freezing import freeze_measures
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.round_states import abandon_round, state_before, step_back
from ..rounds.row_offers import row_offers, rows_gone
from ..states import ROUND_BACK, ROUND_MOVES, RoundState
from ..words.plans import title_of
from .rows import RoundMixin


class RoundStepView(RoundMixin, ActingMixin, FormView):
    """A step of a round, after the page has said what will happen; `verb` takes the round and the form's fields."""

    verb: Callable[..., object]
    possible_in: tuple[RoundState, ...] = ()
    """The states of a round in which the step is possible."""
    moves_to: RoundState | None = None
    """The state to which it moves the round; while something is open, the round's page says what."""
    next_page = "round"

    form_class: type[BaseForm] = Form
    template_name = "components/confirm.html"
    heading: Text = ""
    action_label: Text = ""
    consequences: tuple[Text, ...] = ()
    dangerous = False

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A step that is not offered leads to the round's page, which says why."""
        with read_once():
            if not self.is_offered():
                return redirect("round", self.round.pk)
            page = super().get(request, *args, **kwargs)
            return page.render() if isinstance(page, TemplateResponse) else page

    def is_offered(self) -> bool:
        """Whether the page asks for the step at all; the verb decides."""
        is_possible = self.round.state in self.possible_in
        return is_possible and not (self.moves_to and waiting(self.round, to=self.moves_to, at=now()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            caption=self.round.title,
            version=self.round.version,
            consequences=self.consequences,
            action_label=self.action_label,
            dangerous=self.dangerous,
            cancel_url=reverse("round", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        self.verb(self.round, **form.cleaned_data, by=self.request.user, at=now())
        return reverse(self.next_page, args=[self.round.pk])


class RoundFreezeView(RoundStepView):
    heading = _("Freeze the measures?")
    action_label = _("Freeze the measures")
    consequences = (
        _("Each measure is calculated from the records made before the cut-off, and the rows behind it are kept."),
        _("Later changes to tasks and reports do not affect it."),
        _("After that, figures can be entered, and the claims of the round are decided."),
    )
    done_message = _("The measures are frozen. Enter the figures and decide the claims now.")
    verb = staticmethod(freeze_measures)
    possible_in = (RoundState.PREPARING,)

    def act(self, form: BaseForm) -> str:
        """Freeze; where another round corrected a row that is met again, or a corrected row is gone, say so next."""
        url = super().act(form)
        to_decide = any(offer.settled is None for offer in row_offers(self.round, at=now()))
        return reverse("row_offers", args=[self.round.pk]) if to_decide or rows_gone(self.round) else url


class RoundCheckView(RoundStepView):
    heading = _("Begin the checking days?")
    action_label = _("Begin the checking days")
    consequences = (
        _("Figures can no longer be entered, and claims no longer be decided."),
        _("The teams check their facts for the working days that the plan names."),
    )
    done_message = _("The checking days have begun.")
    verb = staticmethod(begin_checking)
    possible_in = (RoundState.COLLECTING,)
    moves_to = RoundState.CHECKING


class RoundBeginScoringView(RoundStepView):
    heading = _("Begin scoring?")
    action_label = _("Begin scoring")
    consequences = (_("Checking is over. The round can be scored, and scored again until it is approved."),)
    done_message = _("Scoring has begun.")
    verb = staticmethod(begin_scoring)
    possible_in = (RoundState.CHECKING,)
    moves_to = RoundState.SCORING


class RoundScoreView(RoundStepView):
    form_class = ScoreForm
    heading = _("Score the round?")
    action_label = _("Score the round")
    consequences: tuple[Text, ...] = (
        _("Points, ranks and grades are calculated and stored as one document."),
        _("Only the assessment centre can see them until they are published."),
        _("You are scoring the round, so another person has to approve it."),
    )
    done_message = _("The round is scored. Check the result before it is approved.")
    verb = staticmethod(score_round)
    possible_in = (RoundState.SCORING,)

    def is_offered(self) -> bool:
        """Once no fact is open; the round's page says which."""
        return super().is_offered() and not facts_open(self.round, at=now())

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.round.results.count()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if is_last_free(self.request.user, self.round):
            self.consequences = (*self.consequences, NOBODY_AFTER)
        return super().get_context_data(**kwargs)


class RoundApproveView(RoundStepView):
    """Approve the score with a document."""

    form_class = ApprovalForm
    template_name = "assessments/round_approve.html"
    heading = _("Approve the score?")
    action_label = _("Approve")
    consequences = (
        _("You confirm that you entered no figures, decided no claims and did not score this round."),
        _("It can then be published."),
    )
    done_message = _("The score is approved. It can be published now.")
    verb = staticmethod(approve_round)
    possible_in = (RoundState.SCORING,)
    moves_to = RoundState.APPROVED

    def is_offered(self) -> bool:
        """To those who may approve; the round's page says who may."""
        return super().is_offered() and may(self.request.user, "approve_round", self.round)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.round.results.count()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures that somebody said are right, each with what was asked, and how many checks nobody has seen."""
        titles = {planned.code: title_of(planned) for planned in self.round.plan.rules.indicators}
        confirmed = [
            (figure, titles[figure.source.indicator.code], asked) for figure, asked in confirmed_figures(self.round)
        ]
        unseen = sum(1 for check in checks_of(self.round, self.request.user, at=now()) if check.unseen)
        url = reverse("round_checks", args=[self.round.pk])
        return super().get_context_data(confirmed=confirmed, unseen=unseen, checks_url=url, **kwargs)


class RoundNoticeView(RoundStepView):
    form_class = PublicationForm
    heading = _("Begin the public notice?")
    action_label = _("Begin the public notice")
    consequences = (
        _(
            "Everyone who is signed in sees totals, ranks and grades. The team itself, the office and county "
            "leaders see the points in detail."
        ),
        _("The heads of the teams are notified."),
        _("The result is not final yet. It can be published once the notice is over."),
    )
    done_message = _("The result is in public notice.")
    verb = staticmethod(post_notice)
    possible_in = (RoundState.APPROVED,)
    moves_to = RoundState.PUBLIC_NOTICE


class RoundPublishView(RoundStepView):
    form_class = PublicationForm
    heading = _("Publish the result?")
    action_label = _("Publish")
    consequences = (
        _("The result stands for good, as everyone has seen it in public notice."),
        _("The heads of the teams are notified."),
        _("This cannot be undone."),
    )
    dangerous = True
    done_message = _("The result is published.")
    verb = staticmethod(publish_round)
    possible_in = (RoundState.PUBLIC_NOTICE,)
    moves_to = RoundState.PUBLISHED
    next_page = "results"

    def is_offered(self) -> bool:
        """To those who may publish; the round's page says who may."""
        return super().is_offered() and may(self.request.user, "publish_round", self.round)


class RoundBackView(RoundStepView):
    """A step back, with a reason."""

    form_class = ReasonForm
    heading = _("Return the round to the previous step?")
    action_label = _("Return to the previous step")
    dangerous = True
    done_message = _("The round is back at the previous step. The reason is on record.")
    verb = staticmethod(step_back)
    possible_in = tuple(ROUND_BACK)

    def is_offered(self) -> bool:
        """Once no appeal is undecided; the round's page names them."""
        return super().is_offered() and not self.round.appeals.open().exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.consequences = (
            gettext("The round is at the stage “%(state)s” again.") % {"state": state_before(self.round).label},
            gettext("What was frozen, entered and scored stays on record; an approval is withdrawn."),
        )
        return super().get_context_data(**kwargs)


class RoundAbandonView(RoundStepView):
    """Abandon a round that is not published, with a reason and a document."""

    form_class = AbandonForm
    heading = _("Abandon the round?")
    action_label = _("Abandon the round")
    consequences = (
        _("It will not be scored, approved or published, and it cannot be resumed."),
        _("What was frozen, entered and scored stays available to the centre; an approval is withdrawn."),
        _(
            "It counts towards no year, its claims wait for the next one, and another round can be opened for the "
            "same dates."
        ),
    )
    dangerous = True
    done_message = _("The round is abandoned. The reason and the document are on record.")
    verb = staticmethod(abandon_round)
    possible_in = tuple(state for state, moves in ROUND_MOVES.items() if RoundState.ABANDONED in moves)

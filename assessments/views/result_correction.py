"""The pages of a correction of a published result: opening it, its stages, before and after, its steps."""

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin

from ..appeals.desk import AppealDesk
from ..checking.corrections import correct_published_rows
from ..checking.facts import Fact
from ..checking.questions import fact_of
from ..console.result_correction import CorrectionConsole
from ..forms.checking import RowsForm
from ..forms.round import ApprovalForm, OpenCorrectionForm, PublicationForm, ReasonForm, ScoreForm
from ..results.public_notice import CorrectionNotice
from ..results.result_corrections import (
    approval_waiting,
    approve_result_correction,
    changes_places,
    drop_result_correction,
    open_result_correction,
    post_result_correction,
    publication_waiting,
    publish_result_correction,
    return_result_correction,
    score_result_correction,
)
from ..results.superseding import rounds_to_supersede
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.sources import supplied
from ..states import CORRECTABLE, RESULT_CORRECTION_BACK, RESULT_CORRECTION_OPEN, ResultCorrectionState
from .round_steps import RoundStepView
from .rows import GapMixin, ResultCorrectionMixin, ShownCorrectionMixin


class ResultCorrectionNewView(RoundStepView):
    """Open the correction of a round's published result."""

    form_class = OpenCorrectionForm
    heading = _("Correct the published result?")
    action_label = _("Open the correction")
    consequences = (
        _("The published result stays as it is and goes on to count until a second one is published beside it."),
        _("The centre can correct facts of the round. Nobody else sees new totals before their public notice."),
        _("The corrected result is approved and published like the first."),
    )
    done_message = _("The correction is open. Correct the facts that proved wrong.")
    possible_in = CORRECTABLE

    def is_offered(self) -> bool:
        return super().is_offered() and not self.round.corrections.open().exists()

    def act(self, form: BaseForm) -> str:
        correction = open_result_correction(self.round, **form.cleaned_data, by=self.request.user, at=now())
        return correction.get_absolute_url()


class ResultCorrectionView(ShownCorrectionMixin, View):
    """A correction: its reason, its stages, what keeps it from its next step, before and after."""

    def get(self, request: Request, pk: int, number: int) -> HttpResponse:
        correction, user = self.correction, request.user
        console = CorrectionConsole(correction, user, at=now())
        is_centre = may(user, "correct_result", correction.round)
        is_published = correction.state == ResultCorrectionState.PUBLISHED
        context = {
            "correction": correction,
            "round": correction.round,
            "console": console,
            "is_centre": is_centre,
            "has_figures": bool(supplied(correction.round)),
            "takes_facts": is_centre and correction.takes_facts,
            "may_return": is_centre and correction.state in RESULT_CORRECTION_BACK,
            "may_drop": is_centre and correction.may_be_dropped,
            "results": [correction.corrects, correction.result],
            "desk": AppealDesk(CorrectionNotice(correction), user, at=now()),
            "to_supersede": rounds_to_supersede(correction.round, at=now()) if is_published else [],
        }
        return render(request, "assessments/result_correction.html", context)


class ResultCorrectionStepView(ResultCorrectionMixin, RoundStepView):
    """A step of a correction, after the page has said what will happen."""

    possible_as: tuple[ResultCorrectionState, ...] = ()
    """The states of a correction in which the step is possible."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A step that is not offered leads to the correction's page, which says why."""
        if not self.is_offered():
            return redirect(self.correction)
        return super().get(request, *args, **kwargs)

    def is_offered(self) -> bool:
        return self.correction.state in self.possible_as

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "version": self.correction.version,
            "cancel_url": self.correction.get_absolute_url(),
        }

    def act(self, form: BaseForm) -> str:
        self.verb(self.correction, **form.cleaned_data, by=self.request.user, at=now())
        return self.correction.get_absolute_url()


class ResultCorrectionScoreView(ResultCorrectionStepView):
    form_class = ScoreForm
    heading = _("Score the corrected result?")
    action_label = _("Score the corrected result")
    consequences: tuple[Text, ...] = (
        _("The facts are scored as they stand now, and the result is stored beside the published one."),
        _("Only the assessment centre can see it until its public notice."),
        _("You are scoring the round, so another person has to approve it."),
    )
    done_message = _("The corrected result is scored. Compare it with the published one before it is approved.")
    verb = staticmethod(score_result_correction)
    possible_as = (ResultCorrectionState.OPENED, ResultCorrectionState.SCORED)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.round.results.count()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if is_last_free(self.request.user, self.round):
            self.consequences = (*self.consequences, NOBODY_AFTER)
        return super().get_context_data(**kwargs)


class ResultCorrectionApproveView(ResultCorrectionStepView):
    form_class = ApprovalForm
    heading = _("Approve the corrected result?")
    action_label = _("Approve")
    consequences = (
        _("You confirm that you entered no figures, decided no claims and did not score this round."),
        _("It can then be put in public notice, or published where no rank and no grade changes."),
    )
    done_message = _("The corrected result is approved.")
    verb = staticmethod(approve_result_correction)
    possible_as = (ResultCorrectionState.SCORED,)

    def is_offered(self) -> bool:
        """To those who may approve, once nothing is open; the correction's page says what is."""
        is_allowed = super().is_offered() and may(self.request.user, "approve_result_correction", self.correction)
        return is_allowed and not approval_waiting(self.correction, at=now())

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.round.results.count()}


class ResultCorrectionNoticeView(ResultCorrectionStepView):
    form_class = PublicationForm
    heading = _("Begin the public notice of the corrected result?")
    action_label = _("Begin the public notice")
    consequences = (
        _("Everyone who is signed in sees the corrected totals, ranks and grades beside the published ones."),
        _("The heads of the teams are notified."),
        _("The published result goes on to count until the corrected one is published."),
    )
    done_message = _("The corrected result is in public notice.")
    verb = staticmethod(post_result_correction)
    possible_as = (ResultCorrectionState.APPROVED,)

    def is_offered(self) -> bool:
        return super().is_offered() and changes_places(self.correction)


class ResultCorrectionPublishView(ResultCorrectionStepView):
    form_class = PublicationForm
    heading = _("Publish the corrected result?")
    action_label = _("Publish")
    consequences = (
        _("The corrected result counts from now on, in the year too. The old one stays on record beside it."),
        _("The heads of the teams are notified."),
        _("This cannot be undone."),
    )
    dangerous = True
    done_message = _("The corrected result is published.")
    verb = staticmethod(publish_result_correction)
    possible_as = (ResultCorrectionState.APPROVED, ResultCorrectionState.PUBLIC_NOTICE)

    def is_offered(self) -> bool:
        """To those who may publish, once nothing is open; the correction's page says what is."""
        is_allowed = super().is_offered() and may(self.request.user, "publish_result_correction", self.correction)
        return is_allowed and not publication_waiting(self.correction, at=now())


class ResultCorrectionBackView(ResultCorrectionStepView):
    form_class = ReasonForm
    heading = _("Return the corrected result to scoring?")
    action_label = _("Return to scoring")
    consequences = (
        _("Its approval is withdrawn and its public notice ends; both follow again."),
        _("Facts can be corrected, and the result scored again."),
    )
    dangerous = True
    done_message = _("The correction is back at scoring. The reason is on record.")
    verb = staticmethod(return_result_correction)
    possible_as = tuple(RESULT_CORRECTION_BACK)


class ResultCorrectionDropView(ResultCorrectionStepView):
    form_class = ReasonForm
    heading = _("Drop the correction?")
    action_label = _("Drop the correction")
    consequences = (
        _("The published result goes on to count. The correction stays on record together with your reason."),
        _("The facts that it corrected are restored to what the published result counts."),
        _("This cannot be undone; another correction can be opened."),
    )
    dangerous = True
    done_message = _("The correction is dropped. The reason is on record.")
    verb = staticmethod(drop_result_correction)
    possible_as = RESULT_CORRECTION_OPEN

    def is_offered(self) -> bool:
        return super().is_offered() and self.correction.may_be_dropped


class PublishedRowsView(GapMixin, ActingMixin, FormView):
    """Correct a measured value of a published round by its rows, while the correction of its result is open."""

    form_class = RowsForm
    template_name = "assessments/published_rows.html"
    done_message = _("The rows are corrected. The value follows from them.")

    @cached_property
    def fact(self) -> Fact:
        """The measured value as it stands; 404 where nothing is measured."""
        fact = fact_of(self.round, self.team, self.indicator.code, self.request.user, at=now())
        if fact.measured is None:
            raise Http404
        return fact

    @property
    def sheet_url(self) -> str:
        """The team's facts, at this one."""
        return f"{reverse('fact_sheet', args=[self.round.pk, self.team.code])}#{self.indicator.code}"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where no correction takes facts, the team's facts."""
        if not self.round.takes_corrections:
            return redirect(self.sheet_url)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "fact": self.fact}

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.fact.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        warning = NOBODY_AFTER if is_last_free(self.request.user, self.round) else ""
        known = {"round": self.round, "team": self.team, "fact": self.fact, "sheet_url": self.sheet_url}
        return super().get_context_data(**known, warning=warning, **kwargs)

    def act(self, form: RowsForm) -> str:
        correct_published_rows(
            self.round,
            self.team,
            self.indicator,
            form.corrections(),
            basis=form.cleaned_data["basis"],
            seen=form.cleaned_data["seen"],
            by=self.request.user,
            at=now(),
        )
        return self.sheet_url

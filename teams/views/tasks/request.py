"""Extensions and close-outs: asked by the team, decided by the office."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin

from ...forms.request import CloseOutForm, DecisionForm, ExtensionForm
from ...models import CloseOut, Extension, Task
from ...tasks.close_outs import ask_close_out, decide_close_out
from ...tasks.extensions import ask_extension, decide_extension
from ...tasks.task_page import with_exhibits
from ..rows import RequestMixin
from .task import TaskFormMixin, decision_form, standings_of


class AskExtensionView(TaskFormMixin, ActingMixin, FormView):
    """The head asks for a later due date."""

    form_class = ExtensionForm
    template_name = "teams/extension_ask.html"
    done_message = _("The extension is asked for; the office decides.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For those who may ask."""
        require("ask_extension", self.request.user, self.task)
        return super().get_context_data(**kwargs)

    def act(self, form: ExtensionForm) -> Task:
        """Ask."""
        ask_extension(self.task, **form.cleaned_data, by=self.request.user, at=now())
        return self.task


class AskCloseOutView(TaskFormMixin, ActingMixin, FormView):
    """The head asks the office to close the task out."""

    form_class = CloseOutForm
    template_name = "teams/close_out_ask.html"
    done_message = _("Close-out is asked for; the office checks. From today on time does not run against the task.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For those who may ask, with how the task stands."""
        require("ask_close_out", self.request.user, self.task)
        return super().get_context_data(standing=standings_of([self.task], today())[0], **kwargs)

    def act(self, form: CloseOutForm) -> Task:
        """Ask."""
        ask_close_out(self.task, **form.cleaned_data, by=self.request.user, at=now())
        return self.task


class DecisionsView(View):
    """What waits for the office: extensions and close-outs, each decided on the spot."""

    def get(self, request: Request) -> HttpResponse:
        """Both lists; who asked for something is shown it without the buttons."""
        require("decide_extensions", request.user)
        context = {
            "extensions": _with_forms(request, Extension.objects, "decide_extension"),
            "close_outs": _with_forms(request, CloseOut.objects, "decide_close_out", with_exhibits),
        }
        return render(request, "teams/decisions.html", context)


def _with_forms(
    request: Request,
    rows: Any,
    rule: str,
    dressed: Callable[[QuerySet, User], Iterable[Any]] = lambda rows, _: rows,
) -> list[tuple[Any, DecisionForm | None]]:
    """What waits, each with the form to decide it; None for what the person asked for.

    `dressed` adds what is shown beside the rows.
    """
    waiting: QuerySet = rows.visible_to(request.user).waiting().select_related("task__team", "asked_by")
    shown = dressed(waiting, request.user)
    return [(row, decision_form(rule, row) if may(request.user, rule, row) else None) for row in shown]


class DecideView(RequestMixin, ActingMixin, FormView):
    """A decision about one request; its own page where the decision needs a second look."""

    form_class = DecisionForm
    rule: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was asked, and by whom."""
        require(self.rule, self.request.user, self.asked)
        return super().get_context_data(asked=self.asked, task=self.asked.task, **kwargs)


class DecideExtensionView(DecideView):
    """Grant or refuse an extension."""

    rows = Extension.objects
    rule = "decide_extension"
    template_name = "teams/extension_decide.html"
    done_message = _("The extension is decided; the team has been told.")

    def act(self, form: DecisionForm) -> str:
        """Decide and go on with what waits."""
        decide_extension(
            self.asked, granted=form.is_yes, answer=form.cleaned_data["answer"], by=self.request.user, at=now()
        )
        return "decisions"


class DecideCloseOutView(DecideView):
    """Close a task out or send it back, with what proves it before one's eyes."""

    rows = CloseOut.objects
    rule = "decide_close_out"
    template_name = "teams/close_out_decide.html"
    done_message = _("The close-out is decided; the team has been told.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was asked, and what proves it."""
        context = super().get_context_data(**kwargs)
        with_exhibits([self.asked], self.request.user)
        return context

    def act(self, form: DecisionForm) -> str:
        """Decide and go on with what waits."""
        decide_close_out(
            self.asked, accepted=form.is_yes, answer=form.cleaned_data["answer"], by=self.request.user, at=now()
        )
        return "decisions"

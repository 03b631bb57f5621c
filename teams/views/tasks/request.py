"""Extensions and close-outs: requested by the team, decided by the office."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.paging import ChainedRows
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.lists.views import Chip
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin

from ...forms.request import CloseOutForm, DecisionForm, ExtensionForm
from ...models import CloseOut, Extension, Task
from ...models.request import TaskRequest
from ...states import TASK_MOVES, TaskState, check_move
from ...tasks.close_outs import ask_close_out, decide_close_out
from ...tasks.extensions import ask_extension, check_extensible, decide_extension
from ...tasks.task_page import with_exhibits
from ..rows import Asked, RequestMixin
from .task import TaskFormMixin, standings_of


class AskView(TaskFormMixin, ActingMixin, FormView):
    """The head makes a request about a task."""

    model: type[TaskRequest]
    ask: ClassVar[Callable[..., TaskRequest]]
    heading: Text

    def get_template_names(self) -> list[str]:
        return [f"teams/{self.model.KIND}_ask.html"]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, for people who may ask."""
        require(f"ask_{self.model.KIND}", request.user, self.task)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(f"ask_{self.model.KIND}", self.request.user, self.task)
        kept_as = self.model.KIND.replace("_", "-")
        return super().get_context_data(heading=self.heading, kind=kept_as, **kwargs)

    def act(self, form: ExtensionForm | CloseOutForm) -> Task:
        self.ask(self.task, **form.values, by=self.request.user, at=now())
        return self.task


class AskExtensionView(AskView):
    """Request a later due date."""

    model, form_class = Extension, ExtensionForm
    ask = staticmethod(ask_extension)
    heading = _("Request extension")
    done_message = _("Extension requested; the office decides.")

    def check(self) -> None:
        check_extensible(self.task, on=today())


class AskCloseOutView(AskView):
    """Request to close the task out."""

    model, form_class = CloseOut, CloseOutForm
    ask = staticmethod(ask_close_out)
    heading = _("Request close-out")
    done_message = _("Close-out requested; the office checks it. From today on time does not count.")

    def check(self) -> None:
        check_move(self.task, TaskState.CLOSE_OUT_REQUESTED, TASK_MOVES)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "task": self.task}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"standing": standings_of([self.task], today())[0]}


PANELS = 20
"""Requests on a page: each with its form."""

KINDS: dict[str, tuple[type[TaskRequest], Text]] = {
    Extension.KIND: (Extension, _("Extensions")),
    CloseOut.KIND: (CloseOut, _("Close-outs")),
}


class DecisionsView(View):
    """Requests that wait for the office: extensions and close-outs, each decided on this page."""

    def get(self, request: Request) -> HttpResponse:
        """A page of both lists, or of the one of `?kind=`; a person's own requests have no buttons."""
        require("decide_extensions", request.user)
        kind = request.GET.get("kind", "")
        every = {name: _waiting(model.objects.visible_to(request.user)) for name, (model, _word) in KINDS.items()}
        whole = ChainedRows(list(every.values()))
        rows: Any = ChainedRows([every[kind]]) if kind in every else whole
        page = Paginator(rows, PANELS).get_page(request.GET.get("page", 1))
        asked = list(page.object_list)
        with_exhibits([row for row in asked if isinstance(row, CloseOut)], request.user)
        forms = [DecisionForm.of(row) if may(request.user, f"decide_{row.KIND}", row) else None for row in asked]
        context = {"requests": list(zip(asked, forms, strict=True)), "page": page, "chips": _chips(whole.counts, kind)}
        return render(request, "teams/decisions.html", context)


def _waiting(rows: Any) -> QuerySet:
    return rows.waiting().select_related("task__team", "asked_by")


def _chips(counts: Sequence[int], kind: str) -> list[Chip]:
    """A chip for all requests and one for each kind; none where only one kind waits."""
    if not all(counts):
        return []
    here = reverse("decisions")
    kinds = [
        Chip(str(word), f"{here}?kind={name}", count, current=name == kind)
        for (name, (_model, word)), count in zip(KINDS.items(), counts, strict=True)
    ]
    return [Chip(gettext("All"), here, sum(counts), current=kind not in KINDS), *kinds]


class DecideView(RequestMixin[Asked], ActingMixin, FormView):
    """Decide one request; on a page of its own where the decision needs a second look."""

    form_class = DecisionForm
    template_name = "teams/request_decide.html"
    decide: ClassVar[Callable[..., TaskRequest]]
    heading: Text

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while the request waits; a decided one is on the task's page."""
        require(f"decide_{self.model.KIND}", request.user, self.asked)
        if not self.asked.is_waiting:
            messages.info(request, gettext("This request is no longer waiting for a decision."))
            return redirect(self.asked.task)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(f"decide_{self.model.KIND}", self.request.user, self.asked)
        return super().get_context_data(asked=self.asked, heading=self.heading, **kwargs)

    def act(self, form: DecisionForm) -> str:
        """Decide and go on to the other requests."""
        verdict = {self.model.VERDICT: form.is_yes}
        self.decide(self.asked, **verdict, answer=form.cleaned_data["answer"], by=self.request.user, at=now())
        return "decisions"


class DecideExtensionView(DecideView[Extension]):
    """Grant or refuse an extension."""

    model = Extension
    decide = staticmethod(decide_extension)
    heading = _("Decide the extension")
    done_message = _("The extension is decided; the team has been notified.")


class DecideCloseOutView(DecideView[CloseOut]):
    """Close a task out or send it back, with the evidence on the page."""

    model = CloseOut
    decide = staticmethod(decide_close_out)
    heading = _("Check the close-out")
    done_message = _("The close-out is decided; the team has been notified.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        with_exhibits([self.asked], self.request.user)
        return context

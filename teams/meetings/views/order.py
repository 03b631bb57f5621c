"""One supervision order: basis, demand, answers and verdicts, with the form of whoever is to act."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.models import CalendarDay
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from teams.evidence.gallery import evidence_of
from teams.states import check_move
from teams.views.attachments import AttachView

from ..forms.meeting import VersionReasonForm
from ..forms.order import AnswerForm, VerdictForm
from ..models import OrderAnswer, Rung, SupervisionOrder
from ..models.order import ANSWERABLE
from ..orders.answers import answer_order, judge_order
from ..orders.orders import acknowledge_order, void_order
from ..orders.steps import order_steps
from ..states import ORDER_MOVES, OrderState
from .rows import OrderMixin


class OrderPage(OrderMixin):
    """The page of an order, with or without a form that was refused."""

    template_name = "meetings/order.html"

    def last_answer(self) -> OrderAnswer | None:
        """Its last answer."""
        answers: list[OrderAnswer] = self.order.told  # type: ignore[attr-defined]  # read with the row
        return answers[-1] if answers else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order, user, last = self.order, self.request.user, self.last_answer()
        answers = order.rung != Rung.REMINDER and OrderState.ANSWERED in ORDER_MOVES[OrderState(order.state)]
        judges = last is not None and order.state == OrderState.ANSWERED
        context = {
            "order": order,
            "subject_row": order.task or order.problem or order.team,
            "steps": order_steps(order, CalendarDay.objects.working_days()),
            "exhibits": evidence_of(order, user),
            "may_acknowledge": order.state == OrderState.ISSUED and may(user, "acknowledge_order", order),
            "may_attach": order.is_open and order.rung != Rung.REMINDER and may(user, "attach_to_order", order),
            "may_void": order.state != OrderState.VOID and may(user, "void_order", order),
            "days_over": order.days_over(today()),
            "answered_elsewhere": order.is_followed and order.state in ANSWERABLE,
            "answer_form": AnswerForm() if answers and may(user, "answer_order", order) else None,
            "verdict_form": _verdict_form(last) if judges and may(user, "judge_order", last) else None,
            "own_answer": judges and may(user, "judge_orders") and not may(user, "judge_order", last),
        }
        return super().get_context_data(**{**context, **kwargs})


def _verdict_form(answer: OrderAnswer | None) -> VerdictForm:
    return VerdictForm(initial={"answer": answer.number if answer else 0})


class OrderView(OrderPage, TemplateView):
    """Read an order."""


class AcknowledgeOrderView(OrderMixin, View):
    """The team acknowledges an order with one tap."""

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        acknowledge_order(self.order, by=request.user, at=now())
        messages.success(request, gettext("Acknowledged: the office sees that you have received the order."))
        return redirect(self.order)


class AnswerOrderView(OrderPage, ActingMixin, FormView):
    """The head answers."""

    form_class = AnswerForm
    done_message = _("Answered; the office has been notified.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("answer_order", self.request.user, self.order)
        context = super().get_context_data(**kwargs)
        return context | {"answer_form": context["form"]}

    def act(self, form: AnswerForm) -> SupervisionOrder:
        answer_order(self.order, **form.cleaned_data, by=self.request.user, at=now())
        return self.order


class JudgeOrderView(OrderPage, ActingMixin, FormView):
    """The office accepts an answer or sends it back."""

    form_class = VerdictForm
    done_message = _("The answer is judged; the team has been notified.")

    def get_initial(self) -> dict[str, Any]:
        last = self.last_answer()
        return {"answer": last.number if last else 0}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("judge_orders", self.request.user)
        context = super().get_context_data(**kwargs)
        return context | {"verdict_form": context["form"] if context["verdict_form"] else None}

    def act(self, form: VerdictForm) -> SupervisionOrder:
        require("judge_orders", self.request.user)
        data = form.cleaned_data
        answer = self.answer_numbered(data["answer"])
        judge_order(answer, accepted=form.is_yes, text=data["text"], by=self.request.user, at=now())
        return self.order


class VoidOrderView(OrderMixin, ActingMixin, FormView):
    """The office declares an order void."""

    form_class = VersionReasonForm
    template_name = "components/confirm.html"
    done_message = _("The order is void; the team has been notified.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless it is void already."""
        require("void_order", request.user, self.order)
        check_move(self.order, OrderState.VOID, ORDER_MOVES)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.order.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("void_order", self.request.user, self.order)
        return super().get_context_data(
            heading=gettext("Declare the order void"),
            version=self.order.version,
            caption=f"{self.order} {self.order.subject}",
            consequences=[
                gettext("The order keeps its number and stays readable."),
                gettext("The ladder reads as if it had never been issued."),
                gettext("The team is told."),
            ],
            action_label=gettext("Declare void"),
            dangerous=True,
            cancel_url=self.order.get_absolute_url(),
            **kwargs,
        )

    def act(self, form: VersionReasonForm) -> SupervisionOrder:
        return void_order(self.order, **form.given, by=self.request.user, at=now())


class OrderEvidenceView(OrderMixin, AttachView):
    """The evidence of an order."""

    @property
    def owner(self) -> SupervisionOrder:
        return self.order

"""The desk of supervision orders: proposals to issue, open orders, promises; and deciding not to issue one."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import long_date
from governance.people.models import CalendarDay
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed, Refused
from teams.views.rows import AwaitsActionMixin

from ..forms.order import ContactForm, NewOrderForm, ProposalForm, ReasonForm
from ..ladder import Rung
from ..models import SupervisionOrder
from ..orders.desk import SHOWN, Desk, ProposalRow, desk_of, open_orders, own_acts, promised_orders
from ..orders.dismissals import dismiss_proposal
from ..orders.orders import NewOrder, issue_order, issue_proposals, usual_contact
from ..orders.steps import order_steps
from ..orders.wording import ANSWER_DAYS
from ..words import RUNG_WORDS
from .rows import NeedsActionMixin, ProposalMixin


class OrderDeskView(AwaitsActionMixin, View):
    """What is proposed, open and promised; the office issues what it ticks with one button."""

    heading = _("Supervision orders")

    def get(self, request: Request) -> HttpResponse:
        return self.page(now())

    def post(self, request: Request) -> HttpResponse:
        """Issue the ticked proposals, or show the page again with what is wrong."""
        require("issue_orders", request.user)
        at, ticked = now(), request.POST.getlist("row")
        desk = desk_of(self.action, at=at)
        by_key = {row.key: row for row in desk.rows}
        forms = {key: ProposalForm(request.POST, prefix=key) for key in ticked if key in by_key}
        contact = ContactForm(request.POST)
        if len(forms) < len(ticked):
            return self.page(
                at, desk, forms, contact, complaint=gettext("A ticked proposal no longer holds. Check again.")
            )
        faulty = [form for form in (contact, *forms.values()) if not form.is_valid()]
        if faulty:
            return self.page(
                at, desk, forms, contact, complaint=gettext("Please correct the marked fields."), status=422
            )
        chosen = [new_of(by_key[key], form.cleaned_data | contact.cleaned_data) for key, form in forms.items()]
        try:
            issued, draft = issue_proposals(self.action, chosen, by=request.user, at=at)
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.page(at, desk, forms, contact, complaint=refusal.words, status=refusal.status)
        messages.success(request, said_of(len(issued), bool(draft)))
        return redirect("order_desk")

    def page(
        self,
        at: datetime,
        desk: Desk | None = None,
        forms: dict[str, ProposalForm] | None = None,
        contact: ContactForm | None = None,
        *,
        complaint: str = "",
        status: int = 409,
    ) -> HttpResponse:
        user = self.request.user
        reads, issues = may(user, "read_proposals"), may(user, "issue_orders")
        desk = desk or (desk_of(self.action, at=at) if reads else Desk())
        orders = SupervisionOrder.objects.visible_to(user).filter(action=self.action)
        working_days = CalendarDay.objects.working_days()
        opened = list(open_orders(orders)[:SHOWN])
        acts = {} if reads else own_acts(user, opened)
        context = {
            "desk": desk,
            "proposals": [
                (row, (forms or {}).get(row.key) or blank_form(row), forms is None or row.key in forms)
                for row in desk.rows
            ],
            "contact": contact or (ContactForm(initial=usual_contact(self.action, user)) if issues else None),
            "complaint": complaint,
            "reads": reads,
            "issues": issues,
            "day": today().isoformat(),
            "open": [
                (order, order_steps(order, working_days), order.days_over(today()), acts.get(order.pk, ""))
                for order in opened
            ],
            "promised": [
                (order, order_steps(order, working_days), (order.told[-1].promised_on - today()).days)  # type: ignore[attr-defined]  # read with the row
                for order in promised_orders(orders, today())[:SHOWN]
            ],
            "count": orders.count(),
            "rung_words": RUNG_WORDS,
        }
        return render(self.request, "meetings/order_desk.html", context, status=status if complaint else 200)


def blank_form(row: ProposalRow) -> ProposalForm:
    """The form of a proposal as it opens."""
    initial = {"basis": row.basis, "demand": row.demand, "answer_by": row.answer_by}
    return ProposalForm(prefix=row.key, initial=initial)


def new_of(row: ProposalRow, data: dict[str, Any]) -> NewOrder:
    """A ticked proposal as the verb takes it."""
    return NewOrder(row.rung, row.team, **data, task=row.task, since=row.since)


def said_of(count: int, is_named: bool) -> str:
    """What issuing did."""
    said = []
    if count:
        said.append(
            ngettext(
                "%(count)d order issued; its team has been notified.",
                "%(count)d orders issued; their teams have been notified.",
                count,
            )
            % {"count": count}
        )
    if is_named:
        said.append(gettext("The circular is drafted; another person signs it."))
    return " ".join(said)


class DismissView(ProposalMixin, ActingMixin, FormView):
    """The office decides not to issue what is proposed."""

    form_class = ReasonForm
    template_name = "components/confirm.html"
    done_message = _("Noted; it is not proposed again.")

    @property
    def since(self) -> date:
        """The day that names the proposal."""
        try:
            return date.fromisoformat(self.kwargs["since"])
        except ValueError:
            raise Http404 from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("dismiss_proposal", self.request.user)
        subject = self.task or self.team.name
        if self.kwargs["rung"] not in RUNG_WORDS:
            raise Http404
        words = {"rung": RUNG_WORDS[self.kwargs["rung"]], "subject": subject, "day": long_date(self.since)}
        return super().get_context_data(
            heading=gettext("Do not issue"),
            version=self.kwargs["since"],
            caption=gettext("%(rung)s: %(subject)s, since %(day)s") % words,
            consequences=[gettext("It is not proposed again; your name and the reason stand on the desk.")],
            action_label=gettext("Do not issue"),
            cancel_url="/orders/",
            **kwargs,
        )

    def act(self, form: ReasonForm) -> str:
        if self.kwargs["rung"] not in RUNG_WORDS:
            raise Http404
        about: dict[str, Any] = {"task": self.task} if self.task is not None else {"team": self.team}
        facts = {"rung": Rung(self.kwargs["rung"]), "since": self.since, "reason": form.cleaned_data["reason"]}
        dismiss_proposal(self.action, **about, **facts, by=self.request.user, at=now())
        return "order_desk"


class NewOrderView(NeedsActionMixin, ActingMixin, FormView):
    """An order by hand."""

    form_class = NewOrderForm
    template_name = "meetings/order_form.html"
    done_message = _("Issued; the team has been notified.")

    def get_form_kwargs(self) -> dict[str, Any]:
        require("issue_orders", self.request.user)
        return {**super().get_form_kwargs(), "action": self.action}

    def get_initial(self) -> dict[str, Any]:
        """A red order, answered in three working days; the task or problem in the address."""
        days = CalendarDay.objects.working_days()
        asked = {name: self.request.GET[name] for name in ("task", "problem", "team") if name in self.request.GET}
        contact = usual_contact(self.action, self.request.user)
        return {"rung": Rung.RED, "answer_by": days.add(today(), ANSWER_DAYS[Rung.RED]), **contact, **asked}

    def act(self, form: NewOrderForm) -> SupervisionOrder:
        number = form.cleaned_data["number"]
        return issue_order(self.action, form.new, by=self.request.user, at=now(), number=number)

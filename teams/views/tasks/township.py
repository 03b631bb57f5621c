"""A task's quantity by township: the office divides the target, the team enters counts."""

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.models import Township
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Stale

from ...forms.township import SharesForm, fault_sentence
from ...models import Task
from ...tasks.townships import check_counts_open, count_shares, share_out
from .task import TaskFormMixin


class SharesView(TaskFormMixin, ActingMixin, FormView):
    """The grid: a row per township, filled in by hand or pasted from Excel."""

    form_class = SharesForm
    template_name = "teams/task_shares.html"
    done_message = _("The townships are saved.")

    def check(self) -> None:
        require("count_shares", self.request.user, self.task)
        check_counts_open(self.task)

    @cached_property
    def shares_out(self) -> bool:
        """Whether the person sets targets as well as counts."""
        return may(self.request.user, "share_out", self.task)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The present townships."""
        townships = list(Township.objects.visible_to(self.request.user))
        return {**super().get_form_kwargs(), "task": self.task, "townships": townships, "shares_out": self.shares_out}

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Fill the grid from pasted lines, or save it."""
        require("count_shares", request.user, self.task)
        form = self.get_form()
        if request.POST.get("do") == "read":
            lines = form.read_pasted()
            unread = [(line, fault_sentence(line.fault)) for line in lines if line.fault]
            totals = [line.number for line in lines if line.totals]
            context = self.get_context_data(form=form, unread=unread, totals=totals, filled=True)
            return self.render_to_response(context, status=422 if unread else 200)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def act(self, form: SharesForm) -> Task:
        """Save; after a stale row the form shows the present values."""
        try:
            if self.shares_out:
                share_out(self.task, form.given(), unit=form.cleaned_data["unit"], by=self.request.user, at=now())
            else:
                count_shares(self.task, form.given(), by=self.request.user, at=now())
        except Stale:
            form.catch_up()
            raise
        return self.task

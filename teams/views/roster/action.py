"""The action's page: its dates, stages and working groups, and the office's pages to change them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from governance.lists.requests import Request
from governance.people.permissions import may

from ...forms.team import ActionForm, GroupForm, KeepingForm, StageForm
from ...models import SpecialAction, Stage, WorkingGroup
from ...roster.teams import save_action, save_group, save_stage
from ..rows import ActionMixin
from .office_form import OfficeFormView


class ActionView(ActionMixin, View):
    """The parts of the action; every signed-in person sees them."""

    def get(self, request: Request, code: str) -> HttpResponse:
        context = {
            "action": self.action,
            "stages": self.action.stages.all(),
            "groups": self.action.groups.all(),
            "lamp_rules": self.action.lamp_rules.order_by("-number"),
            "may_keep": may(request.user, "keep_teams"),
        }
        return render(request, "teams/action.html", context)


class ActionNewView(OfficeFormView):
    """Open an action."""

    form_class = ActionForm
    heading = _("New special action")
    button = _("Open the action")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.row()}

    def row(self) -> SpecialAction | None:
        """The action that is changed; None for a new one."""
        return None

    def act(self, form: ActionForm) -> str:
        saved = save_action(self.row(), seen=form.seen, **form.values, **self.acting)
        return reverse("action", args=[saved.code])


class ActionEditView(ActionMixin, ActionNewView):
    """Change an action."""

    heading = _("The special action")
    button = _("Save")

    def row(self) -> SpecialAction:
        return self.action

    def back(self) -> str:
        return reverse("action", args=[self.kwargs["code"]])


class OfActionView(ActionMixin, OfficeFormView):
    """A form over one row of an action: a stage, a working group."""

    model: type[Model]
    verb: ClassVar[Callable[..., object]]

    def row(self) -> Any:
        """The row in the address; a new one of the action where the address names none."""
        if "pk" in self.kwargs:
            return self.row_of_action(self.model._default_manager)
        return self.model(action=self.action)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.row()}

    def act(self, form: KeepingForm) -> str:
        row = self.row()
        known = row if row.pk else None
        self.verb(known, action=self.action, seen=form.seen, **form.values, **self.acting)
        return self.back()

    def back(self) -> str:
        return reverse("action", args=[self.action.code])


class StageView(OfActionView):
    """Add or change a stage."""

    model, form_class = Stage, StageForm
    verb = staticmethod(save_stage)
    heading = _("Stage")


class GroupView(OfActionView):
    """Add or change a working group."""

    model, form_class = WorkingGroup, GroupForm
    verb = staticmethod(save_group)
    heading = _("Working group")

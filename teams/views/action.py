"""The action's page: its dates, stages and working groups, and the pages on which the office keeps them."""

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from governance.lists.requests import Request
from governance.people.permissions import may

from ..forms.team import ActionForm, GroupForm, StageForm
from ..models import SpecialAction, Stage, WorkingGroup
from ..roster import teams as forming
from .rows import ActionMixin
from .team import KeepingView


class ActionView(ActionMixin, View):
    """What the action is made of; every signed-in person sees it."""

    def get(self, request: Request, code: str) -> HttpResponse:
        """The page."""
        context = {
            "action": self.action,
            "stages": self.action.stages.all(),
            "groups": self.action.groups.all(),
            "lamp_rules": self.action.lamp_rules.order_by("-number"),
            "may_keep": may(request.user, "keep_teams"),
        }
        return render(request, "teams/action.html", context)


class ActionNewView(KeepingView):
    """Open an action."""

    form_class = ActionForm
    heading = _("New special action")
    button = _("Open the action")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is filled from the action, where there is one."""
        return {**super().get_form_kwargs(), "instance": self.row()}

    def row(self) -> SpecialAction | None:
        """The action that is changed; None for a new one."""
        return None

    def act(self, form: ActionForm) -> str:
        """Save it."""
        saved = forming.save_action(self.row(), seen=form.seen, **form.values, **self.acting)
        return reverse("action", args=[saved.code])


class ActionEditView(ActionMixin, ActionNewView):
    """Change an action."""

    heading = _("The special action")
    button = _("Save")

    def row(self) -> SpecialAction:
        """The action of the address."""
        return self.action

    def back(self) -> str:
        """To the action's page."""
        return reverse("action", args=[self.kwargs["code"]])


class OfActionView(ActionMixin, KeepingView):
    """A form over one row of an action: a stage, a working group."""

    model: type[Model]

    def row(self) -> Any:
        """The row of the address; a new one of the action where the address names none."""
        if "pk" in self.kwargs:
            return self.row_of_action(self.model.objects)
        return self.model(action=self.action)

    def known(self) -> Any:
        """The row as the verb takes it: None for a new one."""
        row = self.row()
        return row if row.pk else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is filled from the row."""
        return {**super().get_form_kwargs(), "instance": self.row()}

    def back(self) -> str:
        """To the action's page."""
        return reverse("action", args=[self.action.code])


class StageView(OfActionView):
    """Add or change a stage."""

    model = Stage
    form_class = StageForm
    heading = _("Stage")

    def act(self, form: StageForm) -> str:
        """Save it."""
        forming.save_stage(self.known(), action=self.action, seen=form.seen, **form.values, **self.acting)
        return self.back()


class GroupView(OfActionView):
    """Add or change a working group."""

    model = WorkingGroup
    form_class = GroupForm
    heading = _("Working group")

    def act(self, form: GroupForm) -> str:
        """Save it."""
        forming.save_group(self.known(), action=self.action, seen=form.seen, **form.values, **self.acting)
        return self.back()

"""What the pages share on which the office keeps the action, its teams and who belongs to them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin

from ..rows import TeamMixin


class OfficeFormView(ActingMixin, FormView):
    """A form of the special office that one verb carries out; others are turned away before they fill it in."""

    template_name = "teams/team_form.html"
    heading: Text = ""
    button: Text = _("Save")
    dangerous = False
    consequences: tuple[Text, ...] = ()

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask the rule that the verb asks again."""
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        """Whether this person may send the form."""
        return may(self.request.user, "keep_teams")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.get_heading(),
            button=self.button,
            dangerous=self.dangerous,
            consequences=self.consequences,
            back=self.back(),
            **kwargs,
        )

    def get_heading(self) -> Text:
        return self.heading

    def back(self) -> str:
        """Where "Cancel" leads."""
        return reverse("team_list")

    @property
    def acting(self) -> dict[str, Any]:
        """Who acts, and when: what every verb is told."""
        return {"by": self.request.user, "at": now()}


class OfTeamView(TeamMixin, OfficeFormView):
    """A form about one team, named by the address."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(team=self.team, **kwargs)

    def back(self) -> str:
        """To the page on which the team is kept."""
        return reverse("team_edit", args=[self.team.code])


class OfDayView(OfTeamView):
    """A form whose fields go to one verb as they are; its day is today unless somebody says otherwise."""

    day_field = "joined_on"
    verb: ClassVar[Callable[..., object]]

    def get_initial(self) -> dict[str, Any]:
        return {self.day_field: today()}

    def subject(self) -> Any:
        """What the verb is about."""
        return self.team

    def act(self, form: BaseForm) -> str:
        self.verb(self.subject(), **form.cleaned_data, **self.acting)
        return self.back()

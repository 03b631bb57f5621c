"""Shared parts of the office's pages about the action, its teams and their people."""

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

from ...guards import check_team_open
from ..rows import TeamMixin


class OfficeFormView(ActingMixin, FormView):
    """A form of the special office that calls one verb; other people are refused before they fill it in."""

    template_name = "teams/team_form.html"
    heading: Text = ""
    button: Text = _("Save")
    dangerous = False
    consequences: tuple[Text, ...] = ()

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verb."""
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        """Whether this person may submit the form."""
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
        """The target of "Cancel"."""
        return reverse("team_list")

    @property
    def acting(self) -> dict[str, Any]:
        """Who acts, and when: the arguments of every verb."""
        return {"by": self.request.user, "at": now()}


class OfTeamView(TeamMixin, OfficeFormView):
    """A form about the team in the address, which a closed team no longer takes."""

    def check(self) -> None:
        check_team_open(self.team)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(team=self.team, **kwargs)

    def back(self) -> str:
        """To the page where the team is changed."""
        return reverse("team_edit", args=[self.team.code])


class OfDayView(OfTeamView):
    """A form whose fields go to one verb unchanged; its day is today by default."""

    day_field = "joined_on"
    verb: ClassVar[Callable[..., object]]

    def get_initial(self) -> dict[str, Any]:
        return {self.day_field: today()}

    def subject(self) -> Any:
        """The object of the verb."""
        return self.team

    def act(self, form: BaseForm) -> str:
        self.verb(self.subject(), **form.cleaned_data, **self.acting)
        return self.back()

"""The pages on which the office founds, changes and closes a team."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import today

from ...forms.team import CloseTeamForm, NewTeamForm, TeamForm
from ...models import SpecialTeam, TeamDepartment, TeamMember
from ...roster.teams import change_team, check_tasks_ended, close_team, found_team
from ..rows import NeedsActionMixin
from .office_form import OfficeFormView, OfTeamView


class TeamNewView(NeedsActionMixin, OfficeFormView):
    """Found a team."""

    form_class = NewTeamForm
    heading = _("New team")
    button = _("Set up the team")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "action": self.action}

    def get_initial(self) -> dict[str, Any]:
        """The next position in the document; today."""
        last = self.action.teams.order_by("order").last()
        return {"order": last.order + 1 if last else 1, "established_on": today()}

    def act(self, form: NewTeamForm) -> str:
        """Go on to its people."""
        team = found_team(action=self.action, **form.values, **self.acting)
        return reverse("team_edit", args=[team.code])


class TeamEditView(OfTeamView):
    """A team's data, its departments, people and core figures, each with its actions."""

    form_class = TeamForm
    template_name = "teams/team_edit.html"
    done_message = _("Saved.")

    def check(self) -> None:
        """A closed team shows what it was, and its names can still be corrected."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from the present team."""
        return {**super().get_form_kwargs(), "instance": self.fresh(), "action": self.team.action}

    def fresh(self) -> SpecialTeam:
        """A separate copy of the team: the form writes the entered values into its own row."""
        return SpecialTeam.objects.get(pk=self.team.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        departments = list(self.team.departments.select_related("department"))
        members = list(self.team.members.select_related("user__department").order_by("pk"))
        return super().get_context_data(
            departments=sorted((row for row in departments if row.is_current), key=_by_part),
            former_departments=[row for row in departments if not row.is_current],
            members=sorted((row for row in members if row.is_current), key=_by_part),
            former_members=[row for row in members if not row.is_current],
            figures=self.team.core_figures.select_related("department"),
            **kwargs,
        )

    def act(self, form: TeamForm) -> str:
        team = change_team(self.team, seen=form.seen, **form.values, **self.acting)
        return reverse("team_edit", args=[team.code])

    def back(self) -> str:
        return self.team.get_absolute_url()


def _by_part(row: TeamDepartment | TeamMember) -> tuple[int, int]:
    """The lead department and the head first, as officials list them; within a part by day of joining."""
    return row.Part.values.index(row.part), row.pk


class TeamCloseView(OfTeamView):
    form_class = CloseTeamForm
    heading = _("Close the team")
    button = _("Close the team")
    dangerous = True
    consequences = (
        _("No report is due from the team for periods that end after its last day."),
        _("Its tasks must be closed out or cancelled first."),
        _("It stays in all records; a closed team cannot be reopened."),
    )

    def check(self) -> None:
        super().check()
        check_tasks_ended(self.team)

    def get_initial(self) -> dict[str, Any]:
        """Today, and the version that is shown."""
        return {"closed_on": today(), "version": self.team.version}

    def act(self, form: CloseTeamForm) -> SpecialTeam:
        data = form.cleaned_data
        return close_team(self.team, on=data["closed_on"], seen=data["version"], **self.acting)

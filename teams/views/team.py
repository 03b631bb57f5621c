"""The list of teams, and the pages on which the office keeps a team and who belongs to it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django_filters.views import FilterView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.form_verbs import ActingMixin
from governance.records.list_views import ExportingMixin

from ..filters.team import TeamFilter
from ..forms.team import (
    CloseTeamForm,
    CoreFigureForm,
    DepartmentJoinsForm,
    LeadForm,
    LeavesForm,
    MemberJoinsForm,
    NewTeamForm,
    PartForm,
    TeamForm,
)
from ..models import CoreFigure, SpecialTeam, TeamDepartment, TeamMember
from ..roster import members as staffing
from ..roster import teams as forming
from ..tables.team import TeamRow, TeamTable, rows_of
from .rows import ChosenActionMixin, NeedsActionMixin, TeamMixin


class TeamListView(ChosenActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The teams of the action, in document order: who, how far, what is wrong."""

    table_class = TeamTable
    filterset_class = TeamFilter
    queryset = SpecialTeam.objects.select_related("action", "group")
    template_name = "teams/team_list.html"
    heading = _("Special teams")
    empty_title = _("No teams yet")
    empty_how = _("The special office founds a team with its code, names and lead department.")

    def get_queryset(self) -> QuerySet:
        """Teams that work, or those that are closed."""
        teams = super().get_queryset().filter(action=self.action)
        return teams.filter(closed_on__isnull=not self.request.GET.get("closed"))

    def get_filterset_kwargs(self, filterset_class: type[TeamFilter]) -> dict[str, Any]:
        """The filter offers the working groups of the action."""
        return {**super().get_filterset_kwargs(filterset_class), "action": self.action}

    def shown(self, rows: Sequence[SpecialTeam]) -> list[TeamRow]:
        """Teams with what the list shows of them."""
        return rows_of(rows, today())

    def get_chips(self) -> list[Chip]:
        """Working or closed, with their number; nothing while none is closed."""
        counts = SpecialTeam.objects.filter(action=self.action).aggregate(
            working=Count("pk", filter=Q(closed_on=None)), closed=Count("pk", filter=Q(closed_on__isnull=False))
        )
        if not counts["closed"]:
            return []
        closed = bool(self.request.GET.get("closed"))
        return [
            Chip(str(_("Working")), self.address(closed=None), counts["working"], current=not closed),
            Chip(str(_("Closed")), self.address(closed="1"), counts["closed"], current=closed),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the action and whether this person keeps it."""
        may_keep = may(self.request.user, "keep_teams")
        return super().get_context_data(action=self.action, may_keep=may_keep, **kwargs)


class KeepingView(ActingMixin, FormView):
    """A form of the special office that one verb carries out; others are turned away before they fill it in."""

    template_name = "teams/team_form.html"
    heading: Any = ""
    button: Any = _("Save")
    dangerous = False
    consequences: tuple[Any, ...] = ()

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the rule that the verb asks again."""
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        """Whether this person may send the form."""
        return may(self.request.user, "keep_teams")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page says around the form."""
        return super().get_context_data(
            heading=self.get_heading(),
            button=self.button,
            dangerous=self.dangerous,
            consequences=self.consequences,
            back=self.back(),
            **kwargs,
        )

    def get_heading(self) -> Any:
        """The title of the page."""
        return self.heading

    def back(self) -> str:
        """Where "Cancel" leads."""
        return reverse("team_list")

    @property
    def acting(self) -> dict[str, Any]:
        """Who acts, and when: what every verb is told."""
        return {"by": self.request.user, "at": now()}


class TeamNewView(NeedsActionMixin, KeepingView):
    """Found a team."""

    form_class = NewTeamForm
    heading = _("New team")
    button = _("Found the team")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers the groups of the action."""
        return {**super().get_form_kwargs(), "action": self.action}

    def get_initial(self) -> dict[str, Any]:
        """The next place in the document; today."""
        last = self.action.teams.order_by("order").last()
        return {"order": last.order + 1 if last else 1, "established_on": today()}

    def act(self, form: NewTeamForm) -> str:
        """Found it, and go on to its people."""
        team = forming.found_team(action=self.action, **form.values, **self.acting)
        return reverse("team_edit", args=[team.code])


class OfTeamView(TeamMixin, KeepingView):
    """A form about one team, named by the address."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the team."""
        return super().get_context_data(team=self.team, **kwargs)

    def back(self) -> str:
        """To the page on which the team is kept."""
        return reverse("team_edit", args=[self.team.code])


class TeamEditView(OfTeamView):
    """A team's data, its departments, people and core figures, each with what can be done about it."""

    form_class = TeamForm
    template_name = "teams/team_edit.html"
    done_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is filled from the team as it is now."""
        return {**super().get_form_kwargs(), "instance": self.fresh(), "action": self.team.action}

    def fresh(self) -> SpecialTeam:
        """The team once more: the form writes what was entered into its own row."""
        return SpecialTeam.objects.get(pk=self.team.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who belongs to the team, and who did."""
        departments = list(self.team.departments.select_related("department"))
        members = list(self.team.members.select_related("user__department").order_by("pk"))
        return super().get_context_data(
            departments=sorted((row for row in departments if row.is_current), key=_lead_first),
            former_departments=[row for row in departments if not row.is_current],
            members=sorted((row for row in members if row.is_current), key=_by_part),
            former_members=[row for row in members if not row.is_current],
            figures=self.team.core_figures.select_related("department"),
            **kwargs,
        )

    def act(self, form: TeamForm) -> str:
        """Save the team's data."""
        team = forming.change_team(self.team, seen=form.seen, **form.values, **self.acting)
        return reverse("team_edit", args=[team.code])

    def back(self) -> str:
        """To the team's own page."""
        return self.team.get_absolute_url()


def _lead_first(row: TeamDepartment) -> tuple[bool, int]:
    """The lead department, then the members as they joined."""
    return row.part != TeamDepartment.Part.LEAD, row.pk


def _by_part(member: TeamMember) -> tuple[int, int]:
    """Heads first, as officials list them."""
    return TeamMember.Part.values.index(member.part), member.pk


class TodayMixin:
    """A form whose day is today unless somebody says otherwise."""

    day_field = "joined_on"

    def get_initial(self) -> dict[str, date]:
        """Today."""
        return {self.day_field: today()}


class TeamCloseView(TodayMixin, OfTeamView):
    """Close a team."""

    form_class = CloseTeamForm
    day_field = "closed_on"
    heading = _("Close the team")
    button = _("Close the team")
    dangerous = True
    consequences = (
        _("The team owes no report for periods that end after its last day."),
        _("Its tasks must be closed out or cancelled before."),
        _("It stays in every record; it cannot be opened again."),
    )

    def get_initial(self) -> dict[str, Any]:
        """Today, and the version on which the page was opened."""
        return {**super().get_initial(), "version": self.team.version}

    def act(self, form: CloseTeamForm) -> SpecialTeam:
        """Close it."""
        data = form.cleaned_data
        return forming.close_team(self.team, on=data["closed_on"], seen=data["version"], **self.acting)


class DepartmentNewView(TodayMixin, OfTeamView):
    """A department joins the team."""

    form_class = DepartmentJoinsForm
    heading = _("Add a member department")
    button = _("Add")

    def act(self, form: DepartmentJoinsForm) -> str:
        """Add it."""
        staffing.add_department(self.team, **form.cleaned_data, **self.acting)
        return self.back()


class LeadView(TodayMixin, OfTeamView):
    """Another department takes the lead."""

    form_class = LeadForm
    day_field = "on"
    heading = _("Hand over the lead")
    button = _("Hand over")

    def get_initial(self) -> dict[str, Any]:
        """Today; the former lead stays."""
        return {**super().get_initial(), "stays": True}

    def act(self, form: LeadForm) -> str:
        """Hand it over."""
        staffing.change_lead(self.team, **form.cleaned_data, **self.acting)
        return self.back()


class OfPartView(TodayMixin, OfTeamView):
    """A form about one part in the team, of a department or a person."""

    parts: Any

    @cached_property
    def row(self) -> TeamDepartment | TeamMember:
        """The part of the address; 404 when it is another team's."""
        return self.row_of_team(self.parts)

    def get_heading(self) -> str:
        """The heading names whom it is about."""
        return str(self.heading) % {"who": self.row.who}


class DepartmentEndView(OfPartView):
    """A department leaves the team."""

    form_class = LeavesForm
    day_field = "left_on"
    parts = TeamDepartment.objects.select_related("department")
    heading = _("%(who)s leaves the team")
    button = _("End its part")
    dangerous = True
    consequences = (_("Its part stays in the record with its dates."),)

    def act(self, form: LeavesForm) -> str:
        """End it."""
        staffing.end_department(self.row, **form.cleaned_data, **self.acting)
        return self.back()


class MemberNewView(TodayMixin, OfTeamView):
    """A person joins the team."""

    form_class = MemberJoinsForm
    heading = _("Add a person")
    button = _("Add")

    def act(self, form: MemberJoinsForm) -> str:
        """Add them."""
        staffing.add_member(self.team, **form.cleaned_data, **self.acting)
        return self.back()


class MemberEndView(OfPartView):
    """A person leaves the team."""

    form_class = LeavesForm
    day_field = "left_on"
    parts = TeamMember.objects.select_related("user")
    heading = _("%(who)s leaves the team")
    button = _("End their part")
    dangerous = True
    consequences = (
        _("From that day on they no longer see the team's reports and papers."),
        _("Their part stays in the record with its dates."),
    )

    def act(self, form: LeavesForm) -> str:
        """End it."""
        staffing.end_member(self.row, **form.cleaned_data, **self.acting)
        return self.back()


class MemberPartView(OfPartView):
    """A person takes another part."""

    form_class = PartForm
    day_field = "on"
    parts = TeamMember.objects.select_related("user")
    heading = _("Another part for %(who)s")

    def act(self, form: PartForm) -> str:
        """Change it."""
        staffing.change_part(self.row, **form.cleaned_data, **self.acting)
        return self.back()


class FigureNewView(OfTeamView):
    """A core figure is added."""

    form_class = CoreFigureForm
    heading = _("Add a core figure")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows the team, for its names."""
        return {**super().get_form_kwargs(), "team": self.team, "instance": self.figure()}

    def figure(self) -> CoreFigure | None:
        """The figure that is changed; None for a new one."""
        return None

    def act(self, form: CoreFigureForm) -> str:
        """Save it."""
        forming.save_core_figure(self.figure(), team=self.team, seen=form.seen, **form.values, **self.acting)
        return self.back()


class FigureEditView(FigureNewView):
    """A core figure is changed."""

    heading = _("Core figure")

    def figure(self) -> CoreFigure:
        """The figure of the address; 404 when it is another team's."""
        return self.row_of_team(CoreFigure.objects)

"""A team's page: who, how far, what is wrong, what was reported, how it was judged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from assessments.models import ResultLine
from governance.clock import now
from governance.people.permissions import may
from teams.models import CoreFigure, ReportingPeriod, SpecialTeam, TeamDepartment, TeamMember
from teams.standing import reports_standing

from ..wall import wall_of

PERIODS_SHOWN = 9


class TeamView(View):
    """The page of one team, composed of teams, tasks, reports and results."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Everything that hangs on the wall of this team; its results where they are published."""
        moment = now()
        team = get_object_or_404(
            SpecialTeam.objects.visible_to(request.user).select_related("action", "group"), code=code
        )
        on = min(moment.date(), team.closed_on or moment.date())
        wall = wall_of(team.action, on=on, now=moment, user=request.user, only=team)
        periods = list(ReportingPeriod.objects.filter(action=team.action, starts_on__lte=moment).order_by("-starts_on"))
        standings = reports_standing(periods[:PERIODS_SHOWN], [team], at=moment)
        context = {
            "team": team,
            "wall": wall,
            "shown": next(iter(wall.teams), None),
            "departments": TeamDepartment.objects.filter(team=team, left_on=None)
            .select_related("department")
            .order_by("part", "pk"),
            "members": TeamMember.objects.filter(team=team, left_on=None).select_related("user__department"),
            "figures": CoreFigure.objects.filter(team=team).select_related("department"),
            "reports": [(item.period, item.statuses.get(team.pk)) for item in standings],
            "results": ResultLine.objects.visible_to(request.user)
            .filter(team=team, result__publication__isnull=False)
            .select_related("result__round"),
            "may_keep": may(request.user, "keep_teams", team),
        }
        return render(request, "overview/team.html", context)

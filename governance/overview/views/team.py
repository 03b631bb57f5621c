"""A team's page: who belongs to it, its progress, its problems, its reports and its results."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from assessments.checking.own_tally import own_tally_seats
from assessments.results.ranking_table import published_lines
from governance.clock import now
from governance.lists.requests import Request
from governance.people.models import User
from governance.people.permissions import may
from governance.people.roles import Role
from teams.models import (
    CloseOut,
    CoreFigure,
    Extension,
    ReportingPeriod,
    SpecialTeam,
    TeamDepartment,
    TeamMember,
)
from teams.models.team import reads_papers_of, team_ids_of
from teams.reports.status import reports_standing
from teams.tasks.pace_at_age import beside_older, compared_in_words
from teams.views.rows import TeamMixin

from ..loop import loop_of_team
from ..wall import wall_of

PERIODS_SHOWN = 9
REQUESTS_SHOWN = 5


class TeamView(TeamMixin, View):
    """The page of one team, composed of teams, tasks, reports and results."""

    def teams(self) -> QuerySet[SpecialTeam]:
        """The teams with their working groups."""
        return super().teams().select_related("group")

    def get(self, request: Request, code: str) -> HttpResponse:
        """Compose the page; results are shown where they are published."""
        moment = now()
        team = self.team
        on = min(moment.date(), team.closed_on or moment.date())
        wall = wall_of(team.action, on=on, now=moment, user=request.user, only=team)
        periods = list(ReportingPeriod.objects.filter(action=team.action, starts_on__lte=moment).order_by("-starts_on"))
        standings = reports_standing(periods[:PERIODS_SHOWN], [team], at=moment)
        shown = next(iter(wall.teams), None)
        beside = beside_older(team, on=on) if shown and shown.beginning else None
        reads_papers = reads_papers_of(request.user, team.pk)
        kinds = (CloseOut, Extension) if reads_papers else ()
        requests = [asked for kind in kinds for asked in _asked_of(kind, team, request.user)]
        context = {
            "team": team,
            "wall": wall,
            "shown": shown,
            "paced_url": wall.tasks_url(team=team.code, paced="1"),
            "beside": beside,
            "beside_words": compared_in_words(shown.pace, beside) if shown and beside else "",
            "may_hand_in": bool(beside) and may(request.user, "hand_in_plan", team),
            "departments": TeamDepartment.objects.current()
            .filter(team=team)
            .select_related("department")
            .order_by("part", "pk"),
            "members": TeamMember.objects.current().filter(team=team).select_related("user__department"),
            "figures": CoreFigure.objects.filter(team=team).select_related("department"),
            "reports": [(item.period, item.statuses.get(team.pk)) for item in standings],
            "reads_papers": reads_papers,
            "calls": request.user.has_role(Role.SPECIAL_OFFICE) or team.pk in team_ids_of(request.user),
            "requests": requests,
            "loop": loop_of_team(team, request.user),
            "results": published_lines(team.action, at=moment, teams=[team])[::-1],
            "tallies": [seat for seat in own_tally_seats(request.user) if seat.team_id == team.pk],
            "may_keep": may(request.user, "keep_teams", team),
        }
        return render(request, "overview/team.html", context)


def _asked_of(model: type[CloseOut | Extension], team: SpecialTeam, user: User) -> QuerySet[CloseOut | Extension]:
    """Requests made while the task was the team's, newest first, for people who may read them."""
    asked = model.objects.visible_to(user).asked_by_team(team)
    return asked.select_related("task", "asked_by", "decided_by").order_by("-asked_at")[:REQUESTS_SHOWN]

"""A team's page: how it stands over its last periods, what is open, who belongs to it, and its results."""

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
from teams.meetings.papers.issuer import issuer
from teams.models import CloseOut, Extension, SpecialTeam, TeamDepartment, TeamMember
from teams.models.team import reads_papers_of, team_ids_of
from teams.tasks.pace_at_age import beside_older, compared_in_words
from teams.views.rows import TeamMixin

from ..loop import loop_of_team
from ..sentence import sentence_of_team
from ..team_page import core_standings, evidence_shown, open_items, plans_of
from ..team_periods import ReportMark, last_periods, urgency
from ..wall import wall_of

REQUESTS_SHOWN = 5
RESULTS_SHOWN = 6


class TeamView(TeamMixin, View):
    """The page of one team, composed of teams, tasks, reports and results; it prints as one sheet."""

    def teams(self) -> QuerySet[SpecialTeam]:
        """The teams with their working groups."""
        return super().teams().select_related("group")

    def get(self, request: Request, code: str) -> HttpResponse:
        """Compose the page; results are shown where they are published."""
        moment = now()
        team, user = self.team, request.user
        on = min(moment.date(), team.closed_on or moment.date())
        wall = wall_of(team.action, on=on, now=moment, user=user, only=team)
        shown = next(iter(wall.teams), None)
        tasks = wall.standings
        beside = beside_older(team, on=on) if shown and shown.beginning else None
        reads_papers = reads_papers_of(user, team.pk)
        loop = loop_of_team(team, user)
        kinds = (CloseOut, Extension) if reads_papers else ()
        context = {
            "team": team,
            "wall": wall,
            "shown": shown,
            "report_marks": ReportMark.told(),
            "tasks": sorted(shown.tasks, key=lambda item: urgency(item.standing)) if shown else [],
            "last": last_periods(wall, team, tasks, at=moment),
            "sentence": sentence_of_team(wall),
            "paced_url": wall.tasks_url(team=team.code, paced="1"),
            "beside": beside,
            "beside_words": compared_in_words(shown.pace, beside) if shown and beside else "",
            "may_hand_in": bool(beside) and may(user, "hand_in_plan", team),
            "departments": list(TeamDepartment.objects.current().filter(team=team).select_related("department")),
            "members": _by_part(TeamMember.objects.current().filter(team=team).select_related("user__department")),
            "cores": core_standings(team, tasks, on=on),
            "reads_papers": reads_papers,
            "calls": user.has_role(Role.SPECIAL_OFFICE) or team.pk in team_ids_of(user),
            "requests": [asked for kind in kinds for asked in _asked_of(kind, team, user)],
            "loop": loop,
            "open_items": open_items(team, loop, user, on=on),
            "plans": plans_of(team, user) if reads_papers else None,
            "evidence": evidence_shown(team, user) if reads_papers else None,
            "results": published_lines(team.action, at=moment, teams=[team], user=user)[-RESULTS_SHOWN:],
            "tallies": [seat for seat in own_tally_seats(user) if seat.team_id == team.pk],
            "may_keep": may(user, "keep_teams", team),
            "may_chase": may(user, "chase_debts", team.action),
            "office": issuer().name,
            "printed_at": moment,
        }
        return render(request, "overview/team.html", context)


def _asked_of(model: type[CloseOut | Extension], team: SpecialTeam, user: User) -> QuerySet[CloseOut | Extension]:
    """Requests made while the task was the team's, newest first, for people who may read them."""
    asked = model.objects.visible_to(user).asked_by_team(team)
    return asked.select_related("task", "asked_by", "decided_by").order_by("-asked_at")[:REQUESTS_SHOWN]


def _by_part(members: QuerySet[TeamMember]) -> list[TeamMember]:
    """The head first, as officials list people."""
    return sorted(members, key=lambda member: (TeamMember.Part.values.index(member.part), member.pk))

"""Home lines of the checking days: for heads and deputies their facts, for the centre the open questions."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.clock import day_of
from governance.lists.text import long_date
from governance.people.permissions import may
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.models import TeamMember
from teams.permissions import HEADS

from ..models import AssessmentRound, FactQuestion
from ..rounds.stage_days import StageDays
from ..states import RoundState


def fact_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each team that the person speaks for and each round in which its facts can still be checked."""
    parts = TeamMember.objects.current().filter(user_id=reader.user.pk, part__in=HEADS)
    teams = {member.team_id: member.team for member in parts.select_related("team")}
    if not teams:
        return
    rounds = AssessmentRound.objects.filter(state=RoundState.CHECKING).select_related("plan")
    for round in rounds.order_by("pk"):
        end = StageDays(round).end(RoundState.CHECKING)
        if end is None or reader.now > end:
            continue
        for seat in round.teams.active().filter(team__in=teams):
            team = teams[seat.team_id]
            yield TodoLine(
                tone_by(day_of(end), day_of(reader.now)),
                _("Check the facts: %(team)s, %(round)s") % {"team": team, "round": round},
                _("Until %(moment)s.") % {"moment": long_date(end)},
                reverse("fact_sheet", args=[round.pk, team.code]),
                _("Check"),
                day_of(end),
            )


def question_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for the centre for each round with questions that wait for an answer: one query."""
    if not may(reader.user, "answer_question"):
        return
    open_in: dict[int, list[FactQuestion]] = {}
    waiting = FactQuestion.objects.open().filter(round__state__in=(RoundState.COLLECTING, RoundState.CHECKING))
    for question in waiting.select_related("round").order_by("asked_at", "pk"):
        open_in.setdefault(question.round_id, []).append(question)
    for questions in open_in.values():
        round, count = questions[0].round, len(questions)
        said = ngettext(
            "%(count)d question about facts waits for an answer: %(round)s",
            "%(count)d questions about facts wait for an answer: %(round)s",
            count,
        )
        yield TodoLine(
            "yellow",
            said % {"count": count, "round": round},
            _("The round is not scored before."),
            reverse("round_facts", args=[round.pk]),
            pgettext("to do", "Answer"),
            None,
            count,
        )


TODO_SOURCES.register("facts to check", fact_lines)
TODO_SOURCES.register("questions about facts", question_lines)

"""A round moves on to checking, to scoring and into public notice; what is open is named (docs/rules.md#rounds)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.verbs import locked, record, tell, verb
from teams.models import TeamMember
from teams.states import check_move

from ..models import AssessmentRound
from ..notices import AssessmentNotice
from ..rounds.round_states import move
from ..rounds.stage_days import StageDays
from ..states import ROUND_FORWARD, RoundState
from .readiness import require_settled


@verb(says=_("began the checking days of a round"))
def begin_checking(round: AssessmentRound, *, by: User, at: datetime) -> AssessmentRound:
    """Close collecting: figures and claims stand, and each team, which is told, can check its facts for some days.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, or something is open.
    """
    round = _move_on(round, RoundState.CHECKING, "begin_checking", by=by, at=at)
    end = StageDays(round).end(RoundState.CHECKING)
    tell(
        heads_of(round),
        AssessmentNotice.CHECKING_BEGUN,
        key=f"round-{round.pk}-checking-{round.steps.count()}",
        url=reverse("round_facts", args=[round.pk]),
        at=at,
        facts={"round": round.title, "until": day_of(end).isoformat() if end else ""},
    )
    return round


@verb(says=_("began to score a round"))
def begin_scoring(round: AssessmentRound, *, by: User, at: datetime) -> AssessmentRound:
    """Close checking, once its days are over and nothing is open.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not in checking, its days are not over, or something is open.
    """
    return _move_on(round, RoundState.SCORING, "begin_scoring", by=by, at=at)


@verb(says=_("put the result of a round in public notice"))
def post_notice(round: AssessmentRound, *, by: User, at: datetime, document: str = "") -> AssessmentRound:
    """Put the approved result in public notice: everybody sees totals, ranks and grades, each team its own detail.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not approved, or something is open.
    """
    round = _move_on(round, RoundState.PUBLIC_NOTICE, "post_notice", by=by, at=at, document=document.strip())
    end = StageDays(round).end(RoundState.PUBLIC_NOTICE)
    tell(
        heads_of(round),
        AssessmentNotice.RESULT_IN_NOTICE,
        key=f"round-{round.pk}-notice-{round.steps.count()}",
        url=round.get_absolute_url(),
        at=at,
        facts={"round": round.title, "until": day_of(end).isoformat() if end else ""},
    )
    return round


def heads_of(round: AssessmentRound) -> list[User]:
    """Heads and deputies of the round's teams now."""
    return heads_of_teams(round.teams.active().order_by().values("team"))


def heads_of_teams(teams: QuerySet[Any, Any]) -> list[User]:
    """Heads and deputies now of the teams whose keys a query gives."""
    speaking = (TeamMember.Part.HEAD, TeamMember.Part.DEPUTY)
    members = TeamMember.objects.current().filter(team__in=teams, part__in=speaking)
    return list({member.user_id: member.user for member in members.select_related("user")}.values())


def _move_on(
    round: AssessmentRound, to: RoundState, name: str, *, by: User, at: datetime, document: str = ""
) -> AssessmentRound:
    """The move that the verb `name` makes, once nothing is open."""
    round = locked(round, "plan", "action")
    require(name, by, round)
    check_move(round, to, ROUND_FORWARD)
    require_settled(round, to=to, at=at)
    change = move(round, to, by=by, at=at, document=document)
    record(name, round, by=by, at=at, change=change | ({"document": [None, document]} if document else {}))
    return round

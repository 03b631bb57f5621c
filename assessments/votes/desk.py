"""The votes of a round for the centre: each group with what was printed and cast, and what is still owed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..models import AssessmentRound, VoterGroup, VoteTally
from ..rounds.duties import Duty, DutyKind, Waiting
from ..states import RoundState
from .ballots import Ballot, ballots_of
from .slips import SlipSums


@dataclass(frozen=True)
class GroupState:
    """A group of voters in a round.

    Attributes:
        group: its row; None until slips are printed or a tally is entered.
        sums: of its slips.
        tally: the latest tally; None while it is open.
        is_over: whether its end has come while it is still open.
    """

    ballot: Ballot
    group: VoterGroup | None
    sums: SlipSums
    tally: VoteTally | None
    is_over: bool

    @property
    def is_open(self) -> bool:
        return self.group is not None and self.group.is_open

    @property
    def is_settled(self) -> bool:
        """Whether its tally stands."""
        return self.tally is not None

    @property
    def by_slips(self) -> bool:
        return self.group is not None and self.group.way == VoterGroup.Way.SLIPS


def group_states(round: AssessmentRound, *, at: datetime) -> list[GroupState]:
    """The groups that vote in the round, in the order of the plan. Four queries; none where the plan has no votes."""
    ballots = ballots_of(round)
    if not ballots:
        return []
    slips = {
        "printed": Count("slips"),
        "void": Count("slips", filter=Q(slips__is_void=True)),
        "cast": Count("slips", filter=Q(slips__is_cast=True)),
    }
    rows = {row.code: row for row in VoterGroup.objects.filter(round=round).annotate(**slips)}
    tallies = VoteTally.objects.filter(group__round=round).select_related("by").order_by("number")
    latest = {tally.group_id: tally for tally in tallies}
    states = []
    for ballot in ballots:
        row = rows.get(ballot.code)
        sums = SlipSums(**{name: getattr(row, name) for name in slips}) if row else SlipSums()
        is_over = bool(row and row.is_open and row.ends_at and row.ends_at <= at)
        states.append(GroupState(ballot, row, sums, latest.get(row.pk) if row else None, is_over))
    return states


def duties(round: AssessmentRound) -> list[Duty]:
    """For each team of how many groups the tally stands, of those that mark it. Three queries; none without votes."""
    ballots = ballots_of(round)
    if not ballots:
        return []
    url = reverse("round_votes", args=[round.pk])
    counted = set(VoterGroup.objects.filter(round=round, tallies__isnull=False).values_list("code", flat=True))
    done: dict[int, list[bool]] = {}
    for ballot in ballots:
        for team in ballot.teams:
            done.setdefault(team, []).append(ballot.code in counted)
    return [Duty(team, DutyKind.VOTES, sum(found), len(found), url) for team, found in done.items()]


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """Groups that keep a round from being scored and approved: each must have voted, or be said to be silent."""
    if to != RoundState.APPROVED:
        return []
    url = reverse("round_votes", args=[round.pk])
    words = {
        True: _("“%(group)s” is still voting. Close the group."),
        False: _("“%(group)s” has not voted. Print slips or enter a tally."),
    }
    return [
        Waiting(words[state.is_open] % {"group": state.ballot.title}, url)
        for state in group_states(round, at=at)
        if not state.is_settled
    ]

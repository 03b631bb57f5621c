"""Tallies: what a group's votes come to, entered from paper or counted from its slips (docs/rules.md#votes)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.verbs import inserted, locked, record, save_version, verb

from ..models import Appeal, AssessmentRound, VoterGroup, VoteTally, VoteTallyLine
from ..rounds.occasions import corrects
from ..states import RoundState
from .ballots import Ballot, ballots_of

VOTING = (RoundState.SCORING,)
"""The states of a round in which slips are printed and tallies entered."""

Counts: TypeAlias = Mapping[tuple[str, int, str], int]
"""(indicator code, team id, mark) -> how many."""


@verb(says=_("entered a tally of votes"))
def enter_tally(
    round: AssessmentRound,
    code: str,
    counts: Counts,
    *,
    cast: int,
    document: str,
    basis: str = "",
    by: User,
    at: datetime,
    seen: int = 0,
    deciding: Appeal | None = None,
) -> VoteTally:
    """Enter what a group voted on paper; entered again, it is corrected under the next number.

    `cast`: how many slips were collected; no team can have more marks than that in a question. `seen`: the number of
    the tally that the form showed, 0 for none. `deciding`: the open appeal on which an error of counting is corrected
    in public notice, for the indicator and team that it is about; also in what was counted from slips.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not in scoring, or the group votes by slips and no appeal is decided.
        Invalid: a mark that the plan does not offer, more marks than slips, no document, or nobody voted without a
            reason.
        Stale: somebody else has entered a tally since.
    """
    round = locked(round, "plan")
    require("enter_tally", by, round)
    is_appealed = deciding is not None and corrects(deciding, round, deciding.team, deciding.indicator)
    if not is_appealed:
        check_voting(round)
    ballot = ballot_of(round, code)
    group = VoterGroup.objects.filter(round=round, code=code).first()
    if group is not None and group.way != VoterGroup.Way.PAPER and (group.is_open or not is_appealed):
        raise WrongState(_("This group votes by slips, so no tally can be entered for it."))
    number = group.tallies.count() if group else 0
    if seen != number:
        raise Stale
    _check_counts(ballot, counts, cast=cast, document=document, basis=basis)
    if group is None:
        group = inserted(VoterGroup(round=round, code=code, way=VoterGroup.Way.PAPER))
    tally = write_tally(group, ballot, counts, cast=cast, document=document, basis=basis, by=by, at=at)
    record("enter_tally", round, by=by, at=at, change={"group": code, "tally": [number or None, tally.number]})
    return tally


def check_voting(round: AssessmentRound) -> None:
    """Raises WrongState where the round is not in scoring."""
    if round.state not in VOTING:
        raise WrongState(_("Votes are taken while the round is at the stage “%(state)s”.") % {"state": VOTING[0].label})


def ballot_of(round: AssessmentRound, code: str) -> Ballot:
    """What a group is asked. Raises Invalid where the plan has no such group."""
    for ballot in ballots_of(round):
        if ballot.code == code:
            return ballot
    raise Invalid(_("The plan has no such group of voters."))


def write_tally(
    group: VoterGroup,
    ballot: Ballot,
    counts: Counts,
    *,
    cast: int,
    document: str,
    basis: str,
    by: User,
    at: datetime,
) -> VoteTally:
    """Store a tally and its lines, in the order of the ballot and the best mark first, and close the group."""
    save_version(group, {"is_open": False})
    tally = VoteTally(
        group=group,
        number=group.tallies.count() + 1,
        cast=cast,
        document=document.strip(),
        basis=basis.strip(),
        by=by,
        at=at,
    )
    tally.save()
    VoteTallyLine.objects.bulk_create(
        [
            VoteTallyLine(
                tally=tally, indicator=question.indicator, team=seat.team, mark=mark, count=count, by=by, at=at
            )
            for question, seat in ballot.lines()
            for mark in question.marks
            if (count := counts.get((question.indicator.code, seat.team_id, mark), 0))
        ],
        batch_size=500,
    )
    return tally


def _check_counts(ballot: Ballot, counts: Counts, *, cast: int, document: str, basis: str) -> None:
    faults: dict[str, Text] = {}
    offered = {(question.indicator.code, seat.team_id): (question, seat) for question, seat in ballot.lines()}
    sums: dict[tuple[str, int], int] = {}
    for (code, team, mark), count in counts.items():
        known = offered.get((code, team))
        if known is None or mark not in known[0].marks:
            faults[line_field(code, team)] = _("“%(mark)s” is not a mark that can be given here.") % {"mark": mark}
        elif count < 0:
            faults[line_field(code, team)] = _("Enter 0 or more.")
        sums[code, team] = sums.get((code, team), 0) + count
    for (code, team), total in sums.items():
        if total > cast:
            words = _("%(count)d marks, but only %(cast)d slips were collected.")
            faults.setdefault(line_field(code, team), words % {"count": total, "cast": cast})
    if not document.strip():
        faults["document"] = _("Enter the document number of the tally.")
    if not any(counts.values()) and not basis.strip():
        faults["basis"] = _("Nobody voted. Say why.")
    if faults:
        raise Invalid(fields=faults)


def line_field(indicator: str, team: int) -> str:
    """The name under which a form shows what is wrong with a line."""
    return f"line-{indicator}-{team}"

"""Slips: printed once, cast once by whoever opens them, counted when the group is closed (docs/rules.md#votes).

Casting is no verb: it leaves no audit event, asks no account and keeps no moment. A code is ten of 23 letters, so there
are 4 x 10^13: a thousand guesses a second find one of a thousand slips once in a year and a half.
"""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Case, Count, F, Q, Value, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.verbs import in_one_transaction, inserted, locked, raise_version, record, verb

from ..models import AssessmentRound, VoteCount, VoterGroup, VoteSlip, VoteTally
from ..states import ENDED
from .ballots import Ballot, ballots_of
from .tallies import ballot_of, check_voting, write_tally

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
"""Those of a code: without I, L and O, which are mistaken for digits and each other."""
CODE_LENGTH = 10
FEW = 5
"""Fewer slips than this are warned of, and no mean of so few is shown."""
MOST = 1000
"""Slips of one print."""

Draw = Callable[[str], str]
"""Draws one letter of several."""
Marks = Mapping[tuple[str, int], str]
"""(indicator code, team id) -> mark; what is left blank is absent."""


class SlipState(Enum):
    """What a code opens."""

    UNKNOWN = "unknown"
    CAST = "cast"
    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True)
class SlipSums:
    """How many slips of a group were printed, voided and cast."""

    printed: int = 0
    void: int = 0
    cast: int = 0

    @property
    def in_use(self) -> int:
        """Those that are not void."""
        return self.printed - self.void


@verb(says=_("printed slips"))
def print_slips(
    round: AssessmentRound,
    code: str,
    *,
    count: int,
    ends_at: datetime,
    by: User,
    at: datetime,
    confirmed: bool = False,
    draw: Draw = secrets.choice,
) -> list[str]:
    """Open a group and make `count` slips, each good for one vote until `ends_at`; return their codes, told only here.

    `confirmed`: fewer than five, although then a vote can be guessed.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not in scoring.
        Invalid: the number or the end cannot be, the group votes already, or it has few slips and nobody confirmed it.
    """
    round = locked(round, "plan")
    require("print_slips", by, round)
    check_voting(round)
    ballot = ballot_of(round, code)
    _check_print(count, ends_at, at, confirmed)
    group = inserted(VoterGroup(round=round, code=code, way=VoterGroup.Way.SLIPS, ends_at=ends_at, is_open=True))
    VoteCount.objects.bulk_create(
        [
            VoteCount(group=group, indicator=question.indicator, team=seat.team, mark=mark)
            for question, seat in ballot.lines()
            for mark in question.marks
        ],
        batch_size=500,
    )
    codes = _make_slips(group, count, draw)
    record("print_slips", round, by=by, at=at, change={"group": code, "slips": [None, count], "ends_at": ends_at})
    return codes


@verb(says=_("voided lost slips and printed new ones"))
def reprint_slips(
    group: VoterGroup,
    *,
    count: int,
    reason: str,
    by: User,
    at: datetime,
    seen: int,
    confirmed: bool = False,
    draw: Draw = secrets.choice,
) -> list[str]:
    """Void the slips of an open group that were not cast, and make `count` new ones; return their codes.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the group is closed.
        Invalid: the number cannot be, or no reason is given.
        Stale: slips were printed or voided since version `seen`.
    """
    group = locked(group, "round__plan")
    require("print_slips", by, group.round)
    check_voting(group.round)
    _check_open(group, seen)
    _check_print(count, group.ends_at, at, confirmed)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the slips are voided.")})
    voided = group.slips.filter(is_cast=False, is_void=False).count()
    group.slips.update(is_void=Case(When(is_cast=False, then=Value(True)), default=F("is_void")))
    raise_version(group)
    codes = _make_slips(group, count, draw)
    change = {"group": group.code, "void": [None, voided], "slips": [None, count], "reason": [None, reason.strip()]}
    record("reprint_slips", group.round, by=by, at=at, change=change)
    return codes


@verb(says=_("closed a group of voters"))
def close_group(group: VoterGroup, *, reason: str = "", by: User, at: datetime, seen: int) -> VoteTally:
    """Close a group that votes by slips: its counters are read and written as its tally.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the group is closed.
        Invalid: nothing was cast or the end has not come, and no reason is given.
        Stale: slips were printed or voided since version `seen`.
    """
    group = locked(group, "round__plan")
    require("close_group", by, group.round)
    _check_open(group, seen)
    cast = sums_of(group).cast
    if not reason.strip() and not cast:
        raise Invalid(fields={"reason": _("Nobody voted. Say why.")})
    if not reason.strip() and group.ends_at is not None and at < group.ends_at:
        raise Invalid(fields={"reason": _("The slips promise a later end. Say why the group is closed now.")})
    counts = {
        (code, team, mark): count
        for code, team, mark, count in group.counts.values_list("indicator__code", "team_id", "mark", "count")
    }
    ballot = ballot_of(group.round, group.code)
    tally = write_tally(group, ballot, counts, cast=cast, document="", basis=reason, by=by, at=at)
    change = {"group": group.code, "cast": [None, cast], "reason": [None, reason.strip()]}
    record("close_group", group.round, by=by, at=at, change=change)
    return tally


def look_up(code: str, *, at: datetime) -> tuple[SlipState, VoterGroup | None]:
    """What a code opens now, and its group where there is such a slip. One query whatever the answer."""
    slip = VoteSlip.objects.select_related("group__round__plan").filter(code_hash=hash_of(code)).first()
    return (SlipState.UNKNOWN, None) if slip is None else (_state(slip, slip.group, at), slip.group)


@in_one_transaction
def cast_vote(code: str, marks: Marks, *, at: datetime) -> SlipState:
    """Spend a slip and count its marks; OPEN: it was counted. Nothing else is written, `at` is only compared.

    Every row of the group is written, so that no order of rows or transactions tells which slip gave which marks.

    Raises:
        Invalid: a mark that the ballot does not offer.
    """
    group = look_up(code, at=at)[1]
    if group is None:
        return SlipState.UNKNOWN
    group = locked(group, "round__plan")
    slip = group.slips.get(code_hash=hash_of(code))
    state = _state(slip, group, at)
    if state is not SlipState.OPEN:
        return state
    counters = {
        (indicator, team, mark): pk
        for indicator, team, mark, pk in group.counts.values_list("indicator__code", "team_id", "mark", "pk")
    }
    raised = [counters.get((*key, mark)) for key, mark in marks.items()]
    if None in raised:
        raise Invalid(_("Choose one of the marks on the slip."))
    group.slips.update(is_cast=Case(When(pk=slip.pk, then=Value(True)), default=F("is_cast")))
    group.counts.update(count=F("count") + Case(When(pk__in=raised, then=Value(1)), default=Value(0)))
    return SlipState.OPEN


def open_ballot(group: VoterGroup) -> Ballot:
    """What the slips of a group ask."""
    return next(ballot for ballot in ballots_of(group.round) if ballot.code == group.code)


def sums_of(group: VoterGroup) -> SlipSums:
    """How many slips of one group were printed, voided and cast. One query."""
    return SlipSums(
        **group.slips.aggregate(
            printed=Count("pk"), void=Count("pk", filter=Q(is_void=True)), cast=Count("pk", filter=Q(is_cast=True))
        )
    )


def cleaned(code: str) -> str:
    """A code as it was typed: case, width, spaces and hyphens do not matter."""
    letters = unicodedata.normalize("NFKC", code[:100]).upper()
    return "".join(letter for letter in letters if letter.isalnum())[: CODE_LENGTH + 1]


def code_fault(code: str) -> Text:
    """What is wrong with a typed code before it is looked up; "" where nothing is."""
    typed = cleaned(code)
    if not typed:
        return _("Enter the 10 letters on the slip.")
    if len(typed) < CODE_LENGTH:
        return _("Only %(count)d letters; there are 10. Capitals and spaces do not matter.") % {"count": len(typed)}
    if len(typed) > CODE_LENGTH:
        return _("More than 10 letters. Compare them with the slip.")
    return ""


def hash_of(code: str) -> str:
    """What is stored of a code: keyed by SECRET_KEY, so that a copy of the database does not tell it."""
    return salted_hmac("assessments.votes.slip", cleaned(code), algorithm="sha256").hexdigest()


def _state(slip: VoteSlip, group: VoterGroup, at: datetime) -> SlipState:
    if slip.is_void:
        return SlipState.UNKNOWN
    if slip.is_cast:
        return SlipState.CAST
    is_over = not group.is_open or group.round.state in ENDED or (group.ends_at is not None and at >= group.ends_at)
    return SlipState.CLOSED if is_over else SlipState.OPEN


def _make_slips(group: VoterGroup, count: int, draw: Draw) -> list[str]:
    """New slips, stored in the order of their hashes: the order of the print is not kept."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes["".join(draw(LETTERS) for _ in range(CODE_LENGTH))] = None
    hashes = sorted(map(hash_of, codes))
    VoteSlip.objects.bulk_create([VoteSlip(group=group, code_hash=one) for one in hashes], batch_size=500)
    return list(codes)


def _check_open(group: VoterGroup, seen: int) -> None:
    if not group.is_open:
        raise WrongState(_("This group is already closed."))
    if seen != group.version:
        raise Stale(version=group.version)


def _check_print(count: int, ends_at: datetime | None, at: datetime, confirmed: bool) -> None:
    faults: dict[str, Text] = {}
    if not 1 <= count <= MOST:
        faults["count"] = _("Enter a number from 1 to %(most)d.") % {"most": MOST}
    elif count < FEW and not confirmed:
        faults["confirmed"] = _("With fewer than 5 slips it can be guessed who voted how. Print more, or confirm.")
    if ends_at is not None and ends_at <= at:
        faults["ends_at"] = _("The end must lie in the future.")
    if faults:
        raise Invalid(fields=faults)

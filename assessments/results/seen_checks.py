"""The approver ticks a plain-sight check as seen, with a note (docs/rules.md#plain-sight-checks)."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import locked, record, verb

from ..engine import canonical_json
from ..models import AssessmentRound, SeenCheck
from ..permissions import scored_it
from ..plans.plans import fingerprint
from ..states import PlainSightCheck, RoundState
from .plain_sight import PlainSight, Row


@dataclass(frozen=True)
class Check:
    """A check with its rows as they are now, and who has seen which of them, in order."""

    kind: PlainSightCheck
    rows: list[Row]
    seen: list[SeenCheck]

    @cached_property
    def unseen(self) -> list[Row]:
        """The rows that nobody has seen as they are now."""
        known = {canonical_json(key) for one in self.seen for key in json.loads(one.rows)}
        return [row for row in self.rows if canonical_json(list(row.key)) not in known]

    @property
    def keys(self) -> str:
        """Canonical JSON of the rows' keys."""
        return canonical_json([list(row.key) for row in self.rows])

    @property
    def digest(self) -> str:
        """What a form keeps of the rows that it showed."""
        return fingerprint(self.keys)


def checks_of(round: AssessmentRound, user: User, *, at: datetime) -> list[Check]:
    """Every check of a round as `user`, of the centre, reads it. Queries: constant in teams and rows."""
    seen = list(SeenCheck.objects.visible_to(user).filter(round=round).select_related("by").order_by("number"))
    sight = PlainSight(round, user, at=at)
    return [Check(kind, sight.rows(kind), [one for one in seen if one.kind == kind]) for kind in PlainSightCheck]


@verb(says=_("saw a plain-sight check of a round"))
def see_check(
    round: AssessmentRound, kind: PlainSightCheck, *, note: str, seen: str, by: User, at: datetime
) -> SeenCheck:
    """Keep that the rows of a check were seen, with a note of what was found.

    `seen`: the digest of the rows that the page showed. The audit log names the number alone: which check shows
    something would tell of marks.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or took part in the score.
        WrongState: the round is not in scoring, the rows are others than were shown, or all of them have been seen.
        Invalid: there is no note.
    """
    round = locked(round, "plan__plan", "action")
    if scored_it(by, round):
        raise NotAllowed(_("You took part in the score. The checks are seen by the person who approves it."))
    require("see_check", by, round)
    if round.state != RoundState.SCORING:
        raise WrongState(_("The checks are seen while the round is in scoring."))
    check = next(one for one in checks_of(round, by, at=at) if one.kind == kind)
    if check.digest != seen or not check.unseen:
        raise WrongState(_("What the check shows has changed, or has been seen. Reload the page."))
    if not note.strip():
        raise Invalid(fields={"note": _("Say what you found.")})
    number = round.seen_checks.count() + 1
    kept = SeenCheck(round=round, number=number, kind=kind, rows=check.keys, note=note.strip(), by=by, at=at)
    kept.save()
    record("see_check", round, by=by, at=at, change={"number": number})
    return kept

"""What is corrected where an appeal is allowed: each kind calls the verb by which its fact is otherwise entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.records.refusals import Invalid

from ..checking.corrections import correct_rows
from ..claims.claims import approve_claim, lower_claim, withdraw_claim
from ..figures.entry import Entry, enter_figures
from ..measures.corrections import Correction as RowCorrection
from ..models import Appeal, Claim, Seat, VoterGroup, VoteTallyLine
from ..panel.seats import set_marks_aside
from ..states import ClaimState, FactCorrection
from ..votes.tallies import enter_tally


class Correction(Protocol):
    """What becomes of the fact that an appeal is about."""

    kind: ClassVar[FactCorrection]

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        """Correct the fact of a locked appeal. Raises what the verb of the fact raises."""


@dataclass(frozen=True)
class RowsCorrected:
    """The rows of a measured value; `corrections` are all that stand, `seen` the number of the value as shown."""

    kind: ClassVar[FactCorrection] = FactCorrection.ROWS

    corrections: Sequence[RowCorrection]
    basis: str
    seen: int | None = None

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        correct_rows(appeal, self.corrections, basis=self.basis, by=by, at=at, seen=self.seen)


@dataclass(frozen=True)
class FigureCorrected:
    """A figure's next number; `seen`: the number of the figure as shown."""

    kind: ClassVar[FactCorrection] = FactCorrection.FIGURE

    entry: Entry
    document: str
    basis: str
    seen: int | None = None

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        code = appeal.team.code
        assert appeal.indicator is not None, "a figure is of an indicator"
        try:
            figures = enter_figures(
                appeal.round,
                appeal.indicator,
                {code: self.entry},
                document=self.document,
                basis=self.basis,
                by=by,
                at=at,
                seen=None if self.seen is None else {code: self.seen},
                answering=appeal,
            )
        except Invalid as refusal:
            fields = {name.removesuffix(f"-{code}"): words for name, words in refusal.fields.items()}
            raise Invalid(refusal.message, fields=fields) from refusal
        if not figures:
            raise Invalid(fields={"value": _("This is the present value. Change it, or dismiss the appeal.")})


@dataclass(frozen=True)
class ClaimCorrected:
    """A claim of the team, approved after all, lowered to `level` or withdrawn (`level` empty)."""

    kind: ClassVar[FactCorrection] = FactCorrection.CLAIM

    claim: Claim
    level: str
    reason: str
    withdraw: bool = False

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        said: dict[str, Any] = {"reason": self.reason, "by": by, "at": at, "deciding": appeal}
        if self.withdraw:
            withdraw_claim(self.claim, **said)
        elif self.claim.state == ClaimState.REJECTED:
            approve_claim(self.claim, matter=self.claim.matter, level=self.level, **said)
        else:
            lower_claim(self.claim, level=self.level, **said)


@dataclass(frozen=True)
class MarksSetAside:
    """A judge's marks for the team, for a tie that was found later."""

    kind: ClassVar[FactCorrection] = FactCorrection.MARKS

    seat: Seat
    tie: str

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        set_marks_aside(self.seat, appeal.team, reason=self.tie, by=by, at=at, deciding=appeal)


@dataclass(frozen=True)
class TallyCorrected:
    """An error of counting, on paper or of slips: a group's marks for the team in this one indicator.

    All other lines are repeated, and so is how many slips were cast.
    """

    kind: ClassVar[FactCorrection] = FactCorrection.TALLY

    group: VoterGroup
    counts: dict[str, int]
    document: str
    basis: str

    def apply(self, appeal: Appeal, *, by: User, at: datetime) -> None:
        tally = self.group.tallies.latest("number")
        lines = VoteTallyLine.objects.filter(tally=tally).select_related("indicator")
        before = {(line.indicator.code, line.team_id, line.mark): line.count for line in lines}
        own = (appeal.fact, appeal.team_id)
        counts = {key: count for key, count in before.items() if key[:2] != own}
        counts |= {(*own, mark): count for mark, count in self.counts.items() if count}
        if counts == before:
            raise Invalid(fields={"marks": _("These are the marks as they were counted. Change them, or dismiss.")})
        if not self.basis.strip():
            raise Invalid(fields={"basis": _("Say what the correction is based on.")})
        try:
            enter_tally(
                appeal.round,
                self.group.code,
                counts,
                cast=tally.cast,
                document=self.document,
                basis=self.basis,
                by=by,
                at=at,
                seen=tally.number,
                deciding=appeal,
            )
        except Invalid as refusal:
            fields = {"marks" if name.startswith("line-") else name: words for name, words in refusal.fields.items()}
            raise Invalid(refusal.message, fields=fields) from refusal

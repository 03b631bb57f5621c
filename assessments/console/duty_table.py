"""What is owed for each team, as a heat table whose cells lead to where it is done."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from django.utils.translation import gettext, pgettext_lazy

from governance.lists.text import Text, names_text

from ..appeals.duties import duties as appeals_filed
from ..checking.questions import duties as questions_asked
from ..claims.waiting import duties as claim_duties
from ..figures import duties as figures
from ..models import AssessmentRound
from ..panel.duties import duties as marks_owed
from ..results.coverage import Said, coverage_of, indicators_of
from ..rounds.duties import Duty, DutyKind
from ..rounds.facts_state import seated_teams
from ..states import STANDS_APPROVED, RoundState
from ..votes.desk import duties as votes_owed
from .progress import entry_url

ROOMS: tuple[Callable[[AssessmentRound], list[Duty]], ...] = (
    figures.duties,
    claim_duties,
    marks_owed,
    votes_owed,
    questions_asked,
    appeals_filed,
)
"""What the rooms of facts say is owed, each for its kind; it takes the place of what the values alone tell."""

KIND_WORDS: Mapping[DutyKind, tuple[Text, Text]] = {
    DutyKind.MEASURES: (pgettext_lazy("duty", "Measures"), pgettext_lazy("duty", "system")),
    DutyKind.FIGURES: (pgettext_lazy("duty", "Figures"), pgettext_lazy("duty", "departments")),
    DutyKind.CLAIMS: (pgettext_lazy("duty", "Claims"), pgettext_lazy("duty", "centre")),
    DutyKind.MARKS: (pgettext_lazy("duty", "Marks"), pgettext_lazy("duty", "judges")),
    DutyKind.VOTES: (pgettext_lazy("duty", "Votes"), pgettext_lazy("duty", "voters")),
    DutyKind.QUESTIONS: (pgettext_lazy("duty", "Questions"), pgettext_lazy("duty", "teams")),
    DutyKind.APPEALS: (pgettext_lazy("duty", "Appeals"), pgettext_lazy("duty", "teams")),
}
"""Each kind of duty, and who does it."""

_OF_METHOD = {"panel": DutyKind.MARKS, "vote": DutyKind.VOTES}
_OF_SOURCE = {"measure": DutyKind.MEASURES, "data": DutyKind.FIGURES, "events": DutyKind.CLAIMS}


@dataclass(frozen=True)
class DutyCell:
    """How much is done of one kind for one team; `level` 5: all of it, 3: some, 2: nothing, 0: nothing is owed now.

    `is_closed`: what is not done cannot be done any more and keeps nothing back.
    """

    name: Text
    done: int
    of: int
    url: str
    is_closed: bool = False

    @property
    def level(self) -> int:
        if not self.of or (self.is_closed and self.done < self.of):
            return 0
        return 5 if self.done >= self.of else 3 if self.done else 2

    @property
    def is_open(self) -> bool:
        """Whether something is owed and not done."""
        return self.done < self.of and not self.is_closed


DutyRow: TypeAlias = tuple[int, list[DutyCell]]
"""A team's key, and a cell for each kind."""


@dataclass(frozen=True)
class DutyTable:
    """The kinds of duties that the plan has, with a row of cells for each team."""

    kinds: list[DutyKind]
    rows: list[DutyRow]

    @property
    def heads(self) -> list[tuple[Text, Text]]:
        """Each column's kind, and who does it."""
        return [KIND_WORDS[kind] for kind in self.kinds]

    @cached_property
    def sums(self) -> list[DutyCell]:
        """Each kind over all teams, in whatever order and part of them the rows are shown."""
        columns = [[cells[place] for _team, cells in self.rows] for place in range(len(self.kinds))]
        return [
            DutyCell(KIND_WORDS[kind][0], sum(cell.done for cell in column), sum(cell.of for cell in column), "")
            for kind, column in zip(self.kinds, columns, strict=True)
        ]

    def rows_of(self, kind: str = "") -> list[DutyRow]:
        """The teams that keep the round back and then the others, in document order; of a kind those alone in which it
        is open."""
        if kind in self.kinds:
            place = self.kinds.index(DutyKind(kind))
            return [row for row in self.rows if row[1][place].is_open]
        return sorted(self.rows, key=lambda row: not any(cell.is_open for cell in row[1]))

    @cached_property
    def still_open(self) -> list[tuple[DutyKind, Text, int]]:
        """The kinds of which something is open, and for how many teams."""
        counted = [(kind, KIND_WORDS[kind][0], len(self.rows_of(kind))) for kind in self.kinds]
        return [each for each in counted if each[2]]

    def _named(self, *, is_open: bool) -> list[Text]:
        """The kinds of which something is open, or of which everything is done."""
        still = {kind for kind, _name, _count in self.still_open}
        pairs = zip(self.kinds, self.sums, strict=True)
        return [cell.name for kind, cell in pairs if cell.of and (kind in still) == is_open]

    @property
    def words(self) -> str:
        """What is done for all teams, and what is still open."""
        done, still = names_text(self._named(is_open=False)), names_text(self._named(is_open=True))
        if not still:
            return gettext("Everything is done.") if done else gettext("Nothing is owed yet.")
        sentence = gettext("Done: %(done)s. Still open: %(open)s.") if done else gettext("Still open: %(open)s.")
        return sentence % {"done": done, "open": still}


def duty_table(round: AssessmentRound, *, at: datetime) -> DutyTable:
    """What is owed in a round: by its values, and by what the rooms say. Queries: those of the rooms, and what is asked
    for the coverage."""
    said = [duty for ask in ROOMS for duty in ask(round)]
    ruled = {duty.kind for duty in said}
    found: dict[tuple[int, DutyKind], Duty] = {}
    for duty in chain(value_duties(round, at=at, ruled=ruled), said):
        key = duty.team, duty.kind
        before = found.get(key)
        found[key] = _sum(before, duty) if before else duty
    present = {kind for _team, kind in found}
    kinds = [kind for kind in DutyKind if kind in present]
    state = RoundState(round.state)
    made: dict[tuple[object, ...], DutyCell] = {}

    def cell(kind: DutyKind, duty: Duty | None) -> DutyCell:
        """One for all the teams of which the same is done and owed."""
        key = (kind, duty.done, duty.of, duty.url) if duty else (kind,)
        if key not in made:
            made[key] = _cell(kind, duty, state)
        return made[key]

    teams = [seat.team for seat in seated_teams(round)]
    return DutyTable(kinds, [(team, [cell(kind, found.get((team, kind))) for kind in kinds]) for team in teams])


def value_duties(round: AssessmentRound, *, at: datetime, ruled: Collection[DutyKind] = ()) -> Iterator[Duty]:
    """A duty for each indicator and team to which it applies: done where there is a value; of claims none is owed.

    Once frozen, a measure that had nothing to measure is done too, unless the plan waits for its value. `ruled`: the
    kinds that are told otherwise.
    """
    teams, covered = [seat.team for seat in seated_teams(round)], coverage_of(round, at=at)
    scored, owed, pending = Said.SCORED.value, (Said.SCORED | Said.MISSING).value, Said.PENDING.value
    for indicator in indicators_of(round):
        url = entry_url(round, indicator)
        kind = _OF_METHOD.get(indicator.rule.parameters.name) or _OF_SOURCE[indicator.source]
        if kind in ruled:
            continue
        is_frozen = kind is DutyKind.MEASURES and round.state != RoundState.PREPARING
        for team, said in zip(teams, covered[indicator.code].said, strict=True):
            if kind is DutyKind.CLAIMS:
                yield Duty(team, kind, 0, 0, url)
            elif said & owed:
                yield Duty(team, kind, int(bool(said & scored) or (is_frozen and not said & pending)), 1, url)


def _sum(one: Duty, other: Duty) -> Duty:
    """Two duties of one kind for one team; the door leads to the one that is open."""
    url = one.url if one.done < one.of else other.url
    return Duty(one.team, one.kind, one.done + other.done, one.of + other.of, url or one.url)


def _cell(kind: DutyKind, duty: Duty | None, state: RoundState) -> DutyCell:
    """The cell of a duty; after scoring only appeals are still open, which a correction can bring once published."""
    name = KIND_WORDS[kind][0]
    if duty is None:
        return DutyCell(name, 0, 0, "")
    is_closed = state == RoundState.ABANDONED or (state in STANDS_APPROVED and kind is not DutyKind.APPEALS)
    return DutyCell(name, duty.done, duty.of, duty.url, is_closed)

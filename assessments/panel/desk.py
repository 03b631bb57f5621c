"""A panel as the centre sees it: seats, who marks what, and once marks can be seen, the marks."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils.translation import gettext

from governance.lists.text import Text, names_text
from governance.people.models import User
from governance.people.permissions import may
from teams.models import SpecialTeam

from ..models import Indicator, Seat, SeatStep, SignedMark
from ..words.plans import title_of
from .duties import SETTLED_FOR, waiting
from .guards import MARKED_IN, SEATED_IN
from .moderation import Case, cases, leanings
from .panel import Panel


@dataclass(frozen=True)
class SeatLine:
    """A seat: what it marks, which teams it skips and why, when it was signed."""

    seat: Seat
    count: int
    skipped: list[tuple[SpecialTeam, str]]
    signed: SeatStep | None


@dataclass(frozen=True)
class TeamLine:
    """An indicator and team with the seats whose mark counts or is still to come."""

    indicator: Indicator
    title: str
    team: SpecialTeam
    seats: list[Seat]
    is_short: bool


class PanelDesk:
    """The page of a panel. `user` is of the centre."""

    def __init__(self, panel: Panel, user: User) -> None:
        self.panel = panel
        self.round = panel.round
        self.user = user

    @property
    def may_seat(self) -> bool:
        """Whether judges can be named and replaced."""
        return self.round.state in SEATED_IN and not self.panel.is_complete and may(self.user, "keep_panel", self.round)

    @property
    def may_close(self) -> bool:
        """Whether the panel can be closed before every sheet is signed."""
        return self.is_marked and bool(self.panel.unsigned) and self.panel.closure is None

    @property
    def is_marked(self) -> bool:
        """Whether sheets are open."""
        return self.round.state == MARKED_IN

    @property
    def state_words(self) -> Text:
        """The first sentence of the page."""
        panel = self.panel
        if not panel.seats:
            return gettext("No judge has a seat yet.")
        if panel.closure is not None:
            return gettext("The panel is closed; sheets that were not signed count as absent.")
        if not panel.unsigned:
            return gettext("Every sheet is signed.")
        signed = len(panel.seats) - len(panel.unsigned)
        sentence = gettext("%(signed)s of %(seats)s sheets are signed; not yet: %(names)s.")
        names = names_text(seat.label for seat in panel.unsigned)
        return sentence % {"signed": signed, "seats": len(panel.seats), "names": names}

    @cached_property
    def waiting(self) -> list[Text]:
        """What keeps the round from being scored, besides unsigned sheets."""
        if not self.is_marked or not self.panel.is_complete:
            return []
        return [one.words for one in waiting(self.round, to=SETTLED_FOR, at=self.panel.at)]

    @cached_property
    def seats(self) -> list[SeatLine]:
        """The seats in order."""
        teams = {team.pk: team for team in self.panel.teams}
        lines = []
        for seat in self.panel.seats:
            named = {team.pk for _indicator, team in self.panel.named(seat)}
            skipped = self.panel.skipped(seat)
            lines.append(
                SeatLine(
                    seat,
                    len(named - skipped.keys()),
                    [(team, skipped[key]) for key, team in teams.items() if key in named and key in skipped],
                    self.panel.signature(seat),
                )
            )
        return lines

    @cached_property
    def teams(self) -> list[TeamLine]:
        """Who marks what, by indicator and team."""
        short = {(indicator.pk, team.pk) for indicator, team, _count in self.panel.too_few()}
        return [
            TeamLine(
                indicator,
                title_of(self.panel.planned[indicator.code]),
                team,
                self.panel.expected(indicator, team),
                (indicator.pk, team.pk) in short,
            )
            for indicator in self.panel.indicators
            for team in self.panel.teams
            if team.pk in self.panel.applying[indicator.code]
        ]

    @cached_property
    def cases(self) -> list[Case]:
        """Marks far apart."""
        return cases(self.panel)

    @cached_property
    def marks(self) -> list[tuple[Indicator, SpecialTeam, list[SignedMark]]]:
        """The marks that count and can be seen, by indicator and team, the highest first; empty while one is blind."""
        rows = SignedMark.objects.visible_to(self.user).filter(seat__round=self.round).latest_of_each()
        by_place: dict[tuple[int, int], list[SignedMark]] = {}
        for mark in rows:
            by_place.setdefault((mark.indicator_id, mark.team_id), []).append(mark)
        return [
            (indicator, team, sorted(by_place[indicator.pk, team.pk], key=lambda mark: -mark.mark))
            for indicator in self.panel.indicators
            for team in self.panel.teams
            if (indicator.pk, team.pk) in by_place
        ]

    @cached_property
    def leanings(self) -> list[tuple[Seat, Decimal, int]]:
        """Strict and mild judges: mean difference to the others, two decimals, and over how many marks."""
        if not self.marks:
            return []
        return [
            (
                seat,
                (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP),
                count,
            )
            for seat, mean, count in leanings(self.panel)
        ]

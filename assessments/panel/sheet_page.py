"""A judge's sheet as its page shows it: a card a team with what a judge may see, and the judge's own marks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from governance.people.models import User
from teams.meetings.models import Showcase
from teams.models import CoreFigure, SpecialTeam, TeamMember

from ..engine.methods.judged import Panel as PanelMethod
from ..models import DraftMark, Indicator, Seat, SignedMark
from ..words.plans import title_of
from .guards import MARKED_IN
from .panel import Owed, Panel, method_of
from .sheets import Kept, drafts_of, sheet_version, to_mark


@dataclass
class Card:
    """A team on the sheet: what is asked, what is typed, or why it is not marked; `place` counts from 1."""

    place: int
    team: SpecialTeam
    owed: Owed | None
    skipped: str
    value: str
    seen: int
    signed: Decimal | None
    head: str = ""
    figures: list[CoreFigure] = field(default_factory=list)
    showcases: list[Showcase] = field(default_factory=list)
    kept: Kept | None = None

    @property
    def is_open(self) -> bool:
        """Whether a mark can be typed."""
        return self.owed is not None

    @property
    def state(self) -> str:
        """Whether it waits for correction or a decision, as the script reads it."""
        return "" if self.kept is None else "clash" if self.kept.is_clash else "wrong" if self.kept.fault else ""


class Sheet:
    """The sheet of a seat for one of its indicators; `code` "" is the first."""

    def __init__(self, panel: Panel, seat: Seat, user: User, code: str = "") -> None:
        self.panel = panel
        self.seat = seat
        self.user = user
        codes = [one.code for one in self.indicators]
        self.indicator = self.indicators[codes.index(code) if code in codes else 0]

    @cached_property
    def indicators(self) -> list[Indicator]:
        """What the seat marks, in the order of the plan."""
        return [one for one in self.panel.indicators if one.code in self.seat.indicator_codes]

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """Code and title of each indicator."""
        return [(one.code, title_of(self.panel.planned[one.code])) for one in self.indicators]

    @property
    def title(self) -> str:
        """The title of the indicator."""
        return title_of(self.panel.planned[self.indicator.code])

    @property
    def method(self) -> PanelMethod:
        """Scale and trimming."""
        return method_of(self.panel.planned[self.indicator.code])

    @cached_property
    def is_signed(self) -> bool:
        """Whether the first marks are signed."""
        return self.panel.signature(self.seat) is not None

    @property
    def is_marked(self) -> bool:
        """Whether sheets are open."""
        return self.panel.round.state == MARKED_IN

    @property
    def is_open(self) -> bool:
        """Whether anything can be marked now."""
        return self.is_marked and bool(self.owed)

    @cached_property
    def owed(self) -> list[Owed]:
        """What can be marked now, of all indicators."""
        return to_mark(self.panel, self.seat) if self.is_marked else []

    @cached_property
    def drafts(self) -> dict[str, DraftMark]:
        """What is typed, by key."""
        return drafts_of(self.seat, self.owed)

    @property
    def version(self) -> int:
        """What the sign form is opened on."""
        return sheet_version(self.drafts)

    @property
    def done(self) -> int:
        """How many of the marks that are asked are there."""
        return sum(draft.value is not None for draft in self.drafts.values())

    @property
    def lacking(self) -> list[Owed]:
        """What is not marked yet."""
        return [one for one in self.owed if one.key not in self.drafts or self.drafts[one.key].value is None]

    def cards(self, typed: Mapping[str, str] | None = None, kept: Mapping[str, Kept] | None = None) -> list[Card]:
        """The teams of the indicator in document order; `typed` and `kept`: what was sent and what became of it."""
        owed = {one.team.pk: one for one in self.owed if one.indicator == self.indicator}
        skipped = self.panel.skipped(self.seat)
        signed = {
            mark.team_id: mark.mark
            for mark in SignedMark.objects.visible_to(self.user)
            .filter(seat=self.seat, indicator=self.indicator)
            .order_by("number")
        }
        teams = [team for indicator, team in self.panel.named(self.seat) if indicator == self.indicator]
        cards = []
        for place, team in enumerate(teams, start=1):
            one = owed.get(team.pk)
            draft = self.drafts.get(one.key) if one else None
            card = Card(
                place,
                team,
                one,
                "" if one or team.pk in signed else skipped.get(team.pk, ""),
                "" if draft is None or draft.value is None else f"{draft.value:f}",
                draft.version if draft else 0,
                signed.get(team.pk),
            )
            if one and typed and one.key in typed:
                card.value = typed[one.key]
                card.kept = (kept or {}).get(one.key)
            cards.append(card)
        self._tell_facts(cards)
        return cards

    def _tell_facts(self, cards: list[Card]) -> None:
        """What a judge may see of the teams: core figures, showcases put forward as far as everybody sees them, who
        speaks; four queries. No lamp, no score, no other judge's mark."""
        keys = [card.team.pk for card in cards if card.is_open]
        figures: dict[int, list[CoreFigure]] = defaultdict(list)
        for figure in CoreFigure.objects.filter(team__in=keys).select_related("department"):
            figures[figure.team_id].append(figure)
        showcases: dict[int, list[Showcase]] = defaultdict(list)
        year = self.panel.round.ends_on.year
        for showcase in Showcase.objects.visible_to(self.user).filter(team__in=keys, year=year):
            showcases[showcase.team_id].append(showcase)
        heads = TeamMember.objects.on(self.panel.round.ends_on).filter(team__in=keys, part=TeamMember.Part.HEAD)
        named = {member.team_id: member.user.title for member in heads.select_related("user")}
        for card in cards:
            card.figures, card.showcases = figures[card.team.pk], showcases[card.team.pk]
            card.head = named.get(card.team.pk, "")

    @cached_property
    def axis(self) -> tuple[Decimal, Decimal]:
        """From where to where the line of the judge's own marks goes."""
        scale = self.method.scale
        values = [draft.value for draft in self.drafts.values() if draft.value is not None]
        step = scale / 10
        low = min([scale * 6 / 10, *values])
        return low - low % step, scale

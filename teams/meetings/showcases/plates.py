"""The gallery: showcases as plates, the furthest first, each with its ladder and picture."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text, short_date
from governance.people.models import User
from teams.evidence.gallery import Exhibit, exhibits

from ..models import Requirement, Showcase, ShowcaseCopy, ShowcaseEvidence, ShowcaseStep
from .standing import LEVELS, ShowcaseStanding, standings_of

COPIES_NAMED = 3
"""At most so many copies are named on a plate."""


@dataclass(frozen=True)
class Plate:
    """A showcase in the gallery."""

    standing: ShowcaseStanding
    picture: Exhibit | None
    pieces: int
    copies: Sequence[ShowcaseCopy]

    @property
    def showcase(self) -> Showcase:
        return self.standing.showcase

    @property
    def word(self) -> Text:
        """How far it is in a word: level, step, or the verdict of a learned practice."""
        if self.showcase.kind == Showcase.Kind.LEARNED:
            return self.showcase.get_verdict_display() or gettext("On trial")
        return self.standing.word or gettext("Not confirmed yet")

    @cached_property
    def copied_by(self) -> str:
        """Who uses it too, by name."""
        named = names_text(name_of_copy(copy) for copy in self.copies[:COPIES_NAMED])
        more = len(self.copies) - COPIES_NAMED
        if more <= 0:
            return named
        words = {"names": named, "count": more}
        return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % words


def name_of_copy(copy: ShowcaseCopy) -> str:
    """Who took it over, by name."""
    return copy.team.short_name if copy.team else str(copy.township or copy.place)


def ordered_best_first(showcases: Iterable[Showcase]) -> list[ShowcaseStanding]:
    """The furthest first, then by team and title: one query. Learned practices come last."""
    standings = standings_of(showcases)
    return sorted(
        standings,
        key=lambda each: (
            [-part for part in each.reach],
            each.showcase.kind == Showcase.Kind.LEARNED,
            each.showcase.team.order,
            each.showcase.title,
        ),
    )


def plates_of(standings: Sequence[ShowcaseStanding], user: User) -> list[Plate]:
    """The plates of one page with pictures and copies: a constant number of queries."""
    showcases = [each.showcase for each in standings]
    pieces: dict[int, list[Exhibit]] = defaultdict(list)
    rows: Any = ShowcaseEvidence.objects.filter(owner__in=showcases)
    for exhibit in exhibits(rows.visible_to(user).in_force(), user):
        pieces[exhibit.owner.pk].append(exhibit)
    copies: dict[int, list[ShowcaseCopy]] = defaultdict(list)
    for copy in ShowcaseCopy.objects.filter(showcase__in=showcases).select_related("team", "township"):
        copies[copy.showcase_id].append(copy)
    return [
        Plate(
            each,
            next((piece for piece in pieces[each.showcase.pk] if piece.is_picture), None),
            len(pieces[each.showcase.pk]),
            copies[each.showcase.pk],
        )
        for each in standings
    ]


def levels_sentence(standings: Sequence[ShowcaseStanding]) -> str:
    """How many there are at each level, the highest first, and how many without: each counts once, at its highest."""
    counts = Counter(each.level for each in standings)
    said = [
        gettext("%(level)s: %(count)d") % {"level": Requirement.Level(level).label, "count": counts[level]}
        for level in reversed(LEVELS)
        if counts[level]
    ]
    if counts[""]:
        rest = ngettext("%(count)d without a level so far", "%(count)d without a level so far", counts[""])
        said.append(rest % {"count": counts[""]})
    return names_text(said)


ACT_SENTENCES = {
    ShowcaseStep.Act.PROPOSED: _("%(who)s reported the step “%(step)s”, reached on %(day)s."),
    ShowcaseStep.Act.CONFIRMED: _("%(who)s confirmed the step “%(step)s”, reached on %(day)s."),
    ShowcaseStep.Act.WITHDRAWN: _("%(who)s withdrew the step “%(step)s”."),
}


@dataclass(frozen=True)
class ToldStep:
    """A row of the history of a showcase."""

    row: ShowcaseStep

    @property
    def sentence(self) -> str:
        """Who did what."""
        words = {"who": self.row.by or "", "step": self.row.label, "day": short_date(self.row.on)}
        return str(ACT_SENTENCES[ShowcaseStep.Act(self.row.act)]) % words

    @property
    def paper(self) -> str:
        """Level and document, if it has them."""
        level = self.row.get_level_display()
        return " · ".join(part for part in (level, self.row.paper) if part)


def told_steps(showcase: Showcase) -> list[ToldStep]:
    """The history of a showcase, the last row first: one query."""
    rows = ShowcaseStep.objects.filter(showcase=showcase).select_related("by").order_by("-number")
    return [ToldStep(row) for row in rows]

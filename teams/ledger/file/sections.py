"""The headings inside a ledger: which team the rows below one belong to (docs/rules.md#ledger).

The nearest heading wins. A heading inside a heading, "（一）产业振兴" under "一、乡村振兴专班", leaves the team;
one of the same rank that names no team ends it, so that no row is filed under a heading that is over.
"""

import re
from dataclasses import dataclass

from governance.formats.cells import compact, line
from governance.formats.names import KnownNames

from ...rules.team_names import without_ordinal

_RANKS = tuple(
    re.compile(form)
    for form in (
        r"第[一二三四五六七八九十\d]+(?:部分|章|篇|编|板块|类)",
        r"[一二三四五六七八九十]{1,3}[、.．:,]",
        r"\([一二三四五六七八九十]{1,3}\)",
        r"\d{1,3}[、.．:](?!\d)",
        r"\(\d{1,3}\)",
    )
)
"""How headings are numbered, from the highest rank down (GB/T 9704, 7.3.3)."""

_ORDINAL_ALONE = re.compile(
    r"\(?(?:[一二三四五六七八九十]{1,3}|[ivx]{1,4})\)?[、.．]?|第[一二三四五六七八九十\d]+(?:部分|章|类)"
)
_COUNT = re.compile(
    r"[(\[]?(?:共|计|合计)?(?<!\d)\d{1,9}(?:项|个|件|条)(?:重点|工作)?(?:任务)?[)\]]?$|[(\[](?:续|接上页)[)\]]$"
)
_LABEL = re.compile(r"^(?:牵头|责任|负责|所属|工作)?(?:专班|单位)(?:名称)?:")
_BEHIND = re.compile(r"(?:的)?(?:负责|承担|牵头)?(?:的)?(?:重点|工作)*(?:任务|台账|清单|事项)+$|[:：,，]$")
_IS_TEAM = re.compile(r"(?:专班|专项组|工作组|攻坚组|指挥部)$")
_OF_SHEET, _UNNUMBERED = -1, len(_RANKS)


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that is the heading of those below: its text and its number."""

    text: str
    row: int


class Sections:
    """The headings above the present row; `team` is what they and the sheet say, None where they name none.

    `void` is the heading that ended the team of those above it, or names one that is not known.
    """

    def __init__(self, names: KnownNames, sheet_team: str | None) -> None:
        self._names = names
        self.team = sheet_team
        self.void: Heading | None = None
        self._rank = _OF_SHEET

    def enter(self, heading: Heading) -> None:
        """Take in the next heading."""
        team = team_of_heading(heading.text, self._names)
        rank = _rank_of(heading.text)
        if team is not None:
            self.team, self.void, self._rank = team, None, rank
        elif self.team is None:
            self.void = heading
        elif _IS_TEAM.search(_bare(heading.text)) or not self._is_within(rank):
            self.team, self.void, self._rank = None, heading, rank

    def names_team(self, text: str) -> bool:
        """Whether a text is the name of a team, and so a heading wherever it stands alone."""
        return team_of_heading(text, self._names) is not None

    def _is_within(self, rank: int) -> bool:
        """Whether a heading of this rank stands inside the one that named the team."""
        return _UNNUMBERED in (rank, self._rank) or rank > self._rank


def team_of_heading(text: str, names: KnownNames) -> str | None:
    """The team that a heading is named after, with or without an ordinal, a count of tasks, "任务" behind."""
    whole = names.get(line(text))
    if whole is not None:
        return whole
    bare = _bare(text)
    return names.get(bare) or names.get(_LABEL.sub("", bare)) or names.get(_BEHIND.sub("", bare))


def is_ordinal(text: str) -> bool:
    """Whether a cell holds only the number of a heading: 一, （二）, 第三部分."""
    return _ORDINAL_ALONE.fullmatch(compact(text)) is not None


def numbered(ordinal: str, text: str) -> str:
    """A heading whose number stands in a cell of its own."""
    return f"{ordinal}{text}" if is_numbered(f"{ordinal}{text}") else f"{ordinal}、{text}"


def is_numbered(text: str) -> bool:
    """Whether a text begins like a numbered heading."""
    return _rank_of(text) != _UNNUMBERED


def _bare(text: str) -> str:
    """A heading without ordinals in front and without a count behind."""
    said = _COUNT.sub("", compact(text))
    found = _RANKS[0].match(said)
    return without_ordinal(said[found.end() :].lstrip(":、.") if found else said).rstrip(":：")


def _rank_of(text: str) -> int:
    said = compact(text)
    return next((rank for rank, form in enumerate(_RANKS) if form.match(said)), _UNNUMBERED)

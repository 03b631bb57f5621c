"""Existing names, found by any text that stands for them, with the nearest names when none is found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from .cells import compact, quoted
from .faults import CellReason, FormatError

SUGGESTIONS = 3
"""How many near names an unknown one is answered with."""

MOST_COMPARED = 200
"""For how many unknown texts near names are sought: a cell can hold thousands, and each is compared with every name."""

_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class NameFaults:
    """The three ways in which a name is not found; templates use `name`, the last two also `suggestions`."""

    unknown: CellReason
    near: CellReason
    ambiguous: CellReason


class KnownNames:
    """Names, and all the texts that stand for them: full name, short name, alias, code.

    `known` pairs each text with its name; a text that stands for two names is ambiguous, unless it is exactly one of
    them. Texts are compared by their `spelling`: by default without spaces, half-width and in lower case; a stricter
    spelling can be given.
    """

    def __init__(
        self, known: Iterable[tuple[str, str]], faults: NameFaults, *, spelling: Callable[[str], str] = compact
    ) -> None:
        self._faults = faults
        self._spelling = spelling
        self._names: dict[str, list[str]] = {}
        self._exact: dict[str, list[str]] = {}
        self._near: dict[str, list[str]] = {}
        for said, name in known:
            if said and name not in self._exact.setdefault(said, []):
                self._exact[said].append(name)
            key = spelling(said)
            if key and name not in self._names.setdefault(key, []):
                self._names[key].append(name)

    def get(self, said: str) -> str | None:
        """The one name that `said` stands for, or None."""
        names = self._meant(said)
        return names[0] if len(names) == 1 else None

    @property
    def texts(self) -> Iterable[str]:
        """Every text that stands for a name, as it is written."""
        return self._exact

    def find(self, said: str) -> str:
        """The name that `said` stands for.

        Raises:
            FormatError: one of the `faults`; carries `name` and, where there are any, `suggestions`.
        """
        names = self._meant(said)
        if len(names) == 1:
            return names[0]
        if names:
            raise FormatError(self._faults.ambiguous, name=said, suggestions=quoted(names))
        near = self.nearest(said)
        if near:
            raise FormatError(self._faults.near, name=said, suggestions=quoted(near))
        raise FormatError(self._faults.unknown, name=said)

    def _meant(self, said: str) -> list[str]:
        """The names that `said` may stand for; exact matches come before those that are only spelt alike."""
        exact = self._exact.get(said, [])
        return exact if len(exact) == 1 else self._names.get(self._spelling(said), [])

    def nearest(self, said: str) -> list[str]:
        """The names most similar to `said`, best first, at most SUGGESTIONS; none after MOST_COMPARED such texts."""
        spelt = self._spelling(said)
        if spelt not in self._near and len(self._near) < MOST_COMPARED:
            self._near[spelt] = self._compared(spelt)
        return self._near.get(spelt, [])

    def _compared(self, spelt: str) -> list[str]:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(spelt)
        likeness: dict[str, float] = {}
        for known, names in self._names.items():
            matcher.set_seq1(known)
            if matcher.real_quick_ratio() < _LIKENESS or matcher.ratio() < _LIKENESS:
                continue
            for name in names:
                likeness[name] = max(likeness.get(name, 0.0), matcher.ratio())
        return sorted(likeness, key=lambda name: (-likeness[name], name))[:SUGGESTIONS]

    def mentioned_in(self, text: str) -> list[str]:
        """The names that `text` contains, the longest text first; a text inside a longer match is not counted."""
        rest = self._spelling(text)
        mentioned: list[str] = []
        for known in sorted(self._names, key=len, reverse=True):
            if len(known) > 1 and known in rest:
                rest = rest.replace(known, "\n")
                mentioned.extend(name for name in self._names[known] if name not in mentioned)
        return mentioned

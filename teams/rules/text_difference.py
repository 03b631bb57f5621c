"""What is new in a text beside an earlier one, without Django."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

TOKEN = re.compile(r"[0-9][0-9.,]*|[A-Za-z]+|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；！？;!?\n]+[。；！？;!?\n]*|[。；！？;!?\n]+")

MOST_STEPS = 250_000
"""Texts whose lengths multiply to more than this are compared by sentence: the exact comparison grows with them."""

LEAST_ALIKE = 0.3
"""Texts that share less than this are two texts: marking all of both would tell nothing."""

SHORTEST = 2
"""Fewer tokens in common than this between two changes belong to the change."""


class Part(NamedTuple):
    """A piece of a text, and whether the other text lacks it."""

    text: str
    differs: bool


class Difference(NamedTuple):
    """An earlier and a later text in pieces; joined, the pieces of each are the text."""

    before: list[Part]
    after: list[Part]


def difference(before: str, after: str) -> Difference:
    """Both texts with what differs marked, by number, word and character; nothing is marked in unlike texts."""
    was, now = TOKEN.findall(before), TOKEN.findall(after)
    if len(was) * len(now) > MOST_STEPS:
        was, now = SENTENCE.findall(before), SENTENCE.findall(after)
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return Difference(_whole(before), _whole(after))
    marks_before, marks_after = [True] * len(was), [True] * len(now)
    for block in matcher.get_matching_blocks():
        at_an_end = block.a == block.b == 0 or (block.a + block.size, block.b + block.size) == (len(was), len(now))
        if block.size >= SHORTEST or at_an_end:
            marks_before[block.a : block.a + block.size] = [False] * block.size
            marks_after[block.b : block.b + block.size] = [False] * block.size
    return Difference(_parts(was, marks_before), _parts(now, marks_after))


def _whole(text: str) -> list[Part]:
    return [Part(text, differs=False)] if text else []


def _parts(tokens: Sequence[str], marks: Iterable[bool]) -> list[Part]:
    """Neighbouring tokens with the same mark joined."""
    runs = groupby(zip(tokens, marks, strict=True), key=lambda each: each[1])
    return [Part("".join(token for token, _ in run), differs) for differs, run in runs]

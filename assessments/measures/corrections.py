"""A measured value is corrected by its rows: set aside, counted otherwise, or added; the sums follow from the rows.

Nothing is typed (docs/rules.md#corrected-rows). A corrected row keeps under "was" how it was frozen, so that the value
can be recomputed from its document alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..engine.canonical import Data, canonical_json
from .contract import Each, Measure, Reading
from .reasons import Because

_SUMS = ("because", "numerator", "denominator")
_TELLING = (
    *("kind", "year", "number", "milestone", "request", "starts_on", "reopened_on", "series"),
    *("meeting_kind", "decision", "requirement", "showcase"),
)
"""What tells a row apart from the others of its measure and team, in this round and in any other."""


@dataclass(frozen=True)
class Correction:
    """What becomes of one row: `because` is what it counts as, "" where it does not count at all.

    `row`: the key of a frozen row, or the title of one that is added with a document.
    """

    row: str
    because: str = ""
    document: str = ""
    is_added: bool = False


def keys_of(rows: Iterable[Data]) -> list[str]:
    """What tells each row apart, as canonical JSON; a second one alike is numbered. Added ones: the title."""
    found: list[str] = []
    for row in rows:
        if row.get("kind") == "added":
            found.append(row["title"])
            continue
        telling = {name: row[name] for name in _TELLING if row.get(name) is not None}
        if "milestone" in row:
            telling["due_on"] = row["due_on"]
        key, place = canonical_json(telling), 1
        while key in found:
            place += 1
            key = canonical_json(telling | {"same": place})
        found.append(key)
    return found


def choices_of(measure: Measure, row: Data | None = None) -> list[Because]:
    """What a row, or one that is added, can count as; an amount of its own cannot be known from a reason."""
    if measure.each is Each.OWN:
        return list(measure.misses) if row is not None else []
    return [*measure.hits, *measure.misses]


def frozen(rows: Iterable[Data]) -> list[Data]:
    """The rows as they were frozen, before any correction."""
    return [
        {name: value for name, value in row.items() if name != "was"} | row.get("was", {})
        for row in rows
        if row.get("kind") != "added"
    ]


def corrected(measure: Measure, rows: Sequence[Data], corrections: Iterable[Correction]) -> list[Data]:
    """Frozen rows after the corrections; those that are added come last.

    Raises:
        LookupError: a row is not among them, or cannot count as the correction says.
    """
    wanted, keys = list(corrections), keys_of(rows)
    by_row = {one.row: one for one in wanted if not one.is_added}
    missing = by_row.keys() - set(keys)
    if missing:
        raise LookupError(sorted(missing)[0])
    changed = [_changed(measure, row, by_row.get(key)) for key, row in zip(keys, rows, strict=True)]
    return [*changed, *(_added(measure, one) for one in wanted if one.is_added)]


def sums(measure: Measure, rows: Iterable[Data]) -> tuple[int, int]:
    """Numerator and denominator of rows."""
    kept = list(rows)
    denominator = sum(row["denominator"] for row in kept) + measure.nothing.denominator
    return sum(row["numerator"] for row in kept), denominator


def recomputed(measure: Measure, rows: Sequence[Data], decisions: Sequence[Data]) -> Data:
    """Rows and sums of a stored value, from how its rows were frozen and from the decisions about them."""
    found = corrected(
        measure,
        frozen(rows),
        [
            Correction(one["row"], one["because"], one["document"], one["outcome"] == "added")
            for one in decisions
            if one["outcome"] != "declined"
        ],
    )
    numerator, denominator = sums(measure, found)
    return {"rows": found, "numerator": numerator, "denominator": denominator}


def _changed(measure: Measure, row: Data, correction: Correction | None) -> Data:
    if correction is None:
        return row
    was = {name: row[name] for name in _SUMS}
    if not correction.because:
        return row | {"because": str(Because.SET_ASIDE), "numerator": 0, "denominator": 0, "was": was}
    if correction.because not in choices_of(measure, row):
        raise LookupError(correction.because)
    return row | _counted(measure, correction.because, row) | {"was": was}


def _added(measure: Measure, correction: Correction) -> Data:
    if correction.because not in choices_of(measure):
        raise LookupError(correction.because)
    row: Data = {"kind": "added", "title": correction.row, "document": correction.document}
    return row | _counted(measure, correction.because, {})


def _counted(measure: Measure, because: str, row: Mapping[str, object]) -> Data:
    """The sums of a row that counts as `because`."""
    weight = int(str(row.get("level", 1))) if measure.each is Each.LEVEL else 1
    is_hit = because in measure.hits
    denominator = 0 if measure.reading is Reading.TALLY else weight
    return {"because": str(because), "numerator": weight if is_hit else 0, "denominator": denominator}

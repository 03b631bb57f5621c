"""What a form of a plan sends, put into the document.

Only what was changed is written: a value that a form shows and gets back the same, a field that no form knows, and
the rest of a row that is moved stay as they are. Whatever is typed can be kept; `validation.check` says what is wrong
with it. Keys of a form are paths joined by hyphens: `method-bands-0-edge`.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assessments.engine.document import Document
from assessments.engine.editing.fields import BAND, RULES, Field, Part, indicator_fields, method_of
from assessments.engine.editing.shown import (
    EDGE,
    SEPARATORS,
    bands_of,
    edges,
    named_of,
    number_of,
    put,
    renamed,
    rows_of,
    text_of,
    texts_of,
    value_of,
)
from assessments.engine.fields import Shape

Sent = Mapping[str, Sequence[str]]
"""What a form sends: key -> texts."""

MOST_ROWS = 200
"""Rows of one table that a form sends."""

ACT = "do"
"""The key of the button that was pressed: `add:KEY`, `remove:KEY:2`, `up:KEY:2`, `down:KEY:2`."""

ROWS = "rows"
"""The key of the rows of a part."""


def change_part(document: Document, part: Part, sent: Sent) -> Document:
    """The document after the form of a part was sent; the given one is left alone."""
    document = copy.deepcopy(document)
    if part.table:
        was = document.get(part.table)
        table = was if isinstance(was, dict) else {}
        _change_table(table, part.fields, sent)
        if table and was is None:
            document[part.table] = table
    if part.rows and f"{ROWS}-count" in sent:
        _put_rows(document, part.rows, _sent_rows(rows_of(document, part.rows), part.row_fields, sent, ROWS))
    return document


def change_indicator(document: Document, place: int, sent: Sent) -> Document:
    """The document after the form of the indicator at `place` (from 0) was sent. Raises IndexError."""
    document = copy.deepcopy(document)
    rows = rows_of(document, ("indicators",))
    row = rows[place] if isinstance(rows[place], dict) else {}
    for rule in RULES:
        _change_method(row, rule, sent.get(Field(f"{rule}.name").key))
    _change_table(row, indicator_fields(row), sent)
    rows[place] = row
    return document


def indicator_place(document: Document, place: int, was: str | None) -> int | None:
    """Where the indicator stands that a form showed at `place` (from 0) as `was`; None where it is gone.

    Without `was` it is the one at the place.
    """
    codes = [text_of(value_of(row, "code")) for row in rows_of(document, ("indicators",))]
    if 0 <= place < len(codes) and was in (None, codes[place]):
        return place
    return codes.index(was) if was and codes.count(was) == 1 else None


def _change_method(row: Document, rule: str, names: Sequence[str] | None) -> None:
    """Another method drops the parameters of the one before that it does not share; no method drops the fallback."""
    if names is None or names[-1].strip() == text_of(value_of(row, f"{rule}.name")):
        return
    old = method_of(row, rule)
    if not names[-1].strip() and rule == "method.fallback":
        put(row, rule, None)
        return
    put(row, f"{rule}.name", names[-1].strip() or None)
    new = method_of(row, rule)
    kept = {name for name, *_rest in new.described()} if new else set()
    for name, *_rest in old.described() if old else ():
        if name not in kept:
            put(row, f"{rule}.{name}", None)
    if old and old.relative and not (new and new.relative):
        put(row, f"{rule}.fallback", None)


def _change_table(table: Document, fields: Iterable[Field], sent: Sent, prefix: str = "") -> None:
    for field in fields:
        key, was = f"{prefix}{field.key}", value_of(table, field.name)
        if field.shape is Shape.BANDS:
            _change_bands(table, field, sent, key)
        elif field.shape is Shape.NAMED and f"{key}-count" in sent:
            pairs = _sent_pairs(sent, key)
            if sorted(pairs) != sorted((_plain(name), _plain(text)) for name, text in named_of(was)):
                put(table, field.name, _named(pairs))
        elif field.shape is Shape.LIST and f"{key}-count" in sent:
            items = [text for (text,) in _sent_lines(sent, key, "value")]
            if items != list(map(_plain, texts_of(was))):
                put(table, field.name, [number_of(text) for text in items] or None)
        elif field.shape is Shape.CODES and key in sent:
            codes = [code for code in sent[key] if code]
            if sorted(codes) != sorted(texts_of(was)):
                put(table, field.name, codes or None)
        elif key in sent:
            text = _plain(sent[key][-1])
            if text != _plain(text_of(was)):
                put(table, field.name, _read(text, field.shape))


def _change_bands(row: Document, field: Field, sent: Sent, key: str) -> None:
    rule = ".".join(field.parts[:-1])
    if f"{key}-count" not in sent:
        return
    own, _other = edges(row, rule)
    bands = [renamed(band, EDGE, own) for band in _sent_rows(bands_of(row, rule), BAND, sent, key, before_last=True)]
    if bands != (value_of(row, field.name) or []):
        put(row, field.name, bands or None)


def _sent_rows(
    stored: Sequence[Any], fields: Sequence[Field], sent: Sent, key: str, *, before_last: bool = False
) -> list[Any]:
    """The rows that were sent, each built on the stored row that it was shown for; then what the button does."""
    rows: list[Any] = []
    for prefix, at, was in sent_origins(sent, key):
        origin = _origin(stored, at, was, fields[0].name)
        row = copy.deepcopy(origin) if isinstance(origin, dict) else {}
        _change_table(row, fields, sent, f"{prefix}-")
        rows.append(row if row or isinstance(origin, dict) else origin)
    act, *rest = (_last(sent, ACT) or "").split(":")
    if rest and rest[0] == key:
        _act(rows, act, rest[1] if len(rest) > 1 else "", before_last=before_last)
    return rows


def sent_origins(sent: Sent, key: str) -> list[tuple[str, str, str | None]]:
    """Of each row that was sent: its key, the place of the row it was shown for, and the code it had (bands: None)."""
    found = [f"{key}-{index}" for index in range(_count(sent, key))]
    return [(row, _last(sent, f"{row}-at") or "", _last(sent, f"{row}-was")) for row in found if f"{row}-at" in sent]


def _origin(stored: Sequence[Any], at: str, was: str | None, field: str) -> Any:
    """The stored row: at its place where it is still called the same, else the only one that is; else a new one."""
    codes = [text_of(row.get(field)) if isinstance(row, dict) else "" for row in stored]
    place = int(at) if at.isdecimal() and len(at) < 6 else len(stored)
    if place < len(stored) and was in (None, codes[place]):
        return stored[place]
    return stored[codes.index(was)] if was and at and codes.count(was) == 1 else {}


def _act(rows: list[Any], act: str, place: str, *, before_last: bool) -> None:
    if act == "add":
        rows.insert(len(rows) - 1 if before_last and rows else len(rows), {})
        return
    index = int(place) if place.isdecimal() and len(place) < 6 else len(rows)
    if index >= len(rows):
        return
    if act == "remove":
        del rows[index]
    other = index + {"up": -1, "down": 1}.get(act, 0)
    if act in ("up", "down") and 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]


def _sent_pairs(sent: Sent, key: str) -> list[tuple[str, str]]:
    return [(name, text) for name, text in _sent_lines(sent, key, "name", "value") if text or _is_free(sent, key)]


def _is_free(sent: Sent, key: str) -> bool:
    """Whether the names of a table are typed; given names without a number are no rows."""
    return f"{key}-given" not in sent


def _sent_lines(sent: Sent, key: str, *names: str) -> list[tuple[str, ...]]:
    """The lines of a small table that are not blank and not removed."""
    removed = _last(sent, ACT) or ""
    lines = [
        tuple(_plain(_last(sent, f"{key}-{index}-{name}") or "") for name in names)
        for index in range(_count(sent, key))
        if removed != f"remove:{key}:{index}"
    ]
    return [line for line in lines if any(line)]


def _named(pairs: Sequence[tuple[str, str]]) -> Any:
    """Pairs as a table; as rows where a name is blank or stands twice, so that none is lost."""
    names = [name for name, _text in pairs]
    if len(set(names)) == len(names) and all(names):
        return {name: number_of(text) for name, text in pairs} or None
    return [{"name": name, "value": number_of(text)} for name, text in pairs]


def _read(text: str, shape: Shape) -> Any:
    """A typed text as a value of the document; None for nothing."""
    if not text:
        return None
    if shape in (Shape.FLAG, Shape.VALUE) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if shape in (Shape.NUMBER, Shape.VALUE):
        return number_of(text)
    if shape is Shape.TEXTS:
        return [item.strip() for item in SEPARATORS.split(text) if item.strip()] or None
    return text


def _plain(text: str) -> str:
    """A text as a field of one line sends it."""
    return " ".join(text.replace("\x00", "").split())


def _last(sent: Sent, key: str) -> str | None:
    texts = sent.get(key)
    return texts[-1] if texts else None


def _count(sent: Sent, key: str) -> int:
    text = _last(sent, f"{key}-count") or ""
    return min(int(text), MOST_ROWS) if text.isdecimal() and len(text) < 6 else 0


def _put_rows(document: Document, path: Sequence[str], rows: list[Any]) -> None:
    """Write rows; none where there were none writes nothing."""
    if rows or rows_of(document, path):
        put(document, ".".join(path), rows or None)

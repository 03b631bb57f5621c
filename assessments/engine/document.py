"""The plan as a document: read from TOML with the place of every key, kept as canonical JSON.

A document is what the TOML says and nothing more: tables, lists, text, flags, whole numbers and `Decimal`. It goes
TOML -> document -> canonical text -> document -> TOML without loss (comments are not part of it); `export` writes it.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from assessments.engine.canonical import Data, canonical_json
from assessments.engine.faults import Fault, Path
from assessments.engine.positions import Position, positions

Document: TypeAlias = Data

_BOM = "\ufeff"
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
TOML_REASONS = {
    "Invalid value": "toml_value",
    "Illegal character '\\n'": "toml_text",
    "Illegal character '\\r'": "toml_text",
    "Unterminated string": "toml_text",
    "Expected \"'": "toml_text",
    "Expected '\"": "toml_text",
    "Found invalid character '\\n'": "toml_text",
    "Illegal character": "toml_character",
    "Found invalid character": "toml_character",
    "Unescaped": "toml_backslash",
    "Invalid hex value": "toml_backslash",
    "Escaped character": "toml_backslash",
    "Cannot": "toml_twice",
    "Duplicate": "toml_twice",
    "Expected '='": "toml_equals",
    "Expected ']": "toml_bracket",
    "Unclosed": "toml_bracket",
    "Expected newline": "toml_rest",
    "Invalid statement": "toml_line",
    "Invalid initial character": "toml_line",
    "Invalid date": "toml_date",
    "Exceeds the limit": "toml_digits",
}
"""How the parser's English reasons begin, and the codes of faults; the first that fits counts."""

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"(?:^[ \t\[]*|[{{,][ \t]*)({_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{15}})", re.MULTILINE)
"""A key of 16 parts or more; a plan's have 4. The parser's time grows with the square of the parts."""

_DECIMAL_TEXT = re.compile(r"-?\d+\.\d+", re.ASCII)

_TEXT_FIELDS = frozenset(
    {
        *("code", "kind", "dimension", "title", "title_zh", "basis", "source", "measure", "department", "evidence"),
        *("when_not_applicable", "when_missing", "name", "direction", "indicator", "effect", "quota_rounding"),
        *("tie_break", "rounds", "classes", "teams"),
    }
)
"""Fields whose text is text even when it looks like a decimal ("1.1" is a good code)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document with the place of its keys (none for one that was made on screen)."""

    document: Document
    positions: dict[Path, Position] = field(default_factory=dict)

    def position(self, path: Path) -> Position:
        """Line and column of a path, or of the nearest table around it; (0, 0) where nothing is known."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.positions:
                return self.positions[path[:length]]
        return (1, 1) if self.positions else (0, 0)


def read_toml(content: bytes) -> Source | Fault:
    """Read the bytes of a TOML file. A file that is no TOML gives the one fault that says where it breaks."""
    try:
        text = content.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line_start = content.rfind(b"\n", 0, error.start) + 1
        return Fault("not_utf8", line=content.count(b"\n", 0, error.start) + 1, column=error.start - line_start + 1)
    if not text.strip():
        return Fault("empty_file", line=1, column=1)
    if deep := _DEEP_KEY.search(text):
        place = deep.start(1)
        return Fault("toml_depth", line=text.count("\n", 0, place) + 1, column=place - text.rfind("\n", 0, place))
    try:
        document = tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        return Fault("toml_depth", line=1, column=1)
    except ValueError as error:
        return _broken(str(error), text)
    return Source(document, positions(text))


def _decimal(text: str) -> Decimal:
    """A TOML float as a decimal; one beyond all bounds as NaN, which no field accepts."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _broken(message: str, text: str) -> Fault:
    """The fault of a TOML text that cannot be parsed; the parser names the place at the end of its message."""
    place = _TOML_PLACE.search(message)
    code = next((code for begins, code in TOML_REASONS.items() if message.startswith(begins)), "bad_toml")
    if place and place[1]:
        return Fault(code, line=int(place[1]), column=int(place[2]))
    lines = text.rstrip("\n").split("\n")
    return Fault(code, line=len(lines), column=len(lines[-1]) + 1)


def dump(document: Document) -> str:
    """The canonical text of a document: what is adopted, hashed and stored. Raises TypeError for dates and times."""
    return canonical_json(with_points(document))


def with_points(value: object) -> Any:
    """Decimals as text that shows a point ("0.30", "100.0"), so that `restore` knows them from whole numbers."""
    match value:
        case dict():
            return {key: with_points(item) for key, item in value.items()}
        case list():
            return [with_points(item) for item in value]
        case Decimal():
            text = format(value, "f")
            return text if "." in text else f"{text}.0"
    return value


def load(text: str) -> Document:
    """The document of a canonical text. Raises ValueError where the text is no JSON object."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("a plan document is a JSON object")
    restored: Document = restore(document)
    return restored


def restore(value: object, name: str = "") -> Any:
    """A value read from canonical JSON with its decimals restored; `name` is the field that holds it."""
    match value:
        case dict():
            return {key: restore(item, key) for key, item in value.items()}
        case list():
            return [restore(item, name) for item in value]
        case str() if name not in _TEXT_FIELDS and _DECIMAL_TEXT.fullmatch(value):
            return Decimal(value)
    return value

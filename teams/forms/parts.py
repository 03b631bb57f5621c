"""The parts of a form that several people fill in: each row or line carries its state when it was opened.

A part is a row or a line of a report (`row-12`, `matter-k3`, `last-7`); its fields are `row-12-percent` and the like.
Beside them is `row-12-seen`: the version that was shown, and a digest of the values that were shown. So the form knows
which parts its person has changed, and the verb whether somebody else has changed them too.
"""

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Self

from django import forms
from django.http import QueryDict

from governance.lists.text import Text

from ..models import ReportEntry, TaskShare
from ..models.report_line import Line
from ..reports.written import Followed, ReportRow, WrittenLine
from ..tasks.townships import Share

DIGEST_LENGTH = 12
SEEN = re.compile(rf"(\d{{1,9}})\.([0-9a-f]{{{DIGEST_LENGTH}}})")
KEY = re.compile(r"\w{1,16}")


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a part that was shown, and the digest of its values as they were shown."""

    version: int
    digest: str

    @classmethod
    def of(cls, version: int, values: Iterable[object]) -> Self:
        """What a form has to remember of a part."""
        return cls(version, digest_of(values))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a form remembered; None where it is not readable."""
        match = SEEN.fullmatch(text)
        return cls(int(match[1]), match[2]) if match else None

    def __str__(self) -> str:
        return f"{self.version}.{self.digest}"


def digest_of(values: Iterable[object]) -> str:
    """A short digest of a part's values as a browser sends them."""
    return sha256("\x1f".join(map(as_sent, values)).encode()).hexdigest()[:DIGEST_LENGTH]


def as_sent(value: object) -> str:
    """A value as a browser sends it: normalised line ends, trimmed."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def named_keys(data: Mapping[str, Any], kind: str) -> list[str]:
    """The keys of the parts of a kind that a posted form has, in its order."""
    found = [name.removeprefix(f"{kind}-").removesuffix("-seen") for name in data if name.startswith(f"{kind}-")]
    return [key for key in dict.fromkeys(found) if KEY.fullmatch(key) and f"{kind}-{key}-seen" in data]


def new_key() -> str:
    """A key for a new line."""
    return f"k{secrets.token_hex(5)}"


def plain(value: Decimal | None) -> str:
    """A number as an input takes it: no trailing zeros, no grouping."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_of(text: str) -> Decimal | None:
    """A posted number; an empty one is 0, None where it is none."""
    try:
        value = Decimal(text.strip() or 0)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@dataclass(frozen=True)
class Part:
    """A row or a line of the form: the names of its fields, and its state when opened."""

    names: Sequence[str]
    seen: Seen
    subject: ReportEntry | Line | TaskShare | None
    """The saved row or line; None where there is none yet."""
    shown: Sequence[str]
    written: Callable[..., ReportRow | WrittenLine | Followed | Share]
    """Turns the fields into what the verb takes."""
    is_open: bool
    """Whether it can be edited."""


class PartsForm(forms.Form):
    """A form of parts. Parts that a posted form does not name are unchanged: it sends the changed ones only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: dict[str, Part] = {}

    def open_part(
        self,
        part: str,
        subject: ReportEntry | Line | TaskShare | None,
        fields: Mapping[str, forms.Field],
        written: Callable[..., ReportRow | WrittenLine | Followed | Share],
        *,
        stored: Mapping[str, Any] | None = None,
        is_open: bool = True,
    ) -> None:
        """Add a part: its fields and their initial values; `stored` are the saved values where others are proposed."""
        shown = {name: as_sent(each.initial) for name, each in fields.items()}
        seen = Seen.of(subject.written_version if subject is not None else 0, {**shown, **(stored or {})}.values())
        self.parts[part] = Part(tuple(fields), seen, subject, list(shown.values()), written, is_open)
        self.fields[f"{part}-seen"] = forms.CharField(initial=str(seen), required=False, widget=forms.HiddenInput)
        for name, each in fields.items():
            self.fields[f"{part}-{name}"] = each

    def fields_of(self, part: str) -> dict[str, forms.BoundField]:
        """The fields of a part by their short names."""
        bound = {name: self[f"{part}-{name}"] for name in ("seen", *self.parts[part].names)}
        return bound | ({"files": self[f"{part}-files"]} if f"{part}-files" in self.fields else {})

    def faulty(self) -> list[forms.BoundField]:
        """The fields with an error, in page order."""
        return [self[name] for name in self.fields if name in self.errors]

    def faulty_parts(self) -> set[str]:
        """The parts with an error of their own, which are not saved until it is corrected."""
        return {
            part for part, each in self.parts.items() if any(f"{part}-{name}" in self.errors for name in each.names)
        }

    def named(self) -> dict[str, Seen]:
        """The posted parts, each with its state when opened."""
        found = {part: Seen.read(self.data.get(f"{part}-seen", "")) for part in self.parts}
        return {part: seen for part, seen in found.items() if seen is not None}

    def touched(self) -> dict[str, Seen]:
        """The parts whose values differ from when they were opened."""
        return {part: seen for part, seen in self.named().items() if digest_of(self.posted(part)) != seen.digest}

    def posted(self, part: str) -> list[str]:
        """The values of a part as they were posted."""
        return [as_sent(self.data.get(f"{part}-{name}")) for name in self.parts[part].names]

    def seen_of(self, part: str, posted: "PartsForm") -> Seen:
        """The state with which this fresh form opens a part that was `posted`; empty where it is gone."""
        opened = self.parts.get(part)
        return opened.seen if opened else Seen.of(0, [""] * len(posted.parts[part].names))

    def unread(self, posted: "PartsForm") -> list[str]:
        """The parts that have been saved with other values than the sender of `posted` has seen."""
        named, mine = posted.named(), posted.touched()
        changed = [
            part
            for part, each in self.parts.items()
            if each.is_open and part not in mine and each.seen.version != (named[part].version if part in named else 0)
        ]
        gone = [part for part, seen in named.items() if seen.version and part not in self.parts and part not in mine]
        return changed + gone

    def overlaid(self, posted: "PartsForm", kept: Collection[str]) -> dict[str, Any]:
        """The values of this fresh form as a browser would send them, with those of `posted` in the parts `kept`.

        Kept parts keep the version on which they were opened: sending them again overwrites nobody's text.
        """
        data = {}
        for part, each in self.parts.items():
            data[f"{part}-seen"] = str(each.seen)
            data |= {f"{part}-{name}": value for name, value in zip(each.names, each.shown, strict=True)}
        for part in kept:
            names = posted.parts[part].names
            data |= {f"{part}-{name}": value for name, value in zip(names, posted.posted(part), strict=True)}
            data[f"{part}-seen"] = posted.data[f"{part}-seen"]
        return {name: value for name, value in data.items() if value or name.endswith("-seen")}

    def unsaved(self, part: str) -> str:
        """How a browser marks a part whose typed values are not saved: `yes`, or `wrong` with an error; else empty."""
        if part not in self.touched():
            return ""
        return "wrong" if part in self.faulty_parts() else "yes"


def with_overwritten(data: QueryDict, named: Sequence[str]) -> QueryDict:
    """The posted data, opened on the versions in `named` (`row-12 5.0123456789ab`): their text is overwritten."""
    data = data.copy()
    for part, _space, seen in (each.partition(" ") for each in named):
        if f"{part}-seen" in data and Seen.read(seen):
            data[f"{part}-seen"] = seen
    return data


class LinesField(forms.CharField):
    """A text with line ends as they are stored: a browser's \\r\\n counts as one character."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def text_field(label: Text, initial: str, most: int | None, *, rows: int = 2, css: str = "") -> forms.CharField:
    """A text field; with None the verb checks the length."""
    attrs = {"rows": rows} | ({"class": css} if css else {})
    return LinesField(label=label, required=False, max_length=most, initial=initial, widget=forms.Textarea(attrs=attrs))

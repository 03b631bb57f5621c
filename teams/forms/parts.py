"""The parts of a form that many hands fill: each row or line carries what it was opened with.

A part is a row or a line of a report (`row-12`, `matter-k3`, `last-7`); its fields are `row-12-percent` and the like.
Beside them stands `row-12-seen`: the version that was shown, and a digest of the values that were shown. So the form
knows which parts its person has changed, and the verb whether somebody else has changed them too.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Self

DIGEST_LENGTH = 12
SEEN = re.compile(rf"(\d{{1,9}})\.([0-9a-f]{{{DIGEST_LENGTH}}})")
KEY = re.compile(r"\w{1,16}")


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a part that was shown, and the digest of its values as they were shown."""

    version: int
    digest: str

    @classmethod
    def of(cls, version: int, values: Iterable[Any]) -> Self:
        """What a form is to remember of a part."""
        return cls(version, digest_of(values))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a form remembered; None where it is not readable."""
        match = SEEN.fullmatch(text)
        return cls(int(match[1]), match[2]) if match else None

    def __str__(self) -> str:
        return f"{self.version}.{self.digest}"


def digest_of(values: Iterable[Any]) -> str:
    """A short digest of a part's values as a browser sends them."""
    return sha256("\x1f".join(map(as_sent, values)).encode()).hexdigest()[:DIGEST_LENGTH]


def as_sent(value: Any) -> str:
    """A value as a browser sends it, without what a browser does to line ends and a person to the edges."""
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
    """A key for a line that nobody has written in yet."""
    return f"k{secrets.token_hex(5)}"


def plain(value: Decimal | None) -> str:
    """A number as an input takes it: no idle zeros, no grouping."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

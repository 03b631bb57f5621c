"""The texts of the audit log and the inbox in the reader's language; each app registers its own."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, long_date

from .register import Register

VERB_WORDS: Register[Text] = Register()
"""What each verb did, by the name that its events store; `@verb` registers it."""

VERB_READERS: Register[str] = Register()
"""The role that reads the events of a verb beside the auditor, by the verb's name; few verbs have one."""

FACT_WORDS: Register[Text] = Register()
"""What events record beside the fields of a row."""

FACT_READERS: Register[Callable[[str], Text]] = Register()
"""How to read the codes that an event records under a name: the name of a role, of a field, of a kind of notice."""

NOTICE_SENTENCES: Register[Text] = Register()
"""The sentence of each kind of notice, filled in with its facts; the kind is stored with the notice."""

NOTICE_FACTS: Register[Callable[[str], str]] = Register()
"""How to read a stored fact of a notice; days need no entry."""

UPLOAD_KINDS: Register[Text] = Register()
"""What an uploaded file is read as; the name is stored with the upload."""

_PLACEHOLDER = re.compile(r"%\(\w+\)s")

for _name, _words in {
    "added": _("added"),
    "changed": _("changed"),
    "count": _("count"),
    "file": _("file"),
    "files": _("files"),
    "format": _("file format"),
    "list": _("list"),
    "narrowed": _("filtered by"),
    "reached": _("continues after"),
    "reason": _("reason"),
    "rows": _("rows"),
    "sha256": _("SHA-256"),
    "unchanged": _("unchanged"),
}.items():
    FACT_WORDS.register(_name, _words)


def verb_word(name: str) -> str:
    """The verb in the reader's language."""
    return str(VERB_WORDS.get(name, name.replace("_", " ")))


def fact_word(name: str) -> str:
    """A recorded fact that is no field, as text in the reader's language."""
    return str(FACT_WORDS.get(name, name.replace("_", " ")))


def fact_value(name: str, code: str) -> str:
    """A recorded code as text in the reader's language; any other text is unchanged."""
    return str(FACT_READERS[name](code)) if name in FACT_READERS else code


def notice_kind(kind: str) -> str:
    """A kind of notice: its sentence with the facts left open."""
    return _PLACEHOLDER.sub("…", str(NOTICE_SENTENCES.get(kind, kind)))


FACT_READERS.register("notices", notice_kind)


def verbs_like(text: str) -> list[str]:
    """Names of the verbs whose name, or whose text in the reader's language, contains `text`."""
    text = text.strip().lower()
    return [name for name, words in VERB_WORDS.items() if text in str(words).lower() or text in name]


def upload_kind(name: str, words: Text) -> str:
    """Register what a file can be read as, and return its name."""
    UPLOAD_KINDS.register(name, words)
    return name


def as_written(value: str) -> str:
    """Reads a fact that is free text, which the inbox searches."""
    return value


def notice_words(facts: Mapping[str, Any]) -> dict[str, str]:
    """The facts as a sentence uses them: each by its own reader, a day in words, the rest unchanged."""
    return {name: NOTICE_FACTS.get(name, _day_or_plain)(str(value)) for name, value in facts.items()}


def _day_or_plain(value: str) -> str:
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return value

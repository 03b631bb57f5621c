"""An audit event's change as text: the field, the old value, the new value."""

import json
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext

from governance.lists.text import clauses_text, names_text

from .columns import column
from .models import AuditEvent
from .values import WITHHELD, shown
from .words import fact_value, fact_word

LONGEST = 160
"""Characters of a value that the list shows; the event has the whole value."""


NOTHING = "—"
"""Shown for an empty value."""


class AuditLine(NamedTuple):
    """One field of a change; `was` is None where only one value was recorded."""

    field: str
    was: str | None
    now: str

    def __str__(self) -> str:
        words = self.now if self.was is None else f"{self.was} → {self.now}"
        return gettext(": ").join((self.field, words))


class Readable:
    """Converts the changes of one page of events to text; model names are looked up once."""

    @cached_property
    def by_name(self) -> dict[str, type[models.Model]]:
        """Every model by the name that events store."""
        return {model._meta.label_lower: model for model in apps.get_models()}

    def kind(self, event: AuditEvent) -> str:
        """The kind of object that the event is about, as text."""
        model = self.by_name.get(event.object_type)
        return str(model._meta.verbose_name) if model is not None else event.object_type

    def lines(self, event: AuditEvent) -> list[AuditLine]:
        """The event's change, one line per field; fields that stay empty and the data for undo are left out.

        The names of the latter begin with an underscore.
        """
        change = json.loads(event.change)
        lines = [self.line(event, name, value) for name, value in change.items() if not name.startswith("_")]
        return [line for line in lines if line.was is not None or line.now != NOTHING]

    def line(self, event: AuditEvent, name: str, value: Any) -> AuditLine:
        """One field: `[was, is]`, or a single recorded value."""
        field = self.field(event, name)
        if value == WITHHELD:
            return AuditLine(self.word(name, field), None, gettext("changed; the text is not logged"))
        if isinstance(value, list) and len(value) == 2:
            return AuditLine(self.word(name, field), said(value[0], field, name), said(value[1], field, name))
        return AuditLine(self.word(name, field), None, said(value, field, name))

    def field(self, event: AuditEvent, name: str) -> "models.Field[Any, Any] | None":
        model = self.by_name.get(event.object_type)
        try:
            return column(model, name) if model is not None else None
        except FieldDoesNotExist:
            return None

    def word(self, name: str, field: "models.Field[Any, Any] | None") -> str:
        verbose = getattr(field, "verbose_name", None)
        return str(verbose) if verbose else fact_word(name)


def said(value: Any, field: "models.Field[Any, Any] | None" = None, name: str = "") -> str:
    """A recorded value as text: the label of a choice, yes or no, a dash for nothing, never a code or JSON."""
    if value is None or value in ("", [], {}):
        return NOTHING
    return shortened(_structure(value, field, name)) or NOTHING


def _structure(value: Any, field: "models.Field[Any, Any] | None", name: str) -> str:
    """Lists as names, a list in a list as a stretch, what is kept by a key as clauses."""
    match value:
        case str():
            return str(shown(fact_value(name, value), field))
        case [[*_], *_]:
            return clauses_text("–".join(_structure(part, field, name) for part in parts) for parts in value)
        case list():
            return names_text(_structure(part, field, name) for part in value)
        case dict():
            colon = gettext(": ")
            return clauses_text(
                f"{fact_value(name, key)}{colon}{_structure(part, field, name)}" for key, part in value.items()
            )
        case _:
            return str(shown(value, field))


def shortened(text: str) -> str:
    """`text`, cut where it is too long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

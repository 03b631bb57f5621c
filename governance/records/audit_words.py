"""An audit event's change as a person reads it: the field in words, what it was, what it is."""

import json
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from .columns import column
from .models import AuditEvent
from .values import shown
from .verbs import canonical
from .words import fact_word

LONGEST = 160
"""Characters of a value that the list shows; the whole stands in the event."""


NOTHING = "—"
"""What stands for an empty value."""


class AuditLine(NamedTuple):
    """One field of a change; `was` is None where only a value was recorded."""

    field: str
    was: str | None
    now: str

    def __str__(self) -> str:
        words = self.now if self.was is None else f"{self.was} → {self.now}"
        return gettext(": ").join((self.field, words))


class Readable:
    """Reads changes for one page of events: which model a name stands for is looked up once."""

    @cached_property
    def by_name(self) -> dict[str, type[models.Model]]:
        """Every model by the name under which events know it."""
        return {model._meta.label_lower: model for model in apps.get_models()}

    def kind(self, event: AuditEvent) -> str:
        """What kind of thing the event is about, in words."""
        model = self.by_name.get(event.object_type)
        return str(model._meta.verbose_name) if model is not None else event.object_type

    def lines(self, event: AuditEvent) -> list[AuditLine]:
        """The event's change, a line per field; what was empty and stays so is left out, as is what undoing needs.

        The latter's names begin with an underscore.
        """
        change = json.loads(event.change)
        lines = [self.line(event, name, value) for name, value in change.items() if not name.startswith("_")]
        return [line for line in lines if line.was is not None or line.now != NOTHING]

    def line(self, event: AuditEvent, name: str, value: Any) -> AuditLine:
        """One field: `[was, is]`, or a value that was recorded alone."""
        field = self.field(event, name)
        if isinstance(value, list) and len(value) == 2:
            return AuditLine(self.word(name, field), said(value[0], field), said(value[1], field))
        return AuditLine(self.word(name, field), None, said(value, field))

    def field(self, event: AuditEvent, name: str) -> "models.Field[Any, Any] | None":
        """The field that `name` stands for."""
        model = self.by_name.get(event.object_type)
        try:
            return column(model, name) if model is not None else None
        except FieldDoesNotExist:
            return None

    def word(self, name: str, field: "models.Field[Any, Any] | None") -> str:
        """The name of a field in the reader's language."""
        verbose = getattr(field, "verbose_name", None)
        return str(verbose) if verbose else fact_word(name)


def said(value: Any, field: "models.Field[Any, Any] | None" = None) -> str:
    """A recorded value in words: the label of a choice, yes and no, a dash for nothing."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return shortened(pgettext("names", ", ").join(value)) or NOTHING
    if isinstance(value, list | dict):
        return shortened(canonical(value))
    return shortened(str(shown(value, field)))


def shortened(text: str) -> str:
    """`text`, its end left out where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

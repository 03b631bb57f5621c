"""Refusals of verbs: each has a sentence for the person and the fields it concerns."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A verb refused; nothing was changed.

    Attributes:
        message: the sentence for the person, lazily translated, saying what to do next.
        fields: messages by field name, for the form that called the verb.
    """

    message: Any = _("This cannot be done.")
    status = 409

    def __init__(self, message: Any = None, *, fields: Mapping[str, Any] | None = None) -> None:
        self.message = message or self.message
        self.fields = dict(fields or {})
        super().__init__(str(self.message))

    @property
    def words(self) -> str:
        """The refusal in one line: the messages of its fields, otherwise its sentence."""
        return " ".join(map(str, self.fields.values())) or str(self.message)


class NotAllowed(Refused):
    message = _("You are not allowed to do this. If you need to, contact the special office.")
    status = 403


class WrongState(Refused):
    """The row is no longer, or not yet, in a state that allows this."""

    message = _("This has just been changed by someone else. Reload the page and check again.")


class Difference(NamedTuple):
    """A field that somebody else saved in the meantime and that the form would have overwritten."""

    field: Any
    theirs: Any
    yours: Any


class Stale(Refused):
    """The form was opened on an older version; `changes` lists the differences."""

    message = _(
        "Someone else has saved changes since you opened this. Nothing was overwritten; compare and save again."
    )

    def __init__(self, changes: Iterable[Difference] = (), version: int | None = None) -> None:
        super().__init__()
        self.changes = list(changes)
        self.version = version


class Invalid(Refused):
    """The input is not valid; `fields` says which fields and how to correct them."""

    message = _("Please correct the marked fields.")
    status = 422

"""The tables of the audit log and the inbox."""

from html import escape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2.columns import BoundColumn

from governance.lists.choice_columns import BadgeColumn
from governance.lists.columns import (
    CheckColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MomentColumn,
    TextColumn,
)
from governance.lists.tables import LeanTable
from governance.lists.text import Text, clauses_text, long_day

from .audit_words import Readable
from .models import AuditEvent, Notice
from .words import verb_word


class VerbColumn(LeanColumn):
    """What was done, as text: the title of a card on a phone."""

    def text(self, value: str, record: AuditEvent) -> str:
        return verb_word(value)

    def html(self, value: str, record: AuditEvent) -> str:
        return f"<b>{escape(verb_word(value))}</b>"

    def opening(self, bound: BoundColumn) -> str:
        return '<td class="cell-title">'


class PersonColumn(LeanColumn):
    """Who did it: name and account, and on whose behalf."""

    def text(self, value: Any, record: AuditEvent) -> str:
        who = f"{value} ({value.get_username()})"
        return f"{who}, {self.behalf(record)}" if record.behalf else who

    def html(self, value: Any, record: AuditEvent) -> str:
        second = f'<span class="caption table-note">{escape(self.behalf(record))}</span>' if record.behalf else ""
        return f'{escape(str(value))} <span class="caption">{escape(value.get_username())}</span>{second}'

    def behalf(self, record: AuditEvent) -> str:
        """On whose behalf, as a phrase."""
        return str(_("on behalf of %(whom)s")) % {"whom": record.behalf}


class ObjectColumn(LeanColumn):
    """The object of the event, and its kind."""

    def __init__(self, label: Text | None = None, *, readable: Readable | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.readable = readable or Readable()

    def text(self, value: str, record: AuditEvent) -> str:
        return f"{value} ({self.readable.kind(record)})" if value else ""

    def html(self, value: str, record: AuditEvent) -> str:
        if not value:
            return ""
        return f'{escape(value)}<span class="caption table-note">{escape(self.readable.kind(record))}</span>'


class ChangeColumn(ObjectColumn):
    """What changed, one line per field."""

    def text(self, value: str, record: AuditEvent) -> str:
        return clauses_text(str(line) for line in self.readable.lines(record))

    def html(self, value: str, record: AuditEvent) -> str:
        return "".join(f"<div>{escape(str(line))}</div>" for line in self.readable.lines(record))


class AuditTable(LeanTable):
    """Who did what, when, from where; newest first."""

    at = MomentColumn(_("At"))
    verb = VerbColumn(_("What was done"), orderable=False)
    by = PersonColumn(_("Who"), empty="—", orderable=False)
    object_name = ObjectColumn(_("Object"), orderable=False)
    change = ChangeColumn(pgettext_lazy("audit", "Change"), orderable=False)
    address = TextColumn(_("Address"), empty="—", orderable=False, css="nowrap")

    class Meta:
        order_by = "-at"


class UnreadColumn(BadgeColumn):
    """Whether a notice is unread."""

    def text(self, value: Any, record: Notice) -> str:
        return str(_("Read")) if value else str(_("New"))

    def member(self, value: Any) -> str:
        return "grey" if value else "blue"

    def compiled(self) -> Any:
        return self.html

    def html(self, value: Any, record: Notice) -> str:
        return self.written(value)


def opened(notice: Notice) -> str:
    """The address that opens a notice and marks it as read."""
    return reverse("notice", args=[notice.pk])


class InboxTable(LeanTable):
    """One person's notices, newest first."""

    check = CheckColumn(named="sentence")
    sentence = LinkColumn(_("Notice"), url=opened, orderable=False)
    unread = UnreadColumn(_("State"), accessor="is_read", orderable=False)
    at = MomentColumn(_("At"))
    due_on = DateColumn(_("Due"))

    class Meta:
        order_by = "-at"

    @property
    def is_grouped(self) -> bool:
        """By day, while the list is sorted by time."""
        first = next(iter(self.order_by or ()), None)
        return first is not None and bool(first.bare == "at")

    def group(self, notice: Notice) -> str:
        """The day of the notice, with its weekday."""
        return long_day(notice.at)

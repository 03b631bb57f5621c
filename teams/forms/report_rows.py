"""The rows of the form of a report: the fields of one task."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.fields import DayField, needed_at_times

from ..evidence.gallery import Exhibit
from ..models import ReportEntry, TaskShare
from ..reports.draft_report import DraftRow
from ..reports.owed_rows import OwedTask
from ..reports.written import LONGEST_TEXTS, Conflict
from ..rules.plausibility import times_target
from ..states import EXTENSIBLE_TASK_STATES, TASK_MOVES, TaskState
from ..words import count_doubt_words
from .parts import Seen, as_sent, number_of, plain, text_field


@dataclass(frozen=True)
class EntryFields:
    """The fields of one task on the page."""

    draft: DraftRow
    part: str
    fields: Mapping[str, forms.BoundField]
    asked: str
    """What the office asked to add when it returned the report."""
    clash: Conflict | None
    present: Seen
    """The version that is saved now: “Save mine” overwrites that one and no later one."""
    unsaved: str
    """How the browser marks it where it is not saved."""
    is_news: bool
    """Whether somebody else has changed the row since the form was opened."""
    may_close_out: bool
    may_extend: bool
    exhibits: Sequence[Exhibit]
    """The row's files."""
    last_text: str = ""
    """What the team reported on the task last time."""
    towns: Sequence["TownFields"] = ()
    """The counts of its townships, for people who may enter them."""

    @property
    def owed(self) -> OwedTask:
        """The task, and its progress before."""
        return self.draft.owed

    @property
    def number(self) -> forms.BoundField:
        """The percent, or the count so far."""
        return self.fields[self.owed.number]

    @property
    def is_bound(self) -> bool:
        """Whether the number is the sum of its townships' counts and is not typed."""
        return "data-bound" in self.number.field.widget.attrs

    @property
    def choice(self) -> str:
        """Which of the two choices the card shows: `progress`, `unchanged`, or neither while nothing is said."""
        fields = self.fields
        if fields["no_change"].value() not in (None, False, ""):
            return "unchanged"
        typed = as_sent(self.number.value()) != plain(getattr(self.owed.before, self.owed.number))
        says = any(as_sent(fields[name].value()) for name in ("text", "reason"))
        is_marked = self.clash or self.asked or self.is_news or any(field.errors for field in fields.values())
        return "progress" if typed or says or self.asks or self.exhibits or is_marked else ""

    @property
    def asks_reason(self) -> bool:
        """Whether the reason for a lower number is shown: it is needed, or given."""
        reason = self.fields["reason"]
        return bool(self.draft.is_lower or reason.errors or reason.value())

    @property
    def asked_again(self) -> str:
        """The number as the box under it confirms it."""
        return plain(getattr(self.draft.now, self.owed.number))

    @property
    def asked_again_fields(self) -> Iterator[tuple[forms.BoundField, Text, bool]]:
        """The boxes of the second look: the field, what its box says, and whether it is ticked."""
        draft = self.draft
        if draft.doubt:
            said = _("%(doubt)s. Yes, that is correct.") % {"doubt": draft.doubt_words}
            yield self.fields["confirmed"], said, draft.is_confirmed
        if draft.unfinished_words:
            said = _("%(reached)s: request close-out anyway.") % {"reached": draft.unfinished_words}
            yield self.fields["confirmed_unfinished"], said, draft.is_confirmed_unfinished

    @property
    def percent(self) -> Decimal:
        """The percent for the strip: the draft's, otherwise the one before."""
        return self.draft.now.percent

    @property
    def asks(self) -> bool:
        """Whether the row has a request, so that it is shown unfolded."""
        names = ("asks_close_out", "asks_due_on", "ask_reason")
        return any(self.fields[name].value() or self.fields[name].errors for name in names)


@dataclass(frozen=True)
class TownFields:
    """The count of a township in a row."""

    part: str
    share: TaskShare
    fields: Mapping[str, forms.BoundField]
    clash: Conflict | None
    present: Seen
    unsaved: str
    """How the browser marks it where it is not saved."""

    @property
    def asked_again(self) -> str:
        """The count as the box under it confirms it."""
        return as_sent(self.fields["done"].value())

    @property
    def asked_again_fields(self) -> Iterator[tuple[forms.BoundField, Text, bool]]:
        """The box of the second look at a new count: the field, what its box says, and whether it is ticked."""
        count = number_of(self.asked_again)
        if count is None or count == self.share.done:
            return
        times = times_target(count, self.share.target)
        if times is not None:
            doubt = count_doubt_words(count, self.share.target, self.share.task.unit, times=times)
            ticked = as_sent(self.fields["confirmed"].value()) == self.asked_again
            yield self.fields["confirmed"], _("%(doubt)s. Yes, that is correct.") % {"doubt": doubt}, ticked


def may_ask_close_out(owed: OwedTask) -> bool:
    """Whether close-out can be requested for the task now."""
    return TaskState.CLOSE_OUT_REQUESTED in TASK_MOVES[TaskState(owed.task.state)]


def may_ask_extension(owed: OwedTask, *, on: date) -> bool:
    """Whether a new due date can be requested on the day `on`."""
    task = owed.task
    return task.state in EXTENSIBLE_TASK_STATES and task.due_on is not None and on <= task.due_on


def proposed_count(owed: OwedTask, entry: ReportEntry | None, counted: Decimal | None) -> Decimal | None:
    """The sum of the townships' counts, where it is more than before and the row is empty."""
    is_untouched = entry is None or entry.edited_at is None
    return counted if is_untouched and counted is not None and counted > getattr(owed.before, owed.number) else None


def row_fields(owed: OwedTask, entry: ReportEntry, proposed: Decimal | None) -> dict[str, forms.Field]:
    """The fields of a row; `proposed` replaces the number before."""
    named = {"task": owed.task}
    typed = getattr(entry, owed.number) if proposed is None else proposed
    fields: dict[str, forms.Field] = {
        owed.number: _number_field(owed, typed),
        "no_change": forms.BooleanField(
            label=_("%(task)s: no change") % named,
            initial=entry.no_change,
            widget=forms.CheckboxInput(attrs={"data-no-change": ""}),
        ),
        "text": text_field(_("%(task)s: what was done") % named, entry.text, LONGEST_TEXTS["text"], rows=3),
        "reason": text_field(_("%(task)s: why it went down") % named, entry.reason, LONGEST_TEXTS["reason"]),
        "asks_close_out": forms.BooleanField(label=_("%(task)s: close-out") % named, initial=entry.asks_close_out),
        "asks_due_on": DayField(label=_("%(task)s: new due date") % named, initial=entry.asks_due_on),
        "ask_reason": text_field(
            _("%(task)s: reason for the request") % named, entry.ask_reason, LONGEST_TEXTS["ask_reason"]
        ),
        "confirmed": forms.DecimalField(
            label=_("%(task)s: is the number correct") % named, initial=plain(entry.confirmed), widget=forms.HiddenInput
        ),
        "confirmed_unfinished": forms.DecimalField(
            label=_("%(task)s: close-out below the target") % named,
            initial=plain(entry.confirmed_unfinished),
            widget=forms.HiddenInput,
        ),
    }
    for each in fields.values():
        each.required = False
    for name in ("reason", "ask_reason"):
        needed_at_times(fields[name])
    return fields


def town_fields(share: TaskShare) -> dict[str, forms.Field]:
    """The fields of a township: its count, and the count that was asked a second time."""
    return {
        "done": forms.DecimalField(
            label=share.township.name,
            min_value=0,
            max_digits=12,
            decimal_places=2,
            required=False,
            initial=plain(share.done),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "data-town": ""}),
        ),
        "confirmed": forms.DecimalField(
            label=_("%(town)s: is the number correct") % {"town": share.township.name},
            required=False,
            widget=forms.HiddenInput,
        ),
    }


def _number_field(owed: OwedTask, typed: Decimal | None) -> forms.DecimalField:
    before = getattr(owed.before, owed.number)
    label = _("%(task)s: count so far") if owed.counts else _("%(task)s: percent so far")
    attrs = {"min": "0", "step": "any", "inputmode": "decimal", "data-previous": plain(before)}
    attrs |= {"data-full": plain(owed.row.target)} if owed.counts else {"max": "100"}
    return forms.DecimalField(
        label=label % {"task": owed.task},
        max_digits=15,
        initial=plain(before if typed is None else typed),
        widget=forms.NumberInput(attrs=attrs),
    )


def rest_unchanged(data: QueryDict, owed: Sequence[OwedTask]) -> QueryDict:
    """The posted data, with “no change” ticked in the rows that are still empty."""
    data = data.copy()
    for task in owed:
        part = f"row-{task.task.pk}"
        typed = as_sent(data.get(f"{part}-{task.number}"))
        says = as_sent(data.get(f"{part}-text")) or typed not in ("", plain(getattr(task.before, task.number)))
        if task.is_owed and f"{part}-seen" in data and not says:
            data[f"{part}-no_change"] = "on"
    return data

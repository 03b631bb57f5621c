"""The page of a meeting (docs/rules.md#page-of-a-meeting): the form and the tables that the same verb saves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.people.admin.site import VerbForm
from governance.people.models import User
from governance.people.roles import Role
from governance.records.fields import MomentOfDayField, offer_rows
from governance.records.models import Editable
from governance.records.refusals import Stale
from teams.forms.parts import LinesField

from ..agenda.meeting_page import MeetingParts
from ..agenda.rows import MEETING_FIELDS, Arrangement
from ..models import Meeting
from ..states import MEETING_WORKED_ON, MeetingState
from .rows import DecisionRowForm, GuestForm, ItemForm, KeyedForm, PersonForm, RowForm
from .table import Table

Part = forms.BaseFormSet  # the stubs' argument is none at run time

MINUTES = "minutes_text"


MORE_AT_ONCE = 50
"""New rows of a table that one page sends."""


class WholePart(Part):
    """A table whose rows are taken out by a tick alone: one that arrives without some of them is refused."""

    expected: frozenset[int] = frozenset()
    """The rows that were on the page."""

    def clean(self) -> None:
        """Refuse a table that lost rows on the way."""
        if self.expected - {form.key_of_row for form in self.forms if isinstance(form, KeyedForm)}:
            raise forms.ValidationError(
                _("Part of the page did not arrive. Nothing was saved; reload the page and try again.")
            )


class MeetingForm(VerbForm):
    """When and where a meeting is, and who presides; each hint says where the field appears."""

    starts_at = MomentOfDayField(
        label=_("Day and time"), help_text=_("In the notice; a change after announcing is sent to everyone.")
    )
    leave_by = MomentOfDayField(
        label=_("Report leave by"), required=False, help_text=_("In the notice. Empty: before the meeting begins.")
    )
    viewer: User

    class Meta:
        model = Meeting
        fields = list(MEETING_FIELDS)
        help_texts = {
            "title": _("In the notice, on the sign-in sheet and on the screen."),
            "place": _("In the notice."),
            "chair": _("Opens the list of the sign-in sheet, speaks last; named in the minutes."),
            "secretary": _("Writes the minutes."),
            "contact": _("In the notice, for questions and for leave."),
            "contact_phone": _("In the notice."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "chair", _people(Role.COUNTY_LEADER, Role.SPECIAL_OFFICE, now=self.instance.chair_id))
        offer_rows(self, "secretary", _people(Role.MEETING_SECRETARY, now=self.instance.secretary_id))
        self.fields["title"].required = True

    @property
    def when_and_where(self) -> list[forms.BoundField]:
        """The fields in the order of the page."""
        names = ("starts_at", "place", "chair", "secretary", "title", "contact", "contact_phone", "leave_by")
        return [self[name] for name in names]


class NewMeetingForm(MeetingForm):
    """A meeting that is planned: everything but the day is filled in; saving lays out agenda and seats."""

    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=999, help_text=_("A higher one may be typed if it began on paper.")
    )

    class Meta(MeetingForm.Meta):
        fields = ["kind", "number", *MEETING_FIELDS]
        widgets = {"kind": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment = self.fields["starts_at"].widget
        if isinstance(moment, forms.MultiWidget):
            moment.widgets[0].attrs["autofocus"] = True  # the day is all that is missing

    @property
    def when_and_where(self) -> list[forms.BoundField]:
        return [*super().when_and_where, self["number"]]


class MeetingPageForm(MeetingForm):
    """A whole meeting on one page."""

    minutes_text = LinesField(
        label=_("What was heard and judged"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Decisions, instructions and attendance are added when the minutes are issued."),
    )

    class Meta(MeetingForm.Meta):
        fields = [*MEETING_FIELDS, MINUTES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting: Meeting = Meeting.objects.select_related("action", "chair", "secretary", "submitted_by").get(
            pk=self.instance.pk
        )
        fixed = not self.is_open or self.meeting.fixed_at is not None
        for name in MEETING_FIELDS if fixed else ():
            self.fields[name].disabled = True
        if self.meeting.state != MeetingState.HELD:
            self.fields[MINUTES].disabled = True

    @property
    def is_open(self) -> bool:
        """Whether anything of the meeting is still written here."""
        return self.meeting.state in MEETING_WORKED_ON

    @property
    def arranges(self) -> bool:
        """Whether agenda and attendance are still written: not once minutes were submitted, even if sent back."""
        return self.is_open and self.meeting.fixed_at is None

    @cached_property
    def table(self) -> Table:
        """The meeting with its rows."""
        return Table(MeetingParts.of(self.meeting, self.viewer), self.viewer, now())

    @cached_property
    def items(self) -> Part:
        """The agenda."""
        return self._part("items", ItemForm, self.table.items, blank=1) if self.arranges else _none("items")

    @cached_property
    def people(self) -> Part:
        """Everyone invited."""
        return self._part("people", PersonForm, self.table.people) if self.arranges else _none("people")

    @cached_property
    def guests(self) -> Part:
        """One more guest, and more of them with scripts."""
        return self._part("guests", GuestForm, {}, blank=1) if self.arranges else _none("guests")

    @cached_property
    def decisions(self) -> Part:
        """Proposed decisions, and a blank one."""
        if not self.is_open:
            return _none("decisions")
        return self._part("decisions", DecisionRowForm, self.table.proposed, blank=1)

    @property
    def parts(self) -> Sequence[Part]:
        return [part for part in (self.items, self.people, self.guests, self.decisions) if part.is_bound]

    @property
    def arrangement(self) -> Arrangement:
        """The whole page as the verb takes it."""
        rows: dict[str, Any] = {}
        if self.arranges:
            people = [row for row in (form.row for form in _in_order(self.people)) if row is not None]
            rows = {
                "fields": {name: self.cleaned_data[name] for name in MEETING_FIELDS},
                "items": [form.row for form in _in_order(self.items)],
                "people": [*people, *(form.row for form in _filled(self.guests))],
            }
        if self.meeting.state == MeetingState.HELD:
            rows["minutes"] = self.cleaned_data[MINUTES]
        return Arrangement(**rows, decisions=[form.row for form in _filled(self.decisions) if form.has_changed()])

    def _part(self, prefix: str, form: Any, rows: Mapping[int, Editable], *, blank: int = 0) -> Part:
        """The rows of a table as they were sent, or as they are."""
        most = len(rows) + MORE_AT_ONCE
        factory = forms.formset_factory(form, formset=WholePart, extra=blank, max_num=most, absolute_max=most)
        table = {"table": self.table}
        if not self.is_bound:
            return factory(prefix=prefix, form_kwargs=table, initial=[{"key": key} for key in rows])
        data = self.data
        if isinstance(self.refusal, Stale):
            data = with_newer_rows(data, prefix, form(table=self.table), rows)
        part = factory(data, prefix=prefix, form_kwargs=table)
        if (
            self.data.get("version") == str(self.meeting.version)
            and isinstance(part, WholePart)
            and issubclass(form, RowForm)
        ):
            part.expected = frozenset(rows)
        return part


def with_newer_rows(data: Any, prefix: str, blank: forms.Form, rows: Mapping[int, Editable]) -> Any:
    """What was sent, and after it the rows that somebody has added since, so that saving again keeps both."""
    if not isinstance(blank, KeyedForm):
        return data
    data = data.copy()
    try:
        total = int(data.get(f"{prefix}-TOTAL_FORMS", ""))
    except ValueError:
        return data
    places = {data.get(f"{prefix}-{place}-key"): place for place in range(min(total, 2000))}
    for key, row in rows.items():
        if str(key) in places:
            if "seen" in blank.fields:
                data[f"{prefix}-{places[str(key)]}-seen"] = str(row.version)
            continue
        for name, value in {**blank.values_of(row), "key": key}.items():
            sent = f"{prefix}-{total}-{name}"
            if isinstance(value, list):
                data.setlist(sent, value)
            else:
                data[sent] = "" if value is None else str(value)
        total += 1
    data[f"{prefix}-TOTAL_FORMS"] = str(total)
    return data


def _people(*roles: str, now: int | None) -> QuerySet[User]:
    """People of some roles, and whoever it is now."""
    return User.objects.filter(Q(pk__in=User.objects.with_role(*roles).values("pk")) | Q(pk=now)).order_by("pk")


def _none(prefix: str) -> Part:
    """A table of which nothing can be changed any more."""
    return forms.formset_factory(forms.Form, extra=0)(prefix=prefix)


def _filled(part: Part) -> list[Any]:
    """The rows that hold something."""
    return [form for form in part.forms if getattr(form, "cleaned_data", None)]


def _in_order(part: Part) -> list[Any]:
    """The rows that stay, in the order of their numbers."""
    kept = [form for form in _filled(part) if isinstance(form, RowForm) and not form.is_gone]
    return sorted(kept, key=lambda form: form.place)

"""Forms about a meeting: planning and changing it, who came, an item, the minutes."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.models import User
from governance.people.roles import Role
from governance.records.columns import longest
from governance.records.fields import MomentOfDayField, needed_at_times, offer_rows
from teams.forms.parts import LinesField

from ..agenda.rows import PersonRow
from ..models import AgendaItem, Attendance, Meeting
from ..states import AttendanceMark

TEXT = {"rows": 3}


class MeetingForm(forms.Form):
    """When and where a meeting is, and who presides."""

    title = forms.CharField(
        label=_("Title"),
        max_length=longest(Meeting, "title"),
        required=False,
        help_text=_("Empty: the name of its kind with the number."),
    )
    starts_at = MomentOfDayField(label=pgettext_lazy("meeting", "Begins"))
    place = forms.CharField(
        label=pgettext_lazy("meeting", "Place"), max_length=longest(Meeting, "place"), required=False
    )
    needed_at_times(place)
    chair = forms.ModelChoiceField(
        User.objects.none(), label=pgettext_lazy("meeting", "Chair"), required=False, empty_label=_("Not decided yet")
    )
    needed_at_times(chair)
    secretary = forms.ModelChoiceField(User.objects.none(), label=_("Secretary"), empty_label=None)
    contact = forms.CharField(label=_("Contact"), max_length=longest(Meeting, "contact"), required=False)
    contact_phone = forms.CharField(
        label=_("Phone of the contact"), max_length=longest(Meeting, "contact_phone"), required=False
    )
    leave_by = MomentOfDayField(
        label=_("Report leave by"), required=False, help_text=_("In the notice. Empty: before the meeting begins.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "chair", User.objects.with_role(Role.COUNTY_LEADER, Role.SPECIAL_OFFICE).order_by("pk"))
        offer_rows(self, "secretary", User.objects.with_role(Role.MEETING_SECRETARY).order_by("pk"))

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NewMeetingForm(MeetingForm):
    """A meeting that is planned, with its number."""

    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=999, help_text=_("A higher one may be typed if it began on paper.")
    )
    field_order = ["number", "title"]


class EditMeetingForm(MeetingForm):
    """A meeting as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        """Its fields as they are now."""
        return {name: getattr(meeting, name) for name in cls.base_fields}


class VersionForm(forms.Form):
    """A confirmation of what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionReasonForm(VersionForm):
    """A reason given for what was read."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(TEXT))

    @property
    def given(self) -> dict[str, Any]:
        """What the verbs take."""
        return {"reason": self.cleaned_data["reason"], "seen": self.cleaned_data["version"]}


class SigningForm(VersionForm):
    """Signing minutes; the number is asked for the first time only."""

    document_number = forms.IntegerField(
        label=_("Document number"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("Empty: the next free one of the year."),
    )


class ItemForm(forms.Form):
    """What the secretary notes of an item, and the statement that was given in writing."""

    note = LinesField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(TEXT))
    written = LinesField(label=_("Written statement"), max_length=8000, required=False, widget=forms.Textarea(TEXT))
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, item: AgendaItem) -> dict[str, Any]:
        """The texts as they are now."""
        return {"note": item.note, "written": item.written, "version": item.version}


class MinutesForm(forms.Form):
    """The text of the minutes."""

    text = LinesField(
        label=_("What was heard and judged"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea({"rows": 18}),
        help_text=_("Decisions, instructions and attendance are added when the minutes are issued."),
    )
    needed_at_times(text)
    version = forms.IntegerField(widget=forms.HiddenInput)


class AttendanceForm(forms.Form):
    """Everyone invited with their mark, one of `marks`, and one more guest."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    guest_name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=longest(Attendance, "name"), required=False
    )
    guest_post = forms.CharField(label=_("Post"), max_length=longest(Attendance, "post"), required=False)
    guest_unit = forms.CharField(
        label=pgettext_lazy("person", "Unit"), max_length=longest(Attendance, "unit"), required=False
    )
    guest_capacity = forms.ChoiceField(
        label=pgettext_lazy("attendance", "As"), choices=Attendance.Capacity, initial=Attendance.Capacity.SITTING_IN
    )

    def __init__(self, *args: Any, people: list[Attendance], marks: Collection[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            offered = [mark for mark in AttendanceMark if mark in marks or mark == person.mark]
            self.fields[f"mark_{person.pk}"] = forms.ChoiceField(
                label=person.name, choices=[(mark.value, mark.label) for mark in offered], initial=person.mark
            )
            self.fields[f"stand_in_{person.pk}"] = needed_at_times(
                forms.CharField(
                    label=_("Name of the stand-in"),
                    max_length=longest(Attendance, "stand_in"),
                    required=False,
                    initial=person.stand_in,
                )
            )

    @property
    def rows(self) -> list[tuple[Attendance, forms.BoundField, forms.BoundField]]:
        """Each person with the two fields."""
        return [(each, self[f"mark_{each.pk}"], self[f"stand_in_{each.pk}"]) for each in self.people]

    @property
    def guest(self) -> list[forms.BoundField]:
        """The fields of one more guest."""
        return [self[f"guest_{name}"] for name in ("name", "post", "unit", "capacity")]

    def clean(self) -> dict[str, Any]:
        """Ask for the name of a stand-in beside its row."""
        cleaned = super().clean() or self.cleaned_data
        for person in self.people:
            stands_in = cleaned.get(f"mark_{person.pk}") == AttendanceMark.STAND_IN
            if stands_in and not (cleaned.get(f"stand_in_{person.pk}") or "").strip():
                self.add_error(f"stand_in_{person.pk}", _("Name the stand-in."))
        return cleaned

    def written(self) -> list[PersonRow]:
        """The whole list as it is to be saved."""
        found = [
            replace(
                PersonRow.as_listed(person),
                mark=self.cleaned_data[f"mark_{person.pk}"],
                stand_in=self.cleaned_data[f"stand_in_{person.pk}"],
            )
            for person in self.people
        ]
        guest = {name: self.cleaned_data[f"guest_{name}"] for name in ("name", "post", "unit", "capacity")}
        return [*found, PersonRow(**guest)] if guest["name"].strip() else found

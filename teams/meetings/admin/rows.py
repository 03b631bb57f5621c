"""Rows of a meeting's page: items of the agenda, people, one more guest, decisions.

Plain forms over the page's own data: nothing here writes, one verb saves them together.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.addresses import number_in
from governance.lists.text import Text
from governance.people.models import User
from governance.records.columns import longest
from governance.records.fields import DayField, offer_choices
from governance.records.refusals import Invalid
from teams.models import SpecialTeam

from ..agenda.marks import marked
from ..agenda.rows import DecisionPart, ItemRow, PersonRow
from ..decisions.recording import DecisionWords
from ..models import AgendaItem, Attendance, Audience, Decision
from ..states import AttendanceMark
from .table import Table

LETTERS = {
    AttendanceMark.EXPECTED: "E",
    AttendanceMark.PRESENT: "P",
    AttendanceMark.LEAVE: "L",
    AttendanceMark.STAND_IN: "S",
    AttendanceMark.ABSENT: "A",
}
"""The key of each mark (static/js/meeting.js)."""

LAST = 1000
"""The place of a row without a number: after all others."""


class KeyedForm(forms.Form):
    """A row of the page with the key of what it changes; none in a blank one.

    Attributes:
        shown: what it changes; None in a blank row, and where somebody has taken it out meanwhile.
    """

    key = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.shown: Any = self.known(table).get(self.key_of_row or 0)
        if self.shown is not None:
            self.initial = {**self.values_of(self.shown), "key": self.shown.pk}

    def known(self, table: Table) -> Mapping[int, Any]:
        """The rows that can be changed, by their keys."""
        raise NotImplementedError

    def values_of(self, row: Any) -> dict[str, Any]:
        """What the fields show of a row."""
        raise NotImplementedError

    @property
    def key_of_row(self) -> int | None:
        """The key as sent or as shown."""
        return number_in(str(self["key"].value() or ""))

    @property
    def is_new(self) -> bool:
        """Whether it is a blank row to be filled in."""
        return self.key_of_row is None


class RowForm(KeyedForm):
    """A row with a place in its table; it can be taken out while the meeting is in preparation."""

    order = forms.IntegerField(label=pgettext_lazy("row", "No."), required=False, min_value=1, max_value=LAST - 1)
    gone = forms.BooleanField(label=_("Take out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.table.may_take_out:
            del self.fields["gone"]

    @property
    def is_gone(self) -> bool:
        """Whether the row is taken out."""
        return bool(self.cleaned_data.get("gone"))

    @property
    def place(self) -> tuple[int, int]:
        """Where it goes; a row that was moved up precedes the one whose number it took, one moved down follows it."""
        order = self.cleaned_data.get("order") or LAST
        begun = self.initial.get("order") or order
        return order, (order > begun) - (order < begun)


class ItemForm(RowForm):
    """An item of the agenda."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("agenda item", "Kind"), choices=AgendaItem.Kind, initial=AgendaItem.Kind.OTHER
    )
    title = forms.CharField(label=_("Title"), max_length=longest(AgendaItem, "title"), required=False)
    team = forms.ChoiceField(label=_("Special team"), required=False)
    speaker = forms.CharField(label=_("Speaker"), max_length=200, required=False)
    length_minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, initial=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(self.table.team_choices)
        team = self.shown.team if self.shown else None
        if team is not None and team.pk not in self.table.teams:
            choices.append((str(team.pk), team.short_name))
        offer_choices(self, "team", [("", "—"), *choices])

    def known(self, table: Table) -> Mapping[int, AgendaItem]:
        return table.items

    def values_of(self, row: AgendaItem) -> dict[str, Any]:
        names = ("order", "kind", "title", "length_minutes")
        speaker = row.speaker.title if row.speaker else ""
        return {"team": row.team_id or "", "speaker": speaker, **{name: getattr(row, name) for name in names}}

    @property
    def title_of_kind(self) -> Text:
        """What the agenda says where no title is typed."""
        return str(self.shown) if self.shown and not self.shown.title else ""

    @property
    def shows_team(self) -> bool:
        """Whether a team is asked for: a report has one, a new row may become one."""
        return self.is_new or self["kind"].value() == AgendaItem.Kind.REPORT

    def clean_team(self) -> SpecialTeam | None:
        """The team of the key."""
        key = number_in(self.cleaned_data["team"])
        if key is None:
            return None
        return self.shown.team if self.shown and self.shown.team_id == key else self.table.teams[key]

    def clean_speaker(self) -> User | None:
        """The person that the text names."""
        text = self.cleaned_data["speaker"]
        speaker = self.table.speaker(text) if text else None
        if text and speaker is None:
            raise forms.ValidationError(
                _("Nobody on the list is called “%(text)s”. Choose from the list, or add the person to it first."),
                params={"text": text},
            )
        return speaker

    def clean(self) -> dict[str, Any]:
        """A report has its team, and no other item has one."""
        cleaned = super().clean() or self.cleaned_data
        is_report = cleaned.get("kind") == AgendaItem.Kind.REPORT
        if is_report and "team" in cleaned and cleaned["team"] is None:
            self.add_error("team", _("Choose the special team that reports."))
        if not is_report:
            cleaned["team"] = None
        return cleaned

    @property
    def row(self) -> ItemRow:
        """What the verb takes; an item that somebody has taken out meanwhile is added again."""
        names = ("kind", "title", "team", "speaker", "length_minutes")
        key = self.shown.pk if self.shown else None
        return ItemRow(key=key, **{name: self.cleaned_data[name] for name in names})


class PersonForm(RowForm):
    """A person on the list, with the mark."""

    capacity = forms.ChoiceField(label=pgettext_lazy("attendance", "As"), choices=Attendance.Capacity)
    mark = forms.ChoiceField(label=_("Attendance"), choices=AttendanceMark, widget=forms.RadioSelect)
    stand_in = forms.CharField(
        label=_("Name of the stand-in"), max_length=longest(Attendance, "stand_in"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.shown.mark if self.shown else AttendanceMark.EXPECTED
        offered = [mark for mark in AttendanceMark if mark in self.table.marks or mark == now]
        offer_choices(self, "mark", [(mark.value, mark.label) for mark in offered])

    def known(self, table: Table) -> Mapping[int, Attendance]:
        return table.people

    def values_of(self, row: Attendance) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("order", "capacity", "mark", "stand_in")}

    @property
    def segments(self) -> list[tuple[Any, str]]:
        """The buttons of the marks, each with its key."""
        return [(button, LETTERS[AttendanceMark(button.data["value"])]) for button in self["mark"]]

    def clean(self) -> dict[str, Any]:
        """Refuse a mark beside its row, for the reasons the verb has."""
        cleaned = super().clean() or self.cleaned_data
        if self.shown is None or cleaned.get("gone") or not {"mark", "stand_in"} <= cleaned.keys():
            return cleaned
        try:
            marked(self.shown, self.table.meeting, cleaned["mark"], cleaned["stand_in"], at=self.table.at)
        except Invalid as refusal:
            for name, message in refusal.fields.items():
                self.add_error(name, message)
        return cleaned

    @property
    def row(self) -> PersonRow | None:
        """What the verb takes; None for a person whom somebody has taken off the list meanwhile."""
        if self.shown is None:
            return None
        said = {name: self.cleaned_data[name] for name in ("capacity", "mark", "stand_in")}
        return replace(PersonRow.as_listed(self.shown), **said)


class GuestForm(forms.Form):
    """One more guest: somebody with an account who was looked up, or a name on paper."""

    person = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=longest(Attendance, "name"))
    post = forms.CharField(label=_("Post"), max_length=longest(Attendance, "post"), required=False)
    unit = forms.CharField(
        label=pgettext_lazy("person", "Unit"), max_length=longest(Attendance, "unit"), required=False
    )
    capacity = forms.ChoiceField(
        label=pgettext_lazy("attendance", "As"), choices=Attendance.Capacity, initial=Attendance.Capacity.SITTING_IN
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def clean(self) -> dict[str, Any]:
        """Refuse who is on the list already, beside the name."""
        cleaned = super().clean() or self.cleaned_data
        people = self.table.people.values()
        user = User.objects.select_related("department").filter(pk=cleaned.get("person") or 0).first()
        if user is not None and user.name != cleaned.get("name"):
            user = None  # another name was typed over the one that was found
        cleaned["user"] = user
        if user is not None and any(row.user_id == user.pk for row in people):
            self.add_error("name", _("This person is already on the list."))
        on_paper = (cleaned.get("name"), cleaned.get("post"))
        if user is None and any(row.user_id is None and (row.name, row.post) == on_paper for row in people):
            self.add_error("name", _("A guest with this name and post is already on the list."))
        return cleaned

    @property
    def row(self) -> PersonRow:
        """What the verb takes."""
        names = ("user", "name", "post", "unit", "capacity")
        return PersonRow(**{name: self.cleaned_data[name] for name in names})


class DecisionRowForm(KeyedForm):
    """A proposed decision: what was decided, for whom, until when."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    text = forms.CharField(
        label=pgettext_lazy("decision", "What was decided"), max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    audience = forms.ChoiceField(label=_("For"), choices=Audience, initial=Audience.ALL)
    named = forms.MultipleChoiceField(
        label=_("Named special teams"), required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = DayField(label=_("Due"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named_before = list(self.shown.named.all()) if self.shown else []
        strange = [(str(team.pk), team.short_name) for team in self.named_before if team.pk not in self.table.teams]
        offer_choices(self, "named", [*self.table.team_choices, *strange])

    def known(self, table: Table) -> Mapping[int, Decision]:
        return table.proposed

    def values_of(self, row: Decision) -> dict[str, Any]:
        said = {name: getattr(row, name) for name in ("text", "audience", "due_on")}
        return {**said, "seen": row.version, "named": [str(team.pk) for team in row.named.all()]}

    def clean_named(self) -> list[SpecialTeam]:
        """The teams of the keys."""
        known = {team.pk: team for team in self.named_before} | dict(self.table.teams)
        return [known[int(key)] for key in self.cleaned_data["named"]]

    def clean(self) -> dict[str, Any]:
        """Refuse beside its field what the verb would refuse."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.has_changed():
            for name, message in self.words.faults(self.table.meeting).items():
                self.add_error(name, message)
        return cleaned

    @property
    def words(self) -> DecisionWords:
        """What was entered, and what this page does not ask for as it was."""
        audience = self.cleaned_data["audience"]
        said = {name: self.cleaned_data[name] for name in ("text", "audience", "due_on")}
        said["named"] = self.cleaned_data["named"] if audience == Audience.NAMED else []
        names = ("level", "makes", "lead_department", "item")
        return DecisionWords(**said, **{name: getattr(self.shown, name) for name in names if self.shown})

    @property
    def row(self) -> DecisionPart:
        """What the verb takes; it refuses a decision that the office has adopted or dropped meanwhile."""
        return DecisionPart(words=self.words, key=self.key_of_row, seen=self.cleaned_data["seen"])

"""The office's forms for the action, its teams and their people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.people.fields import DepartmentField, PersonField
from governance.records.fields import DayField, offer_rows

from ..models import CoreFigure, SpecialAction, SpecialTeam, Stage, TeamMember, WorkingGroup


class KeepingForm(forms.ModelForm):
    """A form over one row that a verb writes; it carries the version it was opened on."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    @property
    def seen(self) -> int | None:
        """The version the form was opened on; None for a new row."""
        return self.cleaned_data["version"]

    @property
    def values(self) -> dict[str, Any]:
        """The entered values as the verb takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ActionForm(KeepingForm):
    """An action's titles, dates and rhythm."""

    class Meta:
        model = SpecialAction
        fields = ["code", "title_zh", "title_en", "starts_on", "ends_on", "rhythm", "new_team_days", "fields_per_month"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {
            "code": _("Short, in lower-case letters, digits and hyphens, such as governance-2026."),
            "new_team_days": _("How long after it was established a team counts as new."),
        }


class StageForm(KeepingForm):
    """A stage's position, title and days."""

    class Meta:
        model = Stage
        fields = ["order", "title", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}


class GroupForm(KeepingForm):
    """A working group's title, head and position."""

    class Meta:
        model = WorkingGroup
        fields = ["title", "head_name", "order"]


class TeamForm(KeepingForm):
    """A team's names, position in the official document, group and day of establishment."""

    class Meta:
        model = SpecialTeam
        fields = ["order", "name", "short_name", "code", "group", "established_on"]
        field_classes = {"established_on": DayField}
        help_texts = {
            "code": _(
                "Short, in lower-case letters, digits and hyphens, such as village-economy. It is used in addresses."
            ),
        }

    def __init__(self, *args: Any, action: SpecialAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "group", action.groups.all())
        self.instance.action = action


class NewTeamForm(TeamForm):
    """A new team with the department that leads it from its first day."""

    lead_department = DepartmentField(label=_("Lead department"))


class CoreFigureForm(KeepingForm):
    """A core figure with its target of the year and its supplier."""

    department = DepartmentField(label=_("Supplied by"))

    class Meta:
        model = CoreFigure
        fields = ["name", "unit", "target", "department"]

    def __init__(self, *args: Any, team: SpecialTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.team = team


class DepartmentJoinsForm(forms.Form):
    """A department joins a team."""

    department = DepartmentField()
    joined_on = DayField(label=_("From"))


class LeadForm(forms.Form):
    """Hands the lead of a team to another department."""

    department = DepartmentField(label=_("New lead department"))
    on = DayField(label=_("From"))
    stays = forms.BooleanField(
        label=_("The former lead department stays as a member department"), required=False, initial=True
    )


class MemberJoinsForm(forms.Form):
    """A person joins a team."""

    user = PersonField(help_text=_("Enter the account, or the name if it is unique."))
    part = forms.ChoiceField(label=_("Position"), choices=TeamMember.Part)
    joined_on = DayField(label=_("From"))


class PartForm(forms.Form):
    """Gives a person another part in the same team."""

    part = forms.ChoiceField(label=_("New position"), choices=TeamMember.Part)
    on = DayField(label=_("From"))


class LeavesForm(forms.Form):
    """A department or a person leaves a team."""

    left_on = DayField(label=_("Until"), help_text=_("The last day is the day before."))


class CloseTeamForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    closed_on = DayField(label=_("Last day"))

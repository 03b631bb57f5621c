"""The forms with which a department writes figures and asks for corrections, and the centre names and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from governance.lists.text import count_text
from governance.people.models import Department
from governance.records.fields import needed_at_times
from teams.forms.departments import DepartmentsField

from ..engine.plan import Indicator as PlannedIndicator
from ..figures.supply import Supply, Written
from ..figures.supplying import Line
from ..models import Figure, FigureDraft
from .entry import number_input, value_field


@dataclass(frozen=True)
class SupplyLine:
    """A team's line of the form; `more_open`: its own document or basis is shown."""

    supply: Supply
    value: forms.BoundField
    target: forms.BoundField | None
    confirm: forms.BoundField
    no_figure: forms.BoundField
    document: forms.BoundField
    basis: forms.BoundField

    @property
    def more_open(self) -> bool:
        """Whether something is in the fields that most lines leave empty."""
        return any(bound.value() or bound.errors for bound in (self.no_figure, self.document, self.basis))


class SupplyForm(forms.Form):
    """A department's open figures of one indicator, a line per team; one document and basis, or a line's own."""

    document = forms.CharField(
        label=_("Document number"), max_length=120, required=False, help_text=_("Covers every line without its own.")
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("How the figures were counted, and what they were taken from."),
    )
    needed_at_times(document)
    needed_at_times(basis)

    def __init__(self, *args: Any, planned: PlannedIndicator, rows: Sequence[Supply], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.needs_target = planned.rule.parameters.needs_target
        written = {row: row.written for row in rows}
        common = _common(list(written.values()))
        self.fields["document"].initial, self.fields["basis"].initial = common
        for row in rows:
            self._add_line(row, written[row], common, planned)

    def _add_line(self, row: Supply, written: Written, common: tuple[str, str], planned: PlannedIndicator) -> None:
        own = ("", "") if not written.says else (written.document, written.basis)
        self._add(row, "value", value_field(planned), written.value)
        if self.needs_target:
            target = "" if written.target is None else count_text(written.target).replace(",", "")
            field = forms.CharField(label=_("Own target"), max_length=40, required=False, widget=number_input())
            self._add(row, "target", field, target)
        sure = forms.CharField(label=_("Yes, that is correct."), required=False, max_length=40)
        self._add(row, "confirm", sure, written.value if written.is_sure else "")
        self._add(row, "none", forms.BooleanField(label=_("No figure"), required=False), written.no_figure)
        document = forms.CharField(label=_("Own document number"), max_length=120, required=False)
        self._add(row, "document", document, "" if own[0] == common[0] else own[0])
        basis = forms.CharField(label=_("Own basis, or why there is no figure"), max_length=2000, required=False)
        self._add(row, "basis", basis, "" if own[1] == common[1] and not written.no_figure else own[1])
        self._add(row, "seen", forms.CharField(widget=forms.HiddenInput, required=False, max_length=80), row.seen)

    def _add(self, row: Supply, name: str, field: forms.Field, initial: object) -> None:
        field.initial = initial
        if name != "seen":
            needed_at_times(field)
            field.label = f"{row.source.team.short_name} · {field.label}"
        self.fields[f"{name}-{row.source.team.code}"] = field

    def lines(self) -> list[SupplyLine]:
        return [
            SupplyLine(
                row,
                self._of(row, "value"),
                self._of(row, "target") if self.needs_target else None,
                *(self._of(row, name) for name in ("confirm", "none", "document", "basis")),
            )
            for row in self.rows
        ]

    def _of(self, row: Supply, name: str) -> forms.BoundField:
        return self[f"{name}-{row.source.team.code}"]

    def seen_fields(self) -> list[forms.BoundField]:
        """What each line was opened on, hidden."""
        return [self._of(row, "seen") for row in self.rows]

    def opened_on(self) -> str:
        """What stands now, as one word: text typed on something else is never put back by itself."""
        return "_".join(row.seen for row in self.rows)

    def typed(self) -> dict[str, Line]:
        """What was typed, by team code."""
        cleaned = self.cleaned_data
        return {
            (code := row.source.team.code): Line(
                value=cleaned[f"value-{code}"],
                target=cleaned.get(f"target-{code}", ""),
                document=cleaned[f"document-{code}"],
                basis=cleaned[f"basis-{code}"],
                no_figure=cleaned[f"none-{code}"],
                sure_of=cleaned[f"confirm-{code}"],
            )
            for row in self.rows
        }

    def seen(self) -> dict[str, str]:
        """What each line was opened on, by team code."""
        return {row.source.team.code: self.cleaned_data[f"seen-{row.source.team.code}"] for row in self.rows}

    def show_again(self) -> None:
        """After a stale form, show what stands now as seen, so that sending again overwrites deliberately."""
        data = cast(QueryDict, self.data).copy()
        for row in self.rows:
            data[self.add_prefix(f"seen-{row.source.team.code}")] = row.seen
        self.data = data


def _common(written: Sequence[Written]) -> tuple[str, str]:
    """The document and the basis that most lines with a value have; empty where there is none."""
    pairs = [(one.document, one.basis) for one in written if one.value]
    return max(pairs, key=pairs.count, default=("", ""))


class SeenForm(forms.Form):
    """A confirmation of what a page has shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)


class CountersignForm(SeenForm):
    """One reason for all."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionForm(forms.Form):
    """What a figure should be, and why."""

    value = forms.CharField(
        label=_("Should be"), max_length=FigureDraft._meta.get_field("value").max_length, required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, planned: PlannedIndicator, figure: Figure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = value_field(planned)
        field.label, field.initial = self.fields["value"].label, figure.value
        self.fields["value"] = field


class AnswerForm(forms.Form):
    """Open the row, or decline with a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("open", _("Open this row again for the department")), ("decline", _("Decline; the figure stands"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the department"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it is declined."),
    )
    needed_at_times(answer)


class SupplierForm(forms.Form):
    """Who supplies a figure: a department, or the centre."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    department = DepartmentsField(
        label=_("Department"),
        required=False,
        help_text=_("By its name, short name or alias. Leave it empty if the assessment centre enters the figure."),
    )
    alike = forms.BooleanField(
        label=_("For all teams of this indicator that have the same supplier now"), required=False
    )

    def clean_department(self) -> Department | None:
        """One department, or none."""
        found: list[Department] = self.cleaned_data["department"]
        if len(found) > 1:
            raise forms.ValidationError(_("Name one department only."))
        return found[0] if found else None

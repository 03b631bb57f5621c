"""The grid of a task's quantity by township."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from governance.formats.cells import number_text
from governance.formats.faults import CellReason, FormatError
from governance.formats.names import KnownNames, NameFaults
from governance.people.models import Township
from governance.records.dry_runs import told

from ..models import Task, TaskShare
from ..rules.pasted_milestones import TOTALS, PastedCounts, pasted_counts
from ..tasks.townships import Share

TOWNSHIP_FAULTS = NameFaults(
    unknown=CellReason("township_unknown", gettext_noop("There is no township “%(name)s”.")),
    near=CellReason("township_near", gettext_noop("There is no township “%(name)s”. Did you mean %(suggestions)s?")),
    ambiguous=CellReason("township_ambiguous", gettext_noop("“%(name)s” could be %(suggestions)s.")),
)


@dataclass(frozen=True)
class GridRow:
    """A township with its fields; `target` is None where the reader may not set it."""

    township: Township
    share: TaskShare | None
    target: BoundField | None
    done: BoundField
    confirm: BoundField
    seen: BoundField


class SharesForm(forms.Form):
    """A row per township: target and count for the office, the count alone for the team.

    Fields are `target-<id>`, `done-<id>`, `confirm-<id>`, the count that was asked a second time, and `seen-<id>`, the
    version of the row when the form was opened. An empty number is 0. `pasted` fills the grid without JavaScript;
    nothing of it is saved before the filled grid is sent.
    """

    sums = " ".join(TOTALS)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("What is counted: 个, 户 …"))
    pasted = forms.CharField(
        label=_("Paste from Excel"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, task: Task, townships: Sequence[Township], shares_out: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shares_out = shares_out
        self.shares = {share.township_id: share for share in task.shares.all()}
        self.townships = [each for each in townships if shares_out or each.pk in self.shares]
        self.names = ("target", "done") if shares_out else ("done",)
        self.fields["pasted"].help_text = (
            _("One township per line, with its target and count.")
            if shares_out
            else _("One township per line, with its count.")
        )
        if not shares_out:
            del self.fields["unit"]
        else:
            self.initial.setdefault("unit", task.unit)
        for township in self.townships:
            self._add_fields(township)

    def _add_fields(self, township: Township) -> None:
        share = self.shares.get(township.pk)
        words = {"target": _("Target"), "done": _("Done"), "confirm": _("Yes, that is correct.")}
        for name in self.names:
            self.fields[f"{name}-{township.pk}"] = forms.DecimalField(
                label=words[name],
                min_value=0,
                max_digits=12,
                decimal_places=2,
                required=False,
                initial=number_text(getattr(share, name)) if share else "",
                widget=forms.TextInput(
                    attrs={
                        "class": "input num",
                        "size": 8,
                        "inputmode": "decimal",
                        "autocomplete": "off",
                        "aria-label": f"{township} {words[name]}",
                    }
                ),
            )
        self.fields[f"confirm-{township.pk}"] = forms.DecimalField(
            label=f"{township} · {words['confirm']}", required=False
        )
        self.fields[f"seen-{township.pk}"] = forms.IntegerField(
            initial=share.version if share else 0, required=False, widget=forms.HiddenInput
        )

    @property
    def rows(self) -> Iterator[GridRow]:
        """The grid, in the order of the townships."""
        for township in self.townships:
            yield GridRow(
                township=township,
                share=self.shares.get(township.pk),
                target=self[f"target-{township.pk}"] if self.shares_out else None,
                done=self[f"done-{township.pk}"],
                confirm=self[f"confirm-{township.pk}"],
                seen=self[f"seen-{township.pk}"],
            )

    def given(self) -> list[Share]:
        """The grid as the verbs take it."""
        return [
            Share(
                township=township,
                seen=self.cleaned_data.get(f"seen-{township.pk}"),
                confirmed=self.cleaned_data.get(f"confirm-{township.pk}"),
                **{name: self.cleaned_data.get(f"{name}-{township.pk}") or Decimal(0) for name in self.names},
            )
            for township in self.townships
        ]

    def read_pasted(self) -> list[PastedCounts]:
        """Fill the grid from the pasted lines; return the lines that could not be read, and those of totals.

        In a line with one number it is the target, for a township without one and where targets can be set; otherwise
        the count.
        """
        known = KnownNames([(each.name, each.name) for each in self.townships], TOWNSHIP_FAULTS)
        lines = pasted_counts(self.data.get("pasted", ""), known, most=2)
        by_name = {township.name: township for township in self.townships}
        data = dict(self.data.items()) | {"pasted": ""}
        for line in lines:
            if line.fault is None and not line.totals:
                self._fill(data, by_name[line.township], line.numbers)
        self.data = data
        return [line for line in lines if line.fault is not None or line.totals]

    def _fill(self, data: dict[str, Any], township: Township, numbers: Sequence[Decimal]) -> None:
        if not self.shares_out:
            names: Sequence[str] = ("done",)
            numbers = numbers[-1:]
        elif len(numbers) == 1:
            names = ("target",) if not data.get(f"target-{township.pk}") else ("done",)
        else:
            names = ("target", "done")
        for name, number in zip(names, numbers, strict=True):
            data[f"{name}-{township.pk}"] = number_text(number)

    def catch_up(self) -> None:
        """After a stale form: the present values have been shown, so that sending again overwrites deliberately."""
        shown = {each.pk: self.shares.get(each.pk) for each in self.townships}
        seen = {f"seen-{key}": str(share.version if share else 0) for key, share in shown.items()}
        self.data = dict(self.data.items()) | seen


def fault_sentence(fault: FormatError) -> str:
    """Why a line could not be read, in the reader's language."""
    return told(fault.reason, fault.params)

"""The centre's forms to enter figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import count_text
from governance.people.models import User

from ..engine.methods import Reads
from ..engine.methods.banded import Tier
from ..engine.plan import Indicator as PlannedIndicator
from ..figures.entry import Entry
from ..models import FigureSource
from ..words.methods import best_first
from ..words.plans import plain_word


@dataclass(frozen=True)
class FigureRow:
    """A team's line of the form."""

    source: FigureSource
    value: forms.BoundField
    target: forms.BoundField | None
    confirm: forms.BoundField
    """Says that the value is right; its value is the one that it confirms."""
    no_figure: forms.BoundField
    """Says that there is none."""
    doubt: str = ""
    """What was doubtful about the latest value, which somebody said is right."""

    @property
    def shown(self) -> str:
        """The latest value as text; "" where there is none."""
        latest = self.source.latest
        if latest is not None and latest.no_figure:
            return gettext("No figure")
        return plain_word(latest.value) if latest else ""


class FiguresForm(forms.Form):
    """One indicator, a line per team, one document for all changes."""

    document = forms.CharField(
        label=_("Document number"), max_length=120, help_text=_("The document on which the change below is based.")
    )
    basis = forms.CharField(label=_("Basis"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    take_over = forms.BooleanField(
        label=_(
            "Take over the values that others entered, unchanged, on the basis of this document and in your own name"
        ),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        planned: PlannedIndicator,
        sources: Sequence[FigureSource],
        by: User | None = None,
        doubts: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        if not any(source.latest and source.latest.stands and source.latest.by_id != by.pk for source in sources if by):
            del self.fields["take_over"]
        self.doubts = doubts or {}
        self.needs_target = planned.rule.parameters.needs_target
        for source in sources:
            latest = source.latest
            self._add(source, "value", value_field(planned), latest.value if latest else "")
            if self.needs_target:
                target = latest.target if latest else None
                field = forms.CharField(label=_("Own target"), max_length=40, required=False, widget=number_input())
                self._add(source, "target", field, "" if target is None else count_text(target).replace(",", ""))
            self._add(
                source, "confirm", forms.CharField(label=_("Yes, that is correct."), required=False, max_length=40), ""
            )
            none = forms.BooleanField(label=_("No figure"), required=False)
            self._add(source, "none", none, latest.no_figure if latest else False)
            seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
            self._add(source, "seen", seen, source.latest_number)

    def _add(self, source: FigureSource, name: str, field: forms.Field, initial: object) -> None:
        field.initial = initial
        if name != "seen":
            field.label = f"{source.team.short_name} · {field.label}"
        self.fields[f"{name}-{source.team.code}"] = field

    def rows(self) -> list[FigureRow]:
        return [
            FigureRow(
                source,
                self[f"value-{source.team.code}"],
                self[f"target-{source.team.code}"] if self.needs_target else None,
                self[f"confirm-{source.team.code}"],
                self[f"none-{source.team.code}"],
                self.doubts.get(source.team.code, ""),
            )
            for source in self.sources
        ]

    def seen_fields(self) -> list[forms.BoundField]:
        """The hidden numbers of the figures that were shown."""
        return [self[f"seen-{source.team.code}"] for source in self.sources]

    def opened_on(self) -> str:
        """The numbers of the figures that stand now, as one word: text typed on others is never put back by itself."""
        return ".".join(str(source.latest_number) for source in self.sources)

    def entries(self) -> dict[str, Entry]:
        """The entered values, by team code."""
        return {
            source.team.code: Entry(
                self.cleaned_data[f"value-{source.team.code}"],
                self.cleaned_data.get(f"target-{source.team.code}", ""),
                self.cleaned_data[f"confirm-{source.team.code}"],
                self.cleaned_data[f"none-{source.team.code}"],
            )
            for source in self.sources
        }

    def seen(self) -> dict[str, int]:
        """Team code -> number of the figure that the form showed."""
        return {source.team.code: self.cleaned_data[f"seen-{source.team.code}"] or 0 for source in self.sources}

    def show_again(self) -> None:
        """After a stale form, show the present numbers, so that sending again overwrites deliberately."""
        data = cast(QueryDict, self.data).copy()
        for source in self.sources:
            data[self.add_prefix(f"seen-{source.team.code}")] = str(source.latest_number)
        self.data = data


def value_field(planned: PlannedIndicator) -> forms.Field:
    """A choice for a tier or yes/no, otherwise a number."""
    parameters = planned.rule.parameters
    if isinstance(parameters, Tier):
        choices = [("", _("No value yet")), *((name, plain_word(name)) for name in best_first(parameters.tiers))]
        return forms.ChoiceField(label=_("Tier"), choices=choices, required=False)
    if parameters.reads is Reads.TRUTH:
        choices = [
            ("", _("No value yet")),
            ("true", pgettext_lazy("value", "Yes")),
            ("false", pgettext_lazy("value", "No")),
        ]
        return forms.ChoiceField(label=_("Answer"), choices=choices, required=False)
    return forms.CharField(label=_("Value"), max_length=40, required=False, widget=number_input())


def number_input() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "class": "input-short num", "autocomplete": "off"})

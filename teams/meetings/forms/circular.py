"""The form of a circular that is being written: title, text, and a line a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.columns import longest
from governance.records.fields import needed_at_times, offer_rows
from governance.registers.annexes import annexes_offered
from teams.models import SpecialAction, SpecialTeam

from ..models import CircularDraft, CircularLine, SupervisionOrder
from ..models.order import Rung
from ..orders.circulars import CircularLineText
from .document import NumberForm

LONGEST = 10000
"""The longest text of a circular, in characters."""

BLANK = 3
"""Empty lines at the end of the form."""


class LineForm(forms.Form):
    """One line: an empty one is left out."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("circular", "Kind"), choices=CircularLine.Kind.choices[::-1], required=False
    )
    team = forms.ModelChoiceField(label=_("Special team"), queryset=SpecialTeam.objects.none(), required=False)
    text = forms.CharField(
        label=_("What it says"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    order = forms.ModelChoiceField(label=_("Red order"), queryset=SupervisionOrder.objects.none(), required=False)

    def __init__(self, *args: Any, teams: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            needed_at_times(field)
        offer_rows(self, "team", teams)
        offer_rows(self, "order", orders)

    @property
    def line(self) -> CircularLineText | None:
        """The line, or None for an empty one."""
        data = self.cleaned_data
        if not (data.get("text") or "").strip() and not data.get("order"):
            return None
        order = data.get("order")
        team = data.get("team") or (order.team if order else None)
        return (
            CircularLineText(data["kind"] or CircularLine.Kind.NAMED, team, data["text"], order.pk if order else None)
            if team
            else None
        )

    def clean(self) -> dict[str, Any]:
        """A line with a text names its team."""
        data = super().clean() or {}
        if (data.get("text") or "").strip() and not data.get("team") and not data.get("order"):
            self.add_error("team", _("Please choose one."))
        return data


class CircularForm(forms.Form):
    """Title and text; its lines are forms of their own."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=longest(CircularDraft, "title"))
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    annex = forms.ChoiceField(
        label=pgettext_lazy("circular", "Annex"),
        required=False,
        help_text=_("The ranking of a round that the assessment centre has published."),
    )

    def __init__(self, *args: Any, action: SpecialAction, lines: list[CircularLineText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annex"].choices = [("", _("No annex")), *annexes_offered(action)]  # type: ignore[attr-defined]  # it is a ChoiceField
        teams = SpecialTeam.objects.filter(action=action).order_by("order")
        red = SupervisionOrder.objects.in_force().filter(action=action, rung=Rung.RED)
        orders = red.filter(circular_lines=None).select_related("team", "task", "problem")
        given = [{"kind": line.kind, "team": line.team.pk, "text": line.text, "order": line.order} for line in lines]
        count = len(given) + BLANK
        if self.is_bound:
            count = min(200, max(count, sum(1 for name in self.data if name.endswith("-kind"))))
        self.lines = [
            LineForm(
                self.data if self.is_bound else None,
                prefix=f"line-{place}",
                initial=given[place] if place < len(given) else {},
                teams=teams,
                orders=orders,
            )
            for place in range(count)
        ]

    def is_valid(self) -> bool:
        """The form and each of its lines."""
        own = super().is_valid()
        valid = [line.is_valid() for line in self.lines]  # each, so that each says what is wrong
        if own and not all(valid):
            self.add_error(None, _("Please correct the marked fields."))
        return own and all(valid)

    @property
    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        lines = [form.line for form in self.lines]
        data = self.cleaned_data
        words = {name: data[name] for name in ("title", "text", "annex")}
        return {**words, "lines": [line for line in lines if line is not None]}


class SignForm(NumberForm):
    """Signing: the version that was read, and a number where the series began on paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)

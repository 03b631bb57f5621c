"""Filters of the list of debts: words, kind, side and team."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.formats.search_words import contains, words_of
from governance.lists.text import Text

from ..debts.debts import Debt, debt_kinds

OFFICE = pgettext_lazy("owed", "The special office itself")
OTHERS = pgettext_lazy("owed", "Teams and departments")


def _kind_choices() -> list[tuple[str, Text]]:
    return [("", _("Everything")), *((kind.code, kind.label) for kind in debt_kinds())]


class DebtFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": _("Team, person, department, task")}),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("owed", "Item"), required=False, choices=_kind_choices)
    side = forms.CharField(required=False, widget=forms.HiddenInput)
    team = forms.CharField(required=False, widget=forms.HiddenInput)
    period = forms.DateField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Narrowing:
    """The filters in the address; wrong values are ignored."""

    form: DebtFilterForm

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The valid values, by name."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def reads_words(self) -> bool:
        """Whether it asks what a debt says, so that each must be read whole."""
        return "q" in self.asked

    def whichever_side(self, debts: Iterable[Debt]) -> list[Debt]:
        """The debts that match all but the side."""
        return [debt for debt in debts if self._leaves(debt)]

    def leaves(self, debt: Debt) -> bool:
        """Whether a debt matches."""
        return self._leaves(debt) and self.is_of_side(debt)

    def is_of_side(self, debt: Debt) -> bool:
        """Whether a debt is of the side that is asked for, if any is."""
        return SIDES.get(self.asked.get("side", ""), _everything)(debt)

    def _leaves(self, debt: Debt) -> bool:
        asked = self.asked
        return (
            asked.get("kind", debt.kind.code) == debt.kind.code
            and (not asked.get("team") or (debt.team is not None and debt.team.code == asked["team"]))
            and (not asked.get("period") or (debt.period is not None and debt.period.starts_on == asked["period"]))
            and (not self.reads_words or self._says(debt))
        )

    def _says(self, debt: Debt) -> bool:
        names = (debt.team.name, debt.team.short_name) if debt.team else ()
        words = " ".join((debt.title, debt.who, *names))
        return all(contains(words, word) for word in words_of(self.asked["q"]))


def _everything(debt: Debt) -> bool:
    return True


SIDES: dict[str, Callable[[Debt], bool]] = {
    "": _everything,
    "over": lambda debt: debt.is_over,
    "others": lambda debt: not debt.by_office,
    "office": lambda debt: debt.by_office,
}
SIDE_WORDS = {"": _("All"), "over": pgettext_lazy("owed", "Overdue"), "others": OTHERS, "office": OFFICE}

"""A result's ranking as printed and under a changed copy of its plan; the changes come from the address."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import clauses_text, names_text

from ..engine.arithmetic import NotANumber, number_text, read_number
from ..engine.canonical import Data
from ..engine.document import Document, Source, restore
from ..engine.faults import Fault
from ..engine.plan import Indicator, Kind, Plan
from ..engine.result import facts_from_data
from ..engine.validation import check, plan_of
from ..engine.what_if import ABOVE_BASE, CAPS, POINTS, Draft, Setting, Slot, attempt, draft_of, moves, slots
from ..models import Result
from ..words.methods import PARAMETER_WORDS, method_words
from ..words.plans import KIND_WORDS, class_titles, fault_words, group_titles, title_of
from .two_rankings import TwoRankings

MOST_SHOWN = 40
"""Characters of what was typed that a message repeats."""

HEAD_WORDS = {
    "bonus_cap": _("Cap of the bonus"),
    "deduction_cap": _("Cap of the deduction"),
    ABOVE_BASE: _("A total may exceed the base points"),
}
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Field:
    """One number or choice of the form.

    `original` is what the plan says, empty where `text` says the same; `choices` (value, words) is empty for a number.
    """

    key: str
    label: str
    text: str
    original: str
    error: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class WhatIf(TwoRankings):
    """The changes that a query asks for, what is wrong with them, and what would become of the ranking."""

    def __init__(self, result: Result, query: QueryDict) -> None:
        self.body: Data = json.loads(result.body)
        self.document: Document = restore(self.body["plan"])
        self.plan: Plan = plan_of(self.document)
        self.facts = facts_from_data(self.body["facts"], self.plan)
        self.slots = {slot.key: slot for slot in slots(self.plan)}
        self.unknown = [key for key in query if key not in self.slots]
        self.changes: dict[Slot, Setting] = {}
        self.texts: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self._read(query)
        self.general: list[str] = []
        self.trial: Plan | None = None
        if not self.errors and not self.unknown:
            found = attempt(self.document, self.plan, self.facts, self.changes)
            self.trial = found.plan
            for key, fault in found.faults:
                if key:
                    self.errors.setdefault(key, fault_words(fault))
                else:
                    self.general.append(fault_words(fault))

    def _read(self, query: QueryDict) -> None:
        """Keep what differs from the plan, in the order of the form."""
        for key, slot in self.slots.items():
            if key not in query:
                continue
            text = str(query[key]).strip()
            try:
                setting = _setting(slot, text)
            except NotANumber:
                code = "not_flag" if isinstance(slot.setting, bool) else "not_number"
                self.errors[key] = fault_words(Fault(code, {"value": f"“{text[:MOST_SHOWN]}”"}))
            else:
                if setting == slot.setting:
                    continue
                self.changes[slot] = setting
            self.texts[key] = text

    @cached_property
    def address(self) -> str:
        """The query that says the changes and nothing else."""
        kept = QueryDict(mutable=True)
        kept.update(self.texts)
        kept.update(dict.fromkeys(self.unknown, ""))
        return kept.urlencode()

    # The form ------------------------------------------------------------------------------------------------------
    @cached_property
    def weights(self) -> list[tuple[str, list[Field]]]:
        """The points: of each dimension with its indicators, then bonus and deduction."""
        groups = [
            (
                title_of(dimension),
                [
                    *self._points(
                        dimension.code, gettext("%(dimension)s as a whole") % {"dimension": title_of(dimension)}
                    ),
                    *self._of(self.plan.members(dimension)),
                ],
            )
            for dimension in self.plan.dimensions
        ]
        groups += [(str(KIND_WORDS[kind]), self._of(self.plan.of_kind(kind))) for kind in (Kind.BONUS, Kind.DEDUCTION)]
        return [(title, fields) for title, fields in groups if fields]

    def _of(self, rows: Iterable[Indicator]) -> list[Field]:
        return [field for row in rows for field in self._points(row.code, f"{row.code} {title_of(row)}")]

    def _points(self, code: str, label: str) -> list[Field]:
        named = class_titles(self.plan)
        return [
            self._field(slot, f"{label} · {named.get(slot.class_code, slot.class_code)}" if slot.class_code else label)
            for slot in self.slots.values()
            if slot.row == code and slot.name == POINTS
        ]

    @cached_property
    def caps(self) -> list[Field]:
        """Caps of bonus and deduction, and whether a total may exceed the base points."""
        hint = gettext("Leave empty for no cap.")
        choices = ((NO, gettext("no")), (YES, gettext("yes")))
        fields = [self._field(self.slots[f":{name}"], str(HEAD_WORDS[name]), hint) for name in CAPS]
        return [*fields, self._field(self.slots[f":{ABOVE_BASE}"], str(HEAD_WORDS[ABOVE_BASE]), choices=choices)]

    @cached_property
    def parameters(self) -> list[tuple[str, str, list[Field]]]:
        """Indicator, its rule as printed, and the single numbers of its method."""
        found = []
        for indicator in self.plan.indicators:
            own = [slot for slot in self.slots.values() if slot.row == indicator.code and slot.name != POINTS]
            if own:
                method = indicator.rule.parameters
                rule = method_words(method.name, method.document(), group_titles(self.plan))
                fields = [self._field(slot, str(PARAMETER_WORDS[slot.name])) for slot in own]
                found.append((f"{indicator.code} {title_of(indicator)}", rule, fields))
        return found

    @property
    def is_open(self) -> bool:
        """Whether a parameter or cap is changed or at fault, so that the folded part of the form is to be seen."""
        fields = [*self.caps, *(field for _, _, own in self.parameters for field in own)]
        return any(field.original or field.error for field in fields)

    def _field(self, slot: Slot, label: str, hint: str = "", choices: tuple[tuple[str, str], ...] = ()) -> Field:
        own = _text(slot.setting)
        text = self.texts.get(slot.key, own)
        original = dict(choices).get(own, own) or gettext("none")
        return Field(
            slot.key,
            label,
            text,
            original if slot.key in self.texts else "",
            self.errors.get(slot.key, ""),
            hint,
            choices,
        )

    # What would become of it ---------------------------------------------------------------------------------------
    @property
    def changed(self) -> str:
        """What is changed, from what to what."""
        fields = [
            *(field for _, own in self.weights for field in own),
            *self.caps,
            *((_named(field, title)) for title, _, own in self.parameters for field in own),
        ]
        return clauses_text(
            gettext("%(name)s %(before)s → %(after)s")
            % {
                "name": field.label,
                "before": field.original,
                "after": dict(field.choices).get(field.text, field.text) or gettext("none"),
            }
            for field in fields
            if field.original
        )

    # As a draft ----------------------------------------------------------------------------------------------------
    @cached_property
    def draft(self) -> Draft | None:
        """The changed plan as it would be written down; None while nothing is changed, or the changes are refused."""
        if self.trial is None or not self.changes:
            return None
        return draft_of(self.document, self.plan, self.trial, self.changes)

    @property
    def uneven(self) -> str:
        """The indicators whose method cannot be written for all classes, by name; "" where there is none."""
        return names_text(self._titled(code) for code in self.draft.uneven) if self.draft else ""

    @property
    def rounded(self) -> list[str]:
        """The numbers that are rounded to be written down, each as a sentence."""
        words = gettext("%(indicator)s: %(exact)s is written as %(written)s.")
        return [
            words
            % {
                "indicator": self._titled(one.indicator),
                "exact": number_text(one.exact),
                "written": number_text(one.written),
            }
            for one in (self.draft.rounded if self.draft else ())
        ]

    @property
    def shifted(self) -> list[str]:
        """The teams whose total is another one because numbers are rounded, by name."""
        if not self.draft or not self.draft.rounded:
            return []
        written = check(Source(self.draft.document), classes=self.facts.members()).plan
        if written is None:
            return []
        again = moves(self.body, written, self.facts)
        pairs = zip(self.moves, again, strict=True)
        return [self._names.get(one.team, one.team) for one, other in pairs if one.after.total != other.after.total]

    def _titled(self, code: str) -> str:
        return f"{code} {title_of(self.plan.indicator(code))}"


def _setting(slot: Slot, text: str) -> Setting:
    """What was typed. Raises NotANumber for anything but a number, or yes or no."""
    if isinstance(slot.setting, bool):
        if text not in (YES, NO):
            raise NotANumber(text)
        return text == YES
    if not text and slot.name in CAPS and not slot.row:
        return None
    return read_number(text)


def _text(setting: Setting) -> str:
    """A setting as a field of the form shows it."""
    if isinstance(setting, bool):
        return YES if setting else NO
    if setting is None:
        return ""
    text = format(setting, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _named(field: Field, title: str) -> Field:
    return Field(field.key, f"{title}, {field.label}", field.text, field.original, field.error)

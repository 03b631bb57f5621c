"""What differs between two plans in the reader's language: a line a value, the old beside the new."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text

from ..engine.methods.contract import LOWER, TEAM
from ..engine.plan import Effect, Indicator, Kind, Plan, Policy, QuotaRounding, Rule, Titled
from ..engine.plan_changes import (
    FALLBACK,
    METHOD,
    OTHERWISE,
    PLAN,
    YEAR,
    Change,
    Fate,
    Place,
    RowChange,
    Scalar,
    TableChange,
    classes_of,
    plan_changes,
    points_sums,
)
from ..measures import MEASURES
from ..models import ONLY_CLASS
from .methods import method_words, number_words, share_words
from .plans import (
    EFFECT_WORDS,
    KIND_WORDS,
    ROUNDING_WORDS,
    SOURCE_WORDS,
    answer_word,
    class_titles,
    group_titles,
    kind_title,
    plain_word,
    policy_words,
    quota_words,
    tie_break_words,
    title_of,
    unless_words,
)

NOTHING = "—"

TABLE_WORDS: Mapping[str, Text] = {
    PLAN: _("Head of the plan"),
    YEAR: _("The year"),
    "year.parts": _("Parts of the year"),
    "classes": _("Classes"),
    "grades": _("Grades"),
    "vetoes": _("Vetoes"),
    "groups": _("Groups of voters"),
    "dimensions": _("Dimensions"),
    "indicators": _("Indicators"),
}

FATE_WORDS: Mapping[Fate, Text] = {
    Fate.ADDED: pgettext_lazy("row of a plan", "Added"),
    Fate.REMOVED: pgettext_lazy("row of a plan", "Removed"),
    Fate.CHANGED: pgettext_lazy("row of a plan", "Changed"),
}
FATE_TONES = {Fate.ADDED: "green", Fate.REMOVED: "red", Fate.CHANGED: "blue"}

FIELD_WORDS: Mapping[str, Text] = {
    "code": _("Code"),
    "title": _("Title in English"),
    "title_zh": _("Title in Chinese"),
    "basis": _("Basis"),
    "base_points": _("Base points"),
    "decimals": _("Decimals"),
    "bonus_cap": _("Maximum bonus"),
    "deduction_cap": _("Maximum deduction"),
    "bonus_above_base": _("Total may exceed the base points"),
    "min_class": _("Fewest teams to compare"),
    "quota_rounding": _("Rounding of places"),
    "tie_break": _("Ties are broken by"),
    "figures_days": _("Working days for figures and claims"),
    "checking_days": _("Working days of checking"),
    "publicity_days": _("Working days of public notice"),
    "grade_min_age_days": _("Graded from this age in days"),
    "min_rounds": _("Graded from this number of rounds"),
    "weight": _("Weight"),
    "min": pgettext_lazy("grade", "From"),
    "quota": _("Maximum share"),
    "effect": _("Effect"),
    "normalise": _("Worth its own points"),
    "points": _("Points"),
    "kind": pgettext_lazy("indicator", "Kind"),
    "dimension": _("Dimension"),
    "source": _("Source"),
    "measure": _("Measure"),
    "department": _("Responsible unit"),
    "evidence": _("Evidence"),
    "least": _("Least value"),
    "most": _("Greatest value"),
    "rounds": _("Only in rounds"),
    "when_not_applicable": _("If it does not apply"),
    "when_missing": _("Without a value"),
    "applies_to.classes": _("Only for classes"),
    "applies_to.teams": _("Only for teams"),
    "applies_to.min_age_days": _("Only from this age in days"),
    "unless.indicator": _("Except by indicator"),
    "unless.value": _("Except at its value"),
}

PARAMETER_WORDS: Mapping[str, Text] = {
    "name": _("Method"),
    "direction": _("Better"),
    "target": _("Target"),
    "over": _("Times the points, at most"),
    "floor": _("Value for 0 points"),
    "reference": _("Value for full points"),
    "unit": pgettext_lazy("method", "Unit"),
    "per": _("Points per unit"),
    "whole": _("A part counts as a whole unit"),
    "step": _("Less for each place"),
    "low": _("Share for the last"),
    "scale": _("Marks out of"),
    "trim_from": _("Highest and lowest drop out from this number of marks"),
    "moderate_over": _("Marks further apart than this share of the scale are looked at again"),
    "full": _("Full points of the other assessment"),
    "cap": _("At most together"),
}

NAMED_PARAMETERS: Mapping[str, Text] = {
    "tiers": _("Tier “%(name)s”"),
    "levels": _("Level “%(name)s”"),
    "groups": _("Weight of “%(name)s”"),
    "choices": _("Choice “%(name)s”"),
    "table": _("Place %(name)s"),
}

_SHARES = {("step",), ("low",), ("moderate_over",)}
_CAPS = {("bonus_cap",), ("deduction_cap",), ("method", "cap")}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowLines:
    """A row that was added, removed or changed; `tone` is a colour of the lamps, `code` empty where none is shown."""

    title: str
    code: str
    fate: Text
    tone: str
    values: list[ValueLine]


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table of the plan; `order` is said where rows stand in another order."""

    title: Text
    rows: list[RowLines]
    order: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """Points of a dimension, or of all indicators of a kind; None where the plan has no such class or dimension."""

    title: Text
    old: Decimal | None
    new: Decimal | None
    is_sum: bool = False

    @property
    def difference(self) -> Decimal:
        """By how much they differ."""
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


class PlanComparison:
    """Two plans, the earlier first, in words."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self.before, self.after = before, after

    @cached_property
    def tables(self) -> list[TableLines]:
        """What differs, in the order of the document; empty where the plans judge alike."""
        return [self._table(table) for table in plan_changes(self.before, self.after)]

    @cached_property
    def count(self) -> int:
        """How many rows differ, the head of the plan among them."""
        return sum(len(table.rows) for table in self.tables)

    @cached_property
    def sums(self) -> list[tuple[str, list[SumLine]]]:
        """Points by class: dimensions, their sum, bonus and deduction. One entry where all classes are alike."""
        names = {**class_titles(self.before), **class_titles(self.after)}
        codes = list(dict.fromkeys([*classes_of(self.before), *classes_of(self.after)])) or [ONLY_CLASS]
        found = [(names.get(code, code), self._sums(code)) for code in codes]
        if all(lines == found[0][1] for _title, lines in found):
            return [(gettext("Every class") if len(found) > 1 else "", found[0][1])]
        return found

    def _sums(self, class_code: str) -> list[SumLine]:
        old, new = points_sums(self.before, class_code), points_sums(self.after, class_code)
        dimensions = {one.code: title_of(one) for one in (*self.before.dimensions, *self.after.dimensions)}
        lines = [
            SumLine(title, old.dimensions.get(code), new.dimensions.get(code)) for code, title in dimensions.items()
        ]
        return lines + [SumLine(KIND_WORDS[kind], old.kinds.get(kind), new.kinds.get(kind), True) for kind in Kind]

    def _table(self, table: TableChange) -> TableLines:
        rows = [self._row(table.name, row) for row in table.rows]
        return TableLines(TABLE_WORDS[table.name], rows, names_text(table.order) if table.is_reordered else "")

    def _row(self, table: str, row: RowChange) -> RowLines:
        plan = self.before if row.fate is Fate.REMOVED else self.after
        title = "" if table in (PLAN, YEAR) else _row_title(plan, table, row.code)
        code = "" if table in UNCODED or title == row.code else row.code
        return RowLines(title, code, FATE_WORDS[row.fate], FATE_TONES[row.fate], list(self._values(table, row)))

    def _values(self, table: str, row: RowChange) -> Iterator[ValueLine]:
        """A line a value; a rule by another method, or of one plan only, is one line: its sentence."""
        whole = {change.place[:-1] for change in row.changes if _parameter(change.place) == ("name",)}
        for change in row.changes:
            at = next(
                (change.place[:size] for size in range(1, len(change.place)) if change.place[:size] in whole), None
            )
            if at is None:
                yield self._value(table, row.code, change)
            elif change.place == (*at, "name"):
                yield ValueLine(
                    gettext("Other rule") if at[-1] == FALLBACK else gettext("Rule"),
                    _rule_words(self.before, row.code, len(at)),
                    _rule_words(self.after, row.code, len(at)),
                )

    def _value(self, table: str, code: str, change: Change) -> ValueLine:
        words = [
            NOTHING_WORDS.get(change.place, NOTHING)
            if value is None
            else _words(plan, table, code, change.place, value)
            for plan, value in ((self.before, change.old), (self.after, change.new))
        ]
        plan = self.before if change.new is None else self.after
        return ValueLine(_label(plan, code, change.place), *map(str, words))


UNCODED = {PLAN, YEAR, "year.parts", "indicators"}
"""Tables whose rows show no code beside the title: indicators have it in front."""

NOTHING_WORDS: Mapping[Place, Text] = dict.fromkeys(_CAPS, _("without limit"))
"""What a value that is not given means; elsewhere a dash."""


def _row_title(plan: Plan, table: str, code: str) -> str:
    if table == "year.parts":
        return kind_title(plan, code)
    if table == "groups":
        return group_titles(plan)[code]
    rows: tuple[Titled, ...] = getattr(plan, table)
    title = title_of({row.code: row for row in rows}[code])
    return f"{code} {title}" if table == "indicators" else title


def _rule_of(plan: Plan, code: str, depth: int) -> Rule | None:
    """The rule of an indicator (depth 1), its fallback (2) and so on; None where there is none."""
    found: Indicator | None = {one.code: one for one in plan.indicators}.get(code)
    rule = found.rule if found else None
    for _step in range(depth - 1):
        rule = rule.fallback if rule else None
    return rule


def _rule_words(plan: Plan, code: str, depth: int) -> str:
    rule = _rule_of(plan, code, depth)
    if rule is None:
        return NOTHING
    return method_words(rule.parameters.name, rule.parameters.document(), group_titles(plan))


def _label(plan: Plan, code: str, place: Place) -> str:
    """What the value is called."""
    if place[0] == "points_by_class":
        return f"{FIELD_WORDS['points']} · {class_titles(plan).get(place[1], place[1])}"
    if place[0] != METHOD:
        return str(FIELD_WORDS[".".join(place)])
    name, *inner = _parameter(place)
    depth = len(place) - 1 - len(inner)
    label = _inner_label(plan, code, depth, name, inner[0]) if inner else str(PARAMETER_WORDS[name])
    return " · ".join((gettext("Other rule"), label)) if depth > 1 else label


def _parameter(place: Place) -> Place:
    """The part of a method's place below the method or its fallbacks; of another place nothing."""
    if place[0] != METHOD:
        return ()
    depth = 1
    while place[depth] == FALLBACK:
        depth += 1
    return place[depth:]


def _inner_label(plan: Plan, code: str, depth: int, table: str, name: str) -> str:
    """A band, tier, level, group, choice or place."""
    if table == "bands":
        if name == OTHERWISE:
            return pgettext("band", "Otherwise")
        rule = _rule_of(plan, code, depth)
        is_lower = rule is not None and rule.parameters.document().get("direction") == LOWER
        label = pgettext("band", "Up to %(edge)s") if is_lower else pgettext("band", "From %(edge)s")
        return label % {"edge": number_words(name)}
    title = group_titles(plan).get(name, name) if table == "groups" else plain_word(name)
    return str(NAMED_PARAMETERS[table]) % {"name": title}


def _words(plan: Plan, table: str, code: str, place: Place, value: Scalar) -> Text:
    """A value as the plan's page writes it."""
    if place == ("quota",):
        return quota_words(_number(value))
    if _parameter(place) in _SHARES:
        return share_words(_number(value))
    if place == ("unless", "value"):
        return unless_words(plan, plan.indicator(code))
    match value:
        case Kind():
            return KIND_WORDS[value]
        case Effect():
            return EFFECT_WORDS[value]
        case QuotaRounding():
            return ROUNDING_WORDS[value]
        case Policy():
            return policy_words(value, plan.indicator(code).kind)
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, int | Decimal):
        return number_words(value)
    return _WORDS.get(place[-1], lambda _plan, text: plain_word(text))(plan, value)


def _number(value: Scalar) -> Decimal:
    return Decimal(str(value))


def _measure(_plan: Plan, name: str) -> Text:
    return MEASURES[name].title if name in MEASURES else name


_WORDS: Mapping[str, Callable[[Plan, Any], Text]] = {
    "tie_break": lambda plan, _codes: tie_break_words(plan),
    "rounds": lambda plan, kinds: names_text(kind_title(plan, kind) for kind in kinds) or NOTHING,
    "classes": lambda plan, codes: names_text(class_titles(plan).get(code, code) for code in codes) or NOTHING,
    "teams": lambda _plan, codes: names_text(codes) or NOTHING,
    "source": lambda _plan, source: SOURCE_WORDS[source],
    "measure": _measure,
    "dimension": lambda plan, code: next((title_of(one) for one in plan.dimensions if one.code == code), code),
    "title": lambda _plan, text: text,
    "title_zh": lambda _plan, text: text,
    "basis": lambda _plan, text: text,
    "evidence": lambda _plan, text: text,
    "target": lambda _plan, text: gettext("the team's own target") if text == TEAM else text,
    "direction": lambda _plan, way: (
        pgettext("better", "less is better") if way == LOWER else pgettext("better", "more is better")
    ),
}

"""Faults: what is wrong with a plan or a values file, and where; as structure, worded in one place.

A fault carries a code and parameters. `MESSAGES` holds the English wording of each code as a gettext template, so
that a page can say the same in the reader's language: `gettext(fault.template) % fault.params`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

Path = tuple[str | int, ...]
"""The way to a value inside a plan document: ("indicators", 3, "method", "target")."""


def gettext_noop(message: str) -> str:
    """Mark a message for the translators and return it unchanged."""
    return message


MESSAGES = {
    # reading files
    "unreadable": gettext_noop("the file cannot be read: %(reason)s"),
    "not_utf8": gettext_noop(
        "the file is not UTF-8 text; save it as UTF-8 (in Excel: CSV UTF-8; in a text editor: Save as, encoding UTF-8)"
    ),
    "read_as_gb18030": gettext_noop("the file is not UTF-8 and was read as GB18030; check the names in the result"),
    "empty_file": gettext_noop("the file is empty"),
    "bad_toml": gettext_noop("not valid TOML: check quotation marks, brackets, equals signs and commas"),
    "toml_value": gettext_noop("not valid TOML: no value can be read here; text stands in straight quotation marks"),
    "toml_text": gettext_noop("not valid TOML: the text is not closed; its quotation mark belongs on the same line"),
    "toml_character": gettext_noop("not valid TOML: this control character cannot stand in a text"),
    "toml_backslash": gettext_noop("not valid TOML: a backslash in a text has to be written twice"),
    "toml_twice": gettext_noop("not valid TOML: this key or table is already there"),
    "toml_equals": gettext_noop("not valid TOML: the equals sign after the key is missing"),
    "toml_bracket": gettext_noop("not valid TOML: a bracket is not closed, or a comma is missing"),
    "toml_rest": gettext_noop(
        "not valid TOML: something follows that does not belong to the value; write one key and value per line"
    ),
    "toml_line": gettext_noop("not valid TOML: a line begins with a key, or with a table in brackets"),
    "toml_date": gettext_noop("not valid TOML: there is no such date or time"),
    "toml_digits": gettext_noop("not valid TOML: a number has too many digits"),
    "toml_depth": gettext_noop("not valid TOML: brackets or the parts of a key are nested too deeply"),
    "bad_csv": gettext_noop("not valid CSV: %(reason)s"),
    # any field
    "missing": gettext_noop("%(field)s is missing"),
    "unknown_field": gettext_noop("unknown field %(field)s; perhaps: %(nearest)s"),
    "not_text": gettext_noop("must be text"),
    "blank": gettext_noop("must not be blank"),
    "not_number": gettext_noop("must be a number, not %(value)s"),
    "not_whole": gettext_noop("must be a whole number, not %(value)s"),
    "not_flag": gettext_noop("must be true or false"),
    "not_table": gettext_noop("must be a table"),
    "names_unfit": gettext_noop("must be a table in which every name stands once and none is blank"),
    "not_list": gettext_noop("must be a list"),
    "not_tables": gettext_noop("must be a list of tables"),
    "empty_list": gettext_noop("must not be empty"),
    "not_above": gettext_noop("must be above %(limit)s, not %(value)s"),
    "too_low": gettext_noop("must be %(limit)s or more, not %(value)s"),
    "too_high": gettext_noop("must be %(limit)s or less, not %(value)s"),
    "too_long": gettext_noop("must be at most %(limit)s characters long, not %(count)s"),
    "not_choice": gettext_noop("must be one of %(choices)s, not %(value)s"),
    "duplicate": gettext_noop("%(value)s is used twice"),
    "reserved": gettext_noop("%(value)s is a reserved word"),
    # the plan as a whole
    "no_indicators": gettext_noop("the plan has no base indicator"),
    "base_sum": gettext_noop("the base points add up to %(sum)s, not %(base_points)s"),
    "base_sum_class": gettext_noop("the base points of class %(class)s add up to %(sum)s, not %(base_points)s"),
    "extra_sum": gettext_noop("the points of all indicators of kind %(kind)s add up to %(sum)s, more than %(limit)s"),
    "not_address": gettext_noop("may contain only Latin letters, digits, - and _, because it is part of an address"),
    "dimension_sum": gettext_noop("the points of the indicators add up to %(sum)s, but the dimension has %(points)s"),
    "points_twice": gettext_noop("points and points_by_class exclude each other"),
    "unknown_class": gettext_noop("unknown class %(value)s; perhaps: %(nearest)s"),
    "unknown_dimension": gettext_noop("unknown dimension %(value)s; perhaps: %(nearest)s"),
    "unknown_indicator": gettext_noop("unknown indicator %(value)s; perhaps: %(nearest)s"),
    "unknown_kind": gettext_noop("unknown round kind %(value)s; perhaps: %(nearest)s"),
    "unknown_tie_break": gettext_noop(
        "unknown %(value)s: a tie is broken by a base indicator, a dimension or deduction; perhaps: %(nearest)s"
    ),
    "unknown_measure": gettext_noop("there is no measure %(value)s; perhaps: %(nearest)s"),
    "limits_unused": gettext_noop(
        "only an indicator whose values are entered as numbers can have a minimum and a maximum"
    ),
    "limits_crossed": gettext_noop("the minimum, %(least)s, must not be above the maximum, %(most)s"),
    "measure_unused": gettext_noop("only an indicator with source measure names a measure"),
    "unless_itself": gettext_noop("an indicator cannot depend on itself"),
    "unless_many": gettext_noop("%(value)s has no single value"),
    "measure_unfit": gettext_noop("a measure gives a number, which the method %(method)s cannot use"),
    "grades_order": gettext_noop("grades go from best to last: %(value)s is not below %(limit)s"),
    # methods
    "unknown_method": gettext_noop("unknown method %(value)s; perhaps: %(nearest)s"),
    "source_unfit": gettext_noop("method %(method)s does not fit source %(source)s"),
    "fallback_unfit": gettext_noop("method %(method)s cannot be a fallback"),
    "bands_edge_unknown": gettext_noop("a band of this direction has %(field)s, not %(other)s"),
    "bands_edge_missing": gettext_noop("every band but the last needs %(field)s"),
    "bands_catch_all": gettext_noop("the last band must be a catch-all, without %(field)s"),
    "bands_order": gettext_noop("bands must go from best to last: %(value)s after %(previous)s"),
    "floor_is_target": gettext_noop("floor and target must differ"),
    "floor_against_direction": gettext_noop("floor and target contradict direction %(direction)s"),
    "not_target": gettext_noop('must be a number or "team"'),
    # values
    "no_rows": gettext_noop("the file has no values"),
    "missing_column": gettext_noop("column %(value)s is missing"),
    "unknown_column": gettext_noop("unknown column %(value)s; perhaps: %(nearest)s"),
    "too_many_cells": gettext_noop("the row has more cells than the header"),
    "too_few_cells": gettext_noop("the row has fewer cells than it needs"),
    "blank_cell": gettext_noop("the cell is blank"),
    "two_classes": gettext_noop("team %(team)s is in class %(value)s here and in class %(class)s above"),
    "unknown_fact": gettext_noop("unknown fact %(value)s"),
    "bad_age": gettext_noop("an age is a whole number of days, 0 or more, not %(value)s"),
    "bad_target": gettext_noop("a target is a number, 0 or more, not %(value)s"),
    "bad_veto": gettext_noop("a veto is 1 or 0, not %(value)s"),
    "second_value": gettext_noop("team %(team)s already has a value of %(indicator)s in line %(first)s"),
    "second_mark": gettext_noop("%(judge)s already marked team %(team)s on %(indicator)s in line %(first)s"),
    "outside_scale": gettext_noop("mark %(value)s is outside the scale 0 to %(scale)s"),
    "not_truth": gettext_noop("must be a number, true or false, 是 or 否, not %(value)s"),
    "unknown_tier": gettext_noop("unknown tier %(value)s; perhaps: %(nearest)s"),
    "unknown_group": gettext_noop("unknown voter group %(value)s; perhaps: %(nearest)s"),
    "unknown_level": gettext_noop("unknown level %(value)s; perhaps: %(nearest)s"),
    # warnings
    "rounding_magnified": gettext_noop(
        "the dimension is worth %(points)s, more than the %(sum)s of its indicators, which magnifies rounding"
    ),
    "dimension_empty": gettext_noop("no indicator belongs to the dimension"),
    "unless_never": gettext_noop("%(indicator)s can never be %(value)s, so the indicator always applies"),
    "kind_empty": gettext_noop(
        "no base indicator is scored in rounds of kind %(value)s, so no team would have a total"
    ),
    "points_capped": gettext_noop("%(value)s is above the indicator's %(points)s points and is capped"),
    "points_rise": gettext_noop("%(value)s after %(previous)s: a worse result gives more points"),
    "value_unused": gettext_noop("class %(class)s has no indicator %(indicator)s: the value is not used"),
    "below_least": gettext_noop("%(value)s is below the plan's minimum, %(limit)s"),
    "above_most": gettext_noop("%(value)s is above the plan's maximum, %(limit)s"),
    "target_unused": gettext_noop("indicator %(indicator)s does not use each team's own target"),
}
"""Code -> English template with named parameters."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or, in a list of warnings, doubtful), with its place.

    `path` leads to the value in a plan document, `subject` is the code of the row there (an indicator's code, say);
    a fault in a values file has `field`, its column's name, instead. Line and column count from 1; 0 is unknown.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    path: Path = ()
    subject: str = ""
    field: str = ""
    line: int = 0
    column: int = 0

    @property
    def template(self) -> str:
        """The English gettext template of the message."""
        return MESSAGES[self.code]

    @property
    def message(self) -> str:
        """What is wrong, in English, without the place."""
        return self.template % self.params

    @property
    def place(self) -> str:
        """Where it is, in the words of the file: "indicators A4, method.target"; a column's name; or nothing."""
        if self.field:
            return self.field
        if self.subject:
            rest = _written(self.path[2:])
            return f"{self.path[0]} {self.subject}" + (f", {rest}" if rest else "")
        return _written(self.path)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def in_file(self, name: str) -> str:
        """The fault as a line for people: 'plan.toml, line 12, column 8: indicators A4, method.target: ...'."""
        if not self.line:
            return f"{name}: {self}"
        if self.field:
            return f"{name}, line {self.line}, column {self.column} ({self.field}): {self.message}"
        return f"{name}, line {self.line}, column {self.column}: {self}"


def _written(path: Path) -> str:
    """A path as a reader writes it: "year.parts[1].weight"."""
    steps = (f".{step}" if isinstance(step, str) else f"[{step + 1}]" for step in path)
    return "".join(steps).removeprefix(".")


FEW, MANY = 5, 12
"""Of more than FEW known words, those less alike are named before the whole list; more than MANY are never listed."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known words that are most like an unknown one: "target", "A, B, C", "-".

    A short list is named whole where none is like it; of a long one nothing is named that is not alike.
    """
    words = list(known)
    alike = get_close_matches(word, words, n=2)
    if not alike and len(words) > FEW:
        alike = get_close_matches(word, words, n=3, cutoff=0.4)
    return ", ".join(alike or (words if len(words) <= MANY else [])) or "-"

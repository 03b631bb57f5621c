"""An explanation in short: its arithmetic as lines, what went in, and both in one line."""

from collections.abc import Sequence

from django.utils.translation import gettext

from governance.lists.text import clauses_text

from ..engine.canonical import Data
from ..engine.explanation import Explanation
from .outcomes import standing_words
from .papers import value_words
from .plans import plain_word
from .rows import behind
from .steps import arithmetic


def step_lines(explanation: Explanation) -> list[str]:
    """The arithmetic; where the rule names the points outright, the value that led to them."""
    lines = arithmetic(explanation["steps"])
    value = value_words(explanation["inputs"].get("value"))
    return [f"{value} → {lines[0]}"] if value and len(lines) == 1 and lines[0] == explanation["points"] else lines


def input_words(explanation: Explanation, source: Data | list[Data] | None) -> str:
    """What went in, in one line: the measured value with its formula, the value with its own target, or the sums."""
    if isinstance(source, dict) and "measure" in source:
        found = behind(source, team_code="", reads_papers=False)
        return f"{found.formula} = {found.value}" if found.formula and found.value else found.value
    if "events" in explanation["inputs"]:
        events = [(event["matter"], plain_word(event["level"])) for event in explanation["inputs"]["events"]]
        return clauses_text(gettext(": ").join(filter(None, (matter, level))) for matter, level in events) or gettext(
            "None."
        )
    value = value_words(explanation["inputs"].get("value"), explanation["method"]["name"])
    target = value_words(explanation["inputs"].get("target"))
    if value and target:
        return gettext("%(value)s, own target %(target)s") % {"value": value, "target": target}
    return value or "".join(arithmetic(explanation["steps"])[-1:])


def is_scaled(base_steps: Sequence[Data]) -> bool:
    """Whether the steps of a base do more than add up the dimensions: something was left out."""
    return len(base_steps) > 3


def brief_words(explanation: Explanation, source: Data | None, steps: list[str]) -> str:
    """One line: what took the method's place, or what went in and the last step to the points."""
    if explanation["reason"]:
        return standing_words(explanation)
    went_in = "" if "votes" in explanation["inputs"] else input_words(explanation, source)
    step = next((line for line in steps[-1:] if line != explanation["points"]), "")
    return clauses_text(filter(None, ["" if step.startswith(went_in) else went_in, step]))

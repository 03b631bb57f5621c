"""One value as a person writes it: the same reading for a values file, a form and a judge's sheet."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from assessments.engine.arithmetic import NotANumber, read_number
from assessments.engine.facts import Value
from assessments.engine.faults import MESSAGES, nearest
from assessments.engine.methods import Reads
from assessments.engine.methods.banded import Tier, read_truth
from assessments.engine.methods.counted import Events
from assessments.engine.methods.judged import VOTE_SCALE, Panel, Vote
from assessments.engine.plan import Indicator

FAR = 2
"""This many times what the rule measures against, or the figure before, or as small a part of it, is far."""


class EntryFault(ValueError):
    """A text that is no value of its indicator; `code` and `params` are those of `faults.MESSAGES`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(MESSAGES[code] % params)
        self.code = code
        self.params = params


def read_value(indicator: Indicator, text: str) -> Value:
    """Read a single value (not blank) for the indicator's method. Raises EntryFault."""
    parameters = indicator.rule.parameters
    if parameters.reads is Reads.TRUTH:
        return _read_truth(text)
    if isinstance(parameters, Tier):
        return _read_known("unknown_tier", text, parameters.tiers)
    return _read_number(text)


def read_entry(indicator: Indicator, text: str) -> Value:
    """Read a value that somebody enters; what the method cannot mean is refused. Raises EntryFault.

    Outside the plan's `least` and `most` it is asked (`doubt_about`), not refused.
    """
    value = read_value(indicator, text)
    if not indicator.rule.parameters.takes_negative and isinstance(value, Decimal) and value < 0:
        raise EntryFault("too_low", value=text, limit=0)
    return value


def outside(indicator: Indicator, number: Decimal) -> tuple[str, Decimal] | None:
    """The limit of the plan beyond which a number lies: its name, and the number itself; None within them."""
    if indicator.least is not None and number < indicator.least:
        return "least", indicator.least
    if indicator.most is not None and number > indicator.most:
        return "most", indicator.most
    return None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a figure is asked a second time (docs/rules.md#a-second-look)."""

    number: Decimal
    times: Decimal | None = None
    """How many times the number of the rule it is; None where that is not why."""
    last: Decimal | None = None
    """The figure of the round before, from which it is far; None where that is not why."""
    least: Decimal | None = None
    """The plan's least value, below which it is; None where that is not why."""
    most: Decimal | None = None
    """The plan's greatest value, above which it is; None where that is not why."""


def doubt_about(indicator: Indicator, text: str, *, target: Decimal | None = None, last: str = "") -> Doubt | None:
    """Why the value `text` is asked, or None; `target` is the team's own, `last` its value in the round before.

    Asked is a number outside the plan's limits, one below 0 where the plan names no least one, one far above what the
    rule measures against, and one that is far from that of the round before. Tiers and answers are never asked.
    """
    number = _number_or_none(text)
    parameters = indicator.rule.parameters
    if number is None or parameters.reads is not Reads.NUMBER:
        return None
    limit = outside(indicator, number)
    if limit is not None:
        name, bound = limit
        return Doubt(number, **{name: bound})
    if number < 0 and indicator.least is None:
        return Doubt(number)
    named = (getattr(parameters, name, None) for name in ("floor", "target"))
    against = max((value for value in (*named, target) if isinstance(value, Decimal)), default=Decimal(0))
    if against > 0 and number >= FAR * against:
        return Doubt(number, times=number / against)
    before = _number_or_none(last) if last else None
    if before is not None and before > 0 and not before < FAR * number < FAR * FAR * before:
        return Doubt(number, last=before)
    return None


def read_mark(indicator: Indicator, text: str) -> Decimal:
    """Read a judge's or voter's mark; it lies on the scale from 0. Raises EntryFault."""
    mark = _read_number(text)
    parameters = indicator.rule.parameters
    scale = parameters.scale if isinstance(parameters, Panel) else Decimal(VOTE_SCALE)
    if not 0 <= mark <= scale:
        raise EntryFault("outside_scale", value=text, scale=scale)
    return mark


def read_group(indicator: Indicator, text: str) -> str:
    """Read the name of a voter group. Raises EntryFault."""
    parameters = indicator.rule.parameters
    return _read_known("unknown_group", text, parameters.groups if isinstance(parameters, Vote) else ())


def read_level(indicator: Indicator, text: str) -> str:
    """Read the level of an event. Raises EntryFault."""
    parameters = indicator.rule.parameters
    return _read_known("unknown_level", text, parameters.levels if isinstance(parameters, Events) else ())


def read_counted(text: str) -> bool:
    """Whether an event counts: 0 does not, any other number does. Raises EntryFault."""
    return _read_number(text) != 0


def read_age(text: str) -> int:
    """Read an age in whole days. Raises EntryFault."""
    number = _number_or_none(text)
    if number is None or number < 0 or number != number.to_integral_value():
        raise EntryFault("bad_age", value=repr(text))
    return int(number)


def read_target(text: str) -> Decimal:
    """Read a team's own target; 0 says that there is none. Raises EntryFault."""
    number = _number_or_none(text)
    if number is None or number < 0:
        raise EntryFault("bad_target", value=repr(text))
    return number


def read_veto(text: str) -> bool:
    """Read whether a veto was pronounced: 1 or 0. Raises EntryFault."""
    number = _number_or_none(text)
    if number not in (0, 1):
        raise EntryFault("bad_veto", value=repr(text))
    return number == 1


def _number_or_none(text: str) -> Decimal | None:
    try:
        return read_number(text)
    except NotANumber:
        return None


def _read_number(text: str) -> Decimal:
    number = _number_or_none(text)
    if number is None:
        raise EntryFault("not_number", value=repr(text))
    return number


def _read_truth(text: str) -> str:
    """The answer as it was written, once it can be read."""
    try:
        read_truth(text)
    except NotANumber:
        raise EntryFault("not_truth", value=repr(text)) from None
    return text


def _read_known(code: str, text: str, known: Collection[str]) -> str:
    if text not in known:
        raise EntryFault(code, value=repr(text), nearest=nearest(text, known))
    return text

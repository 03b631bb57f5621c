"""The curve beside an indicator's rule in the editor, in words and numbers too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import cached_property
from django.utils.translation import gettext

from governance.charts import CurveChart, CurveTick, curve_chart
from governance.lists.text import names_text

from ..engine import Document
from ..engine.editing.curves import Curve, Point, trace
from ..engine.editing.shown import text_of, value_of
from ..engine.fields import as_number
from ..engine.methods import Parameters, Reads
from ..engine.plan import Kind
from ..words.methods import number_words, share_words
from ..words.plan_fields import class_lines


@dataclass(frozen=True)
class RuleCurve:
    """One curve: `title` names the classes that it is for, where they have different points."""

    title: str
    curve: Curve
    value_words: Callable[[Fraction], str]

    @cached_property
    def chart(self) -> CurveChart:
        """The drawing."""
        pieces = [[(point.value, point.points) for point in piece] for piece in self.curve.pieces]
        return curve_chart(pieces, [(knot.value, knot.points) for knot in self.curve.knots])

    @property
    def sentence(self) -> str:
        """Where it leads from, where to, and where the most is reached."""
        first, last, best = map(self._said, (self.curve.first, self.curve.last, self.curve.best))
        return gettext(
            "From %(low)s to %(high)s the points go from %(first)s to %(last)s; the most, %(most)s, are reached at "
            "%(best)s."
        ) % {
            "low": first[0],
            "high": last[0],
            "first": first[1],
            "last": last[1],
            "most": best[1],
            "best": best[0],
        }

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Value and points of each knot."""
        return list(map(self._said, self.curve.knots))

    @property
    def ticks(self) -> list[tuple[CurveTick, str]]:
        """What is written below the axis."""
        return [(tick, self.value_words(tick.value)) for tick in self.chart.ticks]

    @property
    def highest(self) -> str:
        """The points at the top."""
        return number_words(self.chart.highest)

    def _said(self, point: Point) -> tuple[str, str]:
        return self.value_words(point.value), number_words(point.points)


@dataclass(frozen=True)
class RuleCurves:
    """The curves of a rule, one for each number of points that it is worth; `remark` says why there are none."""

    curves: list[RuleCurve]
    remark: str
    of_target: bool
    """Whether values are percent of each team's own target."""
    unit: str


def rule_curves(document: Document, row: Document, parameters: Parameters | None) -> RuleCurves:
    """The curves of the indicator `row` of a draft; `parameters` is None while its rule cannot be read."""
    unit, of_target = text_of(row.get("unit")), parameters is not None and parameters.needs_target
    worth = list(_worth(document, row))
    if parameters is None or not worth:
        return RuleCurves([], gettext("Drawn as soon as the rule and its points can be read."), of_target, unit)
    if parameters.relative:
        remark = gettext("The points depend on the other teams of the class, so no curve leads from a value to them.")
        return RuleCurves([], remark, of_target, unit)
    if parameters.reads is not Reads.NUMBER:
        remark = gettext("This rule does not begin with a measured number, so it has no curve.")
        return RuleCurves([], remark, of_target, unit)
    words = _percent_words if of_target else number_words
    limits = {name: as_number(row.get(name)) for name in ("least", "most")}
    capped = value_of(row, "kind") not in (None, Kind.BASE)
    made = [(title, trace(parameters, full, capped=capped, **limits)) for title, full in worth]
    curves = [RuleCurve(title, curve, words) for title, curve in made if curve is not None]
    return RuleCurves(curves, "" if curves else gettext("Every value earns the same points."), of_target, unit)


def _percent_words(value: Fraction) -> str:
    return share_words(value / 100)


def _worth(document: Document, row: Document) -> Iterator[tuple[str, Decimal]]:
    """The titles of the classes that share a number of points, and those points; no title where all do."""
    by_class = row.get("points_by_class")
    if not isinstance(by_class, dict):
        points = as_number(row.get("points"))
        if points is not None and points > 0:
            yield "", points
        return
    titles: dict[Decimal, list[str]] = {}
    for code, title in class_lines(document):
        points = as_number(by_class.get(code))
        if points is not None and points > 0:
            titles.setdefault(points, []).append(title)
    for points, named in titles.items():
        yield names_text(named), points

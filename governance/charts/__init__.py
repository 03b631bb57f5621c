"""Geometry of the SVG charts, without Django and without words.

Templates draw; these modules say where. Positions across are percentages of the drawing, so that a chart fits any width
without script; all numbers come as short strings, ready to stand in an attribute. Nothing here depends on a language.
"""

from governance.charts.axis import DayMark, MonthTick, TimeAxis
from governance.charts.columns import ChartColumn, Columns, columns_of
from governance.charts.ranks import RankDot, RankLine, rank_line
from governance.charts.spans import MilestoneDay, MilestoneMark, MilestoneState, SpanBar, span_bar
from governance.charts.strips import Strip, pace_strip, score_strip

__all__ = [
    "ChartColumn",
    "Columns",
    "DayMark",
    "MilestoneDay",
    "MilestoneMark",
    "MilestoneState",
    "MonthTick",
    "RankDot",
    "RankLine",
    "SpanBar",
    "Strip",
    "TimeAxis",
    "columns_of",
    "pace_strip",
    "rank_line",
    "score_strip",
    "span_bar",
]

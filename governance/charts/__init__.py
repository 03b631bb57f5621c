"""Geometry of the SVG charts, without Django and without words.

These modules compute positions; templates draw. Horizontal positions are percentages of the drawing, so that a chart
fits any width without script. Every number is a short string, ready for an attribute. Nothing depends on a language.
"""

from governance.charts.ages import AgeBar, AgeGap, DayScale, DayTick
from governance.charts.axis import DayMark, MonthTick, TimeAxis
from governance.charts.bumps import Bump, BumpChart, BumpDot, bump_chart
from governance.charts.columns import ChartColumn, Columns, columns_of
from governance.charts.curves import CurveChart, CurveDot, CurveLine, CurveTick, curve_chart
from governance.charts.progress import ProgressChart, ProgressDot, ProgressSpot, column_middle, progress_chart
from governance.charts.ranks import RankDot, RankLine, rank_line
from governance.charts.slopes import Slope, Slopes, slopes
from governance.charts.spans import MilestoneDay, MilestoneMark, MilestoneState, SpanBar, span_bar
from governance.charts.spreads import PlaceAxis, PlaceColumn, PlaceTick, Spread
from governance.charts.strips import Strip, pace_strip, score_strip
from governance.charts.waterfall import FallBar, Waterfall, waterfall

__all__ = [
    "AgeBar",
    "AgeGap",
    "Bump",
    "BumpChart",
    "BumpDot",
    "ChartColumn",
    "Columns",
    "CurveChart",
    "CurveDot",
    "CurveLine",
    "CurveTick",
    "DayMark",
    "DayScale",
    "DayTick",
    "FallBar",
    "MilestoneDay",
    "MilestoneMark",
    "MilestoneState",
    "MonthTick",
    "PlaceAxis",
    "PlaceColumn",
    "PlaceTick",
    "ProgressChart",
    "ProgressDot",
    "ProgressSpot",
    "RankDot",
    "RankLine",
    "Slope",
    "Slopes",
    "SpanBar",
    "Spread",
    "Strip",
    "TimeAxis",
    "Waterfall",
    "bump_chart",
    "column_middle",
    "columns_of",
    "curve_chart",
    "pace_strip",
    "progress_chart",
    "rank_line",
    "score_strip",
    "slopes",
    "span_bar",
    "waterfall",
]

"""`{% load wall %}`: template tags for the wall chart and home."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language, gettext

from governance.charts import MonthTick
from governance.lists.text import long_day, signed_text
from governance.overview.trend_charts import Bars, GapLine, gap_line, late_bars, red_bars
from governance.overview.wall import Wall
from teams.words import gap_words, lamp_name

register = template.Library()

register.filter(lamp_name)
register.filter(gap_words)


@register.filter
def month_name(tick: MonthTick) -> str:
    """A month on the axis: 3月, or Mar; with the year where the axis needs it."""
    if get_language() == "en":
        return f"{date(tick.year, tick.month, 1):%b}" + (f" {tick.year}" if tick.opens_year and tick.month == 1 else "")
    return f"{tick.year}年{tick.month}月" if tick.opens_year and tick.month == 1 else f"{tick.month}月"


register.filter("long_day", long_day)


@register.filter
def gap_points(gap: int) -> str:
    """Points against plan with their sign: −28 is behind, +8 ahead."""
    return signed_text(Decimal(-gap))


@register.simple_tag
def gap_trend(wall: Wall) -> GapLine | None:
    """The gap over the last periods; None where there are none."""
    return gap_line(wall.points) if wall.trend.points else None


@register.simple_tag
def red_trend(wall: Wall) -> Bars | None:
    """The red tasks over the last periods; None where there are none."""
    return red_bars(wall.points) if wall.trend.points else None


@register.simple_tag
def late_trend(wall: Wall) -> Bars | None:
    """The teams that were late over the last periods; None where there are none."""
    return late_bars(wall.trend.points, wall.trend.late) if wall.trend.points else None


@register.simple_tag
def tasks_url(wall: Wall, **query: str) -> str:
    """The list of the tasks behind a figure: `{% tasks_url wall lamp=code.value team=shown.team.code %}`."""
    return wall.tasks_url(**query)


@register.simple_tag
def wall_url(wall: Wall | None, **changes: Any) -> str:
    """The wall chart as shown, with `changes`: another day (`on`, None: today), stage, group, lamp, or `screen=1`."""
    return wall.url(**changes) if wall else reverse("wall")


@register.simple_tag
def greeting(name: str, moment: datetime) -> str:
    """A greeting for the time of day."""
    if moment.hour < 11:
        words = gettext("Good morning, %(name)s")
    elif moment.hour < 13:
        words = gettext("Good day, %(name)s")
    elif moment.hour < 18:
        words = gettext("Good afternoon, %(name)s")
    else:
        words = gettext("Good evening, %(name)s")
    return words % {"name": name}

"""Words of papers: states and lamps, days, moments, names in a row. Papers are in Chinese whoever reads them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import override

from governance.lists.text import count_text
from teams.words import lamp_name

from ..states import AttendanceMark
from ..words import document_number

Body = Mapping[str, Any]
"""What a pack or minutes keep, as read from their text."""

WEEKDAYS = "一二三四五六日"
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
LAMPS = ("green", "blue", "yellow", "red")
"""Lamps of tasks that are open, in the order in which papers tell them."""

CHINESE = "zh-hans"


def label(choices: type[TextChoices], code: str) -> str:
    """The word of a code as the screens say it; "" for a code that they do not know."""
    with override(CHINESE):
        return str(dict(choices.choices).get(code, ""))


def lamp_word(code: str) -> str:
    """The word of a lamp as the screens say it."""
    with override(CHINESE):
        return lamp_name(code)


def numbered(series: str, year: int, number: int) -> str:
    """The number of a document in its series: 督办〔2026〕5号."""
    with override(CHINESE):
        return document_number(series, year, number)


def long_day(day: date | str | None) -> str:
    """2026年10月20日; "" for none."""
    if not day:
        return ""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def short_day(day: date | str | None) -> str:
    """10月20日; "" for none."""
    return long_day(day).partition("年")[2]


def moment(text: str) -> datetime:
    """A moment that a body keeps."""
    return datetime.fromisoformat(text)


def long_moment(at: datetime) -> str:
    """2026年10月20日14:00."""
    return f"{long_day(at.date())}{at:%H:%M}"


def short_moment(at: datetime) -> str:
    """10月20日14:00."""
    return f"{short_day(at.date())}{at:%H:%M}"


def meeting_time(starts_at: datetime) -> str:
    """2026年10月20日（星期二）15:00."""
    return f"{long_day(starts_at.date())}（星期{WEEKDAYS[starts_at.weekday()]}）{starts_at:%H:%M}"


def in_a_row(names: Iterable[str]) -> str:
    """、 between names, 和 before the last; where a name that is not the last holds 、 itself, ， between."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    mark = "，" if any("、" in name for name in names[:-1]) else "、"
    return mark.join(names[:-1]) + "和" + names[-1]


def person(somebody: Mapping[str, str] | None) -> str:
    """Post and name: 县委常委、组织部部长田某某."""
    return f"{somebody['post']}{somebody['name']}" if somebody else ""


def readable(text: str) -> str:
    """A text whose days are written as papers write them: 2026年9月30日 for 2026-09-30."""
    return _ISO_DAY.sub(lambda found: long_day(found[0]), text)


def plain_count(value: Decimal) -> str:
    """A quantity as papers write it, without trailing zeros and not grouped: 1440, 12.5."""
    return count_text(value).replace(",", "")


def sentence(text: str) -> str:
    """A text that ends with one mark."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；…" else text.rstrip(".;，,") + "。"


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def headed(text: str, *, longest: int = 9) -> tuple[str, str]:
    """The short sentence with which a line begins (品牌要再亮。) and the rest; without one the whole is the rest."""
    head, mark, rest = text.strip().partition("。")
    return (head + mark, rest.strip()) if mark and rest.strip() and len(head) <= longest else ("", text.strip())


def responsible(row: Body, names: Mapping[str, str]) -> str:
    """Who carries out a decision: the teams, then the lead department."""
    told = row.get("team_names") or [names.get(code, code) for code in row["teams"]]
    if not told:
        told = {"all": ["各专班"], "new": ["新成立的专班"]}.get(row["audience"], [])
    department = [row["lead_department"]] if row["lead_department"] else []
    return in_a_row([*told, *department])


def team_names(body: Body) -> dict[str, str]:
    """Full names of the teams on the agenda, by code."""
    return {item["team"]: item["team_name"] for item in body["items"] if item["team"]}


def business(body: Body, *, explains: bool = True) -> str:
    """What a meeting is for, by the kinds of its items: 听取…，分析研判突出问题，部署下阶段重点任务."""
    kinds = {item["kind"] for item in body["items"]}
    teams = sum(item["kind"] == "report" for item in body["items"])
    heard = ["上次会议议定事项和领导指示办理情况"] * ("follow_up" in kinds)
    heard += [f"{teams}个专班重点工作进展情况汇报"] * bool(teams)
    parts = [f"听取{in_a_row(heard)}"] if heard else []
    parts += ["解读专班考核方案"] * (explains and "plan" in kinds)
    parts += ["分析研判突出问题"] * ("problems" in kinds)
    parts += ["安排部署下阶段重点任务"] * ("tasks" in kinds)
    return "，".join(parts) or "研究有关事项"


def by_capacity(body: Body, capacity: str) -> list[Body]:
    """People of a meeting who take part, or who sit in, in the order of protocol."""
    return [row for row in body["attendance"] if row["capacity"] == capacity]


def roll(rows: Iterable[Body], *, stand_ins: bool = False) -> str:
    """Units and names as minutes tell them; neighbours of one unit share it."""
    told: list[str] = []
    last = None
    for row in rows:
        name = f"{row['stand_in']}（替{row['name']}）" if stand_ins and row["stand_in"] else row["name"]
        if told and row["unit"] and row["unit"] == last:
            told[-1] += f"、{name}"
        else:
            told.append(f"{row['unit']}{name}")
        last = row["unit"]
    return "，".join(told)


def note_of(row: Body) -> str:
    """What the sign-in sheet notes beside a person."""
    if row["chairs"]:
        return "主持"
    if row["mark"] == AttendanceMark.LEAVE:
        return "请假"
    return f"替会：{row['stand_in']}" if row["mark"] == AttendanceMark.STAND_IN else ""

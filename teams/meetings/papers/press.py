"""新闻稿 from issued minutes: who met, what was heard, what was stressed; no figures (docs/rules.md#papers)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..states import AttendanceMark
from .fields import Field
from .issuer import Issuer
from .minutes import LINES, heard
from .wording import Body, business, by_capacity, in_a_row, moment, person, short_day, team_names

FIELDS = (
    Field("title", _("Title in two lines"), "我县召开基层治理能力提升专项行动\n第1次推进会"),
    Field("meeting_day", _("Day of the meeting"), "10月20日"),
    Field("action", _("Special action"), "基层治理能力提升专项行动"),
    Field("meeting", _("Meeting"), "第1次推进会"),
    Field("business", _("What was heard, judged and arranged"), "分析研判突出问题"),
    Field("chair", _("Chair with post"), "县委常委、组织部部长田某某"),
    Field("units", _("Who else was there"), "县委专项办、县考核中心负责人和各专班组长", optional=True),
    Field("explained", _("Who explained the assessment plan"), "县考核中心主任李某某", optional=True),
    Field("teams", _("Teams that reported, by full name"), "乡村振兴专班和体制机制改革专班", optional=True),
    LINES,
    Field("issuer_short", _("Short name of the issuing organ"), "县委专项办"),
)


def press_values(body: Body, *, issuer: Issuer) -> dict[str, Any]:
    """The press release of the meeting whose minutes `body` keeps."""
    meeting = body["meeting"]
    items = [item for item in body["items"] if item["state"] != "deferred"]
    reported = [item["team"] for item in items if item["kind"] == "report"]
    names = team_names(body)
    plan = [person(item["speaker"]) for item in items if item["kind"] == "plan" and item["speaker"]]
    return {
        "title": f"我县召开{meeting['action']}\n{meeting['title']}",
        "meeting_day": short_day(moment(meeting["starts_at"]).date()),
        "action": meeting["action"],
        "meeting": meeting["title"],
        "business": business({**body, "items": items}, explains=False),
        "chair": person(meeting["chair"]),
        "units": _units(body),
        "explained": in_a_row(plan),
        "teams": in_a_row(names[code] for code in reported),
        "lines": heard(body),
        "issuer_short": issuer.short,
    }


def _units(body: Body) -> str:
    """Who was there besides the chair: those with a post of their own, then the heads of the teams."""
    there = (AttendanceMark.PRESENT, AttendanceMark.STAND_IN)
    rows = [row for row in by_capacity(body, "attending") if row["mark"] in there and not row["chairs"]]
    posts = dict.fromkeys(row["post"] or row["unit"] for row in rows if not row["teams"])
    heads = ["各专班负责人"] if any(row["teams"] for row in rows) else []
    return in_a_row([*filter(None, posts), *heads])

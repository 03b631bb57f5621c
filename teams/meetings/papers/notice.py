"""会议通知: when, where, who, the agenda, what to bring (docs/rules.md#papers)."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import Field
from .issuer import Issuer
from .wording import Body, by_capacity, in_a_row, long_day, meeting_time, moment, person, short_moment

FIELDS = (
    Field("title", _("Title in two lines"), "关于召开基层治理能力提升专项行动\n第1次推进会的通知"),
    Field("to", _("To whom it is addressed"), "各专班，县考核中心"),
    Field("action", _("Special action"), "基层治理能力提升专项行动"),
    Field("meeting", _("Meeting"), "第1次推进会"),
    Field("meeting_day", _("Day of the meeting"), "2026年10月20日"),
    Field("time", _("Day, weekday and time"), "2026年10月20日（星期二）15:00"),
    Field("minutes", _("Minutes of all items"), 100),
    Field("place", pgettext_lazy("template field", "Place"), "县委三楼会议室", optional=True),
    Field("chair", _("Chair with post"), "县委常委、组织部部长田某某", optional=True),
    Field("attending", _("Those who take part, besides the chair"), "县委专项办主任周某某，8个专班组长"),
    Field("guests", _("Those who sit in"), "县市场监管局登记注册股股长戴某某", optional=True),
    Field(
        "items",
        _("Items of the agenda; reports in a row are one"),
        rows=(
            Field("title", _("Item"), "解读专班考核方案"),
            Field("about", _("Speaker and minutes"), "县考核中心主任李某某，12分钟"),
        ),
    ),
    Field("as_of", _("Moment of the figures in the bound pack"), "10月20日14:00", optional=True),
    Field(
        "reports",
        _("Order in which teams report"),
        rows=(
            Field("team", _("Full name of the team"), "发展壮大村级集体经济专班"),
            Field("speaker", _("Speaker"), "赵某某", optional=True),
            Field("minutes", pgettext_lazy("template field", "Minutes"), 6),
        ),
    ),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("day", _("Day of the paper"), "2026年10月13日"),
    Field("contact", _("Contact"), "秦某某", optional=True),
    Field("phone", _("Phone of the contact"), "内线8001", optional=True),
    Field("leave_by", _("Moment by which leave is reported"), "10月19日12:00", optional=True),
)


def notice_values(body: Body, *, issuer: Issuer, day: date, bound: bool) -> dict[str, Any]:
    """The notice of the meeting that `body` tells of, issued on `day`; `bound` where its figures are kept in a pack."""
    meeting, starts_at = body["meeting"], moment(body["meeting"]["starts_at"])
    reports = [item for item in body["items"] if item["kind"] == "report"]
    as_of = moment(body["as_of"])
    return {
        "title": f"关于召开{meeting['action']}\n{meeting['title']}的通知",
        "to": "各专班，县考核中心",
        "action": meeting["action"],
        "meeting": meeting["title"],
        "meeting_day": long_day(starts_at.date()),
        "time": meeting_time(starts_at),
        "minutes": sum(item["minutes"] for item in body["items"]),
        "place": meeting["place"] or "待定",
        "chair": person(meeting["chair"]) or "待定",
        "attending": _attending(body),
        "guests": in_a_row(f"{row['unit']}{person(row)}" for row in by_capacity(body, "sitting_in")),
        "items": list(_items(body)),
        "as_of": short_moment(as_of) if bound else "",
        "reports": [
            {
                "team": item["team_name"],
                "speaker": item["speaker"]["name"] if item["speaker"] else "",
                "minutes": item["minutes"],
            }
            for item in reports
        ],
        "issuer": issuer.name,
        "day": long_day(day),
        "contact": meeting["contact"],
        "phone": meeting["contact_phone"],
        "leave_by": short_moment(moment(meeting["leave_by"])) if meeting["leave_by"] else "",
    }


def _attending(body: Body) -> str:
    """Everybody but the chair; heads of teams are told by their number."""
    rows = [row for row in by_capacity(body, "attending") if not row["chairs"]]
    others = in_a_row(person(row) for row in rows if not row["teams"])
    teams = sum(len(row["teams"]) for row in rows)
    return "，".join(part for part in (others, f"{teams}个专班组长" if teams else "") if part) or "待定"


def _items(body: Body) -> Iterator[dict[str, str]]:
    for is_report, group in groupby(body["items"], lambda item: item["kind"] == "report"):
        items = list(group)
        if is_report and len(items) > 1:
            lengths = {item["minutes"] for item in items}
            each = f"每个专班{lengths.pop()}分钟" if len(lengths) == 1 else f"共{sum(i['minutes'] for i in items)}分钟"
            yield {"title": f"{len(items)}个专班依次汇报", "about": f"顺序见附件，{each}"}
            continue
        for item in items:
            title = f"{item['team_name']}汇报" if is_report else item["title"]
            speaker = person(item["speaker"])
            yield {
                "title": title,
                "about": f"{speaker}，{item['minutes']}分钟" if speaker else f"{item['minutes']}分钟",
            }

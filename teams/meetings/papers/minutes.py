"""会议纪要, as it was signed (docs/rules.md#papers)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..states import AttendanceMark
from .fields import Field
from .issuer import Issuer
from .pack import follow_up_sum
from .wording import (
    Body,
    business,
    by_capacity,
    headed,
    long_day,
    moment,
    paragraphs,
    person,
    responsible,
    roll,
    sentence,
    team_names,
)

LINES = Field(
    "lines",
    _("Lines heard that were adopted"),
    rows=(
        Field("title", _("Its short first sentence"), "品牌要再亮。", optional=True),
        Field("text", _("The rest of it"), "各专班要在11月10日前提出专项品牌。"),
    ),
)
FIELDS = (
    Field("mark", _("Red head"), "基层治理能力提升专项行动会议纪要"),
    Field("title", pgettext_lazy("template field", "Title"), "基层治理能力提升专项行动第1次推进会纪要"),
    Field("meeting", _("Meeting"), "第1次推进会"),
    Field("number", _("Document number"), "〔2026〕2号"),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("day", _("Day of the paper"), "2026年10月21日"),
    Field("opening", _("When, who presided, what was heard"), "2026年10月20日，田某某主持召开第1次推进会。"),
    Field("follow_up", _("Sum of the follow-up"), "截至会前，办结9件，逾期1件。", optional=True),
    Field("text", _("Paragraphs of the minutes"), "会议指出，总体推进有序。", many=True),
    LINES,
    Field(
        "decisions",
        pgettext_lazy("template field", "Decisions"),
        rows=(
            Field("text", pgettext_lazy("template field", "Decision"), "对未办结的微心愿逐件包联"),
            Field("who", _("Who is responsible"), "在职党员参与社区治理专班", optional=True),
            Field("due", _("Due"), "2026年11月15日", optional=True),
        ),
    ),
    Field("present", _("Who was present, with stand-ins"), "县委组织部周某某、吴某某", optional=True),
    Field("on_leave", _("Who was on leave"), "罗某某", optional=True),
    Field("absent", _("Who was absent"), "何某某", optional=True),
    Field("guests", _("Who sat in"), "县市场监管局戴某某", optional=True),
)


def minutes_values(body: Body, *, issuer: Issuer, pack: Body | None) -> dict[str, Any]:
    """The minutes that `body` keeps; the follow-up is that of the pack before the meeting."""
    meeting, attending = body["meeting"], by_capacity(body, "attending")
    named = meeting["action"] + meeting["title"]

    def marked(*marks: str) -> list[Body]:
        return [row for row in attending if row["mark"] in marks]

    return {
        "mark": f"{meeting['action']}会议纪要",
        "title": f"{named}纪要",
        "meeting": meeting["title"],
        "number": f"〔{body['year']}〕{body['document_number']}号",
        "issuer": issuer.name,
        "day": long_day(moment(body["issued_at"]).date()),
        "opening": f"{long_day(moment(meeting['starts_at']).date())}，{person(meeting['chair'])}"
        f"{'在' + meeting['place'] if meeting['place'] else ''}主持召开{named}，{business(body)}。",
        "follow_up": f"截至会前，{follow_up_sum(pack)}。" if pack and pack["agenda"]["follow_up"] else "",
        "text": paragraphs(body["text"]),
        "lines": heard(body),
        "decisions": [
            {
                "text": sentence(row["text"]),
                "who": responsible(row, team_names(body)),
                "due": long_day(row["due_on"]),
            }
            for row in body["decisions"]
        ],
        "present": roll(marked(AttendanceMark.PRESENT, AttendanceMark.STAND_IN), stand_ins=True),
        "on_leave": roll(marked(AttendanceMark.LEAVE)),
        "absent": roll(marked(AttendanceMark.ABSENT)),
        "guests": roll(by_capacity(body, "sitting_in")),
    }


def heard(body: Body) -> list[dict[str, str]]:
    """The lines heard, each with its short first sentence."""
    return [dict(zip(("title", "text"), headed(line["text"]), strict=True)) for line in body["lines"]]

"""通报 as it was signed (docs/rules.md#papers)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import Field
from .issuer import Issuer
from .wording import Body, long_day, numbered, paragraphs

_LINE = (
    Field("team", _("Full name of the team"), "在职党员参与社区治理专班"),
    Field("text", _("What is said of it"), "进展报告多次迟报。"),
)
FIELDS = (
    Field("mark", _("Red head"), "县委基层治理能力提升专项行动办公室文件"),
    Field("number", _("Document number"), "县专项办通报〔2026〕4号"),
    Field("title", pgettext_lazy("template field", "Title"), "关于进展报告报送情况的通报"),
    Field("text", _("Paragraphs of the circular"), "各专班进展报告总体按时报送。", many=True),
    Field("praised", _("Teams that are praised"), rows=_LINE),
    Field(
        "named",
        _("Teams that are named"),
        rows=(*_LINE, Field("order", _("Number of the order that it follows"), "督办〔2026〕5号", optional=True)),
    ),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("day", _("Day of the paper"), "2026年10月10日"),
)


def circular_values(body: Body, *, issuer: Issuer) -> dict[str, Any]:
    """The circular that `body` keeps."""
    return {
        "mark": f"{issuer.name}文件",
        "number": f"{issuer.code}{numbered('circular', body['year'], body['number'])}",
        "title": body["title"],
        "text": paragraphs(body["text"]),
        "praised": [{"team": line["team"], "text": line["text"]} for line in body["lines"] if line["kind"] == "praise"],
        "named": [
            {"team": line["team"], "text": line["text"], "order": _number(line["order"])}
            for line in body["lines"]
            if line["kind"] == "named"
        ],
        "issuer": issuer.name,
        "day": long_day(body["on"]),
    }


def _number(code: str | None) -> str:
    """The number of an order as papers tell it, from the code that is kept."""
    if not code:
        return ""
    series, year, number = code.split("-")
    return numbered(series, int(year), int(number))

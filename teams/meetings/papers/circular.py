"""通报 as it was signed (docs/rules.md#papers)."""

from collections.abc import Sequence
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
RANKED = (
    Field("rank", _("Rank"), "1"),
    Field("team", _("Full name of the team"), "体制机制改革专班"),
    Field("base", pgettext_lazy("points", "Base"), "97.14"),
    Field("bonus", pgettext_lazy("points", "Bonus"), "0.00"),
    Field("deduction", pgettext_lazy("points", "Deduction"), "0.00"),
    Field("total", _("Total"), "97.14"),
    Field("grade", _("Grade"), "优秀", optional=True),
    Field("note", pgettext_lazy("annex", "Note"), "成立不满60天", optional=True),
)
"""A team's row of a ranking."""
ONE_TABLE = 12
"""Teams that one table holds; above that each class has its own, whose head repeats the class."""

RANKING = Field(
    "tables",
    _("Tables of the annex: one, or one a class where there are many teams"),
    rows=(
        Field("title", _("Class that has the table to itself"), "经济资产类", optional=True),
        Field(
            "bands",
            _("Classes of the table"),
            rows=(
                Field("title", _("Class"), "经济资产类", optional=True),
                Field("rows", _("A row a team"), rows=RANKED),
            ),
        ),
    ),
)
"""The tables of a ranking."""

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
    Field("annex", _("Title of the annex with the ranking"), "2026年第三季度试考核排名表", optional=True),
    RANKING,
    Field("note", _("Note under the annex"), "注：同类排名；总分＝基础分＋加分－减分。", optional=True),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("day", _("Day of the paper"), "2026年10月10日"),
)


def circular_values(body: Body, *, issuer: Issuer) -> dict[str, Any]:
    """The circular that `body` keeps."""
    annex = body.get("annex")
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
        "annex": annex["title"] if annex else "",
        "tables": ranking_tables(annex["bands"]) if annex else [],
        "note": annex["note"] if annex else "",
        "issuer": issuer.name,
        "day": long_day(body["on"]),
    }


def ranking_tables(bands: Sequence[Body]) -> list[dict[str, Any]]:
    """The bands in one table, or a table each where the teams are many."""
    names = [field.name for field in RANKED]
    told = [
        {"title": band["title"], "rows": [dict(zip(names, row, strict=True)) for row in band["rows"]]} for band in bands
    ]
    if sum(len(band["rows"]) for band in told) <= ONE_TABLE:
        return [{"title": "", "bands": told}]
    return [{"title": band["title"], "bands": [band | {"title": ""}]} for band in told]


def _number(code: str | None) -> str:
    """The number of an order as papers tell it, from the code that is kept."""
    if not code:
        return ""
    series, year, number = code.split("-")
    return numbered(series, int(year), int(number))

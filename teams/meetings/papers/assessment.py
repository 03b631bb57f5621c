"""Fields of the papers of the assessment: announcement of a result, score table, decision letter.

What fills them is read from a result: `assessments/results/papers.py` (docs/rules.md#papers-of-a-result).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .circular import RANKED, RANKING
from .fields import Field

_TITLE = Field("title", pgettext_lazy("template field", "Title"), "关于2026年9月份专班考核结果的公示")
_ISSUER = Field("issuer", _("Assessment centre"), "垣曲县考核中心")
_ISSUER_SHORT = Field("issuer_short", _("Short name of the assessment centre"), "县考核中心")
_ROUND = Field("round", _("Title of the round"), "2026年9月份专班考核")
_APPROVAL = Field("approval", _("Document that approved the result"), "垣组发〔2026〕31号", optional=True)

PUBLICITY = (
    _TITLE,
    Field("number", _("Document number"), "垣考核公示〔2026〕3号", optional=True),
    Field("plan", _("Assessment plan"), "专班考核方案"),
    Field("basis", _("Basis of the plan"), "县专项办发〔2026〕8号", optional=True),
    _ROUND,
    _APPROVAL,
    Field("first", _("First day of the public notice"), "2026年10月22日"),
    Field("last", _("Until when it lasts"), "2026年10月28日18:00"),
    Field("days", _("Working days of the public notice"), 5),
    Field("phone", _("Phone of the assessment centre"), "0359-6000000", optional=True),
    Field("annex", _("Title of the annex with the ranking"), "2026年9月份专班考核结果"),
    RANKING,
    Field("note", _("Note under the annex"), "注：按类排名，同分同位次。"),
    _ISSUER,
    _ISSUER_SHORT,
    Field("day", _("Day of the paper"), "2026年10月21日"),
)
"""公示."""

_POINTS = (
    Field("number", _("Place in the table"), "1"),
    Field("code", _("Code of the indicator"), "T1"),
    Field("title", _("Indicator, bonus or deduction"), "重点任务完成率"),
    Field("full", _("Full points"), "25"),
    Field("rule", _("Scoring standard"), "到期任务销号比例×分值"),
    Field("source", _("Where its value comes from"), "系统（任务台账）"),
    Field("own", _("Self-score"), "25.00", optional=True),
    Field("first", _("First score"), "18.75"),
    Field("checked", _("Checked score"), "18.75"),
    Field("reason", _("Reason of the loss"), "100 × 3 ÷ 4 = 75 %", optional=True),
)

SCORES = (
    Field("title", pgettext_lazy("template field", "Title"), "2026年9月份专班考核得分表"),
    _ROUND,
    Field("preview", _("That the result is not public yet"), "（未公示，仅供内部核对）", optional=True),
    _APPROVAL,
    Field("number", _("Number of the result"), 1),
    Field("day", _("Day of the score"), "2026年10月20日"),
    Field(
        "tables",
        _("A table for each class, where the reader sees all teams"),
        rows=(
            Field("title", _("Class"), "经济资产类"),
            Field(
                "columns",
                _("A column for each indicator"),
                rows=(
                    Field("title", _("Title of the indicator, or its number where there are many"), "完成率"),
                    Field("full", _("Full points"), "25"),
                ),
            ),
            Field(
                "rows",
                _("A row a team"),
                rows=(
                    *RANKED[:2],
                    Field("cells", _("Points of each indicator"), "25.00", many=True),
                    *RANKED[2:],
                ),
            ),
        ),
    ),
    Field("note", _("Note under the tables"), "注：“—”为该项不计分。", optional=True),
    Field(
        "sheets",
        _("A page for each team"),
        rows=(
            Field("team", _("Full name of the team"), "在职党员参与社区治理专班"),
            Field("title", _("Class"), "党建治理类"),
            Field("rows", _("A row for each indicator"), rows=_POINTS),
            Field("sums", _("How total, rank and grade were reached, a line each"), "总分：50.97", many=True),
        ),
    ),
    _ISSUER,
    _ISSUER_SHORT,
)
"""考核得分表."""

LETTER = (
    Field("number", _("Document number"), "县考核中心复核〔2026〕1号"),
    Field("team", _("Full name of the team"), "基层治理主题培训专班"),
    Field("filed", _("Day of the appeal"), "2026年9月11日"),
    _ROUND,
    Field("matter", _("What the appeal is about"), "A9报送及时"),
    Field(
        "parts",
        _("Request, findings and decision, a part each; an empty one is absent"),
        rows=(
            Field("number", _("Number of the part"), 1),
            Field("label", _("Heading of the part"), "申诉事项和理由"),
            Field("text", _("Text of the part"), "8月下旬报告当日已报送纸质件。"),
        ),
    ),
    Field(
        "changes",
        _("Teams whose points, rank or grade changed"),
        rows=(
            Field("team", _("Full name of the team"), "基层治理主题培训专班"),
            Field("total_before", _("Total before"), "89.43"),
            Field("total_after", _("Total after"), "90.00"),
            Field("rank_before", _("Rank before"), "3"),
            Field("rank_after", _("Rank after"), "2"),
            Field("grade_before", _("Grade before"), "良好", optional=True),
            Field("grade_after", _("Grade after"), "良好", optional=True),
        ),
    ),
    Field("until", _("Until when the public notice was extended"), "2026年9月17日18:00", optional=True),
    _ISSUER,
    _ISSUER_SHORT,
    Field("day", _("Day of the paper"), "2026年9月15日"),
)
"""复核意见书."""

"""Our templates of the papers of the assessment: announcement of a result, score table, decision letter."""

from ..layout import Paper
from ..styles import HEI

_RANKING = ("rank", "team", "total", "grade", "note")


def publicity() -> bytes:
    """公示: how long, how to appeal, and the ranking as an annex."""
    paper = Paper()
    paper.add("公文标题无红头", "{{ title }}")
    paper.tag("if number")
    paper.add("副标题", "{{ number }}")
    paper.tag("endif")
    paper.add(
        "公文正文",
        "根据{{ plan }}{% if basis %}（{{ basis }}）{% endif %}，{{ issuer_short }}完成了{{ round }}，"
        "经审定{% if approval %}（{{ approval }}）{% endif %}，现将考核结果予以公示。",
    )
    paper.add("公文正文", ("公示时间：", HEI), "{{ first }}至{{ last }}（{{ days }}个工作日）。")
    paper.add(
        "公文正文",
        ("申诉办法：", HEI),
        "专班对本专班的指标得分、等次或者否决事项有异议的，由组长或者副组长在公示期内提出书面申诉，写明事项、理由和依据，"
        "附佐证材料；同一事项只申诉一次。{{ issuer_short }}指定未参与该项评分的人员复核，书面答复。",
    )
    phone = "{% if phone %}，联系电话：{{ phone }}{% endif %}"
    paper.add("公文正文", ("受理单位：", HEI), "{{ issuer_short }}" + phone + "。", with_next=True)
    paper.add("附件说明", "附件：{{ annex }}", with_next=True)
    paper.signed("{{ issuer }}", "{{ day }}")
    paper.add("附件标记", "附件", new_page=True)
    paper.add("表题", "{{ annex }}")
    paper.tag("for table in tables")
    rows = (
        "{%tr for band in table.bands %}",
        "{%tr if band.title %}",
        "{{ band.title }}",
        "{%tr endif %}",
        "{%tr for row in band.rows %}",
        tuple("{{ row." + name + " }}" for name in _RANKING),
        "{%tr endfor %}",
        "{%tr endfor %}",
    )
    above = ("{%tr if table.title %}", "{{ table.title }}", "{%tr endif %}")
    heads = ("位次", "专班", "总分", "等次", "备注")
    paper.table([14, 72, 20, 22, 28], heads, rows, "ctccc", height=10, above=above)
    paper.add("隔", "")
    paper.tag("endfor")
    paper.add("表后注", "{{ note }}")
    return paper.content()


def scores() -> bytes:
    """考核得分表: a table a class, then a page a team."""
    paper = Paper(landscape=True)
    paper.tag("if tables")
    paper.add("表题", "{{ title }}")
    approval = "{% if approval %}批准：{{ approval }}　　{% endif %}"
    paper.sides(
        "单位：{{ issuer_short }}{{ preview }}",
        approval + "结果：第{{ number }}次　　日期：{{ day }}",
        style="表注",
        width=252,
    )
    paper.tag("for table in tables")
    paper.add("表注", "{{ table.title }}")
    heads = ("基础分", "加分", "减分", "总分", "等次", "备注")
    names = ("base", "bonus", "deduction", "total", "grade", "note")
    column = ("{%tc for column in table.columns %}", "{{ column.title }}\n{{ column.full }}分", "{%tc endfor %}")
    cell = ("{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}")
    rows = (
        "{%tr for row in table.rows %}",
        ("{{ row.rank }}", "{{ row.team }}", *cell, *("{{ row." + name + " }}" for name in names)),
        "{%tr endfor %}",
    )
    widths = [12, 56, *[20] * 9]  # those of loops are laid anew when it is filled
    paper.table(widths, ("位次", "专班", *column, *heads), rows, "ct" + "c" * 9, small=True, height=7.5, fitted=True)
    paper.add("隔", "")
    paper.tag("endfor", "if note")
    paper.add("表后注", "{{ note }}")
    paper.tag("endif")
    paper.add("表后注", "制表：" + "　" * 17 + "复核：" + "　" * 17 + "审定：")
    paper.tag("endif", "for sheet in sheets")
    paper.add("表题", "{{ sheet.team }}得分明细", new_page=True)
    paper.sides(
        "{{ round }}　{{ sheet.title }}{{ preview }}",
        approval + "结果：第{{ number }}次　　日期：{{ day }}",
        style="表注",
        width=252,
    )
    shown = ("number", "title", "full", "rule", "source", "own", "first", "checked", "reason")
    points = ("{%tr for row in sheet.rows %}", tuple("{{ row." + name + " }}" for name in shown), "{%tr endfor %}")
    titled = ("序号", "指标", "分值", "评分标准", "数据来源", "自评", "初评", "核定", "失分原因")
    paper.table([12, 36, 17, 58, 32, 15, 15, 15, 53], titled, points, "ctcttccct", small=True, height=8)
    paper.tag("for line in sheet.sums")
    paper.add("表后注", "{{ line }}")
    paper.tag("endfor", "endfor")
    paper.add("隔", "")
    return paper.content()


def letter() -> bytes:
    """复核意见书: one for each appeal."""
    paper = Paper()
    paper.add("公文标题无红头", "复核意见书")
    paper.add("副标题", "{{ number }}")
    paper.add("主送机关", "{{ team }}：")
    paper.add(
        "公文正文",
        "你专班{{ filed }}就{{ round }}“{{ matter }}”提出的申诉收悉。按照考核方案规定，{{ issuer_short }}指定未经手该项"
        "数据、未参与该轮评分的人员进行了复核，现提出如下意见。",
    )
    paper.tag("for part in parts")
    paper.add("公文正文", ("{{ part.number|numeral }}、{{ part.label }}。", HEI), "{{ part.text }}")
    paper.tag("endfor", "if changes")
    paper.add("表注", "调整前后对照：")
    names = ("team", "total_before", "total_after", "rank_before", "rank_after", "grade_before", "grade_after")
    rows = (
        "{%tr for row in changes %}",
        tuple("{{ row." + name + " }}" for name in names),
        "{%tr endfor %}",
    )
    heads = ("专班", "原总分", "新总分", "原位次", "新位次", "原等次", "新等次")
    paper.table([54, 17, 17, 17, 17, 17, 17], heads, rows, "tcccccc")
    paper.add("隔", "")
    paper.tag("endif", "if until")
    paper.add("公文正文", "因位次或者等次变动，公示延长至{{ until }}。")
    paper.tag("endif")
    paper.add("公文正文", "本意见为该事项的最终复核意见。", with_next=True)
    paper.signed("{{ issuer }}", "{{ day }}")
    return paper.content()

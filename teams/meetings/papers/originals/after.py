"""Our templates of what is issued: minutes, press release, supervision order, circular, bulletin."""

from docx.shared import Pt

from ..layout import FormRow, Paper
from ..styles import HEI, KAI, LINE


def minutes() -> bytes:
    """会议纪要: red head with the number, no seal."""
    paper = Paper()
    paper.head("{{ mark }}", "（{{ meeting }}）　　{{ number }}", width=90)
    paper.red_rule(paper.sides("{{ issuer }}", "{{ day }}"))
    paper.add("公文标题", "{{ title }}").paragraph_format.space_before = Pt(LINE)
    paper.add("公文正文", "{{ opening }}现将会议主要内容纪要如下：")
    paper.tag("if follow_up")
    paper.add("公文正文", "会议听取了上次会议议定事项办理情况。{{ follow_up }}")
    paper.tag("endif", "for paragraph in text")
    paper.add("公文正文", "{{ paragraph }}")
    paper.tag("endfor", "if lines")
    paper.add("公文正文", "会议强调，要重点抓好以下工作：", with_next=True)
    paper.tag("for line in lines")
    paper.add("公文正文", ("（{{ loop.index|numeral }}）{{ line.title }}", KAI), "{{ line.text }}")
    paper.tag("endfor", "endif", "if decisions")
    paper.add("公文正文", "会议议定以下事项：", with_next=True)
    paper.tag("for row in decisions")
    due = "{% if row.due %}；完成时限：{{ row.due }}{% endif %}"
    paper.add("条目", "{{ loop.index }}.{{ row.text }}（责任单位：{{ row.who }}" + due + "）")
    paper.tag("endfor", "endif")
    for place, (label, name) in enumerate(
        (("出席", "present"), ("请假", "on_leave"), ("缺席", "absent"), ("列席", "guests"))
    ):
        paper.tag(f"if {name}")
        people = paper.add("名单", (f"{label}：", HEI), "{{ " + name + " }}")
        if place == 0:
            people.paragraph_format.space_before = Pt(LINE)
        paper.tag("endif")
    paper.colophon("分送：各专班，县考核中心。", "{{ issuer }}", "{{ day }}")
    return paper.content()


def press() -> bytes:
    """新闻稿: one or two paragraphs and where it comes from; no figures of progress."""
    paper = Paper()
    paper.add("公文标题无红头", "{{ title }}")
    paper.add(
        "公文正文",
        "{{ meeting_day }}，{{ action }}{{ meeting }}召开，{{ business }}。{{ chair }}出席会议并讲话。"
        "{% if units %}{{ units }}参加会议。{% endif %}"
        "{% if explained %}会上，{{ explained }}解读了专班考核方案。{% endif %}"
        "{% if teams %}{{ teams }}的负责人依次汇报了重点工作进展情况和下一步打算。{% endif %}",
    )
    paper.tag("if lines")
    paper.add("公文正文", "会议强调，{% for line in lines %}{{ line.title }}{{ line.text }}{% endfor %}")
    paper.tag("endif")
    paper.add("公文正文", "（来源：{{ issuer_short }}）")
    return paper.content()


def order() -> bytes:
    """督办单: a form of one page; an answer is a row."""
    paper = Paper(numbered=False, top=25, bottom=20)
    paper.add("大表题", "督　办　单")
    paper.sides("编号：{{ number }}", "签发日期：{{ day }}", style="单文", width=156)
    blank = "　　　　　　　　　　"
    rows = (
        FormRow("督办事项", "{{ matter }}", ("等　　级", "{{ rung }}")),
        FormRow(
            "承办单位",
            "牵头：{{ team }}{% if lead %}（{{ lead }}）{% endif %}\n{%p if joint %}\n配合：{{ joint }}\n{%p endif %}",
        ),
        FormRow("督办依据", "{{ basis }}"),
        FormRow(tag="{%tr if standing %}"),
        FormRow("目前情况", "{{ standing }}"),
        FormRow(tag="{%tr endif %}"),
        FormRow("办理要求", "{%p for demand in demands %}\n{{ demand }}\n{%p endfor %}"),
        FormRow(
            "答复时限",
            "{% if answer_by %}{{ answer_by }}前书面答复{% else %}签收后按要求办理{% endif %}",
            ("联系人", "{{ contact }}\n{%p if phone %}\n{{ phone }}\n{%p endif %}"),
        ),
        FormRow("签 发 人", "{{ signer }}", ("签收人", "{{ acknowledged }}")),
        FormRow(tag="{%tr if not answers %}"),
        FormRow("办理情况\n（承办单位）", f"\n\n{blank}负责人（签字）：\n{blank}（盖章）　　　　年　月　日", height=32),
        FormRow("审核意见\n（专项办）", f"\n\n{blank}签字：　　　　　年　月　日", height=20),
        FormRow(tag="{%tr endif %}"),
        FormRow(tag="{%tr for answer in answers %}"),
        FormRow(
            "第{{ loop.index }}次\n答复",
            "{{ answer.text }}\n{% if answer.promised %}承诺完成时间：{{ answer.promised }}　　{% endif %}"
            "{{ answer.by }}　{{ answer.on }}",
        ),
        FormRow("审核意见\n（专项办）", "{% if answer.verdict %}{{ answer.verdict }}{% else %}待审核{% endif %}"),
        FormRow(tag="{%tr endfor %}"),
    )
    paper.form([32, 54, 24, 46], rows)
    paper.add(
        "表后注",
        "说明：1.承办单位签收后按时限答复，逾期不答复的提级督办。2.需要延期的，在答复中写明理由和承诺完成时间。"
        "3.本单一式两份，承办单位、{{ issuer_short }}各存一份。",
    )
    return paper.content()


def circular() -> bytes:
    """通报: red head, what is praised, what is named with its basis."""
    paper = Paper()
    paper.head("{{ mark }}", "{{ number }}", width=76)
    paper.red_rule(paper.document.paragraphs[-1], space=11)
    paper.add("公文标题", "{{ title }}")
    paper.add("主送机关", "各专班：")
    paper.tag("for paragraph in text")
    paper.add("公文正文", "{{ paragraph }}")
    paper.tag("endfor", "if praised")
    paper.add("一级标题", "一、主要做法和亮点")
    paper.tag("for line in praised")
    paper.add("条目", "{{ loop.index }}.{{ line.team }}：{{ line.text }}")
    paper.tag("endfor", "endif", "if named")
    paper.add("一级标题", "{% if praised %}二{% else %}一{% endif %}、存在问题")
    paper.tag("for line in named")
    basis = "{% if line.order %}（{{ line.order }}）{% endif %}"
    paper.add("条目", "{{ loop.index }}.{{ line.team }}：{{ line.text }}" + basis)
    paper.tag("endfor", "endif")
    paper.tag("if annex")
    paper.add("附件说明", "附件：{{ annex }}", with_next=True)
    paper.tag("endif")
    paper.signed("{{ issuer }}", "{{ day }}")
    paper.tag("if annex")
    _ranking(paper)
    paper.tag("endif")
    paper.colophon("抄送：县考核中心。", "{{ issuer }}", "{{ day }}")
    return paper.content()


def _ranking(paper: Paper) -> None:
    """The annex of a circular: a band a class, or a table a class."""
    paper.add("附件标记", "附件", new_page=True)
    paper.add("表题", "{{ annex }}")
    paper.tag("for table in tables")
    names = ("rank", "team", "base", "bonus", "deduction", "total", "grade", "note")
    rows = (
        "{%tr for band in table.bands %}",
        "{%tr if band.title %}",
        "{{ band.title }}",
        "{%tr endif %}",
        "{%tr for row in band.rows %}",
        tuple("{{ row." + name + " }}" for name in names),
        "{%tr endfor %}",
        "{%tr endfor %}",
    )
    heads = ("位次", "专班", "基础分", "加分", "减分", "总分", "等次", "备注")
    above = ("{%tr if table.title %}", "{{ table.title }}", "{%tr endif %}")
    paper.table([11, 47, 16, 13, 13, 16, 20, 20], heads, rows, "ctcccccc", height=10, above=above)
    paper.add("隔", "")
    paper.tag("endfor")
    paper.add("表后注", "{{ note }}")


def bulletin() -> bytes:
    """简报: a month by its last closed period."""
    paper = Paper()
    paper.head("专项行动工作简报", "{{ number }}", width=100, style="红头大")
    paper.red_rule(paper.sides("{{ issuer }}", "{{ day }}"))
    paper.add("公文标题", "{{ month }}专班工作推进情况").paragraph_format.space_before = Pt(20)
    paper.add("公文正文", "{{ summary }}")
    paper.add("一级标题", "一、各专班进度")
    figures = ("green", "blue", "yellow", "red", "closed")
    counts = ["{% if row." + name + " %}{{ row." + name + " }}{% endif %}" for name in figures]
    sums = ["{% if " + name + " %}{{ " + name + " }}{% endif %}" for name in figures]
    rows = (
        "{%tr for row in teams %}",
        ("{{ loop.index }}", "{{ row.team }}", "{{ row.tasks }}", *counts, "{{ row.core }}"),
        "{%tr endfor %}",
        ("", "合　计", "{{ tasks }}", *sums, ""),
    )
    heads = ("序号", "专班", "任务", "正常", "临期", "黄灯", "红灯", "销号", "核心指标")
    paper.table([10, 34, 10, 10, 10, 10, 10, 10, 52], heads, rows, "ctcccccct", small=True)
    paper.tag("if late")
    paper.add("表后注", "销号中{{ late }}项为迟办。")
    paper.tag("endif", "for part in parts")
    paper.add("一级标题", "{{ part.number|numeral }}、{{ part.title }}")
    paper.tag("for line in part.lines")
    paper.add("条目", "{{ loop.index }}.{{ line }}")
    paper.tag("endfor", "endfor")
    paper.colophon("报送：县委、县政府有关领导；县考核中心；各专班。", "{{ issuer }}", "{{ day }}")
    return paper.content()

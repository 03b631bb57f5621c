"""Our templates of the papers before a meeting: notice, sign-in sheet, pack, script of the chair."""

from ..layout import Paper
from ..styles import HEI, KAI


def notice() -> bytes:
    """会议通知."""
    paper = Paper()
    paper.add("公文标题无红头", "{{ title }}")
    paper.add("主送机关", "{{ to }}：")
    paper.add("公文正文", "经研究，定于{{ meeting_day }}召开{{ action }}{{ meeting }}。现将有关事项通知如下：")
    paper.add("一级标题", "一、会议时间")
    paper.add("公文正文", "{{ time }}，会期约{{ minutes }}分钟。")
    paper.add("一级标题", "二、会议地点")
    paper.add("公文正文", "{{ place }}。")
    paper.add("一级标题", "三、参会人员")
    paper.add("公文正文", ("（一）主持。", KAI), "{{ chair }}。")
    paper.add("公文正文", ("（二）出席。", KAI), "{{ attending }}。")
    paper.tag("if guests")
    paper.add("公文正文", ("（三）列席。", KAI), "{{ guests }}。")
    paper.tag("endif")
    paper.add("一级标题", "四、会议议程")
    paper.tag("for item in items")
    end = "{% if loop.last %}。{% else %}；{% endif %}"
    paper.add("条目", "{{ loop.index }}.{{ item.title }}（{{ item.about }}）" + end)
    paper.tag("endfor")
    paper.add("一级标题", "五、有关要求")
    as_of = "{% if as_of %}，数据截至{{ as_of }}{% endif %}"
    paper.add(
        "公文正文",
        ("（一）准备材料。", KAI),
        f"会议材料按各专班已报进展统一编印{as_of}，各专班不另报书面材料。汇报时重点讲差距、原因和下步措施，"
        "请携带本专班任务台账。",
    )
    paper.add(
        "公文正文",
        ("（二）严格请假。", KAI),
        "确因公务不能参会的，请于{% if leave_by %}{{ leave_by }}前{% else %}会前{% endif %}报备请假或者替会人员；"
        "会议开始后报备的，按缺席统计。",
    )
    paper.add(
        "公文正文",
        ("（三）遵守会风。", KAI),
        "请参会人员提前10分钟到场签到，会议期间将手机置于静音状态。",
        with_next=True,
    )
    paper.tag("if reports")
    paper.add("附件说明", "附件：{{ reports|length }}个专班汇报顺序", with_next=True)
    paper.tag("endif")
    paper.signed("{{ issuer }}", "{{ day }}")
    paper.tag("if contact")
    paper.add("附注", "（联系人：{{ contact }}{% if phone %}，联系电话：{{ phone }}{% endif %}）")
    paper.tag("endif")
    paper.tag("if reports")
    paper.add("附件标记", "附件", new_page=True)
    paper.add("表题", "{{ reports|length }}个专班汇报顺序")
    rows = (
        "{%tr for row in reports %}",
        ("{{ loop.index }}", "{{ row.team }}", "{{ row.speaker }}", "{{ row.minutes }}"),
        "{%tr endfor %}",
    )
    paper.table([16, 84, 36, 20], ("序号", "专班", "汇报人", "分钟"), rows, "ctcc", height=10)
    paper.tag("endif")
    paper.add("隔", "")
    return paper.content()


def sign_in() -> bytes:
    """签到表."""
    paper = Paper(numbered=False, top=28, bottom=22)
    paper.add("表题", "{{ action }}{{ meeting }}签到表")
    paper.sides("时间：{{ time }}", "地点：{{ place }}", style="表注", width=156)
    person = ("{{ row.number }}", "{{ row.unit }}", "{{ row.post }}", "{{ row.name }}", "", "{{ row.note }}")
    rows = (
        "{%tr for row in people %}",
        person,
        "{%tr endfor %}",
        "{%tr if guests %}",
        "列　席",
        "{%tr endif %}",
        "{%tr for row in guests %}",
        person,
        "{%tr endfor %}",
        *([("", "", "", "", "", "")] * 3),
    )
    heads = ("序号", "单位", "职务", "姓名", "签名", "备注")
    paper.table([12, 32, 46, 20, 28, 18], heads, rows, "cttccc", height=9.6)
    paper.add(
        "表后注",
        "应到{{ people|length }}人{% if guests %}，列席{{ guests|length }}人{% endif %}。"
        "会前已请假或者登记替会的在备注栏注明；替会人员在签名栏签本人姓名。",
    )
    return paper.content()


def pack() -> bytes:
    """会议材料."""
    paper = Paper(numbered=False)
    paper.add("封面题", "{{ title }}")
    paper.add("封面号", "{% if number %}（第{{ number }}号）{% else %}（会前未装订）{% endif %}")
    paper.add("封面行", "数据截至{{ as_of }}")
    paper.add("封面行", "{{ issuer }}")
    paper.add("封面行", "{{ day }}")
    paper.add("表题", "目　　录", new_page=True)
    paper.tag("for line in contents")
    paper.add("目录", "材料{{ loop.index|numeral }}　　{{ line.title }}")
    paper.tag("endfor")
    paper.begin_numbering()
    paper.add("附件标记", "材料一")
    paper.add("表题", "上次会议议定事项和领导指示办理情况")
    paper.tag("if groups")
    paper.add("表前文", "{{ follow_up }}")
    rows = (
        "{%tr for group in groups %}",
        "{{ group.name }}（{{ group.count }}件）",
        "{%tr for row in group.rows %}",
        ("{{ row.number }}", "{{ row.text }}", "{{ row.team }}", "{{ row.due }}", "{{ row.standing }}"),
        "{%tr endfor %}",
        "{%tr endfor %}",
    )
    paper.table([11, 56, 30, 24, 35], ("序号", "事项", "承办专班", "时限", "办理情况"), rows, "cttct")
    paper.tag("else")
    paper.add("公文正文", "本次会议前没有需要报告的议定事项、领导指示和上级要求。")
    paper.tag("endif")
    _chapters(paper)
    paper.tag("if decisions")
    paper.add("附件标记", "材料{{ last|numeral }}", new_page=True)
    paper.add("表题", "拟提请会议议定的事项")
    paper.add("表前文", "以下事项由{{ issuer_short }}提出，请会议研究；会上另有决定的，以会议纪要为准。")
    decided = (
        "{%tr for row in decisions %}",
        ("{{ loop.index }}", "{{ row.text }}", "{{ row.who }}", "{{ row.due }}"),
        "{%tr endfor %}",
    )
    paper.table([11, 73, 48, 24], ("序号", "事项", "责任单位", "完成时限"), decided, "cttc")
    paper.tag("endif")
    paper.add("隔", "")
    return paper.content()


def _chapters(paper: Paper) -> None:
    """A page a team."""
    paper.tag("for chapter in chapters")
    paper.add("附件标记", "材料{{ chapter.number|numeral }}", new_page=True)
    paper.add("表题", "{{ chapter.name }}推进情况")
    paper.add(
        "章副题",
        "{% if chapter.lead %}牵头单位：{{ chapter.lead }}　　{% endif %}"
        "{% if chapter.head %}汇报人：{{ chapter.head }}{% endif %}",
    )
    paper.add("章正文", ("一、总体进度。", HEI), "{{ chapter.pace }}")
    paper.tag("if chapter.tasks")
    rows = (
        "{%tr for task in chapter.tasks %}",
        tuple("{{ task." + name + " }}" for name in ("number", "title", "reached", "actual", "planned", "lamp", "due")),
        "{%tr endfor %}",
    )
    heads = ("序号", "重点任务", "完成情况", "实际\n（%）", "序时\n（%）", "灯色", "完成时限")
    paper.table([11, 43, 28, 17, 17, 13, 27], heads, rows, "ctccccc")
    paper.tag("endif")
    paper.tag("for reason in chapter.reasons")
    paper.add("章条目", "{{ reason }}")
    paper.tag("endfor")
    paper.tag("for part in chapter.parts")
    paper.add("章正文", ("{{ part.number|numeral }}、{{ part.label }}。", HEI), "{{ part.text }}")
    paper.tag("endfor")
    paper.tag("endfor")


def script() -> bytes:
    """主持词."""
    paper = Paper()
    paper.add("公文标题无红头", "在{{ action }}\n{{ meeting }}上的主持词")
    paper.add("副标题", "（{{ meeting_day }}）")
    paper.add("讲稿", "同志们：")
    paper.add(
        "讲稿",
        "现在开会。今天召开{{ action }}{{ meeting }}，应到{{ expected }}人"
        "{% if on_leave %}，请假{{ on_leave }}人{% endif %}"
        "{% if stand_ins %}，替会{{ stand_ins }}人{% endif %}。会议共有{{ items }}项议程。",
    )
    paper.tag("for step in steps")
    paper.add("讲稿", "{{ step.say }}", with_next=True)
    paper.tag("if step.tip")
    paper.add("提示", "【提示】{{ step.tip }}")
    paper.tag("endif")
    paper.tag("endfor")
    paper.tag("if decisions")
    paper.add("讲稿", "下面，请会议研究拟议定的{{ decisions }}项事项。有不同意见的，请现在提出。", with_next=True)
    paper.add("提示", "【提示】见会议材料{{ decisions_in|numeral }}。逐项问“有没有意见”，没有即为通过。")
    paper.tag("endif")
    paper.add(
        "讲稿",
        "今天的会议听得实、议得透、定得准。会后抓好三件事：议定事项两个工作日内落到人头；"
        "时限到了的，下次会议第一项报告办理情况；纪要印发前，各专班先干起来。",
    )
    paper.add("讲稿", "散会。")
    return paper.content()

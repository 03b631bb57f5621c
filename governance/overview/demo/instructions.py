"""What the leader asked for: ten lines heard at the promotion meeting, and two instructions on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from teams.meetings.instructions.reporting import report_line, withdraw_line_report
from teams.meetings.instructions.writing import LineWords, record_line, write_instruction
from teams.meetings.models import AgendaItem, Audience, InstructionLine

from .meeting_facts import PROMOTION
from .meetings import item_of
from .timeline import Timeline

Kind = InstructionLine.Kind
Moment = tuple[date, int, int]


@dataclass(frozen=True)
class Line:
    """A line of an instruction; `teams` are codes of those that it names."""

    text: str
    kind: str = Kind.GUIDANCE
    audience: str = Audience.ALL
    teams: tuple[str, ...] = ()
    due_on: date | None = None


HEARD = [
    Line(
        "品牌要再亮。各专班要在11月10日前提出培育的拳头产品和专项品牌，从小切口做出大成效。",
        Kind.ACTION,
        due_on=date(2026, 11, 10),
    ),
    Line(
        "方向要再明。新成立的专班要在10月31日前理清工作思路，把实施方案细化到月、到人。",
        Kind.ACTION,
        Audience.NEW,
        due_on=date(2026, 10, 31),
    ),
    Line(
        "对标要再细。各专班要在10月31日前对照市级要求逐条认领，条条有人接、件件有回音。",
        Kind.ACTION,
        due_on=date(2026, 10, 31),
    ),
    Line(
        "争先要再进。村集体经济、乡村振兴、体制机制改革专班要在11月30日前主动承接市级以上试点任务。",
        Kind.ACTION,
        Audience.NAMED,
        ("village-economy", "rural-revitalization", "system-reform"),
        date(2026, 11, 30),
    ),
    Line(
        "学习要再实。各专班要在12月20日前学回一项外地做法并用到工作中，形成可推广的经验。",
        Kind.ACTION,
        due_on=date(2026, 12, 20),
    ),
    Line("思想要再重视。把专项行动作为政治任务扛在肩上，把心思用在落实上。"),
    Line("起点要再提高。谋划工作瞄准全市前列，措施成体系，成果看得见。"),
    Line("指导要再下沉。既抓县级层面，也带动乡镇和村（社区），不让一个地方掉队。"),
    Line("合力要再凝聚。牵头单位当好龙头，成员单位各尽其责，不推不绕。"),
    Line("作风要再过硬。数据要真、措施要实，不以报表代替工作，不以痕迹代替成效。"),
]
"""The lines of the speech in their order: five ask for something by a day."""

BY_TELEPHONE = [Line("两个新专班边组建、边摸底、边推进，不等不靠。", Kind.GUIDANCE, Audience.NEW)]
ON_PAPER = [
    Line("剩余微心愿逐件包联到人，组长每周过一遍。", Kind.GUIDANCE, Audience.NAMED, ("member-service",)),
    Line("体制机制改革专班“一表通办”的做法，请各专班参阅。", Kind.READING),
]


@dataclass(frozen=True)
class Reported:
    """What a head reported about a line of the speech."""

    line: int
    team: str
    at: Moment
    text: str


REPORTED = [
    Reported(1, "rural-revitalization", (date(2026, 10, 23), 9, 0), "拳头产品“一宅变四园”，已有3个村可看。"),
    Reported(1, "village-economy", (date(2026, 10, 23), 9, 30), "拳头产品“联建工坊”，方案已报专项办。"),
    Reported(1, "theme-training", (date(2026, 10, 23), 10, 0), "专项品牌“田间党课”。"),
    Reported(1, "system-reform", (date(2026, 10, 23), 10, 30), "专项品牌“一件事党员帮办”。"),
    Reported(2, "property-management", (date(2026, 10, 26), 9, 0), "实施方案已细化到月、到人，明确10个小区责任人。"),
    Reported(3, "system-reform", (date(2026, 10, 22), 11, 0), "认领第2条，对应任务15。"),
    Reported(3, "village-economy", (date(2026, 10, 22), 15, 0), "认领第4条，对应任务2。"),
    Reported(3, "theme-training", (date(2026, 10, 22), 15, 30), "认领第4条，对应任务4。"),
    Reported(3, "urban-party-building", (date(2026, 10, 23), 11, 0), "认领第1条，对应任务12。"),
    Reported(3, "asset-rectification", (date(2026, 10, 23), 11, 30), "认领第4条，对应任务16。"),
    Reported(3, "rural-revitalization", (date(2026, 10, 26), 11, 0), "逐条对照，没有本专班承接的条款。"),
    Reported(4, "village-economy", (date(2026, 10, 23), 15, 0), "已承担省级股份合作试点，正在运行。"),
    Reported(4, "rural-revitalization", (date(2026, 10, 23), 16, 0), "已承担市级示范走廊试点，正在运行。"),
    Reported(5, "property-management", (date(2026, 10, 26), 9, 30), "学用“一表通办”，物业备案合并为一张表。"),
    Reported(8, "asset-rectification", (date(2026, 10, 26), 10, 0), "已到解峪、华峰两乡现场指导。"),
]
WITHDRAWN = (1, "theme-training", (date(2026, 10, 26), 14, 30), "品牌名称还要征求乡镇意见，先撤回。")


def instruct(told: Timeline) -> None:
    """Add the instructions to the story."""
    instructions = _Instructions(told)
    told.on(date(2026, 9, 30), 15, 0, instructions.note_call)
    told.on(date(2026, 10, 20), 17, 45, instructions.hear)
    told.on(date(2026, 10, 23), 17, 30, instructions.write)
    for reported in REPORTED:
        told.on(*reported.at, partial(instructions.report, reported))
    line, team, moment, reason = WITHDRAWN
    told.on(*moment, partial(instructions.withdraw, line, team, reason))


class _Instructions:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def words(self, line: Line) -> LineWords:
        """A line as it is written."""
        return LineWords(
            text=line.text,
            kind=line.kind,
            audience=line.audience,
            named=[self.told.teams[code] for code in line.teams],
            due_on=line.due_on,
        )

    def note_call(self, at: datetime) -> None:
        """The leader telephoned; the office writes it down."""
        lines = [self.words(line) for line in BY_TELEPHONE]
        office, leader = self.told.user("office"), self.told.user("leader")
        behalf = "田某某9月30日电话指示"
        write_instruction(self.told.action, lines, leader=leader, behalf=behalf, by=office, at=at)

    def hear(self, at: datetime) -> None:
        """The secretary records what the leader said in the speech."""
        item = item_of(PROMOTION, AgendaItem.Kind.SPEECH)
        secretary, leader = self.told.user("secretary"), self.told.user("leader")
        for line in HEARD:
            record_line(item, self.words(line), leader=leader, by=secretary, at=at)

    def write(self, at: datetime) -> None:
        """The leader writes it."""
        lines = [self.words(line) for line in ON_PAPER]
        write_instruction(self.told.action, lines, title="微心愿包联", by=self.told.user("leader"), at=at)

    def line(self, number: int) -> InstructionLine:
        """A line of the speech."""
        return InstructionLine.objects.get(instruction__item=item_of(PROMOTION, AgendaItem.Kind.SPEECH), number=number)

    def report(self, reported: Reported, at: datetime) -> None:
        """The head reports what the team did."""
        report_line(
            self.line(reported.line),
            self.told.teams[reported.team],
            done_on=at.date(),
            text=reported.text,
            by=self.told.user(f"head-{reported.team}"),
            at=at,
        )

    def withdraw(self, line: int, team: str, reason: str, at: datetime) -> None:
        """The head takes the report back."""
        head = self.told.user(f"head-{team}")
        withdraw_line_report(self.line(line), self.told.teams[team], reason=reason, by=head, at=at)

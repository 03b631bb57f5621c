"""What the meetings of the story were about, who could not come, what they decided and what became of it.

Nothing here says how a team stands.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from governance.clock import at_time
from teams.meetings.models import Audience, Meeting

from .problem_facts import LEDGERS, STALE_POINTS, Solution

DISPATCH, PROMOTION, NEXT = (Meeting.Kind.DISPATCH, 1), (Meeting.Kind.PROMOTION, 1), (Meeting.Kind.DISPATCH, 2)
PLACE = "县委三楼会议室"
CONTACT, CONTACT_PHONE = "秦某某", "内线8001"


@dataclass(frozen=True)
class Decided:
    """A decision: for whom it is, what it becomes, and for which teams the office recorded it as done, and when."""

    number: int
    text: str
    teams: tuple[str, ...] = ()
    """Codes of the teams; none where `audience` says which."""
    audience: str = Audience.NAMED
    due_on: date | None = None
    task: int | None = None
    """An existing task that it becomes."""
    solution: Solution | None = None
    """A problem that it becomes, analysed."""
    done: tuple[tuple[str, tuple[date, int, int], str], ...] = ()
    """Team, the moment of the record on the day itself, and how it was done."""


FIGURES_IN = "三季度核心指标数据已核准，并加盖公章报专项办。"
ON_TIME = (
    "village-economy",
    "theme-training",
    "member-service",
    "rural-revitalization",
    "property-management",
    "system-reform",
    "asset-rectification",
)

DISPATCHED = [
    Decided(
        1,
        "各专班核准三季度核心指标数据，10月10日前报专项办。",
        audience=Audience.ALL,
        due_on=date(2026, 10, 10),
        done=(
            *((code, (date(2026, 10, 9), 16, 30), FIGURES_IN) for code in ON_TIME),
            ("urban-party-building", (date(2026, 10, 14), 10, 0), FIGURES_IN),
        ),
    ),
    Decided(
        2,
        "固定资产整治专班10月12日前报送实施方案。",
        ("asset-rectification",),
        due_on=date(2026, 10, 12),
        done=(("asset-rectification", (date(2026, 10, 12), 16, 30), "实施方案已报送，明确了乡镇任务分工。"),),
    ),
    Decided(
        3,
        "在职党员专班补办未办结微心愿200个，10月20日前完成。",
        ("member-service",),
        due_on=date(2026, 10, 20),
    ),
    Decided(
        4,
        "“一宅变四园”整治10月15日前达到32个村。",
        ("rural-revitalization",),
        due_on=date(2026, 10, 15),
        done=(("rural-revitalization", (date(2026, 10, 21), 17, 30), "10月中旬报告：累计完工32个村，已核对验收单。"),),
    ),
]

PROMOTED = [
    Decided(
        1,
        "新成立的专班理清思路、压茬推进，10月31日前完成第一个节点，年底前拿出首批成果。",
        audience=Audience.NEW,
        due_on=date(2026, 12, 31),
    ),
    Decided(
        2,
        "对未办结的微心愿逐件包联，限期补齐，办结一件核验一件。",
        ("member-service",),
        due_on=date(2026, 11, 15),
        task=7,
    ),
    Decided(
        3,
        "查清商圈楼宇党建示范点长期没有进展的原因，提出整改措施。",
        ("urban-party-building",),
        due_on=date(2026, 11, 5),
        solution=Solution(
            STALE_POINTS,
            lead="urban-party-building",
            due_on=date(2026, 11, 5),
            cause="示范点建设没有明确场地和责任单位，5月以来等选址批复，专班没有催办，也没有向专项办报告。",
            solved_when="5个示范点全部定址，至少1个开工，责任单位和完成时间上墙。",
        ),
    ),
    Decided(
        4,
        "村级资产台账与实物不符作为共性问题，由两个专班合力整改，做到一村一本账。",
        ("village-economy", "asset-rectification"),
        due_on=date(2026, 11, 30),
        solution=Solution(
            LEDGERS,
            lead="asset-rectification",
            due_on=date(2026, 11, 30),
            cause="集体经济台账和清查登记各记各的，口径不一，新增和报废资产没有同步入账。",
            solved_when="抽查20个村，台账、实物、公示三者一致。",
        ),
    ),
    Decided(
        5,
        "村企联建项目因用地手续不能按期完成的，按程序提出延期，由专项办10月22日前审批。",
        ("village-economy",),
        due_on=date(2026, 10, 22),
        done=(("village-economy", (date(2026, 10, 22), 11, 30), "延期申请已批复，时限调整为12月31日。"),),
    ),
    Decided(
        6,
        "“一宅变四园”尚差的10个村（40个村已完工30个）倒排工期，完成一个验收一个。",
        ("rural-revitalization",),
        due_on=date(2026, 11, 5),
        task=9,
    ),
]

FIRST_RESULTS = {
    "property-management": "建成首批红色物业示范小区",
    "asset-rectification": "形成村级资产“一村一本账”首批成果",
}
"""The tasks that the first decision of the promotion meeting makes, by team, in the order of the document."""


@dataclass(frozen=True)
class Held:
    """A meeting that took place: what the secretary wrote, and who could not come."""

    meeting: tuple[Meeting.Kind, int]
    planned: tuple[date, int, int]
    starts_at: datetime
    leave_by: datetime
    announced: tuple[date, int, int]
    bound: tuple[date, int, int]
    held: tuple[date, int, int]
    decisions: list[Decided]
    minutes: str
    marks: tuple[tuple[str, str, str, tuple[date, int, int]], ...] = ()
    """Name on the list, mark, stand-in, and when it was noted."""
    notes: dict[str, str] = field(default_factory=dict)
    """The secretary's notes of the reports, by team."""


MET = [
    Held(
        DISPATCH,
        (date(2026, 9, 22), 10, 0),
        at_time(date(2026, 9, 29), 9, 0),
        at_time(date(2026, 9, 28), 18, 0),
        (date(2026, 9, 23), 9, 0),
        (date(2026, 9, 29), 8, 20),
        (date(2026, 9, 29), 11, 40),
        DISPATCHED,
        "会议指出，专项行动进入集中攻坚阶段，村企联建、“一宅变四园”两项任务进度滞后，两个新专班要尽快进入状态。"
        "城市党建专班无故缺席，会后向专项办书面说明。",
        (
            ("王某某", "stand_in", "冯某某", (date(2026, 9, 28), 15, 0)),
            ("沈某某", "leave", "", (date(2026, 9, 28), 16, 0)),
            ("何某某", "absent", "", (date(2026, 9, 29), 9, 20)),
        ),
        {"member-service": "褚某某：微心愿认领快、办结慢，承诺10月20日前补办200个。"},
    ),
    Held(
        PROMOTION,
        (date(2026, 10, 12), 11, 0),
        at_time(date(2026, 10, 20), 15, 0),
        at_time(date(2026, 10, 19), 12, 0),
        (date(2026, 10, 14), 9, 0),
        (date(2026, 10, 20), 14, 0),
        (date(2026, 10, 20), 17, 30),
        PROMOTED,
        "会议指出，专项行动总体推进有序，但仍有突出问题：一是部分任务落后序时，村企联建项目、“一宅变四园”整治进度滞后；"
        "二是个别任务长期没有进展，商圈楼宇党建示范点5月以来未启动；三是“报到不服务”整改后出现反弹；"
        "四是村级资产台账与实物不符，涉及两个专班，定为共性问题。",
        (("罗某某", "leave", "", (date(2026, 10, 19), 10, 0)),),
        {
            "village-economy": "赵某某：5个项目卡在用地手续，已提出延期。",
            "urban-party-building": "何某某：示范点选址11月5日前完成。",
            "asset-rectification": "严某某：解峪、华峰两乡10月底前启动。",
        },
    ),
]

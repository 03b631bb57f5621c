"""Supervision orders and circulars of the story: the office issues what the ladder proposes, for the tasks it chooses.

Which rung is due, since when, with which basis and until which day follows from the desk; a task that is not proposed
on its day stops the story.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from governance.registers.annexes import annexes_offered
from teams.meetings.models import CircularDraft, SupervisionOrder
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.orders.desk import ProposalRow, desk_of
from teams.meetings.orders.dismissals import dismiss_proposal
from teams.meetings.orders.orders import NewOrder, acknowledge_order, issue_proposals
from teams.meetings.papers.bulletin import closed_months, issue_bulletin

from .pictures import Picture, drawn
from .timeline import YEAR, Timeline

Moment = tuple[date, int, int]

ISSUED: list[tuple[Moment, tuple[int, ...]]] = [
    ((date(2026, 9, 29), 16, 30), (4, 7, 8, 13, 15, 16)),
    ((date(2026, 9, 30), 16, 0), (3, 9)),
    ((date(2026, 10, 21), 16, 0), (8, 13, 7)),
]
"""When the office issued what is proposed for these tasks, numbered in this order."""

CONTACT, CONTACT_PHONE = "吴某某", "内线8002"
"""Whom teams ask about an order."""

DISMISSED = ((date(2026, 10, 21), 16, 10), 15, "体制机制改革专班如实报告，差的事项待市级接口开放，措施得当。")

ORDERS = "order"
"""The series of yellow and red orders; reminders have one of their own."""


@dataclass(frozen=True)
class Acknowledged:
    """A team has read an order."""

    series: str
    number: int
    by: str
    at: Moment


ACKNOWLEDGED = [
    Acknowledged("reminder", 1, "liaison-theme-training", (date(2026, 9, 30), 9, 0)),
    Acknowledged("reminder", 2, "liaison-member-service", (date(2026, 10, 9), 17, 0)),
    Acknowledged("reminder", 3, "liaison-rural-revitalization", (date(2026, 9, 30), 9, 10)),
    Acknowledged("reminder", 4, "liaison-urban-party-building", (date(2026, 9, 30), 9, 20)),
    Acknowledged("reminder", 5, "liaison-system-reform", (date(2026, 9, 29), 17, 0)),
    Acknowledged("reminder", 6, "liaison-asset-rectification", (date(2026, 9, 30), 9, 30)),
    Acknowledged(ORDERS, 1, "head-village-economy", (date(2026, 9, 30), 17, 0)),
    Acknowledged(ORDERS, 2, "liaison-rural-revitalization", (date(2026, 9, 30), 17, 30)),
    Acknowledged(ORDERS, 3, "liaison-rural-revitalization", (date(2026, 10, 22), 9, 0)),
    Acknowledged(ORDERS, 4, "liaison-urban-party-building", (date(2026, 10, 22), 9, 10)),
]


@dataclass(frozen=True)
class Answered:
    """What a head answered to an order, and what was promised."""

    number: int
    by: str
    at: Moment
    text: str
    promised_on: date | None
    picture: Picture | None = None
    accepted: tuple[Moment, str] | None = None
    """When the office accepted it, and its findings; None where it has not judged yet."""


ANSWERED = [
    Answered(
        1,
        "head-village-economy",
        (date(2026, 10, 9), 10, 0),
        "5个项目卡在用地手续，已成立专人跟办组，12月31日前全部落地。",
        date(2026, 12, 31),
        accepted=((date(2026, 10, 12), 9, 0), "原因属实，按承诺时间督办。"),
    ),
    Answered(
        2,
        "head-rural-revitalization",
        (date(2026, 10, 9), 15, 0),
        "因雨停工耽误工期，已增加两支施工队，11月15日前完成全部40个村。",
        date(2026, 11, 15),
        Picture("施工安排.jpg", "paper", date(2026, 10, 9), 12),
        accepted=((date(2026, 10, 12), 9, 30), "施工安排已核实。"),
    ),
    Answered(
        3,
        "head-rural-revitalization",
        (date(2026, 10, 26), 10, 30),
        "三标段林地手续近日可批，11月20日前路基贯通，12月20日前建成。",
        date(2026, 12, 20),
    ),
]

CIRCULAR_NUMBER = 4
"""The series of circulars began on paper."""

BULLETIN_NUMBER = 7
"""So did that of bulletins."""


def supervise(told: Timeline) -> None:
    """Add orders, answers and the circular to the story."""
    orders = _Supervision(told)
    for moment, tasks in ISSUED:
        told.on(*moment, partial(orders.issue, tasks))
    moment, task, reason = DISMISSED
    told.on(*moment, partial(orders.dismiss, task, reason))
    for read in ACKNOWLEDGED:
        told.on(*read.at, partial(orders.acknowledge, read))
    for answered in ANSWERED:
        told.on(*answered.at, partial(orders.answer, answered))
        if answered.accepted:
            moment, findings = answered.accepted
            told.on(*moment, partial(orders.accept, answered.number, findings))
    told.on(date(2026, 10, 10), 10, 0, orders.write_circular)
    told.on(date(2026, 10, 10), 16, 0, orders.sign_circular)
    told.on(date(2026, 10, 12), 15, 0, orders.issue_bulletin)
    told.on(date(2026, 10, 26), 10, 0, orders.write_ranking)
    told.on(date(2026, 10, 26), 16, 0, orders.sign_ranking)


class _Supervision:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def proposed(self, tasks: Sequence[int], at: datetime) -> list[ProposalRow]:
        """The rows of the desk for some tasks, in their order."""
        rows = {row.task.number: row for row in desk_of(self.told.action, at=at).rows if row.task is not None}
        return [rows[task] for task in tasks]

    def issue(self, tasks: Sequence[int], at: datetime) -> None:
        """The office issues what the desk proposes for some of the tasks, as it stands there."""
        chosen = [
            NewOrder(
                row.rung,
                row.team,
                row.basis,
                row.demand,
                row.answer_by,
                row.task,
                since=row.since,
                contact=CONTACT,
                contact_phone=CONTACT_PHONE,
            )
            for row in self.proposed(tasks, at)
        ]
        issue_proposals(self.told.action, chosen, by=self.told.user("office"), at=at)

    def dismiss(self, task: int, reason: str, at: datetime) -> None:
        """The office decides not to issue one."""
        [row] = self.proposed([task], at)
        dismiss_proposal(
            self.told.action,
            rung=row.rung,
            since=row.since,
            reason=reason,
            task=row.task,
            by=self.told.user("office"),
            at=at,
        )

    def order(self, series: str, number: int) -> SupervisionOrder:
        """An order by its number, as it stands."""
        return SupervisionOrder.objects.get(series=series, year=YEAR, number=number)

    def acknowledge(self, read: Acknowledged, at: datetime) -> None:
        """The team has read it."""
        acknowledge_order(self.order(read.series, read.number), by=self.told.user(read.by), at=at)

    def answer(self, answered: Answered, at: datetime) -> None:
        """The head answers."""
        answer_order(
            self.order(ORDERS, answered.number),
            text=answered.text,
            promised_on=answered.promised_on,
            files=[drawn(answered.picture)] if answered.picture else [],
            by=self.told.user(answered.by),
            at=at,
        )

    def accept(self, number: int, findings: str, at: datetime) -> None:
        """The office accepts the answer."""
        answer = self.order(ORDERS, number).answers.latest("number")
        judge_order(answer, accepted=True, text=findings, by=self.told.user("office2"), at=at)

    def write_circular(self, at: datetime) -> None:
        """The office writes who was punctual and who was late again and again."""
        teams = self.told.teams
        lines = [
            CircularLineText("praise", teams["system-reform"], "各期报告均提前报送，没有退回。"),
            CircularLineText("named", teams["member-service"], "进展报告多次迟报。"),
        ]
        draft_circular(
            self.told.action,
            title="关于进展报告报送情况的通报",
            text="7月至10月上旬，各专班进展报告总体按时报送，个别专班多次迟报，现予通报。",
            lines=lines,
            by=self.told.user("office2"),
            at=at,
        )

    def sign_circular(self, at: datetime) -> None:
        """Another person signs it; its number follows those on paper."""
        draft = CircularDraft.objects.get(state="draft")
        sign_circular(draft, number=CIRCULAR_NUMBER, by=self.told.user("office"), at=at)

    def write_ranking(self, at: datetime) -> None:
        """The office passes the published ranking of the trial on to everybody."""
        [ranking] = (each for each, title in annexes_offered(self.told.action) if "试考核" in title)
        draft_circular(
            self.told.action,
            title="关于2026年第三季度专班试考核情况的通报",
            text="2026年第三季度专班试考核已经结束，现将排名情况予以通报。\n"
            "各专班要对照得分说明查找差距，亮黄灯、红灯的任务在下一期报告中写明原因和补齐时间。",
            lines=[],
            annex=ranking,
            by=self.told.user("office2"),
            at=at,
        )

    def sign_ranking(self, at: datetime) -> None:
        """Another person signs it."""
        sign_circular(CircularDraft.objects.get(state="draft"), by=self.told.user("office"), at=at)

    def issue_bulletin(self, at: datetime) -> None:
        """The bulletin of September, whose periods are closed; those before it were on paper."""
        [month] = (each for each in closed_months(self.told.action, at=at) if each.month == 9)
        issue_bulletin(self.told.action, month, number=BULLETIN_NUMBER, by=self.told.user("office"), at=at)

"""A requirement from above: entered, its clauses matched with tasks, answered by seven teams; one clause is left."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from teams.meetings.models import Clause, Requirement
from teams.meetings.requirements.answers import answer_clause
from teams.meetings.requirements.documents import NewClause, add_clauses, enter_requirement
from teams.meetings.requirements.matching import match_clause

from .timeline import Timeline

DOCUMENT = "市治理办〔2026〕17号"
DUE_ON = date(2026, 11, 10)

CLAUSES = [
    NewClause("突出党建引领，把两新组织和物业行业党组织建起来、管起来，在职党员到社区报到服务。"),
    NewClause("整合审批服务事项，推行“高效办成一件事”，年底前不少于20项。"),
    NewClause("年底前每个乡镇（街道）建成1个综合服务示范点。"),
]
OVERLEAF = [NewClause("抓实村级集体资产清查和干部培训，做大集体经济，以示范带动面上。", date(2026, 11, 30))]
"""The fourth clause stands on the page that came a little later."""

MATCHED = {1: (6, 10, 12), 2: (15,), 4: (2, 4, 16)}
"""Tasks by clause; nobody has the third one yet."""


@dataclass(frozen=True)
class Answer:
    """What a team answered to a clause, about its task."""

    clause: int
    task: int
    at: tuple[date, int, int]
    text: str
    behalf: str = ""
    """Who said it to the office, where the office entered it; empty for the team's head."""


ANSWERS = [
    Answer(4, 2, (date(2026, 10, 16), 16, 30), "26个村年收入达到20万元，年底前达到30个。"),
    Answer(1, 12, (date(2026, 10, 19), 10, 0), "两新组织覆盖率83%，11月15日前达到95%。"),
    Answer(1, 10, (date(2026, 10, 20), 10, 0), "物业行业党委9月30日成立，9个小区已落实管理。"),
    Answer(1, 6, (date(2026, 10, 21), 11, 0), "在职党员报到率90%，服务记录正在逐一核实。"),
    Answer(
        4, 4, (date(2026, 10, 21), 15, 0), "已培训880人次，最后两期秋收后补办。", "主题培训专班组长王某某，电话答复"
    ),
    Answer(4, 16, (date(2026, 10, 22), 9, 0), "66个村清查完毕，解峪、华峰两乡11月10日前启动。"),
    Answer(2, 15, (date(2026, 10, 22), 10, 0), "已上线13项，年底前再上7项；企业开办已合并为一张表单。"),
]


def answer_from_below(told: Timeline) -> None:
    """Add the requirement to the story."""
    requirement = _Requirement(told)
    told.on(date(2026, 10, 16), 10, 0, requirement.enter)
    told.on(date(2026, 10, 16), 11, 0, requirement.add)
    told.on(date(2026, 10, 16), 14, 30, requirement.match)
    for answer in ANSWERS:
        told.on(*answer.at, partial(requirement.answer, answer))


class _Requirement:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def enter(self, at: datetime) -> None:
        """The office enters the document on the day after it came."""
        enter_requirement(
            self.told.action,
            issuer="市治理办",
            document=DOCUMENT,
            title="关于推进基层治理重点任务落实的通知",
            level=Requirement.Level.MUNICIPAL,
            received_on=date(2026, 10, 15),
            due_on=DUE_ON,
            clauses=CLAUSES,
            by=self.told.user("office2"),
            at=at,
        )

    def add(self, at: datetime) -> None:
        """The clause overleaf."""
        add_clauses(Requirement.objects.get(document=DOCUMENT), OVERLEAF, by=self.told.user("office2"), at=at)

    def clause(self, number: int) -> Clause:
        """A clause as it stands."""
        return Clause.objects.get(requirement__document=DOCUMENT, number=number)

    def match(self, at: datetime) -> None:
        """The office says which tasks take which clause up."""
        for number, tasks in MATCHED.items():
            chosen = [self.told.task(task) for task in tasks]
            match_clause(self.clause(number), tasks=chosen, by=self.told.user("office2"), at=at)

    def answer(self, answer: Answer, at: datetime) -> None:
        """The head answers, or the office on the head's behalf."""
        task = self.told.task(answer.task)
        username = "office2" if answer.behalf else f"head-{task.team.code}"
        answer_clause(
            self.clause(answer.clause),
            task.team,
            text=answer.text,
            task=task,
            behalf=answer.behalf,
            by=self.told.user(username),
            at=at,
        )

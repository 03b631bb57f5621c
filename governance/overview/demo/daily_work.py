"""What the office, the liaisons and the departments did every week beside the reports, through the usual verbs."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from governance.people.models import Township
from teams.debts.reminders import send_reminders
from teams.evidence.attachments import attach_evidence
from teams.models import HelpRequest, Milestone, NextStep, ProgressReport, Source, Stage, Task, WallScreen
from teams.reports.hand_over import hand_back_report
from teams.reports.matters import answer_matter, assign_matter
from teams.reports.row_evidence import attach_to_entry
from teams.roster.first_steps import hand_in_plan
from teams.roster.members import add_member
from teams.roster.screens import open_screen, revoke_screen
from teams.tasks.assignment import assign_task
from teams.tasks.bulk_changes import change_tasks
from teams.tasks.milestones import NewMilestone, complete_milestone, replace_milestone
from teams.tasks.suspension import resume_task, suspend_task
from teams.tasks.townships import Share, count_shares, share_out

from .cast import TEAMS, Person
from .pictures import Picture, drawn
from .timeline import Timeline

PEOPLE = [
    Person("land", "贾某某", "用途管制股股长", "县自然资源局"),
    Person("market", "戴某某", "登记注册股股长", "县市场监管局"),
    Person("audit-bureau", "万某某", "经济责任审计股股长", "县审计局"),
]
"""People of departments that are asked for something; two of them also belong to a team and write report rows."""

MEMBERS = {"market": "urban-party-building", "audit-bureau": "asset-rectification"}

# Task 16: villages by township, and how many were inventoried when the ninth report was written; two at zero.
VILLAGES = {
    "新城镇": (26, 14),
    "历山镇": (18, 8),
    "古城镇": (17, 9),
    "王茅镇": (22, 11),
    "毛家镇": (15, 6),
    "蒲掌乡": (19, 7),
    "英言乡": (17, 5),
    "解峪乡": (12, 0),
    "华峰乡": (14, 0),
    "长直乡": (16, 4),
    "皋落乡": (12, 2),
}


@dataclass(frozen=True)
class Passed:
    """A matter for coordination that the office passed on, by the beginning of its text."""

    text: str
    owner: str
    passed_on: date
    due_on: date
    answered_on: date | None = None
    answer: str = ""


MATTERS = [
    Passed(
        "请提供三季度新登记企业名单",
        "market",
        date(2026, 10, 9),
        date(2026, 10, 16),
        date(2026, 10, 26),
        "三季度新登记企业214户名单已移交，其中规模以上11户。",
    ),
    Passed("3个联建项目用地手续未办结", "land", date(2026, 10, 13), date(2026, 10, 23)),
]


@dataclass(frozen=True)
class Photo:
    """A picture in a row of a report, by task and period, with its caption."""

    task: int
    period: int
    at: tuple[date, int, int]
    caption: str
    picture: Picture


_REGISTERED = Picture("报到登记.jpg", "paper", date(2026, 9, 18), 3)
PHOTOS = [
    Photo(6, 8, (date(2026, 10, 9), 8, 42), "社区报到登记", _REGISTERED),
    Photo(
        9, 10, (date(2026, 10, 21), 8, 45), "古城镇东街院落整治前", Picture("整治前.jpg", "yard", date(2026, 8, 6), 0)
    ),
    Photo(
        9, 10, (date(2026, 10, 21), 8, 46), "古城镇东街院落整治后", Picture("整治后.jpg", "yard", date(2026, 10, 17), 4)
    ),
    Photo(
        10, 10, (date(2026, 10, 21), 8, 47), "城南新落实管理小区", Picture("小区.jpg", "houses", date(2026, 10, 15), 2)
    ),
    Photo(6, 10, (date(2026, 10, 26), 9, 20), "社区报到登记", _REGISTERED),
]
"""The late team's last picture is the one of September again."""

PLANS = {"property-management": date(2026, 9, 26), "asset-rectification": date(2026, 10, 12)}
"""When the new teams submitted their work plans."""

REMINDED = [date(2026, 10, 19), date(2026, 10, 22), date(2026, 10, 26)]

HANDED_BACK = ("property-management", 10, date(2026, 10, 21), "请把新落实管理的小区名称列全。")


def work_daily(told: Timeline) -> None:
    """Add the daily events to the story."""
    daily = _Daily(told)
    for number, person in enumerate(PEOPLE):
        told.on(date(2026, 2, 24), 12, number, partial(told.account, person))
    for username, team in MEMBERS.items():
        joined = next(each.founded for each in TEAMS if each.code == team)
        told.on(joined, 10, 0, partial(daily.join, username, team))
    told.on(date(2026, 7, 1), 11, 0, daily.put_in_stages)
    for photo in PHOTOS:
        told.on(*photo.at, partial(daily.photograph, photo))
    told.on(date(2026, 9, 10), 15, 10, daily.prove_the_textbook)
    told.on(date(2026, 9, 30), 16, 0, daily.prove_the_committee)
    for code, day in PLANS.items():
        told.on(day, 16, 0, partial(daily.plan, code))
    told.on(HANDED_BACK[2], 8, 55, daily.hand_back)
    told.on(date(2026, 10, 26), 14, 0, daily.make_a_step_a_task)
    for day in REMINDED:
        told.on(day, 8, 0, daily.remind)
    told.on(date(2026, 9, 21), 9, 0, daily.share_out_villages)
    told.on(date(2026, 10, 10), 17, 0, daily.count_villages)
    told.on(date(2026, 9, 28), 10, 0, daily.replace_milestone)
    told.on(date(2026, 10, 26), 11, 0, daily.complete_milestone)
    told.on(date(2026, 10, 13), 10, 0, daily.suspend)
    told.on(date(2026, 10, 19), 10, 0, daily.resume)
    for passed in MATTERS:
        told.on(passed.passed_on, 9, 30, partial(daily.pass_on, passed))
        if passed.answered_on:
            told.on(passed.answered_on, 17, 40, partial(daily.answer, passed))
    told.on(date(2026, 10, 19), 16, 0, daily.open_screens)
    told.on(date(2026, 10, 21), 9, 0, daily.revoke_screen)


class _Daily:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def remind(self, at: datetime) -> None:
        """The office reminds everybody who owes something."""
        send_reminders(self.told.action, by=self.told.user("office"), at=at)

    def join(self, username: str, team: str, at: datetime) -> None:
        """A person from a member department fills rows of the team's report."""
        told = self.told
        add_member(
            told.teams[team],
            user=told.user(username),
            part="member",
            joined_on=at.date(),
            by=told.user("office"),
            at=at,
        )

    def put_in_stages(self, at: datetime) -> None:
        """Every task of the ledger is assigned to the stage in which it is worked on."""
        stage = Stage.objects.get(action=self.told.action, order=2)
        tasks = [task for task in Task.objects.filter(action=self.told.action) if task.is_open]
        change_tasks(tasks, {"stage": stage}, by=self.told.user("office"), at=at)

    def photograph(self, photo: Photo, at: datetime) -> None:
        """The liaison adds a picture to the row."""
        task = self.told.task(photo.task)
        attach_to_entry(
            task.team,
            self.told.period(photo.period),
            task,
            [drawn(photo.picture)],
            caption=photo.caption,
            by=self.told.user(f"liaison-{task.team.code}"),
            at=at,
        )

    def prove_the_textbook(self, at: datetime) -> None:
        """The cover of the textbook proves that it was printed."""
        asked = self.told.task(5).close_outs.undecided().get()
        cover = drawn(Picture("教材封面.jpg", "paper", date(2026, 9, 9), 1))
        head = self.told.user("head-theme-training")
        attach_evidence(asked, [cover], caption="《基层治理案例教材》封面", by=head, at=at)

    def prove_the_committee(self, at: datetime) -> None:
        """The approval by the industry's Party committee."""
        approval = drawn(Picture("批复.jpg", "paper", date(2026, 9, 30), 5))
        liaison = self.told.user("liaison-property-management")
        attach_evidence(self.told.task(11), [approval], caption="物业行业党委批复", by=liaison, at=at)

    def plan(self, code: str, at: datetime) -> None:
        """A new team submits its work plan, scanned."""
        liaison = self.told.user(f"liaison-{code}")
        paper = drawn(Picture("工作方案.jpg", "paper", at.date(), len(code)))
        hand_in_plan(self.told.teams[code], paper, by=liaison, at=at)

    def hand_back(self, at: datetime) -> None:
        """The head returns the draft because something is missing."""
        code, period, _day, word = HANDED_BACK
        report = ProgressReport.objects.get(team=self.told.teams[code], period=self.told.period(period))
        hand_back_report(report, note=word, by=self.told.user(f"head-{code}"), at=at)

    def make_a_step_a_task(self, at: datetime) -> None:
        """A next step of a team becomes a task of its own."""
        step = NextStep.objects.get(text="两个乡镇启动清查")
        audit = self.told.departments["县审计局"]
        assign_task(
            self.told.teams["asset-rectification"],
            from_step=step,
            year=2026,
            number=20,
            title="解峪、华峰两乡启动清查",
            expected_result="两乡各完成3个村清查登记",
            lead_department=self.told.departments["县农业农村局"],
            joint=[audit],
            stage=Stage.objects.get(action=self.told.action, order=2),
            source=Source.OWN,
            start_on=at.date(),
            due_on=date(2026, 11, 10),
            by=self.told.user("office"),
            at=at,
        )

    def share_out_villages(self, at: datetime) -> None:
        """The office splits the villages of task 16 by township."""
        towns = {town.name: town for town in Township.objects.all()}
        shares = [Share(township=towns[name], target=Decimal(target)) for name, (target, _done) in VILLAGES.items()]
        share_out(self.told.task(16), shares, by=self.told.user("office"), at=at)

    def count_villages(self, at: datetime) -> None:
        """The liaison counts them by township: two towns have not begun."""
        task = self.told.task(16)
        counts = [
            Share(township=share.township, done=Decimal(VILLAGES[share.township.name][1]))
            for share in task.shares.select_related("township")
        ]
        count_shares(task, counts, by=self.told.user("liaison-asset-rectification"), at=at)

    def replace_milestone(self, at: datetime) -> None:
        """A milestone for publishing the result was missing: it replaces the last one."""
        last = Milestone.objects.get(task=self.told.task(16), title="全部村完成")
        step = NewMilestone(title="全部村完成并张榜公示", due_on=last.due_on, weight=last.weight)
        replace_milestone(last, step, reason="方案要求清查结果张榜公示。", by=self.told.user("office"), at=at)

    def complete_milestone(self, at: datetime) -> None:
        """The first compounds are under management."""
        first = Milestone.objects.get(task=self.told.task(10), title="第一批小区")
        liaison = self.told.user("liaison-property-management")
        complete_milestone(first, done_on=at.date(), by=liaison, at=at)

    def suspend(self, at: datetime) -> None:
        """The ownership of the idle buildings must be settled first."""
        suspend_task(self.told.task(17), reason="闲置校舍权属待县教育局确认。", by=self.told.user("office"), at=at)

    def resume(self, at: datetime) -> None:
        """It is settled."""
        resume_task(self.told.task(17), reason="权属已确认，恢复推进。", by=self.told.user("office"), at=at)

    def pass_on(self, passed: Passed, at: datetime) -> None:
        """The office names who answers, and by when."""
        owner = self.told.user(passed.owner)
        assign_matter(_matter(passed), owner=owner, due_on=passed.due_on, by=self.told.user("office2"), at=at)

    def answer(self, passed: Passed, at: datetime) -> None:
        """Answered by name."""
        answer_matter(_matter(passed), answer=passed.answer, by=self.told.user(passed.owner), at=at)

    def open_screens(self, at: datetime) -> None:
        """The wall chart is shown in two rooms for the promotion meeting."""
        for place in ("县委会议室", "专项办走廊"):
            open_screen(self.told.action, place=place, by=self.told.user("office"), at=at)

    def revoke_screen(self, at: datetime) -> None:
        """After the meeting one of the screens is revoked."""
        revoke_screen(WallScreen.objects.get(place="县委会议室"), by=self.told.user("office2"), at=at)


def _matter(passed: Passed) -> HelpRequest:
    return HelpRequest.objects.get(text__startswith=passed.text, asked_at__isnull=False)

"""What can be shown: pilots, flagships, brands, experience that others copy, practices learned; and places."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from governance.people.models import Township
from teams.evidence.attachments import attach_evidence
from teams.meetings.models import Showcase
from teams.meetings.showcases.places import enter_field_place
from teams.meetings.showcases.showcases import copy_showcase, create_showcase, judge_practice
from teams.meetings.showcases.steps import Proof, confirm_step, propose_step, withdraw_step

from .pictures import Picture, drawn
from .timeline import YEAR, Timeline

Moment = tuple[date, int, int]
Kind = Showcase.Kind


@dataclass(frozen=True)
class Climbed:
    """A step as the liaison proposed it, and when the office confirmed it; None while it waits."""

    step: str
    proof: Proof
    proposed: Moment
    confirmed: Moment | None = None


@dataclass(frozen=True)
class Shown:
    """A showcase, with its steps and its picture."""

    team: str
    kind: str
    title: str
    created: Moment
    text: str
    steps: tuple[Climbed, ...] = ()
    picture: Picture | None = None
    source: str = ""
    task: int | None = None
    started_on: date | None = None


FORM, BOOK = "“一表通办”", "“一村一册”"

SHOWN = [
    Shown(
        "village-economy",
        Kind.PILOT,
        "村集体经济股份合作试点",
        (date(2026, 7, 3), 9, 0),
        "村民以资金、土地入股，收益按股分红。",
        (
            Climbed("applied", Proof(date(2026, 4, 18)), (date(2026, 7, 3), 9, 30), (date(2026, 7, 3), 15, 0)),
            Climbed(
                "granted",
                Proof(date(2026, 7, 2), "provincial", "省农改办", "省农改办〔2026〕11号"),
                (date(2026, 7, 3), 16, 0),
                (date(2026, 7, 6), 9, 0),
            ),
            Climbed("running", Proof(date(2026, 7, 20)), (date(2026, 7, 21), 9, 0), (date(2026, 7, 23), 9, 0)),
        ),
        Picture("分红大会.jpg", "houses", date(2026, 7, 20), 13),
    ),
    Shown(
        "rural-revitalization",
        Kind.PILOT,
        "党建引领乡村振兴示范走廊试点",
        (date(2026, 7, 9), 9, 0),
        "沿走廊连片整治，党支部联建。",
        (
            Climbed("applied", Proof(date(2026, 5, 11)), (date(2026, 7, 9), 9, 30), (date(2026, 7, 9), 15, 0)),
            Climbed(
                "granted",
                Proof(date(2026, 7, 8), "municipal", "市委办", "市委办〔2026〕27号"),
                (date(2026, 7, 9), 16, 0),
                (date(2026, 7, 10), 9, 0),
            ),
            Climbed("running", Proof(date(2026, 8, 3)), (date(2026, 8, 4), 9, 0), (date(2026, 8, 6), 9, 0)),
        ),
        Picture("走廊.jpg", "yard", date(2026, 8, 3), 2),
    ),
    Shown(
        "system-reform",
        Kind.EXPERIENCE,
        FORM,
        (date(2026, 8, 10), 9, 0),
        "一件事只填一张表，共享数据自动带出。",
        (
            Climbed("tried", Proof(date(2026, 8, 3)), (date(2026, 8, 10), 9, 30), (date(2026, 8, 12), 9, 0)),
            Climbed("written_up", Proof(date(2026, 9, 10)), (date(2026, 9, 11), 9, 0), (date(2026, 9, 14), 9, 0)),
            Climbed("copied", Proof(date(2026, 10, 12)), (date(2026, 10, 14), 14, 30), (date(2026, 10, 15), 9, 0)),
            Climbed(
                "municipal",
                Proof(date(2026, 10, 23), "municipal", "市审改办", "市审改办〔2026〕9号"),
                (date(2026, 10, 26), 9, 0),
                (date(2026, 10, 26), 16, 0),
            ),
        ),
        Picture("一张表.jpg", "paper", date(2026, 9, 10), 14),
    ),
    Shown(
        "village-economy",
        Kind.EXPERIENCE,
        BOOK,
        (date(2026, 8, 20), 9, 0),
        "每个村一本资产台账，村民可查。",
        (
            Climbed("tried", Proof(date(2026, 6, 30)), (date(2026, 8, 20), 9, 30), (date(2026, 8, 21), 9, 0)),
            Climbed("written_up", Proof(date(2026, 8, 24)), (date(2026, 8, 25), 9, 0), (date(2026, 8, 26), 9, 0)),
            Climbed("copied", Proof(date(2026, 9, 28)), (date(2026, 10, 9), 11, 0), (date(2026, 10, 12), 14, 0)),
        ),
        Picture("台账册.jpg", "paper", date(2026, 8, 24), 15),
    ),
    Shown(
        "rural-revitalization",
        Kind.FLAGSHIP,
        "“一宅变四园”",
        (date(2026, 7, 22), 9, 0),
        "闲置宅院改成菜园、果园、花园、游园。",
        (
            Climbed("idea", Proof(date(2026, 5, 20)), (date(2026, 7, 22), 9, 30), (date(2026, 7, 22), 15, 0)),
            Climbed("nurtured", Proof(date(2026, 7, 20)), (date(2026, 7, 23), 10, 0), (date(2026, 7, 24), 9, 0)),
            Climbed("seen", Proof(date(2026, 10, 17)), (date(2026, 10, 22), 9, 20), (date(2026, 10, 23), 9, 0)),
        ),
        Picture("四园.jpg", "yard", date(2026, 10, 17), 3),
    ),
    Shown(
        "village-economy",
        Kind.FLAGSHIP,
        "“联建工坊”",
        (date(2026, 10, 23), 9, 10),
        "村企共建加工点，农户就近务工。",
        (Climbed("idea", Proof(date(2026, 10, 22)), (date(2026, 10, 23), 9, 20), (date(2026, 10, 26), 9, 20)),),
    ),
    Shown(
        "theme-training",
        Kind.BRAND,
        "“田间党课”",
        (date(2026, 10, 26), 9, 0),
        "把课堂搬到地头，农忙也能学。",
        (Climbed("idea", Proof(date(2026, 10, 23)), (date(2026, 10, 26), 9, 40)),),
    ),
    Shown(
        "system-reform",
        Kind.BRAND,
        "“一件事”党员帮办",
        (date(2026, 10, 22), 14, 0),
        "党员窗口全程帮办。",
        (
            Climbed("idea", Proof(date(2026, 10, 12)), (date(2026, 10, 22), 14, 30), (date(2026, 10, 23), 9, 40)),
            Climbed("nurtured", Proof(date(2026, 10, 23)), (date(2026, 10, 26), 10, 0)),
        ),
    ),
    Shown(
        "system-reform",
        Kind.PILOT,
        "开办企业“一件事”改革试点",
        (date(2026, 10, 22), 15, 0),
        "申请承担省级试点。",
        (Climbed("applied", Proof(date(2026, 10, 20)), (date(2026, 10, 22), 15, 30), (date(2026, 10, 26), 9, 50)),),
    ),
    Shown(
        "member-service",
        Kind.BRAND,
        "15分钟服务圈",
        (date(2026, 9, 14), 11, 0),
        "党员服务点步行15分钟可到。",
        (Climbed("seen", Proof(date(2026, 9, 11)), (date(2026, 9, 14), 11, 30)),),
    ),
    Shown(
        "asset-rectification",
        Kind.LEARNED,
        BOOK,
        (date(2026, 9, 28), 11, 0),
        "清查登记沿用一村一册的格式。",
        source="村集体经济专班",
        task=16,
        started_on=date(2026, 9, 28),
    ),
    Shown(
        "property-management",
        Kind.LEARNED,
        FORM,
        (date(2026, 10, 12), 15, 30),
        "物业备案合并为一张表。",
        source="体制机制改革专班",
        task=10,
        started_on=date(2026, 10, 12),
    ),
    Shown(
        "member-service",
        Kind.LEARNED,
        "服务时间银行",
        (date(2026, 7, 20), 10, 0),
        "服务时长可以兑换服务。",
        source="外地某社区",
        task=6,
        started_on=date(2026, 7, 20),
    ),
]

COPIES: list[tuple[str, dict[str, str], Moment]] = [
    (BOOK, {"team": "asset-rectification"}, (date(2026, 9, 28), 11, 30)),
    (BOOK, {"township": "历山镇"}, (date(2026, 10, 9), 10, 30)),
    (FORM, {"team": "property-management"}, (date(2026, 10, 12), 16, 30)),
    (FORM, {"team": "member-service"}, (date(2026, 10, 14), 14, 0)),
    (FORM, {"place": "运城市"}, (date(2026, 10, 23), 17, 0)),
]
"""Who took an experience over, recorded by its team."""

SEPTEMBER, AUGUST = date(2026, 9, 1), date(2026, 8, 1)

PLACES: list[tuple[str, date, str, int, str, Moment]] = [
    ("village-economy", AUGUST, "农村集体经济", 4, "市委农办通报〔2026〕8号", (date(2026, 9, 15), 9, 0)),
    ("system-reform", AUGUST, "政务服务", 3, "市审改办通报〔2026〕6号", (date(2026, 9, 16), 9, 0)),
    ("village-economy", SEPTEMBER, "农村集体经济", 3, "市委农办通报〔2026〕9号", (date(2026, 10, 15), 9, 0)),
    ("rural-revitalization", SEPTEMBER, "乡村建设", 5, "市委农办通报〔2026〕9号", (date(2026, 10, 15), 9, 5)),
    ("system-reform", SEPTEMBER, "政务服务", 2, "市审改办通报〔2026〕7号", (date(2026, 10, 16), 9, 0)),
    ("urban-party-building", SEPTEMBER, "两新党建", 7, "市委社会工作部通报〔2026〕5号", (date(2026, 10, 16), 9, 5)),
    ("member-service", SEPTEMBER, "志愿服务", 11, "市直工委通报〔2026〕4号", (date(2026, 10, 16), 9, 10)),
]
"""Places among the thirteen counties of the city, by month, as documents from above give them."""
COUNTIES = 13


def show(told: Timeline) -> None:
    """Add showcases and places to the story."""
    showcases = _Showcases(told)
    for shown in SHOWN:
        told.on(*shown.created, partial(showcases.create, shown))
        for climbed in shown.steps:
            told.on(*climbed.proposed, partial(showcases.propose, shown, climbed))
            if climbed.confirmed:
                told.on(*climbed.confirmed, partial(showcases.confirm, shown, climbed))
        if shown.picture:
            day, hour, minute = shown.steps[-1].proposed
            told.on(day, hour, minute + 5, partial(showcases.photograph, shown, shown.picture))
    told.on(date(2026, 9, 15), 10, 0, showcases.withdraw)
    told.on(date(2026, 9, 18), 15, 30, showcases.judge)
    for title, who, moment in COPIES:
        told.on(*moment, partial(showcases.copy, title, who))
    for team, month, field, place, document, moment in PLACES:
        told.on(*moment, partial(showcases.place, team, month, field, place, document))


class _Showcases:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    def create(self, shown: Shown, at: datetime) -> None:
        """The liaison enters it."""
        liaison = self.told.user(f"liaison-{shown.team}")
        create_showcase(
            self.told.teams[shown.team],
            kind=shown.kind,
            title=shown.title,
            year=YEAR,
            text=shown.text,
            source=shown.source,
            task=self.told.task(shown.task) if shown.task else None,
            started_on=shown.started_on,
            by=liaison,
            at=at,
        )

    def showcase(self, shown: Shown) -> Showcase:
        """A showcase as it stands."""
        return Showcase.objects.get(team__code=shown.team, kind=shown.kind, title=shown.title)

    def propose(self, shown: Shown, climbed: Climbed, at: datetime) -> None:
        """The liaison proposes a step."""
        liaison = self.told.user(f"liaison-{shown.team}")
        propose_step(self.showcase(shown), step=climbed.step, proof=climbed.proof, by=liaison, at=at)

    def confirm(self, shown: Shown, climbed: Climbed, at: datetime) -> None:
        """The office has seen the place or the document."""
        step = self.showcase(shown).steps.waiting().get(step=climbed.step)
        confirm_step(step, proof=climbed.proof, by=self.told.user("office2"), at=at)

    def photograph(self, shown: Shown, picture: Picture, at: datetime) -> None:
        """The liaison adds a picture of it."""
        liaison = self.told.user(f"liaison-{shown.team}")
        attach_evidence(self.showcase(shown), [drawn(picture)], caption=shown.title, by=liaison, at=at)

    def withdraw(self, at: datetime) -> None:
        """The office went there and saw nothing."""
        step = Showcase.objects.get(title="15分钟服务圈").steps.waiting().get()
        withdraw_step(step, reason="现场没有看到固定服务点。", by=self.told.user("office2"), at=at)

    def judge(self, at: datetime) -> None:
        """After sixty days the practice is laid aside."""
        practice = Showcase.objects.get(title="服务时间银行")
        head = self.told.user("head-member-service")
        judge_practice(practice, verdict=Showcase.Verdict.LAID_ASIDE, by=head, at=at)

    def copy(self, title: str, who: dict[str, str], at: datetime) -> None:
        """The team records who took its experience over."""
        showcase = Showcase.objects.get(title=title, kind=Kind.EXPERIENCE)
        team, township = who.get("team"), who.get("township")
        copy_showcase(
            showcase,
            team=self.told.teams[team] if team else None,
            township=Township.objects.get(name=township) if township else None,
            place=who.get("place", ""),
            by=self.told.user(f"liaison-{showcase.team.code}"),
            at=at,
        )

    def place(self, team: str, month: date, field: str, place: int, document: str, at: datetime) -> None:
        """The office enters the place that a document gives."""
        enter_field_place(
            self.told.teams[team],
            month=month,
            field=field,
            place=place,
            out_of=COUNTIES,
            document=document,
            by=self.told.user("office2"),
            at=at,
        )

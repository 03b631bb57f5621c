"""A second round of the story's plan, taken as far as a screen wants it; each step by the verb that people use."""

from datetime import date, timedelta
from pathlib import Path

from assessments.appeals.corrections import FigureCorrected
from assessments.appeals.decisions import allow_appeal, allow_year_appeal
from assessments.appeals.filing import file_appeal
from assessments.checking.questions import ask_about_fact
from assessments.claims.claims import approve_claim, file_claim
from assessments.figures.entry import Entry, enter_figures
from assessments.figures.suppliers import name_supplier
from assessments.figures.supply import supplies
from assessments.figures.supplying import Line, ask_correction, confirm_figures, save_figures
from assessments.models import (
    AdoptedPlan,
    Appeal,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    FactQuestion,
    LeftOut,
    ResultCorrection,
    YearResult,
)
from assessments.plans.plans import save_draft
from assessments.results.moves import begin_checking, begin_scoring, post_notice
from assessments.results.result_corrections import (
    approve_result_correction,
    open_result_correction,
    post_result_correction,
    publish_result_correction,
    score_result_correction,
)
from assessments.results.scoring import approve_round, score_round
from assessments.results.year_result import approve_year, compute_year, post_year_notice, publish_year
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.left_out import gaps, leave_out
from assessments.rounds.round_states import abandon_round
from assessments.rounds.rounds import ONLY_CLASS, open_round
from assessments.rounds.row_offers import decide_row_offers, row_offers
from governance.clock import at_time, now
from governance.overview.demo import assessment, script
from governance.people.models import User
from teams.models import SpecialAction, SpecialTeam

PLAN = assessment.CODE
DOCUMENT = {"document": "县统计局函〔2026〕21号", "basis": "核心指标统计表（盖章）"}

CLAIMANT = "head-system-reform"
"""Who files claims for their team."""

REDRAFTED = {
    "bonus_cap = 4": "bonus_cap = 5",
    "quota = 0.30": "quota = 0.25",
    "points = 25\n": "points = 23\n",
    "points = 8\n": "points = 10\n",
    "{ to = 5, points = 20 }": "{ to = 3, points = 20 }",
    'code = "P1"': 'code = "P3"',
}
"""What the next version says instead."""


def centre() -> dict:
    """Who acts, and when."""
    return {"by": User.objects.get(username="centre"), "at": now()}


def drafted() -> AssessmentPlan:
    """The next version of the adopted plan."""
    return save_draft(Path(assessment.PLAN).read_bytes(), reason="四季度起核心指标按年度目标计。", **centre())


def redrafted() -> AssessmentPlan:
    """The next version with a changed indicator: points, a band and the cap of the bonus."""
    text = Path(assessment.PLAN).read_text()
    for old, new in REDRAFTED.items():
        assert old in text
        text = text.replace(old, new, 1)
    return save_draft(text.encode(), reason="四季度起从严。", **centre())


def published() -> AssessmentRound:
    """The round that the story publishes."""
    return AssessmentRound.objects.get(state="published", plan__plan__code=assessment.CODE)


def correcting(state: str = "scored") -> ResultCorrection:
    """The published round's result being corrected, up to a state: a core figure was entered too high."""
    corrected = published()
    reason = "县统计局来函更正：核心指标重复计入两个村。"
    one = open_result_correction(corrected, reason=reason, document="县考核办〔2026〕15号", **centre())
    if state == "opened":
        return one
    indicator = corrected.plan.indicators.get(code="T7")
    entries = {"village-economy": Entry("11", "24")}
    enter_figures(corrected, indicator, entries, **DOCUMENT, **centre())
    one = score_result_correction(one, **centre())
    if state == "scored":
        return one
    approval = {"document": "县委办〔2026〕88号", "by": User.objects.get(username="centre2"), "at": now()}
    one = approve_result_correction(one, **approval)
    if state == "approved":
        return one
    one = post_result_correction(one, by=approval["by"], at=now() - timedelta(days=14 * (state != "public_notice")))
    if state == "published":
        publish_result_correction(one, **centre())
    return ResultCorrection.objects.get(pk=one.pk)


def appealed_after() -> Appeal:
    """In the notice of that correction the team appeals against its lower figure; nothing is decided yet."""
    one = correcting("public_notice")
    team = SpecialTeam.objects.get(code="village-economy")
    said = {"wrong": "两个村没有重复计入", "reason": "统计台账第3页。", "wanted": "13"}
    head = User.objects.get(username=f"head-{team.code}")
    return file_appeal(one.round, team, matter="indicator", fact="T7", correction=one, **said, by=head, at=now())


def review() -> AssessmentRound:
    """The mutual review, in scoring: two groups vote by slips, the third was counted on paper."""
    return AssessmentRound.objects.get(plan__plan__code="mutual-review-2026")


def second_review() -> AssessmentRound:
    """Another one, in scoring, in which nobody has voted yet."""
    round = open_round(
        action=SpecialAction.objects.get(),
        plan=review().plan,
        kind="review",
        title="2026年10月民主测评（补）",
        starts_on=date(2026, 10, 21),
        ends_on=date(2026, 10, 22),
        cut_off_at=at_time(date(2026, 10, 23), 18),
        classes=dict.fromkeys(script.CLASSES, ONLY_CLASS),
        **centre(),
    )
    freeze_measures(round, **centre())
    begin_checking(round, by=User.objects.get(username="centre"), at=now() - timedelta(days=6))
    return begin_scoring(round, **centre())


def opened() -> AssessmentRound:
    """August and September, being prepared."""
    return open_round(
        action=SpecialAction.objects.get(),
        plan=AdoptedPlan.objects.get(plan__code="trial-2026-q3"),
        kind="quarter",
        title="2026年8至9月试考核",
        starts_on=date(2026, 8, 1),
        ends_on=date(2026, 9, 30),
        cut_off_at=at_time(date(2026, 10, 26), 18),
        classes=script.CLASSES,
        **centre(),
    )


def running() -> AssessmentRound:
    """October and November, in the middle of it."""
    return open_round(
        action=SpecialAction.objects.get(),
        plan=AdoptedPlan.objects.get(plan__code="trial-2026-q3"),
        kind="quarter",
        title="2026年10至11月试考核",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 11, 30),
        cut_off_at=at_time(date(2026, 12, 9), 18),
        classes=script.CLASSES,
        **centre(),
    )


def offered() -> AssessmentRound:
    """Its measures frozen; an appeal of August set a row aside that was frozen here too."""
    round = opened()
    freeze_measures(round, **centre())
    return AssessmentRound.objects.get(pk=round.pk)


def frozen() -> AssessmentRound:
    """Its measures frozen, and the row correction of August declined."""
    round = offered()
    why = {offer.decision.pk: "按系统记录计。" for offer in row_offers(round, at=now())}
    decide_row_offers(round, taken=[], declined_for=why, **centre())
    return round


def entered() -> AssessmentRound:
    """Tiers, figures and a bonus entered."""
    return _filled(frozen())


def _filled(round: AssessmentRound, *, without: str = "") -> AssessmentRound:
    """The round with its values, but for a team without a figure."""
    _without_core_figures(round)
    figures = {
        code: Entry(str(value), str(target))
        for code, (value, target) in script.QUARTER_FIGURES.items()
        if value is not None and code != without
    }
    enter_figures(round, round.plan.indicators.get(code="T7"), figures, **DOCUMENT, **centre())
    return round


def _without_core_figures(round: AssessmentRound) -> AssessmentRound:
    """The round with its tiers and a bonus."""
    indicators = {one.code: one for one in round.plan.indicators.all()}
    tiers = {code: Entry(tier) for code, tier in script.PLAN_TIERS.items()}
    enter_figures(round, indicators["T6"], tiers, **DOCUMENT, **centre())
    pilot = {
        "team": SpecialTeam.objects.get(code="system-reform"),
        "matter": "“一张表单”市级试点",
        "level": "municipal",
    }
    filed = {"on": date(2026, 9, 18), "by": User.objects.get(username=CLAIMANT), "at": now()}
    claim = file_claim(plan=round.plan, indicator=indicators["P1"], **pilot, **DOCUMENT, **filed)
    approve_claim(claim, matter=claim.matter, level=claim.level, **centre())
    return round


def left_out() -> LeftOut:
    """The core figure left out for a team that has none, and all others entered."""
    round = frozen()
    gap = next(gap for gap in gaps(round, at=now()) if gap.code == "T7")
    indicator = round.plan.indicators.get(code=gap.code)
    why = {"reason": "统计口径尚未建立。", "document": "县考核办〔2026〕8号"}
    decision = leave_out(round, indicator, gap.team, **why, **centre())
    _filled(round, without=gap.team.code)
    return decision


def checked() -> AssessmentRound:
    """In its checking days, with something left out."""
    round = left_out().round
    begin_checking(round, by=User.objects.get(username="centre"), at=now() - timedelta(days=6))
    return AssessmentRound.objects.get(pk=round.pk)


def asked(code: str = "T1", team: str = "village-economy") -> FactQuestion:
    """In its checking days, with a question of a team about one of its facts."""
    round = left_out().round
    begin_checking(round, **centre())
    own = SpecialTeam.objects.get(code=team)
    reason = "收文登记与取数不一致，请核。"
    head = User.objects.get(username=f"head-{team}")
    return ask_about_fact(AssessmentRound.objects.get(pk=round.pk), own, code, reason=reason, by=head, at=now())


def scoring() -> AssessmentRound:
    """In scoring, not scored."""
    return begin_scoring(checked(), **centre())


def abandoned() -> AssessmentRound:
    """Abandoned after figures were entered."""
    return abandon_round(entered(), reason="方案有误，另行启动。", document="县考核办〔2026〕12号", **centre())


def scored() -> AssessmentRound:
    """Scored, not approved."""
    round = scoring()
    score_round(round, **centre())
    return round


def approved() -> AssessmentRound:
    """Approved, not published."""
    round = scored()
    approve_round(round, document="县考核办〔2026〕11号", by=User.objects.get(username="centre2"), at=now())
    return round


def noticed() -> AssessmentRound:
    """In public notice."""
    round = approved()
    post_notice(round, document="县考核办公示〔2026〕4号", **centre())
    return AssessmentRound.objects.get(pk=round.pk)


def appealed(code: str = "T6", team: str = "member-service") -> Appeal:
    """In public notice, with an appeal of a team that is not decided."""
    round = noticed()
    own = SpecialTeam.objects.get(code=team)
    said = {"wrong": "台账完整，记为部分完整", "reason": "台账原件9月28日已交，见收文登记。", "wanted": "完整"}
    head = User.objects.get(username=f"head-{team}")
    return file_appeal(round, own, matter="indicator", fact=code, **said, by=head, at=now())


def appeal_allowed() -> Appeal:
    """Allowed: the tier is corrected and the round scored again."""
    appeal = appealed()
    correction = FigureCorrected(
        Entry("none" if script.PLAN_TIERS[appeal.team.code] == "complete" else "complete"), **DOCUMENT
    )
    allow_appeal(appeal, correction, reasons="台账原件属实。", by=User.objects.get(username="centre2"), at=now())
    return Appeal.objects.get(pk=appeal.pk)


def notice_over() -> AssessmentRound:
    """Its public notice over."""
    round = approved()
    post_notice(round, by=User.objects.get(username="centre"), at=now() - timedelta(days=14))
    return AssessmentRound.objects.get(pk=round.pk)


def year_computed() -> YearResult:
    """The year of the published round, computed."""
    return compute_year(SpecialAction.objects.get(), "trial-2026-q3", 2026, **centre())


def year_approved() -> YearResult:
    """Approved by the other person of the centre."""
    result = year_computed()
    approve_year(result, document="县考核办〔2026〕15号", by=User.objects.get(username="centre2"), at=now())
    return result


def year_noticed(days: int = 0) -> YearResult:
    """In public notice, begun so many days ago."""
    result = year_approved()
    at = now() - timedelta(days=days)
    post_year_notice(result, document="县考核办公示〔2026〕6号", by=User.objects.get(username="centre"), at=at)
    return result


def year_appealed() -> Appeal:
    """In that notice a team appeals against a fact of the round; nothing is decided yet."""
    year = year_noticed()
    team = SpecialTeam.objects.get(code="village-economy")
    said = {"wrong": "两个村没有重复计入", "reason": "统计台账第3页。", "wanted": "13"}
    head = User.objects.get(username=f"head-{team.code}")
    return file_appeal(published(), team, matter="indicator", fact="T7", year=year, **said, by=head, at=now())


def year_appeal_allowed() -> Appeal:
    """It was allowed by the other person of the centre, and the correction is open."""
    one = year_appealed()
    said = {"reasons": "台账原件属实。", "document": "县考核办〔2026〕16号", "at": now()}
    return allow_year_appeal(one, **said, by=User.objects.get(username="centre2")).appeal


def year_published() -> YearResult:
    """Published; its round is archived."""
    result = year_noticed(days=14)
    publish_year(result, document="县考核办通报〔2026〕6号", **centre())
    return result


def claimed(**also) -> Claim:
    """A bonus that its team filed for the second round and nobody has decided."""
    round = frozen()
    return file_claim(
        **{
            "team": SpecialTeam.objects.get(code="system-reform"),
            "plan": round.plan,
            "indicator": round.plan.indicators.get(code="P1"),
            "matter": "“一张表单”市级试点",
            "level": "municipal",
            "document": "市治理办〔2026〕31号",
            "issuer": "市治理办",
            "on": date(2026, 9, 18),
            "basis": "全市八个试点县之一，9月起试行。",
            "by": User.objects.get(username=CLAIMANT),
            "at": now(),
        }
        | also
    )


def decided() -> Claim:
    """Approved, at a higher level than it was filed."""
    claim = claimed()
    return approve_claim(claim, matter=claim.matter, level="provincial", reason="文件为省级。", **centre())


def vetoed() -> Claim:
    """A veto that the office has filed against the team."""
    return claimed(
        indicator=None,
        veto="false-data",
        matter="微心愿未办先销",
        level="",
        document="县专项办核查〔2026〕9号",
        issuer="县专项办",
        basis="抽查200件，56件没有办结记录。",
        by=User.objects.get(username="office"),
    )


def supplied() -> AssessmentRound:
    """Its measures frozen; the bureau of statistics supplies the core figures of every team."""
    round = frozen()
    bureau = User.objects.get(username="data").department
    for row in supplies(round, indicator=round.plan.indicators.get(code="T7")):
        if row.source.department != bureau:
            name_supplier(row.source, department=bureau, **centre())
    return round


def awaiting_figures() -> AssessmentRound:
    """All is entered but the core figures, which the bureau of statistics supplies."""
    return _without_core_figures(supplied())


def written() -> AssessmentRound:
    """What the bureau has written is saved, not confirmed."""
    round = supplied()
    lines = {
        code: Line(str(value), str(target))
        for code, (value, target) in script.QUARTER_FIGURES.items()
        if value is not None
    }
    indicator = round.plan.indicators.get(code="T7")
    save_figures(round, indicator, lines, **DOCUMENT, by=User.objects.get(username="data"), at=now())
    return round


def confirmed() -> AssessmentRound:
    """The bureau has confirmed its figures and asks for the correction of one."""
    round = written()
    data = {"by": User.objects.get(username="data"), "at": now()}
    indicator = round.plan.indicators.get(code="T7")
    confirm_figures(round, indicator, **data)
    figure = supplies(round, indicator=indicator)[0].figure
    assert figure is not None
    ask_correction(figure, value="24", reason="有一个村尚未验收，见更正表。", **data)
    return round


def to_be_countersigned() -> AssessmentRound:
    """A department that leads teams of the round has confirmed T6 for them as well."""
    round = frozen()
    supplier = {"by": User.objects.get(username="office"), "at": now()}
    indicator = round.plan.indicators.get(code="T6")
    save_figures(
        round, indicator, {code: Line(tier) for code, tier in script.PLAN_TIERS.items()}, **DOCUMENT, **supplier
    )
    confirm_figures(round, indicator, **supplier)
    return round

"""The way of a round, by the people who go it: figures, own points, a question, the score, an appeal, the print.

What another journey shows in full (claims, marks, votes, slips in figures) is written by verbs or left out here.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, expect

from assessments.models import Appeal, AssessmentRound, FactQuestion, Figure, Publication, SelfScore
from governance.overview.demo import script
from teams.models import SpecialTeam
from tests.browser import rounds
from tests.browser.conftest import DESK, PHONE, Visitor, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

TEAM, HEAD = "member-service", "head-member-service"
FIGURES = {code: pair for code, pair in script.QUARTER_FIGURES.items() if pair[0] is not None}
AFTER_CHECKING, AFTER_NOTICE = date(2026, 10, 30), date(2026, 11, 12)


@pytest.fixture
def round(enter) -> AssessmentRound:
    """Frozen, with tiers and a bonus; the core figures are the bureau's to confirm."""
    enter("story", tell_story)
    return rounds.awaiting_figures()


def test_a_round_from_the_first_figure_to_the_print(round, visit, settings):
    confirm_figures(visit("zh-hans", DESK, "data"), round)
    head, centre = visit("zh-hans", PHONE, HEAD), visit("zh-hans", DESK, "centre")
    second = visit("zh-hans", DESK, "centre2")
    effort = Effort("head of a team, a round: own points, a question, an appeal, zh-hans", head)

    give_own_points(effort, round)
    move_on(from_home(centre, round), "开始核对")
    ask(effort, round)
    answer(centre)

    settings.DEMO_TODAY = AFTER_CHECKING
    move_on(from_home(centre, round), "开始评分")
    move_on(centre, "评分")
    expect(centre.page.get_by_text("可以批准的人员：郑某某。")).to_be_visible()
    approve(from_home(second, round))
    from_home(centre, round)
    move_on(centre, "开始公示", document="县考核办公示〔2026〕4号")
    appeal(effort, round)
    decide(second, round)

    settings.DEMO_TODAY = AFTER_NOTICE
    move_on(from_home(centre, round), "公布", document="县考核办通报〔2026〕4号")
    assert Publication.objects.filter(result__round=round).exists()
    read_decision(head)
    print_results(visit("zh-hans", DESK, "office"), round)
    effort.tell()
    assert effort.sums["taps"] <= 16, effort.sums


def go(visitor: Visitor, where: Locator) -> None:
    """Follow a link or press a button, and look the page over that comes."""
    where.click()
    visitor.look()


def send(visitor: Visitor) -> None:
    """Press the one button of the form that acts."""
    go(visitor, visitor.page.locator("main form[method='post'] .form-actions button"))


def from_home(visitor: Visitor, round: AssessmentRound, *, to: str = "") -> Visitor:
    """Open what home says is to be done in the round."""
    visitor.page.goto(visitor.site.url)
    go(visitor, visitor.page.locator(f".todo a[href$='/rounds/{round.pk}/{to}']").first)
    return visitor


def move_on(visitor: Visitor, step: str, *, document: str = "") -> None:
    """Take the round's next step: the page's only primary button, then the same words again."""
    page = visitor.page
    page.locator(".thumb").get_by_role("link", name=step, exact=True).click()
    if document:
        page.fill("#id_document", document)
    go(visitor, page.get_by_role("button", name=step, exact=True))


def confirm_figures(data: Visitor, round: AssessmentRound) -> None:
    """The bureau of statistics, whose home leads to the sheet."""
    effort = Effort("department confirms the core figures of six teams, zh-hans", data)
    page = data.open("/")
    go(data, page.get_by_role("link", name="填报").first)
    for code, (value, target) in FIGURES.items():
        page.fill(f"#id_value-{code}", str(value))
        page.fill(f"#id_target-{code}", str(target))
    page.fill("#id_document", "垣统函〔2026〕31号")
    page.fill("#id_basis", "三季度核心指标统计表（盖章）")
    go(data, page.get_by_role("button", name="保存"))
    page.get_by_role("link", name=f"确认{len(FIGURES)}项数据").click()
    go(data, page.get_by_role("button", name=f"确认{len(FIGURES)}项数据"))
    expect(page.get_by_role("heading", name="已确认")).to_be_visible()
    confirmed = Figure.objects.filter(source__round=round, confirmation__isnull=False)
    assert confirmed.count() == len(FIGURES)
    effort.tell()
    assert effort.sums["taps"] <= 4, effort.sums


def give_own_points(effort: Effort, round: AssessmentRound) -> None:
    """The head, from the own tally on home."""
    head, page = effort.visitor, effort.page
    head.open("/")
    go(head, page.locator(f"main a[href$='/rounds/{round.pk}/self-score/{TEAM}/']").first)
    effort.write(page.locator("#id_points-T4"), "8")
    effort.write(page.locator("#id_points-T6"), "10")
    go(head, page.get_by_role("button", name="保存"))
    assert SelfScore.objects.filter(round_team__round=round).count() == 2


def ask(effort: Effort, round: AssessmentRound) -> None:
    """The head asks about a fact in the checking days."""
    from_home(effort.visitor, round, to=f"facts/{TEAM}/")
    fact = effort.page.locator("#T6")
    fact.locator("summary").click()
    fact.get_by_role("link", name="提出疑问").click()
    effort.write(effort.page.locator("#id_reason"), "台账原件9月28日已交。")
    send(effort.visitor)
    assert FactQuestion.objects.filter(round=round, team__code=TEAM, state="open").count() == 1


def answer(centre: Visitor) -> None:
    """The centre answers that the fact stands, and is led back to what still waits."""
    page = centre.open("/")
    page.locator(".todo").get_by_role("link", name="答复", exact=True).click()
    go(centre, page.locator("main").get_by_role("link", name="答复").first)
    page.get_by_label("维持", exact=True).check()
    page.fill("#id_answer", "收文登记为9月30日以后，按部分完整计。")
    send(centre)
    expect(page.get_by_role("heading", name="事实和疑问")).to_be_visible()


def approve(second: Visitor) -> None:
    """Another person sees what is conspicuous, says so, and approves with a document."""
    page = second.page
    page.locator(".thumb").get_by_role("link", name="批准", exact=True).click()
    go(second, page.get_by_role("link", name="查看批准前核查"))
    page.get_by_role("link", name="注明已核查").click()
    page.fill("#id_note", "已核对原件。")
    send(second)
    page.locator(".crumbs a").last.click()
    move_on(second, "批准", document="县考核办〔2026〕11号")


def appeal(effort: Effort, round: AssessmentRound) -> None:
    """The head reads the team's points on the phone and appeals."""
    head, page = effort.visitor, effort.page
    from_home(head, round, to="appeals/")
    go(head, page.get_by_role("link", name="得分明细"))
    expect(page.locator("main")).to_contain_text("自评8.00分")
    go(head, page.get_by_role("link", name="申诉", exact=True))
    page.select_option("#id_about", value="indicator|T6")
    effort.write(page.locator("#id_wrong"), "台账完整，记为部分完整")
    effort.write(page.locator("#id_reason"), "台账原件9月28日已交，见收文登记。")
    effort.write(page.locator("#id_wanted"), "完整")
    send(head)
    assert Appeal.objects.get(round=round).state == "open"


def decide(second: Visitor, round: AssessmentRound) -> None:
    """Who neither entered nor scored sees what changes, and allows it."""
    page = from_home(second, round, to="appeals/").page
    page.locator("main h2 a").click()
    go(second, page.get_by_role("link", name="复核", exact=True))
    page.check("input[name='outcome'][value='corrected']")
    page.select_option("#id_value", value="complete")
    page.fill("#id_document", "县考核办〔2026〕15号")
    page.fill("#id_basis", "台账原件")
    go(second, page.get_by_role("button", name="查看变动"))
    expect(page.locator("#preview ins").first).to_be_visible()
    page.fill("#id_answer", "收文登记与台账原件一致，更正。")
    go(second, page.get_by_role("button", name="作出复核意见"))
    assert Appeal.objects.get(round=round).state == "allowed"


def read_decision(head: Visitor) -> None:
    """The head is told of the decision and of the publication."""
    page = head.open("/inbox/")
    expect(page.locator("main")).to_contain_text("申诉成立")
    expect(page.locator("main")).to_contain_text("已公布")


def print_results(office: Visitor, round: AssessmentRound) -> None:
    """The office prints the published ranking: every team is on the paper, what only a screen needs is not."""
    page = office.open("/")
    page.get_by_role("link", name="考核", exact=True).click()
    go(office, page.locator("main").get_by_role("link", name=round.title).first)
    page.evaluate("window.print = () => { document.title = '已送打印' }")
    page.get_by_role("button", name="打印").click()
    expect(page).to_have_title("已送打印")
    assert 1 <= len(re.findall(rb"/MediaBox", page.pdf(prefer_css_page_size=True))) <= 2
    page.emulate_media(media="print")
    for team in SpecialTeam.objects.filter(rounds__round=round):
        expect(page.locator("table.heat").get_by_text(team.name, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()

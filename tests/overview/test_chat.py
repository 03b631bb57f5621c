"""The texts for the chat group, word for word, in both languages."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from governance.clock import SHANGHAI
from governance.overview.chat import week_text
from governance.overview.wall import wall_of
from teams import models
from teams.debts.chat_text import owed_text
from teams.debts.debts import debts_of
from teams.reports.chat_text import report_text
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.submissions_read import kept_submissions
from teams.reports.written import Matter, NextStepLine, ReportRow, Written
from teams.tasks.extensions import ask_extension
from tests.factories import DepartmentFactory, MemberFactory, PeriodFactory, TeamFactory, UserFactory, make_task

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 10, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture
def village(action):
    """The team of the village economy, with head and liaison, and one of the urban Party building."""
    team = TeamFactory(action=action, name="发展壮大村级集体经济专班", short_name="村集体经济专班", order=1)
    MemberFactory(team=team, part="head", user=UserFactory(name="张某某", phone="13800001234"))
    MemberFactory(team=team, part="liaison", user=UserFactory(name="李某某", phone="13900001234"))
    return team


@pytest.fixture
def period(action):
    """11 to 20 October, due on the 21st at 18:00."""
    return PeriodFactory(action=action)


@pytest.fixture
def owing(action, village, period):
    """What the village team, a department and the office owe on 27 October."""
    task = make_task(team=village, number=3, title="实施村企联建项目")
    head = village.members.get(part="head").user
    ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(26))
    report = models.ProgressReport.objects.create(team=village, period=period)
    owner = UserFactory(name="田某某", department=DepartmentFactory(name="县自然资源局"))
    models.HelpRequest.objects.create(
        report=report, text="用地手续未办结。", asked_at=at(12), owner=owner, due_on=date(2026, 10, 23)
    )
    return debts_of(action, reader=None, now=at(27))


def test_who_owes_what_in_chinese(owing):
    with override("zh-hans"):
        assert owed_text(owing, on=date(2026, 10, 27)) == (
            "【催办】截至10月27日，以下事项请抓紧办理：\n"
            "\n"
            "进展报告逾期未报（1）\n"
            "1. 村集体经济专班（组长张某某、联络员李某某）：10月中旬，应于10月21日提交，逾期6天，请尽快提交。\n"
            "\n"
            "需协调事项未答复（1）\n"
            "1. 县自然资源局田某某：村集体经济专班提出“用地手续未办结”，逾期4天，请予答复。\n"
            "\n"
            "延期待审批（1）\n"
            "1. 村集体经济专班：任务“3 实施村企联建项目”，10月26日申请，已等待1天\n"
            "\n"
            "感谢配合！专项办"
        )


def test_who_owes_what_in_english(owing):
    with override("en"):
        assert owed_text(owing, on=date(2026, 10, 27)) == (
            "[Reminder] As of 27 Oct, please attend to the following:\n"
            "\n"
            "Report missing (1)\n"
            "1. 村集体经济专班 (Head 张某某, Liaison 李某某): 2026-10, days 11–20, due 21 Oct, 6 days overdue. "
            "Please submit it.\n"
            "\n"
            "Matter to answer (1)\n"
            "1. 县自然资源局 田某某: 村集体经济专班 requests: 用地手续未办结 (4 days overdue). Please answer.\n"
            "\n"
            "Extension to decide (1)\n"
            "1. 村集体经济专班: task 3 实施村企联建项目, requested 26 Oct, waiting 1 day\n"
            "\n"
            "Thank you. The special office"
        )


def test_nothing_owed_is_said_too(action):
    with override("zh-hans"):
        assert owed_text([], on=date(2026, 10, 27)) == "截至10月27日，各项报送和答复均已完成，感谢大家！"


def test_no_phone_number_is_given(owing):
    for language in ("zh-hans", "en"):
        with override(language):
            assert "0000" not in owed_text(owing, on=date(2026, 10, 27))


def test_the_week_in_chinese(action, village, period, office):
    make_task(team=village, number=3, percent=Decimal(60))
    TeamFactory(action=action, short_name="城市党建专班", order=2)
    wall = wall_of(action, on=at(27).date(), now=at(27), user=office)
    with override("zh-hans"):
        assert week_text(wall) == (
            "【周调度】10月27日各专班进展\n"
            "总体：进度60%（序时88%，落后28个百分点）；黄灯1\n"
            "1. 村集体经济专班：进度60%（序时88%，落后28个百分点）；黄灯1；10月中旬报告逾期未报\n"
            "2. 城市党建专班：10月中旬报告逾期未报\n"
            "逾期未报：村集体经济专班、城市党建专班，请尽快提交。"
        )


def test_the_week_in_english_on_plan(action, village, office):
    make_task(team=village, number=3, percent=Decimal(95))
    wall = wall_of(action, on=at(27).date(), now=at(27), user=office)
    with override("en"):
        assert week_text(wall) == (
            "[Dispatch] Progress of the teams on 27 Oct\n"
            "Overall: 95% (planned 88%, 7 points ahead of plan); On plan 1\n"
            "1. 村集体经济专班: 95% (planned 88%, 7 points ahead of plan); On plan 1"
        )


def test_a_report_in_chinese(village, period):
    head = village.members.get(part="head").user
    counted = make_task(
        team=village,
        number=3,
        title="实施村企联建项目12个",
        target=Decimal(12),
        done=Decimal(6),
        unit="个",
        percent=Decimal(50),
    )
    plain = make_task(team=village, number=4, title="编印教材", percent=Decimal(40))
    still = make_task(team=village, number=5)
    written = Written(
        rows=[
            ReportRow(counted.pk, done=Decimal(7), text="新签约1个。\n已开工。"),
            ReportRow(plain.pk, percent=Decimal(30), text="返工", reason="排版有误"),
            ReportRow(still.pk, no_change=True),
        ],
        matters=[Matter("用地手续未办结", DepartmentFactory(name="县自然资源局"))],
        steps=[NextStepLine("再落地2个项目", date(2026, 11, 10)), NextStepLine("开展培训", date(2026, 11, 5))],
    )
    report = save_report(village, period, written, by=head, at=at(20))
    submit_report(report, by=head, at=at(21, 9))
    report.refresh_from_db()
    with override("zh-hans"):
        assert report_text(report, kept_submissions(report)[0]) == (
            "【村集体经济专班】10月中旬进展报告\n"
            "进展情况：\n"
            "1. 实施村企联建项目12个（7/12个，58%）：新签约1个。 已开工。\n"
            "2. 编印教材（30%）：返工 排版有误\n"
            "本期无变化：1项。\n"
            "需协调事项：\n"
            "1. 请县自然资源局协调：用地手续未办结\n"
            "下步打算：\n"
            "1. 再落地2个项目（11月10日前）\n"
            "2. 开展培训（11月5日前）\n"
            "提交人：张某某，10月21日 09:00"
        )


class TestPages:
    @pytest.fixture(autouse=True)
    def on_the_day(self, settings):
        settings.DEMO_TODAY = date(2026, 10, 27)

    def test_the_text_is_chinese_unless_english_is_asked_for(self, client, owing, office):
        client.force_login(office)
        client.cookies["vanguard_language"] = "en"
        assert "【催办】截至10月27日" in client.get("/owed/text/").content.decode()
        assert "[Reminder] As of 27 Oct" in client.get("/owed/text/?text=en").content.decode()
        assert "【周调度】" in client.get("/owed/text/?of=week&text=nonsense").content.decode()

    def test_it_is_narrowed_like_the_page_it_comes_from(self, client, owing, office):
        client.force_login(office)
        page = client.get("/owed/?kind=extension")
        text = client.get(page.context["chat_url"]).context["text"]
        assert "延期待审批（1）" in text and "进展报告逾期未报" not in text

    def test_it_says_what_its_reader_may_know_and_no_more(self, client, owing, auditor):
        client.force_login(auditor)
        text = client.get("/owed/text/").context["text"]
        assert "进展报告逾期未报（1）" in text and "延期" not in text

    def test_a_report_is_text_for_its_readers_once_it_was_submitted(self, client, village, period, auditor):
        task = make_task(team=village)
        head = village.members.get(part="head").user
        report = save_report(village, period, Written(rows=[ReportRow(task.pk, no_change=True)]), by=head, at=at(20))
        url = f"/reports/{village.code}/2026-10-11/text/"
        client.force_login(head)
        assert client.get(url).status_code == 404
        submit_report(report, by=head, at=at(21))
        assert "【村集体经济专班】" in client.get(url).content.decode()
        assert client.get(f"/reports/{village.code}/nonsense/text/").status_code == 404
        client.force_login(auditor)
        assert client.get(url).status_code == 404

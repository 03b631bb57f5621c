"""The papers of a result: what they say, who takes them, and that nothing unpublished leaves by them."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from assessments.checking.self_scores import write_self_scores
from assessments.models import Result, ResultLine
from assessments.results.papers import (
    PREVIEW,
    ChangedTeam,
    DecisionLetter,
    _score_note,
    announcement,
    decision_letter,
    letter_values,
    score_table,
)
from assessments.results.score_table import MOST_TITLED, ScoreTable, circled, columns_of, loss_words, numbered
from assessments.rounds.round_states import step_back
from governance.clock import at_time
from governance.formats.files import check_file
from governance.records.models import AuditEvent
from governance.records.refusals import WrongState
from teams.meetings.models import Circular, CircularDraft
from teams.meetings.orders.circulars import sign_circular, withdraw_circular
from teams.meetings.papers.registry import Kind
from teams.meetings.papers.templates import replace_template
from tests import factories
from tests.assessments.conftest import NOTICED, OPENED, PUBLISHED, Story
from tests.budgets import counted
from tests.teams.meetings.papers.word import has_tags, lines, rows, text

pytestmark = pytest.mark.django_db

HEADS = ["序号", "指标", "分值", "评分标准", "数据来源", "自评", "初评", "核定", "失分原因"]


def result_of(round) -> Result:
    return Result.objects.filter(round=round).latest("number")


def own_template(*paragraphs: str):
    document = Document()
    for said in paragraphs:
        document.add_paragraph(said)
    out = io.BytesIO()
    document.save(out)
    out.seek(0)
    return check_file(out, "我们的.docx")


def corrected(result: Result, *, by, at, team: str, code: str, points: str) -> Result:
    """The next result, in which one team has other points of one indicator, as an allowed appeal leaves it."""
    body = json.loads(result.body)
    told = next(each for each in body["outcome"]["teams"] if each["team"] == team)
    told["explanations"][code]["points"] = points
    again = Result.objects.create(
        round=result.round, number=result.number + 1, engine=result.engine, body=json.dumps(body), by=by, at=at
    )
    for line in result.lines.all():
        line.pk, line.result, line.at, line._state.adding = None, again, at, True
        line.save()
    return again


class TestAnnouncement:
    def test_it_says_how_long_and_has_the_ranking_behind_it(self, story):
        made = announcement(result_of(story.until("public_notice")))
        said = lines(made.content)
        assert made.name == "公示 2026年第三季度试考核.docx" and not has_tags(made.content)
        assert said[:2] == ["关于2026年第三季度试考核结果的公示", "垣考核公示〔2026〕3号"]
        assert "公示时间：2026年10月23日至10月29日18:00（5个工作日）。" in said
        assert "经审定（垣组发〔2026〕31号）" in text(made.content) and "2026年10月22日" in said
        assert "附件：2026年第三季度试考核结果" in said
        table = rows(made.content)
        assert table[0] == ["位次", "专班", "总分", "等次", "备注"]
        lines_kept = ResultLine.objects.select_related("team").order_by("order")
        assert [row[1:3] for row in table[1:] if len(row) > 1] == [
            [line.team.name, f"{line.total:.2f}"] for line in lines_kept
        ]
        assert [row for row in table if len(row) == 1] == [["经济资产类"], ["党建治理类"]]
        assert "成立不满60天" in table[-1] and "成立不满60天的专班" in said[-1]

    @pytest.mark.parametrize("state", ["scoring", "approved"])
    def test_there_is_none_before_the_notice(self, story, state):
        with pytest.raises(WrongState):
            announcement(result_of(story.until(state)))

    def test_a_notice_that_was_taken_back_leaves_none(self, story, centre):
        round = story.until("public_notice")
        step_back(round, reason="数据有误", by=centre, at=NOTICED + timedelta(hours=1))
        with pytest.raises(WrongState):
            announcement(result_of(round))

    def test_it_stays_the_same_once_the_round_is_published(self, story):
        before = announcement(result_of(story.until("public_notice"))).content
        story.publish()
        assert announcement(result_of(story.round)).content == before

    def test_it_keeps_the_template_with_which_the_notice_began(self, story, office):
        round = story.until("public_notice")
        before = announcement(result_of(round)).content
        replace_template(Kind.PUBLICITY, own_template("只有{{ title }}"), by=office, at=NOTICED + timedelta(minutes=1))
        assert announcement(result_of(round)).content == before

    def test_a_template_of_the_office_is_used(self, story, office):
        round = story.until("approved")
        replace_template(Kind.PUBLICITY, own_template("只有{{ title }}"), by=office, at=NOTICED)
        story.notice()
        assert lines(announcement(result_of(round)).content) == ["只有关于2026年第三季度试考核结果的公示"]

    def test_many_teams_have_a_table_a_class_whose_head_is_repeated(self, story):
        content = announcement(result_of(story.until("public_notice", teams=14))).content
        assert [rows(content, place)[0] for place in (0, 1)] == [["经济资产类"], ["党建治理类"]]
        for table in Document(io.BytesIO(content)).tables:
            heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
            assert heads == [True, True, *[False] * 7]


class TestScoreTable:
    def test_the_centre_has_a_table_a_class_and_a_page_a_team(self, story, centre):
        round = story.until("published")
        made = score_table(result_of(round), centre)
        said, first = lines(made.content), rows(made.content)
        assert made.name == "考核得分表 2026年第三季度试考核.docx" and not has_tags(made.content)
        assert said[0] == "2026年第三季度试考核得分表" and PREVIEW not in text(made.content)
        assert first[0][:3] == ["位次", "专班", "重点任务完成率25分"]
        assert first[0][-6:] == ["基础分", "加分", "减分", "总分", "等次", "备注"]
        assert first[1][1] == story.teams[0].name and first[1][-6:-1] == ["83.75", "2.00", "0.00", "85.75", "良好"]
        assert [line for line in said if line.endswith("得分明细")] == [
            f"{line.team.name}得分明细" for line in ResultLine.objects.select_related("team").order_by("order")
        ]

    def test_a_page_gives_full_points_both_scores_and_why_points_were_lost(self, story, centre):
        round = story.until("published")
        table = rows(score_table(result_of(round), centre, team_code=story.teams[1].code).content)
        assert table[0] == HEADS
        by_title = {row[1]: row for row in table[1:]}
        assert by_title["重点任务完成率"][2] == "25" and by_title["重点任务完成率"][6:8] == ["18.75", "18.75"]
        assert by_title["重点任务完成率"][8].startswith("100 × 3 ÷ 4 = 75 %；任务")
        assert by_title["重点任务完成率"][8].endswith("摸清家底（截止时未销号）")
        assert by_title["序时进度"][8].endswith("（滞后）3次")
        assert by_title["实施方案与任务分工"][8] == "部分完整（垣专办〔2026〕18号）"
        assert by_title["通报批评"][2] == "最高6" and by_title["通报批评"][8] == "通报批评：县级（垣办通报〔2026〕7号）"
        assert by_title["报送及时"][8] == "" and by_title["承担试点任务"][8] == ""

    def test_it_says_how_the_total_came_about(self, story, centre):
        round = story.until("published")
        said = lines(score_table(result_of(round), centre, team_code=story.teams[0].code).content)
        assert "基础分：38.75 + 15 + 30 = 83.75。" in said
        assert "总分：83.75 + 2 − 0 = 85.75。同类第1名，良好。" in said

    def test_a_veto_is_named_with_its_document(self, story, centre):
        round = story.until("collecting")
        story.enter_all()
        story.event(story.teams[0], veto=round.plan.rules.vetoes[0].code, matter="未办先销")
        story.close()
        result = story.score()
        said = lines(score_table(result, centre, team_code=story.teams[0].code).content)
        assert said[-1].startswith("否决：") and said[-1].endswith("（垣办通报〔2026〕7号）。")

    def test_a_mean_of_the_class_is_marked(self, story, centre):
        content = score_table(result_of(story.until("published")), centre).content
        assert "10.42*" in [cell for row in rows(content, 1) for cell in row]
        assert "“*”为取同类平均分" in text(content)

    def test_before_the_notice_it_says_so(self, story, centre):
        content = score_table(result_of(story.until("scoring")), centre).content
        assert text(content).count(PREVIEW) == 1 + len(story.teams)

    def test_after_an_appeal_it_gives_the_score_of_the_notice_and_the_checked_one(self, story, centre):
        round, team = story.until("public_notice"), story.teams[1].code
        again = corrected(
            result_of(round), by=centre, at=NOTICED + timedelta(days=1), team=team, code="T4", points="6.00"
        )
        row = rows(score_table(again, centre, team_code=team).content)[4]
        assert (row[1], row[6], row[7]) == ("报送及时", "8.00", "6.00")

    def test_scoring_again_before_the_notice_leaves_one_score(self, story, centre):
        round, team = story.until("scoring"), story.teams[1].code
        story.score()
        table = ScoreTable(result_of(round), centre, team_code=team)
        with override("zh-hans"):
            assert all(row.first == row.checked for row in table.sheets[0].rows)
        assert table.posted_at is None

    def test_many_indicators_are_numbered_and_named_below_the_table(self, story, centre):
        table = ScoreTable(result_of(story.until("scoring")), centre)
        with override("zh-hans"):
            (sheet, *_), (row, *_) = table.sheets, table.sheets[0].rows
            named = [replace(row, code=one.code) for one in table.plan.indicators]
            assert [one["title"] for one in columns_of([sheet], table.plan)][:2] == ["重点任务完成率", "序时进度"]
            many = [replace(sheet, rows=named)]
            plan = replace(table.plan, indicators=tuple(one for one in table.plan.indicators) * 2)
            assert len(columns_of(many, plan)) > MOST_TITLED
            assert columns_of(many, plan)[0] == {"title": numbered(plan)["T1"], "full": "25"}
            note = _score_note(table, is_numbered=True)
            assert "①重点任务完成率、②序时进度" in note
            assert [circled(place) for place in (20, 21, 35, 36, 50, 51)] == ["⑳", "㉑", "㉟", "㊱", "㊿", "51"]


class TestReaders:
    @pytest.fixture
    def own_points(self, story):
        """The second team gives itself points of one indicator."""
        story.form_teams()
        story.adopt()
        story.open()
        head = story.heads[story.teams[1].code]
        write_self_scores(story.round, story.teams[1], {"T1": "24"}, by=head, at=OPENED)
        return _go_on(story)

    def test_a_team_takes_its_own_page_alone(self, client, story):
        story.until("public_notice")
        own, other = story.teams[0], story.teams[1]
        client.force_login(story.heads[own.code])
        answer = client.get(reverse("score_table", args=[story.round.pk]))
        said = text(answer.content)
        assert answer["Cache-Control"] == "private, no-store"
        assert own.name in said and other.name not in said and "制表" not in said
        assert client.get(reverse("team_score_table", args=[story.round.pk, own.code])).status_code == 200
        assert client.get(reverse("team_score_table", args=[story.round.pk, other.code])).status_code == 404
        sheet = load_workbook(io.BytesIO(client.get(reverse("score_workbook", args=[story.round.pk])).getvalue()))
        assert {row[1] for row in sheet.active.iter_rows(min_row=2, values_only=True)} == {own.name}

    @pytest.mark.parametrize("role", ["office", "leader", "auditor", "secretary", "superuser", "head", "centre"])
    @pytest.mark.parametrize("state", ["scoring", "approved"])
    def test_before_the_notice_nobody_but_the_centre_takes_anything(self, client, request, story, role, state):
        round = story.until(state)
        head = story.heads[story.teams[0].code]
        client.force_login(head if role == "head" else request.getfixturevalue(role))
        for name in ("score_table", "score_workbook"):
            assert client.get(reverse(name, args=[round.pk])).status_code == (200 if role == "centre" else 404)
        own = client.get(reverse("team_score_table", args=[round.pk, story.teams[0].code]))
        assert own.status_code == (200 if role == "centre" else 404)
        assert client.get(reverse("announcement", args=[round.pk])).status_code == 404
        assert client.post(reverse("result_circular", args=[round.pk])).status_code in (403, 404)
        assert not CircularDraft.objects.exists()

    @pytest.mark.parametrize("role", ["centre", "head", "office"])
    def test_own_points_stand_beside_the_points_for_everyone_who_reads_them(self, request, own_points, story, role):
        head = story.heads[story.teams[1].code]
        person = head if role == "head" else request.getfixturevalue(role)
        content = score_table(result_of(own_points), person, team_code=story.teams[1].code).content
        assert rows(content)[1][5] == "24.00"

    def test_the_page_of_the_result_offers_what_the_person_may_take(self, client, story, centre, office, auditor):
        round = story.until("scoring")
        names = ("announcement", "score_table", "score_workbook", "result_circular")

        def offered(person):
            client.force_login(person)
            page = client.get(reverse("results", args=[round.pk])).content.decode()
            return {name for name in names if reverse(name, args=[round.pk]) in page}

        assert offered(centre) == {"score_table", "score_workbook"}
        story.approve()
        story.notice()
        head = story.heads[story.teams[0].code]
        assert offered(centre) == offered(office) == offered(head) == set(names[:3])
        assert offered(auditor) == {"announcement"}
        story.publish()
        assert offered(office) == set(names) and offered(centre) == set(names[:3])

    def test_the_scorecard_gives_own_points_as_the_paper_does(self, client, own_points, story):
        client.force_login(story.heads[story.teams[1].code])
        page = client.get(reverse("scorecard", args=[own_points.pk, story.teams[1].code])).content.decode()
        assert "自评24.00分" in page

    @pytest.mark.parametrize("name", ["score_table", "results", "announcement"])
    def test_it_costs_the_same_for_many_teams(self, client, story, action, centre, centre2, office, name):
        larger = Story(factories.ActionFactory(), centre, centre2, office)
        story.until("published")
        larger.form_teams(12)
        larger.plan = story.plan
        larger.open(starts_on=date(2026, 7, 2))
        _go_on(larger)
        client.force_login(centre)
        found = []
        for each in (story, larger):
            with counted() as captured:
                assert client.get(reverse(name, args=[each.round.pk])).status_code == 200
            found.append(len(captured))
        assert found[0] == found[1]


def _go_on(story):
    """From a round just opened to its publication."""
    for act in (story.freeze, story.enter_all, story.close, story.score, story.approve, story.notice, story.publish):
        act()
    return story.round


class TestWorkbook:
    def test_points_are_numbers_and_no_text_starts_a_formula(self, client, story, centre):
        round = story.until("published")
        type(story.teams[0]).objects.filter(pk=story.teams[0].pk).update(name="=1+1专班")
        client.force_login(centre)
        answer = client.get(reverse("score_workbook", args=[round.pk]))
        sheet = load_workbook(io.BytesIO(answer.getvalue())).active
        found = list(sheet.iter_rows(values_only=True))
        assert found[0] == (
            "类别",
            "专班",
            "位次",
            "指标编号",
            "指标",
            "类型",
            "分值",
            "自评",
            "初评",
            "核定",
            "失分原因",
        )
        assert found[1][:7] == ("经济资产类", "'=1+1专班", 1, "T1", "重点任务完成率", "基础分", 25)
        assert Decimal(str(found[1][9])) == Decimal("18.75")
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        closing = [row for row in found if row[4] == "总分"]
        assert [float(row[9]) for row in closing] == [
            float(line.total) for line in ResultLine.objects.order_by("order")
        ]

    def test_that_it_was_taken_is_recorded_without_a_score(self, client, story, centre):
        round = story.until("scoring")
        client.force_login(centre)
        client.get(reverse("score_workbook", args=[round.pk])).getvalue()
        event = AuditEvent.objects.get(verb="export_list")
        assert event.by == centre and "score_workbook" in event.change
        assert not [line for line in ResultLine.objects.all() if f"{line.total:.2f}" in event.change]


class TestLossWords:
    def test_nothing_lost_has_no_reason(self):
        explained = {"kind": "base", "full": "8", "points": "8.00", "reason": None, "inputs": {}, "fallback": None}
        assert loss_words(explained, None) == ""

    def test_a_bonus_not_reached_has_no_reason(self):
        explained = {"kind": "bonus", "full": "4", "points": "0.00", "reason": None, "inputs": {}, "fallback": None}
        assert loss_words(explained, None) == ""


def the_letter(**fields) -> DecisionLetter:
    given = {
        "number": 1,
        "team": "基层治理主题培训专班",
        "round": "2026年8月份专班考核",
        "matter": "A9报送及时",
        "filed_on": date(2026, 9, 11),
        "asked": "8月下旬报告当日已报送纸质件，请按未迟报计分。",
        "found": "收文登记载明纸质件当日17:20收到。申诉事实成立。",
        "basis": "专班考核方案A9项评分标准；县委办收文登记。",
        "opinion": "申诉成立。将A9报送及时由4.50分调整为5.00分。",
        "decided_at": at_time(date(2026, 9, 15), 10),
        "changes": (
            ChangedTeam("基层治理主题培训专班", "89.43", "90.00", "3", "2", "良好", "良好"),
            ChangedTeam("提升社区物业管理能力专班", "89.62", "89.62", "2", "3", "", ""),
        ),
        "until": at_time(date(2026, 9, 17), 18),
    }
    return DecisionLetter(**(given | fields))


class TestDecisionLetter:
    def test_an_allowed_appeal_shows_what_changed(self):
        made = decision_letter(the_letter())
        said = lines(made.content)
        assert made.name == "复核意见书 县考核中心复核〔2026〕1号.docx" and not has_tags(made.content)
        assert said[:3] == ["复核意见书", "县考核中心复核〔2026〕1号", "基层治理主题培训专班："]
        assert said[3].startswith("你专班2026年9月11日就2026年8月份专班考核“A9报送及时”提出的申诉收悉。")
        assert [line.split("。")[0] for line in said if line[1:2] == "、"] == [
            "一、申诉事项和理由",
            "二、复核查明的事实",
            "三、依据",
            "四、复核意见",
        ]
        assert rows(made.content)[1:] == [
            ["基层治理主题培训专班", "89.43", "90.00", "3", "2", "良好", "良好"],
            ["提升社区物业管理能力专班", "89.62", "89.62", "2", "3", "—", "—"],
        ]
        assert "因位次或者等次变动，公示延长至2026年9月17日18:00。" in said
        assert said[-3:] == ["本意见为该事项的最终复核意见。", "垣曲县考核中心", "2026年9月15日"]

    def test_a_dismissed_one_has_no_table_and_no_gap_in_its_numbers(self):
        content = decision_letter(
            the_letter(basis="", opinion="申诉不成立，维持A11问题整改率5.00分。", changes=(), until=None)
        ).content
        said = lines(content)
        assert not Document(io.BytesIO(content)).tables and "公示延长" not in text(content)
        assert [line[:2] for line in said if line[1:2] == "、"] == ["一、", "二、", "三、"]
        assert "三、复核意见。申诉不成立，维持A11问题整改率5.00分。" in said

    def test_words_of_a_team_are_shown_as_they_are(self):
        assert "A<B & {{ 7*7 }}" in text(decision_letter(the_letter(asked="A<B & {{ 7*7 }}")).content)

    def test_a_template_of_the_office_is_used_from_its_moment_on(self, office):
        decided = the_letter().decided_at
        before = decision_letter(the_letter()).content
        replace_template(Kind.LETTER, own_template("{{ number }}"), by=office, at=decided + timedelta(hours=1))
        assert decision_letter(the_letter()).content == before
        after = the_letter(decided_at=decided + timedelta(hours=2))
        assert lines(decision_letter(after).content) == [letter_values(after)["number"]]


class TestCircular:
    def begin(self, client, person, round):
        client.force_login(person)
        return client.post(reverse("result_circular", args=[round.pk]))

    def test_the_office_begins_a_draft_with_the_ranking(self, client, story, office):
        round = story.until("published")
        answer = self.begin(client, office, round)
        draft = CircularDraft.objects.get()
        assert answer.url == draft.get_absolute_url() and draft.annex == f"ranking-{round.pk}"
        assert draft.title == "关于2026年第三季度试考核结果的通报" and draft.written_by == office
        assert (
            draft.text
            == "2026年第三季度试考核已经完成，考核结果经审定（垣组发〔2026〕31号）并公示，现予通报，排名表附后。"
        )
        assert AuditEvent.objects.filter(verb="draft_circular").count() == 1

    def test_a_second_time_it_opens_the_same_draft_until_it_is_withdrawn(self, client, story, office, office2):
        round = story.until("published")
        self.begin(client, office, round)
        draft = CircularDraft.objects.get()
        assert self.begin(client, office2, round).url == draft.get_absolute_url()
        withdraw_circular(draft, by=office, at=PUBLISHED + timedelta(days=1))
        assert self.begin(client, office, round).url != draft.get_absolute_url()
        assert CircularDraft.objects.count() == 2

    @pytest.mark.parametrize("role", ["centre", "leader", "auditor", "superuser"])
    def test_nobody_else_begins_one(self, client, request, story, role):
        round = story.until("published")
        assert self.begin(client, request.getfixturevalue(role), round).status_code == 403
        assert not CircularDraft.objects.exists()

    def test_once_it_is_signed_everybody_finds_it_beside_the_result(self, client, story, office, office2):
        round = story.until("published")
        self.begin(client, office, round)
        draft = CircularDraft.objects.get()
        client.force_login(office2)
        assert draft.get_absolute_url() in client.get(reverse("results", args=[round.pk])).content.decode()
        head = story.heads[story.teams[0].code]
        client.force_login(head)
        assert draft.get_absolute_url() not in client.get(reverse("results", args=[round.pk])).content.decode()
        sign_circular(draft, by=office2, at=draft.written_at + timedelta(hours=1))
        page = client.get(reverse("results", args=[round.pk])).content.decode()
        assert Circular.objects.get().get_absolute_url() in page

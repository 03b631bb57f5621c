"""督办单: how the task or problem stood when the order was issued, whom to ask, and nothing of what came later."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from teams.meetings.ladder import Rung
from teams.meetings.orders.orders import NewOrder, issue_order, void_order
from teams.meetings.papers.issuer import issuer
from teams.meetings.papers.making import paper_of_order
from teams.meetings.papers.order import order_values
from teams.reports.drafts import save_report
from teams.reports.review import return_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from tests import factories
from tests.teams.meetings.sample_orders import a_problem, issued, moment

from .word import lines, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(team):
    """Wishes that were due on 20 October: 1440 of 2000 fulfilled."""
    counts = {"target": Decimal(2000), "done": Decimal(1440), "unit": "个", "percent": Decimal(72)}
    return factories.make_task(team=team, number=7, title="认领微心愿2000个", due_on=date(2026, 10, 20), **counts)


def standing(order):
    return order_values(order, [], issuer=issuer())["standing"]


def report(team, period, task, text, *, by, at):
    row = ReportRow(task.pk, done=Decimal(1440), text=text)
    saved = save_report(team, period, Written(rows=[row]), by=by, at=at)
    return submit_report(saved, by=by, at=at).report


class TestTask:
    def test_lamp_progress_and_gap(self, late, office):
        order = issued(late, by=office, at=moment(21))
        assert standing(order) == (
            "截至10月21日，红灯：逾期，完成1440/2000个（72%），距目标差560个，序时100%，落后28个百分点。"
        )

    def test_without_a_quantity_the_percent(self, team, office):
        task = factories.make_task(team=team, percent=Decimal(90), due_on=date(2026, 10, 10))
        assert standing(issued(task, by=office, at=moment(12))) == (
            "截至10月12日，红灯：逾期，实际90%，序时100%，落后10个百分点。"
        )

    def test_the_last_order_before_it_that_was_in_force(self, late, office):
        issued(late, Rung.REMINDER, by=office, at=moment(21))
        spoilt = issued(late, Rung.YELLOW, by=office, at=moment(22))
        void_order(spoilt, reason="任务写错", by=office, at=moment(22, 11))
        order = issued(late, by=office, at=moment(23))
        assert standing(spoilt).endswith("10月21日已发提醒。")
        assert standing(order).endswith("10月21日已发提醒。")

    def test_the_latest_report_that_was_not_returned(self, late, team, period, office, head):
        sent = report(team, period, late, "已包联到户。", by=head, at=moment(21, 9))
        before = issued(late, by=office, at=moment(21, 8))
        then = issued(late, by=office, at=moment(21, 10))
        return_report(sent, reason="数字不清", resubmit_by=date(2026, 10, 24), by=office, at=moment(21, 11))
        after = issued(late, by=office, at=moment(21, 12))
        assert "10月中旬报告：已包联到户。" in standing(then)
        assert "报告" not in standing(before) and "报告" not in standing(after)

    def test_a_long_report_is_shortened(self, late, team, period, office, head):
        report(team, period, late, "很长" * 100, by=head, at=moment(21, 9))
        assert len(standing(issued(late, by=office, at=moment(21, 10)))) < 160

    def test_what_comes_later_changes_nothing(self, late, team, period, office, head):
        order = issued(late, by=office, at=moment(21, 10))
        first = paper_of_order(order).content
        factories.progress_on(late, 100, at=moment(22), done=Decimal(2000))
        report(team, period, late, "全部办结。", by=head, at=moment(22, 9))
        late.refresh_from_db()
        order.refresh_from_db()
        assert paper_of_order(order).content == first


class TestOthers:
    def test_a_problem_has_its_state_as_known_then(self, team, office, at):
        new = NewOrder(Rung.RED, team, "回头看", "重新整改", date(2026, 11, 2), problem=a_problem(team, by=office))
        problem = new.problem
        problem.steps.create(number=1, state="rectifying", due_on=date(2026, 11, 5), at=at, by=office)
        problem.steps.create(number=2, state="resolved", due_on=date(2026, 11, 5), at=at + timedelta(days=1), by=office)
        order = issue_order(team.action, new, by=office, at=at)
        assert standing(order) == "截至10月27日，整改中，应于11月5日前整改到位。"

    def test_a_talk_about_neither_has_no_row(self, team, office, at):
        talk = NewOrder(Rung.TALK, team, "三张红单", "到办公室说明", date(2026, 11, 2))
        content = paper_of_order(issue_order(team.action, talk, by=office, at=at)).content
        assert "目前情况" not in lines(content) and "督办依据" in lines(content)


class TestContact:
    def test_as_typed_or_who_issued_it(self, late, office, at):
        own = paper_of_order(issued(late, by=office, at=at)).content
        named = paper_of_order(issued(late, by=office, at=at, contact="吴某某", contact_phone="内线8002")).content
        assert [cell(own, "联系人"), cell(named, "联系人")] == [office.name, "吴某某内线8002"]


def cell(content: bytes, label: str) -> str:
    """The text beside a label of the form."""
    row = next(row for row in rows(content) if label in row)
    return row[row.index(label) + 1]

"""The burden meter counts what a report asked, what was left as it stood, and what nobody read."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.clock import at_time
from teams.models import SubmissionReading
from teams.reports.burden import Month, burden_of
from teams.reports.drafts import save_report
from teams.reports.review import return_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, NextStepLine, ReportRow, Written
from teams.rules.burden import Advice, Counted, Field, Tally, advice_on
from tests import factories

OCTOBER = Month(date(2026, 10, 1))

counted = st.builds(
    Counted,
    fields=st.dictionaries(st.sampled_from(list(Field)), st.integers(0, 50)),
    left=st.integers(0, 50),
    read=st.booleans(),
)


class TestCounting:
    @given(st.lists(counted, max_size=12))
    def test_the_whole_is_the_sum_of_the_reports_in_any_order(self, reports):
        tally, back = Tally.of(reports), Tally.of(reversed(reports))
        assert tally.fields == sum(sum(report.fields.values()) for report in reports) == back.fields
        assert tally.never_read == sum(sum(report.fields.values()) for report in reports if not report.read)
        assert tally.never_read <= tally.fields

    def test_the_fields_of_unread_reports_are_counted_by_kind(self):
        read = Counted({Field.NUMBER: 2, Field.TEXT: 2})
        unread = Counted({Field.NUMBER: 1, Field.STEP: 3}, read=False)
        tally = Tally.of([read, unread])
        assert tally.unread == Counter({Field.STEP: 3, Field.NUMBER: 1})

    def test_the_limit_itself_is_not_over(self):
        tally = Tally.of([Counted({Field.TEXT: 200})])
        assert (tally.over(200), tally.over(199)) == (0, 1)

    @pytest.mark.parametrize(
        ("report", "advice"),
        [
            (Counted({}), []),
            (Counted({Field.NUMBER: 4, Field.TEXT: 4}), [Advice.NOTHING]),
            (Counted({Field.TEXT: 1, Field.NUMBER: 1}, read=False), [Advice.READ_OR_STOP]),
            (Counted({Field.TEXT: 1, Field.NUMBER: 1, Field.NO_CHANGE: 1}), [Advice.LONGER_RHYTHM]),
            (Counted({Field.TEXT: 2, Field.NUMBER: 2, Field.NO_CHANGE: 1}, left=1), [Advice.FEWER_NUMBERS]),
        ],
    )
    def test_what_is_advised_follows_from_the_numbers(self, report, advice):
        assert advice_on(Tally.of([report])) == advice


class TestMonth:
    def test_months_follow_each_other_over_the_year(self):
        december = Month(date(2026, 12, 1))
        assert (december.next.code, december.last) == ("2027-01", date(2026, 12, 31))
        assert [month.code for month in Month(date(2026, 2, 1)).back(3)] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.django_db
class TestReading:
    """What a report asked, from what was entered."""

    at = at_time(date(2026, 10, 20), 10)

    @pytest.fixture
    def period(self, action):
        return factories.PeriodFactory(action=action)

    @pytest.fixture
    def report(self, team, period, head):
        """Five rows: moved, left as it stood, no change, down with a reason, no change; a matter, two next steps."""
        tasks = [factories.make_task(team=team) for _ in range(5)]
        rows = [
            ReportRow(tasks[0].pk, percent=Decimal(50), text="新签两个村", confirmed=Decimal(50)),
            ReportRow(tasks[1].pk, text="已协调选址"),
            ReportRow(tasks[2].pk, no_change=True),
            ReportRow(tasks[3].pk, percent=Decimal(30), text="核减一处", reason="重复统计"),
            ReportRow(tasks[4].pk, no_change=True),
        ]
        written = Written(
            rows=rows,
            matters=[Matter("请协调用地", to=factories.DepartmentFactory())],
            steps=[NextStepLine("完成签约", due_on=date(2026, 11, 5)), NextStepLine("组织验收", date(2026, 11, 5))],
        )
        report = save_report(team, period, written, by=head, at=self.at)
        submit_report(report, by=head, at=self.at)
        return report

    def tally(self, action, team):
        return next(row for row in burden_of(action, OCTOBER).rows if row.team == team).tally

    def test_each_kind_of_field_is_counted_as_the_page_says(self, action, team, report):
        tally = self.tally(action, team)
        assert +tally.asked == Counter(
            {Field.NUMBER: 3, Field.TEXT: 3, Field.REASON: 1, Field.NO_CHANGE: 2, Field.MATTER: 2, Field.STEP: 4}
        )
        assert (tally.fields, tally.left, tally.unchanged, tally.reports) == (15, 1, 2, 1)

    def test_a_draft_asks_nothing_yet(self, action, team, period, head):
        task = factories.make_task(team=team)
        save_report(team, period, Written(rows=[ReportRow(task.pk, no_change=True)]), by=head, at=self.at)
        assert self.tally(action, team).fields == 0

    def test_what_nobody_outside_opened_was_never_read(self, action, team, report, office):
        assert self.tally(action, team).never_read == 15
        SubmissionReading.objects.create(submission=report.submissions.get(), by=office, at=self.at)
        tally = self.tally(action, team)
        assert (tally.never_read, tally.unread_reports) == (0, 0)

    def test_a_row_that_is_returned_is_one_field_more(self, action, team, report, office):
        task = report.entries.first().task_id
        return_report(
            report,
            reason="请补充",
            resubmit_by=date(2026, 10, 23),
            reasons={task: "请补充具体村名"},
            by=office,
            at=self.at,
        )
        assert self.tally(action, team).asked[Field.AGAIN] == 1

    def test_a_report_belongs_to_the_month_in_which_its_period_ends(self, action, team, report):
        november = burden_of(action, OCTOBER.next)
        assert november.now.tally.fields == 0
        assert november.before.tally.fields == 15
        assert [each.month.code for each in november.trend][-2:] == ["2026-10", "2026-11"]

    def test_who_is_over_the_limit_stands_first(self, action, team, other_team, report):
        action.fields_per_month = 10
        burden = burden_of(action, OCTOBER)
        assert [(row.team, row.over) for row in burden.over] == [(team, 5)]
        assert (burden.now.teams, burden.now.average, burden.change) == (1, 15, 15)

    def test_the_queries_do_not_grow(self, action, report, query_budget):
        with query_budget("burden_of", "any number of teams"):
            burden_of(action, OCTOBER)
        for _ in range(3):
            team = factories.TeamFactory(action=action)
            head = factories.MemberFactory(team=team, part="head").user
            task = factories.make_task(team=team)
            written = Written(rows=[ReportRow(task.pk, no_change=True)])
            saved = save_report(team, report.period, written, by=head, at=self.at)
            submit_report(saved, by=head, at=self.at + timedelta(hours=1))
        with query_budget("burden_of", "any number of teams"):
            assert burden_of(action, OCTOBER).now.teams == 4

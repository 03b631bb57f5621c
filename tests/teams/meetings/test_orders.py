"""Orders are issued by the office, acknowledged and answered by the team, and judged by the office."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.ladder import Rung
from teams.meetings.models import CircularDraft, DismissedProposal, OrderEvidence, OrderVerdict, SupervisionOrder
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.dismissals import dismiss_proposal
from teams.meetings.orders.orders import NewOrder, acknowledge_order, issue_order, issue_proposals, void_order
from teams.models import SpecialTeam
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

from .sample_orders import a_problem, issued, moment, new_order


@pytest.fixture
def late(team):
    """A task that is overdue, so red, since 11 October."""
    return factories.make_task(team=team, title="认领微心愿", percent=90, due_on=date(2026, 10, 10))


@pytest.fixture
def red(late, office, at):
    """A red order on it."""
    return issued(late, by=office, at=at)


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


def answered(order, *, by, at, **said):
    return answer_order(order, text="三标段下周批", by=by, at=at, **said)


class TestIssuing:
    """issue_order."""

    def test_the_team_is_told_and_the_number_is_the_next_of_its_series(self, late, office, head, liaison, at):
        orders = [issued(late, rung, by=office, at=at) for rung in (Rung.YELLOW, Rung.RED, Rung.REMINDER)]
        assert [(order.series, order.year, order.number) for order in orders] == [
            ("order", 2026, 1),
            ("order", 2026, 2),
            ("reminder", 2026, 1),
        ]
        assert set(Notice.objects.values_list("to", "kind")) == {
            (head.pk, "order_issued"),
            (liaison.pk, "order_issued"),
        }
        assert events("issue_order").count() == 3

    def test_a_reminder_has_no_day_for_an_answer(self, late, office, at):
        assert issued(late, Rung.REMINDER, by=office, at=at, answer_by=date(2026, 11, 1)).answer_by is None

    def test_a_series_that_began_on_paper_goes_on(self, late, office, at):
        first = issue_order(late.action, new_order(late), by=office, at=at, number=12)
        assert (first.number, issued(late, by=office, at=at).number) == (12, 13)
        with pytest.raises(Invalid) as refused:
            issue_order(late.action, new_order(late), by=office, at=at, number=13)
        assert "number" in refused.value.fields

    def test_a_void_order_keeps_its_number(self, red, late, office, at):
        void_order(red, reason="误发", by=office, at=at)
        assert issued(late, by=office, at=at).number == red.number + 1

    def test_a_red_one_follows_the_last_yellow_one(self, late, office, at):
        yellow = issued(late, Rung.YELLOW, by=office, at=at)
        assert issued(late, by=office, at=at).climbed_from == yellow
        assert issued(late, by=office, at=at).climbed_from is None

    def test_on_a_problem(self, team, office, at):
        new = NewOrder(Rung.RED, team, "回头看", "重新整改", date(2026, 11, 2), problem=a_problem(team, by=office))
        assert issue_order(team.action, new, by=office, at=at).subject == "1 登记不服务"

    @pytest.mark.parametrize("who", ["head", "liaison", "leader", "secretary"])
    def test_only_the_office(self, request, late, at, who):
        with pytest.raises(NotAllowed):
            issued(late, by=request.getfixturevalue(who), at=at)

    @pytest.mark.parametrize("field", ["basis", "demand"])
    def test_basis_and_demand_are_needed(self, late, office, at, field):
        with pytest.raises(Invalid) as refused:
            issue_order(late.action, replace(new_order(late), **{field: " "}), by=office, at=at)
        assert field in refused.value.fields

    @pytest.mark.parametrize("answer_by", [None, date(2026, 10, 26)])
    def test_the_day_for_the_answer_is_named_and_not_past(self, late, office, at, answer_by):
        with pytest.raises(Invalid) as refused:
            issue_order(late.action, replace(new_order(late), answer_by=answer_by), by=office, at=at)
        assert "answer_by" in refused.value.fields

    def test_not_to_a_closed_team(self, late, office, at):
        SpecialTeam.objects.filter(pk=late.team_id).update(closed_on=at.date() - timedelta(days=1))
        late.team.refresh_from_db()
        with pytest.raises(WrongState):
            issued(late, by=office, at=at)

    def test_not_on_a_task_that_has_ended(self, team, office, at):
        with pytest.raises(WrongState):
            issued(factories.make_task(team=team, state="cancelled"), by=office, at=at)

    def test_not_on_a_problem_that_has_ended(self, team, office, at):
        problem = a_problem(team, by=office, state="dropped", drop_reason="重复")
        with pytest.raises(WrongState):
            new = NewOrder(Rung.RED, team, "回头看", "整改", date(2026, 11, 2), problem=problem)
            issue_order(team.action, new, by=office, at=at)

    def test_not_about_another_action(self, late, office, at):
        with pytest.raises(Invalid):
            issue_order(factories.ActionFactory(), new_order(late), by=office, at=at)


class TestIssuingMany:
    """issue_proposals."""

    def test_all_that_is_proposed_with_one_event(self, late, team, office, at):
        behind = factories.make_task(team=team, percent=65, due_on=date(2026, 11, 30))
        chosen = [
            new_order(late, since=date(2026, 10, 11)),
            new_order(behind, Rung.REMINDER, since=behind.yellow_from),
        ]
        orders, draft = issue_proposals(late.action, chosen, by=office, at=at)
        assert [(order.rung, order.since) for order in orders] == [
            ("red", date(2026, 10, 11)),
            ("reminder", behind.yellow_from),
        ]
        assert draft is None
        assert events("issue_proposals").count() == 1

    def test_what_is_not_proposed_any_more_is_refused_and_nothing_issued(self, late, team, office, at):
        healthy = factories.make_task(team=team, percent=100, due_on=date(2026, 11, 30))
        chosen = [
            new_order(late, since=date(2026, 10, 11)),
            new_order(healthy, Rung.REMINDER, since=date(2026, 10, 1)),
        ]
        with pytest.raises(WrongState):
            issue_proposals(late.action, chosen, by=office, at=at)
        assert not SupervisionOrder.objects.exists()

    def test_nothing_chosen(self, late, office, at):
        with pytest.raises(Invalid):
            issue_proposals(late.action, [], by=office, at=at)

    def test_a_circular_is_written_into_the_draft(self, red, late, office, at):
        on = moment(3) + timedelta(days=31)
        chosen = [new_order(late, Rung.CIRCULAR, since=at.date())]
        orders, draft = issue_proposals(late.action, chosen, by=office, at=on)
        assert orders == []
        assert [(line["order"], line["team"]) for line in draft.read_lines()] == [(red.pk, late.team.code)]
        issue_proposals(late.action, chosen, by=office, at=on)
        assert len(CircularDraft.objects.get().read_lines()) == 1

    def test_a_yellow_order_unanswered_is_followed(self, team, office, at):
        task = factories.make_task(team=team, percent=65, due_on=date(2026, 11, 30))
        yellow = issued(task, Rung.YELLOW, by=office, at=moment(12), answer_by=date(2026, 10, 19))
        [order], _draft = issue_proposals(task.action, [new_order(task, since=date(2026, 10, 12))], by=office, at=at)
        assert order.climbed_from == yellow

    def test_a_talk_after_three_red_orders(self, team, office, at):
        tasks = [factories.make_task(team=team, due_on=date(2026, 10, 10)) for _ in range(3)]
        for task in tasks:
            issued(task, by=office, at=at)
        talk = NewOrder(Rung.TALK, team, "三张红单", "到办公室说明", since=at.date())
        [order], _draft = issue_proposals(team.action, [talk], by=office, at=at)
        assert (order.series, order.number, order.subject) == ("talk", 1, team.name)
        with pytest.raises(WrongState):
            issue_proposals(team.action, [talk], by=office, at=at)


class TestAcknowledging:
    """acknowledge_order."""

    @pytest.mark.parametrize("who", ["head", "deputy", "liaison"])
    def test_by_whoever_drafts(self, request, red, at, who):
        order = acknowledge_order(red, by=request.getfixturevalue(who), at=at)
        assert (order.state, order.acknowledged_at) == ("acknowledged", at)
        assert events("acknowledge_order").count() == 1

    @pytest.mark.parametrize("who", ["office", "member", "other_head", "former_head"])
    def test_by_nobody_else(self, request, red, at, who):
        with pytest.raises(NotAllowed):
            acknowledge_order(red, by=request.getfixturevalue(who), at=at)

    def test_once(self, red, head, at):
        acknowledge_order(red, by=head, at=at)
        with pytest.raises(WrongState):
            acknowledge_order(red, by=head, at=at)

    def test_a_reminder_ends_with_it(self, late, office, head, at):
        order = issued(late, Rung.REMINDER, by=office, at=at)
        assert not acknowledge_order(order, by=head, at=at).is_open


class TestAnswering:
    """answer_order."""

    def test_the_office_is_told_and_the_order_is_acknowledged_too(self, red, head, office, at):
        answer = answered(red, by=head, at=at, promised_on=date(2026, 11, 15), files=factories.a_photo())
        red.refresh_from_db()
        assert (red.state, red.acknowledged_by, answer.number) == ("answered", head, 1)
        assert Notice.objects.filter(to=office, kind="order_answered").count() == 1
        assert OrderEvidence.objects.get().owner == red
        assert events("answer_order").count() == 1
        assert "三标段" not in events("answer_order").get().change

    @pytest.mark.parametrize("who", ["liaison", "office", "other_head", "former_head"])
    def test_by_head_or_deputy_only(self, request, red, at, who):
        with pytest.raises(NotAllowed):
            answered(red, by=request.getfixturevalue(who), at=at)

    def test_not_a_reminder(self, late, office, head, at):
        with pytest.raises(WrongState):
            answered(issued(late, Rung.REMINDER, by=office, at=at), by=head, at=at)

    def test_not_a_void_one(self, red, office, head, at):
        void_order(red, reason="误发", by=office, at=at)
        with pytest.raises(WrongState):
            answered(red, by=head, at=at)

    def test_not_while_the_last_answer_waits(self, red, head, at):
        answered(red, by=head, at=at)
        with pytest.raises(WrongState):
            answered(red, by=head, at=at)

    def test_something_is_said_and_promised_for_a_day_to_come(self, red, head, at):
        with pytest.raises(Invalid) as refused:
            answer_order(red, text=" ", by=head, at=at)
        assert "text" in refused.value.fields
        with pytest.raises(Invalid) as refused:
            answered(red, by=head, at=at, promised_on=date(2026, 10, 26))
        assert "promised_on" in refused.value.fields

    def test_late_is_still_an_answer(self, red, head, at):
        assert answered(red, by=head, at=at + timedelta(days=30)).pk


class TestJudging:
    """judge_order."""

    def test_accepted(self, red, head, office, at):
        verdict = judge_order(answered(red, by=head, at=at), accepted=True, by=office, at=at)
        red.refresh_from_db()
        assert (red.state, verdict.answered_by) == ("accepted", head)
        assert Notice.objects.filter(to=head, kind="order_accepted").count() == 1
        assert events("judge_order").count() == 1

    def test_sent_back_and_answered_again(self, red, head, office, at):
        with pytest.raises(Invalid):
            judge_order(answered(red, by=head, at=at), accepted=False, by=office, at=at)
        judge_order(red.answers.get(), accepted=False, text="没有时间表", by=office, at=at)
        red.refresh_from_db()
        assert red.state == "sent_back"
        assert answered(red, by=head, at=at).number == 2

    @pytest.mark.parametrize("who", ["head", "leader", "secretary"])
    def test_by_the_office_only(self, request, red, head, at, who):
        with pytest.raises(NotAllowed):
            judge_order(answered(red, by=head, at=at), accepted=True, by=request.getfixturevalue(who), at=at)

    def test_never_an_own_answer(self, red, team, at):
        both = factories.UserFactory(roles=["special_office"])
        factories.MemberFactory(team=team, part="head", user=both)
        with pytest.raises(NotAllowed):
            judge_order(answered(red, by=both, at=at), accepted=True, by=both, at=at)

    def test_once(self, red, head, office, at):
        answer = answered(red, by=head, at=at)
        judge_order(answer, accepted=True, by=office, at=at)
        with pytest.raises(WrongState):
            judge_order(answer, accepted=False, text="迟了", by=office, at=at)

    def test_not_an_answer_that_was_followed_by_another(self, red, head, office, at):
        first = answered(red, by=head, at=at)
        judge_order(first, accepted=False, text="缺时间表", by=office, at=at)
        answered(red, by=head, at=at)
        with pytest.raises(Stale):
            judge_order(first, accepted=True, by=office, at=at)


class TestVoid:
    """void_order."""

    def test_with_a_reason_and_the_team_is_told(self, red, head, office, at):
        with pytest.raises(Invalid):
            void_order(red, reason=" ", by=office, at=at)
        assert void_order(red, reason="误发", by=office, at=at, seen=1).state == "void"
        assert Notice.objects.filter(to=head, kind="order_void").count() == 1
        assert events("void_order").count() == 1

    def test_not_twice_not_by_the_team_not_from_an_old_page(self, red, head, office, at):
        with pytest.raises(NotAllowed):
            void_order(red, reason="误发", by=head, at=at)
        with pytest.raises(Stale):
            void_order(red, reason="误发", by=office, at=at, seen=7)
        void_order(red, reason="误发", by=office, at=at)
        with pytest.raises(WrongState):
            void_order(red, reason="误发", by=office, at=at)


class TestDismissing:
    """dismiss_proposal."""

    def dismiss(self, task, *, by, at, reason="如实报黄，措施得当", rung=Rung.RED, since=date(2026, 10, 11)):
        return dismiss_proposal(task.action, task=task, rung=rung, since=since, reason=reason, by=by, at=at)

    def test_it_is_not_proposed_again(self, late, office, at):
        row = self.dismiss(late, by=office, at=at)
        assert (row.task, row.team, row.rung) == (late, late.team, "red")
        with pytest.raises(WrongState):
            issue_proposals(late.action, [new_order(late, since=date(2026, 10, 11))], by=office, at=at)
        assert events("dismiss_proposal").count() == 1

    def test_a_talk_too(self, team, office, at):
        for _ in range(3):
            issued(factories.make_task(team=team, due_on=date(2026, 10, 10)), by=office, at=at)
        facts = {"rung": Rung.TALK, "since": at.date(), "reason": "已当面谈过", "by": office, "at": at}
        dismiss_proposal(team.action, team=team, **facts)
        with pytest.raises(WrongState):
            dismiss_proposal(team.action, team=team, **facts)

    def test_with_a_reason_by_the_office_and_only_what_is_proposed(self, late, head, office, at):
        with pytest.raises(Invalid):
            self.dismiss(late, by=office, at=at, reason=" ")
        with pytest.raises(NotAllowed):
            self.dismiss(late, by=head, at=at)
        with pytest.raises(WrongState):
            self.dismiss(late, by=office, at=at, rung=Rung.YELLOW)
        self.dismiss(late, by=office, at=at)
        with pytest.raises(WrongState):
            self.dismiss(late, by=office, at=at)
        assert DismissedProposal.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """One wins, the other is told, nothing is lost."""

    def test_two_orders_get_two_numbers(self, late, office, at):
        def send():
            return lambda: issued(late, by=office, at=at)

        outcomes = race(send, send)
        assert sorted(outcome.value.number for outcome in outcomes) == [1, 2], outcomes

    def test_one_proposal_is_issued_once(self, late, office, at):
        def send():
            return lambda: issue_proposals(late.action, [new_order(late, since=date(2026, 10, 11))], by=office, at=at)

        one_winner(race(send, send), WrongState)
        assert SupervisionOrder.objects.count() == 1

    def test_an_answer_at_the_deadline_and_the_circular(self, late, office, head, at):
        red = issued(late, by=office, at=moment(12), answer_by=date(2026, 10, 15))
        named = [new_order(late, Rung.CIRCULAR, since=date(2026, 10, 12))]
        answer, circular = race(
            lambda: lambda: answered(red, by=head, at=at),
            lambda: lambda: issue_proposals(late.action, named, by=office, at=at),
        )
        assert answer.error is None
        assert circular.error is None or isinstance(circular.error, WrongState)
        assert CircularDraft.objects.exists() == (circular.error is None)

    def test_judged_twice(self, red, head, office, at):
        answer = answered(red, by=head, at=at)

        def judge(accepted):
            return lambda: lambda: judge_order(answer, accepted=accepted, text="缺时间表", by=office, at=at)

        one_winner(race(judge(True), judge(False)), WrongState)
        assert OrderVerdict.objects.count() == 1
        assert events("judge_order").count() == 1

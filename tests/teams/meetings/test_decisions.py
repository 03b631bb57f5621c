"""Decisions are recorded by the secretary, adopted and dropped by the office, done when their tasks are."""

import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.clock import at_time
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from governance.records.verbs import record
from teams.meetings.decisions.adoption import adopt_all, adopt_decision
from teams.meetings.decisions.finishing import record_done, withdraw_done
from teams.meetings.decisions.recording import DecisionWords, drop_decision, edit_decision, record_decision
from teams.meetings.decisions.standing import standings_of
from teams.meetings.instructions.audience import teams_addressed
from teams.meetings.instructions.writing import LineWords, record_line
from teams.meetings.models import Decision, DecisionOutcome, DecisionTeam, Problem, ProblemStep, ProblemTeam
from teams.tasks.assignment import cancel_task
from teams.tasks.close_outs import ask_close_out, decide_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import a_decision, a_meeting, an_item
from tests.teams.races import one_winner

MET = date(2026, 10, 20)


@pytest.fixture
def meeting(action):
    return a_meeting(action)


@pytest.fixture
def planned(action):
    return a_meeting(action, state="planned", number=2, starts_at=at_time(date(2026, 11, 10), 9))


@pytest.fixture
def adopted(meeting, team, other_team, office, at):
    """Adopted for two teams, due on 30 October."""
    decision = a_decision(meeting, team, other_team, due_on=date(2026, 10, 30))
    return adopt_decision(decision, by=office, at=at)


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


def standing(decision, team):
    return next(each for each in standings_of([decision]) if each.team == team)


class TestRecording:
    @pytest.mark.parametrize("state", ["planned", "held"])
    def test_the_secretary_records_with_the_next_number(self, action, team, secretary, at, state):
        meeting = a_meeting(action, state=state)
        a_decision(meeting)
        words = DecisionWords(text=" 逐件包联 ", named=[team], due_on=date(2026, 11, 15))
        decision = record_decision(meeting, words, by=secretary, at=at)
        assert (decision.number, decision.text, decision.state) == (2, "逐件包联", "proposed")
        assert list(decision.named.all()) == [team]
        assert events("record_decision").get().by == secretary
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("who", ["leader", "head", "centre", "auditor", "administrator", "superuser"])
    def test_others_may_not(self, meeting, team, at, who, request):
        with pytest.raises(NotAllowed):
            record_decision(meeting, DecisionWords(text="甲", named=[team]), by=request.getfixturevalue(who), at=at)

    @pytest.mark.parametrize("state", ["minutes_submitted", "minutes_issued", "cancelled"])
    def test_not_in_other_states(self, action, team, office, at, state):
        more = {"number": None, "cancel_reason": "改期"} if state == "cancelled" else {}
        meeting = a_meeting(action, state=state, **more)
        with pytest.raises(WrongState):
            record_decision(meeting, DecisionWords(text="甲", named=[team]), by=office, at=at)

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"text": " "}, "text"),
            ({"due_on": MET - timedelta(1)}, "due_on"),
            ({"named": []}, "named"),
        ],
    )
    def test_what_is_not_valid(self, meeting, team, office, at, words, field):
        with pytest.raises(Invalid) as refusal:
            record_decision(meeting, DecisionWords(**{"text": "甲", "named": [team]} | words), by=office, at=at)
        assert list(refusal.value.fields) == [field]
        assert not Decision.objects.exists()

    def test_a_team_that_was_closed_by_then_cannot_be_named(self, action, meeting, office, at):
        closed = factories.TeamFactory(action=action, closed_on=MET - timedelta(1))
        with pytest.raises(Invalid):
            record_decision(meeting, DecisionWords(text="甲", named=[closed]), by=office, at=at)

    def test_a_proposed_one_can_be_corrected(self, meeting, team, other_team, secretary, at):
        decision = a_decision(meeting, team)
        edit_decision(decision, DecisionWords(text="乙", named=[other_team]), by=secretary, at=at, seen=1)
        decision.refresh_from_db()
        assert (decision.text, list(decision.named.all()), decision.version) == ("乙", [other_team], 2)
        assert "乙" not in events("edit_decision").get().change

    def test_other_teams_alone_are_a_new_version(self, meeting, team, other_team, secretary, at):
        decision = a_decision(meeting, team)
        words = DecisionWords(text=decision.text, named=[other_team])
        edit_decision(decision, words, by=secretary, at=at, seen=1)
        with pytest.raises(Stale):
            edit_decision(decision, words, by=secretary, at=at, seen=1)

    def test_an_adopted_one_changes_after_the_minutes_were_sent_back(self, adopted, office, secretary, at):
        kept = {"due_on": adopted.due_on, "named": list(adopted.named.all())}
        with pytest.raises(WrongState):
            edit_decision(adopted, DecisionWords(text="乙", **kept), by=secretary, at=at)
        sent_back = {"state": ["minutes_submitted", "held"]}
        record("adopt_all", adopted.meeting, by=office, at=at, change=sent_back)
        edit_decision(adopted, DecisionWords(text="乙", **kept), by=secretary, at=at)
        adopted.refresh_from_db()
        assert adopted.text == "乙"
        with pytest.raises(WrongState):
            edit_decision(adopted, DecisionWords(text="丙", **kept | {"due_on": None}), by=secretary, at=at)


class TestDropping:
    def test_with_a_reason(self, meeting, team, office, at):
        decision = drop_decision(a_decision(meeting, team), reason="并入议定1", by=office, at=at)
        assert (decision.state, decision.dropped_at, decision.drop_reason) == ("dropped", at, "并入议定1")
        with pytest.raises(WrongState):
            drop_decision(decision, reason="再", by=office, at=at)

    @pytest.mark.parametrize(
        ("state", "days"), [("dropped", None), ("adopted", 1), ("dropped", -1)], ids=["no moment", "kept", "too early"]
    )
    def test_the_database_keeps_state_and_moment_together(self, adopted, at, state, days):
        dropped_at = None if days is None else at + timedelta(days=days)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.update(state=state, dropped_at=dropped_at, drop_reason="并入议定1")

    def test_not_without_one(self, meeting, team, office, at):
        with pytest.raises(Invalid):
            drop_decision(a_decision(meeting, team), reason=" ", by=office, at=at)

    def test_not_by_the_secretary(self, meeting, team, secretary, at):
        with pytest.raises(NotAllowed):
            drop_decision(a_decision(meeting, team), reason="并入", by=secretary, at=at)

    def test_an_adopted_one_while_nothing_came_of_it(self, adopted, head, office, at):
        drop_decision(adopted, reason="会后更正", by=office, at=at)
        assert set(Notice.objects.filter(kind="decision_dropped").values_list("to", flat=True)) == {head.pk}
        assert standings_of([adopted])[0].done is None

    def test_not_after_it_became_work(self, adopted, office, at):
        Decision.objects.filter(pk=adopted.pk).update(settled_at=at)
        with pytest.raises(WrongState):
            drop_decision(adopted, reason="会后更正", by=office, at=at)


class TestAdopting:
    def test_the_named_teams_are_fixed_and_told(self, meeting, team, other_team, head, liaison, other_head, office, at):
        decision = adopt_decision(a_decision(meeting, team), by=office, at=at)
        assert (decision.state, decision.adopted_at, decision.adopted_by) == ("adopted", at, office)
        assert list(decision.teams.values_list("team", flat=True)) == [team.pk]
        told = Notice.objects.filter(kind="decision_adopted")
        assert set(told.values_list("to", flat=True)) == {head.pk, liaison.pk}
        assert told.first().facts == {"decision": "第1次推进会议定事项1"}

    def test_all_are_the_teams_of_the_day_of_the_meeting(self, action, meeting, team, other_team, office, at):
        factories.TeamFactory(action=action, established_on=MET + timedelta(1))
        factories.TeamFactory(action=action, closed_on=MET - timedelta(1))
        last = factories.TeamFactory(action=action, established_on=MET, closed_on=MET)
        decision = adopt_decision(a_decision(meeting), by=office, at=at)
        assert set(decision.teams.values_list("team", flat=True)) == {team.pk, other_team.pk, last.pk}

    def test_new_ones_are_those_that_were_new_then(self, action, meeting, team, office, at):
        young = factories.TeamFactory(action=action, established_on=MET - timedelta(59))
        factories.TeamFactory(action=action, established_on=MET - timedelta(60))
        decision = adopt_decision(a_decision(meeting, audience="new"), by=office, at=at + timedelta(90))
        assert list(decision.teams.values_list("team", flat=True)) == [young.pk]

    @pytest.mark.parametrize("seed", range(5))
    def test_they_are_what_a_walk_through_the_days_finds(self, action, seed):
        chance = random.Random(seed)
        first = MET - timedelta(80)
        lived: dict[int, list[date]] = {}
        for _ in range(12):
            begun = first + timedelta(chance.randrange(120))
            days = [begun + timedelta(day) for day in range(chance.choice((1, 20, 70, 400)))]
            closed_on = None if len(days) == 400 else days[-1]
            lived[factories.TeamFactory(action=action, established_on=begun, closed_on=closed_on).pk] = days
        for on in (MET + timedelta(days) for days in range(-90, 91, 3)):
            for audience, most in (("all", None), ("new", 60)):
                expected = {team for team, days in lived.items() if on in days[:most]}
                try:
                    found = {team.pk for team in teams_addressed(action, audience, (), on=on)}
                except Invalid:
                    found = set()
                assert found == expected, (audience, on)

    def test_not_where_nobody_is_addressed(self, meeting, team, office, at):
        with pytest.raises(Invalid):
            adopt_decision(a_decision(meeting, audience="new"), by=office, at=at)

    def test_not_before_the_meeting_was_held(self, planned, team, office, at):
        with pytest.raises(WrongState):
            adopt_decision(a_decision(planned, team), by=office, at=at)

    def test_not_after_the_minutes_were_issued(self, action, team, office, at):
        meeting = a_meeting(action, state="minutes_issued")
        with pytest.raises(WrongState):
            adopt_decision(a_decision(meeting, team), by=office, at=at)

    @pytest.mark.parametrize("who", ["secretary", "leader", "head"])
    def test_by_the_office_alone(self, meeting, team, at, who, request):
        with pytest.raises(NotAllowed):
            adopt_decision(a_decision(meeting, team), by=request.getfixturevalue(who), at=at)

    def test_not_twice(self, adopted, office2, at):
        with pytest.raises(WrongState):
            adopt_decision(adopted, by=office2, at=at)

    def test_all_at_once_with_the_lines_heard(self, meeting, team, secretary, leader, office, at):
        dropped = drop_decision(a_decision(meeting, team), reason="重复", by=office, at=at)
        decision = a_decision(meeting, team)
        line = record_line(an_item(meeting), LineWords(text="压茬推进"), leader=leader, by=secretary, at=at)
        assert adopt_all(meeting, by=office, at=at) == 2
        for row, state in ((dropped, "dropped"), (decision, "adopted"), (line, "adopted")):
            row.refresh_from_db()
            assert row.state == state
        assert line.teams.get().team == team
        with pytest.raises(WrongState):
            adopt_all(meeting, by=office, at=at)


class TestDone:
    def test_by_the_word_of_the_office(self, adopted, team, other_team, head, office, at):
        record_done(adopted, team, done_on=date(2026, 10, 25), text="已报专项办", by=office, at=at)
        assert standing(adopted, team).done.on == date(2026, 10, 25)
        assert standing(adopted, team).on_time
        assert standing(adopted, other_team).done is None
        assert Notice.objects.get(kind="decision_done").to == head
        assert events("record_done").get().by == office

    def test_withdrawn_it_is_open_again_and_both_stay(self, adopted, team, office, at):
        record_done(adopted, team, done_on=date(2026, 10, 25), text="已报", by=office, at=at)
        with pytest.raises(WrongState):
            record_done(adopted, team, done_on=date(2026, 10, 26), text="已报", by=office, at=at)
        with pytest.raises(Stale):
            withdraw_done(adopted, team, reason="材料不实", seen=0, by=office, at=at)
        withdraw_done(adopted, team, reason="材料不实", seen=1, by=office, at=at)
        assert standing(adopted, team).done is None
        assert list(adopted.done_records.values_list("number", "done_on")) == [(1, date(2026, 10, 25)), (2, None)]
        with pytest.raises(WrongState):
            withdraw_done(adopted, team, reason="再", by=office, at=at)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"done_on": date(2026, 10, 28)}, "done_on"),
            ({"done_on": MET - timedelta(1)}, "done_on"),
            ({"text": ""}, "text"),
        ],
    )
    def test_what_is_not_valid(self, adopted, team, office, at, given, field):
        with pytest.raises(Invalid) as refusal:
            record_done(adopted, team, **{"done_on": MET, "text": "已报"} | given, by=office, at=at)
        assert list(refusal.value.fields) == [field]

    @pytest.mark.parametrize("who", ["secretary", "leader", "head"])
    def test_by_the_office_alone_too(self, adopted, team, at, who, request):
        with pytest.raises(NotAllowed):
            record_done(adopted, team, done_on=MET, text="已报", by=request.getfixturevalue(who), at=at)

    def test_not_for_a_team_that_it_does_not_concern(self, action, adopted, office, at):
        stranger = factories.TeamFactory(action=action)
        with pytest.raises(WrongState):
            record_done(adopted, stranger, done_on=MET, text="已报", by=office, at=at)

    def test_on_the_day_of_the_accepted_request(self, adopted, team, head, office, at):
        task = _outcome(adopted, team, at)
        with pytest.raises(WrongState):
            record_done(adopted, team, done_on=MET, text="已报", by=office, at=at)
        close_out = ask_close_out(task, statement="完成", by=head, at=at)
        assert standing(adopted, team).done is None
        decide_close_out(close_out, accepted=True, by=office, at=at + timedelta(4))
        found = standing(adopted, team).done
        assert (found.on, found.recorded_at) == (at.date(), at + timedelta(4))

    def test_on_the_day_on_which_it_was_closed_on_paper(self, adopted, team, at):
        _outcome(adopted, team, at, state="closed_out", percent=100, closed_on=date(2026, 10, 22))
        assert standing(adopted, team).done.on == date(2026, 10, 22)

    def test_a_cancelled_task_does_not_count(self, adopted, team, office, at):
        task = _outcome(adopted, team, at)
        cancel_task(task, reason="并入", by=office, at=at)
        record_done(adopted, team, done_on=MET, text="已报", by=office, at=at)
        assert standing(adopted, team).done.on == MET

    def test_a_joint_task_is_done_for_all_at_once(self, adopted, team, other_team, at):
        task = _outcome(adopted, team, at, state="closed_out", percent=100, closed_on=date(2026, 10, 22))
        DecisionOutcome.objects.create(decision=adopted, team=other_team, task=task, made=True, at=at)
        assert {each.done.on for each in standings_of([adopted])} == {date(2026, 10, 22)}

    def test_an_extension_of_a_task_that_it_created_moves_its_date(self, adopted, team, head, office, at):
        made = _outcome(adopted, team, at, due_on=date(2026, 10, 30))
        _extended(made, date(2026, 11, 20), head, office, at)
        assert standing(adopted, team).due == date(2026, 11, 20)

    def test_an_extension_of_an_existing_task_changes_nothing(self, adopted, team, head, office, at):
        task = _outcome(adopted, team, at, made=False, due_on=date(2026, 10, 30))
        _extended(task, date(2026, 11, 20), head, office, at)
        assert standing(adopted, team).due == date(2026, 10, 30)


class TestDoneByProblems:
    def _problem(self, team, at, *states, **fields):
        number = Problem.objects.count() + 1
        analysed = {"cause": "账实不符", "lead": team, "due_on": MET, "first_due_on": MET}
        values = {"title": "台账不符", "found_by": "meeting", "found_on": MET, "raised_at": at, "number": number}
        people = {"raised_by": factories.UserFactory()}
        problem = Problem.objects.create(action=team.action, **values | people | analysed | fields)
        ProblemTeam.objects.create(problem=problem, team=team, joined_at=at)
        for place, (state, when) in enumerate(states, start=1):
            ProblemStep.objects.create(problem=problem, number=place, state=state, at=when)
        return problem

    def test_on_the_day_of_the_resolution_that_was_accepted(self, adopted, team, at):
        steps = [("resolved", at), ("rectifying", at + timedelta(1)), ("resolved", at + timedelta(3))]
        closed = [("closed_out", at + timedelta(5))]
        problem = self._problem(team, at, *steps, *closed, state="closed_out", look_again_on=date(2026, 12, 1))
        DecisionOutcome.objects.create(decision=adopted, team=team, problem=problem, made=True, at=at)
        found = standing(adopted, team).done
        assert (found.on, found.recorded_at) == ((at + timedelta(3)).date(), at + timedelta(5))

    def test_not_while_it_is_reopened(self, adopted, team, at):
        steps = [("resolved", at), ("closed_out", at + timedelta(1)), ("rectifying", at + timedelta(2))]
        problem = self._problem(team, at, *steps, state="rectifying")
        DecisionOutcome.objects.create(decision=adopted, team=team, problem=problem, made=True, at=at)
        assert standing(adopted, team).done is None

    def test_a_merged_one_as_its_survivor(self, adopted, team, at):
        steps = [("resolved", at), ("closed_out", at + timedelta(1))]
        last = self._problem(team, at, *steps, state="closed_out", look_again_on=date(2026, 12, 1))
        between = self._problem(team, at, state="merged", merged_into=last)
        merged = self._problem(team, at, state="merged", merged_into=between)
        DecisionOutcome.objects.create(decision=adopted, team=team, problem=merged, made=True, at=at)
        assert standing(adopted, team).done.on == at.date()

    def test_a_dropped_one_does_not_count(self, adopted, team, at):
        dropped = self._problem(team, at, state="dropped", drop_reason="不是问题")
        DecisionOutcome.objects.create(decision=adopted, team=team, problem=dropped, made=True, at=at)
        assert not standing(adopted, team).counts


def _outcome(decision, team, at, *, made=True, **fields):
    """A task that came of the decision for a team."""
    task = factories.make_task(team=team, at=at, **{"percent": 100} | fields)
    DecisionOutcome.objects.create(decision=decision, team=team, task=task, made=made, at=at)
    return task


def _extended(task, day, head, office, at):
    extension = ask_extension(task, new_due_on=day, reason="雨天", by=head, at=at)
    decide_extension(extension, granted=True, by=office, at=at + timedelta(hours=1))


def test_the_number_of_queries_does_not_grow(action, meeting, office, at, django_assert_max_num_queries):
    teams = [factories.TeamFactory(action=action) for _ in range(8)]
    for _ in range(3):
        decision = adopt_decision(a_decision(meeting, *teams), by=office, at=at)
        for team in teams:
            _outcome(decision, team, at, state="closed_out", closed_on=MET)
    decisions = list(meeting.decisions.all())
    with django_assert_max_num_queries(5):
        assert len(standings_of(decisions)) == 24


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_adopt_at_once(team, head, office, office2, at):
    decision = a_decision(a_meeting(team.action), team)

    def adopting(by):
        row = Decision.objects.get(pk=decision.pk)
        return lambda: adopt_decision(row, by=by, at=at, seen=row.version)

    one_winner(race(lambda: adopting(office), lambda: adopting(office2)), WrongState)
    assert DecisionTeam.objects.count() == 1
    assert events("adopt_decision").count() == 1
    assert Notice.objects.filter(kind="decision_adopted").count() == 1

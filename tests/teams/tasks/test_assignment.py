"""The office lays tasks down; the team takes note; nothing is overwritten."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, Stale, WrongState
from teams.models import NextStep, ProgressReport, SpecialTeam, Stage, Task, TaskVersion
from teams.tasks.assignment import acknowledge_task, assign_task, cancel_task, edit_task
from teams.tasks.milestones import NewMilestone
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner


@pytest.fixture
def facts(db):
    """A plausible task, number 7 of 2026."""
    return {
        "year": 2026,
        "number": 7,
        "title": "认领微心愿2000个",
        "lead_department": factories.DepartmentFactory(),
        "start_on": date(2026, 10, 1),
        "due_on": date(2026, 12, 20),
    }


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


class TestAssigning:
    """assign_task."""

    def test_a_task_begins_assigned_at_nought_with_its_due_date_on_the_record(self, team, office, facts, at):
        task = assign_task(team, **facts, by=office, at=at)
        task.refresh_from_db()
        assert (task.state, task.percent, task.original_due_on) == ("assigned", Decimal(0), date(2026, 12, 20))

    def test_its_first_version_says_the_same(self, team, office, facts, at):
        task = assign_task(team, **facts, by=office, at=at)
        version = task.versions.get()
        assert (version.number, version.cause, version.by, version.at) == (1, "assign_task", office, at)
        assert (version.title, version.red_from) == (task.title, task.red_from)

    def test_it_is_lit_from_the_start(self, team, office, facts, at):
        task = assign_task(team, **facts, by=office, at=at)
        assert task.red_from is not None
        assert task.lamp_on(date(2026, 10, 1)) == "green"

    def test_the_percent_follows_from_the_count(self, team, office, facts, at):
        counted = facts | {"target": Decimal(12), "unit": "个", "done": Decimal(7)}
        assert assign_task(team, **counted, by=office, at=at).percent == Decimal("58.33")

    def test_without_a_count_nothing_is_done_yet(self, team, office, facts, at):
        task = assign_task(team, **facts | {"target": Decimal(12), "unit": "个"}, by=office, at=at)
        assert (task.done, task.percent) == (Decimal(0), Decimal(0))

    def test_without_a_due_date_it_is_ongoing(self, team, office, facts, at):
        task = assign_task(team, **facts | {"due_on": None}, by=office, at=at)
        assert (task.ongoing, task.original_due_on) == (True, None)

    def test_milestones_shape_its_lamp_and_stand_in_its_first_version(self, team, office, facts, at):
        steps = [
            NewMilestone(title="清查", due_on=date(2026, 10, 5), weight=4),
            NewMilestone(title="整改", due_on=date(2026, 12, 20)),
        ]
        task = assign_task(team, **facts | {"milestones": steps}, by=office, at=at)
        assert [step.title for step in task.milestones.all()] == ["清查", "整改"]
        assert task.yellow_from < date(2026, 10, 5)
        assert "清查" in task.versions.get().milestones

    def test_joint_departments_keep_their_order(self, team, office, facts, at):
        joint = [factories.DepartmentFactory(), factories.DepartmentFactory()][::-1]
        task = assign_task(team, **facts | {"joint": joint}, by=office, at=at)
        assert [row.department for row in task.joint.all()] == joint

    def test_head_and_liaison_are_told_members_are_not(self, team, office, head, liaison, facts, at):
        factories.MemberFactory(team=team)
        assign_task(team, **facts, by=office, at=at)
        assert set(Notice.objects.values_list("to", "kind")) == {
            (head.pk, "task_assigned"),
            (liaison.pk, "task_assigned"),
        }

    def test_one_audit_event(self, team, office, facts, at):
        task = assign_task(team, **facts, by=office, at=at)
        event = events("assign_task").get()
        assert (event.by, event.object_id) == (office, str(task.pk))

    def test_a_number_is_taken_once_a_year(self, team, office, facts, at):
        assign_task(team, **facts, by=office, at=at)
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | {"title": "另一项"}, by=office, at=at)
        assert "认领微心愿2000个" in refusal.value.fields["number"]
        assert assign_task(team, **facts | {"year": 2027}, by=office, at=at).year == 2027

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"number": 0}, "number"),
            ({"title": ""}, "title"),
            ({"due_on": date(2026, 9, 30)}, "due_on"),
            ({"target": Decimal(0), "unit": "个"}, "target"),
            ({"target": Decimal(5)}, "unit"),
            ({"target": Decimal(5), "unit": "个", "done": Decimal(-1)}, "done"),
            ({"unit": "个"}, "target"),
            ({"level": 4}, "level"),
            ({"percent": Decimal(101)}, "__all__"),
            ({"milestones": [NewMilestone(title="早", due_on=date(2026, 9, 1))]}, "milestones"),
            ({"milestones": [NewMilestone(title="晚", due_on=date(2026, 12, 21))]}, "milestones"),
            ({"milestones": [NewMilestone(title="轻", due_on=date(2026, 12, 1), weight=0)]}, "milestones"),
            ({"milestones": [NewMilestone(title=" ", due_on=date(2026, 12, 1))]}, "milestones"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, team, office, facts, at, changes, field):
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | changes, by=office, at=at)
        assert field in refusal.value.fields
        assert not Task.objects.exists()
        assert not TaskVersion.objects.exists()
        assert not events("assign_task").exists()

    def test_a_count_far_above_its_target_is_asked(self, team, office, facts, at):
        quantity = {"target": Decimal(46), "unit": "个", "done": Decimal(92)}
        asked = "目标46 个，填报92，为目标的2倍。是否正确？正确请勾选，否则请改正。"
        with override("zh-hans"), pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | quantity, by=office, at=at)
        assert {name: str(words) for name, words in refusal.value.fields.items()} == {"confirmed": asked}
        with pytest.raises(Invalid):
            assign_task(team, **facts | quantity, confirmed=Decimal(93), by=office, at=at)
        assert assign_task(team, **facts | quantity, confirmed=Decimal(92), by=office, at=at).done == 92

    def test_a_target_far_below_the_count_is_asked(self, team, office, at):
        task = factories.make_task(team=team, target=Decimal(46), unit="个", done=Decimal(30), percent=Decimal("65.22"))
        with pytest.raises(Invalid) as refusal:
            edit_task(task, {"target": Decimal(4)}, by=office, at=at)
        assert set(refusal.value.fields) == {"confirmed"}
        assert edit_task(task, {"target": Decimal(4)}, confirmed=Decimal(30), by=office, at=at).percent == 100
        assert edit_task(task, {"unit": "家"}, by=office, at=at).unit == "家"
        plain = factories.make_task(team=team)
        with pytest.raises(Invalid) as refusal:
            edit_task(plain, {"target": Decimal(4), "unit": "个", "done": Decimal(8)}, by=office, at=at)
        assert set(refusal.value.fields) == {"confirmed"}

    def test_the_lead_department_is_not_joint_as_well(self, team, office, facts, at):
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | {"joint": [facts["lead_department"]]}, by=office, at=at)
        assert "joint" in refusal.value.fields

    def test_a_department_is_joint_once(self, team, office, facts, at):
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | {"joint": [factories.DepartmentFactory()] * 2}, by=office, at=at)
        assert "joint" in refusal.value.fields

    def test_a_stage_of_another_action_is_refused(self, team, office, facts, at):
        stage = Stage.objects.create(
            action=factories.ActionFactory(),
            order=1,
            title="启动",
            starts_on=date(2026, 3, 1),
            ends_on=date(2026, 5, 1),
        )
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts | {"stage": stage}, by=office, at=at)
        assert "stage" in refusal.value.fields

    def test_a_closed_team_gets_no_task(self, team, office, facts, at):
        SpecialTeam.objects.filter(pk=team.pk).update(closed_on=at.date() - timedelta(days=1))
        with pytest.raises(Invalid) as refusal:
            assign_task(team, **facts, by=office, at=at)
        assert "team" in refusal.value.fields


class TestEditing:
    """edit_task."""

    def test_what_changes_is_kept_with_its_version(self, task, office, at):
        edit_task(task, {"title": "实施村企联建项目12个", "note": "试点"}, by=office, at=at)
        task.refresh_from_db()
        version = task.versions.last()
        assert (version.number, version.cause, version.title, version.note) == (
            task.version,
            "edit_task",
            "实施村企联建项目12个",
            "试点",
        )

    def test_the_audit_event_says_what_was_and_what_is(self, task, office, at):
        edit_task(task, {"level": 3}, by=office, at=at)
        assert '"level":[1,3]' in events("edit_task").get().change

    def test_no_change_writes_nothing(self, task, office, at):
        edit_task(task, {"title": task.title, "level": task.level}, by=office, at=at, joint=[])
        assert task.versions.count() == 1
        assert not events("edit_task").exists()

    def test_the_start_moves_the_lamp(self, task, office, at):
        before = task.yellow_from
        edit_task(task, {"start_on": date(2026, 9, 1)}, by=office, at=at)
        task.refresh_from_db()
        assert task.yellow_from > before

    def test_joint_departments_alone_make_a_version(self, task, office, at):
        joint = [factories.DepartmentFactory()]
        edit_task(task, {}, by=office, at=at, joint=joint)
        assert [row.department for row in task.joint.all()] == joint
        assert task.versions.count() == 2
        assert joint[0].name in events("edit_task").get().change

    def test_a_quantity_is_given_with_the_count_so_far(self, task, office, at):
        edit_task(task, {"target": Decimal(12), "unit": "个", "done": Decimal(3)}, by=office, at=at)
        task.refresh_from_db()
        assert task.percent == Decimal(25)

    def test_a_first_target_without_a_count_is_refused(self, task, office, at):
        with pytest.raises(Invalid) as refusal:
            edit_task(task, {"target": Decimal(12), "unit": "个"}, by=office, at=at)
        assert "done" in refusal.value.fields

    def test_the_percent_follows_a_corrected_target(self, team, office, at):
        task = factories.make_task(team=team, target=Decimal(12), unit="个", done=Decimal(3), percent=Decimal(25))
        edit_task(task, {"target": Decimal(10)}, by=office, at=at)
        task.refresh_from_db()
        assert (task.percent, task.progressed_on) == (Decimal(30), None)

    def test_the_count_itself_comes_from_reports(self, team, office, at):
        task = factories.make_task(team=team, target=Decimal(12), unit="个", done=Decimal(3), percent=Decimal(25))
        with pytest.raises(Invalid) as refusal:
            edit_task(task, {"done": Decimal(9)}, by=office, at=at)
        assert "done" in refusal.value.fields

    def test_a_quantity_taken_away_leaves_the_percent(self, team, office, at):
        task = factories.make_task(team=team, target=Decimal(12), unit="个", done=Decimal(3), percent=Decimal(25))
        edit_task(task, {"target": None, "unit": ""}, by=office, at=at)
        task.refresh_from_db()
        assert (task.done, task.percent) == (None, Decimal(25))

    @pytest.mark.parametrize("name", ["due_on", "state", "percent", "number", "ongoing", "red_from"])
    def test_what_has_a_verb_of_its_own_is_not_edited(self, task, office, at, name):
        with pytest.raises(ValueError, match=name):
            edit_task(task, {name: getattr(task, name)}, by=office, at=at)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"title": ""}, "title"),
            ({"start_on": date(2026, 12, 1)}, "start_on"),
            ({"source": "rumour"}, "source"),
            ({"target": Decimal(-1), "unit": "个", "done": Decimal(0)}, "target"),
            ({"target": Decimal(1), "unit": "个", "done": Decimal(-1)}, "done"),
        ],
    )
    def test_what_cannot_be_changes_nothing(self, task, office, at, fields, field):
        with pytest.raises(Invalid) as refusal:
            edit_task(task, fields, by=office, at=at)
        assert field in refusal.value.fields
        assert task.versions.count() == 1

    def test_a_task_goes_to_another_team_which_is_told(self, task, other_team, other_head, office, at):
        edit_task(task, {"team": other_team}, by=office, at=at)
        assert Notice.objects.get().to == other_head
        assert task.versions.last().team == other_team

    def test_it_does_not_go_to_a_team_of_another_action(self, task, office, at):
        with pytest.raises(Invalid) as refusal:
            edit_task(task, {"team": factories.TeamFactory()}, by=office, at=at)
        assert "team" in refusal.value.fields

    @pytest.mark.parametrize("state", ["closed_out", "cancelled"])
    def test_at_its_end_a_task_stays_as_it_is(self, team, office, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date() if state == "closed_out" else None)
        with pytest.raises(WrongState):
            edit_task(task, {"title": "改"}, by=office, at=at)

    def test_a_stale_form_is_told_what_differs(self, task, office, office2, at):
        seen = task.version
        edit_task(task, {"title": "甲改的"}, by=office, at=at, seen=seen)
        with pytest.raises(Stale) as refusal:
            edit_task(task, {"title": "乙改的", "level": task.level}, by=office2, at=at, seen=seen)
        assert [(change.theirs, change.yours) for change in refusal.value.changes] == [("甲改的", "乙改的")]
        assert refusal.value.version == seen + 1

    def test_a_stale_form_shows_choices_and_departments_in_words(self, task, office, office2, at):
        joint = [factories.DepartmentFactory()]
        edit_task(task, {"level": 2}, by=office, at=at)
        with pytest.raises(Stale) as refusal:
            edit_task(task, {"level": 3}, joint=joint, by=office2, at=at, seen=1)
        level, departments = refusal.value.changes
        assert level.yours == str(task._meta.get_field("level").choices[2][1])
        assert departments.yours == joint[0].name


class TestAcknowledging:
    """acknowledge_task."""

    def test_the_team_takes_note(self, team, liaison, at):
        task = factories.make_task(team=team, state="assigned")
        acknowledge_task(task, by=liaison, at=at)
        task.refresh_from_db()
        assert (task.state, task.versions.last().cause) == ("acknowledged", "acknowledge_task")
        assert events("acknowledge_task").get().by == liaison

    @pytest.mark.parametrize("state", ["acknowledged", "in_progress", "close_out_requested", "closed_out", "cancelled"])
    def test_once_is_enough(self, team, head, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date(), asked_on=at.date())
        with pytest.raises(WrongState):
            acknowledge_task(task, by=head, at=at)


class TestCancelling:
    """cancel_task."""

    @pytest.mark.parametrize("state", ["assigned", "acknowledged", "in_progress", "close_out_requested", "suspended"])
    def test_it_goes_grey_and_the_team_is_told(self, team, office, head, at, state):
        task = factories.make_task(team=team, state=state, asked_on=at.date())
        cancel_task(task, reason="上级调整部署", by=office, at=at)
        task.refresh_from_db()
        assert (task.state, task.lamp_on(at.date())) == ("cancelled", "grey")
        assert task.versions.last().reason == "上级调整部署"
        assert Notice.objects.get().to == head

    @pytest.mark.parametrize("state", ["closed_out", "cancelled"])
    def test_not_twice_and_not_after_the_end(self, team, office, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date())
        with pytest.raises(WrongState):
            cancel_task(task, reason="误", by=office, at=at)

    def test_not_without_a_reason(self, task, office, at):
        with pytest.raises(Invalid) as refusal:
            cancel_task(task, reason="  ", by=office, at=at)
        assert "reason" in refusal.value.fields


class TestFromAReport:
    """A report's next step becomes a task."""

    @pytest.fixture
    def step(self, team, period):
        report = ProgressReport.objects.create(period=period, team=team)
        return NextStep.objects.create(report=report, text="启动第二批项目", due_on=date(2026, 11, 20))

    def test_the_step_names_its_task_and_the_event_names_the_step(self, team, step, office, facts, at):
        task = assign_task(team, **facts, by=office, at=at, from_step=step)
        step.refresh_from_db()
        assert (step.task, step.version) == (task, 2)
        assert step.audit_name in events("assign_task").get().change
        assert "启动第二批项目" not in events("assign_task").get().change

    def test_once(self, team, step, office, facts, at):
        assign_task(team, **facts, by=office, at=at, from_step=step)
        with pytest.raises(WrongState) as refusal:
            assign_task(team, **facts | {"number": 10**7}, by=office, at=at, from_step=step)
        assert str(facts["number"]) in str(refusal.value.message)
        assert Task.objects.count() == 1

    def test_not_of_another_action(self, step, office, facts, at):
        with pytest.raises(Invalid):
            assign_task(factories.TeamFactory(), **facts, by=office, at=at, from_step=step)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two people at once: one wins, the other is told, nothing is lost."""

    def test_two_edits(self, task, office, office2, at):
        def edit(person, title):
            form = Task.objects.get(pk=task.pk)
            return lambda: edit_task(form, {"title": title}, by=person, at=at, seen=form.version)

        outcomes = race(lambda: edit(office, "甲"), lambda: edit(office2, "乙"))
        winner, loser = one_winner(outcomes, Stale)
        assert [change.theirs for change in loser.changes] == [winner.title]
        assert events("edit_task").count() == 1
        assert task.versions.count() == 2

    def test_two_acknowledge(self, team, head, liaison, at):
        task = factories.make_task(team=team, state="assigned")

        def acknowledge(person):
            form = Task.objects.get(pk=task.pk)
            return lambda: acknowledge_task(form, by=person, at=at)

        one_winner(race(lambda: acknowledge(head), lambda: acknowledge(liaison)), WrongState)
        assert events("acknowledge_task").count() == 1
        assert task.versions.count() == 2

    def test_two_tasks_of_one_number(self, team, other_team, office, office2, facts, at):
        outcomes = race(
            lambda: lambda: assign_task(team, **facts, by=office, at=at),
            lambda: lambda: assign_task(other_team, **facts, by=office2, at=at),
        )
        _winner, loser = one_winner(outcomes, Invalid)
        assert "number" in loser.fields
        assert events("assign_task").count() == 1

    def test_two_make_a_task_of_one_next_step(self, team, period, office, office2, facts, at):
        report = ProgressReport.objects.create(period=period, team=team)
        step = NextStep.objects.create(report=report, text="启动第二批项目")
        outcomes = race(
            lambda: lambda: assign_task(team, **facts, by=office, at=at, from_step=step),
            lambda: lambda: assign_task(team, **facts | {"number": 10**7}, by=office2, at=at, from_step=step),
        )
        winner, _loser = one_winner(outcomes, WrongState)
        step.refresh_from_db()
        assert step.task == winner == Task.objects.get()

    def test_two_cancel(self, task, office, office2, at):
        outcomes = race(
            lambda: lambda: cancel_task(task, reason="甲", by=office, at=at),
            lambda: lambda: cancel_task(task, reason="乙", by=office2, at=at),
        )
        one_winner(outcomes, WrongState)
        assert events("cancel_task").count() == 1

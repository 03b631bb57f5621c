"""A past day is shown as it was known that evening, whatever happened since (docs/rules.md#two-times)."""

import random
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from governance.clock import at_time, end_of
from governance.records.refusals import Refused
from teams.models import CloseOut, Extension, Milestone, ProgressReport, Task, TaskVersion
from teams.reports.drafts import save_report
from teams.reports.review import accept_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from teams.rules.lamps import LampReason
from teams.tasks.assignment import acknowledge_task, assign_task, cancel_task, edit_task
from teams.tasks.changes import Change, LampContext, write_changes
from teams.tasks.close_outs import ask_close_out, decide_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.tasks.history import KINDS, Kind, Papers, by_day, story
from teams.tasks.history_sentences import SENTENCES
from teams.tasks.milestones import NewMilestone, add_milestones, complete_milestone, replace_milestone
from teams.tasks.suspension import resume_task, suspend_task
from teams.tasks.townships import Share, count_shares, share_out
from tests import factories

FIRST = date(2026, 7, 1)
LAST = date(2026, 10, 27)
EDITS = 50


class Year:
    """People who do something at random to random tasks."""

    def __init__(self, teams, office, dice):
        self.teams, self.office, self.dice = teams, office, dice
        self.heads = {team.pk: factories.MemberFactory(team=team, part="head").user for team in teams}
        self.towns = [factories.TownshipFactory() for _place in range(3)]
        self.number = 0

    def act(self, day):
        """One verb on `day`; what the verbs refuse is chosen again."""
        for _attempt in range(50):
            name = self.dice.choice(
                [
                    "assign",
                    "edit",
                    "acknowledge",
                    "progress",
                    "extend",
                    "close",
                    "decide",
                    "cancel",
                    "suspend",
                    "resume",
                    "plan",
                    "complete",
                    "replace",
                    "share",
                    "count",
                ]
            )
            try:
                if getattr(self, name)(at_time(day, self.dice.randrange(24), self.dice.randrange(60))):
                    return name
            except Refused:
                continue
        raise AssertionError("nothing could be done")

    def a_task(self, **states):
        tasks = list(Task.objects.filter(**states).select_related("team", "action"))
        return self.dice.choice(tasks) if tasks else None

    def assign(self, at):
        self.number += 1
        start = at.date() - timedelta(days=self.dice.randrange(60))
        due = self.dice.choice([None, start + timedelta(days=self.dice.randrange(60, 160))])
        return assign_task(
            self.dice.choice(self.teams),
            year=2026,
            number=self.number,
            title=f"任务{self.number}",
            lead_department=factories.DepartmentFactory(),
            start_on=start,
            due_on=due,
            expected_result="建成",
            milestones=[NewMilestone(title="中期", due_on=start + timedelta(days=30), weight=3)],
            by=self.office,
            at=at,
        )

    def edit(self, at):
        task = self.a_task()
        fields = self.dice.choice(
            [
                {"title": f"改名{self.dice.randrange(10**6)}"},
                {"expected_result": f"改为{self.dice.randrange(10**6)}"},
                {"start_on": at.date() - timedelta(days=self.dice.randrange(90))},
                {"team": self.dice.choice(self.teams)},
                {"lead_department": factories.DepartmentFactory()},
                {"level": self.dice.choice([1, 2, 3])},
            ]
        )
        return task and edit_task(task, fields, by=self.office, at=at)

    def acknowledge(self, at):
        task = self.a_task(state="assigned")
        return task and acknowledge_task(task, by=self.heads[task.team_id], at=at)

    def progress(self, at):
        """What accepting a report does to a task."""
        task = self.a_task(state__in=["acknowledged", "in_progress"])
        if task is None:
            return False
        fields = {"percent": Decimal(self.dice.randrange(101)), "state": "in_progress", "progressed_on": at.date()}
        return write_changes(
            [Change(task, fields)],
            cause="accept_report",
            by=self.office,
            at=at,
            lamp_context=LampContext.of(task.action),
        )

    def extend(self, at):
        task = self.a_task(due_on__isnull=False)
        return task and ask_extension(
            task,
            new_due_on=task.due_on + timedelta(days=self.dice.randrange(1, 60)),
            reason="用地未批",
            by=self.heads[task.team_id],
            at=at,
        )

    def close(self, at):
        task = self.a_task(state="in_progress")
        return task and ask_close_out(task, statement="完成", by=self.heads[task.team_id], at=at)

    def decide(self, at):
        extension = Extension.objects.waiting().first()
        if extension is not None:
            return decide_extension(extension, granted=self.dice.random() < 0.7, answer="研究", by=self.office, at=at)
        close_out = CloseOut.objects.waiting().first()
        return close_out and decide_close_out(
            close_out, accepted=self.dice.random() < 0.6, answer="核查", by=self.office, at=at
        )

    def suspend(self, at):
        task = self.a_task(state="in_progress")
        return task and suspend_task(task, reason="等待", by=self.office, at=at)

    def resume(self, at):
        task = self.a_task(state="suspended")
        later = task and task.due_on and max(task.due_on, at.date()) + timedelta(days=self.dice.randrange(1, 40))
        return task and resume_task(task, due_on=self.dice.choice([None, later]), by=self.office, at=at)

    def plan(self, at):
        task = self.a_task()
        step = task and NewMilestone(
            title=f"节点{self.dice.randrange(10**6)}", due_on=task.start_on + timedelta(days=self.dice.randrange(90))
        )
        return task and add_milestones(task, [step], by=self.office, at=at)

    def a_milestone(self):
        rows = list(Milestone.objects.filter(replaced_by=None).select_related("task"))
        return self.dice.choice(rows) if rows else None

    def complete(self, at):
        milestone = self.a_milestone()
        return milestone and complete_milestone(
            milestone, done_on=at.date(), by=self.heads[milestone.task.team_id], at=at
        )

    def replace(self, at):
        milestone = self.a_milestone()
        step = milestone and NewMilestone(title=f"改{self.dice.randrange(10**6)}", due_on=milestone.due_on, weight=2)
        return milestone and replace_milestone(milestone, step, reason="调整", by=self.office, at=at)

    def share(self, at):
        task = self.a_task()
        town = self.dice.choice(self.towns)
        target = Decimal(self.dice.randrange(1, 50))
        return task and share_out(
            task, [Share(township=town, target=target, done=Decimal(1))], unit="个", by=self.office, at=at
        )

    def count(self, at):
        task = self.a_task(shares__isnull=False)
        counted = task and Share(township=task.shares.first().township, done=Decimal(self.dice.randrange(50)))
        return task and count_shares(task, [counted], by=self.heads[task.team_id], at=at)

    def cancel(self, at):
        task = self.a_task() if self.dice.random() < 0.2 else None
        return task and cancel_task(task, reason="调整", by=self.office, at=at)


def shown(client, **query):
    """The rows of the list as they stand on the page, without the boxes by which rows of today are chosen."""
    response = client.get(reverse("task_list"), {"sort": "number", **query})
    assert response.status_code == 200
    return re.sub(r'<td class="cell-check">.*?</td>', "", str(response.context["table"].body()))


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_edits_over_random_days_and_every_evening_comes_back(client, action, office, settings, seed):
    dice = random.Random(seed)
    teams = [factories.TeamFactory(action=action) for _place in range(3)]
    year = Year(teams, office, dice)
    client.force_login(office)
    days = sorted(FIRST + timedelta(days=dice.randrange((LAST - FIRST).days + 1)) for _edit in range(EDITS))
    snapshots, done = {}, []
    for day in (FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)):
        done += [year.act(day) for _edit in range(days.count(day))]
        settings.DEMO_TODAY = day
        snapshots[day] = shown(client)
    settings.DEMO_TODAY = LAST
    assert len(done) == EDITS
    assert len(set(done)) >= 10
    assert len(set(snapshots.values())) > 20
    for day, snapshot in snapshots.items():
        assert shown(client, on=day.isoformat()) == snapshot, day


def test_a_task_is_absent_before_its_first_version(task, at):
    known = TaskVersion.objects.as_known_before
    assert not known(end_of(at.date() - timedelta(days=1))).exists()
    assert known(end_of(at.date())).get().task == task


def test_midnight_in_shanghai_divides_the_days(task, office, at):
    edit_task(task, {"title": "夜里改的"}, by=office, at=at_time(date(2026, 10, 30), 23, 59))
    edit_task(task, {"title": "零点改的"}, by=office, at=at_time(date(2026, 10, 31), 0))
    titles = {day: TaskVersion.objects.as_known_before(end_of(date(2026, 10, day))).get().title for day in (29, 30, 31)}
    assert titles == {29: "实施村企联建项目", 30: "夜里改的", 31: "零点改的"}


class TestStory:
    """The story told in sentences."""

    @pytest.fixture(autouse=True)
    def in_english(self):
        with override("en"):
            yield

    def told(self, task, until, reader=None):
        versions = list(task.versions.select_related("team", "stage", "lead_department", "by").order_by("number"))
        papers = Papers.of(task, reader) if reader else Papers()
        return story(versions, until=until, papers=papers)

    def said(self, task, at, reader=None):
        """The sentences after the first."""
        return [each.sentence for each in self.told(task, at.date() + timedelta(days=30), reader) if each.at][1:]

    def test_it_begins_with_who_gave_the_task_to_whom(self, team, office, at):
        task = factories.make_task(team=team, by=office, at=at)
        [first] = self.told(task, at.date())
        assert first.sentence == f"{office} assigned the task to {team}, due on 30 November 2026."
        assert (first.kind, first.why) == (Kind.TASK, LampReason.FAR_BEHIND)

    def test_it_says_what_was_done_by_whom_and_why(self, task, office, at):
        cancel_task(task, reason="上级调整部署", by=office, at=at + timedelta(hours=1))
        last = self.told(task, at.date())[-1]
        assert (last.sentence, last.quoted, last.word) == (
            f"{office} cancelled the task.",
            "上级调整部署",
            "Grey: cancelled",
        )

    def test_an_edit_names_each_thing_that_differs_in_one_sentence(self, task, office, at):
        partner = factories.DepartmentFactory(name="县财政局")
        edit_task(task, {"title": "改名", "level": 3}, joint=[partner], by=office, at=at)
        edit_task(task, {"note": "注"}, by=office, at=at)
        edit_task(task, {"note": ""}, joint=[], by=office, at=at)
        assert self.said(task, at) == [
            (
                f"{office} edited the task: Task changed from “实施村企联建项目” to “改名”, "
                "Level changed from “Ordinary” to “Major”, Joint departments set to “县财政局”."
            ),
            f"{office} edited the task: Note set to “注”.",
            f"{office} edited the task: Note “注” removed, Joint departments “县财政局” removed.",
        ]

    def test_a_quantity_is_told_in_figures(self, task, office, at):
        edit_task(task, {"target": Decimal(12), "unit": "个", "done": Decimal(7)}, by=office, at=at)
        [sentence] = self.said(task, at)
        assert "Target set to “12 个”, Done set to “7 个”, Percent changed from “40%” to “58.33%”" in sentence

    def test_milestones_and_townships_are_told(self, task, office, liaison, at):
        add_milestones(
            task,
            [
                NewMilestone(title="选址", due_on=date(2026, 10, 1)),
                NewMilestone(title="封顶", due_on=date(2026, 11, 1)),
            ],
            by=office,
            at=at,
        )
        complete_milestone(task.milestones.get(title="选址"), done_on=date(2026, 10, 5), by=liaison, at=at)
        replace_milestone(
            task.milestones.get(title="封顶"),
            NewMilestone(title="封顶", due_on=date(2026, 11, 20)),
            reason="雨季",
            by=office,
            at=at,
        )
        share_out(task, [Share(township=factories.TownshipFactory(), target=Decimal(5))], unit="个", by=office, at=at)
        assert self.said(task, at) == [
            f"{office} set 2 milestones: “选址” (2026-10-01), “封顶” (2026-11-01).",
            f"{liaison} marked “选址” as done on 2026-10-05, after its date, 2026-10-01.",
            f"{office} replaced the milestone “封顶” (2026-11-01) with “封顶” (2026-11-20).",
            f"{office} divided the target among townships: 5 个 in all.",
        ]
        assert self.told(task, at.date())[-2].quoted == "雨季"

    def test_suspended_and_taken_up_again(self, task, office, at):
        suspend_task(task, reason="等待用地", by=office, at=at)
        resume_task(task, due_on=date(2026, 12, 20), by=office, at=at)
        assert self.said(task, at) == [
            f"{office} suspended the task; time does not count.",
            f"{office} resumed the task, now due on 20 December 2026.",
        ]

    def test_it_tells_on_which_days_the_lamp_turned_of_itself(self, team):
        task = factories.make_task(
            team=team, at=at_time(date(2026, 3, 1), 9), percent=10, start_on=date(2026, 3, 1), due_on=date(2026, 6, 30)
        )
        turned = [each for each in self.told(task, date(2026, 12, 1)) if each.at is None]
        assert [(each.on, each.why.lamp, each.kind) for each in turned] == [
            (task.yellow_from, "yellow", Kind.LAMP),
            (task.red_from, "red", Kind.LAMP),
        ]

    def test_a_lamp_that_has_not_turned_yet_is_not_told(self, team):
        task = factories.make_task(team=team, at=at_time(date(2026, 3, 1), 9), percent=10)
        assert len(self.told(task, date(2026, 3, 2))) == 1

    def test_a_change_that_leaves_the_lamp_shows_none(self, task, office, at):
        edit_task(task, {"note": "注"}, by=office, at=at)
        assert self.told(task, at.date())[-1].why is None

    def test_an_extension_is_told_from_asking_to_granting(self, task, head, office, at):
        later = at + timedelta(days=10)
        extension = ask_extension(task, new_due_on=date(2026, 12, 31), reason="企业内情", by=head, at=at)
        decide_extension(extension, granted=True, answer="同意", by=office, at=later)
        asked, granted = [each for each in self.told(task, later.date(), head) if each.kind == Kind.REQUESTS]
        assert asked.sentence == f"{head} requested an extension from 30 November 2026 to 31 December 2026."
        assert asked.quoted == "企业内情"
        assert granted.sentence == (
            f"{office} granted the extension to 31 December 2026 requested by {head} on 27 October 2026."
        )
        assert granted.quoted == "同意"

    def test_a_refusal_is_told_too(self, task, head, office, at):
        extension = ask_extension(task, new_due_on=date(2026, 12, 31), reason="x", by=head, at=at)
        decide_extension(extension, granted=False, answer="理由不足", by=office, at=at)
        last = self.told(task, at.date(), head)[-1]
        assert (last.sentence, last.quoted) == (f"{office} refused the extension to 31 December 2026.", "理由不足")

    def test_a_close_out_is_told_with_what_was_achieved_and_found(self, task, head, office, at):
        close_out = ask_close_out(task, statement="全部建成", by=head, at=at)
        decide_close_out(close_out, accepted=False, answer="缺材料", by=office, at=at)
        asked, decided = self.told(task, at.date(), office)[-2:]
        assert (asked.quoted, decided.quoted) == ("全部建成", "缺材料")
        assert "sent the close-out back" in decided.sentence

    def test_the_teams_own_papers_stay_with_those_who_read_them(self, task, head, office, at):
        extension = ask_extension(task, new_due_on=date(2026, 12, 31), reason="企业内情", by=head, at=at)
        decide_extension(extension, granted=True, answer="内部意见", by=office, at=at)
        told = self.told(task, at.date())
        assert [each.sentence for each in told[1:]] == [
            f"{office} granted an extension from 30 November 2026 to 31 December 2026."
        ]
        assert {each.quoted for each in told} == {""}

    def test_a_report_that_moved_the_task_and_one_that_only_spoke(self, team, head, office, period, next_period):
        task = factories.make_task(team=team, percent=Decimal(40))
        for each, row, day in (
            (
                period,
                ReportRow(task.pk, percent=Decimal(55), text="开工三个项目", confirmed=Decimal(55)),
                date(2026, 10, 21),
            ),
            (next_period, ReportRow(task.pk, text="正在选址"), date(2026, 11, 2)),
        ):
            at = at_time(day, 9)
            report = save_report(team, each, Written(rows=[row]), by=head, at=at)
            submit_report(report, by=head, at=at)
            accept_report(report, by=office, at=at)
        moved, spoke = [each for each in self.told(task, date(2026, 11, 2), head) if each.kind == Kind.PROGRESS]
        assert moved.sentence == f"{office} accepted the report for {period}: 40% → 55%."
        assert (moved.quoted, spoke.quoted) == ("开工三个项目", "正在选址")
        assert moved.link[0] == ProgressReport.objects.get(period=period).get_absolute_url()
        told = self.told(task, date(2026, 11, 2))
        assert [each.sentence for each in told if each.kind == Kind.PROGRESS] == [
            f"{office} accepted a report: 40% → 55%."
        ]
        assert {each.quoted for each in told} == {""}

    def test_days_are_told_backwards_and_a_day_as_it_happened(self, task, office, at):
        for hours in (1, 2):
            edit_task(task, {"note": str(hours)}, by=office, at=at + timedelta(hours=hours))
        edit_task(task, {"note": "3"}, by=office, at=at + timedelta(days=1))
        days = by_day(self.told(task, at.date()))
        assert [(day, len(told)) for day, told in days] == [(at.date() + timedelta(days=1), 1), (at.date(), 3)]
        assert [each.at for each in days[1][1]] == sorted(each.at for each in days[1][1])

    def test_a_verb_that_the_story_does_not_know_is_told_in_the_words_of_the_audit_log(self, task, office, at):
        change = Change(task, {"note": "注"})
        write_changes([change], cause="close_team", by=office, at=at, lamp_context=LampContext.of(task.action))
        assert self.said(task, at) == [f"{office} closed a team: Note set to “注”."]

    def test_every_cause_has_a_sentence(self):
        assert set(KINDS) <= set(SENTENCES)


class TestPage:
    """/tasks/<year>-<number>/history/"""

    @pytest.fixture
    def page(self, client, task, head, office, at, settings):
        settings.DEMO_TODAY = LAST
        settings.LANGUAGE_CODE = "en"
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="企业内情", by=head, at=at)
        client.force_login(office)
        return lambda **query: client.get(reverse("task_history", args=[task.year, task.number]), query)

    def test_it_is_narrowed_by_kind(self, page):
        everything = page()
        assert [(chip.label, chip.count) for chip in everything.context["chips"]] == [
            ("All", 2),
            ("The task itself", 1),
            ("Extensions and close-outs", 1),
        ]
        requests = page(kind="requests")
        assert [len(told) for _day, told in requests.context["days"]] == [1]
        assert "企业内情" in requests.content.decode()
        assert [len(told) for _day, told in page(kind="nonsense").context["days"]] == [2]

"""Two times: a past day is shown as it was known that evening, whatever has happened since (DESIGN 4, MODEL 1)."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from governance.clock import at_time, end_of
from governance.records.refusals import Refused
from teams.assigning import Step, TaskFacts, acknowledge_task, assign_task, cancel_task, edit_task
from teams.closing_out import ask_close_out, decide_close_out
from teams.extending import ask_extension, decide_extension
from teams.history import Told, Turned, story
from teams.keeping import Change, Lighting, write_changes
from teams.models import CloseOut, Extension, Task, TaskVersion
from tests import factories

FIRST = date(2026, 7, 1)
LAST = date(2026, 10, 27)
EDITS = 50


class Year:
    """People who do something at random to random tasks."""

    def __init__(self, teams, office, dice):
        self.teams, self.office, self.dice = teams, office, dice
        self.heads = {team.pk: factories.MemberFactory(team=team, part="head").user for team in teams}
        self.number = 0

    def act(self, day):
        """One verb on `day`; what the verbs refuse is chosen again."""
        for _attempt in range(50):
            name = self.dice.choice(
                ["assign", "edit", "acknowledge", "progress", "extend", "close", "decide", "cancel"]
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
        facts = TaskFacts(
            year=2026,
            number=self.number,
            title=f"任务{self.number}",
            lead_department=factories.DepartmentFactory(),
            start_on=start,
            due_on=due,
            expected_result="建成",
            milestones=[Step(title="中期", due_on=start + timedelta(days=30), weight=3)],
        )
        return assign_task(self.dice.choice(self.teams), facts, by=self.office, at=at)

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
            [Change(task, fields)], cause="accept_report", by=self.office, at=at, lighting=Lighting.of(task.action)
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

    def cancel(self, at):
        task = self.a_task() if self.dice.random() < 0.2 else None
        return task and cancel_task(task, reason="调整", by=self.office, at=at)


def shown(client, **query):
    """The rows of the list as they stand on the page."""
    response = client.get(reverse("task_list"), {"sort": "number", **query})
    assert response.status_code == 200
    return str(response.context["table"].body())


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
    assert len(set(done)) >= 6
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
    """The versions told."""

    def told(self, task, until, *, confided=True):
        versions = list(task.versions.select_related("team", "stage", "lead_department", "by").order_by("number"))
        return story(versions, until=until, confided=confided)

    def test_it_says_what_changed_by_whom_and_why(self, task, office, at):
        cancel_task(task, reason="上级调整部署", by=office, at=at + timedelta(hours=1))
        last = self.told(task, at.date())[-1]
        assert (last.by, last.reason) == (office, "上级调整部署")
        assert [(change.was, change.now) for change in last.changes] == [("In progress", "Cancelled")]

    @pytest.fixture(autouse=True)
    def in_english(self):
        from django.utils.translation import override

        with override("en"):
            yield

    def test_it_tells_on_which_days_the_lamp_turned_of_itself(self, team):
        task = factories.make_task(
            team=team, at=at_time(date(2026, 3, 1), 9), percent=10, start_on=date(2026, 3, 1), due_on=date(2026, 6, 30)
        )
        turned = [item for item in self.told(task, date(2026, 12, 1)) if isinstance(item, Turned)]
        assert [(item.on, item.why.lamp) for item in turned] == [
            (task.yellow_from, "yellow"),
            (task.red_from, "red"),
        ]

    def test_a_lamp_that_has_not_turned_yet_is_not_told(self, team, at):
        task = factories.make_task(team=team, at=at_time(date(2026, 3, 1), 9), percent=10)
        assert [type(item) for item in self.told(task, date(2026, 3, 2))] == [Told]

    def test_the_teams_own_papers_stay_with_those_who_read_them(self, task, head, office, at):
        extension = ask_extension(task, new_due_on=date(2026, 12, 31), reason="企业内情", by=head, at=at)
        decide_extension(extension, granted=True, by=office, at=at)
        assert self.told(task, at.date())[-1].reason == "企业内情"
        assert self.told(task, at.date(), confided=False)[-1].reason == ""

    def test_a_count_and_a_due_date_are_told_in_figures(self, task, office, at):
        edit_task(task, {"target": Decimal(12), "unit": "个", "done": Decimal(7)}, by=office, at=at)
        changes = {change.label: (change.was, change.now) for change in self.told(task, at.date())[-1].changes}
        assert changes == {"Target": ("", "12 个"), "Done": ("", "7 个"), "Percent": ("40%", "58.33%")}

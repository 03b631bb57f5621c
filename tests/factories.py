"""Rows for tests, named as the domain names them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import factory
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.clock import SHANGHAI
from governance.formats.files import CheckedFile
from governance.people.models import Department, Township, User
from governance.records.upload_checks import read_uploads
from teams import models
from teams.tasks import changes
from tests.formats.brought import pdf, photo

PASSWORD = "Lantern-ferry-27"
FOUNDED = date(2026, 3, 1)
EARLY = datetime(2026, 3, 1, 9, 0, tzinfo=SHANGHAI)


class UserFactory(factory.django.DjangoModelFactory):
    """A person with the roles asked for."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"某{n}")

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        """Put the person in the groups of the roles."""
        if extracted:
            # A transactional test has flushed the groups that a migration made.
            self.groups.set([Group.objects.get_or_create(name=name)[0] for name in extracted])

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        """Sign-in works with this password; hashing is slow, so only where asked for."""
        if extracted:
            self.set_password(extracted)
            self.save()


class DepartmentFactory(factory.django.DjangoModelFactory):
    """A department."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"department-{n}")
    name = factory.Sequence(lambda n: f"县第{n}局")
    order = factory.Sequence(lambda n: n)


class TownshipFactory(factory.django.DjangoModelFactory):
    """A township."""

    class Meta:
        model = Township

    code = factory.Sequence(lambda n: f"township-{n}")
    name = factory.Sequence(lambda n: f"第{n}镇")
    order = factory.Sequence(lambda n: n)


class ActionFactory(factory.django.DjangoModelFactory):
    """An action with its first lamp rule."""

    class Meta:
        model = models.SpecialAction
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"action-{n}")
    title_zh = "基层治理能力提升专项行动"
    title_en = "Grassroots governance capacity"
    starts_on = FOUNDED
    ends_on = date(2026, 12, 31)

    @factory.post_generation
    def rule(self, create, extracted, **kwargs):
        """Every action has a lamp rule."""
        models.LampRule.objects.create(action=self, number=1, at=EARLY)


class TeamFactory(factory.django.DjangoModelFactory):
    """A team with a lead department."""

    class Meta:
        model = models.SpecialTeam
        skip_postgeneration_save = True

    action = factory.SubFactory(ActionFactory)
    code = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"第{n}项工作专班")
    short_name = factory.Sequence(lambda n: f"第{n}专班")
    order = factory.Sequence(lambda n: n)
    established_on = FOUNDED

    @factory.post_generation
    def lead(self, create, extracted, **kwargs):
        """A lead department, a new one unless given."""
        models.TeamDepartment.objects.create(
            team=self, department=extracted or DepartmentFactory(), part="lead", joined_on=self.established_on
        )


class MemberFactory(factory.django.DjangoModelFactory):
    """A person in a team."""

    class Meta:
        model = models.TeamMember

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    part = "member"
    joined_on = FOUNDED


class PeriodFactory(factory.django.DjangoModelFactory):
    """The second third of October 2026, due on the 21st."""

    class Meta:
        model = models.ReportingPeriod
        skip_postgeneration_save = True

    action = factory.SubFactory(ActionFactory)
    starts_on = date(2026, 10, 11)
    ends_on = date(2026, 10, 20)
    due_at = datetime(2026, 10, 21, 18, 0, tzinfo=SHANGHAI)

    @factory.post_generation
    def due_moments(self, create, extracted, **kwargs):
        """Every period has its first due moment."""
        models.PeriodDue.objects.create(period=self, number=1, due_at=self.due_at, at=EARLY)


_numbers = iter(range(1001, 10**9))  # above those that tests name


def make_task(
    *,
    team: models.SpecialTeam,
    at: datetime = EARLY,
    by: User | None = None,
    milestones: Sequence[tuple[str, date, int]] = (),
    joint: Sequence[Department] = (),
    **fields,
) -> models.Task:
    """A task with lamp dates and a first version, written the way verbs write it."""
    values = {
        "action": team.action,
        "year": 2026,
        "number": next(_numbers),
        "title": "实施村企联建项目",
        "lead_department": team.departments.get(part="lead", left_on=None).department,
        "state": "in_progress",
        "percent": Decimal(40),
        "start_on": FOUNDED,
        "due_on": date(2026, 11, 30),
    } | fields
    task = models.Task(team=team, **values)
    steps = [models.Milestone(task=task, title=title, due_on=due, weight=weight) for title, due, weight in milestones]
    changes.write_new(
        [task],
        cause="assign_task",
        by=by,
        at=at,
        lamp_context=changes.LampContext.of(team.action),
        milestones=steps,
        joint=[(task, joint)],
    )
    return task


def progress_on(task: models.Task, percent: int, *, at: datetime, **fields) -> models.Task:
    """The task with another percent, and with `fields`, written the way verbs write it."""
    task = models.Task.objects.select_related("action").get(pk=task.pk)
    new = changes.Change(task, {"percent": Decimal(percent)} | fields)
    changes.write_changes([new], cause="edit_task", by=None, at=at, lamp_context=changes.LampContext.of(task.action))
    return task


def a_photo(colour: str = "teal") -> list[CheckedFile]:
    """A photo as a form has checked it."""
    return read_uploads([SimpleUploadedFile(f"{colour}.jpg", photo(colour=colour))])


def a_paper(name: str = "验收单.pdf") -> list[CheckedFile]:
    """A paper as a form has checked it."""
    return read_uploads([SimpleUploadedFile(name, pdf())])

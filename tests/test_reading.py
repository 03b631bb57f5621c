"""Who sees what: for each role and model, every door shows the same rows as the table says.

`visible_to` is compared with the table; lists and object pages are compared with `visible_to`.
"""

from datetime import date, datetime

import pytest
from django.contrib import admin
from django.urls import reverse

from assessments.models import (
    AdoptedPlan,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    Figure,
    FigureSource,
    Indicator,
    MeasuredValue,
    Result,
    ResultLine,
    RoundStep,
    RoundTeam,
)
from assessments.rounds.rounds import open_round
from governance.clock import SHANGHAI
from governance.overview.demo import script
from governance.people.models import CalendarDay, County, Department, Township, User
from governance.records.models import AuditEvent, Notice
from teams import models
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

OWN, OTHER = "member-service", "village-economy"
ROLES = (
    "office",
    "centre",
    "leader",
    "secretary",
    "auditor",
    "admin",
    "data",
    "judge1",
    f"head-{OWN}",
    f"liaison-{OWN}",
    f"head-{OTHER}",
    "former",
    "superuser",
    "inactive",
)
EVERYBODY = set(ROLES) - {"inactive"}
CENTRE, AUDITOR, ADMIN = {"centre"}, {"auditor"}, {"admin"}
PAPERS = {"office", "leader", f"head-{OWN}", f"liaison-{OWN}"}
"""Who reads the papers of the own team: its current members, the office, the leaders."""

# Model: the row that is looked for, and who sees it.
ON_THE_WALL = {
    models.SpecialAction: EVERYBODY,
    models.LampRule: EVERYBODY,
    models.Stage: EVERYBODY,
    models.WorkingGroup: EVERYBODY,
    models.SpecialTeam: EVERYBODY,
    models.TeamDepartment: EVERYBODY,
    models.TeamMember: EVERYBODY,
    models.CoreFigure: EVERYBODY,
    models.Task: EVERYBODY,
    models.TaskVersion: EVERYBODY,
    models.TaskDepartment: EVERYBODY,
    models.Milestone: EVERYBODY,
    models.TaskShare: EVERYBODY,
    models.FirstStep: EVERYBODY,
    models.ReportingPeriod: EVERYBODY,
    models.PeriodLamp: EVERYBODY,
    Department: EVERYBODY,
    Township: EVERYBODY,
    County: EVERYBODY,
    CalendarDay: EVERYBODY,
    AdoptedPlan: EVERYBODY,
    Indicator: EVERYBODY,
}
OF_THE_OWN_TEAM = {
    models.Extension: "task__team",
    models.CloseOut: "task__team",
    models.ProgressReport: "team",
    models.ReportEntry: "report__team",
    models.NextStep: "report__team",
    models.ReportSubmission: "report__team",
    models.SubmittedEntry: "submission__report__team",
    models.ReportDecision: "submission__report__team",
    models.EntryReason: "decision__submission__report__team",
    models.SubmissionReading: "submission__report__team",
    models.TaskEvidence: "owner__team",
    models.CloseOutEvidence: "owner__task__team",
    models.EntryEvidence: "owner__report__team",
    models.SubmittedEvidence: "entry__submission__report__team",
}
OF_THE_CENTRE = (RoundStep, RoundTeam, FigureSource, Figure, MeasuredValue, Claim)


@pytest.fixture(scope="module")
def people(story, django_db_blocker):
    """The story's people and three more: one who left the own team, one who is only a superuser, one shut out."""
    with django_db_blocker.unblock():
        former = UserFactory(username="former")
        MemberFactory(team=story.teams[OWN], user=former, joined_on=date(2026, 3, 1), left_on=date(2026, 9, 1))
        UserFactory(username="superuser", is_superuser=True, is_staff=True)
        everything = ["special_office", "assessment_centre", "county_leader", "auditor", "administrator"]
        UserFactory(username="inactive", is_superuser=True, is_active=False, roles=everything)
        return {role: role for role in ROLES}


@pytest.fixture(scope="module")
def unpublished(people, story, django_db_blocker):
    """A second round that is only being prepared."""
    with django_db_blocker.unblock():
        return open_round(
            action=story.action,
            plan=AdoptedPlan.objects.get(),
            kind="quarter",
            title="2026年10月试考核",
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 20),
            cut_off_at=datetime(2026, 10, 24, 18, tzinfo=SHANGHAI),
            classes=script.CLASSES,
            by=story.user("centre"),
            at=datetime(2026, 10, 26, 9, tzinfo=SHANGHAI),
        )


def person(role):
    return User.objects.get(username=role)


def who_sees(people, rows):
    """The roles for which `visible_to` shows any of `rows`; it must show all of them or none."""
    found = set()
    for role in people:
        shown = rows.visible_to(person(role)).count()
        assert shown in (0, rows.count()), role
        if shown:
            found.add(role)
    return found


@pytest.mark.parametrize("model", ON_THE_WALL, ids=lambda model: model.__name__)
def test_what_hangs_on_the_wall_is_everybodys_who_is_signed_in(people, model):
    assert model.objects.exists()
    assert who_sees(people, model.objects.all()) == ON_THE_WALL[model]


@pytest.mark.parametrize("model", OF_THE_OWN_TEAM, ids=lambda model: model.__name__)
def test_a_teams_papers_are_read_by_its_members_the_office_and_leaders(people, story, model):
    lookup = OF_THE_OWN_TEAM[model]
    own = model.objects.filter(**{lookup: story.teams[OWN]})
    other = model.objects.exclude(**{lookup: story.teams[OWN]})
    assert model.objects.exists()
    if own.exists():
        assert who_sees(people, own) == PAPERS
    for role in (f"head-{OWN}", f"liaison-{OWN}", "former", "superuser", "centre", "data"):
        assert not other.visible_to(person(role)).exists(), role


def test_a_matter_is_read_by_its_teams_readers_its_owner_and_the_department_that_is_asked(people):
    to_the_bureau = models.HelpRequest.objects.filter(text__startswith="两个乡镇清查未启动")
    of_its_team = "head-asset-rectification"
    assert who_sees([*people, of_its_team, "land"], to_the_bureau) == {"office", "leader", "data", of_its_team}
    passed_on = models.HelpRequest.objects.get(owner__username="land")
    assert who_sees([*people, "land"], models.HelpRequest.objects.filter(pk=passed_on.pk)) == {
        "office",
        "leader",
        "land",
        f"head-{OTHER}",
    }


@pytest.mark.parametrize("model", OF_THE_CENTRE, ids=lambda model: model.__name__)
def test_what_a_round_is_made_of_is_the_centres_alone(people, model):
    assert model.objects.exists()
    assert who_sees(people, model.objects.all()) == CENTRE


def test_rounds_and_results_are_everybodys_once_published_and_the_centres_before(people, unpublished):
    published = AssessmentRound.objects.exclude(pk=unpublished.pk)
    assert who_sees(people, published) == EVERYBODY
    assert who_sees(people, AssessmentRound.objects.filter(pk=unpublished.pk)) == CENTRE
    assert who_sees(people, Result.objects.all()) == EVERYBODY
    assert who_sees(people, ResultLine.objects.all()) == EVERYBODY


def test_a_scorecard_is_its_teams_the_offices_the_leaders_and_the_centres(people, story):
    own = ResultLine.objects.filter(team=story.teams[OWN])
    found = {role for role in people if own.detail_visible_to(person(role)).exists()}
    assert found == PAPERS | CENTRE


def test_a_plan_in_draft_is_the_centres(people):
    draft = AssessmentPlan.objects.create(code="draft-2027", title_en="Draft", draft="{}")
    assert who_sees(people, AssessmentPlan.objects.filter(pk=draft.pk)) == CENTRE
    assert who_sees(people, AssessmentPlan.objects.exclude(pk=draft.pk)) == EVERYBODY


def test_screens_on_the_wall_are_the_offices(people, story):
    models.WallScreen.objects.get_or_create(
        token_sha256="0" * 64,
        defaults={
            "action": story.action,
            "place": "大厅",
            "opened_at": datetime(2026, 10, 26, 9, tzinfo=SHANGHAI),
            "opened_by": story.user("office"),
        },
    )
    assert who_sees(people, models.WallScreen.objects.all()) == {"office"}


def test_audit_accounts_and_notices(people):
    assert who_sees(people, AuditEvent.objects.all()) == AUDITOR
    assert {role for role in people if User.objects.visible_to(person(role)).count() > 1} == ADMIN
    mine = Notice.objects.filter(to__username=f"head-{OWN}")
    assert who_sees(people, mine) == {f"head-{OWN}"}


# Doors: what a list links to and what an object page answers is what `visible_to` says --------------------------------
def links(client, address):
    return client.get(address).content.decode()


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_every_door_shows_the_rows_that_may_be_seen(client, demo_today, people, unpublished, story, role):
    user = person(role)
    client.force_login(user)

    rounds = {item.pk for item in AssessmentRound.objects.visible_to(user)}
    page = links(client, reverse("assessment"))
    for item in AssessmentRound.objects.all():
        assert (item.title in page) == (item.pk in rounds), item
        assert (client.get(reverse("results", args=[item.pk])).status_code == 200) == (
            item.pk in rounds and Result.objects.filter(round=item).exists()
        )

    seen = set(ResultLine.objects.detail_visible_to(user).values_list("team__code", flat=True))
    for line in ResultLine.objects.select_related("team", "result"):
        answered = client.get(line.get_absolute_url()).status_code
        assert (answered == 200) == (line.team.code in seen), line.team.code

    reports = set(models.ProgressReport.objects.visible_to(user).values_list("pk", flat=True))
    for report in models.ProgressReport.objects.filter(period__starts_on=date(2026, 10, 1)).select_related(
        "team", "period"
    ):
        assert (client.get(report.get_absolute_url()).status_code == 200) == (report.pk in reports), report

    events = AuditEvent.objects.visible_to(user).exists()
    assert (client.get(reverse("audit")).status_code == 200) == events


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_admin_site_shows_no_more(client, demo_today, people, role):
    user = person(role)
    client.force_login(user)
    address = reverse("admin:people_user_changelist")
    response = client.get(address)
    if role == "admin":
        shown = {row.pk for row in response.context["cl"].result_list}
        assert shown <= set(User.objects.visible_to(user).values_list("pk", flat=True))
        assert response.context["cl"].result_count == User.objects.visible_to(user).count()
    else:
        assert response.status_code in (302, 403)
        assert client.get(reverse("admin:people_user_change", args=[user.pk])).status_code in (302, 403)
        assert client.get(reverse("admin:autocomplete"), {"term": "某"}).status_code in (302, 403)


def test_no_model_of_the_assessment_hangs_in_the_admin_site():
    assert {model._meta.label for model in admin.site._registry if model._meta.app_label == "assessments"} == set()

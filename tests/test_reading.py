"""Who sees what: for each role and model, every door shows the same rows as the table says.

`visible_to` is compared with the table; lists and object pages are compared with `visible_to`.
"""

from datetime import date, datetime

import pytest
from django.contrib import admin
from django.urls import reverse

from assessments.checking.facts import own_seats
from assessments.models import (
    AdoptedPlan,
    AssessmentPlan,
    AssessmentRound,
    DraftMark,
    Figure,
    FigureSource,
    Indicator,
    MeasuredValue,
    Result,
    ResultLine,
    RoundStep,
    RoundTeam,
    Seat,
    SeatStep,
    SignedMark,
)
from assessments.states import SHOWN
from governance.clock import SHANGHAI
from governance.people.models import CalendarDay, County, Department, SignedIn, Township, User
from governance.records.models import AuditEvent, Notice
from governance.records.verbs import record
from teams import models
from teams.evidence.attachments import attach_evidence
from teams.meetings import models as loop
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.minutes import sign_minutes, submit_minutes, write_minutes
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.agenda.screen import move_screen
from teams.meetings.models import (
    Circular,
    CircularDraft,
    CircularLine,
    DismissedProposal,
    OrderAnswer,
    OrderEvidence,
    OrderVerdict,
    Problem,
    ProblemEvidence,
    ProblemStep,
    ProblemTask,
    ProblemTeam,
    SupervisionOrder,
)
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.problems.rectification import add_problem_task
from teams.meetings.requirements.answers import answer_clause
from teams.meetings.requirements.matching import match_clause
from teams.meetings.showcases.places import enter_field_place
from teams.meetings.showcases.showcases import copy_showcase
from teams.meetings.showcases.steps import Proof, confirm_step, propose_step
from tests.factories import MemberFactory, UserFactory, a_photo
from tests.story import round_in_preparation
from tests.teams.meetings.factories import an_analysed_problem, make_requirement, make_showcase
from tests.teams.meetings.sample_orders import issued

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
    models.PeriodDue: EVERYBODY,
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
OF_PROBLEMS = {
    Problem: "teams__team",
    ProblemTeam: "problem__teams__team",
    ProblemTask: "problem__teams__team",
    ProblemStep: "problem__teams__team",
    ProblemEvidence: "owner__teams__team",
}
OF_THE_CENTRE = (RoundStep, RoundTeam, MeasuredValue)


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
        return round_in_preparation(story)


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
    asked = [*people, of_its_team, "land", "data2"]
    assert who_sees(asked, to_the_bureau) == {"office", "leader", "data2", of_its_team}
    passed_on = models.HelpRequest.objects.get(owner__username="land")
    assert who_sees([*people, "land"], models.HelpRequest.objects.filter(pk=passed_on.pk)) == {
        "office",
        "leader",
        "land",
        f"head-{OTHER}",
    }


@pytest.fixture(scope="module")
def problems(story, people, django_db_blocker):
    """A resolved problem of the own team and one of the other, each with a task and a photo."""
    with django_db_blocker.unblock():
        moment = datetime(2026, 10, 26, 9, tzinfo=SHANGHAI)
        for code in (OWN, OTHER):
            team, office = story.teams[code], story.user("office")
            problem = an_analysed_problem(team, by=office, at=moment)
            add_problem_task(problem, team.tasks.filter(state="in_progress").first(), by=office, at=moment)
            attach_evidence(problem, a_photo(), by=office, at=moment)
        return Problem.objects.all()


@pytest.mark.parametrize("model", OF_PROBLEMS, ids=lambda model: model.__name__)
def test_problems_are_read_by_the_members_of_their_teams_the_office_and_leaders(people, story, problems, model):
    own, other = ({OF_PROBLEMS[model]: story.teams[code]} for code in (OWN, OTHER))
    assert who_sees(people, model.objects.filter(**own)) == PAPERS
    assert who_sees(people, model.objects.filter(**other)) == {"office", "leader", f"head-{OTHER}"}
    rest = model.objects.exclude(**own).exclude(**other)
    assert not rest.exists() or who_sees(people, rest) == {"office", "leader"}


@pytest.mark.parametrize("model", OF_THE_CENTRE, ids=lambda model: model.__name__)
def test_what_a_round_is_made_of_is_the_centres_alone(people, model):
    assert model.objects.exists()
    assert who_sees(people, model.objects.all()) == CENTRE


@pytest.mark.parametrize("model", [FigureSource, Figure], ids=lambda model: model.__name__)
def test_figures_are_the_centres_and_those_of_the_department_that_supplies_them(people, model):
    supplied = model.objects.exclude(department=None)
    if model is FigureSource:  # a department is asked once the round collects
        supplied = supplied.exclude(round__state="preparing")
    assert supplied.exists()
    for department in set(supplied.values_list("department", flat=True)):
        colleagues = User.objects.filter(department=department, username__in=people, is_active=True)
        readers = CENTRE | set(colleagues.values_list("username", flat=True))
        assert who_sees(people, supplied.filter(department=department)) == readers
    assert who_sees(people, model.objects.filter(department=None)) <= CENTRE


def test_a_sheet_is_its_judges_and_no_mark_is_the_centres_before_all_have_signed(people):
    with_judges = {*people, "judge1", "judge6"}
    assert DraftMark.objects.exists() and SignedMark.objects.exists()
    assert who_sees(with_judges, Seat.objects.filter(label="评委1")) == CENTRE | {"judge1"}
    assert who_sees(with_judges, SeatStep.objects.filter(seat__label="评委1")) == CENTRE | {"judge1"}
    assert who_sees(with_judges, SignedMark.objects.filter(seat__label="评委1")) == {"judge1"}
    assert who_sees(with_judges, DraftMark.objects.filter(seat__label="评委6")) == {"judge6"}


def test_rounds_and_results_are_everybodys_once_published_and_the_centres_before(people, unpublished):
    published = AssessmentRound.objects.filter(state__in=SHOWN)
    assert who_sees(people, published) == EVERYBODY
    assert who_sees(people, AssessmentRound.objects.exclude(state__in=SHOWN)) == CENTRE
    last = {result.round_id: result.pk for result in Result.objects.order_by("number")}
    standing = Result.objects.filter(round__in=published, pk__in=last.values())
    assert who_sees(people, standing) == EVERYBODY
    assert who_sees(people, ResultLine.objects.filter(result__in=standing)) == EVERYBODY
    scored_again = Result.objects.exclude(pk__in=last.values())
    assert scored_again.exists() and who_sees(people, scored_again) == CENTRE


def test_a_scorecard_is_its_teams_the_offices_the_leaders_and_the_centres(people, story):
    own = ResultLine.objects.filter(team=story.teams[OWN])
    found = {role for role in people if own.detail_visible_to(person(role)).exists()}
    assert found == PAPERS | CENTRE


def test_meetings_are_everybodys_and_their_papers_those_who_prepare_them(people, story):
    secretary, office = person("secretary"), person("office")
    begins = datetime(2026, 10, 20, 15, tzinfo=SHANGHAI)
    meeting = plan_meeting(
        action=story.action, kind="topic", starts_at=begins, chair=person("leader"), by=secretary, at=begins
    )
    move_screen(meeting, meeting.items.first(), by=office, at=begins)
    hold_meeting(meeting, by=secretary, at=begins)
    preparers = {"secretary", "office", "leader"}
    of_meeting = {"meeting": meeting}
    assert who_sees(people, loop.Meeting.objects.filter(pk=meeting.pk)) == EVERYBODY
    assert who_sees(people, loop.AgendaItem.objects.filter(**of_meeting)) == EVERYBODY
    for model in (loop.Attendance, loop.AttendanceSeat, loop.ScreenPlace, loop.PackIssue):
        assert who_sees(people, model.objects.filter(**of_meeting)) == preparers, model
    write_minutes(meeting, text="会议听取了汇报。", by=secretary, at=begins)
    submit_minutes(meeting, by=secretary, at=begins)
    assert who_sees(people, loop.PackIssue.objects.filter(**of_meeting)) == {"office", "leader"}
    sign_minutes(meeting, by=office, at=begins)
    assert who_sees(people, loop.MinutesIssue.objects.filter(**of_meeting)) == EVERYBODY


def test_bulletins_are_read_by_those_who_prepare_meetings(people):
    assert who_sees(people, loop.Bulletin.objects.all()) == {"secretary", "office", "leader"}


@pytest.fixture(scope="module")
def orders(people, story, django_db_blocker):
    """An order on the own team's task with all that follows, and a circular that names it."""
    with django_db_blocker.unblock():
        at = datetime(2026, 10, 26, 9, tzinfo=SHANGHAI)
        office, leader = story.user("office"), story.user("leader")
        order = issued(story.task(7), by=office, at=at)
        said = {"text": "在办", "files": a_photo("olive"), "by": story.user(f"head-{OWN}"), "at": at}
        judge_order(answer_order(order, **said), accepted=True, by=office, at=at)
        line = CircularLineText("named", order.team, "没有答复", order.pk)
        draft = draft_circular(story.action, title="通报", text="", lines=[line], by=office, at=at)
        sign_circular(draft, by=leader, at=at)
        DismissedProposal.objects.create(
            task=story.task(8), team=story.task(8).team, rung="red", since=at.date(), reason="x", by=office, at=at
        )
        return order


def test_an_order_is_read_by_its_team_the_office_the_leaders_and_the_department_that_leads_the_task(orders):
    lead = UserFactory(username="lead-of-7", department=orders.task.lead_department)
    for model, path in ((SupervisionOrder, "pk"), (OrderAnswer, "order"), (OrderVerdict, "answer__order")):
        rows = model.objects.filter(**{path: orders.pk})
        assert who_sees(ROLES, rows) == PAPERS, model
        assert rows.visible_to(lead).exists(), model
    files = OrderEvidence.objects.filter(owner=orders)
    assert who_sees(ROLES, files) == PAPERS
    assert not files.visible_to(lead).exists()


def test_circulars_are_everybodys_and_their_drafts_the_offices(orders):
    assert who_sees(ROLES, Circular.objects.all()) == EVERYBODY
    assert who_sees(ROLES, CircularLine.objects.all()) == EVERYBODY
    assert who_sees(ROLES, CircularDraft.objects.all()) == {"office", "leader"}
    assert who_sees(ROLES, DismissedProposal.objects.all()) == {"office", "leader"}


def test_a_plan_in_draft_is_the_centres(people):
    drafts = AssessmentPlan.objects.filter(state="draft")
    assert drafts.get().code == "yuanqu-2027" and who_sees(people, drafts) == CENTRE
    assert who_sees(people, AssessmentPlan.objects.exclude(state="draft")) == EVERYBODY


@pytest.fixture(scope="module")
def of_the_loop(people, story, django_db_blocker):
    """A requirement with an answer, a place, and a showcase of the own team whose first step is confirmed."""
    moment = datetime(2026, 10, 26, 9, tzinfo=SHANGHAI)
    with django_db_blocker.unblock():
        own, head, office = story.teams[OWN], person(f"head-{OWN}"), person("office")
        first, second = make_requirement(story.action, document="市治理办〔2026〕71号").clauses.all()
        match_clause(first, team=own, by=office, at=moment)
        match_clause(second, tasks=[story.task(7)], by=office, at=moment)
        answer_clause(first, own, text="已办", by=head, at=moment)
        place = {"month": date(2026, 9, 1), "field": "信访", "place": 1, "out_of": 13, "document": "1号"}
        enter_field_place(own, **place, by=office, at=moment)
        showcase = make_showcase(own, by=head, at=moment)
        attach_evidence(showcase, a_photo(), by=head, at=moment)
        copy_showcase(showcase, place="邻县", by=head, at=moment)
        proof = Proof(date(2026, 4, 18))
        confirm_step(
            propose_step(showcase, step="applied", proof=proof, by=head, at=moment), proof=proof, by=office, at=moment
        )
        return showcase


@pytest.mark.parametrize(
    "model",
    [loop.Requirement, loop.Clause, loop.ClauseTask, loop.ClauseAnswer, loop.FieldPlace],
    ids=lambda model: model.__name__,
)
def test_requirements_and_places_are_everybodys(people, of_the_loop, model):
    assert model.objects.exists()
    assert who_sees(people, model.objects.all()) == EVERYBODY


@pytest.mark.parametrize("far", [False, True], ids=["applied", "granted"])
def test_a_showcase_is_everybodys_once_it_is_far_enough(people, story, of_the_loop, far):
    if far:
        proof = Proof(date(2026, 7, 2), "provincial", "省农业农村厅", "41号")
        moment = datetime(2026, 10, 26, 10, tzinfo=SHANGHAI)
        step = propose_step(of_the_loop, step="granted", proof=proof, by=person(f"head-{OWN}"), at=moment)
        confirm_step(step, proof=proof, by=person("office"), at=moment)
    readers = EVERYBODY if far else PAPERS
    assert who_sees(people, loop.Showcase.objects.filter(pk=of_the_loop.pk)) == readers
    for model in (loop.ShowcaseStep, loop.ShowcaseCopy):
        assert who_sees(people, model.objects.filter(showcase=of_the_loop)) == readers
    assert who_sees(people, loop.ShowcaseEvidence.objects.filter(owner=of_the_loop)) == readers


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
    record("sign_in", None, by=person("office"), at=datetime(2026, 10, 26, 9, tzinfo=SHANGHAI))
    signed_in = AuditEvent.objects.filter(verb="sign_in")
    assert who_sees(people, signed_in) == AUDITOR | ADMIN
    assert who_sees(people, AuditEvent.objects.exclude(verb="sign_in")) == AUDITOR
    for role in EVERYBODY:
        moment = datetime(2026, 10, 26, 9, tzinfo=SHANGHAI)
        SignedIn.objects.create(user=person(role), session_key=role, since=moment, seen_at=moment)
    assert {role for role in people if SignedIn.objects.visible_to(person(role)).count() > 1} == ADMIN
    assert all(SignedIn.objects.visible_to(person(role)).filter(session_key=role).exists() for role in EVERYBODY)
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
    own = {seat.round_id for seat, _has_facts in own_seats(user)}
    page = links(client, reverse("assessment"))
    for item in AssessmentRound.objects.all():
        assert (item.title in page) == (item.pk in rounds | own), item
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

    events = AuditEvent.objects.may_be_read_by(user)
    assert (client.get(reverse("audit")).status_code == 200) == events


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_admin_site_shows_no_more(client, demo_today, people, role):
    user = person(role)
    client.force_login(user)
    response = client.get(reverse("people_list"))
    if role == "admin":
        shown = {row.pk for row in response.context["table"].data}
        assert shown <= set(User.objects.visible_to(user).values_list("pk", flat=True))
        assert response.context["page"].paginator.count == User.objects.visible_to(user).count()
    else:
        assert response.status_code in (302, 403)
        assert client.get(reverse("admin:people_user_change", args=[user.pk])).status_code in (302, 403)
        assert client.get(reverse("admin:autocomplete"), {"term": "某"}).status_code in (302, 403)
    guests = client.get(reverse("admin:meetings_meeting_guests"), {"term": "某"})
    assert guests.status_code == (200 if role == "secretary" else 403 if role == "admin" else 302)
    if role == "secretary":
        assert {key for guest in guests.json()["results"] for key in guest} == {"id", "name", "post", "unit"}


def test_no_model_of_the_assessment_hangs_in_the_admin_site():
    assert {model._meta.label for model in admin.site._registry if model._meta.app_label == "assessments"} == set()

"""Who reads which rows of the assessment: one table, before and after publication, superusers included."""

import pytest
from django.apps import apps
from django.contrib import admin

from assessments.figures.suppliers import countersign_figures
from assessments.figures.supplying import Line, ask_correction, confirm_figures, save_figures
from assessments.models import (
    Appeal,
    AssessmentPlan,
    FactQuestion,
    Figure,
    FigureSource,
    ResultLine,
    SeenCheck,
    SelfScore,
    VoteCount,
    VoterGroup,
    VoteSlip,
    VoteTally,
    VoteTallyLine,
    YearResult,
    YearStep,
)
from assessments.results.result_corrections import open_result_correction
from governance.people.roles import Role
from teams.evidence.attachments import attach_evidence
from teams.models import TeamDepartment
from tests.assessments.appeals import conftest as appeals
from tests.assessments.conftest import CHECKED, ENTERED, FILED, PUBLISHED, SCORED
from tests.assessments.years import Year
from tests.factories import DepartmentFactory, UserFactory, a_photo

pytestmark = pytest.mark.django_db

CENTRE, EVERYBODY, NOBODY = (
    {"centre"},
    {"centre", "office", "leader", "auditor", "superuser", "head", "stranger"},
    set(),
)

DETAIL = {"centre", "office", "leader", "head"}

READERS = {
    "assessmentplan": (EVERYBODY, EVERYBODY, EVERYBODY),
    "adoptedplan": (EVERYBODY, EVERYBODY, EVERYBODY),
    "indicator": (EVERYBODY, EVERYBODY, EVERYBODY),
    "assessmentround": (CENTRE, EVERYBODY, EVERYBODY),
    "roundstep": (CENTRE, CENTRE, CENTRE),
    "roundteam": (CENTRE, CENTRE, CENTRE),
    "figuresource": (CENTRE, CENTRE, CENTRE),
    "figure": (CENTRE, CENTRE, CENTRE),
    "figuredraft": (NOBODY, NOBODY, NOBODY),
    "figureconfirmation": (NOBODY, NOBODY, NOBODY),
    "figurecountersignature": (NOBODY, NOBODY, NOBODY),
    "figurecorrection": (NOBODY, NOBODY, NOBODY),
    "measuredvalue": (CENTRE, CENTRE, CENTRE),
    "leftout": (CENTRE, CENTRE, CENTRE),
    "seencheck": (CENTRE, CENTRE, CENTRE),
    "claim": (DETAIL, DETAIL, DETAIL),
    "claimstep": (DETAIL, DETAIL, DETAIL),
    "claimevidence": (DETAIL, DETAIL, DETAIL),
    "result": (CENTRE, EVERYBODY, EVERYBODY),
    "resultcorrection": (NOBODY, NOBODY, CENTRE),
    "resultcorrectionstep": (NOBODY, NOBODY, CENTRE),
    "resultline": (CENTRE, EVERYBODY, EVERYBODY),
    "publication": (NOBODY, NOBODY, EVERYBODY),
    "votergroup": (CENTRE, CENTRE, CENTRE),
    "voteslip": (NOBODY, NOBODY, NOBODY),
    "votecount": (NOBODY, NOBODY, NOBODY),
    "votetally": (CENTRE, CENTRE, CENTRE),
    "votetallyline": (CENTRE, CENTRE, CENTRE),
}
"""Model -> who reads its rows before, in and after public notice.

The centre enters the figures of this story; those of departments are asked below.
"""

OF_QUESTIONS = {"factquestion", "questionevidence", "rowdecision", "selfscore"}
"""Tables of the checking days, whose rows the story has not; asked below."""

OF_APPEALS = {"appeal", "appealdecision", "appealevidence"}
"""Tables of appeals, whose rows the story has not; asked below."""

OF_JUDGES = {"seat", "seatstep", "draftmark", "signedmark", "panelclosure", "moderation"}
"""Tables of a panel, which this round has not: asked in `tests/assessments/panel`."""

OF_YEARS = {"yearresult", "yearstep"}
"""Tables of a year, which begins where the round ends; asked below."""


@pytest.fixture
def people(story, centre, office, leader, auditor):
    """A person of each kind; the head's team is in the round, the stranger has no role."""

    def after_the_story():
        return {
            "centre": centre,
            "office": office,
            "leader": leader,
            "auditor": auditor,
            "superuser": UserFactory(is_superuser=True, is_staff=True),
            "head": story.heads[story.teams[0].code],
            "stranger": UserFactory(),
        }

    return after_the_story


def a_vote(story) -> None:
    """A group of voters with a slip, a counter and a tally, whatever the plan says."""
    group = VoterGroup.objects.create(round=story.round, code="villages", way="paper")
    about = {"indicator": story.indicator("T6"), "team": story.teams[0], "mark": "95"}
    VoteSlip.objects.create(group=group, code_hash="0" * 64)
    VoteCount.objects.create(group=group, **about)
    signed = {"by": story.centre, "at": SCORED}
    tally = VoteTally.objects.create(group=group, number=1, cast=1, **signed)
    VoteTallyLine.objects.create(tally=tally, count=1, **about, **signed)


def test_every_model_of_the_assessment_is_in_the_table():
    assert {
        model._meta.model_name for model in apps.get_app_config("assessments").get_models()
    } == READERS.keys() | OF_QUESTIONS | OF_APPEALS | OF_JUDGES | OF_YEARS


@pytest.mark.parametrize(("state", "when"), [("approved", 0), ("public_notice", 1), ("published", 2)])
def test_rows_are_read_by_whom_the_table_names(story, people, state, when):
    story.until("collecting")
    story.leave_out()
    story.until(state, begun=True)
    attach_evidence(story.file(story.teams[0], "P1", level="municipal"), a_photo(), by=story.office, at=FILED)
    a_vote(story)
    seen = {"kind": "jump", "rows": "[]", "note": "已核查", "by": story.centre2, "at": FILED}
    SeenCheck.objects.create(round=story.round, number=1, **seen)
    if state == "published":
        open_result_correction(story.round, reason="误录", document="1号", by=story.centre, at=PUBLISHED)
    everybody = people()
    assert set(everybody) == EVERYBODY
    for name, readers in READERS.items():
        rows = apps.get_model("assessments", name).objects
        found = {who for who, person in everybody.items() if rows.visible_to(person).exists()}
        assert found == readers[when], name


@pytest.mark.parametrize(("state", "readers"), [("approved", CENTRE), ("public_notice", DETAIL), ("published", DETAIL)])
def test_the_points_of_a_team_are_read_by_itself_the_office_and_the_leaders(story, people, state, readers):
    story.until(state)
    own = ResultLine.objects.filter(team=story.teams[0])
    found = {who for who, person in people().items() if own.detail_visible_to(person).exists()}
    assert found == readers
    others = ResultLine.objects.exclude(team=story.teams[0])
    assert not others.detail_visible_to(story.heads[story.teams[0].code]).exists()


def test_a_draft_of_a_plan_is_the_centres_alone(story, people):
    story.until("preparing")
    AssessmentPlan.objects.update(state="draft")
    assert {who for who, person in people().items() if AssessmentPlan.objects.visible_to(person).exists()} == CENTRE


def test_nobody_who_may_not_sign_in_reads_anything(story, centre):
    story.until("published")
    centre.is_active = False
    for name in READERS:
        rows = apps.get_model("assessments", name).objects
        fresh = type(centre)(pk=centre.pk, is_active=False)
        assert not rows.visible_to(fresh).exists(), name


def test_what_a_department_supplies_is_read_by_itself_and_once_confirmed_by_the_centre(story, people):
    """A stranger's department reads nothing of it, nor do the office, leaders, heads and superusers."""
    story.until("collecting")
    department, other = DepartmentFactory(), DepartmentFactory()
    everybody = people() | {"own": UserFactory(department=department), "other": UserFactory(department=other)}
    FigureSource.objects.filter(indicator__code="T6").update(department=department, by_centre=False)
    TeamDepartment.objects.filter(team=story.teams[0], part="lead").update(department=department)
    own = {"by": everybody["own"], "at": ENTERED}
    lines = {team.code: Line("none", document="1号", basis="表") for team in story.teams}
    save_figures(story.round, story.indicator("T6"), lines, document="", basis="", **own)
    confirm_figures(story.round, story.indicator("T6"), **own)
    figure = Figure.objects.get(source__team=story.teams[0])
    ask_correction(figure, value="none", reason="误填", **own)
    countersign_figures(story.round, reason="已核对", by=story.centre, at=ENTERED)
    readers = {
        "figuresource": {"own", "centre"},
        "figure": {"own", "centre"},
        "figuredraft": {"own"},
        "figureconfirmation": {"own", "centre"},
        "figurecorrection": {"own", "centre"},
        "figurecountersignature": {"centre"},
    }
    for name, expected in readers.items():
        rows = apps.get_model("assessments", name).objects
        assert {who for who, person in everybody.items() if rows.visible_to(person).exists()} == expected, name
        everybody["own"].is_active = False
        if "centre" not in expected:
            assert not rows.visible_to(everybody["own"]).exists()
        everybody["own"].is_active = True


def test_no_row_of_the_assessment_is_in_the_admin_site():
    assert not [model for model in admin.site._registry if model._meta.app_label == "assessments"]


def test_questions_are_read_by_the_team_office_leaders_and_centre_and_own_points_by_team_and_centre(story, people):
    story.until("checking")
    seat = story.round.teams.get(team=story.teams[0])
    indicator, head = story.indicator("T6"), story.heads[story.teams[0].code]
    asked = {"round": story.round, "team": seat.team, "indicator": indicator, "number": 1, "reason": "不符"}
    FactQuestion.objects.create(**asked, asked_by=head, asked_at=CHECKED)
    SelfScore.objects.create(round_team=seat, indicator=indicator, number=1, points=1, by=head, at=CHECKED)
    for model, readers in ((FactQuestion, DETAIL), (SelfScore, {"centre", "head"})):
        assert {who for who, person in people().items() if model.objects.visible_to(person).exists()} == readers, model


def test_appeals_are_read_by_the_team_office_leaders_and_centre(story, people):
    story.until("public_notice")
    appeals.dismiss(story, appeals.appeal(story, place=0, files=a_photo()))
    everybody = people()
    for name in sorted(OF_APPEALS):
        rows = apps.get_model("assessments", name).objects
        assert {who for who, person in everybody.items() if rows.visible_to(person).exists()} == DETAIL, name
    everybody["head"].memberships.update(left_on=everybody["head"].memberships.get().joined_on)
    former = type(everybody["head"])(pk=everybody["head"].pk)
    assert not Appeal.objects.visible_to(former).exists()


@pytest.mark.parametrize(
    ("state", "readers"),
    [("computed", CENTRE), ("approved", CENTRE), ("public_notice", EVERYBODY), ("published", EVERYBODY)],
)
def test_a_year_is_everybodys_from_its_notice_on_and_how_it_came_there_the_centres(story, people, state, readers):
    story.until("published")
    Year(story.action, "trial-2026-q3", story.centre, story.centre2).until(state)
    everybody = people()
    for rows in (YearResult.objects.all(), YearStep.objects.filter(state__in=("public_notice", "published"))):
        if rows.exists():
            assert {who for who, person in everybody.items() if rows.visible_to(person).exists()} == readers
    steps = YearStep.objects.filter(state__in=("computed", "approved"))
    assert {who for who, person in everybody.items() if steps.visible_to(person).exists()} == CENTRE
    everybody["centre"].is_active = False
    assert not YearResult.objects.visible_to(everybody["centre"]).exists()
    assert not YearStep.objects.visible_to(everybody["centre"]).exists()


def test_an_administrator_and_a_secretary_read_no_unpublished_row(story):
    story.until("approved")
    for role in (Role.ADMINISTRATOR, Role.MEETING_SECRETARY):
        person = UserFactory(roles=[role], is_staff=True)
        for name, (readers, *_later) in READERS.items():
            rows = apps.get_model("assessments", name).objects
            assert rows.visible_to(person).exists() == (readers == EVERYBODY), name

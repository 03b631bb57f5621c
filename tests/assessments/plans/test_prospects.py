"""Plans that no round can finish are told at adoption and at opening, and confirmed by who knows it."""

from datetime import date

import pytest
from django.urls import reverse

from assessments.console.console import RoundConsole
from assessments.figures.entry import Entry
from assessments.models import AdoptedPlan, AssessmentRound
from assessments.plans.plans import adopt_plan, save_draft
from assessments.plans.prospects import CannotFinish
from assessments.results import scoring
from assessments.rounds.rounds import open_round
from governance.records.models import AuditEvent
from governance.records.refusals import WrongState
from tests.assessments import work
from tests.assessments.conftest import ENTERED, FROZEN, OPENED, SCORED, TRIAL

pytestmark = pytest.mark.django_db

JUDGED = TRIAL.read_text().replace(
    """source = "data"
department = "special office"
method = { name = "tier", tiers = { complete = 10, partial = 5, none = 0 } }""",
    """source = "panel"
method = { %s }""",
)
WAITING = TRIAL.read_text().replace('when_missing = "redistribute"   # no task fell due\n', "")
NEVER = TRIAL.read_text().replace('when_not_applicable = "average"', 'when_not_applicable = "pending"')
"""Judges or voters; a rate that waits where nothing fell due; an indicator that does not apply."""


@pytest.fixture
def idle(story):
    """Teams, the second of which had no task due in the quarter."""
    story.form_teams(2)
    team = story.teams[1]
    for task in team.tasks.all():
        work.move(task, at=work.evening(date(2026, 8, 31)), due_on=date(2026, 12, 31))
    return team


def drafted(story, text):
    return save_draft(text.encode(), by=story.centre, at=OPENED)


@pytest.mark.parametrize(("text", "code"), [(WAITING, "T1"), (NEVER, "T7")])
def test_it_is_adopted_only_by_who_confirms_and_the_record_names_what_blocks(story, idle, text, code):
    plan = drafted(story, text)
    with pytest.raises(CannotFinish) as refused:
        adopt_plan(plan, by=story.centre2, at=FROZEN)
    assert [lack.indicator.code for lack in refused.value.lacks] == [code]
    assert set(refused.value.fields) == {"confirmed"}
    assert not AdoptedPlan.objects.exists()
    adopt_plan(plan, by=story.centre2, at=FROZEN, confirmed=True)
    assert f'"known_to_block":["{code}"]' in AuditEvent.objects.get(verb="adopt_plan").change


PANEL = JUDGED % 'name = "panel", scale = 100'
VOTE = JUDGED % 'name = "vote", groups = { members = 100 }'


@pytest.mark.parametrize("text", [TRIAL.read_text(), PANEL, VOTE], ids=["data", "panel", "vote"])
def test_a_plan_that_rounds_can_finish_asks_nothing(story, idle, text):
    assert adopt_plan(drafted(story, text), by=story.centre2, at=FROZEN).rules


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_adoption_names_indicator_team_and_consequence_and_asks_for_a_tick(story, idle, client, language):
    plan = drafted(story, WAITING)
    client.cookies["vanguard_language"] = language
    client.force_login(story.centre2)
    url = reverse("plan_adopt", args=[plan.code, plan.number])
    page = client.get(url).content.decode()
    assert "T1" in page and idle.short_name in page and 'name="confirmed"' in page
    assert ("cannot be approved without it" if language == "en" else "否则考核周期不能批准") in page
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"confirmed": "on"}).status_code == 302
    assert AdoptedPlan.objects.exists()


def opening(story, client, **also):
    data = {
        "kind": "quarter",
        "title": "第三季度",
        "starts_on": "2026-07-01",
        "ends_on": "2026-09-30",
        "cut_off_at": "2026-10-16T00:00",
        **{f"class-{team.code}": "A" for team in story.teams},
    }
    return client.post(f"{reverse('round_new')}?plan={story.plan.pk}", data | also)


def test_the_page_of_opening_warns_and_asks_for_a_tick(story, idle, client, monkeypatch):
    story.plan = adopt_plan(drafted(story, WAITING), by=story.centre2, at=FROZEN, confirmed=True)
    monkeypatch.setattr("assessments.views.round.now", lambda: FROZEN)
    client.cookies["vanguard_language"] = "en"
    client.force_login(story.centre)
    answer = opening(story, client)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "cannot be approved without it" in page and idle.short_name in page and 'name="confirmed"' in page
    assert not AssessmentRound.objects.exists()
    assert opening(story, client, confirmed="on").status_code == 302
    assert '"known_to_block":["T1"]' in AuditEvent.objects.get(verb="open_round").change


def test_an_indicator_of_other_rounds_blocks_nothing(story, idle):
    text = WAITING.replace("[[classes]]", '[[year.parts]]\nkind = "month"\nweight = 1\n[[classes]]', 1)
    text = text.replace('measure = "task_completion_rate"\n', 'measure = "task_completion_rate"\nrounds = ["month"]\n')
    story.plan = adopt_plan(drafted(story, text), by=story.centre2, at=FROZEN, confirmed=True)
    assert story.open().kind == "quarter"


def test_the_console_says_what_is_missing_and_that_nobody_can_enter_it(story, idle, client):
    story.plan = adopt_plan(drafted(story, WAITING), by=story.centre2, at=FROZEN, confirmed=True)
    classes = {team.code: "A" for team in story.teams}
    story.round = _opened(story, classes)
    story.name_the_centre()
    story.freeze()
    story.enter_all()
    story.enter_none()
    story.round.refresh_from_db()
    console = RoundConsole(story.round, story.centre, at=ENTERED)
    progress = {row.code: row for row in console.progress}
    assert progress["T1"].lacking == progress["T3"].lacking == [idle.short_name]
    assert [idle.short_name in str(sentence) for sentence in console.next_step.remarks][:1] == [True]
    story.close()
    story.score()
    story.round.refresh_from_db()
    step = RoundConsole(story.round, story.centre2, at=SCORED).next_step
    assert [idle.short_name in str(wait.words) for wait in step.waits] == [True]
    with pytest.raises(WrongState, match="T1"):
        scoring.approve_round(story.round, document="1号", by=story.centre2, at=SCORED)
    client.cookies["vanguard_language"] = "en"
    client.force_login(story.centre2)
    page = client.get(story.round.get_absolute_url()).content.decode()
    assert f"has no value for {idle.short_name}. Return to entering it, or leave it out." in page
    assert reverse("round_approve", args=[story.round.pk]) not in page
    assert reverse("round_left_out", args=[story.round.pk]) in page


def test_the_console_counts_as_missing_what_the_score_finds_missing(story):
    """An own target that is not there is missing although there is a value."""
    story.until("collecting")
    team = story.teams[0]
    story.enter("T7", {team.code: Entry("12", "")})
    row = next(row for row in RoundConsole(story.round, story.centre, at=ENTERED).progress if row.code == "T7")
    assert any(team.short_name in name and name != team.short_name for name in row.lacking)
    assert (row.there, row.of) == (0, 3), "the young team does not have the indicator"


def _opened(story, classes):
    return open_round(
        action=story.action,
        plan=story.plan,
        kind="quarter",
        title="第三季度",
        starts_on=work.FIRST,
        ends_on=work.LAST,
        cut_off_at=work.CUT_OFF,
        classes=classes,
        by=story.centre,
        at=OPENED,
        confirmed=True,
    )

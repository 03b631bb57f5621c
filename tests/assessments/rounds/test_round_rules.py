"""What a round refuses, and what it keeps: opening, freezing, entering, scoring, stepping back."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from assessments.claims import claims
from assessments.figures.entry import Entry
from assessments.models import AssessmentRound, Claim, Figure, FigureSource, MeasuredValue, Result, RoundStep
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results import scoring
from assessments.results.verification import verify_result
from assessments.rounds import round_states, rounds
from assessments.rounds.freezing import freeze_measures, hindrances
from governance.clock import at_time
from governance.records.integrity.guards import remove_triggers
from governance.records.refusals import Invalid, Stale, WrongState
from teams.models import CoreFigure, ReportingPeriod
from tests.assessments import work
from tests.assessments.conftest import APPROVED, ENTERED, FROZEN, OPENED, PUBLISHED, SCORED, TRIAL
from tests.assessments.results.test_verification import tamper
from tests.factories import DepartmentFactory, TeamFactory, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def convened(story):
    """Teams and an adopted plan, and how a round is opened with other facts."""
    story.form_teams()
    story.adopt()

    def call(**also):
        facts = {
            "action": story.action,
            "plan": story.plan,
            "kind": "quarter",
            "title": "第三季度",
            "starts_on": work.FIRST,
            "ends_on": work.LAST,
            "cut_off_at": work.CUT_OFF,
            "classes": {team.code: "A" for team in story.teams},
            "by": story.centre,
            "at": OPENED,
        }
        return rounds.open_round(**facts | also)

    return call


# Opening -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_on": date(2026, 6, 30)}, "ends_on"),
        ({"cut_off_at": at_time(work.LAST, 23)}, "cut_off_at"),
        ({"kind": "month"}, "kind"),
        ({"at": at_time(date(2026, 6, 30), 12)}, "starts_on"),
        ({"title": ""}, "title"),
    ],
)
def test_a_round_that_cannot_be_is_refused_beside_the_field(convened, facts, field):
    with pytest.raises(Invalid) as refused:
        convened(**facts)
    assert field in refused.value.fields


def test_every_team_of_the_round_has_a_class_that_the_plan_knows(convened, story):
    first, *others = story.teams
    for classes in ({team.code: "A" for team in others}, {team.code: "C" for team in story.teams}):
        with pytest.raises(Invalid) as refused:
            convened(classes=classes)
        assert f"class-{first.code}" in refused.value.fields


def test_only_teams_that_existed_on_the_last_day_are_in(convened, story, action):
    """The day of closing is a day of existence; a team closed in the middle of the round is not active in it."""
    TeamFactory(action=action, established_on=date(2026, 10, 1))
    TeamFactory(action=action, closed_on=work.LAST - timedelta(days=1))
    last_day = TeamFactory(action=action, established_on=work.LAST)
    closing_day = TeamFactory(action=action, closed_on=work.LAST)
    inside = [*story.teams, last_day, closing_day]
    round = convened(classes={team.code: "A" for team in inside})
    assert {seat.team for seat in round.teams.select_related("team")} == set(inside)
    assert round.teams.get(team=last_day).age_days == 0
    assert round.teams.get(team=story.teams[0]).age_days == 213


def test_the_same_round_is_not_opened_twice(convened):
    convened()
    with pytest.raises(Invalid):
        convened()


def test_a_second_round_of_the_same_title_kind_and_days_is_asked_about(convened, story):
    first = convened()
    newer = save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED, reason="修订")
    other = {"plan": adopt_plan(newer, by=story.centre2, at=OPENED)}
    with pytest.raises(Invalid) as refused:
        convened(**other)
    assert list(refused.value.fields) == ["again"]
    assert "第三季度" in str(refused.value.fields["again"])
    assert convened(**other, title="第三季度复核").pk > first.pk


def test_it_is_opened_where_another_one_is_meant(convened, story):
    first = convened()
    newer = save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED, reason="修订")
    second = convened(plan=adopt_plan(newer, by=story.centre2, at=OPENED), again=True)
    assert (second.title, second.starts_on) == (first.title, first.starts_on)


def test_the_page_asks_before_it_opens_a_second_round(convened, story, client):
    convened()
    newer = adopt_plan(
        save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED, reason="修订"), by=story.centre2, at=OPENED
    )
    client.force_login(story.centre)
    address = f"{reverse('round_new')}?plan={newer.pk}"
    sent = {
        "title": "第三季度",
        "kind": "quarter",
        "starts_on": "2026-07-01",
        "ends_on": "2026-09-30",
        "cut_off_at": "2026-10-16T00:00",
        **{f"class-{team.code}": "A" for team in story.teams},
    }
    assert 'name="again"' not in client.get(address).content.decode()
    asked = client.post(address, sent)
    assert asked.status_code == 422
    assert 'name="again"' in asked.content.decode()
    assert client.post(address, sent | {"again": "on"}).status_code == 302
    assert AssessmentRound.objects.filter(title="第三季度").count() == 2


def test_who_supplies_a_figure_is_the_department_of_the_plan_or_of_the_core_figure(convened, story):
    office = DepartmentFactory(name="special office")
    bureau = DepartmentFactory()
    CoreFigure.objects.create(team=story.teams[0], name="村数", unit="个", target=30, department=bureau)
    round = convened()
    found = {
        (source.indicator.code, source.team): source.department
        for source in FigureSource.objects.filter(round=round).select_related("indicator", "team", "department")
    }
    assert found["T6", story.teams[1]] == office
    assert found["T7", story.teams[0]] == bureau
    assert found["T7", story.teams[1]] is None


def test_a_team_founded_since_is_taken_in_when_the_round_is_changed(story, action):
    round = story.until("preparing")
    late = TeamFactory(action=action, established_on=date(2026, 9, 30))
    assert any(late.name in str(sentence) for sentence in hindrances(round, at=FROZEN))
    classes = {team.code: "A" for team in [*story.teams, late]}
    facts = {"cut_off_at": work.CUT_OFF, "classes": classes, "by": story.centre, "at": OPENED, "seen": round.version}
    rounds.amend_round(round, title="改名", **facts)
    assert round.teams.filter(team=late, team_class="A").exists()
    assert hindrances(round, at=FROZEN) == []
    with pytest.raises(Stale):
        rounds.amend_round(
            round,
            title="再改",
            cut_off_at=work.CUT_OFF,
            classes=classes,
            by=story.centre,
            at=OPENED,
            seen=round.version,
        )


def test_a_team_closed_in_the_middle_of_a_round_leaves_it_before_the_freeze(story):
    """It was not active: it existed before the last day, not on it (docs/rules.md#rounds)."""
    round = story.until("preparing")
    gone = story.teams[1]
    type(gone).objects.filter(pk=gone.pk).update(closed_on=work.LAST - timedelta(days=1))
    assert any(gone.name in str(sentence) for sentence in hindrances(round, at=FROZEN))
    with pytest.raises(WrongState, match=gone.name):
        story.freeze()
    classes = {team.code: "A" for team in story.teams if team != gone}
    rounds.amend_round(
        round, title="改", cut_off_at=work.CUT_OFF, classes=classes, by=story.centre, at=OPENED, seen=round.version
    )
    assert set(round.teams.active().values_list("team", flat=True)) == {team.pk for team in story.teams if team != gone}
    story.freeze()
    assert not MeasuredValue.objects.filter(round_team__team=gone).exists()
    assert story.event(gone, "P1", level="municipal").round is None
    story.enter_none()
    story.close()
    result = story.score()
    assert gone.pk not in set(result.lines.values_list("team", flat=True))
    assert verify_result(result) == []


def test_what_was_measured_and_entered_for_a_team_that_left_stays_and_does_not_count(story):
    round = story.until("collecting")
    story.enter_all()
    gone = story.teams[0]
    round_states.step_back(round, reason="专班撤销", by=story.centre, at=ENTERED)
    type(gone).objects.filter(pk=gone.pk).update(closed_on=work.LAST - timedelta(days=1))
    classes = {team.code: "AB"[place % 2] for place, team in enumerate(story.teams) if team != gone}
    rounds.amend_round(round, title="改", cut_off_at=work.CUT_OFF, classes=classes, by=story.centre, at=ENTERED)
    freeze_measures(round, by=story.centre, at=ENTERED)
    story.close()
    result = story.score()
    assert gone.pk not in set(result.lines.values_list("team", flat=True))
    assert MeasuredValue.objects.filter(round_team__team=gone).exists()
    assert Figure.objects.filter(source__team=gone).exists()
    assert verify_result(result) == []


def test_a_team_closed_on_the_last_day_stays_in_the_round(story):
    round = story.until("preparing")
    type(story.teams[1]).objects.filter(pk=story.teams[1].pk).update(closed_on=work.LAST)
    assert hindrances(round, at=FROZEN) == []


# Freezing ----------------------------------------------------------------------------------------------------------
def test_measures_are_not_frozen_before_the_cut_off(story):
    round = story.until("preparing")
    with pytest.raises(WrongState):
        freeze_measures(round, by=story.centre, at=work.CUT_OFF - timedelta(seconds=1))


@pytest.mark.parametrize("closed_at", [None, work.CUT_OFF])
def test_measures_are_frozen_only_when_all_periods_were_closed_before_the_cut_off(story, closed_at):
    round = story.until("preparing")
    ReportingPeriod.objects.filter(ends_on=work.LAST).update(closed_at=closed_at)
    with pytest.raises(WrongState):
        freeze_measures(round, by=story.centre, at=FROZEN)


def test_frozen_values_stay_when_the_work_goes_on(story):
    round = story.until("collecting")
    before = list(MeasuredValue.objects.values_list("pk", "numerator", "denominator", "rows"))
    make_task(team=story.teams[0], due_on=date(2026, 9, 1), at=FROZEN)
    assert list(MeasuredValue.objects.values_list("pk", "numerator", "denominator", "rows")) == before
    round_states.step_back(round, reason="截止时间有误", by=story.centre, at=ENTERED)
    freeze_measures(round, by=story.centre, at=ENTERED)
    assert MeasuredValue.objects.filter(number=1).count() == MeasuredValue.objects.filter(number=2).count() == 20


# Entering ----------------------------------------------------------------------------------------------------------
def test_a_correction_is_the_next_number_and_what_does_not_differ_writes_nothing(story):
    story.until("collecting")
    first, second = story.teams[:2]
    story.enter("T6", {first.code: Entry("complete"), second.code: Entry("")})
    story.enter("T6", {first.code: Entry("complete"), second.code: Entry("none")})
    story.enter("T6", {first.code: Entry("partial")}, document="2号")
    kept = Figure.objects.order_by("pk").values_list("source__team__code", "number", "value", "document")
    assert [row[:3] for row in kept] == [
        (first.code, 1, "complete"),
        (second.code, 1, "none"),
        (first.code, 2, "partial"),
    ]


@pytest.mark.parametrize(
    ("code", "entry", "field"),
    [
        ("T6", Entry("splendid"), "value"),
        ("T7", Entry("1,200", "24"), "value"),
        ("T7", Entry("NaN", "24"), "value"),
        ("T7", Entry("-3", "24"), "value"),
        ("T6", Entry("none", no_figure=True), "value"),
        ("T7", Entry("12", "-3"), "target"),
        ("T7", Entry("12", "1.23456"), "target"),
        ("T7", Entry("12", "123456789012"), "target"),
    ],
)
def test_what_cannot_be_read_is_named_beside_the_team(story, code, entry, field):
    story.until("collecting")
    team = story.teams[0]
    with pytest.raises(Invalid) as refused:
        story.enter(code, {team.code: entry})
    assert set(refused.value.fields) == {f"{field}-{team.code}"}
    assert not Figure.objects.exists()


@pytest.mark.parametrize("missing", ["document", "basis"])
def test_a_figure_has_a_document_and_a_basis(story, missing):
    story.until("collecting")
    with pytest.raises(Invalid) as refused:
        story.enter("T6", {story.teams[0].code: Entry("none")}, **{missing: " "})
    assert set(refused.value.fields) == {missing}


@pytest.mark.parametrize(
    ("value", "target", "asked"),
    [("47", "24", ""), ("9500", "24", "396 times"), ("48", "24", "2 times")],
)
def test_a_figure_that_is_hard_to_believe_is_asked_and_kept_as_said_to_be_right(story, value, target, asked):
    story.until("collecting")
    code = story.teams[0].code
    if asked:
        with translation.override("en"), pytest.raises(Invalid) as refusal:
            story.enter("T7", {code: Entry(value, target)})
        with translation.override("en"):
            assert asked in str(refusal.value.fields[f"confirm-{code}"])
        with pytest.raises(Invalid):
            story.enter("T7", {code: Entry(value, target, confirmed="1")})
    [figure] = story.enter("T7", {code: Entry(value, target, confirmed=value)})
    assert figure.confirmed is (True if asked else None)


def test_somebody_elses_newer_figure_is_not_overwritten(story):
    story.until("collecting")
    code = story.teams[0].code
    story.enter("T6", {code: Entry("partial")}, seen={code: 0})
    with pytest.raises(Stale) as refused:
        story.enter("T6", {code: Entry("none")}, seen={code: 0})
    assert [(change.theirs, change.yours) for change in refused.value.changes] == [("partial", "none")]


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"code": "P1", "level": "galactic"}, "level"),
        ({"code": "T1", "level": "county"}, "counts_as"),
        ({"veto": "unknown"}, "counts_as"),
        ({"code": "P1", "level": "municipal", "matter": " "}, "matter"),
        ({"code": "P1", "level": "municipal", "document": ""}, "document"),
        ({"code": "P1", "level": "municipal", "basis": ""}, "basis"),
    ],
)
def test_an_event_that_cannot_be_is_refused_beside_the_field(story, event, field):
    story.until("collecting")
    with pytest.raises(Invalid) as refused:
        story.event(story.teams[0], **event)
    assert field in refused.value.fields


def test_a_claim_of_a_team_outside_the_round_waits_for_another(story, action):
    story.until("collecting")
    assert story.event(TeamFactory(action=action), "P1", level="municipal").round is None


def test_a_withdrawn_claim_never_counts_and_stays_on_record(story):
    round = story.until("collecting")
    story.enter_all()
    claim = Claim.objects.get(indicator__code="P1")
    claims.withdraw_claim(claim, reason="文号有误", by=story.centre, at=ENTERED)
    story.close()
    line = story.score().lines.get(team=story.teams[0])
    assert line.bonus == 0
    assert round.claims.get(pk=claim.pk).steps.last().reason == "文号有误"


def test_a_veto_bars_the_top_grade_and_its_basis_is_kept(story):
    story.until("collecting")
    story.enter_all()
    story.event(story.teams[0], veto="false-data", matter="虚假销号")
    story.close()
    body = json.loads(story.score().body)
    assert body["facts"]["vetoes"]["false-data"][story.teams[0].code][0]["matter"] == "虚假销号"


@pytest.mark.parametrize("state", ["preparing", "checking", "scoring", "public_notice", "published"])
def test_nothing_is_entered_but_while_the_round_collects(story, state):
    story.until(state)
    with pytest.raises(WrongState):
        story.enter("T6", {story.teams[0].code: Entry("none")})
    assert story.file(story.teams[0], "P1", level="municipal", at=PUBLISHED).round is None
    for claim in story.round.claims.all():
        with pytest.raises(WrongState):
            claims.withdraw_claim(claim, reason="误报", by=story.centre2, at=PUBLISHED)


# Scoring -----------------------------------------------------------------------------------------------------------
def test_a_matter_paid_in_an_earlier_round_brings_the_difference(story):
    """A matter pays once in a plan's year; at a higher level later, only the difference (docs/rules.md#methods)."""
    story.until("published")
    story.open(starts_on=work.FIRST + timedelta(days=1))
    story.freeze()
    story.enter_all()
    later = PUBLISHED + timedelta(days=1)
    story.event(story.teams[0], "P1", level="national", matter="股份制 试点", filed_at=later, at=later)
    story.close()
    result = scoring.score_round(story.round, by=story.centre, at=later)
    events = json.loads(result.body)["facts"]["events"]["P1"][story.teams[0].code]
    assert [(event["level"], event["paid"]) for event in events] == [
        ("provincial", "provincial"),
        ("national", "provincial"),
    ]
    assert result.lines.get(team=story.teams[0]).bonus == Decimal(1)
    assert verify_result(result) == []


def test_a_round_that_waits_for_a_value_is_not_approved(story):
    round = story.until("collecting")
    story.enter_none()
    story.close()
    story.score()
    result = Result.objects.get()
    assert set(scoring.pending_indicators(result)) == {"T6", "T7"}
    with pytest.raises(WrongState, match="T6"):
        story.approve()
    for _state in ("checking", "collecting"):
        round_states.step_back(round, reason="补录", by=story.centre, at=APPROVED)
    story.enter_all()
    story.close()
    story.score()
    assert Result.objects.count() == 2
    story.approve()


def test_steps_back_need_a_reason_and_take_an_approval_back(story):
    round = story.until("approved")
    with pytest.raises(Invalid):
        round_states.step_back(round, reason=" ", by=story.centre, at=APPROVED)
    for state in ("scoring", "checking", "collecting", "preparing"):
        assert round_states.step_back(round, reason="复核", by=story.centre, at=APPROVED).state == state
    round.refresh_from_db()
    assert (round.approval, round.approved_by, round.frozen_at) == ("", None, None)
    assert RoundStep.objects.exclude(reason="").count() == 4
    with pytest.raises(WrongState):
        round_states.step_back(round, reason="复核", by=story.centre, at=APPROVED)


def test_a_published_round_goes_nowhere(story):
    round = story.until("published")
    with pytest.raises(WrongState):
        round_states.step_back(round, reason="复核", by=story.centre, at=APPROVED)


@pytest.mark.parametrize("verb", ["freeze", "check", "begin", "score", "approve", "notice", "publish"])
def test_each_step_is_taken_once(story, verb):
    story.until("published")
    with pytest.raises(WrongState):
        getattr(story, verb)()


def test_a_result_that_does_not_verify_is_not_published(story):
    story.until("approved")
    remove_triggers()
    tamper(Figure.objects.last(), value="99")
    with pytest.raises(WrongState):
        story.publish()
    story.round.refresh_from_db()
    assert story.round.state == "approved"


def test_a_new_version_of_the_plan_touches_no_round_of_the_old_one(story):
    round = story.until("collecting")
    story.enter_all()
    changed = TRIAL.read_text().replace("Late reports", "Reports too late").encode()
    adopt_plan(save_draft(changed, reason="统一口径", by=story.centre, at=SCORED), by=story.centre2, at=SCORED)
    story.close()
    result = story.score()
    assert round.plan.plan.number == 1
    assert verify_result(result) == []
    assert "Reports too late" not in result.body

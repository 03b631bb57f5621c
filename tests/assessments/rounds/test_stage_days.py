"""Until when a stage lasts: 18:00 of its last working day, counted from the day after, holidays left out."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils.translation import override

from assessments.models import AssessmentRound
from assessments.notices import AssessmentNotice
from assessments.results import moves, scoring
from assessments.results.readiness import waiting
from assessments.rounds.round_states import step_back
from assessments.rounds.stage_days import StageDays
from assessments.states import RoundState
from governance.clock import at_time
from governance.people.models import CalendarDay
from governance.records.models import Notice
from governance.records.refusals import WrongState
from teams.debts.reminders import send_reminders
from tests.assessments.conftest import CHECKED, NOTICED, PUBLISHED, SCORED, TRIAL

pytestmark = pytest.mark.django_db

CHECKING, NOTICE = RoundState.CHECKING, RoundState.PUBLIC_NOTICE


def days(story) -> StageDays:
    return StageDays(AssessmentRound.objects.get(pk=story.round.pk))


def test_checking_ends_at_six_in_the_evening_of_its_second_working_day(story):
    """It begins on Saturday the 17th; Monday and Tuesday are its working days."""
    story.until("checking")
    assert days(story).end(CHECKING) == at_time(date(2026, 10, 20), 18)


def test_a_holiday_moves_the_end_and_a_worked_weekend_brings_it_forward(story):
    story.until("checking")
    CalendarDay.objects.create(on=date(2026, 10, 19), works=False)
    assert days(story).end(CHECKING) == at_time(date(2026, 10, 21), 18)
    CalendarDay.objects.create(on=date(2026, 10, 18), works=True)
    assert days(story).end(CHECKING) == at_time(date(2026, 10, 20), 18)


def test_public_notice_lasts_five_working_days(story):
    story.until("public_notice")
    assert days(story).end(NOTICE) == at_time(date(2026, 10, 29), 18)


def test_collecting_ends_some_working_days_after_the_last_day_and_not_before_the_cut_off(story):
    """The last day is 30 September; without a calendar five working days end on 7 October, the cut-off is later."""
    round = story.until("collecting")
    assert days(story).end(RoundState.COLLECTING) == round.cut_off_at
    AssessmentRound.objects.filter(pk=round.pk).update(cut_off_at=at_time(date(2026, 10, 1), 18))
    assert days(story).end(RoundState.COLLECTING) == at_time(date(2026, 10, 7), 18)


def test_stages_without_days_have_no_end(story):
    story.until("published")
    for state in (RoundState.SCORING, RoundState.APPROVED, RoundState.PUBLISHED):
        assert days(story).end(state) is None


def test_a_plan_names_its_own_days(story, monkeypatch, tmp_path):
    text = TRIAL.read_text().replace("publicity_days = 5", "publicity_days = 7\nchecking_days = 3\nfigures_days = 20")
    own = tmp_path / "own.toml"
    own.write_text(text)
    monkeypatch.setattr("tests.assessments.conftest.TRIAL", own)
    story.until("checking")
    assert days(story).end(CHECKING) == at_time(date(2026, 10, 21), 18)
    assert days(story).end(RoundState.COLLECTING) == at_time(date(2026, 10, 28), 18)


@pytest.mark.parametrize(("minute", "is_over"), [(0, False), (1, True)])
def test_nothing_moves_on_before_the_last_minute(story, minute, is_over):
    story.until("checking")
    at = at_time(date(2026, 10, 20), 18, minute)
    assert (waiting(story.round, to=RoundState.SCORING, at=at) == []) is is_over
    if is_over:
        assert moves.begin_scoring(story.round, by=story.centre, at=at).state == RoundState.SCORING
        return
    with override("en"), pytest.raises(WrongState, match="20 October 2026 18:00"):
        moves.begin_scoring(story.round, by=story.centre, at=at)


def test_publishing_waits_for_the_end_of_the_notice(story):
    story.until("public_notice")
    with override("en"), pytest.raises(WrongState, match="notice lasts until 29 October 2026 18:00"):
        scoring.publish_round(story.round, by=story.centre, at=at_time(date(2026, 10, 29), 18))
    assert story.publish().result.round == story.round


def test_a_stage_to_which_a_round_goes_back_runs_on_and_one_before_it_runs_anew(story):
    story.until("scoring")
    step_back(story.round, reason="复核", by=story.centre, at=SCORED)
    assert days(story).begun(CHECKING) == CHECKED
    step_back(story.round, reason="复核", by=story.centre, at=SCORED)
    assert days(story).begun(CHECKING) is None
    moves.begin_checking(story.round, by=story.centre, at=SCORED)
    assert days(story).begun(CHECKING) == SCORED


def test_out_of_notice_a_full_notice_follows_again(story):
    story.until("public_notice")
    step_back(story.round, reason="更正", by=story.centre2, at=PUBLISHED)
    assert days(story).begun(NOTICE) is None
    scoring.approve_round(story.round, document="2号", by=story.centre2, at=PUBLISHED)
    moves.post_notice(story.round, by=story.centre, at=PUBLISHED)
    with pytest.raises(WrongState):
        scoring.publish_round(story.round, by=story.centre, at=PUBLISHED)
    assert days(story).end(NOTICE) == at_time(date(2026, 11, 6), 18)


def test_the_centre_is_reminded_of_a_stage_that_is_over_once_a_step(story):
    story.until("public_notice")
    late = Notice.objects.filter(kind=AssessmentNotice.ROUND_LATE)
    send_reminders(story.action, by=None, at=at_time(date(2026, 10, 29), 17))
    assert not late.exists()
    for day in (PUBLISHED, PUBLISHED, PUBLISHED + timedelta(days=1)):
        send_reminders(story.action, by=None, at=day)
    assert {notice.to for notice in late} == {story.centre, story.centre2}
    assert late.count() == 2
    assert late.first().facts == {"round": story.round.title, "stage": "public_notice", "until": "2026-10-29"}
    story.publish()
    send_reminders(story.action, by=None, at=PUBLISHED + timedelta(days=9))
    assert late.count() == 2


def test_the_command_reminds_of_a_late_round(story, capsys, settings):
    story.until("checking")
    settings.DEMO_TODAY = date(2026, 10, 22)
    call_command("remind", "--no-mail")
    assert Notice.objects.filter(kind=AssessmentNotice.ROUND_LATE).count() == 2


def test_notice_is_told_to_the_heads(story):
    story.until("public_notice")
    told = Notice.objects.filter(kind=AssessmentNotice.RESULT_IN_NOTICE)
    assert {notice.to for notice in told} == set(story.heads.values())
    assert {notice.at for notice in told} == {NOTICED}

"""A team appeals in public notice; another person of the centre decides, and where it is allowed scores again."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments.appeals.corrections import ClaimCorrected, RowsCorrected
from assessments.appeals.decisions import preview
from assessments.appeals.duties import duties
from assessments.claims.claims import approve_claim, reject_claim
from assessments.figures.entry import Entry, enter_figures
from assessments.measures.corrections import Correction, keys_of
from assessments.models import AppealDecision, ClaimStep, Figure, MeasuredValue, Result, RowDecision
from assessments.results.moves import post_notice
from assessments.results.readiness import waiting
from assessments.results.scoring import approve_round, publish_round, score_round
from assessments.results.verification import verify_published, verify_result
from assessments.rounds.round_states import step_back
from assessments.rounds.stage_days import StageDays
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.appeals.conftest import DECIDED, allow, appeal, dismiss, figure
from tests.assessments.conftest import ENTERED, PUBLISHED
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def line_of(story, result: Result, place: int) -> dict:
    body = json.loads(result.body)
    return next(one for one in body["outcome"]["teams"] if one["team"] == story.teams[place].code)


# Filing -----------------------------------------------------------------------------------------------------------
def test_heads_and_deputies_appeal_for_their_own_team_in_the_notice(noticed):
    deputy = MemberFactory(team=noticed.teams[1], part="deputy").user
    one = appeal(noticed, by=deputy)
    assert (one.state, one.indicator.code, one.result.number) == ("open", "T6", 1)
    for stranger in (noticed.heads[noticed.teams[0].code], noticed.centre, noticed.office):
        with pytest.raises(NotAllowed):
            appeal(noticed, "T7", by=stranger)
    with pytest.raises(NotAllowed):
        appeal(noticed, "T7", by=MemberFactory(team=noticed.teams[1], part="liaison").user)


def test_an_appeal_says_what_is_wrong_why_and_what_would_be_right(noticed):
    with pytest.raises(Invalid) as refusal:
        appeal(noticed, wrong=" ", reason="", wanted="")
    assert set(refusal.value.fields) == {"wrong", "reason", "wanted"}
    with pytest.raises(Invalid) as refusal:
        appeal(noticed, "T9")
    assert set(refusal.value.fields) == {"fact"}
    with pytest.raises(Invalid) as refusal:
        appeal(noticed, "T6", matter="veto")
    assert set(refusal.value.fields) == {"fact"}


def test_one_appeal_about_a_matter_is_open_and_a_decided_matter_is_not_appealed_again(noticed):
    one = appeal(noticed)
    with pytest.raises(Invalid):
        appeal(noticed)
    appeal(noticed, matter="grade")
    appeal(noticed, "T7")
    appeal(noticed, place=0)
    dismiss(noticed, one)
    with pytest.raises(Invalid) as refusal:
        appeal(noticed, at=DECIDED)
    assert "1" in str(refusal.value.fields["fact"])


def test_nothing_is_filed_before_the_notice_or_after_its_last_day_at_18(story):
    story.until("approved")
    with pytest.raises(WrongState):
        appeal(story)
    story.notice()
    end = StageDays(story.round).end("public_notice")
    with pytest.raises(WrongState) as refusal:
        appeal(story, at=end + timedelta(minutes=1))
    assert "18:00" in str(refusal.value)
    appeal(story, at=end)


# Deciding ---------------------------------------------------------------------------------------------------------
def test_who_scored_or_brought_the_value_in_does_not_decide(noticed):
    one = appeal(noticed)
    for stranger in (noticed.office, noticed.heads[noticed.teams[1].code], UserFactory()):
        with pytest.raises(NotAllowed):
            dismiss(noticed, one, by=stranger)
    with pytest.raises(NotAllowed):
        allow(noticed, one, by=noticed.centre)
    assert dismiss(noticed, one).number == 1


def test_who_filed_a_claim_does_not_decide_an_appeal_about_it(story, centre2):
    story.until("collecting")
    story.event(story.teams[1], "P2", level="county", matter="问责", by=story.centre)
    claim = story.file(story.teams[1], "P2", level="municipal", matter="约谈", by=centre2)
    approve_claim(claim, matter=claim.matter, level=claim.level, by=story.centre, at=ENTERED)
    story.until("public_notice", begun=True)
    with pytest.raises(NotAllowed):
        dismiss(story, appeal(story, "P2"))


def test_a_dismissed_appeal_keeps_the_result_and_tells_the_team(noticed):
    one = appeal(noticed)
    decision = dismiss(noticed, one)
    one.refresh_from_db()
    assert (one.state, decision.outcome, decision.result.number) == ("dismissed", "dismissed", 1)
    assert Result.objects.count() == 1
    assert Notice.objects.filter(kind="appeal_dismissed", to=noticed.heads[noticed.teams[1].code]).exists()
    with pytest.raises(WrongState):
        dismiss(noticed, one)
    with pytest.raises(Invalid):
        dismiss(noticed, appeal(noticed, "T7"), reasons=" ")


def test_an_allowed_appeal_corrects_the_figure_and_scores_again(noticed):
    one = appeal(noticed)
    decision = allow(noticed, one)
    first, second = noticed.round.results.order_by("number")
    assert (decision.result, second.by, decision.correction) == (second, noticed.centre2, "figure")
    assert Decimal(line_of(noticed, second, 1)["points"]["T6"]) == 10
    assert Decimal(line_of(noticed, first, 1)["points"]["T6"]) == 5
    assert Figure.objects.filter(source__team=noticed.teams[1], source__indicator__code="T6").count() == 2
    noticed.round.refresh_from_db()
    assert (noticed.round.state, noticed.round.approved_by) == ("public_notice", noticed.centre2)
    assert verify_result(first) == [] == verify_result(second)
    event = AuditEvent.objects.get(verb="allow_appeal")
    assert json.loads(event.change)["result"] == [1, 2]


def test_what_allowing_changes_nothing_is_refused_and_leaves_no_trace(noticed):
    one = appeal(noticed)
    with pytest.raises(Invalid):
        allow(noticed, one, figure("partial"))
    with pytest.raises(Invalid):
        allow(noticed, one, figure(document=""))
    with pytest.raises(Stale):
        allow(noticed, one, seen_result=7)
    with pytest.raises(Invalid):
        allow(noticed, one, reasons="")
    assert (Result.objects.count(), AppealDecision.objects.count()) == (1, 0)
    assert Figure.objects.filter(source__team=noticed.teams[1], source__indicator__code="T6").count() == 1


def test_a_preview_is_what_the_decision_then_changes_and_stores_nothing(noticed):
    one = appeal(noticed)
    tables = (Result, Figure, AppealDecision, AuditEvent, Notice)
    before = [table.objects.count() for table in tables]
    found = preview(one, figure(), by=noticed.centre2, at=DECIDED)
    assert [table.objects.count() for table in tables] == before
    own = next(change for change in found.changes if change.code == noticed.teams[1].code)
    decision = allow(noticed, one)
    line = decision.result.lines.get(team=noticed.teams[1])
    assert (own.total_after, own.rank_after) == (line.total, line.rank)
    assert [(point.code, point.before, point.after) for point in own.points] == [("T6", 5, 10)]
    assert (found.until is not None) == decision.changes_places


def test_the_rows_of_a_measured_value_are_corrected_by_the_same_road(noticed):
    value = MeasuredValue.objects.standing().get(
        round_team__team=noticed.teams[1], indicator__measure="report_first_time_rate"
    )
    key = keys_of(json.loads(value.rows))[0]
    one = appeal(noticed, value.indicator.code)
    decision = allow(noticed, one, RowsCorrected([Correction(key)], basis="机房记录", seen=value.number))
    kept = RowDecision.objects.get()
    assert (decision.correction, kept.question, kept.by) == ("rows", None, noticed.centre2)
    assert [verify_result(result) for result in noticed.round.results.all()] == [[], []]
    with pytest.raises(WrongState):
        allow(noticed, one)


def test_a_claim_is_withdrawn_lowered_or_approved_after_all(noticed):
    claim = noticed.round.claims.get(indicator__code="P2")
    decision = allow(noticed, appeal(noticed, "P2"), ClaimCorrected(claim, "", "通报已撤销", withdraw=True))
    claim.refresh_from_db()
    assert (claim.state, decision.correction) == ("withdrawn", "claim")
    assert ClaimStep.objects.filter(claim=claim).latest("number").by == noticed.centre2
    bonus = noticed.round.claims.get(indicator__code="P1")
    lowered = allow(
        noticed,
        appeal(noticed, "P1", place=0),
        ClaimCorrected(bonus, "municipal", "市级文件"),
        at=DECIDED + timedelta(hours=1),
    )
    assert lowered.number == 2 and lowered.result.number == 3
    assert [verify_result(result) for result in noticed.round.results.all()] == [[], [], []]


def test_a_declined_claim_is_approved_after_all(story):
    story.until("collecting")
    claim = story.file(story.teams[0], "P1", level="national", matter="全国推广")
    reject_claim(claim, reason="无文件", by=story.centre, at=ENTERED)
    story.until("public_notice", begun=True)
    claim.refresh_from_db()
    with pytest.raises(WrongState):
        approve_claim(claim, matter=claim.matter, level="national", by=story.centre2, at=DECIDED)
    decision = allow(story, appeal(story, "P1", place=0), ClaimCorrected(claim, "national", "已补文件"))
    claim.refresh_from_db()
    assert claim.state == "approved"
    assert verify_result(decision.result) == []


def test_facts_stay_closed_without_an_open_appeal_about_them(noticed):
    one = appeal(noticed)
    paper = {"document": "d", "basis": "b", "by": noticed.centre2, "at": DECIDED}
    for code, team in (("T6", 0), ("T7", 1)):
        with pytest.raises(WrongState):
            enter_figures(
                noticed.round, noticed.indicator(code), {noticed.teams[team].code: Entry("9")}, answering=one, **paper
            )
    dismiss(noticed, one)
    one.refresh_from_db()
    with pytest.raises(WrongState):
        enter_figures(
            noticed.round, noticed.indicator("T6"), {noticed.teams[1].code: Entry("none")}, answering=one, **paper
        )


# The notice ---------------------------------------------------------------------------------------------------------
def last_day(story, hour: int = 9):
    end = StageDays(story.round).end("public_notice")
    return end.replace(hour=hour)


def test_a_changed_rank_or_grade_extends_the_notice_by_two_working_days_and_tells_all(noticed):
    end = StageDays(noticed.round).end("public_notice")
    at = last_day(noticed)
    one = appeal(noticed, place=3, at=at - timedelta(hours=1))  # the last team's "none" becomes complete
    decision = allow(noticed, one, at=at)
    assert decision.changes_places
    extended = StageDays(noticed.round).end("public_notice")
    calendar = StageDays(noticed.round).calendar
    assert extended.date() == calendar.add(at.date(), 2) > end.date()
    assert set(Notice.objects.filter(kind="notice_extended").values_list("to", flat=True)) == {
        head.pk for head in noticed.heads.values()
    }
    with pytest.raises(WrongState):
        publish_round(noticed.round, by=noticed.centre, at=end + timedelta(hours=1))


def test_an_early_decision_leaves_the_end_of_the_notice(noticed):
    end = StageDays(noticed.round).end("public_notice")
    assert allow(noticed, appeal(noticed, place=3)).changes_places
    assert StageDays(noticed.round).end("public_notice") == end


def test_in_an_extension_only_what_changed_is_appealed(noticed):
    at = last_day(noticed)
    early = appeal(noticed, place=3, at=at - timedelta(hours=1))
    allow(noticed, early, at=at)
    later = at + timedelta(days=1)
    with pytest.raises(Invalid):
        appeal(noticed, "T7", place=0, at=later)
    with pytest.raises(Invalid):
        appeal(noticed, "T6", place=3, at=later)
    moved = [
        place
        for place in (0, 1, 2)
        if any(
            line_of(noticed, noticed.round.results.get(number=1), place)[name]
            != line_of(noticed, noticed.round.results.get(number=2), place)[name]
            for name in ("rank", "grade")
        )
    ]
    for place in (0, 1, 2):
        if place in moved:
            assert appeal(noticed, "T7" if place != 3 else "T6", place=place, matter="grade", at=later)
        else:
            with pytest.raises(Invalid):
                appeal(noticed, place=place, matter="grade", at=later)
    assert moved


def test_publishing_and_stepping_back_wait_for_every_decision(noticed):
    one = appeal(noticed)
    assert [
        (wait.url, noticed.teams[1].name in str(wait.words))
        for wait in waiting(noticed.round, to="published", at=PUBLISHED)
    ] == [(one.get_absolute_url(), True)]
    assert [(duty.done, duty.of) for duty in duties(noticed.round)] == [(0, 1)]
    with pytest.raises(WrongState):
        noticed.publish()
    with pytest.raises(WrongState):
        step_back(noticed.round, reason="复核", by=noticed.centre, at=DECIDED)
    dismiss(noticed, one)
    assert waiting(noticed.round, to="published", at=PUBLISHED) == []
    noticed.publish()


def test_who_decided_the_last_allowed_appeal_does_not_publish(noticed, action):
    third = UserFactory(username="centre3")
    third.groups.add(*noticed.centre.groups.all())
    allow(noticed, appeal(noticed), by=third)
    for kept_out in (third, noticed.centre2):
        with pytest.raises(NotAllowed):
            publish_round(noticed.round, by=kept_out, at=PUBLISHED)
    noticed.publish()
    assert [verified.findings for verified in verify_published()] == [()]


def test_deciding_is_no_score_so_the_same_person_decides_the_next(noticed):
    allow(noticed, appeal(noticed))
    assert noticed.centre2.pk not in noticed.round.scorer_ids()
    assert noticed.centre.pk in noticed.round.scorer_ids()
    allow(noticed, appeal(noticed, place=3), at=DECIDED + timedelta(hours=1))
    noticed.publish()
    assert noticed.round.results.count() == 3
    assert [verified.findings for verified in verify_published()] == [()]


def test_back_in_scoring_corrections_stand_and_a_full_notice_follows(noticed):
    at = last_day(noticed)
    allow(noticed, appeal(noticed, place=3), at=at)
    step_back(noticed.round, reason="复核", by=noticed.centre, at=at)
    noticed.round.refresh_from_db()
    assert StageDays(noticed.round).end("public_notice") is None
    again = at + timedelta(days=1)
    result = score_round(noticed.round, by=noticed.centre, at=again)
    assert Decimal(line_of(noticed, result, 3)["points"]["T6"]) == 10
    approve_round(noticed.round, document="垣组发〔2026〕32号", by=noticed.centre2, at=again)
    post_notice(noticed.round, by=noticed.centre, at=again)
    days = StageDays(noticed.round)
    assert days.end("public_notice") == days.notice_end()

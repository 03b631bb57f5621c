"""A dropped correction takes back what it changed: the facts of the published result stand again, by new rows."""

import json
from datetime import timedelta

import pytest

from assessments.checking.corrections import correct_published_rows
from assessments.claims import claims
from assessments.engine.result import facts_as_data
from assessments.figures.entry import Entry
from assessments.measures.corrections import Correction, keys_of
from assessments.models import AssessmentRound, Claim, Figure, LeftOut, MeasuredValue, Result
from assessments.results import result_corrections as verbs
from assessments.results.verification import verify_published
from assessments.rounds.facts_of_round import gather
from assessments.rounds.matters import held_elsewhere
from governance.records.models import AuditEvent, Notice
from tests.assessments.appeals.conftest import allow, appeal
from tests.assessments.claims.test_payments import Year
from tests.assessments.results.test_result_corrections import NOTICED, OPENED, OVER, Correcting
from tests.assessments.results.test_superseding import bonuses, open_one, published, score, to_supersede

pytestmark = pytest.mark.django_db


def judged(round, at) -> dict:
    """What of the facts of a moment the engine judges; not where they come from."""
    facts, _seats = gather(round, before=at)
    data = facts_as_data(facts)
    return data | {"provenance": None, "left_out": {code: set(of) for code, of in data.get("left_out", {}).items()}}


def found() -> list:
    return [finding for verified in verify_published() for finding in verified.findings]


def test_every_kind_of_fact_stands_again_as_the_published_result_counts_it(story):
    story.until("public_notice")
    allow(story, appeal(story, "T6", 1))  # the value that stands was brought in by deciding, which is no score
    story.publish()
    correcting, round = Correcting(story, story.round), story.round
    before, scorers = judged(round, OPENED), round.scorer_ids()
    assert story.centre2.pk not in scorers
    correcting.open()
    at = OPENED + timedelta(hours=1)
    correcting.figure()
    correcting.figure("none", 1, "T6")
    correcting.figure("", 2)
    story.leave_out("T7", 2, at=at + timedelta(minutes=1))
    value = MeasuredValue.objects.standing().get(
        round_team__team=story.teams[1], indicator__measure="report_first_time_rate", round_team__round=round
    )
    row = Correction(keys_of(json.loads(value.rows))[0])
    about = (round, story.teams[1], value.indicator)
    correct_published_rows(*about, [row], basis="机房记录", by=story.centre, at=at)
    bonus, deduction = (Claim.objects.get(indicator__code=code) for code in ("P1", "P2"))
    claims.lower_claim(bonus, level="municipal", reason="实为市级", by=story.centre, at=at)
    claims.withdraw_claim(deduction, reason="已撤销", by=story.centre, at=at)
    correcting.score()
    assert judged(round, NOTICED) != before
    Notice.objects.all().delete()
    verbs.drop_result_correction(correcting.one, reason="原值无误", by=story.centre2, at=NOTICED)

    assert judged(round, NOTICED) == before
    assert judged(round, NOTICED - timedelta(minutes=1)) != before  # by its moment, what stood meanwhile stays
    assert AssessmentRound.objects.get(pk=round.pk).scorer_ids() == scorers
    restored = Figure.objects.filter(source__team=story.teams[0], source__indicator__code="T7").latest("number")
    assert (restored.number, restored.value, restored.by, restored.at) == (3, "26", story.centre, NOTICED)
    assert "1" in restored.basis
    again = MeasuredValue.objects.standing().get(round_team=value.round_team, indicator=value.indicator)
    assert (again.number, again.rows, again.decisions.count()) == (3, value.rows, 0)
    assert LeftOut.objects.latest("number").is_withdrawn
    for claim, level in ((bonus, "provincial"), (deduction, "county")):
        claim.refresh_from_db()
        assert (claim.state, claim.level, claim.decided_by) == ("approved", level, story.centre)
    assert Notice.objects.filter(kind="claim_approved").exists()
    event = AuditEvent.objects.get(verb="drop_result_correction")
    assert AuditEvent.objects.filter(at=NOTICED).count() == 1 and event.by == story.centre2
    codes = [story.teams[place].code for place in (0, 1, 2)]
    rows = {f"T7 {codes[0]}", f"T6 {codes[1]}", f"T7 {codes[2]}", f"{value.indicator.code} {codes[1]}"}
    assert set(json.loads(event.change)["restored"]) == rows | {bonus.audit_name, deduction.audit_name}
    assert found() == []
    # Another correction begins from the published facts, and the one who dropped may approve it.
    correcting.one = verbs.open_result_correction(round, reason="误", document="9号", by=story.centre, at=OVER)
    story.enter("T7", {codes[0]: Entry("25", "24")}, at=OVER + timedelta(hours=1))
    one = verbs.score_result_correction(correcting.one, by=story.centre, at=OVER + timedelta(hours=2))
    assert verbs.changes_of(one) == []
    one = verbs.approve_result_correction(one, document="8号", by=story.centre2, at=OVER + timedelta(hours=3))
    verbs.publish_result_correction(one, by=story.centre, at=OVER + timedelta(hours=4))
    assert Result.objects.published().get().number == 4 and found() == []


def test_payments_of_a_matter_go_on_as_if_it_had_not_been_corrected(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    published(year, ["municipal", "national"])
    paid, facts = bonuses(year), [judged(round, year.tick()) for round in year.rounds]
    one = open_one(year, first)
    claims.withdraw_claim(Claim.objects.get(round=first), reason="不符", by=centre, at=year.tick())
    one = score(year, one)
    verbs.drop_result_correction(one, reason="查无此误", by=centre, at=year.tick())
    assert [judged(round, year.tick()) for round in year.rounds] == facts
    assert bonuses(year) == paid and to_supersede(year) == []
    assert held_elsewhere(second, before=year.tick()) == []

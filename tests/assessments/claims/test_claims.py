"""The life of a claim: who files, answers, decides, lowers and withdraws it, and what is refused."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments.claims import claims
from assessments.claims.doubts import doubts_about, near_titles
from assessments.claims.effect import effect_of
from assessments.claims.evidence import OfClaim
from assessments.claims.waiting import duties, waiting
from assessments.models import Claim
from assessments.results import moves, scoring
from assessments.results.verification import verify_result
from assessments.rounds.duties import DutyKind
from assessments.rounds.matters import folded
from assessments.rounds.round_states import step_back
from assessments.states import RoundState
from governance.clock import SHANGHAI
from governance.people.models import CalendarDay
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.evidence.attachments import attach_evidence
from tests.assessments import work
from tests.assessments.conftest import APPROVED, ENTERED, FILED, PUBLISHED, SCORED
from tests.factories import a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def collecting(story):
    """A round that collects."""
    return story.until("collecting")


@pytest.fixture
def head(story, collecting):
    """The head of the first team."""
    return story.heads[story.teams[0].code]


@pytest.fixture
def claim(story, head) -> Claim:
    """A bonus that the head of the first team has filed."""
    return story.file(story.teams[0], "P1", level="municipal", matter="股份制试点", by=head)


def approve(claim: Claim, by, at=ENTERED, **changed) -> Claim:
    """Approve a claim as it was filed, unless something is changed."""
    return claims.approve_claim(claim, **{"matter": claim.matter, "level": claim.level} | changed, by=by, at=at)


def told(person) -> list[str]:
    """The kinds of notices about claims that a person has, in order."""
    return list(
        Notice.objects.filter(to=person, url__contains="/claims/").order_by("pk").values_list("kind", flat=True)
    )


def states(claim: Claim) -> list[tuple[int, str, str]]:
    return list(claim.steps.order_by("number").values_list("number", "state", "level"))


# Filing ------------------------------------------------------------------------------------------------------------
def test_a_claim_joins_the_round_that_collects_and_the_centre_is_told(story, claim, head):
    assert (claim.round, claim.state) == (story.round, "filed")
    assert states(claim) == [(1, "filed", "municipal")]
    assert told(story.centre) == told(story.centre2) == ["claim_filed"]
    assert told(head) == []


def test_a_claim_of_a_later_day_waits_for_the_next_round(story, collecting):
    assert story.file(story.teams[0], "P1", level="municipal", on=work.LAST).round == collecting
    later = story.file(story.teams[1], "P1", level="municipal", on=work.LAST + timedelta(days=1))
    assert later.round is None


def test_a_claim_filed_before_the_freeze_joins_then(story):
    round = story.until("preparing")
    early = story.file(story.teams[0], "P1", level="municipal")
    late = story.file(story.teams[0], "P1", level="municipal", matter="另一事项", on=work.LAST + timedelta(days=1))
    gone = story.file(story.teams[0], "P1", level="national", matter="撤回的")
    claims.withdraw_claim(gone, by=story.office, at=FILED)
    assert early.round is None
    story.freeze()
    assert list(round.claims.all()) == [early]
    assert Claim.objects.get(pk=late.pk).round is None
    event = AuditEvent.objects.get(verb="freeze_measures")
    assert f'"claims":[{early.pk}]' in event.change


def test_a_day_in_the_future_is_refused(story, collecting):
    with pytest.raises(Invalid) as refused:
        story.file(story.teams[0], "P1", level="municipal", on=FILED.date() + timedelta(days=1))
    assert set(refused.value.fields) == {"on"}


def test_a_matter_is_filed_once_at_a_level_however_it_is_written(story, claim):
    for title in ("股份制试点", " 股份制 试点", "“股份制试点”", "股份制试点。"):
        with pytest.raises(Invalid) as refused:
            story.file(story.teams[0], "P1", level="municipal", matter=title)
        assert set(refused.value.fields) == {"matter"}
    assert story.file(story.teams[0], "P1", level="national", matter="股份制 试点").matter == "股份制试点"
    assert story.file(story.teams[1], "P1", level="municipal", matter="股份制 试点").matter == "股份制 试点"


def test_the_database_takes_no_claim_without_document_and_none_twice(story, claim):
    for fields in ({"document": ""}, {"state": "approved"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**fields)
    other = story.file(story.teams[0], "P1", level="national", matter="另一")
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=other.pk).update(matter=claim.matter, level=claim.level)
    Claim.objects.update(round=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=other.pk).update(matter=claim.matter, level=claim.level)


# Deciding ----------------------------------------------------------------------------------------------------------
def test_the_centre_decides_and_the_team_is_told(story, claim, head):
    approve(claim, story.centre)
    assert states(claim) == [(1, "filed", "municipal"), (2, "approved", "municipal")]
    assert Claim.objects.get().decided_by == story.centre
    assert told(head) == ["claim_approved"]
    assert story.round.scorer_ids() == {story.centre.pk}


def test_who_filed_a_claim_never_decides_it(story, collecting):
    claim = story.file(story.teams[0], "P1", level="municipal", by=story.centre)
    for verb in (approve, lambda claim, by: claims.reject_claim(claim, reason="x", by=by, at=ENTERED)):
        with pytest.raises(NotAllowed):
            verb(claim, story.centre)
    approve(claim, story.centre2)
    with pytest.raises(NotAllowed):
        claims.withdraw_claim(claim, reason="误填", by=story.centre, at=ENTERED)
    assert story.round.scorer_ids() == {story.centre2.pk}


def test_another_level_than_the_one_filed_needs_a_reason(story, claim):
    with pytest.raises(Invalid) as refused:
        approve(claim, story.centre, level="provincial")
    assert set(refused.value.fields) == {"reason"}
    approve(claim, story.centre, level="provincial", reason="文件为省级")
    assert Claim.objects.get().level == "provincial"
    assert states(claim)[-1] == (2, "approved", "provincial")


def test_the_matter_can_be_put_right_when_it_is_approved(story, claim):
    story.file(story.teams[0], "P1", level="national", matter="股份合作制试点")
    approve(claim, story.centre, matter="股份合作制 试点")
    assert Claim.objects.get(pk=claim.pk).matter == "股份合作制试点"
    assert claim.steps.first().matter == "股份制试点"


def test_a_rejection_needs_a_reason_and_ends_the_claim(story, claim, head):
    with pytest.raises(Invalid) as refused:
        claims.reject_claim(claim, reason=" ", by=story.centre, at=ENTERED)
    assert set(refused.value.fields) == {"reason"}
    claims.reject_claim(claim, reason="文件未点名", by=story.centre, at=ENTERED)
    assert told(head) == ["claim_rejected"]
    assert story.round.scorer_ids() == set()
    for act in (
        lambda: approve(claim, story.centre2),
        lambda: claims.withdraw_claim(claim, reason="x", by=story.centre2, at=ENTERED),
        lambda: claims.lower_claim(claim, level="municipal", reason="x", by=story.centre2, at=ENTERED),
    ):
        with pytest.raises((WrongState, NotAllowed)):
            act()
    assert story.file(story.teams[0], "P1", level="municipal", matter="股份制试点").pk != claim.pk


def test_a_stale_page_decides_nothing(story, claim):
    claims.answer_claim(
        story.file(story.teams[1], "P2", level="county"),
        reason="已改正",
        by=story.heads[story.teams[1].code],
        at=ENTERED,
    )
    Claim.objects.filter(pk=claim.pk).update(version=2)
    with pytest.raises(Stale):
        approve(claim, story.centre, seen=1)
    assert claim.steps.count() == 1


def test_who_filed_a_claim_withdraws_it_until_it_is_decided(story, claim, head):
    with pytest.raises(NotAllowed):
        claims.withdraw_claim(claim, by=story.office, at=ENTERED)
    with pytest.raises(NotAllowed):
        claims.withdraw_claim(claim, by=story.centre, at=ENTERED)
    claims.withdraw_claim(claim, by=head, at=ENTERED)
    assert Claim.objects.get().state == "withdrawn"
    decided = approve(story.file(story.teams[0], "P1", level="municipal", by=head), story.centre)
    with pytest.raises(NotAllowed):
        claims.withdraw_claim(decided, reason="不要了", by=head, at=ENTERED)


def test_the_centre_lowers_and_withdraws_with_a_reason(story, claim, head):
    approve(claim, story.centre, level="national", reason="部级")
    for level in ("national", "county", ""):
        with pytest.raises(Invalid) as refused:
            claims.lower_claim(claim, level=level, reason="x", by=story.centre2, at=ENTERED)
        assert set(refused.value.fields) == {"level"}
    with pytest.raises(Invalid) as refused:
        claims.lower_claim(claim, level="provincial", reason=" ", by=story.centre2, at=ENTERED)
    assert set(refused.value.fields) == {"reason"}
    claims.lower_claim(claim, level="provincial", reason="为省级试点", by=story.centre2, at=ENTERED)
    assert Claim.objects.get().decided_by == story.centre2
    with pytest.raises(Invalid):
        claims.withdraw_claim(claim, by=story.centre, at=ENTERED)
    claims.withdraw_claim(claim, reason="文件作废", by=story.centre, at=ENTERED)
    assert [level for _number, _state, level in states(claim)] == ["municipal", "national", "provincial", "provincial"]
    assert told(head) == ["claim_approved", "claim_lowered", "claim_withdrawn"]


def test_a_lower_level_that_stands_beside_it_is_refused(story, claim):
    approve(claim, story.centre)
    other = approve(story.file(story.teams[0], "P1", level="national", matter="股份制试点"), story.centre)
    with pytest.raises(Invalid) as refused:
        claims.lower_claim(other, level="municipal", reason="x", by=story.centre, at=ENTERED)
    assert set(refused.value.fields) == {"matter"}


# Vetoes ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def veto(story, collecting) -> Claim:
    """A veto that the office files on Thursday afternoon."""
    return story.file(story.teams[0], veto="false-data", matter="虚假销号")


def test_a_veto_is_shown_to_its_team_at_once_and_answered(story, veto, head):
    assert told(head) == ["veto_filed"]
    assert Claim.objects.visible_to(head).get() == veto
    with pytest.raises(Invalid):
        claims.answer_claim(veto, reason=" ", by=head, at=FILED)
    claims.answer_claim(veto, reason="结对单位录错批次", by=head, at=FILED)
    assert states(veto) == [(1, "filed", ""), (2, "filed", "")]
    assert Claim.objects.get().state == "filed"
    for other in (story.office, story.centre, story.heads[story.teams[1].code]):
        with pytest.raises(NotAllowed):
            claims.answer_claim(veto, reason="x", by=other, at=FILED)


@pytest.mark.parametrize(
    ("holiday", "first"), [(None, date(2026, 10, 16)), (date(2026, 10, 16), date(2026, 10, 19))], ids=["Friday", "off"]
)
def test_a_veto_is_decided_one_working_day_later(story, veto, holiday, first):
    if holiday:
        CalendarDay.objects.create(on=holiday, works=False, name="调休")
    assert claims.decidable_on(veto) == first
    midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    with pytest.raises(WrongState):
        approve(veto, story.centre, reason="属实", at=midnight - timedelta(seconds=1))
    with pytest.raises(WrongState):
        claims.reject_claim(veto, reason="不实", by=story.centre, at=midnight - timedelta(seconds=1))
    with pytest.raises(Invalid) as refused:
        approve(veto, story.centre, at=midnight)
    assert set(refused.value.fields) == {"reason"}
    assert approve(veto, story.centre, reason="属实", at=midnight).state == "approved"


def test_a_veto_filed_late_keeps_the_round_collecting(story, collecting):
    story.enter_all()
    veto = story.file(story.teams[0], veto="false-data", matter="虚假销号", at=SCORED - timedelta(hours=1))
    with pytest.raises(WrongState, match="虚假销号"):
        moves.begin_checking(collecting, by=story.centre, at=SCORED)
    assert veto.round == collecting
    approve(veto, story.centre, reason="属实", at=SCORED + timedelta(days=1))
    moves.begin_checking(collecting, by=story.centre, at=SCORED + timedelta(days=1, hours=1))


# The round ---------------------------------------------------------------------------------------------------------
def test_a_round_does_not_move_on_with_an_undecided_claim(story, claim):
    story.enter_all()
    later = set(RoundState) - {RoundState.PREPARING, RoundState.COLLECTING, RoundState.ABANDONED}
    for to in RoundState:
        found = waiting(story.round, to=to, at=ENTERED)
        assert [one.url for one in found] == ([claim.get_absolute_url()] if to in later else []), to
    with pytest.raises(WrongState, match="股份制试点"):
        story.check()
    claims.reject_claim(claim, reason="未点名", by=story.centre, at=ENTERED)
    story.check()


def test_duties_count_what_is_decided_by_team(story, claim):
    approve(story.file(story.teams[0], "P1", level="national"), story.centre)
    story.file(story.teams[2], "P2", level="county")
    claims.withdraw_claim(story.file(story.teams[3], "P2", level="county"), by=story.office, at=FILED)
    found = duties(story.round)
    assert {one.kind for one in found} == {DutyKind.CLAIMS}
    assert [(one.team, one.done, one.of) for one in found] == [(story.teams[0].pk, 1, 2), (story.teams[2].pk, 0, 1)]
    assert found[0].url.endswith(f"?round={story.round.pk}&team={story.teams[0].code}")


@pytest.mark.parametrize("state", ["checking", "scoring"])
def test_a_claim_of_a_round_that_no_longer_collects_changes_no_more(story, state):
    story.until(state)
    claim = story.round.claims.first()
    for act in (
        lambda: claims.withdraw_claim(claim, reason="误填", by=story.centre2, at=APPROVED),
        lambda: claims.lower_claim(claim, level="municipal", reason="误填", by=story.centre2, at=APPROVED),
    ):
        with pytest.raises(WrongState):
            act()


def test_the_document_says_who_filed_and_who_decided(story, claim, head):
    story.enter_all()
    approve(claim, story.centre2)
    story.close()
    result = story.score()
    facts = scoring.load(result.body)["facts"]["provenance"]["P1"][story.teams[0].code]
    [one] = [fact for fact in facts if fact["claim"] == claim.pk]
    assert (one["by"]["key"], one["decided"]["by"]["key"]) == (head.pk, story.centre2.pk)
    assert (one["on"], one["step"]) == (work.LAST.isoformat(), 2)
    assert verify_result(result) == []


def test_a_later_step_does_not_change_the_result_before_it(story):
    """Facts by moment: the result of a round that stepped back still finds what stood when it was made."""
    story.until("scoring")
    first = story.round.results.get()
    for _state in ("checking", "collecting"):
        step_back(story.round, reason="复核", by=story.centre, at=APPROVED)
    pilot = story.round.claims.get(indicator__code="P1")
    claims.withdraw_claim(pilot, reason="误填", by=story.centre2, at=APPROVED)
    moves.begin_checking(story.round, by=story.centre, at=APPROVED)
    moves.begin_scoring(story.round, by=story.centre, at=PUBLISHED)
    second = scoring.score_round(story.round, by=story.centre, at=PUBLISHED)
    assert verify_result(first) == verify_result(second) == []
    bonus = [result.lines.get(team=story.teams[0]).bonus for result in (first, second)]
    assert bonus == [2, 0]


# What is pointed out -----------------------------------------------------------------------------------------------
def test_titles_are_compared_folded():
    assert folded("“一村 一账”（试点）") == folded("一村一账(试点)") == "一村一账试点"
    assert near_titles("村级资产“一村一账”", ["一村一账", "资产清查", "村级资产 一村一账"]) == ["一村一账"]
    assert near_titles("资产清查一本账", ["资产清查一张账"]) == ["资产清查一张账"]
    assert near_titles("—", ["一村一账"]) == []


def test_what_is_to_be_looked_at_is_named_before_deciding(story, claim, head):
    assert doubts_about(claim) == []
    document = {"document": "垣办 通报[2026]7号".replace("[", "〔").replace("]", "〕")}
    other = story.file(story.teams[1], "P1", level="municipal", matter="资产清查", **document)
    near = story.file(story.teams[0], "P1", level="municipal", matter="股份制试点工作", document="另一号")
    file = a_photo()
    for one in (claim, other):
        attach_evidence(one, file, by=story.office, at=FILED)
    Claim.objects.filter(pk=claim.pk).update(on=date(2025, 12, 31))
    claim.refresh_from_db()
    found = [(doubt.url, doubt.words) for doubt in doubts_about(claim)]
    assert [url for url, _words in found] == ["", *[other.get_absolute_url()] * 2, near.get_absolute_url()]
    assert "2026" in found[0][1]
    claims.withdraw_claim(other, by=story.office, at=FILED)
    claims.withdraw_claim(near, by=story.office, at=FILED)
    assert len(doubts_about(claim)) == 1


def test_files_are_attached_until_the_decision(story, claim, head):
    attach_evidence(claim, a_photo(), by=head, at=FILED)
    assert OfClaim().visible_to(story.centre).count() == OfClaim().visible_to(head).count() == 1
    assert OfClaim().visible_to(story.heads[story.teams[1].code]).count() == 0
    approve(claim, story.centre)
    with pytest.raises(WrongState):
        attach_evidence(claim, a_photo(), by=head, at=ENTERED)


def test_the_effect_is_the_difference_to_what_was_paid(story, collecting):
    claim = story.file(story.teams[0], "P1", level="provincial")
    effect = effect_of(claim, at=ENTERED)
    assert (effect.worth, effect.paid, effect.now) == (2, 0, 2)
    assert [(level, mark) for level, _points, mark in effect.rungs] == [
        ("municipal", ""),
        ("provincial", "now"),
        ("national", ""),
    ]
    assert effect_of(story.file(story.teams[0], veto="false-data"), at=ENTERED) is None

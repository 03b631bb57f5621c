"""Slips: printed, cast once, voided, closed; what each refusal says."""

from datetime import timedelta

import pytest

from assessments.models import VoteCount, VoteSlip, VoteTally
from assessments.rounds.round_states import abandon_round, step_back
from assessments.votes import slips
from assessments.votes.slips import SlipState
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.votes.conftest import CAST, CLOSED, ENDS, PRINTED

pytestmark = pytest.mark.django_db


def test_a_code_is_ten_letters_that_are_not_mistaken_for_others(vote):
    vote.begin()
    codes = vote.print(slips_=30)
    assert len(set(codes)) == 30
    assert {len(code) for code in codes} == {10}
    assert not set("".join(codes)) & set("ILO0123456789")


def test_only_hashes_are_stored_and_the_key_is_needed_for_them(vote, settings):
    vote.begin()
    code = vote.print()[0]
    assert not VoteSlip.objects.filter(code_hash__contains=code).exists()
    assert slips.look_up(code, at=CAST)[0] is SlipState.OPEN
    settings.SECRET_KEY = "another-" * 8
    assert slips.look_up(code, at=CAST)[0] is SlipState.UNKNOWN


def test_the_order_of_the_print_is_not_kept(vote):
    vote.begin()
    codes = vote.print(slips_=30)
    stored = list(VoteSlip.objects.order_by("pk").values_list("code_hash", flat=True))
    assert stored == sorted(map(slips.hash_of, codes))
    assert stored != list(map(slips.hash_of, codes))


def test_case_spaces_and_hyphens_of_a_typed_code_do_not_matter(vote):
    vote.begin()
    code = vote.print()[0]
    assert slips.look_up(f" {code[:5].lower()} - {code[5:]}", at=CAST)[0] is SlipState.OPEN
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert slips.look_up(wide, at=CAST)[0] is SlipState.OPEN


def test_a_slip_is_cast_once(vote):
    vote.begin()
    code = vote.print()[0]
    assert vote.cast(code, "sfn", "ss-") is SlipState.OPEN
    assert vote.cast(code, "nnn", "nnn") is SlipState.CAST
    given = VoteCount.objects.filter(count__gt=0).values_list("indicator__code", "team_id", "mark", "count")
    first, second, third = (team.pk for team in vote.teams)
    assert set(given) == {
        ("V1", first, "95", 1),
        ("V1", second, "75", 1),
        ("V1", third, "40", 1),
        ("V2", first, "95", 1),
        ("V2", second, "95", 1),
    }


def test_a_blank_slip_is_spent_and_counts_for_nobody(vote):
    vote.begin()
    code = vote.print()[0]
    assert vote.cast(code, "---", "---") is SlipState.OPEN
    assert vote.cast(code, "sss") is SlipState.CAST
    assert not VoteCount.objects.filter(count__gt=0).exists()


def test_a_slip_marks_the_questions_of_its_group_only(vote):
    vote.begin()
    code = vote.print("villages")[0]
    with pytest.raises(Invalid):
        vote.cast(code, "sss", "sss")
    assert slips.look_up(code, at=CAST)[0] is SlipState.OPEN
    assert vote.cast(code, "sss") is SlipState.OPEN


@pytest.mark.parametrize("mark", ["100", "95.0", "-1", "满意", "", "95; DROP TABLE"])
def test_a_mark_that_is_not_offered_is_refused_and_the_slip_stays_good(vote, mark):
    vote.begin()
    code = vote.print()[0]
    with pytest.raises(Invalid):
        slips.cast_vote(code, {("V1", vote.teams[0].pk): mark}, at=CAST)
    assert slips.look_up(code, at=CAST)[0] is SlipState.OPEN


def test_whole_numbers_from_0_to_100_are_voted_where_the_plan_names_no_choices(vote):
    from tests.assessments.votes.conftest import PLAN

    text = PLAN.read_text().replace(', choices = { "满意" = 95, "基本满意" = 75, "不满意" = 40 }', "")
    vote.begin(plan=text.encode())
    code, other = vote.print()[:2]
    assert slips.cast_vote(code, {("V1", vote.teams[0].pk): "0", ("V2", vote.teams[0].pk): "100"}, at=CAST)
    with pytest.raises(Invalid):
        slips.cast_vote(other, {("V1", vote.teams[0].pk): "100.5"}, at=CAST)


def test_after_the_promised_end_and_after_closing_a_slip_is_closed(vote):
    vote.begin()
    code = vote.print()[0]
    assert vote.cast(code, "sss", at=ENDS) is SlipState.CLOSED
    assert vote.cast(code, "sss", at=ENDS - timedelta(seconds=1)) is SlipState.OPEN
    other = vote.print("villages")[0]
    vote.close("villages", reason="全部到场")
    assert vote.cast(other, "sss") is SlipState.CLOSED


def test_an_abandoned_round_takes_no_votes(vote):
    round = vote.begin()
    code = vote.print()[0]
    abandon_round(round, reason="方案调整", document="县考核办〔2026〕2号", by=vote.centre, at=PRINTED)
    assert vote.cast(code, "sss") is SlipState.CLOSED


def test_a_lost_print_is_voided_and_printed_anew_and_both_are_counted(vote):
    vote.begin()
    codes = vote.print(slips_=6)
    vote.cast(codes[0], "sss")
    again = slips.reprint_slips(
        vote.group(), count=5, reason="打印后遗失", by=vote.centre, at=CAST, seen=1, draw=vote.draw
    )
    assert slips.sums_of(vote.group()) == slips.SlipSums(printed=11, void=5, cast=1)
    assert [vote.cast(code, "sss") for code in codes] == [SlipState.CAST, *[SlipState.UNKNOWN] * 5]
    assert {vote.cast(code, "fff") for code in again} == {SlipState.OPEN}
    assert vote.close().cast == 6


def test_fewer_than_five_slips_are_warned_of(vote):
    vote.begin()
    with pytest.raises(Invalid) as refused:
        vote.print(slips_=4)
    assert set(refused.value.fields) == {"confirmed"}
    assert len(vote.print(slips_=4, confirmed=True)) == 4


@pytest.mark.parametrize(
    ("also", "field"), [({"slips_": 0}, "count"), ({"slips_": 1001}, "count"), ({"ends_at": PRINTED}, "ends_at")]
)
def test_a_print_that_cannot_be_is_refused_beside_its_field(vote, also, field):
    vote.begin()
    with pytest.raises(Invalid) as refused:
        vote.print(**also)
    assert set(refused.value.fields) == {field}


def test_a_group_is_printed_once(vote):
    vote.begin()
    vote.print()
    with pytest.raises(Invalid):
        vote.print()
    assert slips.sums_of(vote.group()).printed == 6


def test_slips_are_printed_while_the_round_is_in_scoring_only(vote):
    round = vote.begin()
    step_back(round, reason="补充数据", by=vote.centre, at=PRINTED)
    with pytest.raises(WrongState):
        vote.print()


def test_a_group_is_closed_by_a_form_that_knows_its_prints(vote):
    vote.begin()
    vote.print()
    with pytest.raises(Stale):
        vote.close(seen=0)


def test_closing_with_nothing_cast_and_before_the_end_needs_a_reason(vote):
    vote.begin()
    codes = vote.print()
    for also in ({}, {"at": CAST}):
        with pytest.raises(Invalid) as refused:
            vote.close(**also)
        assert set(refused.value.fields) == {"reason"}
    vote.cast(codes[0], "sss")
    with pytest.raises(Invalid):
        vote.close(at=CAST)
    vote.close()
    with pytest.raises(WrongState):
        vote.close()


def test_closing_writes_the_counters_as_the_tally(vote):
    vote.begin()
    for code, v1 in zip(vote.print(), ("ssf", "sff", "s-n"), strict=False):
        vote.cast(code, v1)
    tally = vote.close()
    lines = list(tally.lines.values_list("indicator__code", "team_id", "mark", "count"))
    first, second, third = (team.pk for team in vote.teams)
    assert (tally.cast, tally.number, tally.by) == (3, 1, vote.centre)
    assert lines == [
        ("V1", first, "95", 3),
        ("V1", second, "95", 1),
        ("V1", second, "75", 1),
        ("V1", third, "75", 2),
        ("V1", third, "40", 1),
    ]


def test_only_the_centre_prints_and_closes(vote, office, superuser):
    vote.begin()
    for person in (office, superuser):
        with pytest.raises(NotAllowed):
            vote.print(by=person)
    vote.print()
    for person in (office, superuser):
        with pytest.raises(NotAllowed):
            vote.close(by=person, at=CLOSED)


def test_each_verb_leaves_one_event_and_casting_none(vote):
    vote.begin()
    before = AuditEvent.objects.count()
    codes = vote.print()
    assert AuditEvent.objects.count() == before + 1
    vote.cast(codes[0], "sss", "sss")
    assert AuditEvent.objects.count() == before + 1
    vote.close()
    assert AuditEvent.objects.count() == before + 2
    said = " ".join(AuditEvent.objects.values_list("change", flat=True))
    assert not any(code in said or slips.hash_of(code) in said for code in codes)


def test_nobody_reads_slips_or_counters_and_tallies_the_centre_alone(vote, office, superuser):
    vote.begin()
    vote.cast(vote.print()[0], "sss")
    vote.close()
    for model in (VoteSlip, VoteCount):
        assert model.objects.exists()
        assert not any(model.objects.visible_to(person).exists() for person in (vote.centre, office, superuser))
    readers = [p for p in (vote.centre, office, superuser) if VoteTally.objects.visible_to(p).exists()]
    assert readers == [vote.centre]

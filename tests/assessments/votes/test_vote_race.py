"""Two at once: one slip twice, two slips, a cast beside a closing, a tally twice. Nothing is counted twice or lost."""

import pytest
from django.db.models import Sum

from assessments.models import VoteCount, VoterGroup, VoteTally, VoteTallyLine
from assessments.votes import slips
from assessments.votes.slips import SlipState
from governance.records.refusals import Stale
from tests.assessments.votes.conftest import CAST, CLOSED
from tests.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def counted() -> int:
    return VoteCount.objects.aggregate(sum=Sum("count"))["sum"]


def casting(vote, code, v1):
    """Opens the ballot; sends it when the other is open as well."""

    def load():
        assert slips.look_up(code, at=CAST)[0] is SlipState.OPEN
        return lambda: vote.cast(code, v1)

    return load


def test_one_slip_sent_twice_at_once_counts_once(vote):
    vote.begin()
    code = vote.print()[0]
    outcomes = race(casting(vote, code, "sss"), casting(vote, code, "nnn"))
    assert sorted(outcome.value.value for outcome in outcomes) == ["cast", "open"]
    assert counted() == 3
    assert len(set(VoteCount.objects.filter(count=1).values_list("mark", flat=True))) == 1


def test_two_slips_at_once_are_both_counted(vote):
    vote.begin()
    first, second = vote.print()[:2]
    outcomes = race(casting(vote, first, "sss"), casting(vote, second, "sss"))
    assert [outcome.value for outcome in outcomes] == [SlipState.OPEN] * 2
    assert list(VoteCount.objects.filter(count__gt=0).values_list("count", flat=True)) == [2, 2, 2]


def test_a_vote_beside_the_closing_is_in_the_tally_or_refused(vote):
    vote.begin()
    first, second = vote.print()[:2]
    vote.cast(first, "sss")

    def closing():
        group = VoterGroup.objects.get()
        return lambda: slips.close_group(group, reason="全部到场", by=vote.centre, at=CAST, seen=group.version)

    cast, closed = race(casting(vote, second, "sss"), closing)
    assert closed.error is None
    lines = VoteTallyLine.objects.aggregate(sum=Sum("count"))["sum"]
    assert (cast.value, VoteTally.objects.get().cast, lines) in [(SlipState.OPEN, 2, 6), (SlipState.CLOSED, 1, 3)]
    assert counted() == lines


def test_a_tally_entered_twice_at_once_has_one_winner(vote):
    vote.begin()

    def entering(mark):
        return lambda: lambda: vote.tally("villages", {("V1", 0, mark): 1})

    outcomes = race(entering("95"), entering("75"))
    assert [type(outcome.error) for outcome in outcomes].count(Stale) == 1
    assert VoteTally.objects.count() == 1
    assert VoteTally.objects.get().at == CLOSED

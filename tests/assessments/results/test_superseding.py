"""A correction that changes what a matter was paid names the later rounds, superseded in order of publication."""

from decimal import Decimal

import pytest

from assessments.claims import claims
from assessments.models import Claim, Result
from assessments.results import result_corrections as verbs
from assessments.results.scoring import score_round
from assessments.results.superseding import rounds_to_supersede
from assessments.results.verification import verify_published
from governance.records.refusals import WrongState
from tests.assessments.claims.test_payments import Year

pytestmark = pytest.mark.django_db


def published(year: Year, levels: list[str]) -> None:
    """Each round with the same matter, one published after the other."""
    for round, level in zip(year.rounds, levels, strict=True):
        year.claim(round, "一村一账", level)
        year.score(round)
        year.publish(round)


def open_one(year: Year, round):
    return verbs.open_result_correction(round, reason="误", document="9号", by=year.centre, at=year.tick())


def score(year: Year, one):
    return verbs.score_result_correction(one, by=year.centre, at=year.tick())


def publish(year: Year, one) -> None:
    one = verbs.approve_result_correction(one, document="1号", by=year.centre2, at=year.tick())
    verbs.publish_result_correction(one, by=year.centre, at=year.tick())


def lower(year: Year, round) -> None:
    claim = Claim.objects.get(round=round)
    claims.lower_claim(claim, level="municipal", reason="级别不符", by=year.centre, at=year.tick())


def bonuses(year: Year) -> list[Decimal]:
    standing = Result.objects.published()
    return [standing.get(round=round).lines.get().bonus for round in year.rounds]


def to_supersede(year: Year) -> list:
    return rounds_to_supersede(year.rounds[0], at=year.tick())


def test_later_rounds_are_named_until_they_are_superseded(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 3)
    first, second, _third = year.rounds
    published(year, ["provincial", "provincial", "national"])
    assert bonuses(year) == [Decimal(2), Decimal(0), Decimal("1.5")]
    assert to_supersede(year) == []
    one = open_one(year, first)
    lower(year, first)
    one = score(year, one)
    assert to_supersede(year) == []
    publish(year, one)
    assert to_supersede(year) == [second]  # the third was paid up to the second's level, which still stands
    one = open_one(year, second)
    publish(year, score(year, one))
    assert to_supersede(year) == []
    assert bonuses(year) == [Decimal(1), Decimal(1), Decimal("1.5")]
    assert [finding for verified in verify_published() for finding in verified.findings] == []


def test_both_later_rounds_are_named_in_the_order_of_publication(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 3)
    first, second, _third = year.rounds
    published(year, ["national", "provincial", "provincial"])
    one = open_one(year, first)
    lower(year, first)
    publish(year, score(year, one))
    assert to_supersede(year) == [second]
    publish(year, score(year, open_one(year, second)))
    assert to_supersede(year) == []
    assert bonuses(year) == [Decimal(1), Decimal(1), Decimal(0)]


def test_the_payment_of_a_round_is_not_changed_by_one_published_after_it(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 2)
    published(year, ["municipal", "national"])
    one = open_one(year, year.rounds[1])
    lower(year, year.rounds[1])
    publish(year, score(year, one))
    assert to_supersede(year) == []
    assert bonuses(year) == [Decimal(1), Decimal(0)]


def test_a_round_waits_for_a_correction_that_is_scored_with_its_matter(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    year.claim(first, "一村一账", "national")
    year.score(first)
    year.publish(first)
    year.claim(second, "一村一账", "national")
    year.close(second)
    one = open_one(year, first)
    claims.withdraw_claim(Claim.objects.get(round=first), reason="作废", by=year.centre, at=year.tick())
    one = score(year, one)
    with pytest.raises(WrongState, match="1月"):
        year.score(second)
    publish(year, one)
    scored = score_round(second, by=year.centre, at=year.tick())
    assert scored.lines.get().bonus == Decimal("3.5")

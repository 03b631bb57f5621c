"""The page of a slip: typed or scanned, blanks asked once, each refusal kind and alike; hostile codes; the limit."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from assessments.models import VoteCount
from assessments.views.slip import GUESSES
from assessments.votes import slips
from tests.assessments.votes.conftest import CAST, ENDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_time")]


@pytest.fixture
def in_time():
    """The day on which slips are cast; no wrong code has been counted."""
    cache.clear()
    with time_machine.travel(CAST, tick=False), translation.override("en"):
        yield


@pytest.fixture
def voter():
    """Somebody without an account."""
    return Client(headers={"accept-language": "en"})


def send(voter, code, **also):
    return voter.post(reverse("slip"), {"code": code, **also})


def filled(vote, v1, v2=""):
    return {f"mark-{code}-{team}": mark for (code, team), mark in vote.marks(v1, v2).items()}


def heading(answer) -> str:
    return re.sub(r"\s+", " ", re.search(r"<h1>(.*?)</h1>", answer.content.decode(), re.DOTALL)[1]).strip()


def test_a_voter_opens_marks_and_casts_without_script_or_account(vote, voter):
    vote.begin()
    code = vote.print()[0]
    assert b"data-slip" in voter.get(reverse("slip")).content
    ballot = send(voter, code)
    assert heading(ballot) == "Please mark 3 special teams"
    assert ballot.content.count(b'type="radio"') == 18 and b"checked" not in ballot.content
    cast = send(voter, code, cast="1", **filled(vote, "sfn", "ssf"))
    assert heading(cast) == "Your vote is cast. Thank you."
    assert sum(VoteCount.objects.values_list("count", flat=True)) == 6


def test_blanks_are_asked_once_and_the_marks_are_kept(vote, voter):
    vote.begin()
    code = vote.print()[0]
    asked = send(voter, code, cast="1", **filled(vote, "s--", "sss"))
    assert heading(asked) == "2 lines are blank"
    assert asked.content.count(b"checked") == 4
    assert not VoteCount.objects.filter(count__gt=0).exists()
    assert heading(send(voter, code, cast="1", sure="1", **filled(vote, "s--", "sss"))).startswith("Your vote is cast")
    assert sum(VoteCount.objects.values_list("count", flat=True)) == 4


def test_enter_on_a_line_sends_the_ballot_back_as_it_was_filled_in(vote, voter):
    """A browser presses the first button of the form for whoever presses Enter on a choice."""
    vote.begin()
    code = vote.print()[0]
    ballot = send(voter, code)
    assert re.findall(rb'<button type="submit" tabindex="-1" hidden name="(\w+)"', ballot.content) == [b"look"]
    again = send(voter, code, look="1", **filled(vote, "sfn", "ssf"))
    assert heading(again) == "Please mark 3 special teams" and again.content.count(b"checked") == 6
    assert slips.look_up(code, at=CAST)[0] is slips.SlipState.OPEN


def test_a_mark_outside_the_choices_is_refused_beside_its_line(vote, voter):
    vote.begin()
    code = vote.print()[0]
    answer = send(voter, code, cast="1", sure="1", **filled(vote, "sss", "sss") | {f"mark-V1-{vote.teams[0].pk}": "99"})
    assert b"error-text" in answer.content and b"99" not in answer.content
    assert slips.look_up(code, at=CAST)[0] is slips.SlipState.OPEN


def test_spent_unknown_void_and_closed_slips_are_answered_alike(vote, voter):
    vote.begin()
    spent, lost = vote.print()[:2]
    vote.cast(spent, "sss")
    slips.reprint_slips(vote.group(), count=5, reason="遗失", by=vote.centre, at=CAST, seen=1, draw=vote.draw)
    closed = vote.print("villages")[0]
    vote.close("villages", reason="全部到场", at=CAST)
    found = {}
    for name, code in {"spent": spent, "void": lost, "closed": closed, "unknown": "ABCDEFGHJK"}.items():
        with CaptureQueriesContext(connection) as queries:
            answer = send(voter, code)
        found[name] = (heading(answer), answer.status_code, len(queries))
    assert {name: words for name, (words, *_) in found.items()} == {
        "spent": "This slip has been used",
        "void": "There is no such slip",
        "closed": "Voting is over",
        "unknown": "There is no such slip",
    }
    assert len({tuple(rest) for _, *rest in found.values()}) == 1


def test_after_the_end_the_page_says_so(vote, voter):
    vote.begin()
    code = vote.print()[0]
    with time_machine.travel(ENDS, tick=False):
        assert heading(send(voter, code)) == "Voting is over"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Enter the 10 letters"),
        ("ABC", "Only 3 letters"),
        ("ABCDEFGHJKM", "More than 10"),
        ("<script>alert(1)</script>", "More than 10"),
        ("' OR 1=1 --", "Only 4"),
        ("\x00\x00", "Enter the 10 letters"),
        ("A" * 100_000, "More than 10"),
        ("票票票票票票票票票票", "no such slip"),
        ("ａｂｃｄｅｆｇｈｊｋ", "no such slip"),
    ],
)
def test_hostile_codes_are_refused_beside_the_field(vote, voter, code, said):
    vote.begin()
    answer = send(voter, code)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_a_code_in_the_address_opens_nothing(vote, voter):
    vote.begin()
    code = vote.print()[0]
    assert code not in voter.get(f"{reverse('slip')}?code={code}").content.decode()
    assert voter.get(f"{reverse('slip')}{code}/").status_code == 404


def test_who_guesses_on_and_on_has_to_wait_and_nothing_is_written_of_it(vote, voter):
    vote.begin()
    good = vote.print()[0]
    for _ in range(GUESSES.most):
        send(voter, "ABCDEFGHJK")
    assert "Too many wrong codes" in send(voter, "ABCDEFGHJK").content.decode()
    assert "Too many wrong codes" in send(voter, good).content.decode()
    other = Client(headers={"accept-language": "en"}, REMOTE_ADDR="10.0.0.9")
    assert heading(send(other, good)).startswith("Please mark")
    assert not any("127.0.0.1" in str(key) for key in cache._cache)


def test_the_page_is_kept_by_no_browser_and_sets_no_cookie(vote, voter):
    vote.begin()
    answer = send(voter, vote.print()[0])
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_whole_numbers_are_typed_where_there_are_no_choices(vote, voter):
    from tests.assessments.votes.conftest import PLAN

    text = PLAN.read_text().replace(', choices = { "满意" = 95, "基本满意" = 75, "不满意" = 40 }', "")
    vote.begin(plan=text.encode())
    code = vote.print("villages")[0]
    names = [f"mark-V1-{team.pk}" for team in vote.teams]
    wrong = send(voter, code, cast="1", **dict(zip(names, ("100", "101", "8.5"), strict=True)))
    assert wrong.content.decode().count("Enter a whole number from 0 to 100.") == 2
    assert heading(send(voter, code, cast="1", **dict(zip(names, ("100", "0", "085"), strict=True)))).startswith("Your")
    assert set(VoteCount.objects.filter(count=1).values_list("mark", flat=True)) == {"100", "0", "85"}

"""Plain-sight checks: what they find, what they leave alone, and how they are seen before a result is approved."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from assessments.figures.entry import Entry
from assessments.models import AssessmentRound, SeenCheck
from assessments.results.plain_sight import PlainSight
from assessments.results.scoring import approve_round
from assessments.results.seen_checks import checks_of, see_check
from assessments.states import PlainSightCheck as Check
from governance.clock import at_time
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.evidence.attachments import attach_evidence
from teams.models import Task
from tests.assessments import work
from tests.assessments.conftest import APPROVED, ENTERED, FILED, SCORED
from tests.factories import a_photo, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def rows(story, kind, at=SCORED) -> list[str]:
    """The rows of a check as the centre reads them."""
    return [row.words for row in PlainSight(story.round, story.centre2, at=at).rows(kind)]


def unseen(story, person=None) -> list[Check]:
    return [check.kind for check in checks_of(story.round, person or story.centre2, at=APPROVED) if check.unseen]


def see(story, kind, *, by=None, note="已核对", at=APPROVED, **also):
    """The approver sees a check as it is."""
    check = next(one for one in checks_of(story.round, story.centre2, at=at) if one.kind == kind)
    return see_check(story.round, kind, note=note, **({"seen": check.digest} | also), by=by or story.centre2, at=at)


# What is found -------------------------------------------------------------------------------------------------------
def test_a_file_under_two_claims_is_one_row_and_a_withdrawn_claim_is_none(story):
    story.until("collecting")
    first = story.file(story.teams[0], "P1", level="municipal", matter="现场会")
    attach_evidence(first, a_photo(), by=story.office, at=FILED)
    assert rows(story, Check.SAME_FILE) == []
    second = story.file(story.teams[0], "P1", level="municipal", matter="另一事项")
    attach_evidence(second, a_photo(), by=story.office, at=FILED)
    attach_evidence(second, a_photo("red"), by=story.office, at=FILED)
    (words,) = rows(story, Check.SAME_FILE)
    assert "teal.jpg" in words
    assert "“现场会”" in words
    assert "“另一事项”" in words
    type(second).objects.filter(pk=second.pk).update(state="withdrawn")
    assert rows(story, Check.SAME_FILE) == []


def test_a_file_of_two_teams_is_a_row_without_its_name_and_one_teams_own_is_none(story):
    story.until("collecting")
    found = {}
    for place in (0, 0, 1):
        task = make_task(team=story.teams[place], title=f"任务{place}")
        people = {"asker": story.heads[task.team.code], "checker": story.office}
        asked = work.close_out(task, asked=work.LAST, accepted=None, **people)
        attach_evidence(asked, a_photo(), by=story.heads[task.team.code], at=at_time(work.LAST, 10))
        found[place] = rows(story, Check.SAME_FILE)
    assert found[0] == []
    (words,) = found[1]
    assert story.teams[0].short_name in words
    assert story.teams[1].short_name in words
    assert "teal" not in words


def test_closed_out_without_evidence_up_to_the_cut_off(story):
    story.until("collecting")
    closed = Task.objects.filter(state="closed_out", title="建成联合党委")
    assert len(rows(story, Check.NO_EVIDENCE)) == closed.count() == 4
    attach_evidence(closed[0], a_photo(), by=story.office, at=ENTERED)
    assert len(rows(story, Check.NO_EVIDENCE)) == 3
    late, early = make_task(team=story.teams[0]), make_task(team=story.teams[0])
    work.move(late, at=work.CUT_OFF, state="closed_out", closed_on=work.CUT_OFF.date())
    before = work.FIRST - timedelta(days=1)
    work.move(early, at=at_time(before, 9), state="closed_out", closed_on=before)
    assert len(rows(story, Check.NO_EVIDENCE)) == 3


@pytest.mark.parametrize(
    ("hours", "percent", "found"),
    [(47, "70", True), (47, "69.99", False), (49, "90", False), (0, "90", False)],
    ids=["thirty points on the last two days", "less", "before them", "after the cut-off"],
)
def test_progress_that_jumped_just_before_the_cut_off(story, hours, percent, found):
    story.until("collecting")
    task = make_task(team=story.teams[1], title="跃进", percent=Decimal(40))
    work.move(task, at=work.CUT_OFF - timedelta(hours=hours), percent=Decimal(percent))
    assert [("40%" in words, "70%" in words) for words in rows(story, Check.JUMP)] == ([(True, True)] if found else [])


def test_a_task_of_the_last_two_days_has_not_jumped(story):
    story.until("collecting")
    make_task(team=story.teams[1], at=work.CUT_OFF - timedelta(hours=5), percent=Decimal(90))
    assert rows(story, Check.JUMP) == []


def test_figures_on_target_are_named_from_three_teams_on(story):
    story.until("collecting")
    codes = [team.code for team in story.teams]
    story.enter("T7", {code: Entry("24", "24.00") for code in codes[:2]} | {codes[2]: Entry("23.99", "24")})
    assert rows(story, Check.ON_TARGET) == []
    story.enter("T7", {codes[2]: Entry("24.0", "24")}, at=ENTERED + timedelta(minutes=5))
    (words,) = rows(story, Check.ON_TARGET)
    assert all(team.short_name in words for team in story.teams[:3])
    assert story.teams[3].short_name not in words


def test_a_value_more_than_three_times_the_last_rounds(story):
    """Exactly three times is not more; a 0 before says nothing."""
    story.until("scoring")
    story.without = set()
    story.open(starts_on=date(2026, 7, 2))
    story.freeze()
    values = ("78", "37.6", "5")  # 26, 12.5 and 0 before
    entries = {team.code: Entry(value, "24", value) for team, value in zip(story.teams, values, strict=False)}
    story.enter("T7", entries)
    (words,) = rows(story, Check.TRIPLED)
    assert words.startswith(f"{story.teams[1].short_name}: T7")
    assert "37.6, 12.5" in words
    AssessmentRound.objects.exclude(pk=story.round.pk).update(state="abandoned")
    assert rows(story, Check.TRIPLED) == []


def test_queries_do_not_grow_with_teams_and_rows(story):
    story.until("scoring")

    def count():
        with CaptureQueriesContext(connection) as found:
            checks_of(AssessmentRound.objects.get(), story.centre2, at=SCORED)
        return len(found)

    few = count()
    for team in story.teams:
        for _ in range(3):
            task = make_task(team=team)
            work.move(task, at=work.CUT_OFF - timedelta(hours=1), percent=Decimal(100))
            attach_evidence(task, a_photo(), by=story.office, at=ENTERED)
            done = make_task(team=team)
            work.move(done, at=at_time(work.LAST, 9), state="closed_out", closed_on=work.LAST)
    assert count() == few


# Seen ----------------------------------------------------------------------------------------------------------------
def test_what_is_seen_stays_seen_until_a_row_is_new(story):
    story.until("scoring")
    assert unseen(story) == [Check.NO_EVIDENCE]
    kept = see(story, Check.NO_EVIDENCE)
    assert (kept.number, kept.by, kept.note) == (1, story.centre2, "已核对")
    assert unseen(story) == []
    task = make_task(team=story.teams[0])
    work.move(task, at=at_time(work.LAST, 9), state="closed_out", closed_on=work.LAST)
    (check,) = [one for one in checks_of(story.round, story.centre, at=APPROVED) if one.unseen]
    assert [row.key for row in check.unseen] == [(task.pk,)]
    assert see(story, Check.NO_EVIDENCE, note="补交").number == 2
    assert unseen(story) == []


def test_the_audit_log_says_that_a_check_was_seen_and_nothing_of_what_it_shows(story):
    story.until("scoring")
    see(story, Check.NO_EVIDENCE)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.by) == ("see_check", story.centre2)
    assert json.loads(event.change) == {"number": 1}


def test_seeing_is_refused(story):
    story.until("scoring")
    with pytest.raises(NotAllowed, match="took part in the score"):
        see(story, Check.NO_EVIDENCE, by=story.centre)
    with pytest.raises(NotAllowed):
        see(story, Check.NO_EVIDENCE, by=story.office)
    with pytest.raises(Invalid):
        see(story, Check.NO_EVIDENCE, note=" ")
    for kind, seen in ((Check.NO_EVIDENCE, "others"), (Check.JUMP, None)):
        with pytest.raises(WrongState, match="Reload"):
            see(story, kind, **({} if seen is None else {"seen": seen}))
    story.approve()
    with pytest.raises(WrongState, match="in scoring"):
        see(story, Check.NO_EVIDENCE)
    assert not SeenCheck.objects.exists()


@pytest.mark.parametrize("wrong", [{"note": ""}, {"kind": "gossip"}, {"number": 1}])
def test_the_database_refuses_what_cannot_be(story, wrong):
    story.until("scoring")
    kept = see(story, Check.NO_EVIDENCE)
    row = {"round": story.round, "number": 2, "kind": "jump", "rows": "[]", "note": "x", "by": kept.by, "at": APPROVED}
    with pytest.raises(IntegrityError), transaction.atomic():
        SeenCheck.objects.create(**row | wrong)


def test_nothing_is_blocked(story):
    story.until("scoring")
    assert unseen(story)
    assert approve_round(story.round, document="1号", by=story.centre2, at=APPROVED).state == "approved"


# Pages ---------------------------------------------------------------------------------------------------------------
def page(client, person, name, *args, **data):
    client.force_login(person)
    client.cookies["vanguard_language"] = "en"
    address = reverse(name, args=args)
    return client.post(address, data) if data else client.get(address)


def test_the_approver_is_led_from_the_approval_to_the_checks_and_ticks_one(story, client):
    story.until("scoring")
    pk = story.round.pk
    assert "1 plain-sight check has not been seen" in page(client, story.centre2, "round_approve", pk).content.decode()
    listed = page(client, story.centre2, "round_checks", pk).content.decode()
    seen = reverse("check_seen", args=[pk, "no_evidence"])
    assert seen in listed
    form = page(client, story.centre2, "check_seen", pk, "no_evidence")
    digest = form.context["form"]["seen"].value()
    answer = page(client, story.centre2, "check_seen", pk, "no_evidence", seen=digest, note="")
    assert answer.status_code == 422
    answer = page(client, story.centre2, "check_seen", pk, "no_evidence", seen=digest, note="均已现场核查")
    assert answer.status_code == 302
    listed = page(client, story.centre2, "round_checks", pk).content.decode()
    assert "均已现场核查" in listed
    assert seen not in listed
    approve = page(client, story.centre2, "round_approve", pk).content.decode()
    assert "show nothing that has not been seen" in approve


def test_a_page_of_other_rows_is_refused_and_keeps_the_note(story, client):
    story.until("scoring")
    answer = page(client, story.centre2, "check_seen", story.round.pk, "no_evidence", seen="others", note="已核查")
    assert answer.status_code == 409
    assert "已核查" in answer.content.decode()


def test_who_scored_reads_the_checks_and_does_not_tick_them(story, client):
    story.until("scoring")
    listed = page(client, story.centre, "round_checks", story.round.pk).content.decode()
    assert "The checks are seen by the person who approves it" in listed
    assert page(client, story.centre, "check_seen", story.round.pk, "no_evidence").status_code == 403
    assert page(client, story.centre2, "check_seen", story.round.pk, "gossip").status_code == 404


def test_a_round_in_which_nothing_is_conspicuous(story, client):
    story.until("preparing")
    story.round.teams.update(is_active=False)
    listed = page(client, story.centre2, "round_checks", story.round.pk).content.decode()
    assert "Nothing conspicuous" in listed
    assert all(str(check.label) in listed for check in Check)
    assert "to be seen" not in listed

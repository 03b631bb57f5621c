"""A published result that proves wrong is superseded by a second one, approved and published like the first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.checking.corrections import correct_published_rows
from assessments.claims import claims
from assessments.figures.entry import Entry
from assessments.models import Claim, MeasuredValue, Publication, Result, ResultCorrection, ResultLine
from assessments.results import result_corrections as verbs
from assessments.results.verification import verify_published
from assessments.rounds import left_out
from governance.records.integrity.guards import remove_triggers
from governance.records.models import Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from tests.assessments.conftest import PUBLISHED
from tests.assessments.results.test_verification import tamper

pytestmark = pytest.mark.django_db

OPENED = PUBLISHED + timedelta(days=3)
NOTICED = OPENED + timedelta(hours=5)
OVER = OPENED + timedelta(days=12)


class Correcting:
    """The story of a correction after a published round, a step at a time."""

    def __init__(self, story):
        self.story = story
        self.round = story.until("published")

    def open(self, by=None):
        self.one = verbs.open_result_correction(
            self.round, reason="核心指标误录", document="垣考核〔2026〕9号", by=by or self.story.centre, at=OPENED
        )
        return self.one

    def figure(self, value="0", place=0, code="T7"):
        """Correct a figure of a team: the first one's core figure by default, which costs it its place."""
        team = self.story.teams[place].code
        entry = Entry(value, "24") if code == "T7" else Entry(value)
        return self.story.enter(code, {team: entry}, at=OPENED + timedelta(hours=1))

    def score(self, by=None, at=OPENED + timedelta(hours=2)):
        self.one = verbs.score_result_correction(self.one, by=by or self.story.centre, at=at)
        return self.one

    def approve(self, by=None, document="垣组发〔2026〕40号"):
        at = OPENED + timedelta(hours=3)
        self.one = verbs.approve_result_correction(self.one, document=document, by=by or self.story.centre2, at=at)
        return self.one

    def notice(self):
        self.one = verbs.post_result_correction(self.one, by=self.story.centre, at=NOTICED, document="公示〔2026〕4号")
        return self.one

    def publish(self, by=None, at=OVER):
        return verbs.publish_result_correction(
            self.one, by=by or self.story.centre, at=at, document="垣考核〔2026〕10号"
        )

    def until(self, state):
        for name, acts in {
            "opened": (self.open,),
            "scored": (self.figure, self.score),
            "approved": (self.approve,),
            "public_notice": (self.notice,),
            "published": (self.publish,),
        }.items():
            for act in acts:
                act()
            if name == state:
                break
        self.one.refresh_from_db()
        return self.one


@pytest.fixture
def correcting(story):
    return Correcting(story)


def totals(result):
    return {line.team.code: line.total for line in result.lines.select_related("team")}


def found():
    return {finding.path for verified in verify_published() for finding in verified.findings}


def test_both_results_stand_beside_each_other_and_verify(correcting):
    first = Result.objects.get()
    before = totals(first)
    correcting.until("published")
    second = Result.objects.get(number=2)
    assert correcting.one.state == "published"
    assert totals(first) == before != totals(second)
    assert Publication.objects.count() == 2
    assert Result.objects.published().get() == second == Result.objects.standing().get()
    assert Result.objects.published(PUBLISHED).get() == first
    assert found() == set()


@pytest.mark.parametrize("role", ["centre", "office", "leader"])
def test_the_page_of_appeals_shows_nothing_of_a_correction(client, request, correcting, role):
    correcting.until("scored")
    new = Result.objects.get(number=2)
    client.force_login(request.getfixturevalue(role))
    answer = client.get(reverse("round_appeals", args=[correcting.round.pk]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert new.fingerprint not in page
    changed = {f"{total:.2f}" for total in totals(new).values()} - {
        f"{total:.2f}" for total in totals(Result.objects.get(number=1)).values()
    }
    assert changed
    assert not [total for total in changed if total in page]


@pytest.mark.parametrize("state", ["scored", "approved", "public_notice"])
def test_the_old_result_goes_on_to_count_until_the_new_one_is_published(correcting, state):
    correcting.until(state)
    assert Result.objects.standing().get().number == 1
    assert correcting.round.state == "published"


def test_what_the_new_result_says_is_the_centres_alone_before_its_notice(correcting, office, leader, superuser):
    correcting.until("approved")
    head = correcting.story.heads[correcting.story.teams[0].code]
    for person in (office, leader, superuser, head):
        assert set(Result.objects.visible_to(person).values_list("number", flat=True)) == {1}
        assert not ResultLine.objects.visible_to(person).filter(result__number=2).exists()
        assert not ResultCorrection.objects.visible_to(person).exists()
    correcting.notice()
    for person in (office, leader, superuser, head):
        assert set(Result.objects.visible_to(person).values_list("number", flat=True)) == {1, 2}
        assert ResultCorrection.objects.visible_to(person).exists()
    own = ResultLine.objects.detail_visible_to(head).filter(result__number=2)
    assert [line.team for line in own] == [correcting.story.teams[0]]


def test_a_result_taken_out_of_its_notice_is_the_centres_alone_again(correcting, office):
    correcting.until("public_notice")
    verbs.return_result_correction(correcting.one, reason="仍有误", by=correcting.story.centre, at=NOTICED)
    assert set(Result.objects.visible_to(office).values_list("number", flat=True)) == {1}
    correcting.one.refresh_from_db()
    assert (correcting.one.state, correcting.one.approved_by, correcting.one.approval) == ("scored", None, "")


def test_only_the_centre_opens_one_and_only_of_a_published_round(story, office, superuser):
    round = story.until("public_notice")
    said = {"reason": "误录", "document": "1号", "at": OPENED}
    with pytest.raises(WrongState):
        verbs.open_result_correction(round, by=story.centre, **said)
    story.publish()
    for person in (office, superuser, story.heads[story.teams[0].code]):
        with pytest.raises(NotAllowed):
            verbs.open_result_correction(round, by=person, **said)
    for missing in ("reason", "document"):
        with pytest.raises(Invalid) as refused:
            verbs.open_result_correction(round, by=story.centre, **(said | {missing: " "}))
        assert list(refused.value.fields) == [missing]


def test_one_correction_of_a_round_is_open_at_a_time(correcting):
    one = correcting.until("opened")
    with pytest.raises(Invalid, match="open already|更正"):
        correcting.open()
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultCorrection.objects.create(
            round=one.round,
            number=2,
            reason="x",
            document="x",
            corrects=one.corrects,
            opened_by=one.opened_by,
            opened_at=OPENED,
        )
    verbs.drop_result_correction(one, reason="查无此误", by=correcting.story.centre, at=NOTICED)
    assert correcting.open().number == 2


# Facts ---------------------------------------------------------------------------------------------------------------
def test_a_figure_of_a_published_round_is_corrected_only_while_a_correction_is_open(correcting):
    with pytest.raises(WrongState):
        correcting.figure()
    correcting.until("opened")
    assert [figure.number for figure in correcting.figure()] == [2]
    correcting.score()
    assert [figure.number for figure in correcting.figure("1")] == [3]
    correcting.score(at=OPENED + timedelta(hours=2, minutes=30))
    correcting.approve()
    with pytest.raises(WrongState):
        correcting.figure("2")


def test_claims_are_lowered_and_withdrawn_only_while_a_correction_is_open(correcting):
    story, claim = correcting.story, Claim.objects.get(indicator__code="P1")
    lower = {"level": "municipal", "reason": "实为市级", "by": story.centre, "at": OPENED}
    with pytest.raises(WrongState):
        claims.lower_claim(claim, **lower)
    correcting.until("opened")
    with pytest.raises(NotAllowed):
        claims.withdraw_claim(claim, reason="不符", by=story.office, at=OPENED)
    claims.lower_claim(claim, **lower)
    claims.withdraw_claim(Claim.objects.get(pk=claim.pk), reason="不符", by=story.centre, at=OPENED)
    correcting.score()
    (change,) = [one for one in verbs.changes_of(correcting.one) for point in one.points if point.code == "P1"]
    assert (change.code, change.points[0].after) == (story.teams[0].code, 0)


def test_an_indicator_is_left_out_only_while_a_correction_is_open(correcting):
    story = correcting.story
    with pytest.raises(WrongState, match="left out|不计"):
        story.leave_out("T7", 2, at=OPENED)
    correcting.until("opened")
    correcting.figure("", place=2)
    decided = story.leave_out("T7", 2, at=OPENED + timedelta(hours=1, minutes=1))
    assert decided.number == 1 and left_out.is_open(correcting.round)


def test_facts_that_teams_read_are_those_of_the_result_that_counts(correcting, client):
    story = correcting.story
    url = reverse("fact_sheet", args=[correcting.round.pk, story.teams[0].code])
    correcting.until("public_notice")
    client.force_login(story.heads[story.teams[0].code])
    assert '<b class="fact-value">26 / 24</b>' in client.get(url).content.decode()
    correcting.publish()
    assert '<b class="fact-value">0 / 24</b>' in client.get(url).content.decode()


# The people rules of a round -----------------------------------------------------------------------------------------
def test_who_scored_does_not_approve_and_who_approved_does_not_publish(correcting):
    story = correcting.story
    correcting.until("scored")
    with pytest.raises(NotAllowed, match="Another|另一|其他人员"):
        correcting.approve(by=story.centre)
    correcting.approve()
    correcting.notice()
    with pytest.raises(NotAllowed, match="Another|另一|其他人员"):
        correcting.publish(by=story.centre2)
    correcting.publish()


def test_who_corrected_a_figure_does_not_approve_though_they_approved_the_first_result(correcting):
    story = correcting.story
    correcting.until("opened")
    story.enter("T7", {story.teams[0].code: Entry("0", "24")}, by=story.centre2, at=OPENED)
    correcting.score()
    with pytest.raises(NotAllowed):
        correcting.approve()
    assert found() == set()


def test_nobody_but_the_centre_moves_a_correction(correcting, office, leader, superuser):
    one = correcting.until("public_notice")
    moves = {
        verbs.score_result_correction: {},
        verbs.approve_result_correction: {"document": "1号"},
        verbs.post_result_correction: {},
        verbs.publish_result_correction: {},
        verbs.return_result_correction: {"reason": "有误"},
        verbs.drop_result_correction: {"reason": "有误"},
    }
    for person in (office, leader, superuser, correcting.story.heads[correcting.story.teams[0].code]):
        for move, said in moves.items():
            with pytest.raises(NotAllowed):
                move(one, by=person, at=OVER, **said)


# What must be settled ------------------------------------------------------------------------------------------------
def test_nothing_is_scored_where_no_fact_differs(correcting):
    correcting.until("opened")
    with pytest.raises(WrongState, match="No fact differs|没有"):
        correcting.score()
    assert Result.objects.count() == 1


def test_a_result_older_than_a_fact_is_not_approved(correcting):
    correcting.until("scored")
    correcting.story.enter(
        "T7", {correcting.story.teams[0].code: Entry("1", "24")}, at=OPENED + timedelta(hours=2, minutes=9)
    )
    with pytest.raises(WrongState, match="Score again|重新"):
        correcting.approve()


def test_a_page_opened_before_somebody_scored_again_is_refused(correcting):
    correcting.until("scored")
    with pytest.raises(WrongState):
        verbs.score_result_correction(correcting.one, by=correcting.story.centre, at=NOTICED, seen=1)
    with pytest.raises(WrongState):
        verbs.approve_result_correction(correcting.one, document="1号", by=correcting.story.centre2, at=NOTICED, seen=1)


def test_a_changed_rank_needs_a_notice_that_is_over(correcting):
    correcting.until("approved")
    assert verbs.changes_places(correcting.one)
    with pytest.raises(WrongState, match="public notice|公示"):
        correcting.publish()
    correcting.notice()
    with pytest.raises(WrongState, match="public notice|公示"):
        correcting.publish(at=NOTICED + timedelta(days=1))
    end = verbs.notice_end(correcting.one)
    correcting.publish(at=end + timedelta(minutes=1))


def test_without_a_changed_rank_or_grade_it_is_published_without_a_notice(correcting):
    correcting.until("opened")
    correcting.figure("25.9")  # still above the own target: the facts differ, the points do not
    correcting.score()
    correcting.approve()
    assert verbs.changes_of(correcting.one) == []
    with pytest.raises(WrongState):
        correcting.notice()
    correcting.publish(at=NOTICED)
    assert found() == set()


def test_the_changes_name_teams_indicators_and_who_moves(correcting):
    correcting.until("scored")
    changes = verbs.changes_of(correcting.one)
    (change,) = [one for one in changes if one.points]
    assert (change.code, change.changes_place) == (correcting.story.teams[0].code, True)
    assert [point.code for point in change.points] == ["T7"]
    assert change.total_after < change.total_before


def test_the_heads_are_told_of_notice_and_publication(correcting):
    correcting.until("published")
    for kind in ("correction_in_notice", "correction_published"):
        assert Notice.objects.filter(kind=kind).count() == len(correcting.story.heads)


def test_a_correction_dropped_leaves_the_published_result(correcting):
    correcting.until("scored")
    with pytest.raises(Invalid):
        verbs.drop_result_correction(correcting.one, reason=" ", by=correcting.story.centre, at=NOTICED)
    verbs.drop_result_correction(correcting.one, reason="原值无误", by=correcting.story.centre, at=NOTICED)
    correcting.one.refresh_from_db()
    assert not correcting.one.is_open and not correcting.round.takes_corrections
    assert Result.objects.published().get().number == 1
    assert found() == set()
    with pytest.raises(WrongState):
        correcting.approve()


def test_a_second_correction_corrects_the_corrected_result(correcting):
    correcting.until("published")
    later = {"by": correcting.story.centre, "at": OVER + timedelta(hours=1)}
    one = verbs.open_result_correction(correcting.round, reason="再误", document="2号", **later)
    assert one.corrects.number == 2


# Who sees which page -------------------------------------------------------------------------------------------------
PAGES = ("result_correction", *(f"result_correction_{step}" for step in ("score", "approve", "notice", "publish")))
PAGES += ("result_correction_back", "result_correction_drop")


@pytest.mark.parametrize("state", ["opened", "scored", "approved", "public_notice", "published"])
def test_each_page_of_a_correction_opens_for_whom_it_should(
    correcting, client, office, leader, auditor, superuser, state
):
    one = correcting.until(state)
    story = correcting.story
    head = story.heads[story.teams[0].code]
    shown = state in ("public_notice", "published")
    for person in (story.centre, story.centre2, office, leader, auditor, superuser, head):
        client.force_login(person)
        is_centre = person in (story.centre, story.centre2)
        for name in PAGES:
            status = client.get(reverse(name, args=[one.round_id, one.number])).status_code
            if is_centre:
                assert status == 200 if name == "result_correction" else status in (200, 302), name
            else:
                assert status == (200 if shown and name == "result_correction" else 404), (name, person)


def test_every_page_shows_the_old_result_until_the_new_one_is_published(correcting, client, office):
    before = {line.team.code: f"{line.total:.2f}" for line in Result.objects.get().lines.select_related("team")}
    correcting.until("public_notice")
    after = {line.team.code: f"{line.total:.2f}" for line in Result.objects.get(number=2).lines.select_related("team")}
    code = correcting.story.teams[0].code
    assert before[code] != after[code]
    pages = [reverse(name, args=[correcting.round.pk]) for name in ("results", "versus", "stability", "what_if")]
    pages.append(reverse("scorecard", args=[correcting.round.pk, code]))
    pages.append(correcting.story.teams[0].get_absolute_url())
    for published in (False, True):
        if published:
            correcting.publish()
        for person in (office, correcting.story.centre):
            client.force_login(person)
            for url in pages:
                answer = client.get(url)
                page = answer.content.decode()
                if "/rounds/" in url:
                    assert answer.context["result"].number == 1 + published, url
                if not url.endswith(("/versus/", "/stability/")):  # which print no totals of their own
                    assert (after[code] in page, before[code] in page) == (published, not published), url
    old = client.get(f"{pages[0]}?result=1").content.decode()
    assert before[code] in old and "垣考核〔2026〕9号" in old and "result=2" in old


def test_the_page_of_the_result_says_nothing_of_a_correction_before_its_notice_but_to_the_centre(
    correcting, client, office
):
    correcting.until("approved")
    url, page = reverse("results", args=[correcting.round.pk]), correcting.one.get_absolute_url()
    for person, known in ((office, False), (correcting.story.centre, True)):
        client.force_login(person)
        assert (page in client.get(url).content.decode()) is known
        assert (client.get(f"{url}?result=2").status_code == 200) is known
    correcting.notice()
    client.force_login(office)
    assert page in client.get(url).content.decode()
    assert client.get(f"{url}?result=2").status_code == 200
    assert client.get(f"{url}?result=x").status_code == client.get(f"{url}?result=9").status_code == 404


def test_before_and_after_names_the_points_to_those_who_may_see_them(correcting, client, auditor, office):
    correcting.until("public_notice")
    own, other = (correcting.story.heads[team.code] for team in correcting.story.teams[:2])
    for person, detailed in ((own, True), (office, True), (other, False), (auditor, False)):
        client.force_login(person)
        page = client.get(correcting.one.get_absolute_url()).content.decode()
        assert correcting.story.teams[0].name in page
        assert ("T7 " in page) is detailed, person


def test_the_centre_corrects_through_the_pages(correcting, client):
    story = correcting.story
    client.force_login(story.centre)
    response = client.post(
        reverse("result_correction_new", args=[correcting.round.pk]), {"reason": "误录", "document": "9号"}
    )
    one = ResultCorrection.objects.get()
    assert response.url == one.get_absolute_url()
    team, measured = story.teams[0], story.indicator("T2")
    rows = reverse("published_rows", args=[one.round_id, measured.pk, team.code])
    assert rows in client.get(reverse("fact_sheet", args=[one.round_id, team.code])).content.decode()
    form = client.get(rows).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"row-0": "set_aside", "basis": "会议纪要3号"}
    assert client.post(rows, data).status_code == 302
    assert client.post(rows, data).status_code == 409  # opened on the value that stood before
    score = reverse("result_correction_score", args=[one.round_id, one.number])
    assert client.post(score, {"seen": 1}).status_code == 302
    assert client.post(score, {"seen": 1}).status_code == 409
    one.refresh_from_db()
    assert (one.state, one.result.number) == ("scored", 2)
    value = MeasuredValue.objects.standing().get(round_team__team=team, indicator=measured)
    (decision,) = value.decisions.all()
    assert (value.number, decision.outcome, decision.basis, decision.question) == (2, "set_aside", "会议纪要3号", None)
    assert found() == set()


def test_rows_of_a_published_round_are_corrected_only_while_a_correction_is_open(correcting, office):
    story = correcting.story
    about = (correcting.round, story.teams[0], story.indicator("T2"), [])
    with pytest.raises(WrongState):
        correct_published_rows(*about, basis="3号", by=story.centre, at=OPENED)
    correcting.open()
    for person in (office, story.heads[story.teams[0].code]):
        with pytest.raises(NotAllowed):
            correct_published_rows(*about, basis="3号", by=person, at=OPENED)


# Tampering -----------------------------------------------------------------------------------------------------------
def last_step(correction):
    return correction.steps.latest("number")


TAMPERING = {
    "state": (lambda one: one, {"state": "approved"}, "corrections[1].state"),
    "approval": (lambda one: one, {"approval": "另一文号"}, "corrections[1].approval"),
    "document": (lambda one: one, {"document": "另一文号"}, "corrections[1].document"),
    "number": (lambda one: one, {"number": 2}, "corrections[2].number"),
    "day of opening": (lambda one: one, {"opened_at": OVER}, "corrections[1].at"),
    "step": (last_step, {"from_state": "opened"}, "corrections[1].steps[5].from"),
    "document of a step": (last_step, {"document": "另一文号"}, "corrections[1].steps[5].document"),
    "publication": (lambda one: one.result.publication, {"document": "另一文号"}, "publication.document"),
    "total of the old": (lambda one: one.corrects.lines.first(), {"total": "1.00"}, "lines["),
    "total of the new": (lambda one: one.result.lines.first(), {"total": "1.00"}, "lines["),
    "body of the old": (lambda one: one.corrects, {"body": "{}"}, "sha256"),
    "body of the new": (lambda one: one.result, {"body": "{}"}, "sha256"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_with_either_result_or_the_correction_is_found(correcting, what):
    one = correcting.until("published")
    remove_triggers()
    row, fields, path = TAMPERING[what]
    tamper(row(one), **fields)
    assert [place for place in found() if place.startswith(path)], found()


def test_another_person_is_found(correcting):
    one = correcting.until("published")
    remove_triggers()
    for row, name in ((one, "approved_by"), (one.result.publication, "by"), (last_step(one), "by")):
        was = getattr(row, name).pk
        tamper(row, **{name: correcting.story.office.pk})
        assert found()
        tamper(row, **{name: was})
    assert found() == set()


def test_a_second_publication_without_a_correction_is_found(correcting):
    one = correcting.until("approved")
    Publication.objects.create(result=one.result, by=correcting.story.centre, at=OVER)
    assert {"publications", "publication", "corrections[1].publication"} <= found()

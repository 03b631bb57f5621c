"""Appeals in the public notice of a corrected result: about what it changes, decided by the rules of a round."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.appeals.desk import AppealDesk
from assessments.appeals.duties import duties
from assessments.appeals.letters import letter_of
from assessments.figures.entry import Entry
from assessments.forms.appeal import ALLOW
from assessments.front.appeal_lines import appeal_lines, notice_lines
from assessments.models import Appeal, Result
from assessments.results import result_corrections as verbs
from assessments.results.public_notice import CorrectionNotice, PublicNotice
from assessments.results.readiness import appeals_open
from assessments.results.verification import verify_published
from governance.people.models import CalendarDay
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.registers.todo import TodoReader
from tests.assessments.appeals.conftest import allow, appeal, dismiss, figure
from tests.assessments.results.test_result_corrections import NOTICED, OVER, Correcting
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

FILED = NOTICED + timedelta(hours=1)
DECIDED = NOTICED + timedelta(hours=2)


@pytest.fixture
def correcting(story):
    """A published round whose correction says that the first team's core figure is 0, not 26: it loses its place."""
    return Correcting(story)


def object_to(correcting, fact="T7", place=0, **also) -> Appeal:
    """The head of a team appeals in the notice of the correction."""
    return appeal(correcting.story, fact, place, **({"correction": correcting.one, "at": FILED} | also))


def core(value: str):
    """The core figure as it should be."""
    correction = figure(value)
    return type(correction)(Entry(value, "24"), correction.document, correction.basis)


def found():
    return [finding for verified in verify_published() for finding in verified.findings]


def test_only_what_the_correction_changes_is_appealed_by_its_own_people_in_its_notice(correcting):
    story = correcting.story
    correcting.until("approved")
    with pytest.raises(WrongState):
        object_to(correcting)
    correcting.notice()
    with pytest.raises(WrongState):
        appeal(story, "T7", 0, at=FILED)  # the notice of the round is over
    for stranger in (story.centre, story.office, MemberFactory(team=story.teams[0], part="liaison").user):
        with pytest.raises(NotAllowed):
            object_to(correcting, by=stranger)
    for fact, place in (("T6", 0), ("T7", 1)):
        with pytest.raises(Invalid) as refusal:
            object_to(correcting, fact, place)
        assert "fact" in refusal.value.fields
    end = verbs.notice_end(correcting.one)
    with pytest.raises(WrongState, match="18:00"):
        object_to(correcting, at=end + timedelta(minutes=1))
    one = object_to(correcting, at=end)
    assert (one.result_correction, one.result.number) == (correcting.one, 2)
    with pytest.raises(Invalid):
        object_to(correcting, at=end)
    object_to(correcting, matter="grade", at=end)
    assert json.loads(AuditEvent.objects.filter(verb="file_appeal").first().change)["correction"] == 1
    # At home the heads read until when, and the centre what to decide; it is none of the round's own notice.
    own = CorrectionNotice(correcting.one).url
    for lines, person in ((notice_lines, story.heads[story.teams[0].code]), (appeal_lines, story.centre2)):
        assert [line.url for line in lines(TodoReader(person, FILED))] == [own]
    assert list(appeal_lines(TodoReader(story.office, FILED))) == []
    assert AppealDesk(PublicNotice(story.round), story.centre, at=end).appeals == [] == duties(story.round)
    assert len(AppealDesk(CorrectionNotice(correcting.one), story.centre, at=end).appeals) == 2


def test_a_correction_waits_for_every_decision_and_a_dismissed_appeal_leaves_its_result(correcting):
    correcting.until("public_notice")
    one = object_to(correcting)
    assert [wait.url for wait in appeals_open(correcting.round, to="published", at=OVER)] == [one.get_absolute_url()]
    reason = {"reason": "有误", "by": correcting.story.centre, "at": OVER}
    for act in (
        correcting.publish,
        lambda: verbs.return_result_correction(correcting.one, **reason),
        lambda: verbs.drop_result_correction(correcting.one, **reason),
    ):
        with pytest.raises(WrongState):
            act()
    with pytest.raises(NotAllowed):
        dismiss(correcting.story, one, by=correcting.story.centre, at=DECIDED)  # who scored the correction
    decision = dismiss(correcting.story, one, at=DECIDED)
    assert (decision.result.number, Result.objects.count()) == (2, 2)
    assert letter_of(one).content
    with pytest.raises(Invalid) as refusal:
        object_to(correcting, at=DECIDED)
    assert "1" in str(refusal.value.fields["fact"])
    correcting.one.refresh_from_db()
    correcting.publish()
    assert Result.objects.published().get().number == 2
    assert found() == []
    with pytest.raises(WrongState):
        object_to(correcting, at=OVER)


def test_an_allowed_appeal_scores_the_corrected_facts_again_and_extends_the_notice(correcting):
    story = correcting.story
    correcting.until("public_notice")
    first, end = Result.objects.get(number=1), verbs.notice_end(correcting.one)
    third = UserFactory(username="centre3")
    third.groups.add(*story.centre.groups.all())
    late = end.replace(hour=9)
    decision = allow(story, object_to(correcting), core("26"), by=third, at=late)
    correcting.one.refresh_from_db()
    assert (correcting.one.result, correcting.one.state) == (decision.result, "public_notice")
    # The facts are as they were first published, and so is every total that the engine gives.
    totals = [dict(result.lines.values_list("team", "total")) for result in (first, decision.result)]
    assert totals[0] == totals[1] and decision.changes_places
    assert Decimal(json.loads(decision.result.body)["facts"]["values"]["T7"][story.teams[0].code]) == 26
    calendar = CalendarDay.objects.working_days()
    extended = verbs.notice_end(correcting.one)
    assert extended.date() == calendar.add(late.date(), 2) > end.date()
    heads = {head.pk for head in story.heads.values()}
    told = Notice.objects.filter(kind="notice_extended")
    assert set(told.values_list("to", flat=True)) == heads
    assert {notice.url for notice in told} == {correcting.one.get_absolute_url()}
    # In the extension what is again as it was published is not appealed any more.
    with pytest.raises(Invalid):
        object_to(correcting, at=extended)
    with pytest.raises(WrongState):
        correcting.publish(at=extended)
    after = extended + timedelta(minutes=1)
    for kept_out in (third, story.centre2):
        with pytest.raises(NotAllowed):
            correcting.publish(by=kept_out, at=after)
    assert Result.objects.published().get() == first
    correcting.publish(at=after)
    assert Result.objects.published().get() == decision.result
    assert found() == []


def test_pages_of_the_notice_open_from_the_notice_on_and_an_appeal_is_filed_and_decided_there(
    correcting, client, monkeypatch, office, leader
):
    story = correcting.story
    correcting.until("approved")
    args = [correcting.round.pk, 1]
    listed, form = (
        reverse("result_correction_appeals", args=args),
        reverse("result_correction_appeal_new", args=[*args, story.teams[0].code]),
    )
    head = story.heads[story.teams[0].code]

    def status(person, url):
        client.force_login(person)
        return client.get(url).status_code

    for person in (office, leader, head):
        assert [status(person, url) for url in (listed, form)] == [404, 404]
    correcting.notice()
    for module in ("appeal", "result_correction"):
        monkeypatch.setattr(f"assessments.views.{module}.now", lambda: FILED)
    for person in (office, leader, head, story.centre):
        assert status(person, listed) == 200
        assert status(person, correcting.one.get_absolute_url()) == 200
    client.force_login(head)
    page = client.get(form)
    assert page.status_code == 200
    groups = dict(page.context["form"].fields["about"].choices[1:])
    assert [value for value, _ in next(iter(groups.values()))] == ["indicator|T7"]
    said = {"about": "indicator|T7", "wrong": "核心指标", "reason": "见台账", "wanted": "26", "seen": 2}
    assert client.post(form, said | {"seen": 1}).status_code == 409
    assert client.post(form, said).status_code == 302
    one = Appeal.objects.get()
    assert one.result_correction == correcting.one
    for person in (office, head, story.centre2):
        assert status(person, one.get_absolute_url()) == 200
    client.force_login(story.centre2)
    decide = reverse("appeal_decide", args=[one.pk])
    shown = client.get(decide).context["form"]
    data = {name: shown[name].value() or "" for name in shown.fields if shown[name].value() is not None}
    data |= {"outcome": ALLOW, "value": "26", "target": "24", "document": "9号", "basis": "台账", "answer": "属实"}
    preview = client.post(decide, data | {"do": "preview"})
    assert preview.status_code == 200 and preview.context["preview"].changes
    data["previewed"] = preview.context["form"]["previewed"].value()
    assert client.post(decide, data).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.decision.result.number) == ("allowed", 3)
    # Back in scoring nothing of its results is anybody's but the centre's, and the list of appeals closes with them.
    correcting.one.refresh_from_db()
    verbs.return_result_correction(correcting.one, reason="仍有误", by=story.centre, at=DECIDED)
    new = one.decision.result
    for person in (office, leader, head):
        assert status(person, listed) == 404
        client.force_login(person)
        assert new.fingerprint not in client.get(one.get_absolute_url()).content.decode()
        assert not Result.objects.visible_to(person).filter(number__gt=1).exists()

"""Appeals in the public notice of a year: about a round's fact, which a correction changes before the year is anew."""

import io
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document

from assessments.appeals.decisions import allow_year_appeal
from assessments.appeals.letters import letter_of
from assessments.figures.entry import Entry
from assessments.forms.appeal import ALLOW
from assessments.front.appeal_lines import appeal_lines, notice_lines
from assessments.invariants import INVARIANTS
from assessments.models import Appeal, ResultCorrection, YearResult
from assessments.results import result_corrections
from assessments.results.public_notice import YearNotice
from assessments.results.verification import verify_published
from assessments.results.year_readiness import YearStanding, year_waiting
from assessments.results.year_verification import verify_years
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from governance.registers.todo import TodoReader
from tests.assessments.appeals.conftest import allow, appeal, dismiss
from tests.assessments.years import NOTICED, OVER, Year
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

FILED = NOTICED + timedelta(hours=1)
DECIDED = NOTICED + timedelta(hours=2)


@pytest.fixture
def year(story) -> Year:
    """The year of a published round, in public notice; its story as `year.story`."""
    story.until("published")
    year = Year(story.action, story.plan.plan.code, story.centre, story.centre2)
    year.story = story
    year.until("public_notice")
    return year


def object_to(year, fact="T7", place=0, **also) -> Appeal:
    """The head of a team appeals in the notice of the year."""
    return appeal(year.story, fact, place, **({"year": year.last, "at": FILED} | also))


def allow_it(year, one, **also):
    """The second person of the centre allows it: a correction is opened."""
    said = {"reasons": "台账原件属实。", "document": "垣考核〔2026〕9号", "by": year.centre2, "at": DECIDED}
    return allow_year_appeal(one, **said | also)


def correct(year, correction, value="0", *, at=DECIDED) -> ResultCorrection:
    """Correct the first team's core figure and take the correction to its public notice."""
    year.story.enter("T7", {year.story.teams[0].code: Entry(value, "24")}, at=at + timedelta(hours=1))
    one = result_corrections.score_result_correction(correction, by=year.centre, at=at + timedelta(hours=2))
    one = result_corrections.approve_result_correction(
        one, document="垣组发〔2026〕40号", by=year.centre2, at=at + timedelta(hours=3)
    )
    return result_corrections.post_result_correction(one, by=year.centre, at=at + timedelta(hours=4))


def settled() -> None:
    """Verification and doctor find nothing."""
    assert [finding for one in (*verify_published(), *verify_years()) for finding in one.findings] == []
    assert _broken() == []


def _broken() -> list:
    return [finding for rule in INVARIANTS for finding in rule.findings()]


def waiting(year, at=OVER) -> list[str]:
    """Where the year's page leads before it can be published."""
    standing = YearStanding(year.action, year.code, 2026)
    return [one.url for one in year_waiting(standing, to="published", at=at)]


def test_a_fact_of_a_round_is_appealed_in_the_notice_of_its_year_and_a_dismissed_one_keeps_all(year):
    story, result = year.story, year.last
    end = YearNotice(result).end
    for stranger in (story.centre, story.office, MemberFactory(team=story.teams[0], part="liaison").user):
        with pytest.raises(NotAllowed):
            object_to(year, by=stranger)
    with pytest.raises(WrongState):
        appeal(story, "T7", 0, at=FILED)  # the notice of the round is over
    with pytest.raises(WrongState, match="18:00"):
        object_to(year, at=end + timedelta(minutes=1))
    with pytest.raises(WrongState):
        object_to(year, seen=7)
    with pytest.raises(Invalid) as refusal:
        object_to(year, matter="grade")
    assert "matter" in refusal.value.fields
    one = object_to(year, at=end)
    assert (one.year_result, one.round, one.result.number) == (result, story.round, 1)
    assert json.loads(AuditEvent.objects.filter(verb="file_appeal").last().change)["year"] == str(result)
    with pytest.raises(Invalid):
        object_to(year, at=end)
    for also in ({"matter": "grade"}, {"result_correction": _correction_of_nothing(year)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(pk=one.pk).update(**also)
    # At home the heads read until when, and the centre what to decide.
    url = YearNotice(result).url
    for lines, person in ((notice_lines, story.heads[story.teams[1].code]), (appeal_lines, story.centre2)):
        assert [line.url for line in lines(TodoReader(person, FILED))] == [url]
    # Neither publishing nor a step back comes before the decision.
    assert waiting(year) == [one.get_absolute_url(), story.round.corrections.get().get_absolute_url()]
    for act in (year.publish, year.withdraw):
        with pytest.raises(WrongState):
            act()
    with pytest.raises(NotAllowed):
        dismiss(story, one, by=story.centre, at=OVER)  # who scored the round
    with pytest.raises(WrongState):
        allow(story, one, at=OVER)  # nothing is scored in the notice of a year
    decision = dismiss(story, one, at=OVER)
    assert (decision.result.number, decision.leads_to) == (1, None) and letter_of(one).content
    # A correction that goes on keeps the year back too, whoever opened it.
    with pytest.raises(WrongState):
        year.publish()
    result_corrections.drop_result_correction(story.round.corrections.get(), reason="无误", by=year.centre, at=OVER)
    assert waiting(year) == []
    year.publish()
    with pytest.raises(WrongState):
        object_to(year)
    settled()
    # The doctor finds an appeal that is moved to the notice of a year in which its round does not count.
    same = {field.name: getattr(result, field.name) for field in result._meta.fields if not field.primary_key}
    Appeal.objects.filter(pk=one.pk).update(year_result=YearResult.objects.create(**same | {"year": 2025}))
    assert "appeal_as_decided" in {finding.invariant for finding in _broken()}


def _correction_of_nothing(year):
    return result_corrections.open_result_correction(
        year.story.round, reason="疑有误", document="1号", by=year.centre, at=FILED
    )


def test_an_allowed_appeal_opens_a_correction_after_which_the_year_is_computed_anew(year):
    story, first = year.story, year.last
    one, other = object_to(year), object_to(year, "T6", 1)
    with pytest.raises(Invalid) as refusal:
        allow_it(year, one, document=" ")
    assert set(refusal.value.fields) == {"document"}
    with pytest.raises(Stale):
        allow_it(year, one, seen=one.version + 1)
    decision = allow_it(year, one)
    correction = decision.leads_to
    assert (correction.state, correction.opened_by, decision.result.number) == ("opened", year.centre2, 1)
    assert story.round.results.count() == 1 and year.last == first and year.last.state == "public_notice"
    assert set(Notice.objects.filter(kind="year_appeal_allowed").values_list("to", flat=True)) == {
        story.heads[story.teams[0].code].pk
    }
    assert "更正" in "".join(_words(letter_of(one)))
    # A second one is left to the correction that is open, as long as facts are corrected in it.
    third = object_to(year, "T6", 0)
    assert allow_it(year, third, document="").leads_to == correction
    with pytest.raises(WrongState, match="第1号"):  # what was decided is carried out
        result_corrections.drop_result_correction(correction, reason="无误", by=year.centre, at=DECIDED)
    corrected = correct(year, correction)
    with pytest.raises(WrongState):
        allow_it(year, other, at=DECIDED + timedelta(hours=5))
    # The notice of the correction does not wait for the other appeal of the year, nor the other way round.
    corrected = result_corrections.publish_result_correction(corrected, by=year.centre, at=OVER)
    assert corrected.result.number == 2
    dismiss(story, other, at=OVER)
    with pytest.raises(WrongState):
        year.publish()  # the round has changed
    settled()
    year.withdraw(at=OVER)
    year.compute(at=OVER)
    assert year.last.number == 2 and year.last.body != first.body
    year.approve(at=OVER)
    year.notice(at=OVER)
    # What was decided is appealed again only if it has changed since.
    again = OVER + timedelta(hours=1)
    with pytest.raises(Invalid):
        object_to(year, "T6", 1, at=again)
    with pytest.raises(WrongState):
        appeal(story, "T7", 0, year=first, at=again)
    dismiss(story, object_to(year, at=again), at=again)
    year.publish(at=YearNotice(year.last).end + timedelta(minutes=1))
    settled()
    # After a published year only what has changed since is appealed.
    at = OVER + timedelta(days=20)
    later = result_corrections.open_result_correction(story.round, reason="误录", document="2号", by=year.centre, at=at)
    later = correct(year, later, "26", at=at)
    with pytest.raises(WrongState):
        year.compute(at=at)
    at += timedelta(days=20)
    result_corrections.publish_result_correction(later, by=year.centre, at=at)
    for step in (year.compute, year.approve, year.notice):
        step(at=at)
    with pytest.raises(Invalid):
        object_to(year, "T5", 0, at=at)
    object_to(year, at=at)


def _words(made):
    return [paragraph.text for paragraph in Document(io.BytesIO(made.content)).paragraphs]


def test_pages_of_the_notice_of_a_year(year, client, monkeypatch, office, leader):
    story = year.story
    head = story.heads[story.teams[0].code]
    listed, form = YearNotice(year.last).url, reverse("year_appeal_new", args=[story.round.pk, story.teams[0].code])
    for module in ("appeal", "year"):
        monkeypatch.setattr(f"assessments.views.{module}.now", lambda: FILED)

    def status(person, url):
        client.force_login(person)
        return client.get(url).status_code

    everybody = (office, leader, head, story.centre)
    assert [status(person, listed) for person in everybody] == [200] * 4
    assert listed in client.get(year.last.get_absolute_url()).content.decode()
    assert [status(person, form) for person in everybody] == [403, 403, 200, 403]
    client.force_login(head)
    groups = dict(client.get(form).context["form"].fields["about"].choices[1:])
    assert not [value for choices in groups.values() for value, _words in choices if value.startswith("grade")]
    said = {"about": "indicator|T7", "wrong": "核心指标", "reason": "见台账", "wanted": "0", "seen": 1}
    assert client.post(form, said | {"seen": 3}).status_code == 409
    assert client.post(form, said).status_code == 302
    one = Appeal.objects.get()
    decide = reverse("appeal_decide", args=[one.pk])
    assert [status(person, decide) for person in (*everybody, story.centre2)] == [404, 404, 404, 403, 200]
    shown = client.get(decide).context["form"]
    data = {"version": shown["version"].value(), "seen": shown["seen"].value(), "outcome": ALLOW, "answer": "属实"}
    refused = client.post(decide, data)
    assert "document" in refused.context["form"].errors
    assert client.post(decide, data | {"document": "9号", "version": 9}).status_code == 409
    assert client.post(decide, data | {"document": "9号"}).status_code == 302
    correction = ResultCorrection.objects.get()
    client.force_login(story.centre)
    assert client.get(reverse("result_correction_drop", args=[story.round.pk, 1])).url == correction.get_absolute_url()
    # The correction is the centre's until its own notice; the appeal says no more than that it follows.
    for person in everybody:
        assert status(person, one.get_absolute_url()) == 200
        page = client.get(one.get_absolute_url()).content.decode()
        assert (correction.get_absolute_url() in page) == (person == story.centre)
        assert status(person, reverse("appeal_letter", args=[one.pk])) == 200
    assert status(story.heads[story.teams[1].code], one.get_absolute_url()) == 404
    # Taken back, the year and its notice are the centre's alone again; the appeal and its letter stand.
    year.withdraw(at=DECIDED)
    assert not YearResult.objects.visible_to(head).exists()
    assert [status(person, listed) for person in everybody] == [404, 404, 404, 200]
    assert [status(person, form) for person in everybody] == [404] * 4
    assert [status(person, one.get_absolute_url()) for person in everybody] == [200] * 4

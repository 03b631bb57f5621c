"""Templates of papers: replacing one, what is refused with its place, going back to ours, papers of former days."""

import io
from datetime import timedelta

import pytest
from docx import Document

from governance.formats.files import check_file
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.models import DocumentTemplate
from teams.meetings.orders.answers import answer_order
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.papers.making import paper_of_circular, paper_of_meeting, paper_of_order
from teams.meetings.papers.registry import PAPERS, Kind
from teams.meetings.papers.templates import replace_template, restore_template, template_in_force, templates_in_force
from tests.factories import a_paper
from tests.teams.meetings.factories import BEFORE, make_meeting
from tests.teams.meetings.sample_orders import issued, moment

from .word import lines, text

pytestmark = pytest.mark.django_db


def word(*paragraphs: str, name: str = "我们的.docx"):
    document = Document()
    for said in paragraphs:
        document.add_paragraph(said)
    out = io.BytesIO()
    document.save(out)
    out.seek(0)
    return check_file(out, name)


@pytest.fixture
def meeting(action, secretary, leader, team, head):
    return make_meeting(action, secretary, chair=leader)


def replaced(*paragraphs, by, at=BEFORE, kind=Kind.NOTICE, **seen):
    return replace_template(kind, word(*paragraphs), by=by, at=at, **seen)


def test_ours_is_in_force_until_one_is_put_there(db):
    assert all(each.is_ours and each.number == 0 for each in templates_in_force())
    assert [each.paper.kind for each in templates_in_force()] == list(PAPERS)


def test_the_offices_template_makes_the_paper(meeting, office, secretary):
    row = replaced(
        "兹定于{{ meeting_day }}开会。", "{%p for r in reports %}", "{{ r.team }}", "{%p endfor %}", by=office
    )
    said = lines(paper_of_meeting(meeting, Kind.NOTICE, by=secretary, at=BEFORE).content)
    assert said[0] == "兹定于2026年10月20日开会。" and len(said) == 2
    assert (row.number, template_in_force(Kind.NOTICE).is_ours) == (1, False)
    event = AuditEvent.objects.get(verb="replace_template")
    assert event.by == office


def test_going_back_to_ours_is_a_change_of_its_own(meeting, office, secretary):
    ours = paper_of_meeting(meeting, Kind.NOTICE, by=secretary, at=BEFORE).content
    replaced("{{ title }}", by=office)
    restore_template(Kind.NOTICE, by=office, at=BEFORE + timedelta(hours=1))
    assert template_in_force(Kind.NOTICE).number == 2 and template_in_force(Kind.NOTICE).is_ours
    assert paper_of_meeting(meeting, Kind.NOTICE, by=secretary, at=BEFORE).content == ours
    assert AuditEvent.objects.filter(verb="restore_template").count() == 1


def test_a_bound_pack_keeps_the_template_of_its_moment(meeting, office, secretary):
    bind_pack(meeting, by=secretary, at=BEFORE)
    before = paper_of_meeting(meeting, Kind.PACK, by=secretary, at=BEFORE).content
    replaced("只有{{ title }}", by=office, kind=Kind.PACK, at=BEFORE + timedelta(hours=1))
    assert paper_of_meeting(meeting, Kind.PACK, by=secretary, at=BEFORE + timedelta(hours=2)).content == before
    bind_pack(meeting, by=secretary, at=BEFORE + timedelta(hours=3))
    after = paper_of_meeting(meeting, Kind.PACK, by=secretary, at=BEFORE + timedelta(hours=4)).content
    assert lines(after)[0].startswith("只有")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ salary }}", "“salary”"),
        ("{{ title.upper() }}", "{{ title.upper() }}"),
        ("{% for r in range(9) %}x{% endfor %}", "range(9)"),
        ("{{ reports }}", "“reports”"),
        ("{% if title %}x", "endif"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_place(office, tag, said):
    with pytest.raises(Invalid) as refused:
        replaced("一、会议时间", tag, by=office)
    assert said in refused.value.fields["file"]
    assert not DocumentTemplate.objects.exists()


def test_all_faults_are_named_at_once(office):
    with pytest.raises(Invalid) as refused:
        replaced("{{ one }}", "{{ two }}", by=office)
    assert len(refused.value.fields["file"].splitlines()) == 2


def test_a_loop_that_breaks_the_page_is_found_on_trial(office):
    with pytest.raises(Invalid):
        replaced("{% for r in reports %}{%p if r.team %}", "x", "{%p endif %}", "{% endfor %}</w:t>{{ r }}", by=office)


def test_another_kind_of_file_is_refused(office):
    with pytest.raises(Invalid):
        replace_template(Kind.NOTICE, a_paper()[0], by=office, at=BEFORE)


@pytest.mark.parametrize("role", ["leader", "secretary", "head", "centre"])
def test_only_the_office_replaces(request, role, office):
    person = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        replaced("{{ title }}", by=person)
    replaced("{{ title }}", by=office)
    with pytest.raises(NotAllowed):
        restore_template(Kind.NOTICE, by=person, at=BEFORE)


def test_a_page_that_was_opened_before_another_change_is_stale(office, office2):
    replaced("{{ title }}", by=office, seen=0)
    with pytest.raises(Stale):
        replaced("别的{{ title }}", by=office2, seen=0)
    replaced("别的{{ title }}", by=office2, seen=1, at=BEFORE + timedelta(hours=1))
    assert template_in_force(Kind.NOTICE).number == 2


def test_ours_is_not_restored_twice(office):
    with pytest.raises(WrongState):
        restore_template(Kind.NOTICE, by=office, at=BEFORE)


def test_a_template_whose_file_is_lost_says_what_to_do(meeting, office, secretary):
    row = replaced("{{ title }}", by=office)
    row.file.blob.storage.delete(row.file.blob.name)
    with pytest.raises(WrongState):
        paper_of_meeting(meeting, Kind.NOTICE, by=secretary, at=BEFORE)


def test_an_order_with_and_without_answers(task, office, head):
    order = issued(task, by=office, at=moment(12))
    said = text(paper_of_order(order).content)
    assert f"县专项办督办〔2026〕{order.number}号" in said and "负责人（签字）" in said
    assert task.title in said and "2026年11月2日前书面答复" in said
    answer_order(order, text="已排出计划。", promised_on=None, by=head, at=moment(13))
    order.refresh_from_db()
    answered = text(paper_of_order(order).content)
    assert "第1次" in answered and "已排出计划。" in answered and "负责人（签字）" not in answered
    assert "承诺完成时间：" not in answered and "待审核" in answered
    assert paper_of_order(order).content == paper_of_order(order).content


@pytest.mark.parametrize(
    ("kinds", "headings"),
    [
        (("praise", "named"), ["一、主要做法和亮点", "二、存在问题"]),
        (("named",), ["一、存在问题"]),
        (("praise",), ["一、主要做法和亮点"]),
    ],
)
def test_headings_of_a_circular_are_numbered_without_gaps(action, team, office, leader, kinds, headings):
    told = [CircularLineText(kind, team, "按时报送。") for kind in kinds]
    draft = draft_circular(action, title="关于报送情况的通报", text="现予通报。", lines=told, by=office, at=moment(12))
    said = lines(paper_of_circular(sign_circular(draft, by=leader, at=moment(13))).content)
    assert [line for line in said if line[1:2] == "、"] == headings
    assert said[1] == "县专项办通报〔2026〕1号"

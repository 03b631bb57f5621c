"""The decision letter of an appeal: what it says, its number, and who takes it."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from docx import Document

from assessments.appeals.letters import letter_of
from assessments.rounds.round_states import step_back

from .conftest import DECIDED, allow, appeal, dismiss

pytestmark = pytest.mark.django_db


def lines(made) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(made.content)).paragraphs if paragraph.text.strip()]


def test_an_allowed_appeal_names_the_points_and_every_team_that_changed(noticed):
    one = appeal(noticed)
    allow(noticed, one)
    made = letter_of(one)
    said = "\n".join(lines(made))
    assert made.name == "复核意见书 县考核中心复核〔2026〕1号.docx"
    assert "台账完整，记为部分完整。见台账" in said and "台账原件属实。" in said
    assert "申诉成立。“T6" in said and "由5.00分调整为10.00分" in said
    [table] = Document(io.BytesIO(made.content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    changed = next(row for row in rows if row[0] == one.team.name)
    assert float(changed[2]) > float(changed[1])


def test_a_dismissed_one_keeps_what_stood_and_has_the_next_number(noticed):
    dismiss(noticed, appeal(noticed))
    other = appeal(noticed, place=0)
    dismiss(noticed, other, at=DECIDED + timedelta(minutes=1))
    made = letter_of(other)
    assert "复核〔2026〕2号" in made.name and not Document(io.BytesIO(made.content)).tables
    assert any("申诉不成立，维持“T6" in line for line in lines(made))


def test_it_does_not_change_when_a_later_decision_extends_the_notice(noticed):
    first, second = appeal(noticed), appeal(noticed, place=0)
    allow(noticed, first)
    before = letter_of(first).content
    dismiss(noticed, second, at=DECIDED + timedelta(days=1))
    assert letter_of(first).content == before


def test_who_reads_the_appeal_takes_the_letter_once_it_is_decided(client, noticed, office):
    one = appeal(noticed)
    url = reverse("appeal_letter", args=[one.pk])
    client.force_login(office)
    assert client.get(url).status_code == 404
    dismiss(noticed, one)
    for person in (office, noticed.centre, noticed.heads[one.team.code]):
        client.force_login(person)
        answer = client.get(url)
        assert answer.status_code == 200 and "wordprocessingml" in answer["Content-Type"]
        assert url in client.get(one.get_absolute_url()).content.decode()
    client.force_login(noticed.heads[noticed.teams[2].code])
    assert client.get(url).status_code == 404


def test_after_a_step_back_the_letter_that_tells_scores_is_the_centres_alone(client, noticed, office, leader):
    allowed, dismissed = appeal(noticed), appeal(noticed, place=0)
    allow(noticed, allowed)
    dismiss(noticed, dismissed)
    step_back(noticed.round, reason="有误", by=noticed.centre, at=DECIDED)
    for one, others in ((allowed, 404), (dismissed, 200)):
        url = reverse("appeal_letter", args=[one.pk])
        heads = noticed.heads[one.team.code]
        for person, expected in ((noticed.centre, 200), (office, others), (leader, others), (heads, others)):
            client.force_login(person)
            assert client.get(url).status_code == expected
            page = client.get(one.get_absolute_url())
            assert one.decision.reasons in page.content.decode()
            assert (url in page.content.decode()) == (expected == 200)

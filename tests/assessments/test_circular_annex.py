"""A circular has the ranking of a published round behind it, as everybody may see it, and never another one."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from assessments.models import ResultLine
from governance.records.refusals import Invalid
from governance.registers.annexes import annex_named, annexes_offered
from teams.meetings.models import Circular, CircularDraft
from teams.meetings.orders.circulars import draft_circular, edit_circular, sign_circular
from teams.meetings.papers.making import paper_of_circular
from tests import factories
from tests.assessments.conftest import PUBLISHED
from tests.teams.meetings.papers.word import lines, rows, text

pytestmark = pytest.mark.django_db

AFTER = PUBLISHED + timedelta(days=1)
UNPUBLISHED = ["preparing", "collecting", "scoring", "approved"]


def name_of(round):
    return f"ranking-{round.pk}"


def draft(action, office, annex="", at=AFTER, said="现将结果予以通报。"):
    return draft_circular(action, title="关于试考核情况的通报", text=said, lines=[], annex=annex, by=office, at=at)


@pytest.fixture
def signed(story, action, office, office2):
    """A circular with the ranking of the published round."""
    round = story.until("published")
    return sign_circular(draft(action, office, name_of(round)), by=office2, at=AFTER)


class TestUnpublished:
    @pytest.mark.parametrize("state", UNPUBLISHED)
    def test_it_is_neither_offered_nor_read_nor_written(self, story, action, office, state):
        name = name_of(story.until(state))
        assert annexes_offered(action) == [] and annex_named(action, name, at=AFTER) is None
        with pytest.raises(Invalid) as refused:
            draft(action, office, name)
        assert refused.value.fields.keys() == {"annex"}
        begun = draft(action, office)
        with pytest.raises(Invalid):
            edit_circular(begun, title="通报", text="x", lines=[], annex=name, by=office, at=AFTER)
        assert CircularDraft.objects.get().annex == ""

    def test_a_draft_that_names_one_all_the_same_is_not_signed_and_shows_nothing(
        self, client, story, action, office, office2
    ):
        begun = draft(action, office)
        CircularDraft.objects.filter(pk=begun.pk).update(annex=name_of(story.until("approved")))
        with pytest.raises(Invalid):
            sign_circular(begun, by=office2, at=AFTER)
        assert not Circular.objects.exists()
        client.force_login(office)
        shown = client.get(reverse("circular_draft", args=[begun.pk])).content.decode()
        for total in ResultLine.objects.values_list("total", flat=True):
            assert f"{total:.2f}" not in shown

    @pytest.mark.parametrize("role", ["office", "centre"])
    def test_nobody_is_offered_it_on_the_form(self, client, request, story, action, office, role):
        round = story.until("approved")
        client.force_login(request.getfixturevalue(role))
        page = client.get(reverse("circular_new"))
        assert page.status_code == (200 if role == "office" else 403)
        assert name_of(round) not in page.content.decode()
        sent = client.post(reverse("circular_new"), {"title": "通报", "text": "x", "annex": name_of(round)})
        assert sent.status_code == (422 if role == "office" else 403)
        assert not CircularDraft.objects.exists()

    def test_published_later_than_the_moment_is_not_yet_seen(self, story, action, office):
        name = name_of(story.until("published"))
        assert annex_named(action, name, at=PUBLISHED - timedelta(seconds=1)) is None
        with pytest.raises(Invalid):
            draft(action, office, name, at=PUBLISHED - timedelta(hours=1))

    @pytest.mark.parametrize("name", ["ranking-999", "ranking-", "ranking-9999999999999999999", "result-1", "排名"])
    def test_a_name_that_none_has_is_refused(self, story, action, office, name):
        story.until("published")
        with pytest.raises(Invalid):
            draft(action, office, name)

    def test_a_round_of_another_action_is_refused(self, story, office):
        name, other = name_of(story.until("published")), factories.ActionFactory()
        assert annexes_offered(other) == []
        with pytest.raises(Invalid):
            draft(other, office, name)


class TestPublished:
    def test_the_body_keeps_the_table_that_everybody_sees(self, signed):
        annex = signed.document["annex"]
        kept = [row for band in annex["bands"] for row in band["rows"]]
        lines = ResultLine.objects.select_related("team", "result").order_by("order")
        assert [row[1] for row in kept] == [line.team.name for line in lines]
        assert [row[5] for row in kept] == ["—" if line.total is None else f"{line.total:.2f}" for line in lines]
        assert annex["title"] == "2026年第三季度试考核排名表" and annex["sha256"] == lines[0].result.sha256
        assert len(annex["bands"]) == 2 and all(band["title"] for band in annex["bands"])
        assert annex["note"].endswith("批准：垣组发〔2026〕31号。")

    def test_the_young_and_the_barred_have_a_note(self, story, action, office, office2):
        round = story.until("collecting")
        story.enter_all()
        story.event(story.teams[0], veto=round.plan.rules.vetoes[0].code, matter="未办先销")
        for step in (story.close, story.score, story.approve, story.notice, story.publish):
            step()
        circular = sign_circular(draft(action, office, name_of(round)), by=office2, at=AFTER)
        kept = {row[1]: row for band in circular.document["annex"]["bands"] for row in band["rows"]}
        young, barred = kept[story.teams[-1].name], kept[story.teams[0].name]
        assert (young[6], young[7]) == ("不定等次", "成立不满60天")
        assert barred[7] == "不得评为优秀"

    def test_the_same_facts_give_the_same_bytes(self, signed):
        assert sha256(signed.body.encode()).hexdigest() == signed.sha256
        assert list(json.loads(signed.body)) == sorted(signed.document)
        assert paper_of_circular(signed).content == paper_of_circular(signed).content

    def test_the_paper_names_the_annex_and_has_the_table(self, signed):
        content = paper_of_circular(signed).content
        assert "附件：2026年第三季度试考核排名表" in lines(content)
        table = rows(content)
        assert table[0] == ["位次", "专班", "基础分", "加分", "减分", "总分", "等次", "备注"]
        assert table[1] == [signed.document["annex"]["bands"][0]["title"]]
        assert table[2] == signed.document["annex"]["bands"][0]["rows"][0]

    def test_everybody_reads_it_on_the_page(self, client, signed, story):
        client.force_login(story.heads[story.teams[0].code])
        shown = client.get(signed.get_absolute_url()).content.decode()
        assert "2026年第三季度试考核排名表" in shown
        for band in signed.document["annex"]["bands"]:
            assert all(row[1] in shown and row[5] in shown for row in band["rows"])

    def test_the_office_chooses_it_on_the_form_and_another_signs(self, client, story, action, office, office2):
        name = name_of(story.until("published"))
        client.force_login(office)
        sent = client.post(reverse("circular_new"), {"title": "通报", "text": "", "annex": name})
        begun = CircularDraft.objects.get()
        assert sent.status_code == 302 and begun.annex == name
        assert client.get(reverse("circular_edit", args=[begun.pk])).context["form"]["annex"].value() == name
        assert "2026年第三季度试考核排名表" in client.get(begun.get_absolute_url()).content.decode()
        assert sign_circular(begun, by=office2, at=begun.written_at).document["annex"]["title"]

    def test_a_circular_without_it_says_nothing_of_it(self, story, action, office, office2):
        story.until("published")
        circular = sign_circular(draft(action, office), by=office2, at=AFTER)
        assert "annex" not in circular.document
        assert "附件" not in text(paper_of_circular(circular).content)

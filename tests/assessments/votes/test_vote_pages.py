"""The centre's pages of votes: who opens them, what they do and refuse beside the field; the tally as a workbook."""

import re
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from assessments.models import VoterGroup, VoteSlip, VoteTally
from assessments.votes import slips
from governance.records.models import AuditEvent
from tests.assessments.votes.conftest import CAST, PLAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_time")]


@pytest.fixture
def in_time():
    """The day on which slips are cast."""
    with time_machine.travel(CAST, tick=False), translation.override("zh-hans"):
        yield


@pytest.fixture
def signed_in(vote, client):
    """The centre, in a round in scoring; its groups stand in the order of the plan."""
    vote.begin()
    client.force_login(vote.centre)
    return client


def at(name, vote, *args):
    return reverse(name, args=[vote.round.pk, *args])


def printed(answer) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r'class="code">([A-Z]{5} [A-Z]{5})<', answer.content.decode())]


def test_the_pages_are_the_centres_alone(vote, client, office, leader, superuser, auditor):
    vote.begin()
    vote.print("townships")
    names = [
        at("round_votes", vote),
        at("slips_print", vote, 1),
        at("slips_reprint", vote, 2),
        at("voter_group_close", vote, 2),
        at("vote_tally", vote, 1),
        at("tally_import", vote, 1),
    ]
    for person in (office, leader, superuser, auditor, vote.heads[vote.teams[0].pk]):
        client.force_login(person)
        assert {client.get(name).status_code for name in names} <= {403, 404}
    client.force_login(vote.centre)
    assert {client.get(name).status_code for name in names} == {200}
    assert {
        client.get(at(name, vote, place)).status_code for name in ("slips_print", "vote_tally") for place in (0, 4)
    } == {404}


def test_the_print_shows_the_codes_once(vote, signed_in):
    answer = signed_in.post(at("slips_print", vote, 2), {"count": "9", "ends_at": "2026-10-28T18:00"})
    codes = printed(answer)
    assert answer.status_code == 200 and len(codes) == 9
    assert answer.content.count(b"<svg") >= 9 and answer.content.count(b'class="paper"') == 2
    assert {slips.look_up(code, at=CAST)[0] for code in codes} == {slips.SlipState.OPEN}
    assert "no-store" in answer.headers["Cache-Control"]
    again = signed_in.post(at("slips_print", vote, 2), {"count": "9", "ends_at": "2026-10-28T18:00"})
    assert again.status_code == 422 and not printed(again)
    assert VoteSlip.objects.count() == 9


def test_few_slips_are_asked_about_beside_the_number(vote, signed_in):
    page = at("slips_print", vote, 2)
    assert b'name="confirmed"' not in signed_in.get(page).content
    asked = signed_in.post(page, {"count": "3", "ends_at": "2026-10-28T18:00"})
    assert asked.status_code == 422 and b'name="confirmed"' in asked.content
    assert len(printed(signed_in.post(page, {"count": "3", "ends_at": "2026-10-28T18:00", "confirmed": "on"}))) == 3


@pytest.mark.parametrize(
    "entered",
    [
        {},
        {"count": "x"},
        {"count": "0"},
        {"count": "99999999999999999999"},
        {"count": "5", "ends_at": "2026-10-01T18:00"},
    ],
)
def test_what_cannot_be_printed_is_refused(vote, signed_in, entered):
    answer = signed_in.post(at("slips_print", vote, 1), entered)
    assert answer.status_code == 422 and b"error-text" in answer.content
    assert not VoterGroup.objects.exists()


def test_a_lost_print_and_a_stale_page(vote, signed_in):
    vote.print("townships")
    page = at("slips_reprint", vote, 2)
    assert signed_in.post(page, {"count": "6", "reason": "", "version": "1"}).status_code == 422
    assert len(printed(signed_in.post(page, {"count": "6", "reason": "遗失", "version": "1"}))) == 6
    stale = signed_in.post(page, {"count": "6", "reason": "遗失", "version": "1"})
    assert stale.status_code == 409 and not printed(stale)
    assert slips.sums_of(vote.group()) == slips.SlipSums(printed=12, void=6, cast=0)


def test_closing_before_the_end_asks_why_and_shows_the_tally(vote, signed_in):
    for code in vote.print("townships")[:2]:
        vote.cast(code, "sfn", "ss-")
    page = at("voter_group_close", vote, 2)
    assert "6张票已投2张" in signed_in.get(page).content.decode()
    refused = signed_in.post(page, {"version": "1", "reason": ""})
    assert refused.status_code == 422 and "票上印的截止时间未到" in refused.content.decode()
    signed_in.post(page, {"version": "1", "reason": "全部到场"})
    assert vote.group().tallies.get().cast == 2
    assert signed_in.get(page).status_code == 302


def line(vote, place: int, mark: str, question: str = "V1") -> str:
    return f"line-{question}-{vote.teams[place].pk}-{mark}"


def test_a_tally_is_entered_and_corrected_on_its_page(vote, signed_in):
    page = at("vote_tally", vote, 1)
    entered = {
        "seen": "0",
        "cast": "12",
        "document": "1号",
        "basis": "",
        line(vote, 0, "95"): "7",
        line(vote, 1, "40"): "2",
    }
    assert signed_in.post(page, entered).status_code == 302
    shown = signed_in.get(page).content.decode()
    assert re.search(rf'name="{line(vote, 0, "95")}"[^>]*value="7"|value="7"[^>]*name="{line(vote, 0, "95")}"', shown)
    stale = signed_in.post(page, entered)
    assert stale.status_code == 409
    assert signed_in.post(page, entered | {"seen": "1", line(vote, 0, "95"): "8"}).status_code == 302
    assert list(VoteTally.objects.values_list("number", flat=True)) == [1, 2]


def test_a_tally_is_refused_beside_its_line(vote, signed_in):
    page = at("vote_tally", vote, 1)
    entered = {"seen": "0", "cast": "6", "document": "1号", line(vote, 0, "95"): "7", line(vote, 1, "75"): "-1"}
    answer = signed_in.post(page, entered)
    assert answer.status_code == 422 and f'id="id_{line(vote, 1, "75")}_error"' in answer.content.decode()
    answer = signed_in.post(page, entered | {line(vote, 1, "75"): "0"})
    assert answer.status_code == 422 and f'id="id_{line(vote, 0, "95")}_error"' in answer.content.decode()
    assert not VoteTally.objects.exists()


def test_without_choices_marks_are_written_with_how_many(vote, client):
    text = PLAN.read_text().replace(', choices = { "满意" = 95, "基本满意" = 75, "不满意" = 40 }', "")
    vote.begin(plan=text.encode())
    client.force_login(vote.centre)
    page = at("vote_tally", vote, 1)
    entered = {
        "seen": "0",
        "cast": "12",
        "document": "1号",
        line(vote, 0, ""): "95x3，80 × 2, 77",
        line(vote, 1, ""): "0x1",
    }
    for wrong in ("95x", "101x1", "a", "95xx3", "9.5x1", "9" * 50, "-1x2"):
        refused = client.post(page, entered | {line(vote, 1, ""): wrong})
        assert refused.status_code == 422 and b"_error" in refused.content, wrong
    assert client.post(page, entered).status_code == 302
    tally = VoteTally.objects.latest("number")
    first = tally.lines.filter(team=vote.teams[0]).values_list("mark", "count")
    assert list(first) == [("95", 3), ("80", 2), ("77", 1)]


HEADS = ["指标", "专班", "选项", "票数"]


def workbook(*rows) -> SimpleUploadedFile:
    book = Workbook()
    for row in (HEADS, *rows):
        book.active.append(list(row))
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("计票.xlsx", content.getvalue())


def sent(client, page, *rows, **also):
    entered = {"cast": "12", "document": "县考核办计票〔2026〕2号", "basis": "当场计票"} | also
    return client.post(page, {"file": workbook(*rows), **entered})


def test_a_tally_from_a_workbook_is_tried_first_and_entered_whole(vote, signed_in):
    page = at("tally_import", vote, 3)
    first, second = (team.name for team in vote.teams[:2])
    rows = (("V1", first, "满意", 7), ("协同配合", second, 75, 3), ("V1", second, "不满意", 0))
    tried = sent(signed_in, page, *rows)
    assert tried.status_code == 302 and not VoteTally.objects.exists()
    shown = signed_in.get(tried.url)
    seen = re.search(r'name="seen" value="([^"]*)"', shown.content.decode())[1]
    before = AuditEvent.objects.count()
    signed_in.post(tried.url, {"seen": seen})
    tally = VoteTally.objects.get()
    assert (tally.cast, tally.document, tally.basis) == (12, "县考核办计票〔2026〕2号", "当场计票")
    found = tally.lines.values_list("indicator__code", "team_id", "mark", "count")
    assert list(found) == [("V1", vote.teams[0].pk, "95", 7), ("V2", vote.teams[1].pk, "75", 3)]
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.parametrize(
    "row",
    [
        ("V9", 0, "满意", 1),
        ("V1", "没有的专班", "满意", 1),
        ("V1", 0, "很满意", 1),
        ("V1", 0, "满意", "多"),
        ("V1", 0, "满意", -1),
        ("V1", 0, "满意", 13),
        ("V1", 0, "", 1),
    ],
)
def test_a_workbook_with_a_fault_changes_nothing(vote, signed_in, row):
    row = [vote.teams[0].name if cell == 0 and place == 1 else cell for place, cell in enumerate(row)]
    answer = sent(signed_in, at("tally_import", vote, 3), row, ("V1", vote.teams[1].name, "满意", 2))
    assert answer.status_code == 422
    assert not VoteTally.objects.exists()


def test_a_tally_entered_in_the_meantime_is_not_overwritten(vote, signed_in):
    tried = sent(signed_in, at("tally_import", vote, 1), ("V1", vote.teams[0].name, "满意", 7))
    seen = re.search(r'name="seen" value="([^"]*)"', signed_in.get(tried.url).content.decode())[1]
    vote.tally("villages", {("V1", 0, "95"): 3}, at=CAST)
    assert signed_in.post(tried.url, {"seen": seen}).status_code == 409
    assert VoteTally.objects.count() == 1


def test_the_empty_workbook_has_the_columns(vote, signed_in):
    answer = signed_in.get(at("tally_import", vote, 1) + "?empty=1")
    cells = {cell.value for row in load_workbook(BytesIO(b"".join(answer.streaming_content))).active for cell in row}
    assert set(HEADS) <= cells


def test_a_page_of_what_is_not_offered_any_more_leads_to_the_votes(vote, signed_in):
    vote.print("townships")
    vote.tally("villages", {("V1", 0, "95"): 3}, at=CAST)
    for name, place in (
        ("slips_print", 2),
        ("slips_print", 1),
        ("slips_reprint", 1),
        ("voter_group_close", 1),
        ("vote_tally", 2),
        ("tally_import", 2),
    ):
        answer = signed_in.get(at(name, vote, place))
        assert (answer.status_code, answer.url) == (302, at("round_votes", vote)), name


def test_a_round_without_votes_says_so(client, story):
    story.until("scoring")
    client.force_login(story.centre)
    assert "本周期没有投票组" in client.get(reverse("round_votes", args=[story.round.pk])).content.decode()


def test_the_page_of_the_round_names_the_groups_that_keep_it_from_its_next_move(vote, signed_in):
    vote.print("townships")
    page = signed_in.get(at("round", vote)).content.decode()
    assert "“乡镇代表”仍在投票" in page and "“村（社区）代表”尚未投票" in page
    assert f'href="{at("round_score", vote)}"' not in page
    votes = at("round_votes", vote)
    assert re.search(rf'class="button button-primary"\s+href="{votes}"', page)
    assert page.count(f'<a href="{votes}">0 / 3</a>') == 3, "each team's cell of the console is a door"

"""Answers to a requirement and lines of instructions as workbooks; showcases as a book to print."""

import json
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from governance.records.models import AuditEvent
from teams.meetings.instructions.reporting import report_line
from teams.meetings.instructions.writing import LineWords, write_instruction
from teams.meetings.requirements.answers import answer_clause
from teams.meetings.requirements.matching import decline_clause, match_clause
from tests.teams.meetings.factories import make_requirement, make_showcase


@pytest.fixture(autouse=True)
def english(client, settings, time_machine, at):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    time_machine.move_to(at)


def workbook_of(response):
    """The rows of the one sheet, days without their time."""
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [[value.date() if hasattr(value, "date") else value for value in row] for row in sheet.values]


def exported(event):
    """What the audit log keeps of an export."""
    return json.loads(event.change)


class TestAnswers:
    @pytest.fixture
    def requirement(self, action, team, other_team, task, office, head, at):
        """Clause 1 answered by one team and open for another, 2 without a team, 3 not ours."""
        requirement = make_requirement(action, texts=("建起来", "建成示范点", "外县事项"))
        clause = requirement.clauses.get(number=1)
        match_clause(clause, tasks=[task], by=office, at=at)
        answer_clause(clause, team, text="=已建成", by=head, at=at)
        decline_clause(requirement.clauses.get(number=3), reason="非我县事项", by=office, at=at)
        return requirement

    def test_a_row_for_each_team_of_a_clause(self, client, requirement, team, task, centre):
        client.force_login(centre)
        response = client.get(requirement.get_absolute_url(), {"format": "xlsx"})
        due = date(2026, 11, 10)
        heads, *rows = workbook_of(response)
        assert heads[:4] == ["Clause", "Text", "Due", "Special team"]
        assert rows == [
            [1, "建起来", due, team.name, str(task), date(2026, 10, 27), 8, "yes", "'=已建成"],
            [2, "建成示范点", due, "no team", None, None, None, None, None],
            [3, "外县事项", due, "not ours", None, None, None, None, "非我县事项"],
        ]
        assert quote(requirement.document) in response["Content-Disposition"]

    def test_the_page_offers_it_and_who_took_it_is_recorded(self, client, requirement, head):
        client.force_login(head)
        assert 'href="?format=xlsx"' in client.get(requirement.get_absolute_url()).content.decode()
        workbook_of(client.get(requirement.get_absolute_url(), {"format": "xlsx"}))
        event = AuditEvent.objects.get(verb="export_list")
        assert (event.by, exported(event)["list"], exported(event)["count"]) == (head, "requirement", 3)


class TestInstructions:
    @pytest.fixture
    def given(self, action, team, other_team, leader, head, at):
        words = [LineWords(text="逐件包联", due_on=date(2026, 10, 30)), LineWords(text="压茬推进", kind="guidance")]
        instruction = write_instruction(action, words, by=leader, at=at)
        report_line(instruction.lines.get(number=1), team, done_on=at.date(), text="已包联", by=head, at=at)
        return instruction

    def test_a_row_for_each_team_of_a_line(self, client, given, team, other_team, leader):
        client.force_login(leader)
        _heads, *rows = workbook_of(client.get(reverse("instruction_list"), {"format": "xlsx"}))
        day = date(2026, 10, 27)
        first = ["Instruction〔2026〕No. 1", leader.name, day]
        assert rows == [
            [*first, 1, "逐件包联", "For action", date(2026, 10, 30), team.name, "done", day, "已包联"],
            [*first, 1, "逐件包联", "For action", date(2026, 10, 30), other_team.name, "not done yet", None, None],
            [*first, 2, "压茬推进", "For guidance", None, team.name, "listed, not owed", None, None],
            [*first, 2, "压茬推进", "For guidance", None, other_team.name, "listed, not owed", None, None],
        ]

    def test_as_narrowed_and_recorded(self, client, given, leader):
        client.force_login(leader)
        page = client.get(reverse("instruction_list"), {"kind": "guidance"}).content.decode()
        assert "?year=2026&amp;kind=guidance&amp;format=xlsx" in page
        rows = workbook_of(client.get(reverse("instruction_list"), {"kind": "guidance", "format": "xlsx"}))
        assert [row[4] for row in rows[1:]] == ["压茬推进", "压茬推进"]
        event = AuditEvent.objects.get(verb="export_list")
        assert (exported(event)["count"], exported(event)["narrowed"]) == (2, {"kind": "guidance"})

    def test_a_team_takes_what_it_reads(self, client, given, action, leader, team, other_head, other_team, at):
        write_instruction(action, [LineWords(text="别人的", audience="named", named=[team])], by=leader, at=at)
        client.force_login(other_head)
        rows = workbook_of(client.get(reverse("instruction_list"), {"format": "xlsx"}))
        assert "别人的" not in {row[4] for row in rows}


class TestBook:
    def test_all_showcases_stand_in_it_with_their_whole_text(self, client, team, office, at):
        long = "村集体拿资源入股，" * 30
        for number in range(27):
            make_showcase(team, by=office, at=at + timedelta(minutes=number), title=f"试点{number:02}", text=long)
        client.force_login(office)
        gallery = client.get(reverse("showcase_list")).content.decode()
        assert '?print=1"' in gallery and long not in gallery
        book = client.get(reverse("showcase_list"), {"print": "1"}).content.decode()
        assert book.count(long) == 27
        assert 'class="filters"' not in book and "Back to the list" in book

    def test_as_narrowed(self, client, team, office, at):
        make_showcase(team, by=office, at=at, title="改革试点")
        make_showcase(team, by=office, at=at, title="一村一本账", kind="flagship")
        client.force_login(office)
        book = client.get(reverse("showcase_list"), {"print": "1", "kind": "flagship"}).content.decode()
        assert "一村一本账" in book and "改革试点" not in book
        assert 'href="?kind=flagship"' in book

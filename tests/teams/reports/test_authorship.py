"""Who writes what of a report, and what came of writing it."""

import pytest

from governance.records.refusals import NotAllowed, WrongState
from teams.models import ProgressReport
from teams.reports.authorship import Authorship
from teams.reports.outcome import Outcome
from teams.reports.written import ReportRow, Written
from tests import factories
from tests.teams.sample_reports import DRAFTED, drafted, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def author(team, period):
    """What somebody writes of the team's report on its last day."""
    return lambda user, **asked: Authorship(user, team, period, DRAFTED.date(), **asked)


def test_the_liaison_writes_all_and_does_not_submit(author, liaison, road, yards):
    written = author(liaison)
    assert (written.writes_all, written.submits, written.others) == (True, False, [])
    assert [owed.task for owed in written.own_tasks] == [road, yards]


def test_a_member_writes_the_rows_of_the_own_department(author, team, road, yards, member):
    member.department = road.lead_department
    member.save()
    written = author(member)
    assert (written.writes_all, written.writes, written.said) == (False, True, [])
    assert [owed.task for owed in written.own_tasks] == list(
        filter(lambda task: task.lead_department == member.department, [road, yards])
    )


def test_the_office_writes_what_came_on_paper_and_nothing_else(author, office, road):
    assert author(office).writes is False
    on_paper = author(office, asks_for_paper=True)
    assert (on_paper.on_paper, on_paper.writes_all, on_paper.submits) == (True, True, True)
    assert [owed.task for owed in on_paper.own_tasks] == [road]


def test_asking_for_paper_does_not_help_a_team(author, head):
    assert author(head, asks_for_paper=True).on_paper is False


def test_who_writes_nothing_is_refused(author, other_team):
    stranger = factories.MemberFactory(team=other_team, part="head").user
    with pytest.raises(NotAllowed):
        author(stranger).check(None)


def test_what_lies_at_the_office_is_not_written(author, team, period, road, head):
    report = submitted(team, period, road, by=head)
    with pytest.raises(WrongState, match="The report is now: To review"):
        author(head).check(ProgressReport.objects.get(pk=report.pk))


def test_saving_says_what_is_saved_and_what_clashes(author, team, period, road, yards, head, liaison):
    drafted(team, period, road, by=head)
    rows = [ReportRow(road.pk, text="别人的话", seen=0), ReportRow(yards.pk, no_change=True, seen=0)]
    report, outcome = author(liaison).save(Written(rows), {}, at=DRAFTED)
    assert (outcome.saved, outcome.is_whole, outcome.status) == (True, False, 409)
    assert list(outcome.clashes) == [f"row-{road.pk}"]
    assert set(report.entries.values_list("task", "no_change")) == {(road.pk, False), (yards.pk, True)}


def test_what_cannot_be_is_said_at_its_part():
    outcome = Outcome(
        faults={"row-1-percent": "x", "row-12-percent": "y"}, refusal=WrongState(fields={"row-1-text": "z"})
    )
    assert (outcome.faults_of("row-1"), outcome.is_whole, outcome.status) == (["x"], False, 409)
    assert outcome.messages == {"row-1-percent": "x", "row-12-percent": "y", "row-1-text": "z"}

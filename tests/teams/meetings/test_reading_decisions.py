"""Who reads decisions, instructions and what became of them."""

import pytest

from teams.meetings import models
from teams.meetings.decisions.finishing import record_done
from teams.meetings.instructions.reporting import report_line
from tests.teams.meetings.factories import MET_AT, decided_for

PREPARERS = {"office", "leader", "secretary"}
OWN = {"head", "deputy", "liaison", "member"}
EVERYBODY = PREPARERS | OWN | {"centre", "auditor", "administrator", "superuser", "other_head", "former_head"}

READERS = {
    models.DecisionTeam: PREPARERS | OWN,
    models.DecisionDone: PREPARERS | OWN,
    models.LineTeam: PREPARERS | OWN,
    models.LineOutcome: PREPARERS | OWN,
}


@pytest.fixture
def people(request):
    return {who: request.getfixturevalue(who) for who in sorted(EVERYBODY)}


@pytest.fixture
def meeting(team, office, leader, secretary, at):
    meeting = decided_for(team, office=office, leader=leader, secretary=secretary)
    record_done(meeting.decisions.get(number=1), team, done_on=at.date(), text="已报", by=office, at=at)
    line = models.InstructionLine.objects.get(instruction__number=71)
    report_line(line, team, done_on=at.date(), text="已办", by=office, at=at)
    return meeting


def readers(people, rows):
    return {who for who, user in people.items() if rows.visible_to(user).exists()}


@pytest.mark.parametrize("model", READERS, ids=lambda model: model.__name__)
def test_what_became_of_it_is_read_by_its_teams_and_those_who_prepare(people, meeting, model):
    assert model.objects.exists()
    assert readers(people, model.objects.all()) == READERS[model]


def test_proposed_ones_are_for_those_who_prepare(people, meeting):
    assert readers(people, meeting.decisions.filter(number=1)) == PREPARERS | OWN
    assert readers(people, meeting.decisions.filter(number=2)) == PREPARERS
    lines = models.InstructionLine.objects
    assert readers(people, lines.filter(instruction__number=71)) == PREPARERS | OWN
    assert readers(people, lines.filter(instruction__number=72)) == PREPARERS
    assert readers(people, models.Instruction.objects.filter(number=71)) == PREPARERS | OWN
    assert readers(people, models.Instruction.objects.filter(number=72)) == PREPARERS


def test_issued_minutes_open_what_was_adopted_to_everybody(people, meeting):
    submitted = {"submitted_at": MET_AT, "submitted_by": meeting.secretary, "fixed_at": MET_AT}
    models.Meeting.objects.filter(pk=meeting.pk).update(state="minutes_issued", held_at=MET_AT, **submitted)
    assert readers(people, meeting.decisions.filter(number=1)) == EVERYBODY
    assert readers(people, meeting.decisions.filter(number=2)) == PREPARERS

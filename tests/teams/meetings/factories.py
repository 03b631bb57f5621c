"""Rows of the loop for tests."""

from datetime import date, datetime, timedelta

from governance.clock import SHANGHAI
from governance.people.models import User
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.instructions.writing import LineWords, record_line, write_instruction
from teams.meetings.models import AgendaItem, Clause, Decision, Meeting, PackIssue, Problem, Requirement
from teams.meetings.problems.analysis import Analysis, analyse_problem
from teams.meetings.problems.origins import Finding, raise_problem
from teams.meetings.problems.rectification import resolve_problem, take_up_problem
from teams.meetings.showcases.showcases import create_showcase
from teams.models import SpecialAction, SpecialTeam
from tests.factories import EARLY, UserFactory, a_photo

BEFORE = datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI)
"""When meetings are planned."""

BEGINS = datetime(2026, 10, 20, 15, 0, tzinfo=SHANGHAI)
"""When they begin."""


def make_meeting(action: SpecialAction, by: User, *, at: datetime = BEFORE, **fields) -> Meeting:
    """A promotion meeting of 20 October in preparation, planned by the verb."""
    values = {"kind": "promotion", "starts_at": BEGINS, "place": "县委三楼会议室"} | fields
    return plan_meeting(action=action, by=by, at=at, **values)


def make_decision(meeting: Meeting, *, number: int = 1, teams=(), **fields) -> Decision:
    """A decision of a meeting, proposed unless told otherwise; `teams` are those named."""
    decision = Decision.objects.create(meeting=meeting, number=number, **{"text": "限期整治完", **fields})
    decision.named.set(teams)
    return decision


def make_requirement(action, *, texts=("把两新组织建起来。", "年底前建成示范点。"), **fields) -> Requirement:
    """A document received on 15 October 2026, due on 10 November, with its clauses."""
    values = {
        "issuer": "市治理办",
        "document": "市治理办〔2026〕17号",
        "title": "关于推进基层治理重点任务落实的通知",
        "level": "municipal",
        "received_on": date(2026, 10, 15),
        "due_on": date(2026, 11, 10),
    } | fields
    requirement = Requirement.objects.create(action=action, **values)
    for number, text in enumerate(texts, 1):
        Clause.objects.create(requirement=requirement, number=number, text=text)
    return requirement


def make_showcase(team, *, by=None, at=EARLY, **fields):
    """A pilot of the team."""
    values = {"kind": "pilot", "title": "村集体股份合作制改革试点", "year": 2026} | fields
    return create_showcase(team, by=by or UserFactory(roles=["special_office"]), at=at, **values)


FOUND_ON = date(2026, 10, 16)


# Prominent problems --------------------------------------------------------------------------------------------------
def a_finding(title: str = "微心愿未办先销", **fields) -> Finding:
    """What was found on 16 October by a check."""
    return Finding(**{"title": title, "found_by": Problem.FoundBy.CHECK, "found_on": FOUND_ON} | fields)


def an_analysis(lead: SpecialTeam, **fields) -> Analysis:
    """What the office found out: due on 30 November."""
    said = {"cause": "办结无人核对", "due_on": date(2026, 11, 30), "solved_when": "逐件回访属实"}
    return Analysis(**{"lead": lead} | said | fields)


def a_problem(*teams: SpecialTeam, by: User, at: datetime, **fields) -> Problem:
    """A problem that the office has raised."""
    return raise_problem(teams, a_finding(**fields), by=by, at=at)


def an_analysed_problem(
    *teams: SpecialTeam, by: User, at: datetime, due_on: date = date(2026, 11, 30), **fields
) -> Problem:
    """A problem that the office has analysed; the first of the teams leads."""
    problem = a_problem(*teams, by=by, at=at, **fields)
    return analyse_problem(problem, an_analysis(teams[0], due_on=due_on), by=by, at=at)


def a_problem_in_rectification(*teams: SpecialTeam, by: User, head: User, at: datetime, **fields) -> Problem:
    """A problem that its lead team has taken up."""
    return take_up_problem(an_analysed_problem(*teams, by=by, at=at, **fields), by=head, at=at)


def a_resolved_problem(*teams: SpecialTeam, by: User, head: User, at: datetime, **fields) -> Problem:
    """A problem that its lead team reports as resolved, with a photo."""
    problem = a_problem_in_rectification(*teams, by=by, head=head, at=at, **fields)
    return resolve_problem(problem, text="已逐件回访", by=head, at=at, files=a_photo("green"))


MET_AT = datetime(2026, 10, 20, 15, 0, tzinfo=SHANGHAI)
"""When the meetings of the tests begin, unless they say otherwise."""


def a_meeting(action: SpecialAction, **fields) -> Meeting:
    """A promotion meeting that was held on 20 October 2026."""
    held = fields.get("state", "held") not in ("planned", "cancelled")
    values = {
        "kind": "promotion",
        "year": 2026,
        "number": 1,
        "title": "第1次推进会",
        "starts_at": MET_AT,
        "place": "县委会议室",
        "state": "held",
        "secretary": fields.pop("secretary", None) or UserFactory(),
        "chair": UserFactory() if held else None,
        "held_at": fields.get("starts_at", MET_AT) if held else None,
    }
    if str(fields.get("state")).startswith("minutes"):
        values |= {"submitted_by": UserFactory(), "submitted_at": MET_AT, "fixed_at": MET_AT}
    return Meeting.objects.create(action=action, **values | fields)


def an_item(meeting: Meeting, **fields) -> AgendaItem:
    """The speech at a meeting."""
    return AgendaItem.objects.create(meeting=meeting, **{"order": 1, "kind": "speech"} | fields)


def a_decision(meeting: Meeting, *named: SpecialTeam, **fields) -> Decision:
    """A proposed decision for the named teams, for all where none are named."""
    number = meeting.decisions.count() + 1
    values = {"number": number, "text": f"议定事项{number}", "audience": "named" if named else "all"}
    decision = Decision.objects.create(meeting=meeting, **values | fields)
    decision.named.set(named)
    return decision


def a_pack(meeting: Meeting, at: datetime, body: str = "{}") -> PackIssue:
    """A bound pack."""
    number = meeting.packs.count() + 1
    return PackIssue.objects.create(meeting=meeting, number=number, as_of=at, at=at, body=body, sha256="")


def a_clause(action: SpecialAction, **fields) -> Clause:
    """A clause of a requirement of its own."""
    requirement = Requirement.objects.create(
        action=action,
        issuer="市委组织部",
        document=f"市组发{Requirement.objects.count() + 1}号",
        title="要求",
        level="municipal",
        received_on="2026-10-01",
        due_on=fields.pop("requirement_due_on", None),
    )
    return Clause.objects.create(requirement=requirement, **{"number": 1, "text": "条款"} | fields)


def decided_for(team: SpecialTeam, *, office: User, leader: User, secretary: User) -> Meeting:
    """The 71st topic meeting: decision 1 adopted for `team`, 2 proposed; instruction 71 in force, 72 heard there."""
    meeting = a_meeting(
        team.action, kind="topic", number=71, title="第71次专题会", secretary=secretary, starts_at=MET_AT - timedelta(5)
    )
    adopt_decision(a_decision(meeting, team), by=office, at=MET_AT)
    a_decision(meeting, team)
    given = {"audience": "named", "named": [team]}
    write_instruction(team.action, [LineWords(text="逐件包联", **given)], by=leader, at=MET_AT, number=71)
    record_line(an_item(meeting), LineWords(text="压茬推进", **given), leader=leader, by=secretary, at=MET_AT)
    return meeting

"""A row in each insert-only table of the loop, in agreement with each other."""

from datetime import date, datetime
from hashlib import sha256

from governance.people.models import Township, User
from teams.meetings import models
from teams.models import SpecialTeam, Task
from tests.teams.meetings.factories import a_meeting, make_decision, make_requirement

DAY = date(2026, 10, 20)
DOCUMENT = {"body": "{}", "sha256": sha256(b"{}").hexdigest()}


def a_row_in_each_table(task: Task, *, office: User, leader: User, head: User, at: datetime) -> None:
    """All about `task` and its team."""
    made, sent = {"by": office, "at": at}, {"by": head, "at": at}
    _of_meetings(task, leader=leader, made=made)
    _of_problems_and_orders(task, leader=leader, made=made, sent=sent)
    _of_requirements(task, leader=leader, made=made, sent=sent)
    _of_showcases(task, head=head, made=made, sent=sent)


def _raised(made: dict) -> dict:
    return {"raised_by": made["by"], "raised_at": made["at"]}


def _of_meetings(task: Task, *, leader: User, made: dict) -> None:
    meeting = a_meeting(task.action, kind="topic", number=61, state="minutes_issued")
    models.PackIssue.objects.create(meeting=meeting, number=1, as_of=made["at"], **DOCUMENT, **made)
    numbers = {"number": 1, "year": 2026, "document_number": 61}
    models.MinutesIssue.objects.create(
        meeting=meeting, action=task.action, signed_by=leader, reason="更正", **numbers, **DOCUMENT, **made
    )
    adopted = {"state": "adopted", "adopted_at": made["at"], "adopted_by": made["by"], "settled_at": made["at"]}
    decision = make_decision(meeting, teams=[task.team], **adopted)
    about = {"decision": decision, "team": task.team}
    models.DecisionTeam.objects.create(**about, **made)
    models.DecisionOutcome.objects.create(task=task, made=False, **about, **made)
    problem = models.Problem.objects.create(
        action=task.action, number=62, title="账实不符", found_by="check", found_on=DAY, **_raised(made)
    )
    models.ProblemTeam.objects.create(problem=problem, team=task.team, joined_at=made["at"])
    models.ProblemStep.objects.create(problem=problem, number=1, state="raised", **made)
    models.DecisionOutcome.objects.create(problem=problem, made=True, **about, **made)
    models.DecisionDone.objects.create(number=1, done_on=DAY, text="已办结", **about, **made)
    models.DocumentTemplate.objects.create(kind="pack", number=1, **made)
    month = {"action": task.action, "month": DAY.replace(day=1), "year": 2026, "number": 61}
    models.Bulletin.objects.create(**month, **DOCUMENT, **made)


def _of_problems_and_orders(task: Task, *, leader: User, made: dict, sent: dict) -> None:
    of_action = {"action": task.action, "number": 61}
    problem = models.Problem.objects.create(
        title="账实不符", found_by="check", found_on=DAY, **_raised(made), **of_action
    )
    models.ProblemTeam.objects.create(problem=problem, team=task.team, joined_at=made["at"])
    models.ProblemStep.objects.create(problem=problem, number=1, state="raised", text="账实不符", **made)
    order = models.SupervisionOrder.objects.create(
        series="order",
        rung="red",
        year=2026,
        team=task.team,
        task=task,
        basis="红灯",
        demand="限期整改",
        answer_by=DAY,
        state="accepted",
        issued_at=made["at"],
        issued_by=made["by"],
        **of_action,
    )
    answer = models.OrderAnswer.objects.create(order=order, number=1, text="本月补齐", **sent)
    models.OrderVerdict.objects.create(answer=answer, answered_by=sent["by"], accepted=True, text="已核实", **made)
    models.DismissedProposal.objects.create(
        task=task, team=task.team, rung="yellow", since=DAY, reason="措施得当", **made
    )
    draft = models.CircularDraft.objects.create(
        action=task.action, title="通报", state="signed", written_by=made["by"], written_at=made["at"]
    )
    circular = models.Circular.objects.create(
        draft=draft, title="通报", year=2026, signed_by=leader, **of_action, **DOCUMENT, **made
    )
    models.CircularLine.objects.create(
        circular=circular, team=task.team, kind="named", text="未按期", order=order, **made
    )
    models.CircularLine.objects.create(circular=circular, team=task.team, kind="praise", text="有成效", **made)


def _of_requirements(task: Task, *, leader: User, made: dict, sent: dict) -> None:
    clause = make_requirement(task.action, texts=["建成示范点。"], document="市治理办〔2026〕71号").clauses.get()
    models.ClauseTask.objects.create(clause=clause, task=task)
    models.ClauseAnswer.objects.create(
        clause=clause, team=task.team, task=task, number=1, text="已建成", answered_on=DAY, **sent
    )
    instruction = models.Instruction.objects.create(
        action=task.action, year=2026, number=61, title="包联", leader=leader, given_on=DAY
    )
    line = models.InstructionLine.objects.create(
        instruction=instruction, number=1, text="逐件包联", kind="action", state="adopted", adopted_at=made["at"]
    )
    models.LineTeam.objects.create(line=line, team=task.team, **made)
    models.LineOutcome.objects.create(line=line, team=task.team, number=1, done_on=DAY, text="已包联", **sent)


def _of_showcases(task: Task, *, head: User, made: dict, sent: dict) -> None:
    showcase = models.Showcase.objects.create(team=task.team, year=2026, title="股份合作", kind="pilot")
    step = {"showcase": showcase, "step": "applied", "proposed_by": head, "on": DAY}
    proposed = models.ShowcaseStep.objects.create(number=1, act="proposed", **step, **sent)
    models.ShowcaseStep.objects.create(number=2, act="confirmed", after=proposed, **step, **made)
    other = SpecialTeam.objects.exclude(pk=task.team.pk).first()
    for where in ({"place": "邻县"}, {"team": other}, {"township": Township.objects.first()}):
        models.ShowcaseCopy.objects.create(showcase=showcase, copied_on=DAY, **where, **made)
    models.FieldPlace.objects.create(
        team=task.team, month=DAY.replace(day=1), field="集体经济", place=3, out_of=13, document="通报", **made
    )

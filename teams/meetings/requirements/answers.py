"""Answers to clauses: each team answers for itself; the first answer counts (docs/rules.md#requirements)."""

from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, record, tell, verb
from teams.guards import open_team
from teams.models import SpecialTeam, Task
from teams.roster.recipients import office_people

from ..models import Clause, ClauseAnswer, Requirement
from ..notices import RequirementNotice
from .standing import TeamStanding, standings_of

LONGEST_ANSWER = 4000


@verb(says=_("answered a clause"))
def answer_clause(
    clause: Clause,
    team: SpecialTeam,
    *,
    text: str,
    by: User,
    at: datetime,
    task: Task | None = None,
    behalf: str = "",
    answered_on: date | None = None,
) -> ClauseAnswer:
    """Answer a clause for a team, as often as there is something new; the office enters an answer on its behalf.

    `behalf` says who answered and how it came; then `answered_on` may be an earlier day. `task` is the one that the
    answer is about; a team's only task in the clause need not be named.

    Raises:
        NotAllowed: `by` is neither head nor deputy of the team nor of the special office.
        WrongState: the clause was declined, it is another team's, or the team is closed.
        Invalid: the text is empty or too long, the day is not possible, or the office does not say on whose behalf.
    """
    requirement = locked(Requirement(pk=clause.requirement_id))
    clause = locked(clause, "requirement", "team")
    require("answer_clause", by, team)
    team = open_team(team)
    standing = answering(clause, team)
    is_own = may(by, "answer_own_clause", team)
    behalf = "" if is_own else behalf.strip()
    on = day_of(at) if is_own or answered_on is None else answered_on
    if faults := _faults(standing, text, behalf, on, task, is_own=is_own, today=day_of(at)):
        raise Invalid(fields=faults)
    last = ClauseAnswer.objects.filter(clause=clause, team=team).aggregate(last=Max("number"))["last"] or 0
    answer = inserted(
        ClauseAnswer(
            clause=clause,
            team=team,
            number=last + 1,
            task=task or (standing.tasks[0] if len(standing.tasks) == 1 else None),
            text=text.strip(),
            answered_on=on,
            behalf=behalf,
            by=by,
            at=at,
        )
    )
    change = {"team": team.name, "number": answer.number, "text": WITHHELD, "answered_on": on}
    record("answer_clause", clause, by=by, at=at, change=change, behalf=behalf)
    facts = {"team": team.short_name, "clause": str(clause.number), "document": requirement.document}
    tell(
        office_people().exclude(pk=by.pk),
        RequirementNotice.ANSWERED,
        key=f"clause-{clause.pk}-{team.pk}-answered-{answer.number}",
        url=requirement.get_absolute_url(),
        at=at,
        facts=facts,
    )
    return answer


def answering(clause: Clause, team: SpecialTeam) -> TeamStanding:
    """The clause for one of its teams.

    Raises:
        WrongState: it was declined, or the team is not one that answers it.
    """
    if clause.not_ours:
        raise WrongState(_("This clause was declared as not concerning the county. Nothing is to be answered."))
    [standing] = standings_of([clause])
    for each in standing.teams:
        if each.team.pk == team.pk:
            return each
    raise WrongState(_("This clause is answered by other teams. The special office matches clauses and teams."))


def _faults(
    standing: TeamStanding, text: str, behalf: str, on: date, task: Task | None, *, is_own: bool, today: date
) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not text.strip():
        faults["text"] = _("Say what was done about this clause, and what comes next.")
    elif len(text.strip()) > LONGEST_ANSWER:
        faults["text"] = _("Please keep the answer to %(most)s characters.") % {"most": LONGEST_ANSWER}
    if not is_own and not behalf:
        faults["behalf"] = _("Say on whose behalf you enter it, and how the answer reached you.")
    if on > today:
        faults["answered_on"] = _("This day is in the future. Enter the day on which the answer came in.")
    elif on < standing.clause.requirement.received_on:
        faults["answered_on"] = _("This day is before the document was received.")
    if task is not None and task.pk not in {each.pk for each in standing.tasks}:
        faults["task"] = _("This task does not take the clause up for the team. Choose another one.")
    return faults

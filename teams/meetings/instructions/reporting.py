"""What a team did about a line: reported by its head, or recorded by the office (docs/rules.md#instructions)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.people.roles import Role
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, tell, verb
from teams.guards import check_version
from teams.models import SpecialTeam
from teams.roster.recipients import office_people

from ..models import InstructionLine, LineOutcome
from ..notices import DecisionNotice
from ..numbering import next_number
from ..states import DecisionState
from .adoption import address_of, day_of_instruction, notice_facts


@verb(says=_("reported on a line of an instruction"))
def report_line(
    line: InstructionLine, team: SpecialTeam, *, done_on: date, text: str, by: User, at: datetime
) -> LineOutcome:
    """Say what a team did about a line for action or guidance; the office is notified of what a head reports.

    Raises:
        NotAllowed: `by` is neither head or deputy of the team nor of the special office.
        WrongState: the line is not in force for the team, is only for reading, or is reported already.
        Invalid: the day is in the future or before the instruction, or nothing is written.
    """
    line = locked(line, "instruction__action")
    require("report_line", by, team)
    check_reportable(line, team)
    first, last = day_of_instruction(line.instruction), day_of(at)
    if not first <= done_on <= last:
        words = {"first": day_text(first), "last": day_text(last)}
        raise Invalid(fields={"done_on": _("Enter a day from %(first)s to %(last)s.") % words})
    if not text.strip():
        raise Invalid(fields={"text": _("Say what was done.")})
    row = _keep(line, team, done_on, text.strip(), by=by, at=at)
    record("report_line", line, by=by, at=at, change={"team": team.name, "done_on": [None, done_on]})
    if not by.has_role(Role.SPECIAL_OFFICE):
        tell(
            office_people(),
            DecisionNotice.LINE_REPORTED,
            key=f"line-{line.pk}-{team.pk}-{row.number}",
            url=address_of(line.instruction),
            at=at,
            facts={"team": team.name} | notice_facts(line),
        )
    return row


@verb(says=_("withdrew a report on a line of an instruction"))
def withdraw_line_report(
    line: InstructionLine, team: SpecialTeam, *, reason: str, by: User, at: datetime, seen: int | None = None
) -> LineOutcome:
    """Withdraw what was reported on a line; both stay on record.

    Raises:
        NotAllowed: `by` is neither head or deputy of the team nor of the special office.
        WrongState: nothing is reported.
        Stale: what is reported is no longer number `seen`.
        Invalid: no reason is given.
    """
    line = locked(line, "instruction__action")
    require("report_line", by, team)
    standing = last_outcome(line, team)
    if standing is None:
        raise WrongState(_("Nothing is reported for %(team)s. Reload the page.") % {"team": team.short_name})
    check_version(standing.number, seen)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the report is withdrawn.")})
    row = _keep(line, team, None, reason.strip(), by=by, at=at)
    change = {"team": team.name, "done_on": [standing.done_on, None]}
    record("withdraw_line_report", line, by=by, at=at, change=change)
    return row


def check_reportable(line: InstructionLine, team: SpecialTeam) -> None:
    """Refuse unless the line is in force for the team, can be answered, and was not answered yet."""
    if line.state != DecisionState.ADOPTED or not line.teams.filter(team=team).exists():
        raise WrongState(_("This line is not in force for %(team)s.") % {"team": team.short_name})
    if line.kind == InstructionLine.Kind.READING:
        raise WrongState(_("This line is for reading only; nothing is to be reported."))
    done = last_outcome(line, team)
    if done is not None:
        words = {"day": day_text(done.done_on)}
        raise WrongState(_("This was reported as done on %(day)s. Withdraw that report first.") % words)


def last_outcome(line: InstructionLine, team: SpecialTeam) -> LineOutcome | None:
    """The team's last report on a line; None where there is none, or it was withdrawn."""
    last = line.outcomes.filter(team=team).order_by("-number").first()
    return last if last is not None and last.done_on is not None else None


def _keep(
    line: InstructionLine, team: SpecialTeam, done_on: date | None, text: str, *, by: User, at: datetime
) -> LineOutcome:
    number = next_number(line.outcomes.filter(team=team))
    return inserted(LineOutcome(line=line, team=team, number=number, done_on=done_on, text=text, by=by, at=at))

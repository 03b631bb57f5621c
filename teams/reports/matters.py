"""Verbs of a matter for coordination: pass it on to a person, answer it (docs/rules.md#matters-for-coordination)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, day_text, title_text
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, tell, verb

from ..models import HelpRequest
from ..notices import TeamNotice
from ..roster.recipients import people_of, team_and_office

LONGEST_ANSWER = 4000
ANSWER_MISSING = _("Say what was decided or done, and what happens next.")
IN_A_NOTICE = 60
"""The most characters of a matter in a notice; the page has the rest."""


@verb(says=_("forwarded a matter for coordination"))
def assign_matter(
    matter: HelpRequest, *, owner: User, due_on: date, by: User, at: datetime, seen: int | None = None
) -> HelpRequest:
    """Pass a matter on to the person who answers it, with a date; calling it again passes it on to somebody else.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the matter was not sent yet, or is answered.
        Stale: the matter has changed since version `seen`.
        Invalid: the day has passed.
    """
    require("assign_matter", by)
    matter = locked(matter, "report__team")
    check_waiting(matter)
    if due_on < day_of(at):
        raise Invalid(
            fields={
                "due_on": _("The answer cannot be due before today, %(day)s.") % {"day": day_text(day_of(at))},
            }
        )
    was = matter.owner_id
    change = save_version(matter, {"owner": owner, "due_on": due_on}, seen=seen)
    if not change:
        return matter
    if matter.owner_id != was:
        matter.passed_on_at = at
        matter.save(update_fields=["passed_on_at"])
    record("assign_matter", matter, by=by, at=at, change=change)
    facts = {"matter": _short(matter), "team": matter.report.team.short_name, "by": day_text(due_on)}
    key, url = f"matter-{matter.pk}-passed-{matter.version}", matter.get_absolute_url()
    tell([owner], TeamNotice.MATTER_ASKED, key=key, url=url, facts=facts, at=at, due_on=due_on)
    others = people_of(matter.report.team).exclude(pk=owner.pk)
    tell(others, TeamNotice.MATTER_PASSED_ON, key=key, url=url, facts=facts | {"who": owner.name}, at=at)
    return matter


@verb(says=_("answered a matter for coordination"))
def answer_matter(
    matter: HelpRequest, *, answer: str, by: User, at: datetime, behalf: str = "", seen: int | None = None
) -> HelpRequest:
    """Answer a matter: its owner, anybody of the department asked, or the office on somebody's behalf.

    `behalf` says who answered, and how; only the office enters another person's answer.

    Raises:
        NotAllowed: `by` is none of them.
        WrongState: the matter was not sent yet, or is answered.
        Stale: the matter has changed since version `seen`.
        Invalid: the answer is empty or too long, or the office does not say on whose behalf.
    """
    matter = locked(matter, "report__team")
    require("answer_matter", by, matter)
    check_waiting(matter)
    is_own = may(by, "answer_own_matter", matter)
    behalf = "" if is_own else behalf.strip()
    _check_answer(answer, behalf, is_own=is_own)
    change = save_version(
        matter,
        {"answer": answer.strip(), "answered_at": at, "answered_by": by, "behalf": behalf},
        seen=seen,
    )
    record("answer_matter", matter, by=by, at=at, change=change, behalf=behalf)
    tell(
        team_and_office(matter.report.team).exclude(pk=by.pk),
        TeamNotice.MATTER_ANSWERED,
        key=f"matter-{matter.pk}-answered",
        url=matter.get_absolute_url(),
        at=at,
        facts={"who": behalf or by.name, "team": matter.report.team.short_name, "matter": _short(matter)},
    )
    return matter


def check_waiting(matter: HelpRequest) -> None:
    """Refuse unless the matter was sent and waits for its answer.

    Raises:
        WrongState: it was not sent, or is answered.
    """
    if matter.asked_at is None:
        raise WrongState(_("This matter is still in a draft; it is sent when the report is submitted."))
    if matter.answered_at is not None:
        raise WrongState(
            _("This matter was answered on %(day)s. Reload the page to read the answer.")
            % {"day": day_text(matter.answered_at)}
        )


def _check_answer(answer: str, behalf: str, *, is_own: bool) -> None:
    faults: dict[str, Text] = {}
    if not answer.strip():
        faults["answer"] = ANSWER_MISSING
    elif len(answer.strip()) > LONGEST_ANSWER:
        faults["answer"] = _("Please keep the answer to %(most)s characters.") % {"most": LONGEST_ANSWER}
    if not is_own and not behalf:
        faults["behalf"] = _(
            "The matter was not addressed to you. Say on whose behalf you answer, and how the answer reached you."
        )
    if faults:
        raise Invalid(fields=faults)


def _short(matter: HelpRequest) -> str:
    return title_text(matter.text, IN_A_NOTICE)

"""What waits for a team, in short lines above the form of its report: orders, decisions, instructions, problems."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from governance.lists.text import short_date, title_text
from governance.people.models import User
from governance.registers.links import REPORT_LINKS, RowLink
from teams.models import SpecialTeam

from ..decisions.standing import standings_of
from ..decisions.telling import address_of as address_of_decision
from ..instructions.adoption import address_of, line_in_words
from ..instructions.standing import line_standings
from ..models import Decision, InstructionLine, Problem, SupervisionOrder
from ..models.order import ANSWERABLE
from ..states import DecisionState

LONGEST = 40
"""Characters of a decision or problem in a line."""


def waiting_for(user: User, team: SpecialTeam) -> Mapping[int, Sequence[RowLink]]:
    """The lines of a team as `user` may read them: at most thirteen queries, for any number of rows."""
    return {team.pk: [*_orders(user, team), *_decisions(user, team), *_lines(user, team), *_problems(user, team)]}


def _orders(user: User, team: SpecialTeam) -> Iterator[RowLink]:
    """Orders to answer; reminders are only acknowledged."""
    rows = SupervisionOrder.objects.visible_to(user).to_act_on().filter(team=team, state__in=ANSWERABLE)
    for order in rows.exclude(answer_by=None).select_related("task", "problem", "team").order_by("answer_by", "pk"):
        words = {"order": order, "subject": _short(str(order.subject)), "day": short_date(order.answer_by)}
        yield RowLink(_("Answer %(order)s by %(day)s: %(subject)s") % words, order.get_absolute_url())


def _decisions(user: User, team: SpecialTeam) -> Iterator[RowLink]:
    """Adopted decisions that the team has not done."""
    rows = Decision.objects.visible_to(user).filter(state=DecisionState.ADOPTED, teams__team=team)
    stands = standings_of(list(rows.select_related("meeting").order_by("meeting__starts_at", "meeting", "number")))
    for each in stands:
        if each.team.pk == team.pk and each.done is None:
            title = _("%(decision)s: %(text)s") % {"decision": each.decision, "text": _short(each.decision.text)}
            yield RowLink(_dated(title, each.due), address_of_decision(each.decision))


def _lines(user: User, team: SpecialTeam) -> Iterator[RowLink]:
    """Lines for action that the team has not reported as done."""
    rows = InstructionLine.objects.visible_to(user).filter(state=DecisionState.ADOPTED, teams__team=team)
    lines = rows.filter(kind=InstructionLine.Kind.ACTION).select_related("instruction")
    for each in line_standings(list(lines.order_by("instruction__given_on", "instruction", "number"))):
        if each.team.pk == team.pk and each.is_owed:
            title = _("Instruction: %(line)s") % {"line": line_in_words(each.line)}
            yield RowLink(
                _dated(title, each.line.due_on), f"{address_of(each.line.instruction)}#line-{each.line.number}"
            )


def _problems(user: User, team: SpecialTeam) -> Iterator[RowLink]:
    """Problems that are worked on."""
    for problem in Problem.objects.visible_to(user).live().filter(teams__team=team).order_by("number"):
        words = {"number": problem.number, "title": _short(problem.title)}
        yield RowLink(_dated(_("Problem %(number)s: %(title)s") % words, problem.due_on), problem.get_absolute_url())


def _short(text: str) -> str:
    return title_text(text, LONGEST)


def _dated(title: str, due_on: date | None) -> str:
    return _("%(title)s (due %(day)s)") % {"title": title, "day": short_date(due_on)} if due_on else title


REPORT_LINKS.register("loop", waiting_for)

"""Links from the review of a report and from a matter to the problems raised there, and to raise one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.people.models import User
from governance.people.permissions import may
from governance.registers.links import MATTER_LINKS, REVIEW_LINKS, RowLink
from teams.models import HelpRequest, ProgressReport, ReportEntry

from ..models import Problem


def beside_rows(user: User, report: ProgressReport) -> Mapping[int, Sequence[RowLink]]:
    """For each row of a report: the problems raised from it, and a link to raise one; two queries."""
    found: dict[int, list[RowLink]] = defaultdict(list)
    for problem in Problem.objects.visible_to(user).filter(entry__report=report).select_related("entry"):
        if problem.entry is not None:
            found[problem.entry.task_id].append(_to(problem))
    if may(user, "raise_problem", report.team):
        for pk, task in ReportEntry.objects.visible_to(user).filter(report=report).values_list("pk", "task_id"):
            found[task].append(_raise("entry", pk))
    return found


def beside_matter(user: User, matter: HelpRequest) -> Mapping[int, Sequence[RowLink]]:
    """The problems raised from a matter, and a link to raise one."""
    links = [_to(problem) for problem in Problem.objects.visible_to(user).filter(matter=matter)]
    if matter.asked_at is not None and may(user, "raise_problem", matter.report.team):
        links.append(_raise("matter", matter.pk))
    return {matter.pk: links}


def _to(problem: Problem) -> RowLink:
    return RowLink(_("Problem %(number)s") % {"number": problem.number}, problem.get_absolute_url())


def _raise(name: str, pk: int) -> RowLink:
    return RowLink(_("Raise as a problem"), f"{reverse('problem_new')}?{name}={pk}", is_action=True)


REVIEW_LINKS.register("problems", beside_rows)
MATTER_LINKS.register("problems", beside_matter)

"""Evidence of problems: how it looked before and after the rectification."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import WrongState
from governance.records.verbs import locked
from teams.evidence.gallery import Exhibit, evidence_of
from teams.evidence.kinds import EvidenceKind, Place, register_kind
from teams.models import SpecialTeam

from ..models import Problem, ProblemEvidence


def evidence_by_moment(problem: Problem, user: User) -> dict[str, list[Exhibit]]:
    """The present evidence of a problem by what it shows."""
    found: dict[str, list[Exhibit]] = {moment: [] for moment in ProblemEvidence.Moment.values}
    for exhibit in evidence_of(problem, user):
        if isinstance(exhibit.piece, ProblemEvidence):
            found[exhibit.piece.moment].append(exhibit)
    return found


@register_kind
class OfProblem(EvidenceKind):
    """Attached to a problem, by the office and those who write for its teams, until it is closed out."""

    name = "problem"
    model = ProblemEvidence

    def of_team(self, team: SpecialTeam) -> Q:
        return Q(owner__teams__team=team)

    def says(self, word: str) -> Q:
        return super().says(word) | holding(word, "owner__title")

    def place_of(self, owner: Problem) -> Place:
        return Place(
            ("problem", owner.pk, 0), gettext("problem %(problem)s") % {"problem": owner}, owner.get_absolute_url()
        )

    def is_open(self, owner: Problem) -> bool:
        return owner.is_live

    def may_attach(self, user: User, owner: Problem) -> bool:
        return may(user, "attach_to_problem", owner)

    def hold(self, key: int, *, by: User, at: datetime) -> Problem:
        problem = locked(Problem(pk=key), "action")
        require("attach_to_problem", by, problem)
        if not self.is_open(problem):
            raise WrongState(
                _("“%(problem)s” is now: %(state)s. Its evidence stays as it is.")
                % {"problem": problem, "state": problem.get_state_display()}
            )
        return problem

"""A problem: where it stands, its history, evidence, tasks and orders; its evidence of one moment."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from governance.clock import now, today
from governance.formats.files import CheckedFile
from governance.lists.requests import Request
from governance.people.permissions import may
from teams.evidence.attachments import attach_evidence, may_attach_to
from teams.evidence.gallery import Exhibit
from teams.evidence.kinds import Place, kind_for
from teams.models.evidence import Evidence
from teams.models.team import reads_papers_of
from teams.views.attachments import AttachView
from teams.views.tasks.task import standings_of

from ...models import Problem, ProblemEvidence, SupervisionOrder
from ...problems.board import STAGES, Board
from ...problems.history import story
from ...problems.open_verbs import offered
from ...problems.proofs import evidence_by_moment
from ...problems.verification import open_tasks
from ..rows import ProblemMixin, ProblemMomentMixin


class ProblemView(ProblemMixin, View):
    """The problem's page."""

    def get(self, request: Request, number: int) -> HttpResponse:
        """Everything about it, and what this person can do."""
        problem, user, on = self.problem, request.user, today()
        board = Board([problem], user=user, on=on)
        course = board.courses[problem.pk]
        merged = list(
            Problem.objects.visible_to(user)
            .filter(merged_into=problem)
            .prefetch_related("steps__by")
            .order_by("number")
        )
        tasks = [row.task for row in problem.tasks.select_related("task__team")]
        context = {
            "problem": problem,
            "row": board.row(problem),
            "scale": board.scale,
            "stages": [(state, STAGES.index(state)) for state in STAGES],
            "reached": STAGES.index(problem.state) if problem.state in STAGES else -1,
            "teams": problem.teams.select_related("team"),
            "history": story(course, merged),
            "first_words": course.steps[0].text if course.steps else "",
            "merged": merged,
            "tasks": standings_of(tasks, on),
            "waiting_tasks": open_tasks(problem).count(),
            "orders": SupervisionOrder.objects.visible_to(user).filter(problem=problem).order_by("-issued_at"),
            "moments": self.moments(),
            "reads_origin": self.reads_origin(),
            "follows": Problem.objects.visible_to(user).filter(followed_by=problem).first(),
            "followed_by": Problem.objects.visible_to(user).filter(follows=problem).first(),
            "may_attach": may_attach_to(user, problem),
            "offered": offered(user, problem, on=on),
            "may_order": problem.days_over(on) > 0 and may(user, "issue_orders"),
        }
        return render(request, "meetings/problem.html", context)

    def moments(self) -> list[tuple[str, str, list[Exhibit]]]:
        """Code, word and files of each moment."""
        found = evidence_by_moment(self.problem, self.request.user)
        return [(code, str(word), found[code]) for code, word in ProblemEvidence.Moment.choices]

    def reads_origin(self) -> bool:
        """Whether the person may open the report or the matter that it comes from."""
        origin = self.problem.entry or self.problem.matter
        return origin is not None and reads_papers_of(self.request.user, origin.report.team_id)


class ProblemEvidenceView(ProblemMomentMixin, AttachView):
    """The files that show a problem before, or after its rectification."""

    @property
    def owner(self) -> Problem:
        return self.problem

    def place(self) -> Place:
        place = kind_for(self.problem).place_of(self.problem)
        word = ProblemEvidence.Moment(self.moment).label
        return Place(place.key, gettext("%(place)s, %(moment)s") % {"place": place.words, "moment": word}, place.url)

    def exhibits(self) -> list[Exhibit]:
        """The files of the moment."""
        return evidence_by_moment(self.problem, self.request.user)[self.moment]

    def attach(self, files: list[CheckedFile], **words: Any) -> Sequence[Evidence]:
        again, user = bool(self.request.htmx), self.request.user
        return attach_evidence(
            self.problem, files, by=user, at=now(), again=again, marks={"moment": self.moment}, **words
        )

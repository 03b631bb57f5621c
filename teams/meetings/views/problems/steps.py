"""Forms about one problem, each carried out by one verb."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.models import CalendarDay
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin
from teams.states import check_move

from ...forms import problem as forms
from ...models import Problem
from ...problems.analysis import analyse_problem, merge_problem
from ...problems.board import Board
from ...problems.origins import drop_problem
from ...problems.proofs import evidence_by_moment
from ...problems.rectification import (
    add_problem_task,
    check_adding_task,
    check_taking_up,
    resolve_problem,
    take_up_problem,
)
from ...problems.verification import (
    check_looking_back,
    check_reopening,
    close_out_problem,
    look_back_problem,
    open_tasks,
    reopen_problem,
    send_back_problem,
)
from ...states import PROBLEM_MOVES, ProblemState
from ..rows import ProblemMixin

RESOLVE_DAYS = 30
"""The days suggested for a rectification."""


class ProblemFormView(ProblemMixin, ActingMixin, FormView):
    """A page about one step of a problem."""

    template_name = "meetings/problem_form.html"
    rule: ClassVar[str]
    heading: ClassVar[Text]
    button: ClassVar[Text]
    hint: ClassVar[Text] = ""
    dangerous: ClassVar[bool] = False
    others: ClassVar[Sequence[tuple[str, Text]]] = ()
    """Pages for what may be done instead: the name of the URL, and the text of the button."""
    verb: ClassVar[Callable[..., Problem]]
    form_class: Any

    def check(self) -> None:
        """Refuse what the verb would refuse whatever is typed."""
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless nothing that is typed in it could be done."""
        require(self.rule, request.user, self.problem)
        self.check()
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "problem": self.problem}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(self.rule, self.request.user, self.problem)
        row = Board([self.problem], user=self.request.user, on=today()).row(self.problem)
        teams = self.problem.teams.select_related("team")
        return super().get_context_data(problem=self.problem, row=row, teams=teams, **kwargs)

    def act(self, form: Any) -> Problem:
        return self.verb(self.problem, **form.values, by=self.request.user, at=now())


class AnalyseProblemView(ProblemFormView):
    """Cause, lead, date."""

    form_class = forms.AnalyseForm
    rule = "analyse_problem"
    heading = _("Analyse the problem")
    button = _("Record the analysis")
    hint = _("The lead team is notified and takes it up within two working days.")
    others = (("problem_merge", _("Merge")), ("problem_drop", pgettext_lazy("problem", "Drop")))
    done_message = _("Analysed. The teams have been notified.")

    def get_initial(self) -> dict[str, Any]:
        """A working day some weeks ahead."""
        ahead = today() + timedelta(days=RESOLVE_DAYS - 1)
        return {"due_on": CalendarDay.objects.working_days().next_working_day(ahead)}

    def check(self) -> None:
        check_move(self.problem, ProblemState.ANALYSED, PROBLEM_MOVES)

    def act(self, form: forms.AnalyseForm) -> Problem:
        seen, user = form.cleaned_data["version"], self.request.user
        return analyse_problem(self.problem, form.analysis(), by=user, at=now(), seen=seen)


class MergeProblemView(ProblemFormView):
    """Into which problem."""

    form_class = forms.MergeForm
    rule = "merge_problem"
    heading = _("Merge into another problem")
    button = _("Merge")
    hint = _("Its teams and tasks join the other problem. This one stays readable and leads there.")
    verb = staticmethod(merge_problem)
    done_message = _("Merged. The teams of both have been notified.")

    def check(self) -> None:
        check_move(self.problem, ProblemState.MERGED, PROBLEM_MOVES)


class DropProblemView(ProblemFormView):
    """Why it needs no rectification."""

    form_class = forms.DropForm
    rule = "drop_problem"
    heading = _("Drop the problem")
    button = _("Drop it")
    hint = _("It needs no rectification. It stays readable with the reason.")
    dangerous = True
    verb = staticmethod(drop_problem)
    done_message = _("Dropped. The teams have been notified.")

    def check(self) -> None:
        check_move(self.problem, ProblemState.DROPPED, PROBLEM_MOVES)


class TakeUpProblemView(ProblemFormView):
    """The lead team takes it up."""

    form_class = forms.TakeUpForm
    rule = "take_up_problem"
    heading = _("Take up the problem")
    button = _("Take up")
    hint = _("Your team leads the rectification from now on.")
    verb = staticmethod(take_up_problem)
    done_message = _("Taken up; the office has been notified.")

    def check(self) -> None:
        check_taking_up(self.problem)


class AddProblemTaskView(ProblemFormView):
    """A task that rectifies it."""

    form_class = forms.AddTaskForm
    rule = "add_problem_task"
    heading = _("Add a task of rectification")
    button = _("Add")
    hint = _("The problem is closed out only when the task is closed out or cancelled.")
    verb = staticmethod(add_problem_task)
    done_message = _("Added. The teams have been notified.")

    def check(self) -> None:
        check_adding_task(self.problem)


class ResolveProblemView(ProblemFormView):
    """The lead team reports it as resolved."""

    form_class = forms.ResolveForm
    rule = "resolve_problem"
    heading = _("Report as resolved")
    button = _("Send to the office")
    hint = _("Another person of the special office verifies it.")
    verb = staticmethod(resolve_problem)
    done_message = _("Reported as resolved; the office verifies it.")

    def check(self) -> None:
        check_move(self.problem, ProblemState.RESOLVED, PROBLEM_MOVES)


class VerifyProblemView(ProblemFormView):
    """Close it out or send it back, with the words and the evidence on the page."""

    form_class = forms.VerifyForm
    template_name = "meetings/problem_verify.html"
    rule = "verify_problem"
    heading = _("Verify the problem")
    done_message = _("Decided. The teams have been notified.")

    def check(self) -> None:
        check_move(self.problem, ProblemState.CLOSED_OUT, PROBLEM_MOVES)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        said = context["row"].course.resolved
        shown = evidence_by_moment(self.problem, self.request.user)
        return context | {
            "said": said,
            "before": shown["before"],
            "after": shown["after"],
            "waiting_tasks": open_tasks(self.problem),
        }

    def act(self, form: forms.VerifyForm) -> str:
        """Decide and go on to the other problems."""
        text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
        acting = {"by": self.request.user, "at": now(), "seen": seen}
        if form.closes:
            close_out_problem(self.problem, text=text, **acting)
        else:
            send_back_problem(self.problem, reason=text, **acting)
        return "problem_list"


class ReopenProblemView(ProblemFormView):
    """What has returned, and by when it is resolved again."""

    form_class = forms.ReopenForm
    rule = "reopen_problem"
    heading = _("Reopen the problem")
    button = _("Reopen")
    hint = _("It goes back into rectification. The date first set still counts for the assessment.")
    dangerous = True
    verb = staticmethod(reopen_problem)
    done_message = _("Reopened. The teams have been notified.")

    def get_initial(self) -> dict[str, Any]:
        """A working day some weeks ahead."""
        ahead = today() + timedelta(days=RESOLVE_DAYS - 1)
        return {"due_on": CalendarDay.objects.working_days().next_working_day(ahead)}

    def check(self) -> None:
        check_reopening(self.problem, on=today())


class LookBackProblemView(ProblemFormView):
    """It has not returned."""

    form_class = forms.LookBackForm
    rule = "look_back_problem"
    heading = _("Look back on the problem")
    button = _("It has not returned")
    hint = _("If it has returned, reopen it instead.")
    others = (("problem_reopen", _("Reopen")),)
    verb = staticmethod(look_back_problem)
    done_message = _("Recorded. The teams have been notified.")

    def check(self) -> None:
        check_looking_back(self.problem, on=today())

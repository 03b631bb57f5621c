"""Requirements from above: the list, a document with its clauses, and the forms about them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_filters.views import FilterView

from governance.clock import now, today
from governance.lists.filters import counted
from governance.lists.requests import Request
from governance.lists.text import Text, day_text, title_text
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.export_file import exported_file
from governance.records.list_views import ExportingMixin
from governance.records.refusals import WrongState
from teams.models import Source, SpecialTeam, Task
from teams.views.evidence import file_of
from teams.views.rows import ChosenActionMixin, NeedsActionMixin
from teams.views.tasks.task_form import LONGEST_TITLE, NewTaskView

from ..filters.requirement import UNMATCHED, RequirementFilter
from ..forms.requirement import (
    AddClausesForm,
    AnswerClauseForm,
    ClauseForm,
    DeclineForm,
    MatchForm,
    NewRequirementForm,
    RequirementForm,
)
from ..models import Clause, Requirement
from ..permissions import teams_spoken_for
from ..requirements.answers import answer_clause, answering
from ..requirements.documents import add_clauses, edit_clause, edit_requirement, enter_requirement
from ..requirements.export import answer_rows
from ..requirements.export import heads as answer_heads
from ..requirements.matching import assign_task_for, decline_clause, match_clause
from ..requirements.matrix import matrix_of
from ..requirements.standing import TeamStanding, standings_of
from ..tables.requirement import RequirementRow, RequirementTable, rows_of
from .room_form import Facts, RoomFormView
from .rows import AnsweringTeamMixin, ClauseMixin, RequirementMixin

HEADING = _("Requirements from above")


class RequirementListView(ChosenActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The requirements of the action, the last received first."""

    model = Requirement
    table_class = RequirementTable
    filterset_class = RequirementFilter
    template_name = "meetings/requirement_list.html"
    heading = HEADING
    empty_title = _("No requirement has been entered")
    empty_how = _("The special office enters a document from above clause by clause and matches each to tasks.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(action=self.action)

    def shown(self, rows: Sequence[Requirement]) -> list[RequirementRow]:
        return rows_of(rows, today())

    def get_chips(self) -> list[Chip]:
        """Chips for all and for those with a clause that nobody has: one query."""
        lacking = Q(pk__in=Requirement.objects.unmatched().values("pk"))
        counts = counted(self.filterset.without("state"), {UNMATCHED: lacking})
        return self.chips_of("state", {UNMATCHED: _("Clauses without a team")}, counts)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_keep=self.action is not None and may(self.request.user, "keep_requirements"), **kwargs
        )


class RequirementView(RequirementMixin, View):
    """A document: its clauses by the tasks that take them up, who has none, the answers."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The page; with `?format=xlsx` the answers as a workbook."""
        clauses = Clause.objects.visible_to(request.user).filter(requirement=self.requirement)
        standings = standings_of(clauses.select_related("requirement", "team"))
        if request.GET.get("format") == "xlsx":
            rows = list(answer_rows(standings))
            heading = gettext("Answers to %(document)s") % {"document": self.requirement.document}
            return exported_file(request, answer_heads(), rows, heading=heading, count=len(rows))
        may_keep = may(request.user, "keep_requirements")
        spoken_for = teams_spoken_for(request.user)
        matrix = matrix_of(self.requirement, standings, on=today(), speaks_for=spoken_for, is_office=may_keep)
        context = {"requirement": self.requirement, "matrix": matrix, "may_keep": may_keep}
        return render(request, "meetings/requirement.html", context)


class RequirementFileView(RequirementMixin, View):
    """The original document."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return file_of(self.requirement, request)


class RequirementNewView(NeedsActionMixin, RoomFormView):
    """The office enters a document."""

    rule = "keep_requirements"
    form_class = NewRequirementForm
    heading = _("Enter a requirement")
    caption = _("Each clause is then matched to tasks or a team, which answer it.")

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": today()}

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        return [(HEADING, self.back())]

    def act(self, form: NewRequirementForm) -> Requirement:
        return enter_requirement(self.action, **form.values, **self.acting)

    def back(self) -> str:
        return reverse("requirement_list")


class OfRequirementView(RequirementMixin, RoomFormView):
    """A form about a requirement."""

    rule = "keep_requirements"

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        return [(HEADING, reverse("requirement_list")), (str(self.requirement), self.back())]

    def back(self) -> str:
        return self.requirement.get_absolute_url()

    def keep_as(self) -> str:
        return f"{super().keep_as()}-{self.requirement.pk}"

    def keep_version(self) -> object:
        return self.requirement.version


class RequirementEditView(OfRequirementView):
    """Correct what was entered about a document."""

    form_class = RequirementForm
    heading = _("Edit the document")
    caption = _("Possible until a clause is answered. A new file replaces the old one.")
    done_message = _("Saved.")
    saves = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.requirement}

    def act(self, form: RequirementForm) -> Requirement:
        return edit_requirement(self.requirement, **form.values, seen=form.seen, **self.acting)


class ClausesAddView(OfRequirementView):
    """Add clauses to a document."""

    form_class = AddClausesForm
    heading = _("Add clauses")
    button = _("Add")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "year": self.requirement.received_on.year}

    def act(self, form: AddClausesForm) -> Requirement:
        add_clauses(self.requirement, form.cleaned_data["clauses"], **self.acting)
        return self.requirement


class OfClauseView(ClauseMixin, OfRequirementView):
    """A form about a clause, which stands beside it."""

    def facts(self) -> Facts:
        due_on = self.clause.due_in_force
        return [
            (gettext("Clause %(number)s") % {"number": self.clause.number}, self.clause.text),
            (gettext("Due"), day_text(due_on) or "—"),
        ]

    def back(self) -> str:
        return f"{self.requirement.get_absolute_url()}#clause-{self.clause.number}"

    def keep_as(self) -> str:
        return f"{super().keep_as()}-{self.clause.number}"

    def keep_version(self) -> object:
        return self.clause.version


class ClauseEditView(OfClauseView):
    """Correct the text or the due date of a clause."""

    form_class = ClauseForm
    heading = _("Edit the clause")
    caption = _("Possible until the clause is answered.")
    done_message = _("Saved.")
    saves = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.clause}

    def facts(self) -> Facts:
        return ()

    def act(self, form: ClauseForm) -> str:
        edit_clause(self.clause, **form.values, seen=form.seen, **self.acting)
        return self.back()


class ClauseMatchView(OfClauseView):
    """Say which tasks take a clause up, or which team answers it."""

    form_class = MatchForm
    heading = _("Match the clause")
    caption = _("The teams that get it are notified immediately.")
    button = _("Match")
    done_message = _("Matched; the teams have been notified.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "action": self.requirement.action, "on": today()}

    def get_initial(self) -> dict[str, Any]:
        tasks = [link.task for link in self.clause.tasks.select_related("task")]
        return {"tasks": tasks, "team": self.clause.team, "version": self.clause.version}

    def act(self, form: MatchForm) -> str:
        data = form.cleaned_data
        match_clause(self.clause, tasks=data["tasks"], team=data["team"], seen=data["version"], **self.acting)
        return self.back()


class ClauseDeclineView(OfClauseView):
    """Declare that a clause does not concern the county."""

    form_class = DeclineForm
    heading = _("Declare the clause not ours")
    button = _("Declare not ours")
    consequences = (_("No team answers it any longer."), _("It can be matched again at any time."))
    done_message = _("Declared not ours.")

    def get_initial(self) -> dict[str, Any]:
        return {"reason": self.clause.not_ours, "version": self.clause.version}

    def act(self, form: DeclineForm) -> str:
        data = form.cleaned_data
        decline_clause(self.clause, reason=data["reason"], seen=data["version"], **self.acting)
        return self.back()


class ClauseTaskView(ClauseMixin, NewTaskView):
    """Assign a new task that takes the clause up."""

    @cached_property
    def action(self) -> Any:
        """The action of the document."""
        return self.requirement.action

    def _proposed_team(self) -> dict[str, Any]:
        """What the clause gives to its task."""
        clause = self.clause
        return {
            **super()._proposed_team(),
            "title": title_text(clause.text, LONGEST_TITLE),
            "expected_result": clause.text if len(clause.text) <= 500 else "",
            "due_on": clause.due_in_force,
            "source": Source.SUPERIOR,
            "basis": f"{self.requirement.document} #{clause.number}",
        }

    def act(self, form: Any) -> Task | str:
        """Assign and match in one; back to the document."""
        assign_task_for(self.clause, form.cleaned_data["team"], **form.values(), by=self.request.user, at=now())
        return f"{self.requirement.get_absolute_url()}#clause-{self.clause.number}"


class ClauseAnswerView(AnsweringTeamMixin, OfClauseView):
    """A team answers a clause; the office enters an answer on its behalf."""

    rule = "answer_clause"
    form_class = AnswerClauseForm
    heading = _("Answer the clause")
    button = _("Send the answer")
    done_message = _("Answered. The special office has been notified.")

    def asked_about(self) -> SpecialTeam:
        return self.team

    @cached_property
    def standing(self) -> TeamStanding:
        """The clause for the team."""
        return answering(self.clause, self.team)

    def check(self) -> None:
        """The team answers it and is not closed."""
        if self.standing.team.closed_on is not None:
            raise WrongState(_("This team is closed and can no longer be changed."))

    def facts(self) -> Facts:
        said = [(gettext("Special team"), self.team.name)]
        before = [(day_text(answer.answered_on), answer.text) for answer in self.standing.answers]
        return [*said, *super().facts(), *before]

    def get_initial(self) -> dict[str, Any]:
        return {"answered_on": today()}

    def get_form_kwargs(self) -> dict[str, Any]:
        is_own = may(self.request.user, "answer_own_clause", self.team)
        return {**super().get_form_kwargs(), "standing": self.standing, "is_own": is_own}

    def keep_as(self) -> str:
        return f"{super().keep_as()}-{self.team.code}"

    def keep_version(self) -> object:
        return len(self.standing.answers)

    def act(self, form: AnswerClauseForm) -> str:
        answer_clause(self.clause, self.team, **form.cleaned_data, **self.acting)
        return self.back()

"""The page on which the office turns an adopted decision into work; everything is prefilled from the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.views import View

from governance.clock import day_of, now, today
from governance.lists.requests import Request
from governance.lists.text import names_text, short_date
from governance.people.permissions import require
from governance.records.form_verbs import show_refusal
from governance.records.refusals import NotAllowed, Refused
from teams.models import SpecialTeam
from teams.roster.recipients import people_by_team
from teams.tasks.changes import LampContext

from ..decisions.forecast import FirstReport, Forecast, first_report, forecast, work_due_on
from ..decisions.into_work import open_teams, turn_into_work
from ..decisions.plan_chart import PlanChart, plan_chart
from ..decisions.telling import address_of
from ..decisions.work import Nothing, OfTeam, PlannedTask, leads_of, next_task_number
from ..forms.work import ExistingTasksForm, JointTaskForm, OwnTasksForms, PlannedTaskForm, ProblemForm
from ..models import Decision
from ..states import DecisionState
from .rows import DecisionMixin, version_seen

Makes = Decision.Makes


@dataclass(frozen=True)
class Choice:
    """One of the things that a decision may become."""

    code: str
    label: str
    note: str
    when: str
    current: bool


@dataclass(frozen=True)
class TaskShown:
    """A task to be created as the page shows it."""

    number: int
    team: SpecialTeam | None
    people: str
    form: PlannedTaskForm
    forecast: Forecast | None
    chart: PlanChart | None


class IntoWorkView(DecisionMixin, View):
    """The choice, the tasks or the problem, and what each would bring; `?as=` chooses."""

    @cached_property
    def open_teams(self) -> Sequence[SpecialTeam]:
        return open_teams(self.decision)

    @cached_property
    def chosen(self) -> str:
        """What the address or the sent form asks for; at first what was recorded with the decision.

        Where something has come of it already, a task that exists: one press would make the same tasks again.
        """
        asked = self.request.POST.get("as") or self.request.GET.get("as") or ""
        usual: str = self.decision.makes if self.decision.settled_at is None else Makes.EXISTING_TASK
        if usual == Makes.JOINT_TASK and len(self.open_teams) < 2:
            usual = Makes.OWN_TASKS
        return asked if asked in Makes.values else usual

    @cached_property
    def first(self) -> FirstReport:
        return first_report(self.action, on=today())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, while the decision is not done for all its teams."""
        require("turn_into_work", request.user, self.decision)
        return self._page(self._form(None))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the lamps again (`preview`), or do it."""
        require("turn_into_work", request.user, self.decision)
        form = self._form(request.POST)
        is_valid = form is None or form.is_valid()
        if "preview" in request.POST or not is_valid:
            return self._page(form, status=200 if is_valid else 422)
        try:
            self._act(form)
        except NotAllowed:
            raise
        except Refused as refusal:
            _show(form, refusal)
            return self._page(form, status=refusal.status, refusal=refusal)
        return HttpResponseRedirect(self._onwards())

    def _form(self, data: Any) -> Any:
        decision, teams = self.decision, self.open_teams
        match self.chosen:
            case Makes.OWN_TASKS:
                return OwnTasksForms(data, decision=decision, teams=teams, on=today())
            case Makes.JOINT_TASK:
                return JointTaskForm(data, decision=decision, teams=teams, on=today())
            case Makes.EXISTING_TASK:
                return ExistingTasksForm(data, teams=teams)
            case Makes.PROBLEM:
                return ProblemForm(data, decision=decision, teams=teams)
        return None

    def _act(self, form: Any) -> None:
        work = Nothing() if form is None else form.work()
        outcomes = turn_into_work(self.decision, work, by=self.request.user, at=now(), seen=version_seen(self.request))
        made = {str(outcome.task or outcome.problem) for outcome in outcomes}
        told = (
            ngettext(
                "Decision %(number)s has become: %(what)s.", "Decision %(number)s has become: %(what)s.", len(made)
            )
            % {"number": self.decision.number, "what": names_text(sorted(made))}
            if made
            else gettext("Noted: nothing comes of decision %(number)s.") % {"number": self.decision.number}
        )
        messages.success(self.request, told)

    def _onwards(self) -> str:
        """The next decision that has not become anything, else this one."""
        following = self._unsettled().exclude(pk=self.decision.pk).first()
        if following is None:
            return address_of(self.decision)
        return reverse("decision_work", args=[self.meeting.code, following.number])

    def _unsettled(self) -> Any:
        rows = self.meeting.decisions.filter(state=DecisionState.ADOPTED, settled_at=None).select_related("meeting")
        return rows.order_by("number")

    def _page(self, form: Any, *, status: int = 200, refusal: Refused | None = None) -> HttpResponse:
        adopted = list(self.meeting.decisions.filter(state=DecisionState.ADOPTED).order_by("number"))
        place = next(at for at, row in enumerate(adopted) if row.pk == self.decision.pk)
        context: dict[str, object] = {
            "decision": self.decision,
            "meeting": self.meeting,
            "teams": self.open_teams,
            "outcomes": self.decision.outcomes.select_related("team", "task", "problem"),
            "form": form,
            "chosen": self.chosen,
            "tasks": self._tasks(form),
            "choices": self._choices(),
            "first": self.first,
            "refusal": refusal,
            "work_due_on": work_due_on(self.decision.adopted_at or now()),
            "settled": sum(row.settled_at is not None for row in adopted),
            "adopted": len(adopted),
            "before": adopted[place - 1] if place else None,
            "after": adopted[place + 1] if place + 1 < len(adopted) else None,
        }
        return render(self.request, "meetings/into_work.html", context, status=status)

    def _tasks(self, form: Any) -> list[TaskShown]:
        """The tasks to be created, each with its lamps if nothing is done."""
        forms = form.forms if isinstance(form, OwnTasksForms) else [form] if isinstance(form, JointTaskForm) else []
        if not forms:
            return []
        context = LampContext.of(self.action)
        people, leads = people_by_team(self.open_teams), leads_of(self.open_teams)
        number = next_task_number(self.decision, today().year)
        shown = []
        for place, each in enumerate(forms):
            plan = each.shown()
            lamps = forecast(plan, context) if plan is not None else None
            chart = plan_chart(lamps, self.first) if lamps is not None else None
            names = [each.team] if each.team is not None else []
            words = names_text(
                [str(leads[team.pk]) for team in names if team.pk in leads]
                + [user.name for team in names for user in people[team.pk].of("head")]
            )
            shown.append(TaskShown(number + place, each.team, words, each, lamps, chart))
        return shown

    def _choices(self) -> list[Choice]:
        """What the decision may become, with what each would bring."""
        number, count = next_task_number(self.decision, today().year), len(self.open_teams)
        numbers = [str(number + place) for place in range(count)]
        report = self._lamp_and_report()
        notes = {
            Makes.OWN_TASKS: (
                ngettext("%(count)s task, number %(numbers)s", "%(count)s tasks, numbers %(numbers)s", count)
                % {"count": count, "numbers": names_text(numbers)},
                report,
            ),
            Makes.JOINT_TASK: (
                gettext("number %(number)s; the lead departments of the other teams work jointly") % {"number": number},
                gettext("%(report)s, from the lead team alone") % {"report": report},
            ),
            Makes.EXISTING_TASK: (
                gettext("its due date and milestones stay; only the basis is linked"),
                gettext("reported as before"),
            ),
            Makes.PROBLEM: (
                gettext("a new or an existing one; cause, people and date are set here"),
                gettext("no lamp, no report of its own"),
            ),
            Makes.NOTHING: (
                gettext("no work comes of it; the special office records for each team when it is done"),
                gettext("no lamp"),
            ),
        }
        offered = [code for code in Makes if code != Makes.JOINT_TASK or count > 1]
        return [Choice(code.value, str(code.label), *notes[code], current=code == self.chosen) for code in offered]

    def _lamp_and_report(self) -> str:
        """When a task by the decision's own dates would turn yellow, and when its first report is due."""
        start, due = today(), self.decision.due_on
        words = {"report": short_date(day_of(self.first.due_at))}
        plan = PlannedTask(title="", start_on=start, due_on=due) if due is not None and due >= start else None
        lamps = forecast(plan, LampContext.of(self.action)) if plan is not None else None
        if lamps is None or lamps.yellow_on is None:
            return gettext("first report due %(report)s") % words
        words["yellow"] = short_date(lamps.yellow_on)
        return gettext("yellow from %(yellow)s · first report due %(report)s") % words


def _show(form: Any, refusal: Refused) -> None:
    """Put a refusal beside the fields of the form that it is about."""
    if isinstance(form, OwnTasksForms):
        for each in form.forms:
            if isinstance(refusal, OfTeam) and each.team == refusal.team:
                _show_on(each, refusal)
    elif form is not None:
        _show_on(form, refusal)


def _show_on(form: Any, refusal: Refused) -> None:
    if "milestones" in refusal.fields and "step1" in form.fields:
        form.add_error("step1", refusal.fields["milestones"])
        rest = {name: message for name, message in refusal.fields.items() if name != "milestones"}
        refusal = type(refusal)(refusal.message, fields=rest)
        if not rest:
            return
    show_refusal(form, refusal)

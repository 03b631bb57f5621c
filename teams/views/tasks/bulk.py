"""Actions on many rows of the lists of tasks, reports, extensions and close-outs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.fields import DepartmentField
from governance.people.models import User
from governance.people.permissions import may
from governance.records.fields import offer_rows
from governance.records.list_views import BulkAction, Done

from ...guards import decided_words
from ...models import CloseOut, Extension, Level, ProgressReport, Stage, Task
from ...models.request import TaskRequest
from ...models.team import team_ids_of
from ...reports.review import accept_reports, passed_over_words
from ...states import ReportState
from ...tasks.assignment import hindrance_to_edit
from ...tasks.bulk_changes import acknowledge_tasks, change_tasks, hindrance_to_acknowledge
from ...tasks.bulk_decisions import MOST_DECISIONS, accept_close_outs, decide_extensions, hindrance_to_decide
from ..rows import chosen_action


class ChangeTasks(BulkAction):
    """Sets one field in many tasks; a subclass says which and asks for its value."""

    field = ""
    consequence: Text = ""

    def is_offered(self) -> bool:
        """To the office."""
        return may(self.request.user, "edit_task")

    def hindrance(self, row: Task, at: datetime) -> str:
        """A task that is closed out or cancelled cannot be changed."""
        return hindrance_to_edit(row)

    def consequences(self, rows: Sequence[Task]) -> list[str]:
        """What is set, and that it can be undone."""
        return [
            str(self.consequence),
            gettext("Tasks that already have this value stay as they are."),
            gettext("It can be undone until someone changes one of these tasks again."),
        ]

    def act(self, rows: Sequence[Task], data: dict[str, Any], *, by: User, at: datetime) -> Done:
        event = change_tasks(rows, {self.field: self.value(data[self.field])}, by=by, at=at)
        if event is None:
            return Done(gettext("Nothing was changed: all of these tasks already had this value."))
        said = ngettext("%(count)s task changed.", "%(count)s tasks changed.", len(rows)) % {"count": len(rows)}
        return Done(said, reverse("tasks_undo", args=[event.pk]))

    def value(self, entered: Any) -> Any:
        """The field's value from the form."""
        return entered


class StageForm(forms.Form):
    """A stage, or none."""

    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"), required=False, empty_label=_("None"))


class SetStage(ChangeTasks):
    """Set the stage of tasks."""

    name, label, field = "stage", _("Set the stage"), "stage"
    form_class = StageForm
    consequence = _("The stage you choose is set for each of these tasks.")

    def get_form(self, rows: Sequence[Task], data: Mapping[str, Any] | None) -> forms.Form:
        form = super().get_form(rows, data)
        action = chosen_action(self.request.user)
        offer_rows(form, "stage", Stage.objects.visible_to(self.request.user).filter(action=action))
        return form


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int)


class SetLevel(ChangeTasks):
    """Set the level of tasks."""

    name, label, field = "level", _("Set the level"), "level"
    form_class = LevelForm
    consequence = _("The level you choose is set for each of these tasks; it is their weight in progress and scores.")


class OwnerForm(forms.Form):
    """The name of the person responsible."""

    owner_name = forms.CharField(label=_("Owner"), max_length=60, required=False)


class SetOwner(ChangeTasks):
    """Set the person responsible."""

    name, label, field = "owner", _("Set the owner"), "owner_name"
    form_class = OwnerForm
    consequence = _("The name you enter becomes the owner of each of these tasks; leave it empty to remove the owner.")


class DepartmentForm(forms.Form):
    """A department, by its name or one of its aliases."""

    lead_department = DepartmentField(label=_("Lead department"), max_length=60)


class SetLeadDepartment(ChangeTasks):
    """Set the lead department of tasks."""

    name, label, field = "lead", _("Set the lead department"), "lead_department"
    form_class = DepartmentForm
    consequence = _("The department you name becomes the lead department of each of these tasks.")


class Acknowledge(BulkAction):
    """A team acknowledges assigned tasks."""

    name, label = "acknowledge", _("Acknowledge")

    def is_offered(self) -> bool:
        """To members of a team; each task is checked for itself."""
        return bool(team_ids_of(self.request.user))

    def hindrance(self, row: Task, at: datetime) -> str:
        """Only the team's own tasks, and only newly assigned ones."""
        if not self.may(row):
            return gettext("Only the head, deputies and liaison of its team can acknowledge a task.")
        return hindrance_to_acknowledge(row)

    def may(self, task: Task) -> bool:
        """Whether the person may acknowledge for the task's team; checked once per team."""
        known = self.__dict__.setdefault("_may", {})
        if task.team_id not in known:
            known[task.team_id] = may(self.request.user, "acknowledge_task", task)
        return known[task.team_id]

    def consequences(self, rows: Sequence[Task]) -> list[str]:
        return [gettext("The office sees that your team has received these tasks.")]

    def act(self, rows: Sequence[Task], data: dict[str, Any], *, by: User, at: datetime) -> Done:
        acknowledge_tasks(rows, by=by, at=at)
        count = len(rows)
        return Done(ngettext("%(count)s task acknowledged.", "%(count)s tasks acknowledged.", count) % {"count": count})


class AnswerForm(forms.Form):
    """The text for each decision."""

    answer = forms.CharField(
        label=pgettext_lazy("decision", "Answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(AnswerForm):
    """The text that every refusal needs."""

    answer = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class DecideRequests(BulkAction):
    """Decides requests for good; a subclass says by which rule and what follows."""

    most = MOST_DECISIONS
    rule: ClassVar[str]
    consequence: ClassVar[Text]

    def is_offered(self) -> bool:
        """To the office."""
        return may(self.request.user, self.rule)

    def hindrance(self, row: TaskRequest, at: datetime) -> str:
        """Only waiting requests, except the person's own."""
        return hindrance_to_decide(row, self.request.user)

    def consequences(self, rows: Sequence[TaskRequest]) -> list[str]:
        """What follows, and that it is final."""
        return [str(self.consequence), gettext("The teams are notified. A decision cannot be undone.")]


class GrantExtensions(DecideRequests):
    name, label, form_class = "grant", _("Grant"), AnswerForm
    rule = "decide_extensions"
    consequence = _("Each of these tasks gets the requested due date; the original one stays on record.")
    granted = True

    def act(self, rows: Sequence[Extension], data: dict[str, Any], *, by: User, at: datetime) -> Done:
        decide_extensions(rows, granted=self.granted, answer=data["answer"], by=by, at=at)
        return decided(len(rows))


class RefuseExtensions(GrantExtensions):
    """Refuse extensions with one reason."""

    name, label, form_class = "refuse", _("Refuse"), ReasonForm
    consequence = _("The due dates stay as they are; every team is told your reason.")
    granted, dangerous = False, True


class AcceptCloseOuts(DecideRequests):
    """Confirm close-outs."""

    name, label, form_class = "accept", _("Confirm the close-out"), AnswerForm
    rule = "decide_close_outs"
    consequence = _(
        "Each of these tasks is closed out. Its lamp turns grey, or stays yellow if close-out was requested late."
    )

    def act(self, rows: Sequence[CloseOut], data: dict[str, Any], *, by: User, at: datetime) -> Done:
        accept_close_outs(rows, answer=data["answer"], by=by, at=at)
        return decided(len(rows))


class AcceptReports(BulkAction):
    """Accept reports without opening each."""

    name, label = "accept", _("Accept")
    most = MOST_DECISIONS

    def is_offered(self) -> bool:
        """To those who review."""
        return may(self.request.user, "review_reports")

    def hindrance(self, row: ProgressReport, at: datetime) -> str:
        """Only submitted reports, except those of the person's own team or by the person."""
        if row.state != ReportState.SUBMITTED:
            return str(decided_words(row))
        if row.team_id in team_ids_of(self.request.user):
            return gettext("You belong to this team, so you do not review its report.")
        return ""

    def consequences(self, rows: Sequence[ProgressReport]) -> list[str]:
        """What is written, and that it is final."""
        return [
            gettext("The progress in these reports is written to their tasks, earlier periods first."),
            gettext("Tasks that have since been closed out are skipped."),
            gettext(
                "The teams are notified. You can undo an acceptance today while nothing builds on it. "
                "Reports accepted without being opened have been read by nobody."
            ),
        ]

    def act(self, rows: Sequence[ProgressReport], data: dict[str, Any], *, by: User, at: datetime) -> Done:
        accepted = accept_reports(rows, by=by, at=at)
        count = len(accepted)
        said = ngettext("%(count)s report accepted.", "%(count)s reports accepted.", count) % {"count": count}
        passed = [each for one in accepted for each in one.passed_over]
        if passed:
            said += f" {passed_over_words(passed)}"
        return Done(said)


def decided(count: int) -> Done:
    """The message after decisions."""
    words = ngettext(
        "%(count)s request decided; the team has been notified.",
        "%(count)s requests decided; the teams have been notified.",
        count,
    )
    return Done(words % {"count": count})

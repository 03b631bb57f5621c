"""Imports of the office, each with a dry run first: the task ledger, members of teams, milestones."""

from typing import IO, Any

from django import forms
from django.http import Http404
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.records.dry_runs import DryRun
from governance.records.import_page import ImportPage, TableImportPage

from ..forms.upload import LedgerOptionsForm, LedgerUploadForm, MilestonesUploadForm, StartAskedForm, YearForm
from ..ledger.ledger_import import LEDGER_UPLOAD, import_ledger, try_ledger
from ..models import SpecialAction
from ..roster.members_import import MembersImport
from ..tasks.milestones_import import MilestonesImport
from .rows import NeedsActionMixin


class OfTheActionMixin(NeedsActionMixin):
    """A list that belongs to the action."""

    def row(self) -> SpecialAction:
        """The rule is asked of the action."""
        return self.action

    def about(self, options: Any) -> dict[str, Any]:
        """The import takes the action."""
        return {"action": self.action}


class OfAYearMixin(OfTheActionMixin):
    """A list about the tasks of a year."""

    def options_of(self, form: forms.Form) -> dict[str, str]:
        """The year."""
        return {"year": str(form.cleaned_data["year"])}

    def options_in(self, query: dict[str, str]) -> int:
        """The year of the address; no page without one."""
        form = YearForm(query)
        if not form.is_valid():
            raise Http404
        return form.cleaned_data["year"]

    def about(self, options: int) -> dict[str, Any]:
        """With the year."""
        return {"action": self.action, "year": options}


class LedgerImportPage(OfAYearMixin, ImportPage):
    """The officials' ledger: new numbers become tasks, existing ones are updated (docs/rules.md#ledger-again)."""

    kind = LEDGER_UPLOAD
    rule = "import_ledger"
    url_name = "task_import"
    form_class = LedgerUploadForm
    ask_form_class = StartAskedForm
    heading = _("Import a task ledger")
    caption = _(
        "The ledger as it is: new numbers become tasks, existing ones are updated, and tasks not in it are left alone."
    )
    back_url = reverse_lazy("task_list")
    links = (
        (_("Import milestones"), reverse_lazy("milestone_import")),
        (_("Download the current ledger (.xlsx)"), reverse_lazy("task_ledger")),
    )
    columns = (
        (_("序号"), _("the number that identifies the task")),
        (_("专班"), _("or one sheet per team, named after it")),
        (_("重点任务"), _("the title")),
        (_("工作目标"), _("the expected result")),
        (_("责任单位"), _("several, separated by 、; the first, or the one marked （牵头）, leads")),
        (
            _("开始时间、完成时限"),
            _(
                "dates, or 10月底前, 6月上旬; 长期坚持 for an ongoing task; without a start column, one start date can "
                "be set with the upload"
            ),
        ),
        (_("当前进度"), _("85 or 0.85; for a quantity 目标值, 单位 and 已完成")),
        (_("级别"), _("一般, 重点 or 重大")),
        (_("备注、是否销号"), _("已销号 for a task entirely closed out on paper")),
    )

    def options_of(self, form: forms.Form) -> dict[str, str]:
        """The year, and the start of new tasks where a sheet has none."""
        start = form.cleaned_data["start"]
        return super().options_of(form) | ({"start": start.isoformat()} if start else {})

    def options_in(self, query: dict[str, str]) -> dict[str, Any]:
        """The same read back from the address."""
        form = LedgerOptionsForm(query)
        if not form.is_valid():
            raise Http404
        return {name: form.cleaned_data[name] for name in ("year", "start")}

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """With both."""
        return {"action": self.action} | options

    def try_file(self, file: IO[bytes], options: dict[str, Any]) -> DryRun:
        return try_ledger(source=file, at=now(), **self.about(options)).dry_run

    def carry_out(self, content: IO[bytes], options: dict[str, Any], **tried: Any) -> Any:
        return import_ledger(source=content, by=self.request.user, at=now(), **self.about(options), **tried)


class MemberImportPage(OfTheActionMixin, TableImportPage):
    """The people of the teams."""

    imports = MembersImport
    heading = _("Import members of teams")
    caption = _("One row per membership. Memberships start and end; people not in the file are left alone.")
    back_url = reverse_lazy("team_list")
    links = ((_("Setting up"), reverse_lazy("setting_up")),)
    sheet_name = "专班人员"
    url_name = "member_import"


class MilestoneImportPage(OfAYearMixin, TableImportPage):
    """The dated steps of tasks."""

    imports = MilestonesImport
    form_class = MilestonesUploadForm
    heading = _("Import milestones")
    caption = _("One row per milestone. New ones are set, existing ones marked as done; none is moved.")
    back_url = reverse_lazy("task_list")
    sheet_name = "任务节点"
    url_name = "milestone_import"

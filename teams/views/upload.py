"""Imports of the office, each with a dry run first: the task ledger, members of teams, milestones."""

from typing import IO, Any

from django import forms
from django.http import Http404
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.records.dry_runs import DryRun
from governance.records.import_page import ImportPage, TableImportPage

from ..forms.upload import LedgerUploadForm, MilestonesUploadForm, YearForm
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
    heading = _("Import a task ledger")
    caption = _("The ledger as it is: new numbers become tasks, known ones get its words; numbers it lacks stay.")
    back_url = reverse_lazy("task_list")
    links = (
        (_("Import milestones"), reverse_lazy("milestone_import")),
        (_("The ledger as it stands (.xlsx)"), reverse_lazy("task_ledger")),
    )
    columns = (
        (_("序号"), _("the number of the task, the key by which it is known")),
        (_("专班"), _("or one sheet for each team, named after it")),
        (_("重点任务"), _("the title")),
        (_("工作目标"), _("the expected result")),
        (_("责任单位"), _("several with 、 between them; the first, or the one marked （牵头）, leads")),
        (_("开始时间、完成时限"), _("dates, or 10月底前, 6月上旬; 长期坚持 for an ongoing task")),
        (_("当前进度"), _("85 or 0.85; or 目标值, 单位 and 已完成 for a quantity")),
        (_("级别"), _("一般, 重点 or 重大")),
        (_("备注"), _("已销号 for a task that was closed out on paper")),
    )

    def try_file(self, file: IO[bytes], options: int) -> DryRun:
        return try_ledger(source=file, at=now(), **self.about(options)).dry_run

    def carry_out(self, content: IO[bytes], options: int, **tried: Any) -> Any:
        return import_ledger(source=content, by=self.request.user, at=now(), **self.about(options), **tried)


class MemberImportPage(OfTheActionMixin, TableImportPage):
    """The people of the teams."""

    imports = MembersImport
    heading = _("Import members of teams")
    caption = _("A row for each part in a team. Parts begin and end; nobody is taken out because the file lacks them.")
    back_url = reverse_lazy("team_list")
    links = ((_("First steps"), reverse_lazy("setting_up")),)
    sheet_name = "专班人员"
    url_name = "member_import"


class MilestoneImportPage(OfAYearMixin, TableImportPage):
    """The dated steps of tasks."""

    imports = MilestonesImport
    form_class = MilestonesUploadForm
    heading = _("Import milestones")
    caption = _("A row for each milestone. New ones are laid down, known ones marked as done; none is moved.")
    back_url = reverse_lazy("task_list")
    sheet_name = "任务节点"
    url_name = "milestone_import"

"""Files that the office uploads, tried first and then carried out: the task ledger, members of teams, milestones."""

from typing import IO, Any

from django import forms
from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.records.dry_runs import DryRun
from governance.records.import_page import ImportPage, TableImportPage
from governance.records.models import StoredFile

from ..forms.upload import LedgerUploadForm, MilestonesUploadForm, YearForm
from ..ledger.ledger_import import LEDGER_UPLOAD, LedgerImport, import_ledger, try_ledger
from ..models import SpecialAction
from ..roster import members_import as importing_members
from ..roster.members_import import MEMBERS_UPLOAD
from ..tasks import milestones_import as importing_milestones
from ..tasks.milestones_import import MILESTONES_UPLOAD
from .rows import NeedsActionMixin


class LedgerImportPage(NeedsActionMixin, ImportPage):
    """The officials' ledger: new numbers become tasks, known ones are updated (docs/rules.md#ledger-again)."""

    kind = LEDGER_UPLOAD
    rule = "import_ledger"
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

    def row(self) -> SpecialAction:
        """The rule is asked of the action."""
        return self.action

    def options_of(self, form: forms.Form) -> dict[str, str]:
        """The year."""
        return {"year": str(form.cleaned_data["year"])}

    def options_in(self, query: dict[str, str]) -> int:
        """The year of the address."""
        return year_in(query)

    def try_file(self, file: IO[bytes], options: int) -> DryRun:
        """Read it against the tasks as they are."""
        return try_ledger(self.action, file, year=options, at=now()).dry_run

    def carry_out(self, file: StoredFile, options: int, *, seen: str) -> LedgerImport:
        """Import it."""
        with file.blob.open("rb") as content:
            return import_ledger(
                self.action, content, year=options, tried=file, seen=seen, by=self.request.user, at=now()
            )

    def address(self, file: StoredFile | None = None) -> str:
        """Beside the list of tasks."""
        return reverse("task_import_try", args=[file.pk]) if file else reverse("task_import")


class OfTheActionPage(NeedsActionMixin, TableImportPage):
    """A list that belongs to the action."""

    def row(self) -> SpecialAction:
        """The rule is asked of the action."""
        return self.action

    def about(self) -> dict[str, Any]:
        """The verbs take the action."""
        return {"action": self.action}


class MemberImportPage(OfTheActionPage):
    """Who belongs to which team."""

    kind = MEMBERS_UPLOAD
    rule = "keep_teams"
    heading = _("Import members of teams")
    caption = _("A row for each part in a team. Parts begin and end; nobody is taken out because the file lacks them.")
    back_url = reverse_lazy("team_list")
    links = ((_("First steps"), reverse_lazy("setting_up")),)
    table = importing_members.COLUMNS
    sheet_name = "专班人员"
    verb_try = importing_members.try_members
    verb_carry_out = importing_members.import_members
    form_url_name, dry_run_url_name = "member_import", "member_import_try"


class MilestoneImportPage(OfTheActionPage):
    """The dated steps of tasks."""

    kind = MILESTONES_UPLOAD
    rule = "plan_milestones"
    form_class = MilestonesUploadForm
    heading = _("Import milestones")
    caption = _("A row for each milestone. New ones are laid down, known ones marked as done; none is moved.")
    back_url = reverse_lazy("task_list")
    table = importing_milestones.COLUMNS
    sheet_name = "任务节点"
    verb_try = importing_milestones.try_milestones
    verb_carry_out = importing_milestones.import_milestones
    form_url_name, dry_run_url_name = "milestone_import", "milestone_import_try"

    def options_of(self, form: forms.Form) -> dict[str, str]:
        """The year of the tasks."""
        return {"year": str(form.cleaned_data["year"])}

    def options_in(self, query: dict[str, str]) -> int:
        """The year of the address."""
        return year_in(query)

    def try_file(self, file: IO[bytes], options: int) -> DryRun:
        """Rehearse it."""
        self.year = options
        return super().try_file(file, options)

    def carry_out(self, file: StoredFile, options: int, *, seen: str) -> Any:
        """Do it."""
        self.year = options
        return super().carry_out(file, options, seen=seen)

    def about(self) -> dict[str, Any]:
        """The verbs take the action and the year."""
        return super().about() | {"year": self.year}


def year_in(query: dict[str, str]) -> int:
    """The year that an address names; no page without one."""
    form = YearForm(query)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data["year"]

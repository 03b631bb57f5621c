"""URLs of the action, teams, tasks and reports."""

from django.urls import path

from .views import attachments, evidence, gallery, upload
from .views.account import MemberAccountView
from .views.calendar import CalendarView
from .views.chat import ReportTextView
from .views.ledger import ledger
from .views.people import PersonListView
from .views.reports import paper
from .views.reports.approval import ApproveView, TakeBackView
from .views.reports.dispatch import DispatchView
from .views.reports.matter import AssignMatterView, MatterView
from .views.reports.matter_list import MatterListView
from .views.reports.period import PeriodCalendarView, PeriodCloseView, PeriodDueView, PeriodListView, PeriodNewView
from .views.reports.report import ReportView
from .views.reports.report_list import ReportListView
from .views.reports.report_matrix import ReportMatrixView
from .views.reports.review import ReviewQueueView, ReviewView, UndoAcceptanceView
from .views.roster import action, core_figure, first_steps, team, team_part
from .views.roster.team_list import TeamListView
from .views.tasks.milestone import AddMilestonesView, CompleteMilestoneView, ReplaceMilestoneView
from .views.tasks.request import (
    AskCloseOutView,
    AskExtensionView,
    DecideCloseOutView,
    DecideExtensionView,
    DecisionsView,
)
from .views.tasks.request_list import CloseOutListView, ExtensionListView
from .views.tasks.task import TaskHistoryView
from .views.tasks.task_form import EditTaskView, NewTaskView
from .views.tasks.task_list import TaskListView
from .views.tasks.task_state import AcknowledgeView, CancelTaskView, ResumeTaskView, SuspendTaskView
from .views.tasks.township import SharesView
from .views.tasks.undo import undo_tasks

urlpatterns = [
    path("account/", MemberAccountView.as_view(), name="account"),
    path("people/", PersonListView.as_view(), name="people_list"),
    path("working-days/", CalendarView.as_view(), name="calendar"),
    # The action
    path("actions/new/", action.ActionNewView.as_view(), name="action_new"),
    path("actions/<slug:code>/", action.ActionView.as_view(), name="action"),
    path("actions/<slug:code>/edit/", action.ActionEditView.as_view(), name="action_edit"),
    path("actions/<slug:code>/stages/new/", action.StageView.as_view(), name="stage_new"),
    path("actions/<slug:code>/stages/<num:pk>/", action.StageView.as_view(), name="stage_edit"),
    path("actions/<slug:code>/groups/new/", action.GroupView.as_view(), name="group_new"),
    path("actions/<slug:code>/groups/<num:pk>/", action.GroupView.as_view(), name="group_edit"),
    # Teams and who belongs to them
    path("teams/", TeamListView.as_view(), name="team_list"),
    path("teams/new/", team.TeamNewView.as_view(), name="team_new"),
    path("teams/<slug:code>/edit/", team.TeamEditView.as_view(), name="team_edit"),
    path("teams/<slug:code>/close/", team.TeamCloseView.as_view(), name="team_close"),
    path("teams/<slug:code>/lead/", team_part.LeadView.as_view(), name="team_lead"),
    path("teams/<slug:code>/departments/new/", team_part.DepartmentNewView.as_view(), name="team_department_new"),
    path(
        "teams/<slug:code>/departments/<num:pk>/end/",
        team_part.DepartmentEndView.as_view(),
        name="team_department_end",
    ),
    path("teams/<slug:code>/members/new/", team_part.MemberNewView.as_view(), name="team_member_new"),
    path("teams/<slug:code>/members/<num:pk>/end/", team_part.MemberEndView.as_view(), name="team_member_end"),
    path("teams/<slug:code>/members/<num:pk>/part/", team_part.MemberPartView.as_view(), name="team_member_part"),
    path("teams/<slug:code>/figures/new/", core_figure.FigureNewView.as_view(), name="team_figure_new"),
    path("teams/<slug:code>/figures/<num:pk>/", core_figure.FigureEditView.as_view(), name="team_figure_edit"),
    path("teams/<slug:code>/first-steps/", first_steps.LayStepsView.as_view(), name="first_steps_lay"),
    path("teams/<slug:code>/first-steps/<num:pk>/", first_steps.FirstStepView.as_view(), name="first_step"),
    path("teams/<slug:code>/plan/", first_steps.PlanView.as_view(), name="team_plan"),
    path("teams/<slug:code>/plan/new/", first_steps.PlanNewView.as_view(), name="team_plan_new"),
    # Tasks and what is asked about them
    path("tasks/", TaskListView.as_view(), name="task_list"),
    path("tasks/undo/<num:pk>/", undo_tasks, name="tasks_undo"),
    path("tasks/ledger/", ledger, name="task_ledger"),
    path("members/import/", upload.MemberImportPage.as_view(), name="member_import"),
    path("members/import/<num:pk>/", upload.MemberImportPage.as_view(), name="member_import_try"),
    path("milestones/import/", upload.MilestoneImportPage.as_view(), name="milestone_import"),
    path("milestones/import/<num:pk>/", upload.MilestoneImportPage.as_view(), name="milestone_import_try"),
    path("tasks/import/", upload.LedgerImportPage.as_view(), name="task_import"),
    path("tasks/import/<num:pk>/", upload.LedgerImportPage.as_view(), name="task_import_try"),
    path("tasks/new/", NewTaskView.as_view(), name="task_new"),
    path("tasks/<num:year>-<num:number>/history/", TaskHistoryView.as_view(), name="task_history"),
    path("tasks/<num:year>-<num:number>/edit/", EditTaskView.as_view(), name="task_edit"),
    path("tasks/<num:year>-<num:number>/acknowledge/", AcknowledgeView.as_view(), name="task_acknowledge"),
    path("tasks/<num:year>-<num:number>/cancel/", CancelTaskView.as_view(), name="task_cancel"),
    path("tasks/<num:year>-<num:number>/suspend/", SuspendTaskView.as_view(), name="task_suspend"),
    path("tasks/<num:year>-<num:number>/resume/", ResumeTaskView.as_view(), name="task_resume"),
    path("tasks/<num:year>-<num:number>/townships/", SharesView.as_view(), name="task_shares"),
    path("tasks/<num:year>-<num:number>/milestones/", AddMilestonesView.as_view(), name="milestones_add"),
    path(
        "tasks/<num:year>-<num:number>/milestones/<num:pk>/done/",
        CompleteMilestoneView.as_view(),
        name="milestone_done",
    ),
    path(
        "tasks/<num:year>-<num:number>/milestones/<num:pk>/replace/",
        ReplaceMilestoneView.as_view(),
        name="milestone_replace",
    ),
    path("tasks/<num:year>-<num:number>/extension/", AskExtensionView.as_view(), name="extension_ask"),
    path("tasks/<num:year>-<num:number>/close-out/", AskCloseOutView.as_view(), name="close_out_ask"),
    path("extensions/", ExtensionListView.as_view(), name="extension_list"),
    path("close-outs/", CloseOutListView.as_view(), name="close_out_list"),
    path("decisions/", DecisionsView.as_view(), name="decisions"),
    path("decisions/extensions/<num:pk>/", DecideExtensionView.as_view(), name="extension_decide"),
    path("decisions/close-outs/<num:pk>/", DecideCloseOutView.as_view(), name="close_out_decide"),
    # Reports and their periods
    path("reports/", ReportMatrixView.as_view(), name="report_matrix"),
    path("reports/list/", ReportListView.as_view(), name="report_list"),
    path("reports/review/", ReviewQueueView.as_view(), name="review_queue"),
    path("reports/review/<num:pk>/", ReviewView.as_view(), name="review"),
    path("reports/review/<num:pk>/undo/", UndoAcceptanceView.as_view(), name="review_undo"),
    path("reports/<slug:code>/<str:starts>/text/", ReportTextView.as_view(), name="report_text"),
    path("reports/paper/", paper.PaperDeskView.as_view(), name="report_paper"),
    path("reports/<slug:code>/<str:starts>/sheet/", paper.ReportSheetView.as_view(), name="report_sheet"),
    path("reports/<slug:code>/<str:starts>/import/", paper.ReportImportPage.as_view(), name="report_import"),
    path(
        "reports/<slug:code>/<str:starts>/import/<num:pk>/",
        paper.ReportImportPage.as_view(),
        name="report_import_try",
    ),
    path("reports/<slug:code>/<str:starts>/approve/", ApproveView.as_view(), name="report_approve"),
    path("reports/<slug:code>/<str:starts>/take-back/", TakeBackView.as_view(), name="report_take_back"),
    path("reports/<slug:code>/<str:starts>/", ReportView.as_view(), name="report"),
    # Evidence
    path("evidence/<slug:kind>/<num:pk>/", evidence.EvidenceView.as_view(), name="evidence"),
    path("evidence/<slug:kind>/<num:pk>/file/", evidence.EvidenceFileView.as_view(), name="evidence_file"),
    path("evidence/<slug:kind>/<num:pk>/small/", evidence.EvidenceSmallView.as_view(), name="evidence_small"),
    path("evidence/<slug:kind>/<num:pk>/withdraw/", evidence.WithdrawEvidenceView.as_view(), name="evidence_withdraw"),
    path("tasks/<num:year>-<num:number>/evidence/", attachments.TaskEvidenceView.as_view(), name="task_evidence"),
    path(
        "tasks/<num:year>-<num:number>/close-out/evidence/",
        attachments.CloseOutEvidenceView.as_view(),
        name="close_out_evidence",
    ),
    path(
        "reports/<slug:code>/<str:starts>/<num:year>-<num:number>/evidence/",
        attachments.EntryEvidenceView.as_view(),
        name="entry_evidence",
    ),
    path("teams/<slug:code>/evidence/", gallery.TeamGalleryView.as_view(), name="team_evidence"),
    path("teams/<slug:code>/evidence/zip/", gallery.TeamArchiveView.as_view(), name="team_archive"),
    # Matters for coordination
    path("matters/", MatterListView.as_view(), name="matter_list"),
    path("matters/<num:pk>/", MatterView.as_view(), name="matter"),
    path("matters/<num:pk>/pass-on/", AssignMatterView.as_view(), name="matter_assign"),
    # Periods
    path("dispatch/", DispatchView.as_view(), name="dispatch"),
    path("periods/", PeriodListView.as_view(), name="period_list"),
    path("periods/new/", PeriodNewView.as_view(), name="period_new"),
    path("periods/calendar/", PeriodCalendarView.as_view(), name="period_calendar"),
    path("periods/<num:pk>/due/", PeriodDueView.as_view(), name="period_due"),
    path("periods/<num:pk>/close/", PeriodCloseView.as_view(), name="period_close"),
]

"""URLs of the loop."""

from django.urls import path

from .views import (
    agenda_item,
    circular,
    decisions,
    documents,
    field_places,
    instructions,
    meeting_steps,
    minutes,
    order,
    order_desk,
    papers,
    requirements,
    showcases,
)
from .views.attendance import AttendanceView
from .views.chapter import ChapterView
from .views.into_work import IntoWorkView
from .views.meeting_screen import ScreenPlaceView, ScreenView
from .views.meetings import MeetingEditView, MeetingListView, MeetingNewView, MeetingView
from .views.order_list import OrderListView
from .views.problems import steps as problem_steps
from .views.problems.board import ProblemListView
from .views.problems.origin import NewProblemView
from .views.problems.problem import ProblemEvidenceView, ProblemView

urlpatterns = [
    path("meetings/", MeetingListView.as_view(), name="meeting_list"),
    path("meetings/new/<slug:kind>/", MeetingNewView.as_view(), name="meeting_new"),
    path("meetings/<slug:code>/", MeetingView.as_view(), name="meeting"),
    path("meetings/<slug:code>/edit/", MeetingEditView.as_view(), name="meeting_edit"),
    path("meetings/<slug:code>/announce/", meeting_steps.AnnounceView.as_view(), name="meeting_announce"),
    path("meetings/<slug:code>/cancel/", meeting_steps.CancelView.as_view(), name="meeting_cancel"),
    path("meetings/<slug:code>/hold/", meeting_steps.HoldView.as_view(), name="meeting_hold"),
    path("meetings/<slug:code>/unhold/", meeting_steps.UnholdView.as_view(), name="meeting_unhold"),
    path("meetings/<slug:code>/update/", meeting_steps.UpdateView.as_view(), name="meeting_update"),
    path("meetings/<slug:code>/bind/", meeting_steps.BindView.as_view(), name="meeting_bind"),
    path("meetings/<slug:code>/take-up/<num:pk>/", meeting_steps.TakeUpView.as_view(), name="meeting_take_up"),
    path("meetings/<slug:code>/attendance/", AttendanceView.as_view(), name="meeting_attendance"),
    path("meetings/<slug:code>/items/<num:pk>/", agenda_item.ItemView.as_view(), name="meeting_item"),
    path("meetings/<slug:code>/items/<num:pk>/defer/", agenda_item.DeferView.as_view(), name="meeting_item_defer"),
    path("meetings/<slug:code>/items/<num:pk>/return/", agenda_item.ReturnView.as_view(), name="meeting_item_return"),
    path("meetings/<slug:code>/minutes/", minutes.MinutesView.as_view(), name="meeting_minutes"),
    path("meetings/<slug:code>/minutes/return/", minutes.ReturnMinutesView.as_view(), name="minutes_return"),
    path("meetings/<slug:code>/minutes/correct/", minutes.CorrectMinutesView.as_view(), name="minutes_correct"),
    path("meetings/<slug:code>/papers/<slug:kind>/", papers.MeetingPaperView.as_view(), name="meeting_paper"),
    path("meetings/<slug:code>/folder/", papers.MeetingFolderView.as_view(), name="meeting_folder"),
    path("meetings/<slug:code>/chapters/<slug:team>/", ChapterView.as_view(), name="meeting_chapter"),
    path("meetings/<slug:code>/screen/", ScreenView.as_view(), name="meeting_screen"),
    path("meetings/<slug:code>/screen/<num:pk>/", ScreenPlaceView.as_view(), name="meeting_screen_place"),
    # Supervision orders
    path("orders/", order_desk.OrderDeskView.as_view(), name="order_desk"),
    path("orders/all/", OrderListView.as_view(), name="order_list"),
    path("orders/new/", order_desk.NewOrderView.as_view(), name="order_new"),
    path(
        "orders/dismiss/<slug:rung>/<str:since>/<num:year>-<num:number>/",
        order_desk.DismissView.as_view(),
        name="proposal_dismiss",
    ),
    path("orders/dismiss/<slug:rung>/<str:since>/<slug:code>/", order_desk.DismissView.as_view(), name="talk_dismiss"),
    path("orders/<slug:series>/<num:year>/<num:number>/", order.OrderView.as_view(), name="order"),
    path(
        "orders/<slug:series>/<num:year>/<num:number>/acknowledge/",
        order.AcknowledgeOrderView.as_view(),
        name="order_acknowledge",
    ),
    path("orders/<slug:series>/<num:year>/<num:number>/answer/", order.AnswerOrderView.as_view(), name="order_answer"),
    path("orders/<slug:series>/<num:year>/<num:number>/verdict/", order.JudgeOrderView.as_view(), name="order_judge"),
    path("orders/<slug:series>/<num:year>/<num:number>/void/", order.VoidOrderView.as_view(), name="order_void"),
    path(
        "orders/<slug:series>/<num:year>/<num:number>/evidence/",
        order.OrderEvidenceView.as_view(),
        name="order_evidence",
    ),
    path("orders/<slug:series>/<num:year>/<num:number>/paper/", papers.OrderPaperView.as_view(), name="order_paper"),
    # Circulars
    path("circulars/", circular.CircularListView.as_view(), name="circular_list"),
    path("circulars/new/", circular.WriteCircularView.as_view(), name="circular_new"),
    path("circulars/drafts/<num:pk>/", circular.CircularDraftView.as_view(), name="circular_draft"),
    path("circulars/drafts/<num:pk>/edit/", circular.EditCircularView.as_view(), name="circular_edit"),
    path("circulars/drafts/<num:pk>/sign/", circular.SignCircularView.as_view(), name="circular_sign"),
    path("circulars/drafts/<num:pk>/withdraw/", circular.WithdrawCircularView.as_view(), name="circular_withdraw"),
    path("circulars/<num:year>-<num:number>/", circular.CircularView.as_view(), name="circular"),
    path("circulars/<num:year>-<num:number>/paper/", papers.CircularPaperView.as_view(), name="circular_paper"),
    # Templates of papers
    path("documents/", documents.DocumentListView.as_view(), name="document_list"),
    path("documents/bulletins/<num:year>-<num:month>/", papers.BulletinView.as_view(), name="bulletin"),
    path(
        "documents/bulletins/<num:year>-<num:month>/issue/", papers.IssueBulletinView.as_view(), name="bulletin_issue"
    ),
    path("documents/<slug:kind>/", documents.DocumentView.as_view(), name="document"),
    path("documents/<slug:kind>/replace/", documents.DocumentReplaceView.as_view(), name="document_replace"),
    path("documents/<slug:kind>/restore/", documents.DocumentRestoreView.as_view(), name="document_restore"),
    path("documents/<slug:kind>/file/", documents.DocumentFileView.as_view(), name="document_file"),
    path("documents/<slug:kind>/original/", documents.DocumentOriginalView.as_view(), name="document_original"),
    # Requirements from above
    path("requirements/", requirements.RequirementListView.as_view(), name="requirement_list"),
    path("requirements/new/", requirements.RequirementNewView.as_view(), name="requirement_new"),
    path("requirements/<num:pk>/", requirements.RequirementView.as_view(), name="requirement"),
    path("requirements/<num:pk>/edit/", requirements.RequirementEditView.as_view(), name="requirement_edit"),
    path("requirements/<num:pk>/file/", requirements.RequirementFileView.as_view(), name="requirement_file"),
    path("requirements/<num:pk>/clauses/new/", requirements.ClausesAddView.as_view(), name="clauses_add"),
    path("requirements/<num:pk>/<num:number>/edit/", requirements.ClauseEditView.as_view(), name="clause_edit"),
    path("requirements/<num:pk>/<num:number>/match/", requirements.ClauseMatchView.as_view(), name="clause_match"),
    path("requirements/<num:pk>/<num:number>/task/", requirements.ClauseTaskView.as_view(), name="clause_task"),
    path(
        "requirements/<num:pk>/<num:number>/decline/", requirements.ClauseDeclineView.as_view(), name="clause_decline"
    ),
    path(
        "requirements/<num:pk>/<num:number>/answer/<slug:code>/",
        requirements.ClauseAnswerView.as_view(),
        name="clause_answer",
    ),
    # Showcases
    path("showcases/", showcases.GalleryView.as_view(), name="showcase_list"),
    path("showcases/new/", showcases.ShowcaseNewView.as_view(), name="showcase_new"),
    path("showcases/places/", field_places.FieldPlaceListView.as_view(), name="field_place_list"),
    path("showcases/places/new/", field_places.FieldPlaceNewView.as_view(), name="field_place_new"),
    path("showcases/<num:pk>/", showcases.ShowcaseView.as_view(), name="showcase"),
    path("showcases/<num:pk>/edit/", showcases.ShowcaseEditView.as_view(), name="showcase_edit"),
    path("showcases/<num:pk>/evidence/", showcases.ShowcaseEvidenceView.as_view(), name="showcase_evidence"),
    path("showcases/<num:pk>/verdict/", showcases.VerdictView.as_view(), name="showcase_verdict"),
    path("showcases/<num:pk>/copies/new/", showcases.CopyNewView.as_view(), name="showcase_copy"),
    path("showcases/<num:pk>/steps/new/", showcases.StepNewView.as_view(), name="step_propose"),
    path("showcases/<num:pk>/steps/<num:step>/confirm/", showcases.StepConfirmView.as_view(), name="step_confirm"),
    path("showcases/<num:pk>/steps/<num:step>/withdraw/", showcases.StepWithdrawView.as_view(), name="step_withdraw"),
    # Prominent problems
    path("problems/", ProblemListView.as_view(), name="problem_list"),
    path("problems/new/", NewProblemView.as_view(), name="problem_new"),
    path("problems/<num:number>/", ProblemView.as_view(), name="problem"),
    path("problems/<num:number>/evidence/<slug:moment>/", ProblemEvidenceView.as_view(), name="problem_evidence"),
    path("problems/<num:number>/analyse/", problem_steps.AnalyseProblemView.as_view(), name="problem_analyse"),
    path("problems/<num:number>/merge/", problem_steps.MergeProblemView.as_view(), name="problem_merge"),
    path("problems/<num:number>/drop/", problem_steps.DropProblemView.as_view(), name="problem_drop"),
    path("problems/<num:number>/take-up/", problem_steps.TakeUpProblemView.as_view(), name="problem_take_up"),
    path("problems/<num:number>/tasks/add/", problem_steps.AddProblemTaskView.as_view(), name="problem_task_add"),
    path("problems/<num:number>/resolve/", problem_steps.ResolveProblemView.as_view(), name="problem_resolve"),
    path("problems/<num:number>/verify/", problem_steps.VerifyProblemView.as_view(), name="problem_verify"),
    path("problems/<num:number>/reopen/", problem_steps.ReopenProblemView.as_view(), name="problem_reopen"),
    path("problems/<num:number>/look-back/", problem_steps.LookBackProblemView.as_view(), name="problem_look_back"),
    # Decisions of a meeting
    path("meetings/<slug:code>/decisions/new/", decisions.NewDecisionView.as_view(), name="decision_new"),
    path("meetings/<slug:code>/decisions/adopt/", decisions.AdoptAllView.as_view(), name="decisions_adopt"),
    path("meetings/<slug:code>/decisions/<num:number>/", decisions.DecisionView.as_view(), name="decision"),
    path(
        "meetings/<slug:code>/decisions/<num:number>/edit/", decisions.EditDecisionView.as_view(), name="decision_edit"
    ),
    path(
        "meetings/<slug:code>/decisions/<num:number>/adopt/",
        decisions.AdoptDecisionView.as_view(),
        name="decision_adopt",
    ),
    path(
        "meetings/<slug:code>/decisions/<num:number>/drop/", decisions.DropDecisionView.as_view(), name="decision_drop"
    ),
    path("meetings/<slug:code>/decisions/<num:number>/work/", IntoWorkView.as_view(), name="decision_work"),
    path(
        "meetings/<slug:code>/decisions/<num:number>/<slug:team>/done/",
        decisions.DoneView.as_view(),
        name="decision_done",
    ),
    path(
        "meetings/<slug:code>/decisions/<num:number>/<slug:team>/withdraw/",
        decisions.WithdrawDoneView.as_view(),
        name="decision_withdraw",
    ),
    path("meetings/<slug:code>/lines/new/", instructions.HeardLineView.as_view(), name="line_new"),
    # Instructions of leaders
    path("instructions/", instructions.InstructionListView.as_view(), name="instruction_list"),
    path("instructions/new/", instructions.NewInstructionView.as_view(), name="instruction_new"),
    path("instructions/<num:year>-<num:number>/", instructions.InstructionView.as_view(), name="instruction"),
    path(
        "instructions/<num:year>-<num:number>/<num:line>/edit/", instructions.EditLineView.as_view(), name="line_edit"
    ),
    path(
        "instructions/<num:year>-<num:number>/<num:line>/adopt/",
        instructions.AdoptLineView.as_view(),
        name="line_adopt",
    ),
    path(
        "instructions/<num:year>-<num:number>/<num:line>/drop/", instructions.DropLineView.as_view(), name="line_drop"
    ),
    path(
        "instructions/<num:year>-<num:number>/<num:line>/<slug:team>/done/",
        instructions.ReportLineView.as_view(),
        name="line_report",
    ),
    path(
        "instructions/<num:year>-<num:number>/<num:line>/<slug:team>/withdraw/",
        instructions.WithdrawLineReportView.as_view(),
        name="line_withdraw",
    ),
]

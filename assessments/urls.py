"""URLs of the assessment: plans, rounds, results."""

from django.urls import path

from .views import (
    checking,
    claim,
    comparison,
    entry,
    left_out,
    overview,
    panel,
    plan,
    plan_editor,
    result,
    result_correction,
    round,
    round_steps,
    sheet,
    slip,
    suppliers,
    supply,
    votes,
    year,
)

urlpatterns = [
    path("", overview.AssessmentView.as_view(), name="assessment"),
    path("measures/", overview.MeasuresView.as_view(), name="measures"),
    # Plans
    path("plans/", plan.PlanListView.as_view(), name="plan_list"),
    path("plans/new/", plan.PlanNewView.as_view(), name="plan_new"),
    path("plans/<slug:code>/<num:number>/", plan.PlanView.as_view(), name="plan"),
    path("plans/<slug:code>/<num:number>/toml/", plan.PlanExportView.as_view(), name="plan_export"),
    path("plans/<slug:code>/<num:number>/xlsx/", plan.PlanWorkbookView.as_view(), name="plan_workbook"),
    path("plans/<slug:code>/<num:number>/annex/", plan.PlanAnnexView.as_view(), name="plan_annex"),
    path("plans/<slug:code>/<num:number>/compare/", plan.PlanCompareView.as_view(), name="plan_compare"),
    path("plans/begin/", plan_editor.PlanBeginView.as_view(), name="plan_begin"),
    path("plans/<slug:code>/<num:number>/revise/", plan_editor.PlanReviseView.as_view(), name="plan_revise"),
    path("plans/<slug:code>/<num:number>/edit/<slug:part>/", plan_editor.PlanEditView.as_view(), name="plan_edit"),
    path(
        "plans/<slug:code>/<num:number>/edit/indicators/<num:place>/",
        plan_editor.PlanEditIndicatorView.as_view(),
        name="plan_edit_indicator",
    ),
    path("plans/<slug:code>/<num:number>/adopt/", plan.PlanAdoptView.as_view(), name="plan_adopt"),
    # Rounds, the centre's desk
    path("rounds/new/", round.RoundNewView.as_view(), name="round_new"),
    path("rounds/<num:pk>/", round.RoundView.as_view(), name="round"),
    path("rounds/<num:pk>/change/", round.RoundAmendView.as_view(), name="round_amend"),
    path("rounds/<num:pk>/freeze/", round_steps.RoundFreezeView.as_view(), name="round_freeze"),
    path("rounds/<num:pk>/check/", round_steps.RoundCheckView.as_view(), name="round_check"),
    path("rounds/<num:pk>/begin-scoring/", round_steps.RoundBeginScoringView.as_view(), name="round_begin_scoring"),
    path("rounds/<num:pk>/left-out/", left_out.LeftOutView.as_view(), name="round_left_out"),
    path("rounds/<num:pk>/left-out/<num:indicator>/<slug:code>/", left_out.LeaveOutView.as_view(), name="leave_out"),
    path("rounds/<num:pk>/figures/", entry.FiguresView.as_view(), name="round_figures"),
    # Votes
    path("rounds/<num:pk>/votes/", votes.VotesView.as_view(), name="round_votes"),
    path("rounds/<num:pk>/votes/<num:place>/slips/", votes.SlipsPrintView.as_view(), name="slips_print"),
    path("rounds/<num:pk>/votes/<num:place>/slips/again/", votes.SlipsReprintView.as_view(), name="slips_reprint"),
    path("rounds/<num:pk>/votes/<num:place>/close/", votes.GroupCloseView.as_view(), name="voter_group_close"),
    path("rounds/<num:pk>/votes/<num:place>/tally/", votes.TallyView.as_view(), name="vote_tally"),
    path("rounds/<num:round>/votes/<num:place>/tally/import/", votes.TallyImportPage.as_view(), name="tally_import"),
    path(
        "rounds/<num:round>/votes/<num:place>/tally/import/<num:pk>/",
        votes.TallyImportPage.as_view(),
        name="tally_import_try",
    ),
    # Moves of a round
    path("rounds/<num:pk>/score/", round_steps.RoundScoreView.as_view(), name="round_score"),
    path("rounds/<num:pk>/approve/", round_steps.RoundApproveView.as_view(), name="round_approve"),
    path("rounds/<num:pk>/notice/", round_steps.RoundNoticeView.as_view(), name="round_notice"),
    path("rounds/<num:pk>/publish/", round_steps.RoundPublishView.as_view(), name="round_publish"),
    path("rounds/<num:pk>/back/", round_steps.RoundBackView.as_view(), name="round_back"),
    path("rounds/<num:pk>/abandon/", round_steps.RoundAbandonView.as_view(), name="round_abandon"),
    # Correction of a published result
    path(
        "rounds/<num:pk>/result/corrections/new/",
        result_correction.ResultCorrectionNewView.as_view(),
        name="result_correction_new",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/",
        result_correction.ResultCorrectionView.as_view(),
        name="result_correction",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/score/",
        result_correction.ResultCorrectionScoreView.as_view(),
        name="result_correction_score",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/approve/",
        result_correction.ResultCorrectionApproveView.as_view(),
        name="result_correction_approve",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/notice/",
        result_correction.ResultCorrectionNoticeView.as_view(),
        name="result_correction_notice",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/publish/",
        result_correction.ResultCorrectionPublishView.as_view(),
        name="result_correction_publish",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/back/",
        result_correction.ResultCorrectionBackView.as_view(),
        name="result_correction_back",
    ),
    path(
        "rounds/<num:pk>/result/corrections/<num:number>/drop/",
        result_correction.ResultCorrectionDropView.as_view(),
        name="result_correction_drop",
    ),
    path(
        "rounds/<num:pk>/result/rows/<num:indicator>/<slug:code>/",
        result_correction.PublishedRowsView.as_view(),
        name="published_rows",
    ),
    # Checking
    path("rounds/<num:pk>/facts/", checking.RoundFactsView.as_view(), name="round_facts"),
    path("rounds/<num:pk>/facts/<slug:code>/", checking.FactSheetView.as_view(), name="fact_sheet"),
    path("rounds/<num:pk>/facts/<slug:code>/ask/", checking.FactAskView.as_view(), name="fact_ask"),
    path("questions/<num:question>/", checking.QuestionAnswerView.as_view(), name="question_answer"),
    path("rounds/<num:pk>/self-score/<slug:code>/", checking.SelfScoreView.as_view(), name="self_score"),
    # Figures from departments
    path("figures/", supply.FigureListView.as_view(), name="figure_list"),
    path("figures/<num:round>/<str:code>/", supply.FigureSupplyView.as_view(), name="figure_supply"),
    path("figures/<num:round>/<str:code>/confirm/", supply.FigureConfirmView.as_view(), name="figure_confirm"),
    path("figures/<num:round>/<str:code>/import/", supply.FigureImportPage.as_view(), name="figure_import"),
    path(
        "figures/<num:round>/<str:code>/import/<num:pk>/", supply.FigureImportPage.as_view(), name="figure_import_try"
    ),
    path(
        "figures/<num:round>/<str:code>/<slug:team>/correct/", supply.FigureCorrectView.as_view(), name="figure_correct"
    ),
    path("rounds/<num:pk>/suppliers/", suppliers.SuppliersView.as_view(), name="round_suppliers"),
    path("rounds/<num:pk>/suppliers/<num:source>/", suppliers.SupplierView.as_view(), name="supplier"),
    path(
        "rounds/<num:pk>/corrections/<num:correction>/",
        suppliers.CorrectionAnswerView.as_view(),
        name="correction_answer",
    ),
    path("rounds/<num:pk>/countersign/", suppliers.CountersignView.as_view(), name="round_countersign"),
    # Claims
    path("claims/", claim.ClaimListView.as_view(), name="claim_list"),
    path("claims/new/", claim.ClaimNewView.as_view(), name="claim_new"),
    path("claims/<num:pk>/", claim.ClaimView.as_view(), name="claim"),
    path("claims/<num:pk>/evidence/", claim.ClaimEvidenceView.as_view(), name="claim_evidence"),
    path("claims/<num:pk>/answer/", claim.ClaimAnswerView.as_view(), name="claim_answer"),
    path("claims/<num:pk>/approve/", claim.ClaimApproveView.as_view(), name="claim_approve"),
    path("claims/<num:pk>/reject/", claim.ClaimRejectView.as_view(), name="claim_reject"),
    path("claims/<num:pk>/lower/", claim.ClaimLowerView.as_view(), name="claim_lower"),
    path("claims/<num:pk>/withdraw/", claim.ClaimWithdrawView.as_view(), name="claim_withdraw"),
    # Judges
    path("rounds/<num:pk>/panel/", panel.PanelView.as_view(), name="panel"),
    path("rounds/<num:pk>/panel/seats/new/", panel.SeatNewView.as_view(), name="seat_new"),
    path("rounds/<num:pk>/panel/seats/<num:seat>/replace/", panel.SeatReplaceView.as_view(), name="seat_replace"),
    path(
        "rounds/<num:pk>/panel/seats/<num:seat>/aside/<slug:code>/",
        panel.MarksAsideView.as_view(),
        name="marks_aside",
    ),
    path("rounds/<num:pk>/panel/close/", panel.PanelCloseView.as_view(), name="panel_close"),
    path(
        "rounds/<num:pk>/panel/moderation/<slug:indicator>/<slug:code>/",
        panel.ModerationView.as_view(),
        name="moderation",
    ),
    path("sheets/<num:seat>/", sheet.SheetView.as_view(), name="sheet"),
    path("sheets/<num:seat>/sign/", sheet.SheetSignView.as_view(), name="sheet_sign"),
    path("sheets/<num:seat>/aside/<slug:code>/", sheet.StepAsideView.as_view(), name="step_aside"),
    # Results
    path("rounds/<num:pk>/results/", result.ResultsView.as_view(), name="results"),
    path("rounds/<num:pk>/stability/", comparison.StabilityView.as_view(), name="stability"),
    path("rounds/<num:pk>/versus/", comparison.VersusView.as_view(), name="versus"),
    path("rounds/<num:pk>/what-if/", comparison.WhatIfView.as_view(), name="what_if"),
    path("rounds/<num:pk>/verify/", result.VerificationView.as_view(), name="verification"),
    path("rounds/<num:pk>/results/<slug:code>/", result.ScorecardView.as_view(), name="scorecard"),
    path("years/<slug:code>/<num:year>/", year.YearView.as_view(), name="year"),
]

slip_urlpatterns = [path("", slip.SlipView.as_view(), name="slip")]
"""Where slips are opened: short enough to be typed from paper, outside of everything that asks for an account."""

"""URLs of the assessment: plans, rounds, results."""

from django.urls import path

from .views import comparison, entry, overview, plan, result, round, year

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
    path("plans/<slug:code>/<num:number>/adopt/", plan.PlanAdoptView.as_view(), name="plan_adopt"),
    # Rounds, the centre's desk
    path("rounds/new/", round.RoundNewView.as_view(), name="round_new"),
    path("rounds/<num:pk>/", round.RoundView.as_view(), name="round"),
    path("rounds/<num:pk>/change/", round.RoundAmendView.as_view(), name="round_amend"),
    path("rounds/<num:pk>/freeze/", round.RoundFreezeView.as_view(), name="round_freeze"),
    path("rounds/<num:pk>/figures/", entry.FiguresView.as_view(), name="round_figures"),
    path("rounds/<num:pk>/events/", entry.EventsView.as_view(), name="round_events"),
    path("rounds/<num:pk>/events/<num:claim>/withdraw/", entry.EventWithdrawView.as_view(), name="event_withdraw"),
    path("rounds/<num:pk>/score/", round.RoundScoreView.as_view(), name="round_score"),
    path("rounds/<num:pk>/approve/", round.RoundApproveView.as_view(), name="round_approve"),
    path("rounds/<num:pk>/publish/", round.RoundPublishView.as_view(), name="round_publish"),
    path("rounds/<num:pk>/back/", round.RoundBackView.as_view(), name="round_back"),
    path("rounds/<num:pk>/abandon/", round.RoundAbandonView.as_view(), name="round_abandon"),
    # Results
    path("rounds/<num:pk>/results/", result.ResultsView.as_view(), name="results"),
    path("rounds/<num:pk>/stability/", comparison.StabilityView.as_view(), name="stability"),
    path("rounds/<num:pk>/versus/", comparison.VersusView.as_view(), name="versus"),
    path("rounds/<num:pk>/what-if/", comparison.WhatIfView.as_view(), name="what_if"),
    path("rounds/<num:pk>/verify/", result.VerificationView.as_view(), name="verification"),
    path("rounds/<num:pk>/results/<slug:code>/", result.ScorecardView.as_view(), name="scorecard"),
    path("years/<slug:code>/<num:year>/", year.YearView.as_view(), name="year"),
]

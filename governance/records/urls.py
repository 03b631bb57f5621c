"""URLs of the audit log, the inbox and the health check."""

from django.urls import path

from . import views

urlpatterns = [
    path("audit/", views.AuditView.as_view(), name="audit"),
    path("inbox/", views.InboxView.as_view(), name="inbox"),
    path("inbox/read/", views.read_all, name="read_all_notices"),
    path("inbox/undo/<num:pk>/", views.undo_mark, name="undo_marking"),
    path("inbox/<num:pk>/", views.notice, name="notice"),
    path("healthz", views.healthz, name="healthz"),
]

"""Addresses of teams, tasks and reports."""

from django.urls import path

from .views.request import (
    AskCloseOutView,
    AskExtensionView,
    DecideCloseOutView,
    DecideExtensionView,
    DecisionsView,
)
from .views.task import (
    AcknowledgeView,
    CancelTaskView,
    EditTaskView,
    NewTaskView,
    TaskHistoryView,
    TaskListView,
    TaskView,
)

urlpatterns = [
    path("tasks/", TaskListView.as_view(), name="task_list"),
    path("tasks/new/", NewTaskView.as_view(), name="task_new"),
    path("tasks/<int:year>-<int:number>/", TaskView.as_view(), name="task"),
    path("tasks/<int:year>-<int:number>/history/", TaskHistoryView.as_view(), name="task_history"),
    path("tasks/<int:year>-<int:number>/edit/", EditTaskView.as_view(), name="task_edit"),
    path("tasks/<int:year>-<int:number>/acknowledge/", AcknowledgeView.as_view(), name="task_acknowledge"),
    path("tasks/<int:year>-<int:number>/cancel/", CancelTaskView.as_view(), name="task_cancel"),
    path("tasks/<int:year>-<int:number>/extension/", AskExtensionView.as_view(), name="extension_ask"),
    path("tasks/<int:year>-<int:number>/close-out/", AskCloseOutView.as_view(), name="close_out_ask"),
    path("decisions/", DecisionsView.as_view(), name="decisions"),
    path("decisions/extensions/<int:pk>/", DecideExtensionView.as_view(), name="extension_decide"),
    path("decisions/close-outs/<int:pk>/", DecideCloseOutView.as_view(), name="close_out_decide"),
]

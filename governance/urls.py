"""The root URLs."""

from django.contrib import admin
from django.urls import include, path

import governance.lists.addresses  # noqa: F401  registers `<num:...>`
from assessments.urls import slip_urlpatterns

urlpatterns = [
    path("", include("teams.urls")),
    path("", include("teams.meetings.urls")),
    path("assessment/", include("assessments.urls")),
    path("v/", include(slip_urlpatterns)),
    path("", include("governance.people.urls")),
    path("", include("governance.records.urls")),
    path("", include("governance.overview.urls")),
    path("admin/", admin.site.urls),
]

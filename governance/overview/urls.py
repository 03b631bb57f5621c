"""Addresses of the top floor."""

from django.urls import path

from .views.home import HomeView
from .views.setting_up import CountyView
from .views.team import TeamView
from .views.wall import WallView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("county/", CountyView.as_view(), name="county"),
    path("wall/", WallView.as_view(), name="wall"),
    path("teams/<slug:code>/", TeamView.as_view(), name="team"),
]

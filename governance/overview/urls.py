"""URLs of the top layer."""

from django.urls import path

from teams.views.burden import BurdenView
from teams.views.debts import DebtListView

from .views.chat import ChatTextView
from .views.home import HomeView
from .views.screen import ScreenEnterView, ScreenListView, ScreenNewView, ScreenRevokeView, WallScreenView
from .views.search import SearchView
from .views.setup import CountyView, SettingUpView
from .views.task import TaskView
from .views.team import TeamView
from .views.wall import WallView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("setting-up/", SettingUpView.as_view(), name="setting_up"),
    path("county/", CountyView.as_view(), name="county"),
    path("owed/text/", ChatTextView.as_view(), name="chat_text"),
    path("owed/", DebtListView.as_view(), name="owed"),
    path("burden/", BurdenView.as_view(), name="burden"),
    path("search/", SearchView.as_view(), name="search"),
    path("wall/", WallView.as_view(), name="wall"),
    path("wall/screens/", ScreenListView.as_view(), name="screen_list"),
    path("wall/screens/new/", ScreenNewView.as_view(), name="screen_new"),
    path("wall/screens/<num:pk>/revoke/", ScreenRevokeView.as_view(), name="screen_revoke"),
    path("screen/", WallScreenView.as_view(), name="wall_screen"),
    path("screen/<str:token>/", ScreenEnterView.as_view(), name="screen_enter"),
    path("tasks/<num:year>-<num:number>/", TaskView.as_view(), name="task"),
    path("teams/<slug:code>/", TeamView.as_view(), name="team"),
]

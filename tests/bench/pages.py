"""What is measured: each list page, its rows fetched, its rows in a plain loop; and the queries of every page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import Template, engines
from django.urls import path

from assessments.models import Result
from assessments.results.ranking_table import Heat
from governance.lists.paging import PAGE_SIZE
from governance.overview.wall import NEED, wall_of
from governance.people.models import User
from governance.records.audit_words import Readable
from governance.records.models import AuditEvent, Notice
from governance.records.words import verb_word
from governance.urls import urlpatterns as pages
from teams.models import (
    CloseOut,
    Extension,
    HelpRequest,
    ProgressReport,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Task,
)
from teams.reports.matrix import matrix_of
from teams.tables.team import rows_of
from teams.views.tasks.task import standings_of
from tests.bench.county import HEAD, LATE, TODAY

Rows = Callable[[User], Any]


@dataclass(frozen=True)
class ListPage:
    """A page of a list: who opens it, where it stands, and how the rows that it shows are fetched."""

    name: str
    user: str
    path: str
    rows: Rows
    aim: float = 1.0
    """Of the whole page against the plain loop over the same rows."""

    @property
    def plain_path(self) -> str:
        """Where the plain loop stands."""
        return f"/plain/{self.name}/"


def _tasks(user: User) -> Sequence[Any]:
    tasks = Task.objects.visible_to(user).filter(action=_action()).for_list().with_lamp(TODAY)
    return standings_of(list(tasks.order_by("due_on", "pk")[:PAGE_SIZE]), TODAY)


def _teams(user: User) -> Sequence[Any]:
    teams = SpecialTeam.objects.visible_to(user).filter(action=_action(), closed_on=None)
    return rows_of(list(teams.select_related("action", "group").order_by("order", "pk")[:PAGE_SIZE]), TODAY)


def _periods(user: User) -> Sequence[Any]:
    periods = ReportingPeriod.objects.visible_to(user).filter(action=_action()).with_counts()
    return list(periods.order_by("-starts_on")[:PAGE_SIZE])


def _reviews(user: User) -> Sequence[Any]:
    reports = ProgressReport.objects.visible_to(user).waiting().select_related("team", "period")
    return list(reports[:PAGE_SIZE])


def _audit(user: User) -> Sequence[Any]:
    readable = Readable()
    events = AuditEvent.objects.visible_to(user).select_related("by").order_by("-at", "-pk")[:PAGE_SIZE]
    return [(event, verb_word(event.verb), readable.kind(event), readable.lines(event)) for event in events]


def _inbox(user: User) -> Sequence[Any]:
    return list(Notice.objects.visible_to(user).order_by("-at", "-pk")[:PAGE_SIZE])


def _reports(user: User) -> Sequence[Any]:
    reports = ProgressReport.objects.visible_to(user).select_related("team", "period")
    return list(reports.order_by("-period__starts_on", "-pk")[:PAGE_SIZE])


def _extensions(user: User) -> Sequence[Any]:
    rows = Extension.objects.visible_to(user).select_related("task__team", "asked_by", "decided_by")
    return list(rows.order_by("-asked_at", "-pk")[:PAGE_SIZE])


def _close_outs(user: User) -> Sequence[Any]:
    rows = CloseOut.objects.visible_to(user).select_related("task__team", "asked_by", "decided_by")
    return list(rows.order_by("-asked_on", "-pk")[:PAGE_SIZE])


def _matters(user: User) -> Sequence[Any]:
    rows = HelpRequest.objects.visible_to(user).select_related("report__team", "to", "owner")
    return list(rows.order_by("-asked_at", "-pk")[:PAGE_SIZE])


def _matrix(user: User) -> Any:
    periods = list(ReportingPeriod.objects.filter(action=_action(), starts_on__lte=TODAY).order_by("-starts_on")[:6])
    teams = list(SpecialTeam.objects.visible_to(user).filter(action=_action()).order_by("order")[:PAGE_SIZE])
    return matrix_of(periods[::-1], teams, user=user, at=LATE)


def _results(user: User) -> Heat:
    rows = Result.objects.select_related("round__plan__plan", "round__action").defer("body")
    heat = Heat(rows.get(publication__isnull=False), user)
    assert heat.classes
    return heat


def _wall(user: User) -> Any:
    return wall_of(_action(), on=TODAY, now=LATE, user=user, page=1, order=NEED)


def _action() -> SpecialAction | None:
    return SpecialAction.objects.chosen()


LISTS = [
    ListPage("tasks", "office", "/tasks/", _tasks),
    ListPage("teams", "office", "/teams/", _teams),
    ListPage("matrix", "office", "/reports/", _matrix),
    ListPage("reviews", "office", "/reports/review/", _reviews),
    ListPage("reports", "office", "/reports/list/", _reports),
    ListPage("extensions", "office", "/extensions/", _extensions),
    ListPage("close-outs", "office", "/close-outs/", _close_outs),
    ListPage("matters", "office", "/matters/", _matters),
    ListPage("periods", "office", "/periods/", _periods),
    ListPage("audit", "auditor", "/audit/", _audit),
    ListPage("inbox", HEAD, "/inbox/", _inbox),
    ListPage("results", "leader", "/assessment/rounds/1/results/", _results),
    ListPage("wall", "leader", "/wall/", _wall, aim=1.5),
]

ONE = "team-0001"
QUERIED = [
    *((page.name, page.user, page.path) for page in LISTS),
    ("search", "office", "/search/?q=项目"),
    ("home, office", "office", "/"),
    ("home, head", HEAD, "/"),
    ("wall on a day", "leader", "/wall/?on=2026-09-20"),
    ("tasks on a day", "office", "/tasks/?on=2026-09-20"),
    ("tasks filtered", "office", "/tasks/?state=in_progress&level=1&sort=-percent"),
    ("action", "office", "/actions/action/"),
    ("team", HEAD, f"/teams/{ONE}/"),
    ("team kept", "office", f"/teams/{ONE}/edit/"),
    ("task", HEAD, "/tasks/2026-1/"),
    ("task history", HEAD, "/tasks/2026-1/history/"),
    ("task edited", "office", "/tasks/2026-1/edit/"),
    ("task new", "office", "/tasks/new/"),
    ("decisions", "office", "/decisions/"),
    ("report form", HEAD, f"/reports/{ONE}/2026-10-21/"),
    ("report read", "office", f"/reports/{ONE}/2026-10-11/"),
    ("review", "office", "/reports/review/1/"),
    ("account", HEAD, "/account/"),
    ("assessment", "centre", "/assessment/"),
    ("plans", "centre", "/assessment/plans/"),
    ("plan", "centre", "/assessment/plans/trial-2026-q3/1/"),
    ("round", "centre", "/assessment/rounds/1/"),
    ("round new", "centre", "/assessment/rounds/new/?plan=1"),
    ("figures", "centre", "/assessment/rounds/1/figures/?indicator=T7"),
    ("events", "centre", "/assessment/rounds/1/events/"),
    ("scorecard", HEAD, f"/assessment/rounds/1/results/{ONE}/"),
]
"""Every page whose queries could grow with the county: (name, account, path)."""


def plain_view(listed: ListPage) -> Callable[[HttpRequest], HttpResponse]:
    """The page that one would write without any of our parts: the rows, and a template that loops over them."""
    template: Template = engines["django"].get_template(f"{listed.name}.html")

    def view(request: HttpRequest) -> HttpResponse:
        assert not isinstance(request.user, AnonymousUser)
        return HttpResponse(template.render({"rows": listed.rows(request.user)}, request))

    return view


FRAME = ListPage("frame", "office", "/plain/frame/", lambda user: ())
"""A page without anything on it: what the session, the person and the masthead cost."""

plain_pages = [path(listed.plain_path.strip("/") + "/", plain_view(listed)) for listed in (*LISTS, FRAME)]
urlpatterns = [*pages, *plain_pages]
"""The site with the plain pages beside it: the root of addresses while the bench runs."""

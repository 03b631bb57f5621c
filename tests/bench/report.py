"""Measures in turn and prints a table for each question: whole pages, queries, scoring."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.lists.requests import LIST_ID
from governance.people.models import User
from teams.reports.drafts import save_report
from teams.reports.review import accept_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from tests.bench import ledger, loop, overview, rounds, stability
from tests.bench import lists as long_lists
from tests.bench.county import LATE, County
from tests.bench.pages import FRAME, LISTS, QUERIED, ListPage
from tests.bench.scoring import score_and_sum, stored_and_verified
from tests.bench.timing import side_by_side
from tests.remembered import forget_all

FETCH_AIM, SCORE_AIM, VERIFY_AIM, FRAGMENT_AIM = 3.0, 3.5, 1.5, 0.5
BACKEND = "governance.people.backends.PeopleBackend"


def run(*, small: int, large: int, teams: int, indicators: int, fresh: Callable[[], AbstractContextManager]) -> int:
    """Everything, on a county of `small` and one of `large` teams; answers how many pages' queries grow."""
    with patch("governance.clock.timezone.now", _noon):
        with fresh():
            print(f"{connection.vendor}, {small} teams, {small * 4} tasks; the first 50 rows of each list")
            county = County(small)
            lists()
            before = queries()
            verbs(county)
            print()
            scoring(teams, indicators)
            stability.report()
            ledger.report()
        with fresh():
            County(large)
            after = queries()
        print()
        with fresh():
            few = long_lists.measure(long_lists.SMALL, client_of)
            few_loop = loop.measure(client_of)
        with fresh():
            many = long_lists.measure(long_lists.LARGE, client_of)
            long_lists.compare(few, many)
            long_lists.exports(client_of)
            grew = loop.compare(few_loop, loop.measure(client_of))
        rounds.report(fresh, client_of)
        grew += overview.report(fresh, client_of)
    return grew + compare(before, after, small, large)


def run_overview(fresh: Callable[[], AbstractContextManager]) -> int:
    """Home and wall alone."""
    with patch("governance.clock.timezone.now", _noon):
        return overview.report(fresh, client_of)


def _noon() -> datetime:
    return LATE


def client_of(username: str) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(User.objects.get(username=username), BACKEND)
    return client


def lists() -> None:
    """Each list page against a plain loop over its rows, and against fetching them."""
    frame = _times(FRAME)[0]
    print(f"\nthe frame of every page, signed in, nothing on it: {frame * 1000:.1f} ms")
    print(f"{'page':10}{'ms':>8}{'plain':>8}{'fetch':>8}{'page/plain':>13}{'page/fetch':>13}{'sorted/page':>13}")
    for listed in LISTS:
        page, plain, fetch, fragment = _times(listed)
        print(
            f"{listed.name:10}{page * 1000:8.1f}{plain * 1000:8.1f}{fetch * 1000:8.1f}"
            f"{long_lists.against(page / plain, listed.aim):>13}{long_lists.against(page / fetch, FETCH_AIM):>13}"
            f"{long_lists.against(fragment / page, FRAGMENT_AIM):>13}"
        )


def _times(listed: ListPage) -> tuple[float, float, float, float]:
    """Seconds of the page, of the plain loop, of fetching the rows, and of the list alone as a click on a head asks."""
    client, user = client_of(listed.user), User.objects.get(username=listed.user)
    times = side_by_side(
        {
            "page": lambda: long_lists.get_page(client, listed.path),
            "plain": lambda: long_lists.get_page(client, listed.plain_path),
            "fetch": lambda: listed.rows(user),
            "fragment": lambda: long_lists.get_page(client, listed.path, _sorting(listed)),
        }
    )
    return times["page"], times["plain"], times["fetch"], times["fragment"]


def _sorting(listed: ListPage) -> dict[str, str]:
    """The headers with which htmx asks for the list of the page that is shown."""
    shown = f"https://testserver{listed.path}"
    return {"HX-Request": "true", "HX-Target": LIST_ID, "HX-Current-URL": shown}


def queries() -> dict[str, int]:
    """How many queries each page asks, nothing remembered."""
    counts = {}
    for name, username, path in QUERIED:
        client = client_of(username)
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            long_lists.get_page(client, path)
        counts[name] = len(asked)
    return counts


VERB_AIM = 15
"""Queries of submitting or accepting a report, whatever its rows: fewer than this."""


def verbs(county: County) -> None:
    """Print the queries of submitting a report and of accepting one."""
    team, period = county.teams[1], county.periods[-1]
    acting = {"by": User.objects.get(username="head-0002"), "at": period.due_at}
    rows = [ReportRow(task.pk, no_change=True) for task in county.tasks if task.team_id == team.pk]
    report = save_report(team, period, Written(rows=rows), **acting)
    office = {"by": county.staff["office"], "at": period.due_at}
    print()
    for name, verb in (
        ("submit", lambda: submit_report(report, **acting)),
        ("accept", lambda: accept_report(report, **office)),
    ):
        with CaptureQueriesContext(connection) as asked:
            verb()
        print(f"{name} a report: {len(asked)} queries (<{VERB_AIM})" + ("" if len(asked) < VERB_AIM else "!"))


def compare(before: dict[str, int], after: dict[str, int], small: int, large: int) -> int:
    """Print the counts at both sizes; answers how many pages ask more in the larger county."""
    print(f"\n{'queries':16}{small:>8}{large:>8}   teams")
    grew = 0
    for name, count in before.items():
        more = after[name] > count
        grew += more
        print(f"{name:16}{count:>8}{after[name]:>8}{'   grows!' if more else ''}")
    print("constant" if not grew else f"{grew} pages ask more in the larger county")
    return grew


def scoring(teams: int, indicators: int) -> None:
    """The engine against one aggregate over as many stored values."""
    values = teams * indicators
    times = side_by_side(score_and_sum(teams, indicators))
    score, rate, aggregate = times["score"], times["rate"], times["aggregate"]
    print(f"scoring {teams} teams x {indicators} indicators: {score * 1000:.0f} ms, {values / score:,.0f} values/s")
    print(f"  of which points alone: {rate * 1000:.0f} ms, {values / rate:,.0f} values/s")
    print(f"one SQL aggregate over {values:,} stored values: {aggregate * 1000:.0f} ms")
    print(f"ratio {long_lists.against(score / aggregate, SCORE_AIM)}")
    verified = side_by_side(stored_and_verified(teams, indicators))
    store, verify = verified["store"], verified["verify"]
    print(f"scoring to a stored document: {store * 1000:.0f} ms, verifying it: {verify * 1000:.0f} ms")
    print(f"verify : score {long_lists.against(verify / store, VERIFY_AIM)}")

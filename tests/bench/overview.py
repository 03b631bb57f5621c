"""Home and wall at 10, 100 and 1,200 teams of a hundred tasks each: seconds of CPU, queries and size.

Each page is asked again and again, every time after a task has changed, which is how a county reads them, and once
with nothing remembered. On PostgreSQL the CPU of the server is not ours to count; the wall time stands beside.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams.models import Task
from teams.tasks.changes import Change, LampContext, write_changes
from tests.bench.county import LATE
from tests.bench.lists import against
from tests.bench.province import TASKS_OF_A_TEAM, Province
from tests.remembered import forget_all

TEAMS = (10, 100, 1200)
PAGES = {"home": ("office", "/"), "wall": ("leader", "/wall/"), "past": ("leader", "/wall/?on=2026-09-20")}
TURNS = 9
GROWTH_AIM, BYTES_AIM = 1.5, 200_000


@dataclass
class Asked:
    """One page at one size: seconds of CPU and by the clock after a change, seconds of CPU anew, queries, bytes."""

    changed: float
    clock: float
    anew: float
    queries: int
    size: int


def report(fresh: Callable[[], AbstractContextManager[None]], client_of: Callable[[str], Client]) -> int:
    """Measure and print; answers how many pages ask more queries where there are more teams."""
    found: dict[int, dict[str, Asked]] = {}
    for teams in TEAMS:
        with fresh():
            province = Province(teams * TASKS_OF_A_TEAM)
            found[teams] = {name: _asked(province, client_of(user), path) for name, (user, path) in PAGES.items()}
    head = f"{'teams':>7}{'CPU ms':>9}{'grows':>15}{'clock':>8}{'anew':>9}{'KB':>7}{'queries':>9}"
    print(f"\n{connection.vendor + ', a task changed':20}{head}")
    grew = 0
    for name in PAGES:
        least = found[TEAMS[0]][name]
        for teams in TEAMS:
            page = found[teams][name]
            grew += page.queries > least.queries
            print(
                f"{name:20}{teams:>7,}{page.changed * 1000:9.1f}{against(page.changed / least.changed, GROWTH_AIM):>15}"
                f"{page.clock * 1000:8.0f}{page.anew * 1000:9.0f}{page.size / 1000:7.0f}{page.queries:>9}"
                + ("" if page.size <= BYTES_AIM else " too large!")
            )
    return grew


def _asked(province: Province, client: Client, path: str) -> Asked:
    forget_all()
    with CaptureQueriesContext(connection) as asked:
        began = time.process_time()
        client.get(path, secure=True)
        anew = time.process_time() - began
        queries = len(asked)
    used, clocks, size = [], [], 0
    for turn in range(TURNS):
        _change(province, turn)
        cpu, clock = time.process_time(), time.perf_counter()
        answer = client.get(path, secure=True)
        used.append(time.process_time() - cpu)
        clocks.append(time.perf_counter() - clock)
        assert answer.status_code == 200, path
        size = len(answer.content)
    return Asked(median(used), median(clocks), anew, queries, size)


def _change(province: Province, turn: int) -> None:
    """A task of one of the teams moves on by a percent or back."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=Task.objects.order_by("pk")[turn * 7].pk)
        percent = task.percent + (1 if task.percent < Decimal(50) else -1)
        write_changes(
            [Change(task, {"percent": percent})],
            cause="edit_task",
            by=province.staff["office"],
            at=LATE + timedelta(seconds=turn),
            lamp_context=LampContext.of(province.action),
        )

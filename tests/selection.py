"""Which tests run and in which order: all of them, those that use the database, or those with a query budget.

A test with the mark `one_database` asks what no database can answer otherwise, and runs on the first alone. A test uses
the database when it has the mark `django_db` or asks for a fixture of the database, however far away. One
that has neither cannot reach the database (pytest-django refuses), so that running it on one database is enough.

Tests without a database come first; then those of the story; then the rest as pytest-django orders them, those that
flush last. The tests of a file go to one worker, so that what the file prepares is prepared once, and all tests of the
story go to one worker of two, so that it is told once; the other takes what remains meanwhile. More workers share the
story file by file: one of them would still be at it when the others have ended.
"""

import json
import os
from pathlib import Path
from tempfile import gettempdir

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.story import STAGE

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
LEFT_OUT = pytest.StashKey[int]()


def uses_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(item.fixturenames))


def uses_story(item: pytest.Item) -> bool:
    return "story_stage" in item.fixturenames


def flushes(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(marker and marker.kwargs.get("transaction"))


def group(item: pytest.Item, workers: int) -> str:
    """What goes to one worker. Tests that flush go apart: others do not expect the database that they leave."""
    if uses_story(item) and workers <= 2:
        return "story"
    return f"{item.path}{' flushes' * flushes(item)}"


class Groups(LoadScopeScheduling):
    """Gives a worker one group after another in the order of their first tests; the first worker writes them down."""

    groups: dict[str, str] | None = None

    def _split_scope(self, nodeid: str) -> str:
        if self.groups is None:
            self.groups = json.loads(GROUPS.read_text(encoding="utf-8"))
            GROUPS.unlink()
        return self.groups[nodeid]


GROUPS = Path(gettempdir(), f"vanguard-test-groups-{os.getpid()}.json")
"""Of the process that gives the workers their tests."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["groups"] = str(GROUPS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Groups | None:
    """Unless another way is asked for: `load` is what `-n` alone means."""
    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return Groups(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = sorted(items, key=lambda item: uses_database(item) and (1 if uses_story(item) else 2))
    if config.getoption("database_only"):
        chosen = [item for item in chosen if uses_database(item) and not item.get_closest_marker("one_database")]
    if config.getoption("write_budgets"):
        chosen = [item for item in chosen if "query_budget" in item.fixturenames]
    left_out = len(items) - len(chosen)
    config.stash[LEFT_OUT] = left_out
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = left_out
        if config.workerinput["workerid"] == "gw0":
            groups = {item.nodeid: group(item, config.workerinput["workercount"]) for item in chosen}
            Path(config.workerinput["groups"]).write_text(json.dumps(groups), encoding="utf-8")
    items[:] = chosen


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of the database that does not ask for the story finds none, even after one that did."""
    stage = item.config.stash.get(STAGE, None)
    if stage and uses_database(item) and not uses_story(item):
        stage.clear()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """A worker of xdist tells how many tests it left out; all leave out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left_out} tests that need not run here were left out.")

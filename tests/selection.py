"""Which tests run and in which order: all of them, those that use the database, or those with a query budget.

A test with the mark `one_database` asks what no database can answer otherwise, and runs on the first alone. A test uses
the database when it has the mark `django_db` or asks for a fixture of the database, however far away. One
that has neither cannot reach the database (pytest-django refuses), so that running it on one database is enough.

Tests without a database come first, among them the longest, so that the workers end together; then those of the story,
which is told once a worker; then the rest as pytest-django orders them.
"""

import pytest

from tests.story import STAGE

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
LEFT_OUT = pytest.StashKey[int]()


def uses_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(item.fixturenames))


def uses_story(item: pytest.Item) -> bool:
    return "story_stage" in item.fixturenames


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

"""Query budgets: what a page or a verb asks of the database, kept in one file that `make budgets` writes anew.

A budget holds exactly: more is slower, and fewer leaves room in which later queries go unseen.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.remembered import forget_all

FILE = Path(__file__).with_name("query_budgets.json")
Budgets = dict[str, dict[str, int]]
"""Queries by name of the page or verb and by who or what asks."""


def read_budgets() -> Budgets:
    return json.loads(FILE.read_text(encoding="utf-8"))


def write_budgets(budgets: Budgets) -> None:
    """A line for each name, in the order of names."""
    lines = (f"{json.dumps(name)}: {json.dumps(budgets[name])}" for name in sorted(budgets))
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """Queries of the block when nothing is cached."""
    forget_all()
    with CaptureQueriesContext(connection) as queries:
        yield queries


@dataclass
class QueryBudget:
    """Compares with the file, or collects what is to be written into it."""

    writing: bool
    budgets: Budgets = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str, variant: str) -> Iterator[CaptureQueriesContext]:
        """The block asks what the budget of `name` says, whatever the size of the data."""
        with counted() as queries:
            yield queries
        self.check(variant, {name: len(queries)})

    def check(self, variant: str, asked: dict[str, int]) -> None:
        """Each name asks what its budget says."""
        differences = []
        for name, count in asked.items():
            budgets = self.budgets.setdefault(name, {})
            if self.writing:
                budgets.setdefault(variant, count)
            if budgets.get(variant) != count:
                differences.append(f"{name} ({variant}) asks {count} queries, its budget is {budgets.get(variant)}")
        if differences:
            pytest.fail("\n".join([*differences, f"`make budgets` writes {FILE.name} anew."]), pytrace=False)


@pytest.fixture(scope="session")
def query_budget(request: pytest.FixtureRequest) -> Iterator[QueryBudget]:
    """`with query_budget("review", "any number of tasks"): ...`"""
    if not request.config.getoption("write_budgets"):
        yield QueryBudget(writing=False, budgets=read_budgets())
        return
    budget = QueryBudget(writing=True)
    yield budget
    if not request.session.testsfailed:
        write_budgets(budget.budgets)

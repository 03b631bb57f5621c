"""The house keeps its order: where things are written, what looks like what, what the lock pins (STYLE)."""

import re
from pathlib import Path

import pytest
from django.db import connection

from tests.budgets import read_budgets

ROOT = Path(__file__).resolve().parent.parent
APPS = ("governance", "teams", "assessments")
WRITES = re.compile(r"\.(save|update|delete|create|get_or_create|update_or_create|bulk_create|bulk_update)\(")
VERB_MODULES = re.compile(r"(^|/)(\w+ing(_\w+)?|accounts|verbs)\.py$|/migrations/|/engine/|/formats/|models/base\.py$")
NOT_ROWS = re.compile(
    r"(hashlib\w*|digest|sha|fields|context|params|_token|cache|workbook|book|errors|seen|found|facts|asked|unread)\.update\(|cache\.\w+\(|blob\.save|image\.save|workbook\.save|book\.save|super\(\)\.(save|delete)|using=self\._db|vars\(\)\.update"
)


def python_files():
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def test_rows_are_written_in_verb_modules_only():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in python_files()
        if not VERB_MODULES.search(str(path.relative_to(ROOT)))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WRITES.search(line) and not NOT_ROWS.search(line)
    ]
    assert found == []


def test_no_floor_reaches_another_through_the_app_registry():
    found = [
        f"{path.relative_to(ROOT)}"
        for path in python_files()
        if "/migrations/" not in str(path) and re.search(r"apps\.get_model\(", path.read_text())
    ]
    assert found == []


def test_no_template_carries_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=|javascript:")
    found = [str(path.relative_to(ROOT)) for path in templates() if inline.search(path.read_text())]
    assert found == []


def test_templates_load_nothing_from_elsewhere():
    outside = re.compile(r"(src|href|action)=\"(https?:)?//")
    assert [str(path) for path in templates() if outside.search(path.read_text())] == []


# What Chrome 86 lacks: the floor of the machines in county offices.
YOUNGER_CSS = {
    ":has(": 105,
    ":is(": 88,
    ":where(": 88,
    "aspect-ratio": 88,
    "accent-color": 93,
    "@container": 105,
    "@layer": 99,
    "inset:": 87,
    "dvh": 108,
    "color-mix(": 111,
    "text-wrap": 114,
    "subgrid": 117,
    "&:hover": 112,
}
YOUNGER_JS = {
    ".at(": 92,
    "structuredClone": 98,
    "Object.hasOwn": 93,
    ".findLast(": 97,
    ".toSorted(": 110,
    "static {": 94,
}


@pytest.mark.parametrize("feature", YOUNGER_CSS)
def test_the_style_sheets_stay_on_the_floor(feature):
    found = [path.name for path in (ROOT / "static/css").glob("*.css") if feature in path.read_text()]
    assert found == []


@pytest.mark.parametrize("feature", YOUNGER_JS)
def test_the_scripts_stay_on_the_floor(feature):
    found = [path.name for path in (ROOT / "static/js").glob("*.js") if feature in path.read_text()]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_pins_with_hashes_and_names_no_host(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    pinned = re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==\S+", text, re.M)
    blocks = re.split(r"^(?=\w)", text, flags=re.M)
    assert pinned
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_every_query_budget_belongs_to_a_test():
    asked = "|".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    unknown = [
        f"{name} ({variant})"
        for name, budgets in read_budgets().items()
        for variant in budgets
        if f'"{name}"' not in asked or f'"{variant}"' not in asked
    ]
    assert unknown == []


def test_a_test_that_asks_for_no_database_gets_none():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()

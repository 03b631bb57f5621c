"""Conventions of the code: where rows are written, what templates may contain, what the lock pins."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from tests.budgets import read_budgets
from tests.import_graph import Imports, circles

ROOT = Path(__file__).resolve().parent.parent
APPS = ("governance", "teams", "assessments")
ROW_WRITES = {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"}
WRITES_FOR_VERBS = {
    "governance/people/models/user.py": "Django asks the manager of users to make them",
    "governance/records/file_store.py": "files and uploads, for the verbs that keep them",
    "governance/records/integrity/seals.py": "a seal is the record of itself",
    "governance/records/verbs.py": "the frame of every verb",
    "assessments/rounds/sources.py": "the sources of figures, for the verbs that open and change a round",
    "assessments/results/restoring.py": "the former facts, for the verb that drops a correction",
    "teams/tasks/changes.py": "the one way a task is written",
    "teams/meetings/problems/steps.py": "a problem's steps and what joins it, for the verbs of problems",
    "teams/reports/draft_merge.py": "a draft's rows and lines, for the verbs that save it",
}
"""Modules that write rows and define no verb, and for whom they write."""


def python_files():
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def writes_rows(node: ast.AST) -> bool:
    """Whether a call writes rows: `save()`, `delete()` and `update(field=...)` as rows have them, or a way to insert.

    What is called like them elsewhere takes positional arguments: a digest's `update(data)`, a picture's `save(file)`.
    """
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name = node.func.attr
    of_a_row = name in {"save", "delete"} or (name == "update" and bool(node.keywords))
    return name in ROW_WRITES or (of_a_row and not node.args)


def is_verb(node: ast.AST) -> bool:
    """Whether a function carries `@verb`, with or without arguments."""
    marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any("verb" in {getattr(mark, "id", ""), getattr(getattr(mark, "func", None), "id", "")} for mark in marks)


def test_only_modules_that_define_a_verb_write_rows():
    writers = set()
    for path in python_files():
        nodes = list(ast.walk(ast.parse(path.read_text())))
        name = str(path.relative_to(ROOT))
        if "/migrations/" not in name and any(map(writes_rows, nodes)) and not any(map(is_verb, nodes)):
            writers.add(name)
    assert writers == set(WRITES_FOR_VERBS)


def test_no_modules_import_each_other():
    assert circles(Imports.of().arrows) == []


def test_no_folder_is_crowded_and_no_file_long():
    """At most 30 modules in a folder; at most 400 lines in a module, style sheet, script or template."""
    kept = [path for path in python_files() if "migrations" not in path.parts]
    folders = Counter(path.parent.relative_to(ROOT) for path in kept if path.name != "__init__.py")
    looks = [path for room in ("static", "templates") for path in (ROOT / room).rglob("*.*")]
    shown = [path for path in looks if path.suffix in {".css", ".js", ".html"}]
    assert {str(folder): count for folder, count in folders.items() if count > 30} == {}
    assert [str(path.relative_to(ROOT)) for path in kept + shown if len(path.read_text().splitlines()) > 400] == []


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [["a", "b", "c"]]


def test_whatever_the_types_do_not_cover_says_why():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "type: ignore" in line and not re.search(r"# type: ignore\[[\w-]+\]  # \w", line)
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


def test_every_script_of_ours_is_loaded_as_a_module():
    tags = [tag for path in templates() for tag in re.findall(r"<script\b[^>]*>", path.read_text())]
    assert tags
    assert [tag for tag in tags if not re.match(r'<script type="module" src="{% static "js/\w+\.js" %}">', tag)] == []


def test_no_script_of_ours_hands_anything_over_through_a_global():
    """Scripts import from each other: what they share is exported, and nothing else is seen outside."""
    written = re.compile(
        r"\b(window|globalThis|self)(\.\w+|\[.*?\])\s*[-+*/|&?]*=(?!=)|Object\.assign\((window|globalThis)"
    )
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted((ROOT / "static/js").glob("*.js"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if written.search(line)
    ]
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
    "\nawait ": 89,
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


def test_views_of_the_work_find_their_rows_in_one_place():
    """A view takes the mixin of its noun from `views/rows.py`, where neither action nor permission is forgotten."""
    spelled = re.compile(r"get_object_or_404|get_list_or_404|\.chosen\(|\.get\(pk=self\.kwargs")
    views = [path for path in python_files() if "/views/" in str(path) and "/people/" not in str(path)]
    assert len(views) > 40
    found = [str(path.relative_to(ROOT)) for path in views if spelled.search(path.read_text())]
    assert found == ["teams/meetings/views/rows.py", "teams/views/rows.py", "assessments/views/rows.py"]


def test_numbers_in_addresses_fit_into_the_database():
    """Django's own `int` takes any number of digits, and SQLite fails over more than eighteen."""
    assert [str(path) for path in ROOT.glob("*/**/urls.py") if "<int:" in path.read_text()] == []


def test_locks_leave_the_keys_of_rows_free():
    """FOR UPDATE waits for whoever refers to the row, and two verbs that refer to each other's rows wait for good."""
    locks = re.compile(r"select_for_update\((?!.*no_key=True)")
    assert [str(path) for path in python_files() if locks.search(path.read_text())] == []

"""Both languages are complete: every sentence of the interface is collected, translated and compiled."""

import ast
import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"

PLACEHOLDER = re.compile(r"%\((\w+)\)|%s|%d")
WITHOUT_YEAR = {
    "%(year)d-%(month)02d",
    "%(year)d-%(month)02d, days 1–10",
    "%(year)d-%(month)02d, days 11–20",
    "%(year)d-%(month)02d, from day 21",
}
"""Names of reporting periods: 10月中旬 says no year."""


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_placeholders_survive_translation(catalogue):
    broken = []
    for entry in catalogue:
        asked = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
        if entry.msgid in WITHOUT_YEAR:
            asked.remove("year")
        broken += [text for text in _written(entry) if set(PLACEHOLDER.findall(text)) != asked]
    assert broken == []


def test_each_sentence_is_written_once_and_names_no_place(catalogue):
    """Sentences carry no file names: a line that moves in the code changes nothing in the catalogue."""
    assert [entry.msgid for entry in catalogue if entry.occurrences] == []
    assert len({(entry.msgctxt, entry.msgid) for entry in catalogue}) == len(catalogue)


def test_no_sentence_hides_inside_an_f_string():
    """There gettext's collector does not find it."""
    says = {"_", "gettext", "ngettext", "pgettext", "npgettext", "gettext_lazy", "ngettext_lazy", "pgettext_lazy"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for room in ("governance", "teams", "assessments")
        for path in (ROOT / room).rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in says
    ]
    assert hidden == []


def test_scripts_carry_no_sentences():
    """Words that a script shows stand in the page, so that one catalogue holds them all."""
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [script.name for script in (ROOT / "static/js").rglob("*.js") if han.search(script.read_text())] == []


def test_chinese_is_written_as_chinese(catalogue):
    """No half-width comma, semicolon or question mark after Chinese words, and no blank between two of them."""
    wrong = re.compile(r"[\u4e00-\u9fff][,;?!]|[\u4e00-\u9fff] [\u4e00-\u9fff]")
    assert [text for entry in catalogue for text in _written(entry) if wrong.search(text)] == []


def _written(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    compiled = gettext.GNUTranslations(CATALOGUE.with_suffix(".mo").open("rb"))
    for entry in catalogue:
        key = f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid
        if entry.msgid_plural:
            assert compiled._catalog[(key, 0)] == entry.msgstr_plural[0]
        else:
            assert compiled._catalog[key] == entry.msgstr


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not on this machine")
def test_every_sentence_of_the_code_is_collected(catalogue, tmp_path):
    """Collect the sentences into a copy of the tree and compare them with the catalogue."""
    tree = tmp_path / "tree"
    for name in ("governance", "teams", "assessments", "templates", "locale"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "data"))
    shutil.copy(ROOT / "manage.py", tree)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-obsolete", "-v", "0"],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    fresh = polib.pofile(str(tree / "locale/zh_Hans/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert sorted(entry.msgid for entry in fresh if (entry.msgctxt, entry.msgid) not in known) == []

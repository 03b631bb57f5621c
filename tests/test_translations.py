"""Both languages are complete: every sentence of the interface is collected, translated and compiled."""

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


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_placeholders_survive_translation(catalogue):
    placeholder = re.compile(r"%\(\w+\)[sd0-9]+|%[sd]")
    broken = [
        entry.msgid
        for entry in catalogue
        if not entry.msgid_plural and set(placeholder.findall(entry.msgid)) != set(placeholder.findall(entry.msgstr))
    ]
    assert broken == []


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

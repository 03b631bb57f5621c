"""The look keeps its promises: small sheets for old browsers, nothing inline."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR if hasattr(settings, "BASE_DIR") else Path(__file__).parents[2])
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

TOO_NEW = {
    ":has(": "Chrome 105",
    ":is(": "Chrome 88",
    ":where(": "Chrome 88",
    "@layer": "Chrome 99",
    "@container": "Chrome 105",
    "aspect-ratio": "Chrome 88",
    "accent-color": "Chrome 93",
    "color-mix(": "Chrome 111",
    "inset:": "Chrome 87",
    "dvh": "Chrome 108",
}


def sheets_of(*templates):
    """The sheets that templates link, by name."""
    return {name for path in templates for name in re.findall(r'"css/([a-z]+\.css)"', (ROOT / path).read_text())}


def loaded_sheets(template):
    """The sheets of a page, by name: its own, and those of every template that it extends."""
    text = (ROOT / template).read_text()
    parent = re.search(r'{% extends "([^"]+)" %}', text)
    inherits = parent and ("block.super" in text or "{% block styles %}" not in text)
    return sheets_of(template) | (loaded_sheets(f"templates/{parent[1]}") if inherits else set())


def test_the_sheets_of_every_page_weigh_less_than_16_kb_as_they_are_served():
    weights = {sheet.name: len(gzip.compress(sheet.read_bytes())) for sheet in SHEETS}
    common = sheets_of("templates/base.html", "templates/components/styles.html")
    assert len(common) >= 5
    own = [path.relative_to(ROOT) for path in TEMPLATES if "{% block styles %}" in path.read_text()]
    assert any(loaded_sheets(template) > sheets_of(template) for template in own)
    for template in own:
        assert sum(weights[name] for name in common | loaded_sheets(template)) < 16 * 1024, template


def test_every_sheet_is_linked_somewhere():
    assert {sheet.name for sheet in SHEETS} == sheets_of(*TEMPLATES) - {"site.css"}


def scripts_of(*templates):
    """The scripts of ours that templates load, by name, with all that those import."""
    names = {name for path in templates for name in re.findall(r'"js/([a-z]+\.js)"', (ROOT / path).read_text())}
    waiting = set(names)
    while waiting:
        text = (ROOT / "static/js" / waiting.pop()).read_text()
        imported = set(re.findall(r'from "\./([a-z]+\.js)"', text)) - names
        names |= imported
        waiting |= imported
    return names


def test_the_scripts_of_every_page_weigh_less_than_40_kb():
    common = scripts_of("templates/base.html")
    assert common == {"page.js", "forms.js", "fields.js", "kept.js"}
    for template in TEMPLATES:
        names = common | scripts_of(template)
        assert sum((ROOT / "static/js" / name).stat().st_size for name in names) < 40 * 1024, template


def test_every_script_is_loaded_somewhere():
    assert {script.name for script in SCRIPTS} == scripts_of(*TEMPLATES)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_uses_nothing_newer_than_chrome_86(sheet):
    text = sheet.read_text()
    assert [word for word in TOO_NEW if word in text] == []
    assert not re.search(r"^\s*&", text, re.MULTILINE), "nesting is Chrome 112"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_colour_of_a_sheet_is_a_token_of_the_look(sheet):
    text = sheet.read_text()
    tokens = (ROOT / "static/css/tokens.css").read_text()
    used = set(re.findall(r"var\((--[a-z0-9-]+)", text))
    assert {token for token in used if f"{token}:" not in tokens} == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=[\"']", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "hx-on" not in text

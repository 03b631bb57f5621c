"""Static files as production collects them: hashed names, also within the scripts."""

import json
import re
from pathlib import Path
from runpy import run_path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")


@pytest.fixture
def collected(tmp_path, settings, monkeypatch) -> Path:
    """The folder that `collectstatic` fills with the storage of an installation."""
    monkeypatch.setenv("DEBUG", "off")
    monkeypatch.setenv("ALLOWED_HOSTS", "vanguard.example")
    storage = run_path(str(ROOT / "governance/settings.py"))["STORAGES"]["staticfiles"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {**storage, "OPTIONS": {"location": tmp_path}}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_import_of_a_script_names_the_file_that_pages_load(collected):
    hashed = json.loads((collected / "staticfiles.json").read_text())["paths"]
    scripts = sorted((ROOT / "static/js").glob("*.js"))
    assert any(IMPORTED.findall(script.read_text()) for script in scripts)
    for script in scripts:
        found = IMPORTED.findall((collected / hashed[f"js/{script.name}"]).read_text())
        wanted = [hashed[f"js/{name.removeprefix('./')}"] for name in IMPORTED.findall(script.read_text())]
        assert [f"js/{name.removeprefix('./')}" for name in found] == wanted, script.name
        assert all((collected / name).is_file() for name in wanted)

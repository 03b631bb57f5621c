"""`manage.py try_plan` as a person or a script meets it (ASSESSMENT 3)."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command

PLANS = Path(__file__).parents[1] / "data" / "plans"


def run(*arguments: str) -> tuple[str, str]:
    """What the command prints on standard output and standard error."""
    out, err = StringIO(), StringIO()
    call_command("try_plan", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_example_comes_out_to_the_last_digit():
    out, err = run(str(PLANS / "yuanqu-2026.toml"), str(PLANS / "yuanqu-2026.values.csv"), "--json")
    assert json.loads(out) == json.loads((PLANS / "yuanqu-2026.expected.json").read_text(encoding="utf-8"))
    assert out == (PLANS / "yuanqu-2026.expected.json").read_text(encoding="utf-8")
    assert err == ""

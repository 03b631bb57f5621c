"""The documents stay true: what they name exists, and what exists is named where it should be."""

import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from assessments.engine.methods import REGISTRY
from assessments.measures import MEASURES
from assessments.models import ResultLine
from teams.ledger.file.columns import COLUMNS

ROOT = Path(__file__).resolve().parent.parent
ON_SCORES = ("assessment.md", "assessment.zh.md")
OF_ASIA = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
WIDTH = 120
WRITTEN = (".py", ".html", ".txt", ".md", ".toml", ".sh", ".js", ".css", ".po")
FOLDERS = ("governance", "teams", "assessments", "tests", "templates", "static", "locale", "docs", ".ci")
PAPER = re.compile(
    r"(?<!\$\()\b(?:DESIGN|MODEL|ASSESSMENT|STYLE|LOOP|CENTRE|RUN|FAULTS|LOOK|DEMO)(?=\.md\b| \d|,? [\"a-z]|: [a-z]|\))"
)
"""A paper that is not in the repository, referred to: its name, then a section, a point or the end of a bracket."""
SHARED = re.compile(r"\.\./shared|(?<![>\w])/work/")
RULE = re.compile(r"rules\.md#([a-z0-9-]+)")


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def in_table(name: str) -> set[str]:
    """What stands in backticks at the beginning of a row."""
    return set(re.findall(r"^\| `(\w+)`", read(name), re.M))


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as its readers make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def written_files() -> Iterator[Path]:
    """The files of the project that people write."""
    yield from (path for path in ROOT.iterdir() if path.suffix in WRITTEN or path.name in ("Makefile", ".env.example"))
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in WRITTEN or path.parent.name == ".ci")


def prose(path: Path) -> str:
    """The comments and texts of a Python file, where a name in capitals is no constant; all of any other file."""
    if path.suffix != ".py":
        return path.read_text()
    with tokenize.open(path) as file:
        return "\n".join(
            token.string
            for token in tokenize.generate_tokens(file.readline)
            if token.type in (tokenize.COMMENT, tokenize.STRING)
        )


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path):
    named = set(re.findall(r"manage\.py ([a-z]\w*)", path.read_text()))
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", path.read_text(), re.M))
    assert named - targets == set()


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_link_within_the_project_resolves(path):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        other = path.parent / target if target else path
        if not other.exists() or (anchor and anchor not in anchors(other.read_text())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path):
    roots = r"(?:governance|teams|assessments|tests|docs)/"
    named = re.findall(rf"`({roots}[\w/.-]+\.(?:py|md|html|toml|xlsx))`", path.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_nothing_refers_to_a_paper_outside_the_repository():
    texts = ((path, prose(path)) for path in written_files() if path != Path(__file__))
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path, text in texts
        for line in text.splitlines()
        if PAPER.search(line) or SHARED.search(line)
    ]
    assert found == []


def test_every_rule_has_one_anchor_and_every_anchor_in_use_is_a_rule():
    headings = re.findall(r"^#+ (.+)$", read("rules.md"), re.M)
    assert len(anchors(read("rules.md"))) == len(headings)
    rules = anchors("\n".join(f"### {name}" for name in re.findall(r"^### (.+)$", read("rules.md"), re.M)))
    used = {rule for path in written_files() if path.name != "rules.md" for rule in RULE.findall(path.read_text())}
    assert used - rules == set(), "no such rule"
    assert rules - used == set(), "a rule that nothing refers to"


def test_every_decision_names_code_that_exists():
    text = re.sub(r"\n  ", " ", read("decisions.md"))
    decisions = re.findall(r"^- \*\*(.+?)\*\*(.*)$", text, re.M)
    assert [title for title, rest in decisions if " → " not in rest] == []
    named = {path for _, rest in decisions for path in rest.rpartition(" → ")[2].split(", ")}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_the_readme_leads_to_every_document():
    text = (ROOT / "README.md").read_text()
    assert [path.name for path in documents()[1:] if f"{path.name})" not in text] == []


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_lines_are_short_but_for_tables(path):
    lines = path.read_text().splitlines()
    assert [line for line in lines if len(line) > WIDTH and not line.startswith("|")] == []


@pytest.mark.parametrize("name", ON_SCORES)
def test_every_measure_and_every_method_is_explained_and_no_other(name):
    assert in_table(name) - {"when_not_applicable", "when_missing"} == set(MEASURES) | set(REGISTRY)


def test_every_name_of_a_column_is_in_the_document_on_ledgers():
    rows = [line for line in read("ledger.md").splitlines() if line.startswith("| ")]
    cells = [set(row.split(" | ")[1].removesuffix(" |").split(", ")) for row in rows]
    assert [each.field for each in COLUMNS if each.names and set(each.names) not in cells] == []


def test_the_chinese_document_has_the_sections_of_the_english_one():
    english, chinese = ([line for line in read(name).splitlines() if line.startswith("#")] for name in ON_SCORES)
    assert len(english) == len(chinese)
    assert all(OF_ASIA.search(line) for line in chinese)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ON_SCORES)
def test_the_result_by_hand_is_the_demonstrations(story, name):
    line = ResultLine.objects.select_related("result").get(
        team=story.teams["village-economy"], result__round__plan__plan__code="trial-2026-q3"
    )
    outcome = next(
        team for team in json.loads(line.result.body)["outcome"]["teams"] if team["team"] == "village-economy"
    )
    text = read(name)
    said = dict(re.findall(r"^\| ([TP]\d) .*\| (\d+\.\d\d) \|$", text, re.M))
    assert said == outcome["points"]
    assert f"**{outcome['base']}**" in text
    assert f"**{outcome['total']}**" in text

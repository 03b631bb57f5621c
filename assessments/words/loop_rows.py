"""Rows about problems, orders, meetings, decisions, clauses, pilots and first plans, as they were frozen."""

from django.urls import reverse
from django.utils.translation import gettext

from teams.meetings.models import Requirement
from teams.meetings.words import RUNG_WORDS, document_number

from ..engine.canonical import Data


def loop_words(row: Data, reads_papers: bool) -> tuple[str, str, str]:
    """Name, address and facts of a row. `reads_papers`: whether the reader may open what is not for everybody."""
    name, url, for_all = _NAMERS[row["kind"]](row)
    return name, url if for_all or reads_papers else "", _facts(row)


def _problem(row: Data) -> tuple[str, str, bool]:
    name = gettext("Problem %(number)s: %(title)s") % {"number": row["number"], "title": row["title"]}
    return name, reverse("problem", args=[row["number"]]), False


def _order(row: Data) -> tuple[str, str, bool]:
    address = row["series"], row["year"], row["number"]
    return document_number(*address), reverse("order", args=address), False


def _meeting(row: Data) -> tuple[str, str, bool]:
    return row["title"], _meeting_url(row), True


def _decision(row: Data) -> tuple[str, str, bool]:
    said = {"meeting": row["title"], "number": row["decision"]}
    return gettext("%(meeting)s, decision %(number)s") % said, _meeting_url(row), True


def _meeting_url(row: Data) -> str:
    return reverse("meeting", args=[f"{row['meeting_kind']}-{row['year']}-{row['number']}"])


def _clause(row: Data) -> tuple[str, str, bool]:
    name = gettext("%(document)s, clause %(number)s") % {"document": row["document"], "number": row["number"]}
    return name, reverse("requirement", args=[row["requirement"]]), True


def _pilot(row: Data) -> tuple[str, str, bool]:
    return row["title"], reverse("showcase", args=[row["showcase"]]), True


def _added(row: Data) -> tuple[str, str, bool]:
    return gettext("Added: %(title)s (%(document)s)") % row, "", True


def _plan(row: Data) -> tuple[str, str, bool]:
    return gettext("Work plan of the new special team"), "", True


_NAMERS = {
    "problem": _problem,
    "order": _order,
    "meeting": _meeting,
    "decision": _decision,
    "clause": _clause,
    "pilot": _pilot,
    "plan": _plan,
    "added": _added,
}


def _facts(row: Data) -> str:
    """What the row says beside its name: rung, level, person and days."""
    facts = []
    if row.get("rung"):
        facts.append(str(RUNG_WORDS[row["rung"]]))
    if row.get("level"):
        facts.append(str(Requirement.Level(row["level"]).label))
    if row.get("name"):
        facts.append(row["name"])
    facts += [text % {"day": row[field]} for field, text in _days() if row.get(field)]
    return gettext(", ").join(facts)


def _days() -> tuple[tuple[str, str], ...]:
    return (
        ("established_on", gettext("established %(day)s")),
        ("held_on", gettext("held %(day)s")),
        ("issued_on", gettext("issued %(day)s")),
        ("due_on", gettext("due %(day)s")),
        ("resolved_on", gettext("resolved %(day)s")),
        ("reopened_on", gettext("reopened %(day)s")),
        ("answered_on", gettext("answered %(day)s")),
        ("granted_on", gettext("granted %(day)s")),
        ("done_on", gettext("done %(day)s")),
    )

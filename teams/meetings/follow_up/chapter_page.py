"""A chapter, as a pack keeps it, with its words and days for the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from teams.states import ReportState

from ..models import Rung, Showcase, Step
from ..states import OrderState, ProblemState
from ..words import document_number

Row = dict[str, Any]


def shown(chapter: Mapping[str, Any]) -> Row:
    """The chapter in the reader's language; what people wrote stays as it is."""
    return dict(chapter) | {
        "lamps": list(chapter["lamps"].items()),
        "lit": [_dated(row) for row in chapter["lit"]],
        "report": _report(chapter["report"]),
        "promised": [_dated(row) for row in chapter["promised"]],
        "promises": [_dated(row) for row in chapter["promises"]],
        "problems": [_dated(row) | {"word": ProblemState(row["state"]).label} for row in chapter["problems"]],
        "orders": [_order(row) for row in chapter["orders"]],
        "matters": [_dated(row) for row in chapter["matters"]],
        "showcases": [_showcase(row) for row in chapter["showcases"]],
        "first_steps": [_dated(row) | {"done_on": _day(row["done_on"])} for row in chapter["first_steps"]],
    }


def _report(row: Row | None) -> Row | None:
    return None if row is None else row | {"word": ReportState(row["state"]).label}


def _order(row: Row) -> Row:
    return row | {
        "answer_by": _day(row["answer_by"]),
        "document": document_number(row["series"], row["year"], row["number"]),
        "rung_word": Rung(row["rung"]).label,
        "word": OrderState(row["state"]).label,
    }


def _showcase(row: Row) -> Row:
    word = Step(row["step"]).label if row["step"] else ""
    return row | {"kind_word": Showcase.Kind(row["kind"]).label, "word": word}


def _dated(row: Row) -> Row:
    return row | {"due": _day(row["due"])}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

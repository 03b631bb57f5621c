"""Workbooks of plain lists, for tests."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import openpyxl


def table(*rows: Sequence[Any], sheet: str = "表") -> BytesIO:
    """A workbook with one sheet: the first row names the columns."""
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(list(row))
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def told(run) -> list[tuple[str, str]]:
    """The faults of a dry run as (place, sentence)."""
    return [(place, str(sentence)) for place, sentence in run.told_faults]

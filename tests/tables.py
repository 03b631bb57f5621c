"""Workbooks of plain lists, for tests."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import openpyxl

from governance.records.dry_runs import DryRun
from governance.records.list_import import ListImport
from governance.records.models import SavedUpload, StoredFile


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


def verbs_of(kind: type[ListImport]) -> tuple[Callable[..., DryRun], Callable[..., SavedUpload]]:
    """How a file of this kind is tried, and how it is carried out: functions of its content and what it is about."""

    def carry_out(content: BytesIO, *, tried: StoredFile, seen: str, **about: Any) -> SavedUpload:
        return kind(**about).carry_out(content, tried=tried, seen=seen)

    return lambda content, **about: kind(**about).try_file(content), carry_out


def told(run) -> list[tuple[str, str]]:
    """The faults of a dry run as (place, sentence)."""
    return [(place, str(sentence)) for place, sentence in run.told_faults]

"""Ledgers built for a test, and the names that the demonstration knows."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from teams.ledger.file import Ledger, read_ledger
from teams.ledger.ledger_import import LENGTHS

ROOT = Path(__file__).parents[4]
DEMO_DATA = ROOT / "governance/overview/demo/data"
EXPECTED = ROOT / "tests/data/ledgers"
MONTHS = ("06", "10")

HEADER = ["序号", "专班", "重点任务", "工作目标", "责任单位", "开始时间", "完成时限", "当前进度", "级别", "备注"]
ROW = [1, "乡村振兴专班", "示范走廊", "建成1条", "县财政局", "2026-03-01", "2026-12-20", "25%", "重点", ""]

TEAM_CODES = {
    "发展壮大村级集体经济专班": ("village-economy", "村集体经济专班"),
    "基层治理主题培训专班": ("theme-training", "主题培训专班"),
    "在职党员参与社区治理专班": ("member-service", "在职党员专班"),
    "乡村振兴专班": ("rural-revitalization", "乡村振兴专班"),
    "提升社区物业管理能力专班": ("property-management", "社区物业专班"),
    "城市党建（两新党建）提升专班": ("urban-party-building", "城市党建专班"),
    "体制机制改革专班": ("system-reform", "体制机制改革专班"),
    "深化乡镇、村（社区）固定资产管理集中整治专班": ("asset-rectification", "固定资产整治专班"),
}


def department_texts() -> list[tuple[str, str]]:
    """Every text that stands for a department of the demonstration, with its name."""
    with (DEMO_DATA / "departments.csv").open(encoding="utf-8") as file:
        return [
            (text, row["name"])
            for row in csv.DictReader(file)
            for text in (row["name"], row["short"], *row["aliases"].split(";"))
            if text
        ]


def team_texts() -> list[tuple[str, str]]:
    """Every text that stands for a team of the demonstration, with its name."""
    return [(text, name) for name, codes in TEAM_CODES.items() for text in (name, *codes)]


def fixture(month: str) -> Path:
    """The ledger of that month of 2026."""
    return DEMO_DATA / f"task-ledger-2026-{month}.xlsx"


def expected(month: str) -> dict[str, Any]:
    """How it reads."""
    return json.loads((EXPECTED / f"task-ledger-2026-{month}.expected.json").read_text(encoding="utf-8"))


def told(outcome: Any) -> dict[str, Any]:
    """A ledger or the outcome of an import as it is told, without what was read of each sheet."""
    return {name: value for name, value in outcome.as_dict().items() if name != "sheets"}


def saved(workbook: openpyxl.Workbook) -> BytesIO:
    """The workbook as a file."""
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def book(*sheets: tuple[str, Iterable[Sequence[Any]]]) -> openpyxl.Workbook:
    """A workbook with these sheets: name and rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return workbook


def read(source: Any, *, year: int = 2026) -> Ledger:
    """Read a workbook, a file or rows below the usual header."""
    if isinstance(source, openpyxl.Workbook):
        source = saved(source)
    elif isinstance(source, list):
        source = saved(book(("台账", source)))
    return read_ledger(source, year=year, departments=department_texts(), teams=team_texts(), lengths=LENGTHS)


def row(**changes: Any) -> list[Any]:
    """A good row under HEADER with some cells changed, by column name."""
    return [changes.get(name, value) for name, value in zip(HEADER, ROW, strict=True)]


def places(ledger: Ledger) -> list[tuple[str, str | None, int | None, str | None]]:
    """The errors as (code, sheet, row, column)."""
    return [(error.code, error.sheet, error.row, error.column) for error in ledger.errors]

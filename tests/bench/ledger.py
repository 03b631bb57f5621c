"""A ledger of ten thousand rows: read, compared and imported, against openpyxl reading the same file read-only."""

from datetime import date, timedelta
from io import BytesIO
from time import perf_counter

import openpyxl

from governance.clock import now
from governance.formats.layout import LaidSheet, Share, laid_out
from governance.people.models import Department
from teams.ledger.export import EXPORTED, ledger_chunks
from teams.ledger.ledger_import import import_ledger, try_ledger
from teams.models import SpecialAction, SpecialTeam

ROWS, AIM = 10_000, 2.0
YEAR = 2031
"""A year of its own, so that every row is a new task."""


def ledger(rows: int = ROWS) -> BytesIO:
    """A ledger such as the export writes, with real names of teams and departments."""
    teams = list(SpecialTeam.objects.values_list("name", flat=True)[:20])
    departments = list(Department.objects.values_list("name", flat=True)[:20])
    written = (_row(number, teams, departments) for number in range(1, rows + 1))
    return BytesIO(b"".join(laid_out(LaidSheet(name="台账", title="重点任务台账", columns=EXPORTED, rows=written))))


def _row(number: int, teams: list[str], departments: list[str]) -> list[object]:
    start = date(YEAR, 1, 1) + timedelta(days=number % 60)
    counted = number % 3 == 0
    return [
        number,
        teams[number % len(teams)],
        f"完成第{number}项基层治理提升任务",
        f"形成{number % 7 + 1}项制度成果",
        departments[number % len(departments)],
        "、".join({departments[(number + step) % len(departments)] for step in (1, 2)}),
        start,
        start + timedelta(days=200 + number % 90),
        Share(number % 100 if number % 100 != 1 else 2),
        12 if counted else None,
        "个" if counted else None,
        number % 12 if counted else None,
        ("一般", "重点", "重大")[number % 3],
        "推进中",
        f"备注{number}",
    ]


def only_read(file: BytesIO) -> int:
    """What the ratio is taken to: every cell of the file through openpyxl, read-only."""
    file.seek(0)
    workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
    return sum(1 for row in workbook.active.iter_rows(values_only=True) for _ in row)


def measured(rows: int = ROWS) -> dict[str, float]:
    """Seconds of each step, the least of three where it can be done again; the import is done once."""
    action = SpecialAction.objects.get()
    file = ledger(rows)
    times = {
        "openpyxl": min(_timed(only_read, file) for _ in range(3)),
        "dry run": min(_timed(try_ledger, action, file, year=YEAR, at=now()) for _ in range(3)),
        "import": _timed(import_ledger, action, file, year=YEAR, by=None, at=now(), name="bench.xlsx"),
        "again": _timed(import_ledger, action, file, year=YEAR, by=None, at=now(), name="bench.xlsx"),
    }
    times["export"] = _timed(lambda: sum(len(chunk) for chunk in ledger_chunks(action, year=YEAR, on=now().date())))
    return times


def _timed(work, *args, **options) -> float:
    began = perf_counter()
    work(*args, **options)
    return perf_counter() - began


def report(rows: int = ROWS) -> None:
    """Print the ratios; a missed aim is marked."""
    times = measured(rows)
    base = times["openpyxl"]
    print(f"\nledger of {rows:,} rows; openpyxl reads it read-only in {base * 1000:.0f} ms")
    for name, seconds in times.items():
        if name != "openpyxl":
            ratio = seconds / base
            aim = f" (≤{AIM:g})" + (" " if ratio <= AIM else "!") if name != "export" else ""
            print(f"{name:10}{seconds * 1000:8.0f} ms{rows / seconds:10,.0f} rows/s   ratio {ratio:.2f}{aim}")

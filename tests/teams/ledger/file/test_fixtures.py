"""The two ledgers of the demonstration, and each of their typed cells corrupted in turn."""

import openpyxl
import pytest

from .books import MONTHS, expected, fixture, read, told

COLUMNS = {
    "06": {"number": "A", "team": "B", "level": "C", "departments": "FG", "date": "HI", "percent": "J"},
    "10": {"number": "A", "team": "B", "departments": "E", "date": "FG", "percent": "H", "level": "I"},
}
CORRUPTIONS = {
    "number": ["甲", 0, -3, 1.5, "1-1", True, "=A1+1", None],
    "team": ["不存在的专班", 7, "=B1", None],
    "departments": ["县外星局", "县委组织部、县外星局", 12, "=E1"],
    "date": [6.3, "2月30日", "2026-13-01", "尽快", 46000, "=F1"],
    "percent": ["150%", "八成", 1, "1", -0.1, "101", True, "=H1"],
    "level": ["特级", 4, "重中之重", "=I1"],
}


def corruptions():
    for month, kinds in COLUMNS.items():
        sheet = openpyxl.load_workbook(fixture(month)).active
        for kind, letters in kinds.items():
            for letter in letters:
                for row in range(5, sheet.max_row):
                    if sheet[f"{letter}{row}"].value is not None:
                        yield pytest.param(month, kind, f"{letter}{row}", id=f"{month}-{kind}-{letter}{row}")


@pytest.mark.parametrize("month", MONTHS)
def test_the_fixtures_read_exactly_as_expected(month):
    assert told(read(fixture(month))) == expected(month)


@pytest.mark.parametrize("month", MONTHS)
def test_a_file_object_reads_like_a_path(month):
    with fixture(month).open("rb") as file:
        assert told(read(file)) == expected(month)


@pytest.fixture(scope="module")
def workbooks():
    """The ledgers, loaded once; a test puts back what it changes."""
    return {month: openpyxl.load_workbook(fixture(month)) for month in MONTHS}


@pytest.mark.parametrize(("month", "kind", "place"), list(corruptions()))
def test_a_corrupted_cell_is_an_error_that_names_exactly_this_cell(workbooks, month, kind, place):
    sheet = workbooks[month].active
    right = sheet[place].value
    for value in CORRUPTIONS[kind]:
        sheet[place] = value
        errors = read(workbooks[month]).errors
        sheet[place] = right
        assert errors, f"{value!r} went through"
        assert {(error.sheet, f"{error.column}{error.row}") for error in errors} == {(sheet.title, place)}, value
        assert all(error.message and error.code for error in errors)

"""Workbooks from outside: what is no workbook, what is a bomb, and what read-only mode does not tell."""

import random
import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from governance.formats.faults import FormatError
from governance.formats.sheet_survey import MergedRange
from governance.formats.workbooks import LIMITS, Limits, open_workbook


def saved(workbook) -> BytesIO:
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def simple() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.active.title = "台账"
    workbook.active.append(["序号", "任务"])
    workbook.active.append([1, "摸清底数"])
    return workbook


def repacked(file: BytesIO, change) -> BytesIO:
    """The same archive with each part's bytes run through `change(name, content)`."""
    out = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    out.seek(0)
    return out


def code_of(source, **options):
    with pytest.raises(FormatError) as caught, open_workbook(source, **options) as workbook:
        for sheet in workbook.sheets():
            list(sheet.rows())
    return caught.value.code


def read(file):
    with open_workbook(file) as workbook:
        return {sheet.name: (sheet, list(sheet.rows())) for sheet in workbook.sheets()}


class TestWhatIsRefused:
    def test_a_missing_file(self, tmp_path):
        assert code_of(tmp_path / "none.xlsx") == "file_missing"

    def test_a_directory(self, tmp_path):
        assert code_of(tmp_path) == "file_unreadable"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file_empty"),
            ("序号,任务\n1,x".encode(), "not_xlsx"),
            (b"%PDF-1.7", "not_xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_xls"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
            (b"PK\x03\x04 torn", "damaged"),
        ],
    )
    def test_what_is_no_workbook(self, content, code):
        assert code_of(BytesIO(content)) == code

    def test_another_kind_of_zip(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("hello.txt", "hello")
        assert code_of(file) == "not_xlsx"

    def test_a_text_document(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<document/>")
        assert code_of(file) == "not_xlsx"

    def test_a_torn_workbook(self):
        whole = saved(simple()).getvalue()
        assert code_of(BytesIO(whole[: len(whole) // 2])) == "damaged"

    def test_a_damaged_sheet(self):
        def tear(name, content):
            return content[:-40] if name.endswith("sheet1.xml") else content

        assert code_of(repacked(saved(simple()), tear)) == "damaged"

    def test_a_strict_workbook(self):
        def strict(name, content):
            old, new = (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            return content.replace(old, new)

        assert code_of(repacked(saved(simple()), strict)) == "strict_xlsx"

    def test_a_bomb_by_its_ratio(self):
        def bomb(name, content):
            return (
                content.replace(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>") if "sheet1" in name else content
            )

        file = repacked(saved(simple()), bomb)
        assert len(file.getvalue()) < 100_000
        assert code_of(file) == "unpacks_too_large"

    def test_a_bomb_by_its_size(self):
        assert code_of(saved(simple()), limits=Limits(unpacked_bytes=1000)) == "unpacks_too_large"

    def test_a_bomb_of_many_parts(self):
        assert code_of(saved(simple()), limits=Limits(parts=3)) == "unpacks_too_large"

    def test_an_entity_bomb(self):
        def entity(name, content):
            if not name.endswith("sheet1.xml"):
                return content
            doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            return content.replace(b"<worksheet", doctype + b"<worksheet", 1)

        assert code_of(repacked(saved(simple()), entity)) == "damaged"

    def test_a_file_that_is_too_large(self):
        assert code_of(saved(simple()), limits=Limits(file_bytes=100)) == "file_too_large"

    def test_a_sheet_that_goes_too_far(self):
        workbook = simple()
        workbook.active.cell(LIMITS.rows + 1, 1, "far below")
        assert code_of(saved(workbook)) == "sheet_too_large"
        workbook = simple()
        workbook.active.cell(1, LIMITS.columns + 1, "far right")
        assert code_of(saved(workbook)) == "sheet_too_large"


class TestWhatIsRead:
    def test_values_with_their_kinds_and_places(self):
        workbook = simple()
        workbook.active["C3"] = 0.85
        workbook.active["C3"].number_format = "0.00%"
        workbook.active["D3"] = datetime(2026, 10, 31)
        _, rows = read(saved(workbook))["台账"]
        assert [row.number for row in rows] == [1, 2, 3]
        percent, day = rows[2].cell(3), rows[2].cell(4)
        assert (percent.letter, percent.row, percent.read(), percent.percent_format) == ("C", 3, 0.85, True)
        assert (day.read(), day.percent_format) == (datetime(2026, 10, 31), False)
        assert rows[0].cell(1).read() == "序号"
        assert rows[0].cell(9).blank
        assert [cell.letter for cell in rows[2].filled] == ["C", "D"]

    @pytest.mark.parametrize("number_format", ['0"%"', "0\\%", "yyyy-mm-dd"])
    def test_a_percent_sign_in_quotes_is_no_percent(self, number_format):
        workbook = simple()
        workbook.active["A2"].number_format = number_format
        _, rows = read(saved(workbook))["台账"]
        assert not rows[1].cell(1).percent_format

    def test_blank_rows_are_kept_and_styled_emptiness_is_not(self):
        workbook = simple()
        workbook.active.cell(5, 2, "last")
        workbook.active.cell(5000, 200).number_format = "0%"
        sheet, rows = read(saved(workbook))["台账"]
        assert sheet.last_row == 5
        assert [len(row.filled) for row in rows] == [2, 2, 0, 0, 1]
        assert all(len(row.cells) == 2 for row in rows)

    def test_merged_ranges(self):
        workbook = simple()
        workbook.active.merge_cells("B2:C4")
        sheet, _ = read(saved(workbook))["台账"]
        assert sheet.merged == (MergedRange(2, 2, 3, 4),)

    def test_a_formula_without_a_value_is_a_fault_of_its_cell(self):
        workbook = simple()
        workbook.active["B2"] = "=A2+1"
        _, rows = read(saved(workbook))["台账"]
        with pytest.raises(FormatError) as caught:
            rows[1].cell(2).read()
        assert caught.value.code == "formula_without_value"
        assert not rows[1].cell(2).blank

    @pytest.mark.parametrize(
        ("stored", "value"), [(b"<f>A2+1</f><v>2</v>", 2), (b"<f>A2</f><v></v>", None)], ids=["number", "empty text"]
    )
    def test_a_formula_with_a_value_is_its_value(self, stored, value):
        workbook = simple()
        workbook.active["B2"] = 777
        kind = b' t="n"' if value else b' t="str"'

        def formula(name, content):
            return content.replace(b'<c r="B2" t="n"><v>777</v>', b'<c r="B2"' + kind + b">" + stored)

        _, rows = read(repacked(saved(workbook), formula))["台账"]
        assert rows[1].cell(2).read() == value

    def test_an_error_value_is_a_fault_of_its_cell(self):
        workbook = simple()
        workbook.active["B2"] = "#N/A"
        _, rows = read(saved(workbook))["台账"]
        with pytest.raises(FormatError) as caught:
            rows[1].cell(2).read()
        assert caught.value.code == "cell_error"

    def test_hidden_sheets_are_passed_over(self):
        workbook = simple()
        workbook.create_sheet("下拉选项").sheet_state = "hidden"
        assert list(read(saved(workbook))) == ["台账"]

    def test_a_sheet_without_coordinates(self):
        def bare(name, content):
            if not name.endswith("sheet1.xml"):
                return content
            for mark in (b' r="1"', b' r="2"', b' r="A1"', b' r="B1"', b' r="A2"', b' r="B2"'):
                content = content.replace(mark, b"")
            return content

        _, rows = read(repacked(saved(simple()), bare))["台账"]
        assert [[cell.value for cell in row.cells] for row in rows] == [["序号", "任务"], [1, "摸清底数"]]

    def test_an_empty_sheet_has_no_rows(self):
        assert read(saved(openpyxl.Workbook()))["Sheet"][1] == []


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_broken_bytes_is_read_or_refused_with_a_word(seed):
    chance = random.Random(seed)
    broken = bytearray(saved(simple()).getvalue())
    for _ in range(chance.randint(1, 6)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    try:
        read(BytesIO(bytes(broken)))
    except FormatError as fault:
        assert str(fault)

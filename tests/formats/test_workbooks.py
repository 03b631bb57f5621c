"""Workbooks from outside: what is no workbook, what is a bomb, and what read-only mode does not tell."""

import random
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from time import perf_counter

import openpyxl
import pytest
from openpyxl import xml

from governance.formats.faults import FormatError
from governance.formats.sheet_survey import MAIN_NAMESPACE, MergedRange
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

    def test_rows_keep_their_numbers_and_emptiness_is_passed_over(self):
        workbook = simple()
        workbook.active.cell(5, 2, "last")
        workbook.active.cell(5000, 200).number_format = "0%"
        sheet, rows = read(saved(workbook))["台账"]
        assert sheet.last_row == 5
        assert [(row.number, len(row.filled)) for row in rows] == [(1, 2), (2, 2), (5, 1)]
        assert rows[-1].cell(1).blank

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


def serials(*codes, number=46326.0):
    """A sheet with one number, in a column for each number format; built-in ones by their number, as Excel has them."""
    workbook = openpyxl.Workbook()
    for column, code in enumerate(codes, start=1):
        cell = workbook.active.cell(1, column, number)
        cell.number_format = code if isinstance(code, str) else f'"made {code}"0'
    made = {f"made {code}": code for code in codes if isinstance(code, int)}

    def change(name, content):
        if name == "xl/styles.xml":
            text = content.decode()
            for code in made.values():
                entry = re.search(rf'<numFmt numFmtId="(\d+)" formatCode="&quot;made {code}&quot;0" ?/>', text)
                text = text.replace(entry[0], "").replace(f'numFmtId="{entry[1]}"', f'numFmtId="{code}"')
            return text.encode()
        return content

    return repacked(saved(workbook), change)


class TestNumberFormats:
    @pytest.mark.parametrize("code", [14, 22, 27, 28, 29, 30, 31, 36, *range(50, 55), 57, 58])
    def test_dates_in_formats_that_a_chinese_spreadsheet_has_built_in(self, code):
        _, rows = read(serials(code))["Sheet"]
        assert rows[0].cell(1).value == datetime(2026, 10, 31)

    @pytest.mark.parametrize("code", [18, 21, 32, 33, 34, 35, 45, 55, 56])
    def test_a_time_of_day_is_no_number(self, code):
        _, rows = read(serials(code, number=46326.75))["Sheet"]
        assert rows[0].cell(1).value == datetime(2026, 10, 31, 18)

    @pytest.mark.parametrize(
        "code",
        ['[$-804]yyyy"年"m"月"d"日";@', "[DBNum1][$-804]yyyy年m月d日;@", "yyyy/m/d h:mm", "[$-F800]dddd, mmmm d"],
    )
    def test_dates_in_formats_that_are_spelt_out(self, code):
        assert read(serials(code))["Sheet"][1][0].cell(1).value == datetime(2026, 10, 31)

    @pytest.mark.parametrize("code", [27, 57, 'yyyy"年"m"月"', "yyyy-mm", "m月"])
    def test_a_date_that_shows_a_month_stands_for_it_when_it_was_typed_as_one(self, code):
        assert read(serials(code, number=46296))["Sheet"][1][0].cell(1).value == "2026年10月"
        assert read(serials(code))["Sheet"][1][0].cell(1).value == datetime(2026, 10, 31)

    @pytest.mark.parametrize(
        ("code", "number", "value", "unit"),
        [
            ('0"个"', 30, 30, "个"),
            ('#,##0.00"万元"', 1200, 1200, "万元"),
            ("G/通用格式亩", 30, 30, "亩"),
            ("0人", 30, 30, "人"),
            ('0"%"', 50, 50, "%"),
            ("0\\%", 50, 50, "%"),
            ('0!.0,"万元"', 35_000_000, 3500, "万元"),
            ('#,##0,"千元"', 1_200_000, 1200, "千元"),
            ("[$¥-804]#,##0.00", 30, 30, ""),
            ("#,##0[$元]", 30, 30, "元"),
            ("_ * #,##0.00_ ;_ * -#,##0.00_ ", 30, 30, ""),
            ('0"个";[Red]-0"件"', 30, 30, "个"),
            ('[>=10000]0!.0,"万元";0"元"', 35_000, Decimal("3.5"), "万元"),
            ('[>=10000]0!.0,"万元";0"元"', 350, 350, "元"),
            ("0.00_);[Red]\\(0.00\\)", 30, 30, ""),
        ],
    )
    def test_a_unit_and_a_scale_in_the_format(self, code, number, value, unit):
        cell = read(serials(code, number=number))["Sheet"][1][0].cell(1)
        assert (cell.value, cell.unit, cell.percent_format) == (value, unit, False)


class TestWhatNobodyReads:
    @pytest.mark.parametrize(
        ("part", "content"),
        [
            ("xl/theme/theme1.xml", b"<nonsense"),
            ("docProps/custom.xml", b"<Properties><property/></Properties>"),
            ("docProps/core.xml", b"not even XML"),
            ("docProps/app.xml", b""),
        ],
    )
    def test_a_part_that_is_not_read_makes_no_damage(self, part, content):
        def spoil(name, was):
            return content if name == part else was

        assert len(read(repacked(saved(simple()), spoil))["台账"][1]) == 2

    @pytest.mark.parametrize(
        ("was", "now"),
        [
            (b"<fill>", b"<fill/><fill>"),
            (b'<family val="2"', b'<family val="99"'),
            (b"</cellXfs>", b'<xf numFmtId="999" fontId="777"/></cellXfs>'),
        ],
    )
    def test_styles_that_no_cell_needs(self, was, now):
        def spoil(name, content):
            if name != "xl/styles.xml":
                return content
            assert was in content
            return content.replace(was, now, 1)

        assert len(read(repacked(saved(simple()), spoil))["台账"][1]) == 2

    def test_defined_names_and_validations(self):
        def spoil(name, content):
            if name == "xl/workbook.xml":
                return content.replace(
                    b"</sheets>", b"</sheets><definedNames><definedName>#REF!</definedName></definedNames>"
                )
            if name.endswith("sheet1.xml"):
                return content.replace(
                    b"</sheetData>", b'</sheetData><dataValidations><dataValidation type="odd"/></dataValidations>'
                )
            return content

        assert len(read(repacked(saved(simple()), spoil))["台账"][1]) == 2


def renamed(file, change):
    """The same archive with its parts renamed."""
    out = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(change(name), source.read(name))
    out.seek(0)
    return out


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, lambda name: name.replace("/", "\\")])
def test_parts_are_found_by_names_in_any_letter_case(change):
    assert len(read(renamed(saved(simple()), change))["台账"][1]) == 2


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("修缮渠道_x000D_\n验收", "修缮渠道\r\n验收"),
        ("甲_x000A_乙_x0009_丙", "甲\n乙\t丙"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x4E00_", "一"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\ufffd"),
        ("a_x00_b", "a_x00_b"),
    ],
)
@pytest.mark.parametrize("kind", ["shared", "inline", "formula"])
def test_characters_written_by_their_code(written, shown, kind):
    cell = {
        "shared": 't="s"><v>0</v>',
        "inline": f't="inlineStr"><is><t>{written}</t></is>',
        "formula": f't="str"><f>A1</f><v>{written}</v>',
    }
    assert with_text(cell[kind], f"<t>{written}</t>") == shown


@pytest.mark.parametrize("kind", ["shared", "inline"])
def test_readings_above_the_characters_are_no_text(kind):
    runs = '<r><t>摸清</t></r><r><rPr/><t>底数</t></r><rPh sb="0" eb="2"><t>mōqīng</t></rPh>'
    cell = 't="s"><v>0</v>' if kind == "shared" else f't="inlineStr"><is>{runs}</is>'
    assert with_text(cell, runs) == "摸清底数"


def with_text(cell, shared):
    """How the text in B2 reads, written as `cell` beside one shared text."""
    relation = '<Relationship Id="rId77" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/>'

    def change(name, content):
        if name == "xl/_rels/workbook.xml.rels":
            return content.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
        return re.sub(rb'(<c r="B2" ).*?(?=</c>)', rb"\1" + cell.encode(), content) if "sheet1" in name else content

    file = repacked(saved(simple()), change)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN_NAMESPACE}"><si>{shared}</si></sst>')
    return read(file)["台账"][1][1].cell(2).value


@pytest.mark.parametrize(("place", "code"), [("IV200000", None), ("XFD1048576", "sheet_too_large")])
def test_one_far_cell_costs_nothing(place, code):
    workbook = simple()
    workbook.active[place] = "远"
    began = perf_counter()
    if code:
        assert code_of(saved(workbook)) == code
    else:
        _, rows = read(saved(workbook))["台账"]
        assert [row.number for row in rows] == [1, 2, 200_000]
    assert perf_counter() - began < 1


def test_what_is_hidden_is_known():
    workbook = simple()
    workbook.active.append([2, "乙"])
    workbook.active.append([3, "丙"])
    workbook.active.row_dimensions[3].hidden = True
    workbook.active.column_dimensions["B"].hidden = True
    workbook.create_sheet("旧").sheet_state = "veryHidden"
    with open_workbook(saved(workbook)) as opened:
        (sheet,) = opened.sheets()
        assert (sheet.survey.hidden_rows, sheet.survey.hidden_columns, sheet.survey.filtered) == ([3], ["B"], False)
        assert opened.hidden_sheets == ["旧"]


def test_a_row_with_more_cells_than_a_row_can_have_is_not_taken_into_memory():
    def stuff(name, content):
        return content.replace(b"</row>", b"<c/>" * 20_000 + b"</row>", 1) if name.endswith("sheet1.xml") else content

    assert code_of(repacked(saved(simple()), stuff)) == "damaged"


def test_workbooks_are_read_by_defusedxml_and_never_by_lxml():
    assert xml.DEFUSEDXML and not xml.LXML

"""Texts, percents, whole numbers and quantities as officials type them."""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.formats import cells
from governance.formats.faults import FormatError

FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")


def code_of(read, *arguments, **options):
    with pytest.raises(FormatError) as caught:
        read(*arguments, **options)
    return caught.value.code


class TestText:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            (None, ""),
            ("\u3000 县委组织部 \u3000", "县委组织部"),
            ("第一行 \r\n  第二行", "第一行\n第二行"),
            ("推行“一件事”联办（试点）", "推行“一件事”联办（试点）"),
            ("零\u200b宽\ufeff", "零宽"),
            ("铃\x07声", "铃声"),
            (12, "12"),
            (12.0, "12"),
            (0.1, "0.1"),
            (True, "TRUE"),
            (datetime(2026, 10, 31), "2026-10-31"),
            (date(2026, 10, 31), "2026-10-31"),
            ("'=1+1", "=1+1"),
            ("'平常的撇号", "'平常的撇号"),
        ],
    )
    def test_text_is_kept_as_written_without_what_cannot_be_seen(self, written, kept):
        assert cells.text(written) == kept

    def test_a_line_loses_its_breaks(self):
        assert cells.line("培育年收入\n20万元以上\n示范村") == "培育年收入20万元以上示范村"
        assert cells.line("key\ntask") == "key task"

    def test_texts_of_a_cell_are_parted_by_any_separator(self):
        assert cells.texts(" 农业局、县农委, 农委；农业局\n\n县 农办;") == ["农业局", "县农委", "农委", "县 农办"]
        assert cells.texts(None) == []

    def test_plain_and_compact_are_for_comparing(self):
        assert cells.plain("（牵头）　：８５％") == "(牵头) :85%"
        assert cells.compact(" Key　Task ") == "keytask"

    @pytest.mark.parametrize("dash", ["/", "—", "——", "-", "－", "／", " – "])
    def test_a_stroke_is_a_dash(self, dash):
        assert cells.is_dash(dash)

    @pytest.mark.parametrize("text", ["", None, "一", "-1", "无"])
    def test_anything_else_is_not(self, text):
        assert not cells.is_dash(text)


class TestNeutral:
    @pytest.mark.parametrize("starter", "=+-@\t\r＝＋－＠")
    def test_a_formula_is_defused(self, starter):
        assert cells.neutral(f"{starter}HYPERLINK()") == f"'{starter}HYPERLINK()"

    def test_ordinary_text_is_left_alone(self):
        assert cells.neutral("县委组织部 = 牵头") == "县委组织部 = 牵头"

    @given(st.text(alphabet="'=+-@\t\r a1"))
    def test_what_is_neutralised_comes_back(self, text):
        assert cells.restored(cells.neutral(text)) == text


class TestPercent:
    @pytest.mark.parametrize(
        ("written", "percent"),
        [
            ("85%", "85"),
            ("85", "85"),
            ("0.85", "85"),
            (".85", "85"),
            (85, "85"),
            (0.85, "85"),
            (85.0, "85"),
            ("８５％", "85"),
            ("85 %", "85"),
            ("７２．５％", "72.5"),
            ("0.5%", "0.5"),
            ("1%", "1"),
            ("100%", "100"),
            (100, "100"),
            (1.5, "1.5"),
            ("0", "0"),
            (0, "0"),
            ("0%", "0"),
            ("—", "0"),
            ("/", "0"),
            ("33.335%", "33.34"),
            (0.28345, "28.35"),
            (0.1 + 0.2, "30"),
            (Decimal("0.725"), "72.5"),
        ],
    )
    def test_one_percent_is_written_in_many_ways(self, written, percent):
        assert cells.number_text(cells.percent(written)) == percent

    @pytest.mark.parametrize(("number", "percent"), [(0.85, 85), (1, 100), (0.01, 1), (0, 0)])
    def test_a_percent_formatted_number_is_a_part_of_one(self, number, percent):
        assert cells.percent(number, percent_format=True) == percent

    @pytest.mark.parametrize("nothing", [None, "", "  ", "\u3000"])
    def test_an_empty_cell_says_nothing(self, nothing):
        assert cells.percent(nothing) is None

    @pytest.mark.parametrize("one", [1, 1.0, "1", "１", "1.0", " 1 ", Decimal(1)])
    def test_a_plain_one_is_refused(self, one):
        assert code_of(cells.percent, one) == "percent_of_one"

    @pytest.mark.parametrize("written", [100.01, "101%", "150", -1, "-5%", "-0.5", 1e300])
    def test_outside_0_to_100_is_refused(self, written):
        assert code_of(cells.percent, written) == "percent_out_of_range"

    def test_a_percent_format_does_not_save_a_large_number(self):
        assert code_of(cells.percent, 85, percent_format=True) == "percent_out_of_range"

    @pytest.mark.parametrize(
        "written",
        [
            "完成",
            "八成",
            "85%%",
            "1e2",
            "85‰",
            "nan",
            "inf",
            "约85%",
            "8 5 %x",
            math.nan,
            math.inf,
            True,
            datetime(2026, 1, 1),
        ],
    )
    def test_anything_else_is_refused(self, written):
        assert code_of(cells.percent, written) == "percent_unreadable"

    @given(st.integers(min_value=0, max_value=10_000).filter(lambda hundredths: hundredths != 100))
    def test_every_percent_comes_back_from_every_spelling(self, hundredths):
        percent = Decimal(hundredths).scaleb(-2)
        written = cells.number_text(percent)
        spellings = [f"{written}%", f"{written}%".translate(FULL_WIDTH), f" {written} % "]
        if percent > 1 or percent == 0:
            spellings += [written, percent, float(percent)]
        assert {cells.percent(spelling) for spelling in spellings} == {percent}
        assert cells.percent(hundredths / 10_000, percent_format=True) == percent

    @given(st.decimals(min_value=0, max_value=1, places=6).filter(lambda share: 0 < share < 1))
    def test_a_part_of_one_is_a_hundred_times_as_many_percent(self, share):
        expected = (share * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert cells.percent(share) == cells.percent(format(share, "f")) == expected

    @given(st.one_of(st.text(), st.floats(), st.integers()))
    def test_whatever_is_typed_is_a_percent_or_a_named_fault(self, value):
        try:
            percent = cells.percent(value)
        except FormatError as fault:
            assert fault.code.startswith("percent_")
        else:
            assert percent is None or 0 <= percent <= 100


class TestWholeNumber:
    @pytest.mark.parametrize("written", [12, 12.0, "12", "１２", " 12 ", "012", Decimal(12)])
    def test_a_number_or_its_text(self, written):
        assert cells.whole_number(written) == 12

    def test_an_empty_cell_says_nothing(self):
        assert cells.whole_number(" ") is None

    @pytest.mark.parametrize(
        "written",
        [
            0,
            -1,
            1.5,
            "1.5",
            "0",
            "-1",
            "一",
            "1-1",
            "1,000",
            "12a",
            "²x",
            True,
            math.nan,
            math.inf,
            datetime(2026, 1, 1),
            2_147_483_648,
            "99999999999",
        ],
    )
    def test_anything_else_is_refused(self, written):
        assert code_of(cells.whole_number, written) == "number_unreadable"


class TestQuantity:
    @pytest.mark.parametrize(
        ("written", "number", "unit"),
        [
            (30, 30, ""),
            ("30", 30, ""),
            ("３０个", 30, "个"),
            ("1,200 人次", 1200, "人次"),
            ("95%", 95, "%"),
            ("12.5公里", Decimal("12.5"), "公里"),
            (0, 0, ""),
            (12.345, Decimal("12.35"), ""),
        ],
    )
    def test_a_number_with_or_without_its_unit(self, written, number, unit):
        assert cells.quantity(written) == (number, unit)

    @pytest.mark.parametrize("nothing", [None, "", "/", "—"])
    def test_nothing_or_a_stroke_is_none(self, nothing):
        assert cells.quantity(nothing) is None

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("若干", "quantity_unreadable"),
            ("30-40个", "quantity_unreadable"),
            ("12,00", "quantity_unreadable"),
            (math.nan, "quantity_unreadable"),
            (True, "quantity_unreadable"),
            (-1, "quantity_negative"),
            ("-1个", "quantity_negative"),
            (10**10, "quantity_too_large"),
        ],
    )
    def test_anything_else_is_refused(self, written, code):
        assert code_of(cells.quantity, written) == code

"""Names of files from outside: plain, short, and what they seem to be."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.formats.filenames import LONGEST, clean_name, split_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("现场照片.jpg", "现场照片.jpg"),
        ("C:\\Users\\某\\桌面\\照片.JPG", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("a/", "file"),
        ("", "file"),
        ("   . ", "file"),
        (".jpg", "file.jpg"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("照\u200b片\u2066.jpg\u2069", "照片.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie_ x.jpg"),
        ("a\x00.jpg", "a.jpg"),
        ("a\u2028b.jpg", "a b.jpg"),
        ('<b>"a"|*?.jpg', "_b__a____.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("console.pdf", "console.pdf"),
        ("报告　 第二期.docx", "报告 第二期.docx"),
        ("v1.2 稿", "v1.2 稿"),
        ("e\u0301.pdf", "é.pdf"),
        ("照片.jpg . ", "照片.jpg"),
        ("长" * 300 + ".jpg", "长" * (LONGEST - 4) + ".jpg"),
    ],
)
def test_a_name_is_cleaned(raw, clean):
    assert clean_name(raw) == clean


@given(st.text(max_size=300))
def test_whatever_comes_a_plain_short_name_is_left(raw):
    name = clean_name(raw)
    assert 0 < len(name) <= LONGEST
    assert name == name.strip(" .")
    assert not set('/\\<>:"|?*') & set(name)
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name)
    assert clean_name(name) == name


def test_an_extension_is_short_and_plain():
    assert split_name("a.JPEG") == ("a", "jpeg")
    assert split_name("第1.期") == ("第1.期", "")
    assert split_name("a") == ("a", "")

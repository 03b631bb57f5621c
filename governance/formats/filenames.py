"""Names of uploaded files, reduced to plain names that every system can store and nobody misreads."""

import re
import unicodedata

LONGEST = 200
"""Characters of a name, extension included: 240 bytes in Chinese, within the 255 of common file systems."""

NAMELESS = "file"
"""The stem of a file whose name says nothing."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """The last part of a path without invisible characters (controls, direction marks) and forbidden ones.

    Names that Windows reserves for devices get an underscore before them; a long name is cut before its extension.
    """
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", raw)
        if letter.isspace() or unicodedata.category(letter) not in _UNSEEN
    )
    last = re.split(r"[/\\]", seen)[-1]
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", last)).strip().rstrip(" .")
    stem, extension = split_name(name)
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return with_extension(stem, extension)


def split_name(name: str) -> tuple[str, str]:
    """The stem and the extension in lower case; the extension is empty where there is none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(extension.lower()):
        return name, ""
    return stem.strip(" ."), extension.lower()


def with_extension(stem: str, extension: str) -> str:
    """A name of at most LONGEST characters that ends in `extension`."""
    ending = f".{extension}" if extension else ""
    return ((stem or NAMELESS)[: LONGEST - len(ending)].strip(" .") or NAMELESS) + ending

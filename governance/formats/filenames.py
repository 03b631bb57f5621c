"""Names of files from outside: what is left is a plain name that every system can keep and nobody misreads."""

import re
import unicodedata

LONGEST = 80
"""Characters of a name, extension included: 240 bytes in Chinese, within the 255 of common file systems."""

NAMELESS = "file"
"""The stem of a file whose name says nothing."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """The last part of a path without what cannot be seen (controls, direction marks) or what a system forbids.

    Names that Windows keeps for devices get an underscore before them; a long one is cut before its extension.
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
    """A name as its stem and its extension in small letters; the extension is empty where there is none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(extension.lower()):
        return name, ""
    return stem.strip(" ."), extension.lower()


def with_extension(stem: str, extension: str) -> str:
    """A name of at most LONGEST characters that ends in `extension`."""
    ending = f".{extension}" if extension else ""
    return ((stem or NAMELESS)[: LONGEST - len(ending)].strip(" .") or NAMELESS) + ending

"""The words of a search, and the texts in which they are found, without Django (docs/rules.md#search).

Officials copy text out of PDFs and type with any keyboard: full and half width, brackets, dashes and quotation marks of
any kind, upper and lower case, and the radicals by which a PDF's font names a character (⽼ for 老) are the same.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

WORDS = 6
LONGEST = 100
"""How many words, and characters, of a search are used; the rest is ignored."""

LONGEST_FORM = 6
"""The most characters that one compatibility form stands for: ㋿, ㍿, ㎨."""

_RADICALS = (
    "⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺒巳 ⺓幺 ⺔彑 ⺖忄 ⺗㣺 ⺘扌 ⺙攵 "
    "⺛旡 ⺜日 ⺝月 ⺞歺 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪疋 ⺫目 ⺬示 ⺭礻 ⺮竹 ⺯糹 ⺰纟 ⺱网 "
    "⺲罒 ⺶羊 ⺷羊 ⺸羊 ⺹耂 ⺺肀 ⺻聿 ⺼月 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻌辶 "
    "⻍辶 ⻎辶 ⻏阝 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕阜 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻟飠 ⻠饣 ⻢马 ⻣骨 ⻤鬼 "
    "⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱亀 ⻲亀 ⻳龟"
)
"""The radicals of Unicode's supplement that have no compatibility form there: EquivalentUnifiedIdeograph.txt."""

_ALIKE = '戶户 靑青 ⺟母 〔( 【( [( 〕) 】) ]) “" ”" „" ‘\' ’\' —- –- ‐- ‑- −- ・· •· ‧·'
"""Characters that people take for one another: a KangXi radical of a PDF becomes 戶; 〔2026〕 is typed [2026]."""

_SAME = {pair[0]: pair[1] for pair in (*_RADICALS.split(), *_ALIKE.split())}

_COMPATIBLE = (
    (0x00A0, 0x0100),
    (0x2000, 0x2150),
    (0x2150, 0x2190),
    (0x2460, 0x2500),
    (0x2E80, 0x2FE0),
    (0x3000, 0x3040),
    (0x3200, 0x3400),
    (0xF900, 0xFB00),
    (0xFE10, 0xFE70),
    (0xFF00, 0xFFF0),
    (0x2F800, 0x2FA20),
)
"""The blocks in which Unicode keeps compatibility forms of Latin letters, digits, signs and Chinese characters."""


def folded(text: str) -> str:
    """The text for comparing: compatibility forms and radicals become characters, letters small."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(_SAME.get(character, character) for character in plain)


def words_of(text: str) -> list[str]:
    """The words to search for: at most `WORDS` of the first `LONGEST` characters, separated by spaces of any width."""
    return list({folded(word): word for word in text[:LONGEST].split()}.values())[:WORDS]


@lru_cache(256)
def pattern_of(word: str) -> str:
    """A regular expression, the same for Python, SQLite and PostgreSQL, for texts that contain `word` when folded."""
    wanted, forms, found = folded(word), _forms(), []
    while wanted:
        parts = (wanted[:length] for length in range(min(LONGEST_FORM, len(wanted)), 1, -1))
        part = next((part for part in parts if part in forms), wanted[0])
        written = "".join(_class((each, *forms.get(each, ()))) for each in part)
        found.append(written if len(part) == 1 else f"(?:{written}|{_class(forms[part])})")
        wanted = wanted[len(part) :]
    return "".join(found)


def contains(text: str, word: str) -> bool:
    """Whether a text contains the word."""
    return folded(word) in folded(text)


def _class(characters: tuple[str, ...]) -> str:
    """Any of the characters, as a set of a regular expression."""
    each = "".join(f"\\{one}" if one in "\\^-[]" else one for one in characters)
    return f"[{each}]" if len(characters) > 1 else re.escape(characters[0])


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """The single characters that fold to a text other than themselves, by that text."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    letters = [chr(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x180), *range(0x391, 0x3AA))]
    compatible = [chr(code) for first, last in _COMPATIBLE for code in range(first, last)]
    for form in (*letters, *compatible, *_SAME):
        if (plain := folded(form).strip()) and plain != form:
            found[plain][form] = None
    return {plain: tuple(forms) for plain, forms in found.items()}

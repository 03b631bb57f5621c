"""The paragraph styles of official papers (GB/T 9704-2012): fonts, sizes, lines, indents.

Child elements stand in the order that Word's schema asks for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

SONG, KAI, HEI, TITLE, PLAIN_SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
LINE = 28.9
"""Points of an exact line: 22 lines on a page of 225 mm; 29 points give 21."""
TIGHT = -5
"""Twentieths of a point between characters of 16 points: 28 characters in a line of 156 mm."""
RED = "E60012"


def element(tag: str, /, **attributes: Any) -> Any:
    """An element of Word with attributes of its own namespace."""
    node = OxmlElement(tag)
    for key, value in attributes.items():
        node.set(qn("w:" + key), str(value))
    return node


def set_fonts(properties: Any, font: str) -> None:
    """Name one font for Latin and Chinese text: a run with `ascii` alone leaves Chinese text to Word."""
    old = properties.find(qn("w:rFonts"))
    if old is not None:
        properties.remove(old)
    properties.insert(0, element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font, hint="eastAsia"))


def before_size(properties: Any, node: Any) -> None:
    """Put spacing and width of characters where the schema wants them: before the size."""
    properties.insert_element_before(node, "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")


@dataclass(frozen=True)
class Style:
    """A paragraph style. Sizes, lines and distances in points, indents in characters; `line` None is a single line."""

    font: str = SONG
    size: float = 16
    line: float | None = LINE
    align: str = "both"
    first: int = 0
    left: int = 0
    hang: int = 0
    right: int = 0
    before: float = 0
    after: float = 0
    color: str = ""
    with_next: bool = False
    whole: bool = False
    level: int | None = None

    def add_to(self, document: Any, name: str) -> None:
        """Define the style in a document."""
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        made.quick_style = True
        characters = made.element.get_or_add_rPr()
        set_fonts(characters, self.font)
        made.font.size = Pt(self.size)
        if self.color:
            made.font.color.rgb = RGBColor.from_string(self.color)
        tight = TIGHT if self.size == 16 else 0
        if tight:
            before_size(characters, element("w:spacing", val=tight))
        for node in self._paragraph(round((self.size + tight / 20) * 20)):
            made.element.get_or_add_pPr().append(node)

    def _paragraph(self, character: int) -> Iterable[Any]:
        """The properties of the paragraph in the order of the schema."""
        if self.with_next:
            yield element("w:keepNext")
        if self.whole:
            yield element("w:keepLines")
        yield element("w:widowControl")
        yield element("w:overflowPunct", val=0)
        rule = {"line": round(self.line * 20), "lineRule": "exact"} if self.line else {"line": 240, "lineRule": "auto"}
        yield element("w:spacing", before=round(self.before * 20), after=round(self.after * 20), **rule)
        indent: dict[str, int] = {}
        for name, count in (("firstLine", self.first), ("hanging", self.hang), ("right", self.right)):
            if count:
                indent |= {f"{name}Chars": count * 100, name: count * character}
        if self.left or self.hang:
            indent |= {"leftChars": self.left * 100, "left": self.left * character}
        if indent:
            yield element("w:ind", **indent)
        yield element("w:jc", val=self.align)
        if self.level is not None:
            yield element("w:outlineLvl", val=self.level)


STYLES = {
    "公文标题": Style(TITLE, 22, 33, "center", before=LINE * 2, after=LINE, with_next=True, whole=True),
    "公文标题无红头": Style(TITLE, 22, 33, "center", after=LINE, with_next=True, whole=True),
    "副标题": Style(KAI, align="center", after=14, with_next=True),
    "主送机关": Style(align="left"),
    "公文正文": Style(first=2),
    "一级标题": Style(HEI, first=2, with_next=True, level=0),
    "二级标题": Style(KAI, first=2, with_next=True, level=1),
    "条目": Style(first=2, whole=True),
    "附件说明": Style(align="left", left=5, hang=3, before=LINE, whole=True),
    "署名": Style(align="right", right=2, before=LINE * 2, with_next=True),
    "成文日期": Style(align="right", right=4),
    "附注": Style(first=2, before=LINE),
    "附件标记": Style(HEI, align="left", after=LINE / 2, with_next=True),
    "红头": Style(TITLE, 30, None, "center", before=50, color=RED),
    "红头大": Style(TITLE, 42, None, "center", before=20, color=RED),
    "文号": Style(align="center", before=14),
    "版头左右": Style(align="left", before=LINE),
    "名单": Style(left=5, hang=3, whole=True),
    "版记": Style(SONG, 14, 24, "left", left=4, hang=3, right=1),
    "印发": Style(SONG, 14, 24, "left", left=1, right=1),
    "表题": Style(TITLE, 20, 30, "center", after=10, with_next=True),
    "大表题": Style(TITLE, 26, 36, "center", after=10, with_next=True),
    "表前文": Style(first=2, after=6),
    "表注": Style(SONG, 12, 18, "left", with_next=True),
    "表后注": Style(SONG, 12, 18, before=4, whole=True),
    "表头": Style(HEI, 12, 17, "center"),
    "表中": Style(SONG, 12, 17, "center"),
    "表文": Style(SONG, 12, 17, "left"),
    "小表头": Style(HEI, 10.5, 14, "center"),
    "小表中": Style(SONG, 10.5, 14, "center"),
    "小表文": Style(SONG, 10.5, 14, "left"),
    "单头": Style(HEI, 14, 21, "center"),
    "单文": Style(SONG, 14, 21, "left"),
    "封面题": Style(TITLE, 30, 46, "center", before=150),
    "封面号": Style(KAI, 18, 32, "center", after=230),
    "封面行": Style(KAI, 18, 32, "center"),
    "目录": Style(SONG, 16, 32, "left", left=5, hang=5, whole=True),
    "章正文": Style(SONG, 14, 23, first=2, after=4),
    "章条目": Style(SONG, 14, 24, first=2, whole=True, before=4),
    "章副题": Style(KAI, align="center", after=6, with_next=True),
    "提示": Style(KAI, 14, 24, left=2, right=2, before=4, after=4, whole=True),
    "讲稿": Style(SONG, 18, 34, first=2),
    "页码单": Style(PLAIN_SONG, 14, 14, "right", right=1),
    "页码双": Style(PLAIN_SONG, 14, 14, "left", left=1),
    "隔": Style(SONG, 1, 1),
}
"""Every style of our papers by its name."""

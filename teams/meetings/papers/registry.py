"""Every paper: what it is called, the fields of its template, and the template that comes with us."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from governance.formats.letter_tags import Shape

from ..models import DocumentTemplate
from . import assessment, bulletin, circular, minutes, notice, order, pack, press, script, sign_in
from .fields import Field, shape_of

FOLDER = Path(__file__).parent / "templates"
Kind = DocumentTemplate.Kind


@dataclass(frozen=True)
class Paper:
    """A kind of paper; `name` is what its files are called, in Chinese like the paper."""

    kind: DocumentTemplate.Kind
    name: str
    fields: tuple[Field, ...]

    @cached_property
    def shape(self) -> Shape:
        """The fields as a template is checked against."""
        return shape_of(self.fields)

    @property
    def original(self) -> bytes:
        """Our own template."""
        return (FOLDER / f"{self.kind.value}.docx").read_bytes()


PAPERS: Mapping[DocumentTemplate.Kind, Paper] = {
    paper.kind: paper
    for paper in (
        Paper(Kind.NOTICE, "会议通知", notice.FIELDS),
        Paper(Kind.SIGN_IN, "签到表", sign_in.FIELDS),
        Paper(Kind.PACK, "会议材料", pack.FIELDS),
        Paper(Kind.SCRIPT, "主持词", script.FIELDS),
        Paper(Kind.MINUTES, "会议纪要", minutes.FIELDS),
        Paper(Kind.PRESS, "新闻稿", press.FIELDS),
        Paper(Kind.ORDER, "督办单", order.FIELDS),
        Paper(Kind.CIRCULAR, "通报", circular.FIELDS),
        Paper(Kind.BULLETIN, "简报", bulletin.FIELDS),
        Paper(Kind.PUBLICITY, "公示", assessment.PUBLICITY),
        Paper(Kind.SCORES, "考核得分表", assessment.SCORES),
        Paper(Kind.LETTER, "复核意见书", assessment.LETTER),
    )
}
"""In the order in which they are made: before a meeting, after it, of supervision, of the assessment."""

FOLDER_KINDS = (Kind.NOTICE, Kind.SIGN_IN, Kind.PACK, Kind.SCRIPT)
"""The papers of a meeting's folder, in its order."""
MINUTES_KINDS = (Kind.MINUTES, Kind.PRESS)
"""The papers that follow from issued minutes."""

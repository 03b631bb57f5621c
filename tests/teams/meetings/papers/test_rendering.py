"""Papers as LibreOffice lays them out: pages that hold something, forms of one page, the text in its place."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.formats.letters import fill_letter
from teams.meetings.papers.fields import blanks, examples
from teams.meetings.papers.registry import PAPERS, Kind

pytestmark = pytest.mark.rendered

AT = datetime(2026, 10, 20, 9, tzinfo=UTC)
ORDER = {
    "matter": "任务7　认领微心愿2000个",
    "basis": "红灯：逾期，实际72%，序时100%，时限10月20日。10月21日起亮红灯，尚未发红单。",
    "standing": "截至10月21日，红灯：逾期，完成1440/2000个（72%），距目标差560个，序时100%，落后28个百分点。"
    "10月上旬报告：集中认领日办结微心愿60个，累计1440个。9月29日已发提醒。",
    "demands": [
        "1.说明逾期原因和未办结560个微心愿的分布。",
        "2.逐件明确包联单位、责任人和补齐时间，11月15日前全部办结。",
        "3.已销号事项逐件自查，弄虚作假的严肃处理。",
    ],
    "answers": [],
}
"""An order of the usual length that was not answered yet: the form with its two boxes."""

ONE_PAGE = {"order", "order-example", "order-blank", "sign_in-blank", "letter-example"}
"""Papers that fit on a page."""


def _papers() -> dict[str, tuple[Kind, dict]]:
    found: dict[str, tuple[Kind, dict]] = {"order": (Kind.ORDER, examples(PAPERS[Kind.ORDER].fields) | ORDER)}
    for kind, paper in PAPERS.items():
        found[f"{kind.value}-example"] = (kind, examples(paper.fields))
        if kind != Kind.SCORES:  # a table of teams, and no round is without any
            found[f"{kind.value}-blank"] = (kind, blanks(paper.fields))
    return found


NAMES = sorted(_papers())


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, list[str]]:
    """The text of every page of each paper, by its name: all are laid out at once."""
    folder: Path = tmp_path_factory.mktemp("papers")
    for name, (kind, values) in _papers().items():
        paper = PAPERS[kind]
        content = fill_letter(paper.original, paper.shape, values, title=paper.name, author="专项办", at=AT)
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    letters = sorted(str(path) for path in folder.glob("*.docx"))
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *letters]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: _text_of(folder / f"{name}.pdf") for name in NAMES}


def _text_of(file: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, timeout=60)
    return text.stdout.decode().removesuffix("\f").split("\f")


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_empty(pages, name):
    for number, page in enumerate(pages[name], 1):
        assert [line for line in page.splitlines() if line.strip(" —0123456789")], f"page {number}"


@pytest.mark.parametrize("name", sorted(ONE_PAGE))
def test_a_form_is_one_page(pages, name):
    assert len(pages[name]) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notice-example", "10月19日12:00前报备"),
        ("notice-blank", "会前报备"),
        ("order", "9月29日已发提醒"),
        ("order-example", "目前情况"),
        ("circular-example", "2026年第三季度试考核排名表"),
        ("bulletin-example", "核心指标"),
        ("minutes-example", "会议议定以下事项"),
        ("pack-example", "拟提请会议议定的事项"),
        ("press-example", "来源"),
        ("script-example", "散会"),
        ("sign_in-example", "签到表"),
        ("publicity-example", "公示"),
        ("scores-example", "得分明细"),
        ("letter-example", "最终复核意见"),
    ],
)
def test_what_a_paper_says_is_drawn(pages, name, said):
    assert said in "".join("".join(pages[name]).split())


@pytest.mark.parametrize("name", NAMES)
def test_no_tag_is_drawn(pages, name):
    assert not any(mark in page for page in pages[name] for mark in ("{{", "{%", "}}", "%}"))

"""One state has one name, in both languages, and Chinese is written with Chinese marks (docs/rules.md#terms)."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
CHINESE_TEXTS = sorted((ROOT / "docs").glob("*.zh.md"))

CHINESE_NEVER = {
    "待审核": r"已报送|未采纳",
    "审核通过": r"报告.*采纳|采纳.*报告",
    "逾期未报": r"缺报|漏报",
    "提交": r"审签|审阅|报审",
    "锁定取数": r"冻结",
    "大屏": r"大屏显示(?!挂图|同一|提示)",
    "工作群文字": r"发送到工作群|复制到工作群",
    "同意；不同意": r"准予|驳回",
    "最后一日": r"末日",
    "新增；修改；不变": r"拟更改|，更改",
    "个专班": r"家专班",
    "an official's word": r"怎样|打不开|再看一看|等了|一句话|点一下|弄|本来就|什么时候|干什么|好了|[谁你咱]",
}
"""Each Chinese term, and its second spellings."""

CHINESE_OF_PLANS = r"审定"
"""A plan is adopted; a result is approved (批准), a report submitted and reviewed (提交, 审核)."""

ENGLISH_NEVER = {
    "request": r"\bask(s|ed|ing)? for\b|\basked\b",
    "set": r"\blaid down\b|\blay down\b",
    "pass to the head": r"\bhand(s|ed)? (over|in)\b",
    "issue": r"\bg(ive|ave|iven) out\b",
    "return to the previous step": r"\bstep(s|ped)? back\b|\ba step back\b",
    "Outstanding items": r"\bwho owes what\b",
    "due time": r"\bdue moments?\b",
    "correct": r"\bis (that )?right\b|\bsaid to be right\b",
    "current": r"\bpresent password\b",
    "returned, overdue": r"\bpast (its|their) days?\b",
    "someone, everyone": r"\b(some|every|any)body\b|\bwhoever\b",
    "plain words": r"\banew\b|\bnewly (red|yellow)\b|\bdays over\b|\bfirst ten days\b|\bstraight between them\b",
    "accepted": r"\brejected\b",
}
"""Each English term, and its second spellings."""

HAN = "[\u3400-\u9fff\uff08\uff09\u3001\u3002\uff0c\uff1b\uff1a\u201c\u201d\u300a\u300b]"
HALF_WIDTH = re.compile(
    rf"(?<={HAN})[,;:?!]|[,;:?!](?={HAN})|(?<=[\u3400-\u9fff])[()](?![a-z])|[()](?=[\u3400-\u9fff])|[。，；：、]{{2}}"
)
"""Half-width marks beside Chinese, and two marks where one belongs."""

OF_EXCEL = "Excel 工作簿 (.xlsx)"
"""The name of a kind of file in Excel's own dialogue."""

COUNT = r"%\((?:count|most|shown|all|number|places|files|more|less)\)[sd]"
BLANK_AT_COUNT = re.compile(rf"(?<=[\u3400-\u9fff]) {COUNT}|{COUNT} (?=[\u3400-\u9fff])")
"""A blank between Chinese and a count: 共 3 项."""

DOUBLED = re.compile(r"([\u3400-\u9fff]{3,}[：。；]) ?\1")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
FIGURE = re.compile(r"%\((\w+)\)[sd]|%%|%[sd]|<[^>]*>|\{\w+\}")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def english_of(entry):
    return [PLACEHOLDER.sub("…", text) for text in (entry.msgid, entry.msgid_plural) if text]


def chinese_of(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def prose(text):
    """A document without its code, tables' rules, addresses and pictures."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    text = re.sub(r"`[^`]*`", "某", text)
    return re.sub(r"\]\([^)]*\)|<[^>]*>", "", text)


def second_spellings(texts, never):
    return [
        (term, found.group(), text)
        for text in texts
        for term, pattern in never.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]


def test_chinese_sentences_keep_the_terms(catalogue):
    texts = [text for entry in catalogue for text in chinese_of(entry)]
    assert second_spellings(texts, CHINESE_NEVER) == []


def test_counts_stand_in_chinese_without_blanks(catalogue):
    texts = [text for entry in catalogue for text in chinese_of(entry)]
    assert [text for text in texts if BLANK_AT_COUNT.search(text)] == []


def test_only_a_plan_is_adopted(catalogue):
    about_plans = re.compile(r"plan|adopt|version", re.IGNORECASE)
    wrong = [
        text
        for entry in catalogue
        for text in chinese_of(entry)
        if re.search(CHINESE_OF_PLANS, text) and not about_plans.search(entry.msgid)
    ]
    assert wrong == []


def test_english_sentences_keep_the_terms(catalogue):
    assert second_spellings([text for entry in catalogue for text in english_of(entry)], ENGLISH_NEVER) == []


@pytest.mark.parametrize("path", CHINESE_TEXTS, ids=lambda path: path.name)
def test_chinese_documents_keep_the_terms(path):
    assert second_spellings(prose(path.read_text()).splitlines(), CHINESE_NEVER) == []


@pytest.mark.parametrize("path", [*GUIDES, ROOT / "README.md"], ids=lambda path: path.name)
def test_guides_keep_the_terms(path):
    lines = prose(path.read_text()).splitlines()
    assert second_spellings(lines, CHINESE_NEVER if path in CHINESE_TEXTS else ENGLISH_NEVER) == []


def test_templates_hold_no_second_spelling():
    """Words that stand in a template beside the catalogue, such as the parts of a document."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt")]
    assert len(texts) > 100
    assert second_spellings(texts, CHINESE_NEVER) == []


def test_chinese_has_chinese_marks(catalogue):
    texts = [FIGURE.sub("某", text.replace(OF_EXCEL, "")) for entry in catalogue for text in chinese_of(entry)]
    assert [text for text in texts if HALF_WIDTH.search(text)] == []


@pytest.mark.parametrize("path", CHINESE_TEXTS, ids=lambda path: path.name)
def test_chinese_documents_have_chinese_marks(path):
    lines = [line for line in prose(path.read_text()).splitlines() if not line.startswith("|")]
    assert [line for line in lines if re.search(r"[\u3400-\u9fff][,;?!]|[，。；：、]{2}", line)] == []


def test_no_sentence_is_said_twice(catalogue):
    texts = [text for entry in catalogue for text in (*chinese_of(entry), *english_of(entry))]
    assert [text for text in texts if DOUBLED.search(text) or re.search(r"\b(\w{4,} \w+[.:]) \1", text)] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_prints_bold_is_on_the_screens(path, catalogue):
    """A name of a button or a page in a guide is the one on the screen."""
    if "leader" in path.name:
        pytest.skip("its bold words are the parts of a page")
    shown = {text for entry in catalogue for text in (entry.msgid, *chinese_of(entry))}
    named = [text.replace("\n", " ") for text in re.findall(r"\*\*(.+?)\*\*", path.read_text(), re.S)]
    assert [text for text in named if text.rstrip(".,:") not in shown] == []

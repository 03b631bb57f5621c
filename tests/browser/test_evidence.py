"""Evidence in a real browser: a photo from a telephone, what opens and what is saved, with and without scripts."""

import re
import zipfile

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from teams.models import Task, TaskEvidence
from tests.browser.conftest import DESK, PHONE, tell_story
from tests.formats.brought import package, pdf, photo

pytestmark = pytest.mark.browser

LIAISON, TEAM, NUMBER = "liaison-village-economy", "village-economy", 3
JPEG, PDF = "image/jpeg", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def gallery(enter):
    """The address of a task's evidence in the story."""
    enter("story", tell_story)
    return reverse("task_evidence", args=[2026, NUMBER])


def brought(name, kind, content):
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_photo_is_attached_from_a_phone_described_and_withdrawn(gallery, visit, scripts):
    visitor = visit("zh-hans", PHONE, LIAISON, scripts=scripts)
    page = visitor.open(gallery)
    page.get_by_label("文件").set_input_files(
        [brought("IMG_0001.JPG", JPEG, photo((1200, 900))), brought("验收单.pdf", PDF, pdf())]
    )
    page.get_by_label(re.compile("^说明")).fill("路面通车")
    page.get_by_role("button", name="上传").tap()
    expect(page.get_by_text("已上传2个文件")).to_be_visible()
    visitor.look()
    expect(page.locator(".evidence img").first).to_have_js_property("naturalWidth", 480)
    page.get_by_role("link", name="路面通车").last.tap()
    expect(page.get_by_role("heading", name="路面通车")).to_be_visible()
    visitor.look()
    page.get_by_label(re.compile("^说明")).fill("二标段通车")
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", name="二标段通车")).to_be_visible()
    page.get_by_role("link", name="撤回").tap()
    expect(page.get_by_role("heading", name="撤回“二标段通车”")).to_be_visible()
    visitor.look()
    page.get_by_role("button", name="撤回").tap()
    expect(page).to_have_url(visitor.site.url + Task.objects.get(number=NUMBER).get_absolute_url())
    assert TaskEvidence.objects.filter(caption="二标段通车").get().withdrawn_at is not None


def test_a_file_that_is_refused_is_named_and_the_words_stay(gallery, visit):
    visitor = visit("zh-hans", PHONE, LIAISON)
    page = visitor.open(gallery)
    page.get_by_label("文件").set_input_files(
        [brought("好.jpg", JPEG, photo()), brought("通知.pdf", PDF, b"<html><script>alert(1)</script>")]
    )
    page.get_by_label(re.compile("^说明")).fill("路面通车")
    page.get_by_role("button", name="上传").tap()
    expect(page.get_by_text("“通知.pdf”的内容与扩展名不符").first).to_be_visible()
    expect(page.get_by_label(re.compile("^说明"))).to_have_value("路面通车")
    assert visitor.watch.faults and all("422" in fault for fault in visitor.watch.faults)
    visitor.watch.faults = []
    visitor.look()
    assert not TaskEvidence.objects.filter(file__name="好.jpg").exists()


def test_pictures_and_pdf_open_office_files_are_saved(gallery, visit):
    visitor = visit("zh-hans", DESK, LIAISON)
    page = visitor.open(gallery)
    page.get_by_label("文件").set_input_files(
        [brought("现场.jpg", JPEG, photo()), brought("验收单.pdf", PDF, pdf()), brought("方案.docx", DOCX, package())]
    )
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("已上传3个文件")).to_be_visible()
    pieces = {piece.file.name: piece for piece in TaskEvidence.objects.select_related("file")}
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    for name, kind in (("现场.jpg", JPEG), ("验收单.pdf", PDF)):
        answer = page.goto(visitor.site.url + reverse("evidence_file", args=["task", pieces[name].pk]))
        assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert downloads == []
    page.goto(visitor.site.url + reverse("evidence", args=["task", pieces["方案.docx"].pk]))
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载").click()
    assert saved.value.suggested_filename == "方案.docx"


def test_the_office_takes_a_team_s_evidence_away(gallery, visit):
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(gallery)
    page.get_by_label("文件").set_input_files([brought("现场.jpg", JPEG, photo(colour="olive"))])
    page.get_by_role("button", name="上传").tap()
    office = visit("zh-hans", DESK, "office")
    page = office.open(reverse("team", args=[TEAM]))
    with page.expect_navigation():
        page.get_by_role("link", name="佐证材料").click()
    office.look()
    with page.expect_download() as saved:
        page.get_by_role("link", name="打包下载").click()
    assert saved.value.suggested_filename.endswith(" 2026-10-27.zip")
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert names[-1] == "目录.csv"
    assert any(name.startswith("2026-10-18 2026-3 现场") for name in names)

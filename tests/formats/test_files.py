"""Files from outside: hostile ones are refused or made harmless, sound ones are taken, each for its own reason."""

import hashlib
import io
import random
import time
import zipfile
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from governance.formats.faults import FormatError
from governance.formats.files import ACCEPTED, FileLimits, check_file
from governance.formats.packages import PackageLimits
from governance.formats.pictures import PictureLimits
from tests.formats.brought import (
    DOCTYPE,
    OFFICE,
    OLE,
    animation,
    archive,
    encrypted_office,
    locked_package,
    object_stream,
    ofd,
    package,
    pdf,
    photo,
    picture,
    relation,
    relations,
    swollen_png,
    vast_png,
)

SCRIPT = b"<script>alert(document.cookie)</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
EXE = b"MZ\x90\x00" + bytes(2000)
BOMB = bytes(60 * 1024 * 1024)


def checked(content, name, limits=None):
    return check_file(io.BytesIO(content), name, limits=limits)


REFUSED = {
    # name: (content, name of the file, code of the reason)
    "nothing in it": (b"", "照片.jpg", "file_is_empty"),
    "SVG with a script": (SVG, "图.svg", "kind_not_taken"),
    "SVG that calls itself a picture": (SVG, "图.png", "content_differs"),
    "web page": (HTML, "通知.html", "kind_not_taken"),
    "web page that calls itself text": (HTML, "通知.txt", "kind_not_taken"),
    "web page that calls itself PDF": (HTML, "通知.pdf", "content_differs"),
    "program": (EXE, "工具.exe", "kind_not_taken"),
    "program that calls itself PDF": (EXE, "通知.pdf", "content_differs"),
    "program behind a direction mark": (EXE, "照片\u202egpj.exe", "kind_not_taken"),
    "program without a name": (EXE, "", "kind_not_taken"),
    "PDF that calls itself a picture": (pdf(), "照片.jpg", "content_differs"),
    "picture that calls itself PDF": (picture(), "扫描.pdf", "content_differs"),
    "picture with a zip behind it, as a document": (picture() + package(), "方案.docx", "content_differs"),
    "archive": (archive({"a.txt": b"a"}), "材料.zip", "kind_not_taken"),
    "archive that calls itself a document": (archive({"a.txt": b"a"}), "方案.docx", "package_damaged"),
    "archive cut off": (package()[:200], "方案.docx", "package_damaged"),
    "workbook that calls itself a document": (package("xlsx"), "方案.docx", "package_damaged"),
    "old Word": (OLE, "方案.doc", "old_office"),
    "WPS": (OLE, "方案.wps", "old_office"),
    "old Word that calls itself new": (OLE, "方案.docx", "old_office"),
    "OLE that calls itself a picture": (OLE, "照片.jpg", "content_differs"),
    "Office file with a password": (encrypted_office(), "方案.docx", "with_password"),
    "package with a password": (locked_package(), "方案.docx", "package_locked"),
    "macros, renamed": (
        package(
            types=b'<Override PartName="/m" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
        ),
        "方案.docx",
        "macros",
    ),
    "macros by their part": (package(parts={"word/vbaProject.bin": b"x"}), "方案.docx", "macros"),
    "controls": (package(parts={"word/activeX/activeX1.xml": b"<a/>"}), "方案.docx", "macros"),
    "macro sheets": (package("xlsx", parts={"xl/macrosheets/sheet1.xml": b"<a/>"}), "表.xlsx", "macros"),
    "bomb in a workbook": (package("xlsx", parts={"xl/sheet.xml": BOMB}), "表.xlsx", "package_bursts"),
    "bomb in a document": (package(parts={"word/media/image1.png": BOMB}), "方案.docx", "package_bursts"),
    "thousands of parts": (package(parts={f"p/{n}.xml": b"<a/>" for n in range(3_001)}), "方案.docx", "package_bursts"),
    "external entity": (package(parts={"word/settings.xml": DOCTYPE + b"<d>&e;</d>"}), "方案.docx", "package_damaged"),
    "external entity, in UTF-16": (
        package(parts={"word/settings.xml": b"\xff\xfe" + (DOCTYPE + b"<d/>").decode().encode("utf-16-le")}),
        "方案.docx",
        "package_damaged",
    ),
    "entity in an OFD": (ofd(**{"Doc_0/Page.xml": DOCTYPE + b"<d>&e;</d>"}), "公文.ofd", "package_damaged"),
    "no XML at all": (package(parts={"word/settings.xml": b"\x00\x01"}), "方案.docx", "package_damaged"),
    "archive inside": (
        package(parts={"word/embeddings/a.zip": archive({"a": b"a"})}),
        "方案.docx",
        "holds_files",
    ),
    "archive inside an archive inside": (
        package(parts={"word/embeddings/a.xlsx": package("xlsx", parts={"xl/embeddings/b.xlsx": package("xlsx")})}),
        "方案.docx",
        "holds_files",
    ),
    "OLE object inside": (package(parts={"word/embeddings/oleObject1.bin": OLE}), "方案.docx", "holds_files"),
    "program inside": (package(parts={"word/media/image1.png": EXE}), "方案.docx", "holds_files"),
    "macros in the workbook behind a chart": (
        package(parts={"word/embeddings/a.xlsx": package("xlsx", parts={"xl/vbaProject.bin": b"x"})}),
        "方案.docx",
        "macros",
    ),
    "template on another machine": (
        package(parts={"word/_rels/settings.xml.rels": relations(relation("https://evil.example/t.dotm"))}),
        "方案.docx",
        "reaches_out",
    ),
    "object on another machine": (
        package(relations_=relation("\\\\10.0.0.9\\x", "oleObject")),
        "方案.docx",
        "reaches_out",
    ),
    "PDF cut off": (pdf(tail=b""), "扫描.pdf", "pdf_damaged"),
    "PDF with junk before it": (HTML + pdf(), "扫描.pdf", "content_differs"),
    "PDF with a script": (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "扫描.pdf", "pdf_acts"),
    "PDF with a script, spelt otherwise": (pdf(b"<</S/J#61va#53cript/JS(app.alert(1))>>"), "扫描.pdf", "pdf_acts"),
    "PDF with a script, packed": (pdf(object_stream(b"4 0 <</S/JavaScript/JS(1)>>")), "扫描.pdf", "pdf_acts"),
    "PDF that starts a program": (pdf(b"<</S/Launch/F(cmd.exe)>>"), "扫描.pdf", "pdf_acts"),
    "PDF that sends its form": (pdf(b"<</S/SubmitForm/F(http://example.com)>>"), "表.pdf", "pdf_acts"),
    "PDF that fetches data": (pdf(b"<</S/ImportData/F(a.fdf)>>"), "表.pdf", "pdf_acts"),
    "PDF that goes into a file inside": (pdf(b"<</S/GoToE/T<</R/C>>>>"), "表.pdf", "pdf_acts"),
    "PDF that goes to another file": (pdf(b"<</S/GoToR/F(b.pdf)>>"), "表.pdf", "pdf_acts"),
    "PDF with media that run": (pdf(b"<</S/Rendition/JS(1)>>"), "表.pdf", "pdf_acts"),
    "PDF with a form of XML": (pdf(b"<</XFA 9 0 R>>"), "表.pdf", "pdf_acts"),
    "PDF with a form of XML in parts": (pdf(b"<</XFA[(a)9 0 R]>>"), "表.pdf", "pdf_acts"),
    "PDF that sends its form, spelt otherwise": (pdf(b"<</S/Submit#46orm>>"), "表.pdf", "pdf_acts"),
    "PDF that sends its form, packed": (pdf(object_stream(b"4 0 <</S/SubmitForm>>")), "表.pdf", "pdf_acts"),
    "PDF with a form of XML, packed": (pdf(object_stream(b"4 0 <</XFA 9 0 R>>")), "表.pdf", "pdf_acts"),
    "PDF with a script, its packing spelt otherwise": (
        pdf(object_stream(b"4 0 <</S/JavaScript/JS(1)>>").replace(b"/ObjStm", b"/O#62j#53tm")),
        "扫描.pdf",
        "pdf_acts",
    ),
    "PDF with a script, packed far behind the name of its packing": (
        pdf(object_stream(b"4 0 <</S/JavaScript/JS(1)>>").replace(b"/ObjStm", b"/ObjStm" + b" " * 5_000)),
        "扫描.pdf",
        "pdf_acts",
    ),
    "PDF with a file inside": (pdf(b"<</Type/EmbeddedFile>>"), "扫描.pdf", "pdf_acts"),
    "PDF with a password": (pdf(b"<</Encrypt 9 0 R>>"), "扫描.pdf", "pdf_locked"),
    "PDF that bursts": (pdf(object_stream(bytes(65 * 1024 * 1024))), "扫描.pdf", "pdf_damaged"),
    "PDF of a hundred thousand streams": (pdf(b"/ObjStm " * 100_000), "扫描.pdf", "pdf_damaged"),
    "PDF whose streams never end": (
        pdf(b"<</Type/ObjStm>>stream\n" * 4_000 + bytes(20 * 1024 * 1024)),
        "扫描.pdf",
        "pdf_damaged",
    ),
    "PDF with a stream longer than one looks": (
        pdf(object_stream(random.Random(1).randbytes(1_100_000))),
        "扫描.pdf",
        "pdf_damaged",
    ),
    "PDF that cannot be unpacked": (
        pdf(b"<</Type/ObjStm/Filter/FlateDecode>>stream\nnot packed at all\nendstream"),
        "扫描.pdf",
        "pdf_damaged",
    ),
    "photo cut off": (photo()[:3000], "照片.jpg", "picture_damaged"),
    "only the head of a picture": (b"\xff\xd8\xff\xe0", "照片.jpg", "picture_damaged"),
    "a vast picture": (vast_png(), "照片.png", "too_many_pixels"),
    "a picture just too large": (vast_png(8_001, 8_000), "照片.png", "too_many_pixels"),
    "a picture that swells": (swollen_png(), "照片.png", "picture_damaged"),
    "animated GIF": (animation(), "动图.gif", "animated"),
    "animated WebP": (animation("WEBP"), "动图.webp", "animated"),
    "animated PNG": (animation("PNG"), "动图.png", "animated"),
    "TIFF": (picture("TIFF"), "扫描.tif", "kind_not_taken"),
    "photo of a format that few can open": (b"\0\0\0\x18ftypheic" + bytes(99), "IMG_1.HEIC", "kind_not_taken"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_refused_for_its_own_reason(case):
    content, name, code = REFUSED[case]
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        checked(content, name)
    assert caught.value.code == code
    assert str(caught.value)  # every place of the sentence is filled
    assert time.monotonic() - started < 5


TAKEN = {
    # name: (content, name of the file, name under which it is kept, its type)
    "photo": (photo(), "IMG_0042.JPG", "IMG_0042.jpg", "image/jpeg"),
    "screenshot": (picture("PNG"), "截图.png", "截图.png", "image/png"),
    "picture of a browser": (picture("WEBP"), "图.webp", "图.jpg", "image/jpeg"),
    "still GIF": (picture("GIF"), "图.gif", "图.jpg", "image/jpeg"),
    "PNG that a chat group calls JPG": (picture("PNG"), "微信图片.jpg", "微信图片.png", "image/png"),
    "camera without a name": (photo(), "", "file.jpg", "image/jpeg"),
    "CMYK of a printer": (picture(mode="CMYK", colour=(0, 255, 255, 0)), "海报.jpeg", "海报.jpg", "image/jpeg"),
    "PNG of 16 bits": (picture("PNG", mode="I;16", colour=40_000), "扫描.png", "扫描.png", "image/png"),
    "PNG with a palette": (picture("PNG", mode="P", colour=3), "图.png", "图.png", "image/png"),
    "PNG one sees through": (picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "章.png", "章.png", "image/png"),
    "JPEG that a phone calls HEIC": (picture(), "IMG_0001.HEIC", "IMG_0001.jpg", "image/jpeg"),
    "JPEG that calls itself TIFF": (picture(), "扫描.tif", "扫描.jpg", "image/jpeg"),
    "scan with a link and a page to open at": (
        pdf(b"<</OpenAction<</S/GoTo/D[3 0 R/Fit]>>/A<</S/URI/URI(http://example.com)>>>>"),
        "通知.pdf",
        "通知.pdf",
        "application/pdf",
    ),
    "scan": (pdf(), "通知.pdf", "通知.pdf", "application/pdf"),
    "scan with packed objects": (pdf(object_stream(b"4 0 <</Type/Font>>")), "通知.PDF", "通知.pdf", "application/pdf"),
    "document": (package(), "方案.docx", "方案.docx", f"{OFFICE}.wordprocessingml.document"),
    "workbook": (package("xlsx"), "表.xlsx", "表.xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    "slides": (package("pptx"), "汇报.pptx", "汇报.pptx", f"{OFFICE}.presentationml.presentation"),
    "official document": (ofd(), "公文.ofd", "公文.ofd", "application/ofd"),
    "document with a chart": (
        package(parts={"word/embeddings/Microsoft_Excel_Sheet.xlsx": package("xlsx")}),
        "方案.docx",
        "方案.docx",
        f"{OFFICE}.wordprocessingml.document",
    ),
    "document with a link and a template of the own machine": (
        package(
            relations_=relation("https://gov.example/", "hyperlink") + relation("file:///C:\\Users\\u\\Normal.dotm")
        ),
        "方案.docx",
        "方案.docx",
        f"{OFFICE}.wordprocessingml.document",
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_a_county_works_with_is_taken(case):
    content, name, kept, media_type = TAKEN[case]
    file = checked(content, name)
    assert (file.name, file.media_type) == (kept, media_type)
    assert file.original_sha256 == hashlib.sha256(content).hexdigest()
    is_picture = media_type.startswith("image/")
    assert bool(file.thumbnail) == is_picture
    if not is_picture:
        assert file.content.seek(0) == 0
        assert file.content.read() == content


class TestPictures:
    """A picture keeps its pixels and nothing else."""

    def test_place_phone_and_comment_are_gone(self):
        content = photo()
        assert b"SecretPhone" in content and b"SecretComment" in content
        file = checked(content, "照片.jpg")
        for kept in (file.content.read(), file.thumbnail):
            with Image.open(io.BytesIO(kept)) as image:
                assert dict(image.getexif()) == {}
                assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()
            assert b"Secret" not in kept and b"SN-0001" not in kept

    def test_the_day_of_the_camera_is_offered(self):
        assert checked(photo(), "a.jpg").taken_on == date(2026, 10, 18)

    @pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "1980:01:01 00:00:00", "昨天", "2026-10-18"])
    def test_a_note_that_names_no_day_offers_none(self, taken):
        assert checked(photo(taken=taken), "a.jpg").taken_on is None

    def test_it_is_turned_upright(self):
        with Image.open(checked(photo(orientation=6), "a.jpg").content) as image:
            assert image.size == (300, 400)
            assert image.getpixel((295, 200))[0] < 60 < image.getpixel((5, 200))[0]

    @pytest.mark.parametrize("size", [(4_000, 3_000), (3_000, 4_000), (6_000, 4_500)])
    def test_it_is_made_smaller_in_its_shape(self, size):
        file = checked(photo(size), "a.jpg")
        with Image.open(file.content) as kept, Image.open(io.BytesIO(file.thumbnail)) as small:
            assert max(kept.size) == 2_560
            assert max(small.size) == 480
            assert kept.size[0] / kept.size[1] == pytest.approx(size[0] / size[1], rel=0.02)

    @pytest.mark.parametrize(
        ("size", "kept"),
        [
            ((1_080, 20_000), (1_080, 20_000)),
            ((6_000, 200), (6_000, 200)),
            ((2_160, 9_000), (1_440, 6_000)),
            ((1_400, 40_000), (935, 26_714)),
        ],
    )
    def test_a_long_screenshot_can_still_be_read(self, size, kept):
        """Its area is limited, not its long side; the small picture shows its top."""
        file = checked(picture("PNG", size), "截屏.png")
        with Image.open(file.content) as image, Image.open(io.BytesIO(file.thumbnail)) as small:
            assert image.size == kept
            assert image.size[0] * image.size[1] <= 25_000_000
            assert small.size[1] <= 2 * small.size[0]

    def test_a_small_one_keeps_its_size(self):
        with Image.open(checked(picture(size=(64, 48)), "a.jpg").content) as image:
            assert image.size == (64, 48)

    @pytest.mark.parametrize(
        "behind", [SCRIPT, HTML, archive({"a": b"a"}), EXE], ids=["script", "web page", "zip", "program"]
    )
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
    def test_what_hides_behind_it_is_gone(self, form, behind):
        kept = checked(picture(form) + behind, "a.jpg").content.read()
        assert behind not in kept
        assert not zipfile.is_zipfile(io.BytesIO(kept))

    def test_a_script_that_opens_as_a_gif_is_a_picture_afterwards(self):
        hidden = b"GIF89a=1;alert(document.cookie)/*" + bytes(64)
        with pytest.raises(FormatError):
            checked(hidden, "a.gif")
        commented = picture("GIF", comment=b"*/=1;alert(document.cookie);/*")
        assert b"alert" in commented
        assert b"alert" not in checked(commented, "a.gif").content.read()

    def test_what_one_sees_through_lies_on_white(self):
        with Image.open(checked(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "a.png").content) as image:
            assert image.getpixel((5, 5)) == (255, 255, 255)

    def test_the_colours_of_a_printer_are_those_of_a_screen(self):
        with Image.open(checked(picture(mode="CMYK", colour=(0, 255, 255, 0)), "a.jpg").content) as image:
            red, green, blue = image.getpixel((5, 5))
            assert image.mode == "RGB" and red > 200 and green < 60 and blue < 60

    def test_sixteen_bits_keep_their_brightness(self):
        with Image.open(checked(picture("PNG", mode="I;16", colour=32_768), "a.png").content) as image:
            assert image.getpixel((5, 5))[0] == pytest.approx(128, abs=2)

    @pytest.mark.parametrize(
        ("mode", "colour"),
        [("I;16", 32_768), ("1", 1), ("P", 3), ("L", 90), ("LA", (90, 255)), ("RGBA", (9, 9, 9, 9))],
    )
    def test_a_large_one_of_any_kind_of_colour_is_made_smaller(self, mode, colour):
        with Image.open(checked(picture("PNG", (3_000, 2_000), colour, mode), "a.png").content) as image:
            assert image.size == (2_560, 1_707) and image.mode == "RGB"

    def test_the_same_photo_is_written_the_same(self):
        content = photo()
        assert checked(content, "a.jpg").content.read() == checked(content, "b.jpg").content.read()

    def test_a_picture_in_two_files_of_one_camera_counts_as_one(self):
        """Some phones put a second picture (MPO) behind the first."""
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(
            out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")]
        )
        assert checked(out.getvalue(), "a.jpg").media_type == "image/jpeg"


class TestLimits:
    """Sizes are limits of the installation."""

    @pytest.mark.parametrize(
        ("family", "content", "name"),
        [
            ("picture", photo() + bytes(2 * 1024 * 1024), "a.jpg"),
            ("document", pdf(bytes(2 * 1024 * 1024)), "a.pdf"),
            (
                "package",
                package(parts={"word/a.bin": bytes(2 * 1024 * 1024)}, compression=zipfile.ZIP_STORED),
                "a.docx",
            ),
        ],
    )
    def test_a_file_over_the_limit_of_its_family_is_refused(self, family, content, name):
        megabytes = dict.fromkeys(("picture", "document", "package"), 30)
        assert checked(content, name, FileLimits(megabytes=megabytes))
        with pytest.raises(FormatError) as caught:
            checked(content, name, FileLimits(megabytes=megabytes | {family: 2}))
        assert caught.value.code == "file_is_too_large"
        assert caught.value.params["size"] == 3 and caught.value.params["limit"] == 2

    def test_a_megabyte_begun_is_not_a_megabyte_over(self):
        content = picture()
        content += bytes(1024 * 1024 - len(content))
        assert checked(content, "a.jpg", FileLimits(megabytes={"picture": 1}))
        with pytest.raises(FormatError):
            checked(content + b"\0", "a.jpg", FileLimits(megabytes={"picture": 1}))

    def test_pixels(self):
        limits = FileLimits(pictures=PictureLimits(megapixels=1))
        assert checked(picture("PNG", size=(1_000, 1_000)), "a.png", limits)
        with pytest.raises(FormatError):
            checked(picture("PNG", size=(1_001, 1_000)), "a.png", limits)

    def test_a_part_that_packs_well_is_measured_by_its_ratio(self):
        limits = PackageLimits(ratio=100, ratio_from=1_000)
        dense = package(parts={"word/a.bin": bytes(range(256)) * 8})
        assert checked(dense, "a.docx", FileLimits(packages=limits))
        with pytest.raises(FormatError):
            checked(package(parts={"word/a.bin": bytes(500_000)}), "a.docx", FileLimits(packages=limits))


def test_what_a_control_offers_is_what_is_taken():
    assert "image/*" in ACCEPTED
    for extension in (".jpg", ".png", ".webp", ".pdf", ".docx", ".xlsx", ".pptx", ".ofd"):
        assert extension in ACCEPTED
    assert not {".svg", ".html", ".zip", ".docm", ".doc", ".exe"} & set(ACCEPTED)


SOUND = {
    "a.jpg": photo((90, 60)),
    "a.png": picture("PNG"),
    "a.webp": picture("WEBP"),
    "a.gif": picture("GIF"),
    "a.pdf": pdf(object_stream(b"4 0 <</Type/Font>>")),
    "a.docx": package(parts={"word/_rels/document.xml.rels": relations(relation("https://x/", "hyperlink"))}),
    "a.ofd": ofd(),
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_whatever_is_broken_in_a_file_it_is_taken_or_refused_with_a_reason(name, data):
    content = bytearray(SOUND[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    try:
        assert checked(bytes(content), name).media_type
    except FormatError as refused:
        assert refused.params["name"]


@example(b"%PDF-", b"%%EOF")
@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%PDF-", b"PK\x03\x04"]), st.binary())
def test_noise_behind_a_head_is_refused_with_a_reason(head, noise):
    with pytest.raises(FormatError):
        checked(head + noise, "")

"""Files as people bring them, sound and hostile, made in code: no blob lies in the repository."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

OFFICE = "application/vnd.openxmlformats-officedocument"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DOCTYPE = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


# Pictures ------------------------------------------------------------------------------------------------------------
def picture(form="JPEG", size=(64, 48), colour="red", mode="RGB", **options):
    """A plain picture."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def photo(size=(400, 300), *, colour="white", orientation=1, taken="2026:10:18 09:30:00", place=True, **options):
    """A photo as a phone writes it: dark at the top, with its moment, its place and the phone's number."""
    image = Image.new("RGB", size, colour)
    image.paste((10, 10, 10), (0, 0, size[0], size[1] // 4))
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "SecretPhone"
    if taken:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken
    exif.get_ifd(IFD.Exif)[Base.BodySerialNumber] = "SN-0001"
    if place:
        exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (35.0, 17.0, 36.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SecretComment", **options)
    return out.getvalue()


def animation(form="GIF"):
    """A picture that moves."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def vast_png(width=60_000, height=60_000):
    """A few hundred bytes that call themselves a picture of 3,600 million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", head)
        + _png_chunk(b"IDAT", zlib.compress(b"\0"))
        + _png_chunk(b"IEND", b"")
    )


def swollen_png():
    """A small picture with a text in it that unpacks to hundreds of megabytes."""
    text = b"Comment\0\0" + zlib.compress(bytes(200 * 1024 * 1024), 9)
    plain = picture("PNG")
    return plain[:33] + _png_chunk(b"zTXt", text) + plain[33:]


def _png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# PDF -----------------------------------------------------------------------------------------------------------------
def pdf(*objects, head=b"%PDF-1.7\n", tail=b"%%EOF\n"):
    """A PDF with a page and more objects."""
    page = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/MediaBox[0 0 9 9]>>",
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate([*page, *objects], 1))
    return head + body + b"trailer<</Root 1 0 R>>\n" + tail


def object_stream(content):
    """Objects packed into a stream, as writers of PDF 1.5 and later do."""
    packed = zlib.compress(content)
    return b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)


# Packages ------------------------------------------------------------------------------------------------------------
def package(kind="docx", *, parts=None, types=b"", relations_=b"", compression=zipfile.ZIP_DEFLATED):
    """An Office file of the least that is one, with more parts, content types and relationships."""
    sort, main = {
        "docx": ("wordprocessingml.document", "word/document.xml"),
        "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml"),
        "pptx": ("presentationml.presentation", "ppt/presentation.xml"),
    }[kind]
    content_types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    content_types += (
        f'<Override PartName="/{main}" ContentType="{OFFICE}.{sort}.main+xml"/>'.encode() + types + b"</Types>"
    )
    links = relations(relations_)
    held = {"[Content_Types].xml": content_types, "_rels/.rels": links, main: b"<d/>"} | (parts or {})
    return archive(held, compression=compression)


def ofd(**parts):
    """An OFD file (GB/T 33190) of the least that is one."""
    return archive({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<Document/>"} | parts)


def archive(parts, compression=zipfile.ZIP_DEFLATED):
    """A zip of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def relation(target, sort="attachedTemplate", mode="External"):
    """A relationship of a package."""
    return f'<Relationship Id="r1" Type="{OFFICE}/{sort}" Target="{target}" TargetMode="{mode}"/>'.encode()


def relations(content):
    """A part of relationships."""
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONSHIPS}">'.encode() + content + b"</Relationships>"


def locked_package():
    """A package whose parts say that they are encrypted."""
    content = bytearray(package())
    position = content.find(b"PK\x01\x02")
    while position >= 0:
        content[position + 8] |= 1
        position = content.find(b"PK\x01\x02", position + 4)
    return bytes(content)


def encrypted_office():
    """What Office writes for a file with a password: an OLE container."""
    return OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512)

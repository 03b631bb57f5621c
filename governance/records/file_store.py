"""Bytes are kept as they came in: by content, once, with the row that says who gave them and when."""

import io
from datetime import date, datetime
from typing import IO, Any

from django.core.files import File
from django.db.models.fields.files import FieldFile

from governance.clock import day_of
from governance.formats.files import CheckedFile, sha256_of

from .models import SavedUpload, StoredFile
from .models.files import blob_path, thumbnail_path
from .person import Person
from .verbs import canonical
from .words import UPLOAD_KINDS


def store_file(
    content: IO[bytes],
    *,
    name: str,
    media_type: str,
    by: Person | None,
    at: datetime,
    dated_on: date | None = None,
    original_sha256: str = "",
    thumbnail: bytes = b"",
) -> StoredFile:
    """Keep the bytes of a seekable file; bytes kept before are not written to the storage again.

    Called inside a verb, as the last thing it does: bytes in the storage do not roll back.
    """
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    sha256 = sha256_of(content)
    row = StoredFile(
        name=name[:200],
        sha256=sha256,
        original_sha256=original_sha256 or sha256,
        size=size,
        media_type=media_type,
        by_id=by.pk if by is not None else None,
        at=at,
        dated_on=dated_on,
    )
    _put(row.blob, blob_path(row, name), content, size)
    if thumbnail:
        _put(row.thumbnail, thumbnail_path(row, name), io.BytesIO(thumbnail), len(thumbnail))
    row.save()
    return row


def store_upload(file: CheckedFile, *, by: Person, at: datetime) -> StoredFile:
    """Keep a checked upload with its small picture and the day that it names, unless that day is still to come."""
    dated_on = file.taken_on if file.taken_on is not None and file.taken_on <= day_of(at) else None
    return store_file(
        file.content,
        name=file.name,
        media_type=file.media_type,
        by=by,
        at=at,
        dated_on=dated_on,
        original_sha256=file.original_sha256,
        thumbnail=file.thumbnail,
    )


def save_upload(
    file: StoredFile, kind: str, outcome: dict[str, Any], *, by: Person | None, at: datetime
) -> SavedUpload:
    """Note what a stored file was read as and what came of it.

    Raises:
        LookupError: no app has registered files of this `kind`.
    """
    if kind not in UPLOAD_KINDS:
        raise LookupError(f"No kind of upload is called {kind}.")
    upload = SavedUpload(
        file=file, kind=kind, outcome=canonical(outcome), by_id=by.pk if by is not None else None, at=at
    )
    upload.save()
    return upload


def _put(field: FieldFile, path: str, content: IO[bytes], size: int) -> None:
    """Name the place of `content`; it is written unless it lies there whole (a server may have died while writing)."""
    if field.storage.exists(path) and field.storage.size(path) == size:
        field.name = path
        return
    content.seek(0)
    field.name = field.storage.save(path, File(content))

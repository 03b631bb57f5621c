"""Stores uploaded bytes by content, each content once, with a row that says who uploaded them and when."""

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
    """Store the bytes of a seekable file; content that is already stored is not written again.

    Call it as the last step of a verb: bytes in the storage do not roll back.
    """
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    sha256 = sha256_of(content)
    row = StoredFile(
        name=name,
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
        small = io.BytesIO(thumbnail)
        _put(row.thumbnail, thumbnail_path(row, sha256_of(small)), small, len(thumbnail))
    row.save()
    return row


def store_upload(file: CheckedFile, *, by: Person, at: datetime) -> StoredFile:
    """Store a checked upload with its small picture and the date it names, unless that date is in the future."""
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
    """Record what a stored file was read as and the outcome.

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
    """The path of `content`; it is written unless it is there complete (a server may have crashed while writing)."""
    if field.storage.exists(path) and field.storage.size(path) == size:
        field.name = path
        return
    content.seek(0)
    field.name = field.storage.save(path, File(content))

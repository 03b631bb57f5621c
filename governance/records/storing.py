"""Bytes are kept as they came in: by content, once, with the row that says who gave them and when."""

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.files import File

from .models import SavedUpload, StoredFile
from .verbs import canonical

if TYPE_CHECKING:
    from governance.people.models import User

_CHUNK = 1024 * 1024


def store_file(
    content: BinaryIO, *, name: str, media_type: str, by: "User | None", at: datetime, dated_on: date | None = None
) -> StoredFile:
    """Keep the bytes of a seekable file; bytes kept before are not written to the disk again.

    Called inside a verb, as the last thing it does: bytes on the disk do not roll back.
    """
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    size = content.tell()
    kept = StoredFile.objects.filter(sha256=sha256).first()
    row = StoredFile(name=name[:200], sha256=sha256, size=size, media_type=media_type, by=by, at=at, dated_on=dated_on)
    if kept is not None and kept.blob.storage.exists(kept.blob.name):
        row.blob.name = kept.blob.name
    else:
        content.seek(0)
        row.blob.save(name, File(content), save=False)
    row.save()
    return row


def save_upload(file: StoredFile, kind: SavedUpload.Kind, outcome: dict[str, Any]) -> SavedUpload:
    """Note what a stored file was read as and what came of it."""
    upload = SavedUpload(file=file, kind=kind, outcome=canonical(outcome), by=file.by, at=file.at)
    upload.save()
    return upload

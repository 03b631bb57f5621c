"""A file between its dry run and its confirmation: stored, and visible only to the person who uploaded it."""

from datetime import datetime
from typing import IO

import rules
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .file_store import store_file
from .models import SavedUpload, StoredFile
from .person import Person
from .refusals import NotAllowed, WrongState
from .verbs import locked, record, verb

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CarriedOut(WrongState):
    """The file was imported before: a second confirmation has nothing to do."""

    message = _("This file has already been imported. Nothing was imported twice.")


@verb(says=_("read a file without importing it"), name="try_file")
def keep_tried(
    content: IO[bytes],
    *,
    name: str,
    kind: str,
    rule: str,
    row: Model | None = None,
    by: Person,
    at: datetime,
) -> StoredFile:
    """Store a workbook that was tried without a fault, until the uploader confirms or abandons it.

    Raises:
        NotAllowed: `by` may not run the import (`rule`, checked against `row`).
    """
    if not rules.test_rule(rule, by, row):
        raise NotAllowed
    file = store_file(content, name=name, media_type=XLSX, by=by, at=at)
    record("try_file", file, by=by, at=at, change={"kind": kind, "sha256": file.sha256})
    return file


def tried_file(pk: int, *, by: Person) -> StoredFile | None:
    """A person's own tried file; nobody else's is found."""
    return StoredFile.objects.filter(pk=pk, by=by.pk, media_type=XLSX).first()


def outcome_of(file: StoredFile, kind: str) -> SavedUpload | None:
    """The outcome of a tried file; None while it is unconfirmed."""
    return SavedUpload.objects.filter(file=file, kind=kind).first()


def claim(file: StoredFile) -> StoredFile:
    """Lock a tried file inside the verb that imports it: of two confirmations one wins.

    Raises:
        CarriedOut: it has an outcome already.
    """
    file = locked(file)
    if SavedUpload.objects.filter(file=file).exists():
        raise CarriedOut
    return file

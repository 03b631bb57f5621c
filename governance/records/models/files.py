"""Uploaded files."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..words import UPLOAD_KINDS
from .base import InsertOnly, InsertOnlyQuerySet


def blob_path(file: "StoredFile", name: str) -> str:
    """The path of the bytes: by content, never by an uploaded name."""
    return f"stored/{file.sha256[:2]}/{file.sha256}"


def thumbnail_path(file: "StoredFile", name: str) -> str:
    """The path of an image's small picture: `name` is the SHA-256 of its own bytes, by which `doctor` knows them."""
    return f"stored/{name[:2]}/{name}.small"


class StoredFile(InsertOnly):
    """Stored bytes with their SHA-256, size and type; reachable only through the row that links them.

    A picture is written anew before it is stored: `sha256` is of the stored bytes, `original_sha256` of the uploaded
    ones. `dated_on` is the date that the file itself names.
    """

    name = models.CharField(_("name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    original_sha256 = models.CharField(
        _("SHA-256 as it came in"),
        max_length=64,
        db_index=True,
        blank=True,
        help_text=_("Only for pictures that were re-encoded."),
    )
    size = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=100)
    blob = models.FileField(_("bytes"), upload_to=blob_path)
    thumbnail = models.FileField(_("small picture"), upload_to=thumbnail_path, blank=True)
    dated_on = models.DateField(_("own date"), null=True, blank=True)

    objects = InsertOnlyQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-at", "-pk"]
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.name


def upload_kinds() -> list[tuple[str, Text]]:
    """What a file can be read as; a callable, so that a new kind needs no migration."""
    return [*UPLOAD_KINDS.items()]


class SavedUpload(InsertOnly):
    """A file that was uploaded for import, and its outcome."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="uploads", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=20, choices=upload_kinds)
    outcome = models.TextField(
        _("outcome"), default="{}", help_text=_("Canonical JSON: rows added, changed, unchanged.")
    )

    objects = InsertOnlyQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-at", "-pk"]
        verbose_name = _("saved upload")
        verbose_name_plural = _("saved uploads")

    def __str__(self) -> str:
        return str(self.file)

    def read_outcome(self) -> dict[str, Any]:
        """The stored outcome."""
        outcome: dict[str, Any] = json.loads(self.outcome)
        return outcome

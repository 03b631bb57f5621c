"""Tables of the base app."""

from .audit import AuditEvent, AuditEventQuerySet, AuditSeal
from .base import (
    Editable,
    InsertOnly,
    InsertOnlyError,
    InsertOnlyQuerySet,
    InsertOnlyRows,
    KeptForAllQuerySet,
    SeenByAllQuerySet,
)
from .files import SavedUpload, StoredFile
from .notices import Notice, NoticeQuerySet

__all__ = [
    "AuditEvent",
    "AuditEventQuerySet",
    "AuditSeal",
    "Editable",
    "InsertOnly",
    "InsertOnlyError",
    "InsertOnlyQuerySet",
    "InsertOnlyRows",
    "KeptForAllQuerySet",
    "Notice",
    "NoticeQuerySet",
    "SavedUpload",
    "SeenByAllQuerySet",
    "StoredFile",
]

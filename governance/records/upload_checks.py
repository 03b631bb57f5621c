"""Checks uploads before anything is stored: all are accepted, or none with every refusal listed."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from governance.formats.faults import FormatError
from governance.formats.files import CheckedFile, FileLimits, check_file

from .dry_runs import told
from .refusals import Invalid


def read_uploads(files: "Sequence[UploadedFile[Any]]") -> list[CheckedFile]:
    """Check the files of a form: all are accepted, or none, with a sentence for each refused one.

    Raises:
        Invalid: carries the sentences under "files".
    """
    if len(files) > settings.UPLOAD_FILES:
        sentence = gettext("You chose %(count)s files; the limit is %(limit)s at once. Send the others afterwards.")
        raise Invalid(fields={"files": sentence % {"count": len(files), "limit": settings.UPLOAD_FILES}})
    limits = FileLimits(megabytes=settings.UPLOAD_MEGABYTES)
    taken, refused = [], []
    for file in files:
        try:
            taken.append(check_file(file, file.name or "", limits=limits))
        except FormatError as fault:
            refused.append(told(fault.reason, fault.params))
    if refused:
        if taken:
            refused.append(gettext("None of the files was saved. Choose them again without the ones named."))
        raise Invalid(fields={"files": "\n".join(refused)})
    return taken

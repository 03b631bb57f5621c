"""Serving stored files: nothing in them can run in the browser, and only the person's own cache may keep them.

The page that links the file checks who may have it.
"""

from collections.abc import Iterator

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from .models import StoredFile
from .tried_uploads import XLSX

PDF = "application/pdf"
SHOWN = frozenset({"image/jpeg", "image/png", PDF})
"""Types that a browser may show itself; everything else is saved (docs/rules.md#evidence)."""

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'"
"""Chrome 86 shows no PDF in a sandbox; it uses its own viewer, and a PDF cannot reach the page's origin."""

SMALL_FOR = 600
"""How long, in seconds, a browser keeps a small picture without asking again."""


def whole_file(request: HttpRequest, file: StoredFile, *, save: bool = False) -> HttpResponseBase:
    """The whole file: shown where that is safe, otherwise or on request saved under its own name."""
    saved = is_saved(file, asked=save)
    return _answer(
        request,
        file.blob,
        etag=file.sha256,
        media_type=file.media_type,
        name=file.name,
        save=saved,
        policy=PDF_POLICY if file.media_type == PDF and not saved else SANDBOX,
        cache="private, no-cache",
    )


def small_picture(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The small picture of a file; 404 where there is none."""
    if not file.thumbnail:
        raise Http404
    return _answer(
        request,
        file.thumbnail,
        etag=f"{file.sha256}-small",
        media_type="image/jpeg",
        policy=SANDBOX,
        cache=f"private, max-age={SMALL_FOR}",
    )


def is_saved(file: StoredFile, *, asked: bool) -> bool:
    """Whether the file is saved, on request or because no browser may show it."""
    return asked or file.media_type not in SHOWN


def _answer(
    request: HttpRequest,
    field: FieldFile,
    *,
    etag: str,
    media_type: str,
    policy: str,
    cache: str,
    name: str = "",
    save: bool = False,
) -> HttpResponseBase:
    """The bytes, 304 where the browser has them, or 404 where the storage has lost them (doctor lists those)."""
    etag = f'"{etag}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            content = field.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        answer = FileResponse(content, as_attachment=save, filename=name, content_type=media_type)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = cache
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def workbook_response(chunks: Iterator[bytes], *, name: str) -> StreamingHttpResponse:
    """The chunks of a workbook as a file to save under `name`, given without its extension."""
    response = StreamingHttpResponse(chunks, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response

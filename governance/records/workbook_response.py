"""A workbook on its way to a browser, streamed."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from .tried_uploads import XLSX


def workbook_response(chunks: Iterator[bytes], *, name: str) -> StreamingHttpResponse:
    """The chunks of a workbook as a file to save under `name`, its ending left out."""
    response = StreamingHttpResponse(chunks, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response

"""Rows as a file to download, recorded in the audit log (docs/rules.md#exports)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from governance.clock import now, today
from governance.formats.exports import Exported, csv_lines, xlsx_chunks
from governance.lists.requests import Request

from .export_log import export_list


class FileFormat(NamedTuple):
    """A file format for exports."""

    media_type: str
    write: Callable[[Sequence[str], Iterable[Sequence[Exported]], str], Iterator[Any]]


FORMATS = {
    "xlsx": FileFormat(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda heads, rows, title: xlsx_chunks(heads, rows, title=title, widths=[18] * len(heads)),
    ),
    "csv": FileFormat("text/csv; charset=utf-8", lambda heads, rows, title: csv_lines(heads, rows)),
}


def exported_file(
    request: Request,
    heads: Sequence[str],
    rows: Iterable[Sequence[Exported]],
    *,
    heading: str,
    count: int,
    file_format: str = "xlsx",
    narrowed: Mapping[str, str] | None = None,
    period: str = "",
) -> StreamingHttpResponse:
    """`rows` as a file named after `heading` and the day or `period`; who took it is recorded."""
    export_list(
        request.resolver_match.view_name if request.resolver_match else "",
        file_format=file_format,
        rows=count,
        narrowed=narrowed or {},
        by=request.user,
        at=now(),
    )
    kind = FORMATS[file_format]
    response = StreamingHttpResponse(kind.write(heads, rows, heading), content_type=kind.media_type)
    name = f"{heading} {period or today().isoformat()}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response

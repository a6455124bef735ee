"""What every list has: heads that sort, a page of rows that were counted already, files, the words of its filter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from geodata import parameters
from geodata.exchange.exports import record_export
from geodata.exchange.writers import Sheet, check_size, csv_lines, write_workbook
from geodata.exchange.writers.sheets import Cell
from geodata.parameters import Chosen
from geodata.stewards.scope import Scope

FORMAT: Final = "format"
AT_A_TIME: Final = 1000
_IN_MEMORY: Final = 2_000_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_read_format: Final = parameters.one_of("csv", "xlsx")
T = TypeVar("T")
_NOT_A_FILTER: Final = ("sort", "page", "limit")


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. `sort` is the parameter's value, empty where one cannot sort; `falls`: largest first at once."""

    label: str
    sort: str = ""
    num: bool = False
    falls: bool = True


def heads(columns: Iterable[Head], sort: str, *, default: str) -> list[dict[str, Any]]:
    """Heads for components/_sort_head.html: `state` as aria-sort says it, `ask` the order that a click asks for."""
    now = sort or default
    found = []
    for head in columns:
        state = ""
        if head.sort and now.removeprefix("-") == head.sort:
            state = "descending" if now.startswith("-") else "ascending"
        falls = state == "ascending" or (not state and head.falls)
        ask = f"-{head.sort}" if falls else head.sort
        found.append({"label": head.label, "num": head.num, "state": state, "ask": ask if head.sort else ""})
    return found


@dataclass(frozen=True)
class Named(Chosen):
    """What a file is of where its address holds no filter: the number of a task, a rule, a back-test."""

    of: str = ""


class _Counted(Paginator):
    """Pages of a list whose length is known."""

    def __init__(self, count: int, size: int) -> None:
        super().__init__(range(count), size)


def page_of(chosen: Any, count: int) -> Page[Any]:
    """The page asked for, or the last one when there are fewer."""
    return _Counted(count, chosen.limit).get_page(chosen.page)


def span(page: Page[Any]) -> slice:
    """The rows of a page."""
    size = page.paginator.per_page
    return slice((page.number - 1) * size, page.number * size)


def in_pieces(numbers: Iterable[T], size: int = AT_A_TIME) -> Iterator[list[T]]:
    """The rows, or their numbers, as they come from the database, some at a time."""
    waiting = iter(numbers)
    while piece := list(islice(waiting, size)):
        yield piece


def asked_format(request: HttpRequest) -> str:
    """csv, xlsx, or nothing for the page itself. Raises BadParameter."""
    return cast(str, parameters.read({FORMAT: request.GET.get(FORMAT, "")}, {FORMAT: _read_format}).get(FORMAT, ""))


def filter_words(chosen: Chosen, names: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> str:
    """The filter in words for the last row of a file; `labels` gives the names of a parameter's codes."""
    parts = []
    for name, text in chosen.to_query().items():
        if name not in _NOT_A_FILTER:
            known = labels.get(name, {})
            values = "、".join(known.get(part, part) for part in text.split(","))
            parts.append(f"{names.get(name, name)}：{values}")
    return f"筛选 {'；'.join(parts)}" if parts else "筛选 无"


def coded(choices: Mapping[str, Iterable[tuple[Any, Any]]]) -> dict[str, Mapping[str, str]]:
    """Names of the codes of parameters, from the choices that the record fixes."""
    return {name: {str(code): str(label) for code, label in known} for name, known in choices.items()}


def file_answer(
    scope: Scope,
    *,
    key: str,
    sheet: Sheet,
    file_format: str,
    chosen: Chosen,
    count: int,
    rows: Iterable[Sequence[Cell]],
    now: datetime,
) -> HttpResponseBase:
    """The list as a file; who took it is kept. CSV goes out as it is read; a workbook is written first.

    Raises TooLarge for a workbook of too many rows.
    """
    if file_format == "xlsx":
        check_size(count)
    if scope.user_id is not None:
        parameters_text = chosen.querystring(without=("page", "limit"))
        record_export(
            user_id=scope.user_id, sheet=key, file_format=file_format, parameters=parameters_text, rows=count, now=now
        )
    name = f"{sheet.name}-{timezone.localtime(now):%Y%m%d-%H%M}.{file_format}"
    answer = _workbook(sheet, rows) if file_format == "xlsx" else _csv(sheet, rows)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _csv(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    return StreamingHttpResponse(csv_lines(sheet, rows), content_type="text/csv; charset=utf-8")


def _workbook(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    file = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - FileResponse closes it
    write_workbook(sheet, rows, file)
    file.seek(0)
    return FileResponse(file, content_type=_XLSX)


Answer = HttpResponse | HttpResponseBase

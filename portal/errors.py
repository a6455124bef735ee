"""The one table from domain errors to HTTP: a person gets a page in Chinese, a program application/problem+json."""

import sys
from typing import Final

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from geodata import errors
from portal.wording import label

# PostgreSQL's classes of SQLSTATE that say: no session to be had (connection, resources, shutdown)
_NO_SESSION: Final = ("08", "53", "57P")
_AWAY: Final = "数据库暂时无法连接，您刚才的操作没有保存。请稍后重试；如持续出现，请联系系统管理员"
STATUS: dict[type[errors.DomainError], int] = {
    errors.BadParameter: 400,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Withdrawn: 410,
    errors.Conflict: 409,
    errors.StaleEdit: 412,
    errors.TooLarge: 413,
    errors.Refused: 422,
    errors.Unconditional: 428,
    errors.TooFast: 429,
    errors.Busy: 503,
}
TITLE = {
    400: "地址中的参数有误",
    403: "没有权限",
    404: "没有找到",
    409: "与当前状态不符",
    410: "已撤下",
    412: "内容已被他人修改",
    413: "内容过大",
    422: "内容未通过检查",
    428: "缺少编辑依据",
    429: "操作过于频繁",
    500: "系统出错",
    503: "暂时无法办理",
}


def status_of(error: errors.DomainError) -> int:
    """HTTP status of the nearest class in the table; anything unknown is a refusal of the content."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 422


def wants_page(request: HttpRequest) -> bool:
    """Browsers name text/html; programs (tiles, CSV clients, scripts) do not."""
    return "text/html" in request.headers.get("Accept", "")


def answer(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    """The answer to a domain error, by the table."""
    status = status_of(error)
    response = _page_or_problem(
        request, status, error.message, code=error.code, successor=getattr(error, "successor", "")
    )
    if status in {429, 503}:
        response.headers["Retry-After"] = str(getattr(error, "retry_after", None) or 30)
    return response


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that a database cannot be reached; a pool that waited in vain gives no state."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_NO_SESSION)


def record_away(request: HttpRequest) -> HttpResponse:
    """The answer while the record's database is away. The page reads nothing of who asks: that stands in it, too."""
    response = _page_or_problem(request, 503, _AWAY, bare=True)
    response.headers["Retry-After"] = "30"
    return response


def _page_or_problem(
    request: HttpRequest, status: int, message: str, *, code: str = "", successor: str = "", bare: bool = False
) -> HttpResponse:
    title, message = label(TITLE.get(status, "")), label(message)
    if wants_page(request):
        names = [f"errors/{status}.html", "errors/_page.html"]
        context = {"title": title, "message": message, "successor": successor}
        page = render_to_string(names, context, None if bare else request)
        response = HttpResponse(page, status=status)
    else:
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        said = {"code": code, "successor": successor}
        body = orjson.dumps(problem | {name: text for name, text in said.items() if text})
        response = HttpResponse(body, status=status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page_or_problem(request, 400, "请求无法识别，请检查地址后重试")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page_or_problem(request, 403, "您没有权限办理这一项")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page_or_problem(request, 404, "这个地址没有内容，请从首页重新查找")


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the error is being handled: a database that is away is no fault of ours."""
    if is_away(sys.exc_info()[1]):
        return record_away(request)
    return _page_or_problem(request, 500, "系统出错，已记录。请稍后再试，或联系指挥部办公室")

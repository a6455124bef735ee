"""Looks at the running site as its first visitors do: a citizen's pages and tiles, then a member of staff's map."""

import http.cookiejar
import json
import math
import os
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from ops import serve
from ops.errors import SetupError
from ops.paths import PYTHON, ROOT

TIMEOUT = 30
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LIST_ACCOUNTS = (
    "import json; from portal.accounts.demo import SHOWN; "
    "print(json.dumps([[one.username, one.password, one.who] for one in SHOWN]))"
)
PROJECT_LINK = re.compile(r'href="(/projects/[A-Z]{2,8}-\d{4}-\d{4,6}/)"')


@dataclass(frozen=True)
class Answer:
    """One answer of the site."""

    status: int
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


class Visitor:
    """A browser without JavaScript: asks for pages, keeps cookies and follows redirects."""

    def __init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.opener.addheaders = [("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "zh-CN,zh;q=0.9")]

    def get(self, path: str) -> Answer:
        """Fetches a page of the site."""
        return self._open(urllib.request.Request(serve.address() + path))  # noqa: S310

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Sends a form."""
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Referer": serve.address() + path}
        return self._open(urllib.request.Request(serve.address() + path, body, headers))  # noqa: S310

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return Answer(answer.status, answer.headers.get_content_type(), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers.get_content_type(), error.read())


def expect(visitor: Visitor, path: str, *, contains: str = "", kind: str = "text/html", at_least: int = 1) -> Answer:
    """Fetches a page and raises SetupError unless it is a good answer of the kind, with content."""
    started = time.monotonic()
    answer = visitor.get(path)
    took = (time.monotonic() - started) * 1000
    good = answer.status == 200 and answer.kind == kind and len(answer.body) >= at_least and contains in answer.text
    print(f"  {'✓' if good else '✗'} {answer.status} {len(answer.body):>8,} B {took:6.0f} ms  {path}", flush=True)
    if not good:
        wanted = f"200 {kind}" + (f"，含“{contains}”" if contains else "")
        raise SetupError(
            f"{path} 应为 {wanted}，实为 {answer.status} {answer.kind}。", f"{path} is not as it should be."
        )
    return answer


def look_at_pages() -> None:
    """Raises SetupError at the first page that is not as it should be."""
    citizen = Visitor()
    look_as_citizen(citizen)
    if list(citizen.jar):
        raise SetupError("公开页面设置了 Cookie。", "A public page set a cookie.")
    look_as_staff(Visitor())


def look_as_citizen(visitor: Visitor) -> None:
    """The public site: map, list, a project with its payments, tiles of the published snapshot."""
    expect(visitor, "/", contains="岳阳")
    listing = expect(visitor, "/projects/", contains="/projects/")
    link = PROJECT_LINK.search(listing.text)
    if link is None:
        raise SetupError("公开列表中没有项目。", "The public list shows no project.")
    expect(visitor, link[1])
    expect(visitor, f"{link[1]}payments.csv", kind="text/csv")
    for layer in ("base", "projects"):
        look_at_tile(visitor, layer)


def look_at_tile(visitor: Visitor, layer: str) -> None:
    """The layer's TileJSON, and the tile of zoom 9 that holds the middle of the city."""
    described = json.loads(expect(visitor, f"/tiles/{layer}.json", kind="application/json").text)
    template = urllib.parse.urlsplit(described["tiles"][0]).path
    west, south, east, north = described["bounds"]
    x, y = tile_of((west + east) / 2, (south + north) / 2, zoom=9)
    path = urllib.parse.unquote(template).replace("{z}", "9").replace("{x}", str(x)).replace("{y}", str(y))
    expect(visitor, path, kind="application/vnd.mapbox-vector-tile", at_least=100)


def tile_of(longitude: float, latitude: float, *, zoom: int) -> tuple[int, int]:
    """Column and row of the Web-Mercator tile that holds a point in degrees (the usual XYZ scheme)."""
    size = 2**zoom
    mercator = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude + 180) / 360 * size), int((1 - mercator / math.pi) / 2 * size)


def look_as_staff(visitor: Visitor) -> None:
    """The staff map asks for a log-in, and opens after one with a demo account."""
    login = expect(visitor, "/map/", contains="csrfmiddlewaretoken")
    token = CSRF_FIELD.search(login.text)
    name, password = demo_accounts()[0][:2]
    fields = {"csrfmiddlewaretoken": token[1] if token else "", "username": name, "password": password, "next": "/map/"}
    visitor.post("/accounts/login/", fields)
    page = expect(visitor, "/map/")
    if "csrfmiddlewaretoken" in page.text and 'name="password"' in page.text:
        raise SetupError(f"示例账号 {name} 无法登录。", f"The demo account {name} cannot log in.")


def demo_accounts() -> list[tuple[str, str, str]]:
    """Name, password and description of the demo accounts; none where ONEMAP_DEMO is 0."""
    if os.environ.get("ONEMAP_DEMO") == "0":
        return []
    command = [str(PYTHON), "-c", LIST_ACCOUNTS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [(name, password, who) for name, password, who in json.loads(listed)]


def welcome() -> str:
    """What `make run` prints when the site is ready."""
    lines = ["", f"  公众网站    {serve.address()}/", f"  工作人员    {serve.address()}/map/"]
    lines += [f"  示例账号    {name:<12} 口令 {password}    {who}" for name, password, who in demo_accounts()]
    return "\n".join([*lines, ""])

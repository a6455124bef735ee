"""What the browser gets: nothing from outside, nothing inline, every import there, small enough for a phone."""

import gzip
import json
import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.assets.finder import VENDOR_FILES, NodeModulesFinder
from portal.assets.storage import AS_THEY_ARE
from portal.templatetags.figure import figure
from portal.wording import band, money, progress_text
from portal.wording import day as day_text

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "portal" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((STATIC / "portal" / "js").rglob("*.js"))
OWN_FILES = [path for path in STATIC.rglob("*") if path.is_file()]
IMPORT = re.compile(r"""^import\s+(?:[^"']*?\sfrom\s+)?["']([^"']+)["'](;?)""", re.M)
STATIC_TAG = re.compile(r"{%\s*static\s+'([^']+)'")
FIRST_LOAD_LIMIT = 300_000


@pytest.fixture(autouse=True)
def _nothing_collected(settings, tmp_path: Path) -> None:
    """The files of today, whatever was collected on this machine."""
    settings.STATIC_ROOT = tmp_path


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _node() -> str:
    own = ROOT / ".local" / "node" / "bin" / "node"
    found = shutil.which("node") or (str(own) if own.exists() else None)
    if found is None:
        pytest.skip("no node on this machine")
    return found


def _static_path(address: str) -> Path:
    found = finders.find(address)
    assert isinstance(found, str), f"no static file {address}"
    return Path(found)


@pytest.mark.parametrize("path", [*TEMPLATES, *OWN_FILES], ids=_ids)
def test_nothing_of_ours_names_an_outside_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://[^\s\"'<>]+|(?:src|href)=[\"']//[^\"']+", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_templates_have_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|safe\b|{%\s*autoescape off", text) == []


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_modules_never_build_markup_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text) == []


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_every_import_is_relative_ends_with_a_semicolon_and_resolves(path: Path) -> None:
    for target, semicolon in IMPORT.findall(path.read_text(encoding="utf-8")):
        assert target.startswith("."), f"{target}: only relative imports can be hashed"
        assert semicolon, f"{target}: without a semicolon the import is not hashed"
        assert (path.parent / target).resolve().is_file(), f"{target} does not exist"


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 220


def test_every_static_file_that_a_template_names_exists() -> None:
    for path in TEMPLATES:
        for address in STATIC_TAG.findall(path.read_text(encoding="utf-8")):
            _static_path(address)


def test_the_finder_serves_the_allowed_files_of_node_modules_and_no_other() -> None:
    finder = NodeModulesFinder()
    assert finder.check() == []
    assert {path for path, _storage in finder.list([])} == set(VENDOR_FILES)
    for refused in (
        "leaflet/package.json",
        "vendor/leaflet/package.json",
        "vendor/../package.json",
        "leaflet/dist/leaflet.js",
    ):
        assert finder.find(refused) == []


def test_the_npm_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_collected_modules_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    main = (tmp_path / manifest["portal/js/map/main.js"]).read_text(encoding="utf-8")
    imports = [target for target, _semicolon in IMPORT.findall(main)]
    assert imports
    for target in imports:
        assert re.fullmatch(r"\./[a-z_]+\.[0-9a-f]{12}\.js", target)
        assert (tmp_path / "portal/js/map" / target).is_file()
    assert (tmp_path / f"{manifest['portal/js/map/main.js']}.gz").is_file()


@pytest.mark.parametrize("address", sorted(AS_THEY_ARE))
def test_libraries_that_rewriting_would_break_are_collected_to_the_last_byte(tmp_path: Path, address: str) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert manifest[address] != address
    assert (tmp_path / manifest[address]).read_bytes() == _static_path(address).read_bytes()


def _closure(module: Path) -> set[Path]:
    """The module and all that it imports, directly or not."""
    seen: set[Path] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += [(current.parent / target).resolve() for target, _ in IMPORT.findall(current.read_text("utf-8"))]
    return seen


def _home() -> str:
    row = {"code": "YYMS-2026-0001", "name": "示例路片区老旧小区改造", "status_label": "在建", "shape": "circle"}
    row |= {
        "unit_name": "岳阳楼区",
        "category_label": "城镇老旧小区改造",
        "budget_text": "3,265.92 万元",
        "url": "/projects/x/",
    }
    row |= {"progress_text": "62.3%", "disbursement_text": "51.0%", "lon": 113.1, "lat": 29.3}
    page = Paginator([row] * 640, 50).page(1)
    return render_to_string("public/home.html", {"rows": list(page), "page_obj": page, "totals": {"projects": "640"}})


def test_the_first_load_of_the_public_home_is_below_300_kb_before_tiles() -> None:
    html = _home()
    addresses = re.findall(r"(?:src|href)=\"/static/([^\"]+)\"", html)
    assert any(address.endswith("map/main.js") for address in addresses)
    files: set[Path] = set()
    for address in addresses:
        path = _static_path(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", address))
        files |= _closure(path) if "/js/" in address else {path}
    compressed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) + len(gzip.compress(html.encode(), 6))
    assert compressed < FIRST_LOAD_LIMIT, f"{compressed} bytes"


@pytest.mark.parametrize("status", [400, 403, 404, 412, 413, 422, 429, 500, 503])
def test_every_error_page_says_what_to_do_without_any_context(status: int) -> None:
    html = render_to_string(f"errors/{status}.html")
    assert f">{status}<" in html
    assert 'href="/"' in html


def test_the_pure_modules_pass_their_own_tests() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.js"))
    ran = subprocess.run([_node(), "--test", *files], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout[-3000:]


AMOUNTS = [
    "0",
    "1",
    "49.99",
    "50",
    "10050",
    "1234550",
    "32659182.22",
    "99999949.99",
    "99999950",
    "99999999.99",
    "100000000",
]
AMOUNTS += [
    "864100000",
    "999994999.99",
    "999995000",
    "1000000000",
    "12345678901.23",
    "-816479.56",
    "-1",
    "0.5",
    "999999.5",
]
PERCENTS = ["0", "0.05", "12.34", "62.3", "62.35", "99.95", "100", "116.9"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_browser_writes_figures_as_the_server_does(language: str) -> None:
    script = """
      import { bandText, dateText, moneyText, percentText } from "./portal/static/portal/js/figures.js";
      const [amounts, percents, dates, language] = JSON.parse(process.argv[1]);
      console.log(JSON.stringify([
        amounts.map((a) => moneyText(a, language)), percents.map((p) => percentText(p)),
        dates.map((d) => dateText(d, language)), ["0", "<5", "12"].map((b) => bandText(b, language)),
      ]));
    """
    days = [date(2026, 3, 8), date(2025, 12, 31)]
    given = [[float(a) for a in AMOUNTS], [float(p) for p in PERCENTS], [day.isoformat() for day in days], language]
    command = [_node(), "--input-type=module", "--eval", script, json.dumps(given)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    with override("en" if language == "en" else "zh-hans"):
        assert json.loads(ran.stdout) == [
            [money(Decimal(a)) for a in AMOUNTS],
            [progress_text(Decimal(p)) for p in PERCENTS],
            [day_text(day) for day in days],
            [band(text) for text in ("0", "<5", "12")],
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3,265.92 万元", '<span class="n">3,265.92</span><span class="u">万元</span>'),
        ("-81.65万元", '<span class="n">-81.65</span><span class="u">万元</span>'),
        ("86.18 million yuan", '<span class="n">86.18</span><span class="u">million yuan</span>'),
        ("62.3%", "62.3%"),
        ("100.0%", "100.0%"),
        ("—", "—"),
        ("1<b>x</b>", '<span class="n">1</span><span class="u">&lt;b&gt;x&lt;/b&gt;</span>'),
    ],
)
def test_a_figure_is_set_as_number_and_unit(text: str, expected: str) -> None:
    assert str(figure(text)) == expected

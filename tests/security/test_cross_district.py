"""No district reads or changes what another holds: every staff address × every ordered pair of districts × every kind
of object, named in the address, in a body, in a query and in bulk. A new address without an entry fails.
"""

import io
import itertools
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from geodata.projects import visibility
from geodata.stewards.models import User
from geodata.stewards.roles import ALLOWED, Role
from tests.security.districts import ALL_UNITS, SOME_UNITS, District, make_districts
from tests.security.test_permissions import ROUTES, routes
from tests.security.trespasses import TABLE, Attempt, Where

pytestmark = pytest.mark.django_db

BEGUN = time.time()
REFUSED = {400, 403, 404, 409, 412, 413, 415, 422, 428}
# who took which list away is written down, whatever the list holds
KEPT_OF_READING = {"exchange_export", "exchange_exportevent", "django_session"}
STAFF = ALLOWED[Role.COUNTY_STAFF]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, attempt: Attempt) -> HttpResponse:
    accept = {"accept": "text/html" if attempt.browser else "application/json"}
    more: dict[str, Any] = {"headers": accept | attempt.headers}
    if attempt.json is not None:
        more |= {"data": orjson.dumps(attempt.json), "content_type": "application/json"}
    elif attempt.form is not None:
        more |= {"data": dict(attempt.form)}
    return getattr(client, attempt.method)(attempt.path, **more)


def text_of(response: HttpResponse) -> str:
    """All that the answer says: pages, JSON, files and tiles as text, the parts of a workbook unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return body.decode("utf-8", "replace") + body.decode("gb18030", "replace") + str(response.headers)


def digests() -> dict[str, tuple[int, int]]:
    """Number of rows and a sum over the digests of all of them, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys' ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        one = (
            "SELECT '{0}', count(*), coalesce(sum(('x' || left(md5(t::text), 14))::bit(56)::bigint), 0) FROM \"{0}\" t"
        )
        cursor.execute(" UNION ALL ".join(one.format(name) for name in names))
        return {name: (count, int(total)) for name, count, total in cursor.fetchall()}


def changed(before: dict[str, tuple[int, int]]) -> set[str]:
    after = digests()
    return {name for name in after if after[name] != before.get(name)} - KEPT_OF_READING


def attempts(own: District, other: District, names: Iterable[str] = TABLE) -> Iterator[tuple[str, Attempt]]:
    served = set(routes())
    for name in names:
        if name in served:
            yield from ((name, attempt) for attempt in TABLE[name](own, other))


def fault_of(attempt: Attempt, response: HttpResponse, other: District) -> str:
    """What is wrong with an answer to a trespass; nothing for a proper refusal."""
    if response.status_code >= 500:
        return f"{response.status_code}"
    if attempt.where is Where.PATH and response.status_code != 404:
        return f"{response.status_code} instead of 404"
    if attempt.where is Where.LIST and response.status_code not in {200, 204}:
        return f"{response.status_code} instead of 200"
    said = text_of(response)
    asked = f"{attempt.path} {attempt.form} {attempt.json}"
    echoed = next((secret for secret in other.secrets if secret in said and secret not in asked), "")
    return f"says …{' '.join(said.partition(echoed)[0][-200:].split())} {echoed}…" if echoed else ""


def trespass(user: User, own: District, other: District, names: Iterable[str] = TABLE) -> list[str]:
    """All attempts of one person on one other district; what went wrong."""
    faults = []
    client = logged_in(user)
    before = digests()
    for name, attempt in attempts(own, other, names):
        fault = fault_of(attempt, ask(client, attempt), other)
        if fault:
            faults.append(f"{user.username} → {other.unit.name}: {name} {attempt}: {fault}")
    if written := changed(before):
        faults.append(f"{user.username} → {other.unit.name}: rows changed in {sorted(written)}")
        faults += guilty(user, own, other) if names is TABLE else ()
    return faults


def guilty(user: User, own: District, other: District) -> Iterator[str]:
    """Which attempts change rows, each tried by itself."""
    client = logged_in(user)
    before = digests()
    for name, attempt in attempts(own, other):
        with transaction.atomic():
            ask(client, attempt)
            written = changed(before)
            transaction.set_rollback(True)
        if written:
            yield f"  {name} {attempt} changes {sorted(written)}"


def rewritten(since: float) -> list[str]:
    """Modules of ours whose file was written after that moment, whatever stands in it now.

    A leak was seen once, on one page, while somebody tried in the same folder whether a test fails without the limit of
    rows: this process had read the file in that half minute. An answer of code that is gone proves nothing.
    """
    files = {
        Path(module.__file__)
        for name, module in sys.modules.copy().items()
        if name.split(".")[0] in {"geodata", "dashboards", "portal"} and getattr(module, "__file__", None)
    }
    return sorted(str(file) for file in files if file.exists() and file.stat().st_mtime > since)


def prove(pairs: Iterable[tuple[District, District]]) -> int:
    """County staff of the first of each pair try what the second holds; the number of requests made."""
    faults: list[str] = []
    asked = 0
    for own, other in pairs:
        faults += trespass(own.author, own, other)
        if faults:
            break  # the other pairs would say the same at length
        asked += sum(1 for _each in attempts(own, other))
    changing = rewritten(BEGUN) if faults else []
    assert not faults, "\n".join([*faults[:60], *(f"{file} was rewritten while this ran" for file in changing)])
    return asked


def test_every_staff_address_has_its_trespasses() -> None:
    served = set(routes())
    open_to_staff = {name for name in served if (action := ROUTES.get(name, ({}, None))[1]) and action in STAFF}
    assert open_to_staff - set(TABLE) == set(), "give the new address an entry in tests/security/trespasses.py"
    assert set(TABLE) - served - {"workbench:geometry"} == set(), "the address is gone: take its entry away"


def test_no_district_reads_or_changes_what_another_holds() -> None:
    """Three districts in a ring: a county tries its zone, the zone another county, that one the first."""
    districts = make_districts(SOME_UNITS, now=timezone.now())
    assert prove(zip(districts, [*districts[1:], districts[0]], strict=True)) >= 3 * 120


@pytest.mark.heavy
def test_no_district_of_all_thirteen_reads_or_changes_what_another_holds() -> None:
    districts = make_districts(ALL_UNITS, now=timezone.now())
    assert prove(itertools.permutations(districts, 2)) >= 156 * 120


def test_the_same_requests_find_what_is_ones_own() -> None:
    """The control: an address that answers 404 to everybody would prove nothing above."""
    (own,) = make_districts(SOME_UNITS[:1], now=timezone.now())
    author, approver = logged_in(own.author), logged_in(own.approver)
    lost, silent = [], dict.fromkeys(TABLE, False)
    for name, attempt in attempts(own, own):
        with transaction.atomic():
            response = ask(approver if "approve" in name or "return" in name else author, attempt)
            transaction.set_rollback(True)
        if response.status_code in {404, 500}:
            lost.append(f"{name} {attempt}: {response.status_code} {text_of(response)[:300]}")
        silent[name] = silent[name] or any(secret in text_of(response) for secret in own.secrets)
    assert not lost, "\n".join(lost)
    showing = {name for name, shown in silent.items() if shown}
    assert showing >= LISTS, f"these never show the district's own mark: {sorted(LISTS - showing)}"


# lists and details that are known to show the mark of one's own district
LISTS = {
    f"workbench:{name}"
    for name in (
        "map", "search", "tile", "desk", "projects", "payments", "orders", "organisations", "organisation",
        "quality_rows", "approvals", "inbox", "project", "geometry_state", "geometry_version", "geometry_history",
        "checkin", "checkin_near", "monthly", "report", "report_review", "milestones", "status", "status_review",
        "attachment", "map_layers",
    )
} | {
    f"dashboard:{name}"
    for name in ("alerts", "alert", "bottlenecks", "conflicts", "selection", "offline_map", "curves")
}  # fmt: skip


def test_a_hole_in_the_wall_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limit of rows taken away, pages, files, lists and writes cross the border, and the proof says so."""
    own, other = make_districts(SOME_UNITS[:2], now=timezone.now())
    monkeypatch.setattr(visibility.within, "__code__", (lambda rows, scope, *, project="pk": rows).__code__)
    names = [f"workbench:{name}" for name in ("geometry_state", "report_review", "photo", "organisations", "monthly")]
    faults = "\n".join(trespass(own.author, own, other, names))
    assert "rows changed in" in faults
    assert [name for name in names if f"{name} " not in faults] == []
    assert (
        f'data-code="{other.project.serial_no}" data-name=" {other.mark}' in faults
    )  # the row, not only that there is one


def test_code_that_changed_while_the_proof_ran_is_named() -> None:
    now = time.time()
    assert rewritten(now + 60) == []
    assert str(Path(visibility.__file__)) in rewritten(0)


def test_somebody_who_audits_the_city_still_writes_in_his_own_district_alone() -> None:
    """Reading all and editing one county, by two roles, is not editing all."""
    own, other = make_districts(SOME_UNITS[:2], now=timezone.now())
    through, client = [], logged_in(own.mixed)
    before = digests()  # what an attempt changes is undone
    for name, attempt in attempts(own, other):
        if attempt.method == "get":
            continue
        with transaction.atomic():
            response = ask(client, attempt)
            written = changed(before)
            transaction.set_rollback(True)
        if written or response.status_code >= 500:
            through.append(f"{name} {attempt}: {response.status_code}, rows changed in {sorted(written)}")
    assert not through, "\n".join(through)


def test_pages_for_headquarters_and_administrators_stay_shut() -> None:
    (own,) = make_districts(SOME_UNITS[:1], now=timezone.now())
    client = Client(headers={"accept": "text/html"})
    client.force_login(own.author)
    shut = {name: arguments for name, (arguments, action) in ROUTES.items() if action and action not in STAFF}
    before = digests()
    for name, arguments in shut.items():
        for method in ("get", "post"):
            status = getattr(client, method)(reverse(name, kwargs=arguments)).status_code
            assert status in {403, 405}, (name, method, status)
    assert not changed(before)

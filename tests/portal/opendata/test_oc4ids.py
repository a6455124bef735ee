"""OC4IDS 0.9: what the official library says of the whole package, and what our own strict look finds beyond it."""

import copy
import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from geodata.projects.models import Project
from portal.opendata.oc4ids import checks, codes
from portal.public.models import PublishedPayment, PublishedProject
from portal.publication.openfiles import make_files
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
SCHEMA = Path(__file__).parents[4] / "shared" / "data" / "oc4ids" / "project-level"
CITY = settings.CITY_EXTENT
database = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture(autouse=True)
def open_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.OPENDATA_DIR = tmp_path / "opendata"


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_said: Any) -> None:
        pass


@pytest.fixture
def schema_host(tmp_path: Path) -> Iterator[str]:
    """The schema of the standard on the loopback, for the library asks over HTTP alone; its references lead here."""
    if not SCHEMA.exists():
        pytest.skip("the schema of OC4IDS is not on this machine")
    home = tmp_path / "schema"
    (home / "codelists").mkdir(parents=True)
    for path in (*SCHEMA.glob("*.json"), *(SCHEMA / "codelists").glob("*.csv")):
        (home / path.relative_to(SCHEMA)).write_bytes(path.read_bytes())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(home))) as server:
        host = f"http://127.0.0.1:{server.server_port}/"
        package = home / "project-package-schema.json"
        text = package.read_text(encoding="utf-8")
        package.write_text(
            text.replace("https://standard.open-contracting.org/infrastructure/schema/0__9__5/", host), encoding="utf-8"
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        server.shutdown()


def official(document: dict[str, Any], host: str, folder: Path) -> dict[str, Any]:
    """What libcoveoc4ids finds."""
    from libcoveoc4ids.api import oc4ids_json_output
    from libcoveoc4ids.config import LibCoveOC4IDSConfig

    config = LibCoveOC4IDSConfig(
        {
            "schema_host": host,
            "schema_version_choices": {"0.9.5": ("0.9.5", host)},
            "schema_codelists": {"0.9": f"{host}codelists/"},
        }
    )
    found: dict[str, Any] = oc4ids_json_output(str(folder), json_data=document, lib_cove_oc4ids_config=config)
    return found


@database
def test_the_official_library_has_nothing_to_say_against_the_package(schema_host: str, tmp_path: Path) -> None:
    seed_and_publish(40)
    made = make_files()
    document = json.loads((made.folder / "oc4ids.json").read_bytes())
    assert len(document["projects"]) == PublishedProject.objects.filter(to_snapshot__isnull=True).count() > 20
    found = official(document, schema_host, tmp_path)
    assert found["validation_errors"] == []
    assert found["additional_closed_codelist_values"] == {}
    assert found["additional_checks"] == []
    assert found["conformance_checks"] == []
    assert found.get("additional_fields_count", 0) == 0, found.get("data_only")
    # and it does look: a wrong code, a reference to nobody, a missing number
    spoilt = copy.deepcopy(document)
    spoilt["projects"][0]["status"] = "building"
    spoilt["projects"][0]["publicAuthority"] = {"id": "nobody", "name": "某局"}
    del spoilt["projects"][1]["id"]
    found = official(spoilt, schema_host, tmp_path)
    assert "building" in str(found["additional_closed_codelist_values"])
    assert found["additional_checks"][0]["check_id"] == "missing-org-refs"
    assert len(found["validation_errors"]) > 0


@database
def test_every_payment_stands_once_with_its_day_and_all_its_digits() -> None:
    seed_and_publish(40)
    made = make_files()
    document = json.loads((made.folder / "oc4ids.json").read_bytes(), parse_float=Decimal)
    paid = {}
    for project in document["projects"]:
        loose = project.get("transactions", [])
        for one in [
            *loose,
            *(t for c in project.get("contractingProcesses", []) for t in c["summary"].get("transactions", [])),
        ]:
            assert one["id"] not in paid
            paid[one["id"]] = (Decimal(one["value"]["amount"]), one["date"])
    rows = PublishedPayment.objects.filter(to_snapshot__isnull=True)
    assert paid == {str(row.number): (row.amount, f"{row.paid_on}T00:00:00+08:00") for row in rows}
    assert len(paid) > 100


@database
def test_one_project_is_a_package_of_its_own_and_the_same_as_in_the_whole(public_city: dict[str, Project]) -> None:
    snapshot = publish(as_of=TODAY, now=NOW)
    made = make_files()
    client, code = Client(), public_city["road"].serial_no
    response = client.get(f"/opendata/oc4ids/{code}.json")
    one = json.loads(response.content)
    whole = {project["id"]: project for project in json.loads((made.folder / "oc4ids.json").read_bytes())["projects"]}
    assert one["projects"] == [whole[f"oc4ids-onemap-{code}"]]
    assert one["uri"].endswith(f"/opendata/oc4ids/{code}.json")
    assert one["version"] == "0.9"
    road = one["projects"][0]
    assert road["locations"][0]["geometry"]["type"] in codes.GEOMETRIES
    assert road["locations"][0]["geometry"]["coordinates"][0] == [113.1, 29.3]
    amounts = {t["id"]: (t["value"]["amount"], "payee" in t) for t in road["transactions"]}
    assert len(amounts) == 4
    assert (816.48, False) in amounts.values()  # a person has no name here
    assert (-15000000.00, True) in amounts.values()
    assert "geometry" not in str(whole[f"oc4ids-onemap-{public_city['works'].serial_no}"])
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/opendata/oc4ids/{code}.json", headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304
    assert str(snapshot.number) in response.headers["ETag"]
    for place in (public_city["secret"].serial_no, "NOPE"):
        assert client.get(f"/opendata/oc4ids/{place}.json").status_code == 404


PARTY = {"id": "a", "name": "示例局", "roles": ["publicAuthority", "supplier", "payee"]}


def sound() -> dict[str, Any]:
    """A project that has no fault."""
    paid = {"id": "1", "date": "2026-03-05T00:00:00+08:00", "value": {"amount": Decimal(90), "currency": "CNY"}}
    summary = {
        "contractValue": {"amount": Decimal(80), "currency": "CNY"},
        "modifications": [{"id": "1", "newContractValue": {"amount": Decimal(90), "currency": "CNY"}}],
        "suppliers": [{"id": "a", "name": "示例局"}],
        "transactions": [{**paid, "payee": {"id": "a", "name": "示例局"}}],
    }
    ring = [[113.0, 29.3], [113.1, 29.3], [113.1, 29.4], [113.0, 29.3]]
    return {
        "id": "p",
        "updated": "2026-03-05T00:00:00+08:00",
        "publicAuthority": {"id": "a", "name": "示例局"},
        "parties": [copy.deepcopy(PARTY)],
        "locations": [{"id": "1", "geometry": {"type": "Polygon", "coordinates": [ring]}}],
        "contractingProcesses": [{"id": "c", "summary": summary}],
    }


def geometry(project: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = project["locations"][0]["geometry"]
    return found


def first_payment(project: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = project["contractingProcesses"][0]["summary"]["transactions"][0]
    return found


SPOILERS = {
    "图形类型": lambda p: geometry(p).update(type="GeometryCollection"),
    "坐标层次": lambda p: geometry(p).update(type="MultiPolygon"),
    "颠倒": lambda p: geometry(p).update(type="Point", coordinates=[29.3, 113.0]),
    "范围之外": lambda p: geometry(p).update(type="Point", coordinates=[116.4, 39.9]),
    "不闭合": lambda p: geometry(p)["coordinates"][0].pop(),
    "没有 +08:00": lambda p: p.update(updated="2026-03-05T00:00:00Z"),
    "没有这一角色": lambda p: p["parties"][0]["roles"].remove("payee"),
    "没有被引用": lambda p: p["parties"].append({"id": "b", "name": "样例", "roles": ["supplier"]}),
    "重复的编号": lambda p: p.update(transactions=[copy.deepcopy(first_payment(p))]),
}


def test_a_sound_project_has_no_fault_and_nothing_to_remark() -> None:
    assert checks.faults(sound(), CITY) == []
    assert checks.remarks(sound()) == []


@pytest.mark.parametrize("said", SPOILERS)
def test_each_fault_is_found_and_named(said: str) -> None:
    project = sound()
    SPOILERS[said](project)
    found = checks.faults(project, CITY)
    assert any(said in text for text in found), found
    assert all(text.startswith("p:") for text in found)


def test_a_contract_that_was_paid_beyond_price_and_changes_is_remarked() -> None:
    project = sound()
    first_payment(project)["value"]["amount"] = Decimal("90.01")
    assert checks.remarks(project) == ["p：合同 c 已付 90.01 元，超过合同价与变更之和 90 元"]
    assert checks.faults(project, CITY) == []

"""The files of open data: as many rows and the same sums as the database, one snapshot, nothing taken back."""

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from base64 import b64encode
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db.models import Sum
from django.test import Client

from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from portal.opendata import files, verify_chain
from portal.opendata.tables import TABLES
from portal.public.models import (
    PublishedArea,
    PublishedContract,
    PublishedPayment,
    PublishedProject,
)
from portal.publication.allowlist import PERSON
from portal.publication.openfiles import make_files
from portal.publication.services import publish, withdraw_name
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
MODELS: dict[str, Any] = {
    "projects": PublishedProject,
    "payments": PublishedPayment,
    "contracts": PublishedContract,
    "regions": PublishedArea,
}


@pytest.fixture(autouse=True)
def open_data_folder(settings: Any, tmp_path: Path) -> Path:
    """Every test has a folder of its own, empty at first."""
    settings.OPENDATA_DIR = tmp_path / "opendata"
    return tmp_path / "opendata"


def open_rows(table: str) -> Any:
    return MODELS[table].objects.filter(to_snapshot__isnull=True)


def body_of(client: Client, name: str) -> bytes:
    response = client.get(f"/opendata/{name}")
    assert response.status_code == 200, name
    return b"".join(response)  # type: ignore[arg-type]


def lines_of(client: Client, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body_of(client, f"{table}.csv").decode("utf-8-sig"))))


def test_every_file_holds_every_row_and_every_fen() -> None:
    snapshot = seed_and_publish(60)
    made = make_files()
    client = Client()
    assert made.snapshot == snapshot.number
    paid = open_rows("payments").aggregate(sum=Sum("amount"))["sum"]
    for table in TABLES:
        count = open_rows(table.id).count()
        lines = lines_of(client, table.id)
        assert list(lines[0]) == list(table.columns)
        assert len(lines) == count > 10
        book = openpyxl.load_workbook(io.BytesIO(body_of(client, f"{table.id}.xlsx")))
        assert len(book.sheetnames) == 1
        assert book.active is not None
        assert book.active.max_row == count + 2  # titles above, what the rows are below
    assert sum(Decimal(line["amount"]) for line in lines_of(client, "payments")) == paid
    for name in ("projects", "regions"):
        found = json.loads(body_of(client, f"{name}.geojson"))
        assert len(found["features"]) == open_rows(name).count()
        assert found["snapshot"] == snapshot.number
    listed = json.loads(client.get("/opendata/manifest.json").content)
    for one in listed["files"]:
        body = body_of(client, one["name"])
        assert (len(body), hashlib.sha256(body).hexdigest()) == (one["size"], one["sha256"])
    page = client.get("/opendata/").content.decode()
    assert all(one["sha256"] in page for one in listed["files"])
    assert "CC BY 4.0" in page


READ = """
import sys, pyogrio
for layer, _kind in pyogrio.list_layers(sys.argv[1]):
    found = pyogrio.read_dataframe(sys.argv[1], layer=layer)
    box = [float(n) for n in found.total_bounds] if hasattr(found, "total_bounds") else ""
    print(layer, len(found), pyogrio.read_info(sys.argv[1], layer=layer)["crs"], box)
"""


def test_gdal_opens_the_geopackage_with_all_layers_in_their_system(open_data_folder: Path) -> None:
    seed_and_publish(60)
    made = make_files()
    path = made.folder / "onemap.gpkg"
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = {line.split()[0]: line.split(maxsplit=3)[1:] for line in done.stdout.splitlines()}
    assert {name: int(values[0]) for name, values in found.items()} == {
        table.id: open_rows(table.id).count() for table in TABLES
    }
    assert found["projects"][1] == found["regions"][1] == "EPSG:4490"
    west, south, east, north = json.loads(found["regions"][2])
    assert 112 < west < east < 115
    assert 28 < south < north < 30.2
    assert "WARN" not in done.stderr.upper()
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA application_id").fetchone() == (0x47504B47,)


def test_whoever_has_a_file_is_told_so_and_scripts_of_every_site_may_read_it(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    make_files()
    client = Client()
    first = client.get("/opendata/payments.csv")
    again = client.get("/opendata/payments.csv", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    assert first.headers["Content-Disposition"].startswith("attachment")
    for place in ("../manifest.json", "manifest", "nothing.csv", "..%2f..%2fsettings.py", ".lock"):
        assert client.get(f"/opendata/{place}").status_code == 404, place


def test_a_person_stands_in_no_file(public_city: dict[str, Project], open_data_folder: Path) -> None:
    publish(as_of=TODAY, now=NOW)
    made = make_files()
    for one in made.files:
        body = (made.folder / one.name).read_bytes()
        if one.name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        text = body.decode("utf-8", "ignore")
        assert "示某某" not in text, one.name
        assert "内部事项" not in text, one.name
        assert "示例内部有限公司" not in text, one.name
    assert PERSON in (made.folder / "payments.csv").read_text(encoding="utf-8-sig")


def test_a_text_that_begins_like_a_formula_is_only_a_text(public_city: dict[str, Project]) -> None:
    Project.objects.filter(pk=public_city["road"].pk).update(location_text="=HYPERLINK(1)")
    publish(as_of=TODAY, now=NOW)
    make_files()
    client = Client()
    assert "'=HYPERLINK(1)" in {line["location_text"] for line in lines_of(client, "projects")}
    book = openpyxl.load_workbook(io.BytesIO(body_of(client, "projects.xlsx")))
    assert book.active is not None
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_what_was_taken_back_is_not_given_away_any_more(
    public_city: dict[str, Project], hq_admin: User, open_data_folder: Path
) -> None:
    """From the moment of the withdrawal; the files come again without it."""
    publish(as_of=TODAY, now=NOW)
    old = make_files()
    payment = PublishedPayment.objects.using("publisher").filter(payee="湖南示例建设集团有限公司").first()
    assert payment is not None
    withdraw_name(
        scope_of(hq_admin, today=TODAY),
        code=payment.code,
        key=str(payment.number),
        name=payment.payee,
        reason="更正收款人名称",
        now=NOW,
    )
    client = Client()
    assert client.get("/opendata/payments.csv").status_code == 503
    assert client.get("/opendata/").status_code == 200
    new = make_files()
    assert new.snapshot > old.snapshot
    assert not old.folder.exists()
    assert "湖南示例建设集团有限公司" not in body_of(client, "payments.csv").decode()
    assert "湖南示例建设集团有限公司" not in body_of(client, "chain.jsonl").decode()


def test_files_are_made_once_and_a_failure_leaves_nothing_half(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch, open_data_folder: Path
) -> None:
    publish(as_of=TODAY, now=NOW)
    first = make_files()
    monkeypatch.setattr("portal.publication.openfiles.making._write_oc4ids", None)
    assert make_files() == first
    publish(as_of=TODAY, now=NOW)
    with pytest.raises(TypeError):
        make_files()
    assert files.newest() == first
    assert {path.name for path in open_data_folder.iterdir()} == {".lock", str(first.snapshot)}


def run_script(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_chain.__file__, *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_script_of_a_citizen_finds_every_change_of_a_single_field(tmp_path: Path) -> None:
    """With nothing but Python, on the files as they are downloaded."""
    snapshot = seed_and_publish(12)
    made = make_files()
    chain, payments = made.folder / "chain.jsonl", made.folder / "payments.csv"
    code, said = run_script(chain, payments, snapshot.chain_head)
    assert (code, snapshot.chain_head in said) == (0, True), said
    entries = [json.loads(line) for line in chain.read_text(encoding="utf-8").splitlines()]
    assert len(entries) == snapshot.chain_length
    previous, missed = "0" * 64, []
    for number, entry in enumerate(entries[:150], start=1):
        for name, value in entry["values"].items():
            changed = {**entry, "values": {**entry["values"], name: f"{value}1"}}
            if not list(verify_chain.faults_of(changed, number, previous)):
                missed.append((number, name))
        assert not list(verify_chain.faults_of(entry, number, previous))
        previous = entry["hash"]
    assert missed == []
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_text("\n".join(json.dumps(entry) for entry in [*entries[:3], *entries[4:]]), encoding="utf-8")
    assert run_script(spoilt)[0] == 1
    text = payments.read_text(encoding="utf-8-sig").replace(",progress,", ",advance,", 1)
    (tmp_path / "payments.csv").write_text(text, encoding="utf-8")
    code, said = run_script(chain, tmp_path / "payments.csv")
    assert code == 1
    assert "purpose is 'advance' in the file, 'progress' in the chain" in said
    assert run_script(chain, payments, "0" * 63 + "1")[0] == 1


def test_the_page_of_the_chain_shows_the_head_of_every_snapshot(public_city: dict[str, Project]) -> None:
    first = publish(as_of=TODAY, now=NOW)
    second = publish(as_of=TODAY, now=NOW)
    text = Client().get("/opendata/chain/").content.decode()
    assert first.chain_head in text
    assert second.chain_head in text


def test_a_part_of_a_file_is_handed_over_and_joins_with_the_rest(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    make_files()
    client = Client()
    whole = client.get("/opendata/onemap.gpkg", headers={"accept-encoding": "gzip"})
    content = whole.getvalue()
    assert (whole.headers["Accept-Ranges"], "Content-Encoding" in whole.headers) == ("bytes", False)
    assert whole.headers["Repr-Digest"] == f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:"
    etag, size = whole.headers["ETag"], len(content)
    parts = []
    for asked, first, last in (
        (f"bytes=0-{size // 2}", 0, size // 2),
        (f"bytes={size // 2 + 1}-", size // 2 + 1, size - 1),
    ):
        part = client.get(
            "/opendata/onemap.gpkg", headers={"range": asked, "if-range": etag, "accept-encoding": "gzip"}
        )
        assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes {first}-{last}/{size}")
        assert (part.headers["ETag"], int(part.headers["Content-Length"])) == (etag, last - first + 1)
        parts.append(part.getvalue())
    assert b"".join(parts) == content
    assert client.get("/opendata/onemap.gpkg", headers={"range": "bytes=-16"}).getvalue() == content[-16:]
    beyond = client.get("/opendata/onemap.gpkg", headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    for headers in (
        {"range": "bytes=5-2"},
        {"range": "bytes=0-1,3-4"},
        {"range": "lines=0-1"},
        {"range": "bytes=0-1", "if-range": '"x"'},
    ):
        assert client.get("/opendata/onemap.gpkg", headers=headers).status_code == 200, headers


def test_a_compressed_file_has_no_digest_of_other_bytes_and_is_known_again(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    make_files()
    client = Client(headers={"accept-encoding": "gzip"})
    first = client.get("/opendata/payments.csv")
    assert (first.headers["Content-Encoding"], "Repr-Digest" in first.headers) == ("gzip", False)
    assert first.headers["ETag"].startswith("W/")
    assert client.get("/opendata/payments.csv", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert client.get("/opendata/payments.csv?unit=430602").status_code == 400

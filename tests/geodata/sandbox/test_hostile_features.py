"""Files of features made to harm: each gets a Chinese refusal in time, nothing is fetched, nothing is read."""

import io
import json
import socket
import stat
import struct
import threading
import time
import zipfile

import pytest

from geodata.errors import DomainError, FileRefused, TooLarge
from geodata.sandbox import door
from geodata.sandbox.documents import DEFAULT, Limits
from tests.geodata.sandbox import makers


class Listener:
    """Counts who connects to a port of this machine."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.hits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    time.sleep(0.05)
    found.server.close()
    assert found.hits == 0


@pytest.fixture
def refused(tmp_path):
    """Upload content, expect a Chinese refusal within half a minute, give it back."""

    def refused(content, name="upload.zip", kind=DomainError, limits=DEFAULT):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        started = time.monotonic()
        with pytest.raises(kind) as caught:
            door.read_features(path, limits=limits)
        assert time.monotonic() - started < 30
        message = caught.value.message
        assert any("\u4e00" <= letter <= "\u9fff" for letter in message)
        assert "secret" not in message
        assert str(tmp_path) not in message
        return caught.value

    return refused


# --- virtual formats and addresses ---


@pytest.mark.parametrize("name", ["roads.shp", "roads.geojson", "roads.csv", "roads.gpkg", "roads.zip"])
def test_a_disguised_vrt_reads_neither_a_local_file_nor_an_address(refused, tmp_path, listener, name):
    (tmp_path / "secret.csv").write_text("secret,x\n1,2\n")
    for source in (tmp_path / "secret.csv", f"/vsicurl/http://127.0.0.1:{listener.port}/x.csv"):
        vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
        refused(f"{vrt}</OGRVRTDataSource>".encode(), name)
        refused(makers.archive({f"a/{name}": f"{vrt}</OGRVRTDataSource>".encode()}))


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:{port}/crs", "type": "proj4"}},
        {"type": "link", "properties": {"href": "file:///etc/passwd"}},
        {"type": "name", "properties": {"name": "http://127.0.0.1:{port}/crs"}},
        {
            "type": "name",
            "properties": {"name": "+proj=pipeline +step +proj=hgridshift +grids=http://127.0.0.1:{port}/g"},
        },
        {"type": "name", "properties": {"name": "/etc/passwd"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::" + "1" * 200_000}},
        {"type": "EPSG", "properties": {"code": 4490}},
        "EPSG:4490",
    ],
)
def test_a_crs_that_is_more_than_a_code_is_refused_without_a_look_at_it(refused, listener, crs):
    text = makers.geojson(crs=crs).replace(b"{port}", str(listener.port).encode())
    assert refused(text, "a.geojson", FileRefused).code == "unsafe-crs"


@pytest.mark.parametrize(
    "content",
    [
        "<OGRWFSDataSource><URL>http://127.0.0.1:{port}/wfs</URL></OGRWFSDataSource>",
        '<?xml version="1.0"?><wfs:FeatureCollection xsi:schemaLocation="x http://127.0.0.1:{port}/x.xsd"/>',
        "<kml><NetworkLink><Link><href>http://127.0.0.1:{port}/x.kml</href></Link></NetworkLink></kml>",
        "<kml><Placemark><Polygon><outerBoundaryIs><coordinates>1,1",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:{port}/">]><gml>&b;</gml>',
        "<html><script>alert(1)</script></html>",
        "http://127.0.0.1:{port}/x.geojson",
        "/vsicurl/http://127.0.0.1:{port}/x.geojson",
        "PG:host=127.0.0.1 port={port}",
    ],
)
def test_services_and_markup_are_refused(refused, listener, content):
    refused(content.replace("{port}", str(listener.port)).encode(), "a.geojson")


def test_a_projection_that_names_an_address_fetches_nothing(tmp_path, listener):
    prj = (
        'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.257],EXTENSION["PROJ4_GRIDS",'
        f'"http://127.0.0.1:{listener.port}/g.tif"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    path = tmp_path / "a.zip"
    path.write_bytes(makers.archive(makers.shapefile(prj=prj)))
    (layer,) = door.read_features(path).layers
    assert layer.epsg is None
    assert any(".prj" in notice for notice in layer.notices)


# --- GeoPackage ---

RECURSIVE = (
    'CREATE VIEW "慢" AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) '
    "SELECT fid, NULL AS geom FROM n;"
    "INSERT INTO gpkg_contents VALUES ('慢', 'features', '慢', '', '', 0, 0, 0, 0, 4490);"
    "INSERT INTO gpkg_geometry_columns VALUES ('慢', 'geom', 'POINT', 4490, 0, 0);"
)


def forged(name, sql):
    """Put a table into the schema that this SQLite would not create."""
    quoted = sql.replace("'", "''")
    return (
        f"PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', '{name}', '{name}', 0, '{quoted}');"
    )


@pytest.mark.parametrize(
    "statement",
    [
        RECURSIVE,
        forged("secret", "CREATE VIRTUAL TABLE secret USING VirtualText('/etc/passwd')"),
        forged("secret", "CREATE VIRTUAL TABLE secret USING VirtualOGR('/etc/passwd')"),
        forged("rtree_x", "CREATE VIRTUAL TABLE rtree_x USING VirtualShape('/etc/passwd')"),
        forged("rtree_x", "CREATE/**/VIRTUAL TABLE rtree_x USING VirtualShape('/etc/passwd')"),
        forged("rtree_x", """CREATE VIRTUAL TABLE "rtree_x USING rtree(a)" USING VirtualXL('/etc/passwd')"""),
        'CREATE TRIGGER harm AFTER INSERT ON "项目" BEGIN DELETE FROM "项目"; END;',
        "CREATE TABLE g (fid INTEGER PRIMARY KEY, geom POINT, b TEXT AS (hex(fid)));"
        "INSERT INTO gpkg_contents VALUES ('g', 'features', 'g', '', '', 0, 0, 0, 0, 4490);"
        "INSERT INTO gpkg_geometry_columns VALUES ('g', 'geom', 'POINT', 4490, 0, 0);",
    ],
)
def test_a_geopackage_that_could_run_something_is_refused(refused, tmp_path, statement):
    path = makers.geopackage(tmp_path / "a.gpkg", statement)
    started = time.monotonic()
    assert refused(path.read_bytes(), "b.gpkg", FileRefused).code in ("unsafe-geopackage", "damaged-file")
    assert time.monotonic() - started < 15


def test_a_geopackage_with_a_spatial_index_is_read(tmp_path):
    path = makers.geopackage(
        tmp_path / "a.gpkg",
        'CREATE VIRTUAL TABLE "rtree_项目_geom" USING rtree(id, minx, maxx, miny, maxy);'
        'CREATE TRIGGER "rtree_项目_geom_insert" AFTER INSERT ON "项目" BEGIN SELECT 1; END;',
    )
    assert len(door.read_features(path).layers[0].rows) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE gpkg_contents",
        "DELETE FROM gpkg_contents",
        "UPDATE gpkg_contents SET data_type = 'tiles'",
        "UPDATE gpkg_contents SET table_name = 'nothing'",
        "UPDATE gpkg_contents SET srs_id = 'abc'",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 99999 WHERE name = '项目'",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE x (' WHERE name = '项目'",
        'UPDATE "项目" SET "名称" = CAST(x\'ff00fe\' AS TEXT)',
    ],
)
def test_a_geopackage_that_does_not_hang_together_is_refused(refused, tmp_path, statement):
    path = makers.geopackage(tmp_path / "a.gpkg", statement)
    refused(path.read_bytes(), "b.gpkg")


GEOPACKAGE_HEADER = b"GP\0\1" + struct.pack("<i", 4490)


def test_a_geometry_without_a_place_in_a_geopackage_is_a_problem_of_its_row(tmp_path):
    blob = GEOPACKAGE_HEADER + struct.pack("<BI2d", 1, 1, float("inf"), 29)
    path = makers.geopackage(tmp_path / "a.gpkg", f"UPDATE \"项目\" SET geom = x'{blob.hex()}' WHERE fid = 1")
    bad, good = door.read_features(path).layers[0].rows
    assert (bad.wkb, good.problem) == (None, None)
    assert bad.problem


@pytest.mark.parametrize(
    "blob", [GEOPACKAGE_HEADER + struct.pack("<BII", 1, 2, 0xFFFFFFFF), b"GP\0\1", b"nonsense", b""]
)
def test_a_geometry_that_lies_about_itself_is_refused(refused, tmp_path, blob):
    path = makers.geopackage(tmp_path / "a.gpkg", f"UPDATE \"项目\" SET geom = x'{blob.hex()}' WHERE fid = 1")
    assert refused(path.read_bytes(), "b.gpkg").code == "damaged-file"


def test_more_rows_than_allowed_are_too_many(refused, tmp_path):
    path = makers.geopackage(tmp_path / "a.gpkg", rows=30)
    refused(path.read_bytes(), "b.gpkg", TooLarge, Limits(rows=20))


# --- shapefiles ---


def test_damaged_shapefiles_are_refused(refused):
    for part, place, content in [
        (b"layer.shp", 104, struct.pack(">i", -5)),
        (b"layer.shp", 108 + 36, struct.pack("<i", 2_000_000_000)),
        (b"layer.shx", 100, struct.pack(">i", 0x7FFFFFFF)),
        (b"layer.dbf", 4, struct.pack("<I", 0xFFFFFFFF)),
        (b"layer.dbf", 8, struct.pack("<H", 65535)),
        (b"layer.dbf", 10, struct.pack("<H", 0)),
    ]:
        members = makers.shapefile()
        raw = bytearray(members[part])
        raw[place : place + len(content)] = content
        members[part] = bytes(raw)
        try:
            refused(makers.archive(members))
        except pytest.fail.Exception:
            assert part == b"layer.shp"  # GDAL may take a bad record for a null shape: then it is only a missing one


def test_a_table_that_does_not_fit_its_shapes_is_refused(refused):
    members = makers.shapefile()
    members[b"layer.dbf"] = makers.dbf([(b"NAME", "C", 10, 0)], [[b"one"]])
    assert "不一致" in refused(makers.archive(members)).message


def test_a_huge_projection_file_is_refused(refused):
    refused(makers.archive(makers.shapefile(prj="x" * 10_000_000)), kind=TooLarge)


# --- zip ---


def _with(entry_changes, content=b"x"):
    target = zipfile.ZipInfo("a.shp")
    for name, value in entry_changes.items():
        setattr(target, name, value)
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        file.writestr(target, content)
        for name, member in makers.shapefile().items():
            file.writestr(name.decode() if isinstance(name, bytes) else name, member)
    return raw.getvalue()


@pytest.mark.parametrize("name", ["../../tmp/evil.shp", "/etc/evil.shp", "..\\..\\evil.shp", "C:\\evil.shp"])
def test_a_member_with_a_path_out_of_the_archive_is_refused(refused, name):
    assert refused(makers.archive(makers.shapefile() | {name: b"x"})).code == "unsafe-archive"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_links_and_devices_in_an_archive_are_refused(refused, kind):
    assert refused(_with({"external_attr": (kind | 0o777) << 16}, b"/etc/passwd")).code == "unsafe-archive"


def test_an_encrypted_archive_is_refused_with_advice(refused):
    raw = bytearray(makers.archive(makers.shapefile()))
    position = raw.find(b"PK\1\2")
    raw[position + 8] |= 1
    assert "密码" in refused(bytes(raw)).message


def test_an_archive_in_an_archive_is_refused(refused):
    inner = makers.archive(makers.shapefile())
    for name in ("inner.zip", "inner.RAR", "inner.7z", "a/b/inner.kmz", "inner.geojson"):
        assert refused(makers.archive({name: inner})).code == "nested-archive"


def test_a_bomb_is_refused_by_its_table_of_contents(refused):
    started = time.monotonic()
    assert refused(makers.archive(makers.shapefile() | {"a.txt": bytes(40_000_000)}), kind=TooLarge).code == "bomb"
    assert time.monotonic() - started < 15


def test_an_archive_that_lies_about_its_size_is_stopped_by_the_counter(refused):
    raw = bytearray(makers.archive({"a.geojson": b" " * 9_000_000 + makers.geojson()}))
    position = raw.rfind(b"PK\1\2")
    raw[position + 24 : position + 28] = struct.pack("<I", 100)
    refused(bytes(raw))


def test_too_many_entries_are_refused_quickly(refused):
    content = makers.archive({f"{number}.txt": b"" for number in range(3000)}, compressed=False)
    started = time.monotonic()
    refused(content, kind=TooLarge)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    "content", [b"PK\3\4", b"PK\5\6" + bytes(18), b"PK\3\4" + b"\xff" * 500, b"PK\5\6" + b"\xff" * 18]
)
def test_what_only_begins_like_a_zip_is_refused(refused, content):
    refused(content)


@pytest.mark.parametrize(("place", "content"), [(16, b"\xff\xff\xff\x7f"), (12, b"\xff\xff\xff\xff")])
def test_a_wrong_place_of_the_table_of_contents_is_damage(refused, place, content):
    raw = bytearray(makers.archive(makers.shapefile()))
    end = raw.rfind(b"PK\5\6")
    raw[end + place : end + place + 4] = content
    refused(bytes(raw))


def test_a_member_without_a_name_is_damage(refused):
    raw = makers.archive(makers.shapefile())
    assert refused(raw.replace(b"layer.shp", b"\0ayer.shp")).code == "damaged-archive"


def test_twins_that_differ_in_case_are_refused(refused):
    refused(makers.archive(makers.shapefile() | {"layer.SHP": b"x"}))


# --- anything else ---

GOOD = {
    "zip": lambda path: makers.archive(makers.shapefile([f"示例{number}" for number in range(50)])),
    "geojson": lambda path: makers.geojson(名称="示例"),
    "gpkg": lambda path: makers.geopackage(path / "good.gpkg", rows=200).read_bytes(),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(refused, tmp_path, name, share):
    content = GOOD[name](tmp_path)
    refused(content[: int(len(content) * share)], f"cut.{name}")


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("ending", ["shp", "csv", "xlsx", "txt"])
def test_the_name_of_a_good_file_does_not_matter(tmp_path, name, ending):
    path = tmp_path / f"good.{ending}"
    path.write_bytes(GOOD[name](tmp_path))
    assert door.read_features(path).layers[0].rows


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"{",
        b" \n",
        bytes(5000),
        b"{" * 5000,
        b'{"type":' * 3000,
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": 3}',
        b'{"type": "Topology", "objects": {}}',
        b"[1, 2]",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": [1]}]}',
        b"Rar!\x1a\x07\x00rest",
        b"%PDF-1.4 \xe2\xe3",
        b"\x89PNG\r\n\x1a\n",
        b"\x7fELF\x02\x01",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"\0\0\x27\x0a" + bytes(100),
        b"SQLite format 3\0",
        b"SQLite format 3\0" + b"\xff" * 4000,
        b"x" * 257 + b"ustar" + bytes(300),
        "名称,经度,纬度\n一,113,29\n".encode("gbk"),
        b"\xff\xfe\x00\xd8" * 100,
        json.dumps({"type": "FeatureCollection", "features": [], "x": "\ufffd"}, ensure_ascii=False).encode(),
    ],
)
def test_what_is_no_file_of_features_is_refused(refused, content):
    refused(content, "upload.geojson")


def test_a_surrogate_or_nul_in_a_text_is_refused(refused):
    refused(makers.geojson(a="A").replace(b'"A"', b'"\\ud800"'), "a.geojson")
    refused(makers.geojson(a="A").replace(b'"A"', b'"\\u0000"'), "a.geojson")


def test_a_file_that_is_not_there_is_a_refusal(refused):
    refused(None, "missing.zip", FileRefused)


@pytest.mark.parametrize("name", ["a" * 250, "CON", "<script>.zip", ";rm -rf x", "a\nb.zip", "名称.zip"])
def test_the_name_of_a_file_is_never_used(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(makers.geojson())
    assert door.read_features(path).layers[0].rows

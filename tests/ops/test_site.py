"""Stamps, secrets of a deployment, and the visitor that looks at the running site."""

import re
from datetime import date
from pathlib import Path

import pytest

from ops import check, deployment, roles, serve, site, stamps
from ops.errors import SetupError


@pytest.fixture
def own_stamps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")


@pytest.mark.usefixtures("own_stamps")
def test_a_step_is_done_again_only_when_an_input_changes(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a==1")
    before = stamps.digest_of([lock])
    assert not stamps.is_current("python", before)
    stamps.remember("python", before)
    assert stamps.is_current("python", stamps.digest_of([lock]))
    lock.write_text("a==2")
    assert not stamps.is_current("python", stamps.digest_of([lock]))


def test_secrets_are_written_once_and_never_over_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    deployment.write_secrets(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    first = {file.name: file.read_text() for file in folder.iterdir()}
    with pytest.raises(SetupError):
        deployment.write_secrets(folder)
    assert {file.name: file.read_text() for file in folder.iterdir()} == first


def test_each_cluster_of_a_deployment_knows_only_its_own_roles(tmp_path: Path) -> None:
    deployment.write_secrets(tmp_path / "secrets")
    record = (tmp_path / "secrets" / "record-db.sql").read_text()
    public = (tmp_path / "secrets" / "public-db.sql").read_text()
    assert set(re.findall(r"onemap_\w+", record)) == {roles.OWNER_ROLE, roles.APP_ROLE}
    assert set(re.findall(r"onemap_\w+", public)) == {
        roles.PUBLISHER_ROLE,
        roles.READER_ROLE,
        roles.PUBLIC_DATABASE,
    }


def test_the_reader_s_address_holds_the_password_that_its_cluster_was_given(tmp_path: Path) -> None:
    deployment.write_secrets(tmp_path / "secrets")
    password = re.search(r":(\w+)@", (tmp_path / "secrets" / "reader_url").read_text())
    assert password
    public = (tmp_path / "secrets" / "public-db.sql").read_text()
    assert f"CREATE ROLE {roles.READER_ROLE} LOGIN PASSWORD '{password[1]}'" in public


@pytest.mark.parametrize(
    ("longitude", "latitude", "zoom", "tile"),
    [(0.0, 0.0, 0, (0, 0)), (113.13, 29.37, 9, (416, 212)), (-180.0, 85.05, 3, (0, 0)), (179.99, -85.05, 3, (7, 7))],
)
def test_the_tile_of_a_point(longitude: float, latitude: float, zoom: int, tile: tuple[int, int]) -> None:
    assert check.tile_of(longitude, latitude, zoom=zoom) == tile


@pytest.mark.parametrize("given", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ONEMAP_PORT", given)
    with pytest.raises(SetupError, match="ONEMAP_PORT"):
        serve.port()


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2026, 11, 23), [date(2026, 9, 30), date(2026, 10, 31)]),
        (date(2028, 3, 31), [date(2028, 1, 31), date(2028, 2, 29)]),
        (date(2027, 1, 1), [date(2026, 11, 30), date(2026, 12, 31)]),
    ],
)
def test_the_demo_city_is_published_at_the_ends_of_the_two_months_before(today: date, ends: list[date]) -> None:
    assert site.month_ends_before(today, 2) == ends

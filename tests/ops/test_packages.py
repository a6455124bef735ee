"""What a person reads on a machine where something is missing and cannot be installed."""

from pathlib import Path

import pytest

from ops import packages, postgres
from ops.errors import SetupError


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No PostGIS server, nobody who could install one."""
    monkeypatch.setattr(postgres, "DEBIAN_SERVERS", tmp_path)
    monkeypatch.setattr(postgres.shutil, "which", lambda _name: None)
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)


@pytest.mark.usefixtures("bare_machine")
def test_without_root_and_without_postgis_one_sentence_says_what_to_install() -> None:
    with pytest.raises(SetupError) as caught:
        packages.ensure_server()
    chinese, english = str(caught.value).split("\n")
    assert "apt-get install postgresql" in chinese
    assert "PostGIS" in chinese
    assert chinese.startswith("缺少")
    assert "ask an administrator" in english


def test_a_server_without_postgis_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "lib" / "16" / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").touch()
    monkeypatch.setattr(postgres, "DEBIAN_SERVERS", tmp_path / "lib")
    monkeypatch.setattr(postgres, "DEBIAN_SHARES", tmp_path / "share")
    monkeypatch.setattr(postgres.shutil, "which", lambda _name: None)
    assert postgres.find_server() is None
    extension = tmp_path / "share" / "16" / "extension"
    extension.mkdir(parents=True)
    (extension / "postgis.control").touch()
    assert postgres.find_server() == postgres.Server(16, programs)


def test_a_server_older_than_15_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "lib" / "14" / "bin"
    extension = tmp_path / "share" / "14" / "extension"
    for folder in (programs, extension):
        folder.mkdir(parents=True)
    (programs / "initdb").touch()
    (extension / "postgis.control").touch()
    monkeypatch.setattr(postgres, "DEBIAN_SERVERS", tmp_path / "lib")
    monkeypatch.setattr(postgres, "DEBIAN_SHARES", tmp_path / "share")
    monkeypatch.setattr(postgres.shutil, "which", lambda _name: None)
    assert postgres.find_server() is None


@pytest.mark.usefixtures("bare_machine")
def test_benchmarks_without_their_peer_say_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    packages.ensure_peer()
    said = capsys.readouterr()
    assert "apt-get install gdal-bin" in said.out + said.err

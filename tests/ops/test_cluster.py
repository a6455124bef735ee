"""The private cluster, on a throw-away one of its own: never the one that this checkout works with."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import paths, roles
from ops.cluster import Cluster, connection_settings, uses_private_cluster
from ops.processes import working_in


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    # Directly below the temporary folder: pytest's own one is closed to the server's user and too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="onemap-test-"))
    home.chmod(0o755)
    made = Cluster(home, home / "s", roles.SUPERUSER if os.geteuid() == 0 else None)
    made.ensure()
    yield made
    made.destroy()
    shutil.rmtree(home, ignore_errors=True)


def kill_server(cluster: Cluster) -> int:
    """Kills the server as the kernel would when memory runs out; returns when it is dead."""
    server = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(server, signal.SIGKILL)
    while server in working_in(cluster.data):
        time.sleep(0.01)
    return server


def refused(cluster: Cluster, role: str, database: str, sql: str = "SELECT 1") -> str:
    """What the server says when it refuses; empty when it does not."""
    try:
        cluster.psql(sql, database, role)
    except subprocess.CalledProcessError as error:
        return str(error.stderr)
    return ""


def test_a_second_ensure_finds_the_cluster_running_and_does_nothing(cluster: Cluster) -> None:
    running = (cluster.data / "postmaster.pid").read_text()
    assert cluster.ensure() is False
    assert (cluster.data / "postmaster.pid").read_text() == running


def test_after_a_kill_of_the_server_it_starts_again_with_its_data(cluster: Cluster) -> None:
    cluster.psql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)", roles.MAIN_DATABASE, roles.OWNER_ROLE)
    kill_server(cluster)
    assert cluster.ensure() is True
    assert cluster.psql("SELECT n FROM kept", roles.MAIN_DATABASE, roles.OWNER_ROLE).strip() == "42"


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_it_from_starting(cluster: Cluster) -> None:
    pid_file = cluster.data / "postmaster.pid"
    content = pid_file.read_text()
    server = kill_server(cluster)
    while working_in(cluster.data):
        for pid in working_in(cluster.data):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    pid_file.write_text(content.replace(str(server), str(os.getpid()), 1))
    assert cluster.ensure() is True


def test_it_stops_and_starts_again(cluster: Cluster) -> None:
    cluster.stop()
    assert not cluster.answers()
    assert not working_in(cluster.data)
    assert cluster.ensure() is True


def test_it_listens_on_no_tcp_port(cluster: Cluster) -> None:
    assert cluster.psql("SHOW listen_addresses").strip() == ""
    assert cluster.psql("SHOW fsync").strip() == "on"


@pytest.mark.parametrize(
    ("role", "database"),
    [
        (roles.READER_ROLE, roles.MAIN_DATABASE),
        (roles.READER_ROLE, roles.TEMPLATE_DATABASE),
        (roles.READER_ROLE, "postgres"),
        (roles.APP_ROLE, roles.PUBLIC_DATABASE),
        (roles.APP_ROLE, roles.TEMPLATE_DATABASE),
        (roles.OWNER_ROLE, roles.PUBLIC_DATABASE),
        (roles.PUBLISHER_ROLE, roles.MAIN_DATABASE),
    ],
)
def test_a_role_is_refused_where_it_has_no_business(cluster: Cluster, role: str, database: str) -> None:
    assert "pg_hba.conf rejects" in refused(cluster, role, database)


@pytest.mark.parametrize(
    ("role", "database"),
    [
        (roles.OWNER_ROLE, roles.MAIN_DATABASE),
        (roles.APP_ROLE, roles.MAIN_DATABASE),
        (roles.PUBLISHER_ROLE, roles.PUBLIC_DATABASE),
        (roles.READER_ROLE, roles.PUBLIC_DATABASE),
    ],
)
def test_a_role_reaches_its_own_database(cluster: Cluster, role: str, database: str) -> None:
    assert refused(cluster, role, database) == ""


def test_the_wall_holds_in_the_database_too(cluster: Cluster) -> None:
    """Should pg_hba.conf ever be edited by hand, the right to connect is missing as well."""
    asked = "SELECT has_database_privilege('{}', '{}', '{}')"
    assert cluster.psql(asked.format(roles.READER_ROLE, roles.MAIN_DATABASE, "CONNECT")).strip() == "f"
    assert cluster.psql(asked.format(roles.APP_ROLE, roles.PUBLIC_DATABASE, "CONNECT")).strip() == "f"
    assert cluster.psql(asked.format(roles.READER_ROLE, roles.PUBLIC_DATABASE, "TEMPORARY")).strip() == "f"


def test_the_reader_reads_what_the_publisher_writes_and_writes_nothing(cluster: Cluster) -> None:
    cluster.psql("CREATE TABLE shown (n int)", roles.PUBLIC_DATABASE, roles.PUBLISHER_ROLE)
    assert refused(cluster, roles.READER_ROLE, roles.PUBLIC_DATABASE, "SELECT * FROM shown") == ""
    write = "SET default_transaction_read_only = off; INSERT INTO shown VALUES (1)"
    assert "permission denied" in refused(cluster, roles.READER_ROLE, roles.PUBLIC_DATABASE, write)
    for attempt in ("CREATE TABLE mine (n int)", "DO $$ BEGIN END $$", "CREATE TEMP TABLE mine (n int)"):
        sql = f"SET default_transaction_read_only = off; {attempt}"
        assert "permission denied" in refused(cluster, roles.READER_ROLE, roles.PUBLIC_DATABASE, sql)


def test_the_web_servers_role_writes_rows_but_makes_no_tables(cluster: Cluster) -> None:
    cluster.psql("CREATE TABLE recorded (n serial)", roles.MAIN_DATABASE, roles.OWNER_ROLE)
    insert = "INSERT INTO recorded DEFAULT VALUES"
    assert refused(cluster, roles.APP_ROLE, roles.MAIN_DATABASE, insert) == ""
    for attempt in ("DROP TABLE recorded", "TRUNCATE recorded", "CREATE TABLE own (n int)"):
        said = refused(cluster, roles.APP_ROLE, roles.MAIN_DATABASE, attempt)
        assert "permission denied" in said or "must be owner" in said


def test_a_database_made_from_the_template_has_postgis_and_the_same_default_rights(cluster: Cluster) -> None:
    make = f"CREATE DATABASE test_made TEMPLATE {roles.TEMPLATE_DATABASE}"
    cluster.psql(make, "postgres", roles.OWNER_ROLE)
    made = "CREATE TABLE place (geom geometry(Point, 4490))"
    assert refused(cluster, roles.OWNER_ROLE, "test_made", made) == ""
    insert = "INSERT INTO place VALUES (ST_SetSRID(ST_MakePoint(113.1, 29.4), 4490))"
    assert refused(cluster, roles.APP_ROLE, "test_made", insert) == ""


def test_connection_settings_name_socket_role_and_database() -> None:
    found = connection_settings("app", "onemap")
    assert found == {"HOST": str(paths.socket_folder()), "NAME": "onemap", "USER": "onemap_app"}
    with pytest.raises(ValueError, match="unknown database role"):
        connection_settings("public", "onemap")


@pytest.mark.parametrize(
    ("environment", "private"),
    [
        ({}, True),
        ({"ONEMAP_DATABASE_URL": "postgresql:///a"}, True),
        ({"ONEMAP_DATABASE_URL": "postgresql:///a", "ONEMAP_PUBLIC_DATABASE_URL": "postgresql:///b"}, False),
        ({"ONEMAP_DATABASE_URL_FILE": "/run/a", "ONEMAP_PUBLIC_DATABASE_URL_FILE": "/run/b"}, False),
        ({"ONEMAP_SITE": "public", "ONEMAP_PUBLIC_DATABASE_URL": "postgresql:///b"}, False),
        ({"ONEMAP_SITE": "public"}, True),
    ],
)
def test_the_private_cluster_is_used_unless_every_database_has_an_address(
    environment: dict[str, str], private: bool
) -> None:
    assert uses_private_cluster(environment) is private


def test_the_socket_path_fits_into_the_kernels_limit() -> None:
    assert len(os.fsencode(paths.socket_folder() / paths.SOCKET_NAME)) <= paths.LONGEST_SOCKET_PATH

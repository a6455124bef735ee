"""Migrates once, then copies: running every migration takes most of a minute, copying a migrated database a moment.

The first session after a change of the migrations keeps a copy of its freshly migrated test databases as templates,
named after a digest of the migrations; later sessions and the other test processes are made from them. `migrate` still
runs on every new test database and finds nothing to do.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import connections
from django.db.utils import Error
from psycopg import sql

from ops import site, stamps
from ops.paths import LOCAL
from tests import emptying

PREFIX = "test_template_"
ALIASES = ("default", "publisher")


def migrations_digest() -> str:
    return stamps.digest_of(site.migration_files())[:12]


def _template_name(alias: str, digest: str) -> str:
    return f"{PREFIX}{alias}_{digest}"


@contextmanager
def one_process_at_a_time(digest: str) -> Iterator[None]:
    """The first process migrates; the others wait and copy what it has made."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / f"test-databases-{digest}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def use_templates(digest: str, *, keepdb: bool) -> set[str]:
    """Has test databases made from migrated templates where these exist; returns the aliases that have none.

    Nothing in a test database need outlive a crash of the server: no commit waits for the disk (10 ms each).
    """
    missing = set()
    for alias in ALIASES:
        connections[alias].settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
        connection, name, known = connections[alias], _template_name(alias, digest), _databases(alias)
        if name in known:
            connection.settings_dict["TEST"]["TEMPLATE"] = name
        elif not (keepdb and connection.creation._get_test_db_name() in known):
            missing.add(alias)  # a database that is kept from before may hold rows of earlier tests
    return missing


def keep_templates(digest: str, aliases: set[str]) -> None:
    """Copies the freshly migrated test databases as templates, and removes those of other migrations."""
    if migrations_digest() != digest:
        return  # a migration was edited while we migrated
    for alias in aliases:
        source, name = connections[alias].settings_dict["NAME"], _template_name(alias, digest)
        if not source.startswith("test_"):
            continue  # no test of this session uses the alias
        close_sessions()
        for old in _databases(alias):
            if old.startswith(f"{PREFIX}{alias}_"):
                _run(alias, f'DROP DATABASE "{old}"')
        _run(alias, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def wait_for_no_autovacuum() -> None:
    """Has whoever waits for a lock in these databases send an autovacuum away at once, not after a second.

    Fresh statistics take the tables one by one as autovacuum does: side by side they met at every table, 40 s in all.
    Needs the private cluster's superuser; without it the tests are slower.
    """
    for alias in ALIASES:
        name = str(connections[alias].settings_dict["NAME"])
        if name.startswith("test_"):
            with suppress(psycopg.OperationalError), emptying.superuser(alias) as session:
                setting = sql.SQL("ALTER DATABASE {} SET deadlock_timeout = '20ms'")
                session.execute(setting.format(sql.Identifier(name)))
    close_sessions()  # only later ones have the setting


def close_sessions() -> None:
    """Ends every database session of this process, those waiting in pools too."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def _databases(alias: str) -> set[str]:
    with connections[alias]._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def _run(alias: str, statement: str) -> Any:
    """A template is a convenience: another session at work on the same database may refuse it to us."""
    try:
        with connections[alias]._nodb_cursor() as cursor:
            cursor.execute(statement)
    except Error:
        return

"""Empties the tables after a test of real transactions: DELETE from those that hold rows, guards and keys aside.

Django's flush truncates every table (some 130 with their indexes, each a new file) and makes content types and
permissions anew, which takes seconds a test. As the cluster's superuser the guards of the ledger step aside for one
session; without the private cluster Django's own flush serves.
"""

from typing import Any

import psycopg
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from ops import cluster

KEPT = {"django_migrations", "django_content_type", "auth_permission", "spatial_ref_sys"}
# tables whose guards fire whatever the session's role: DELETE is refused there even to us, TRUNCATE is not
_GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'"
_flush: Any = TransactionTestCase._fixture_teardown
_tables: dict[str, list[str]] = {}


def superuser(alias: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A session of the private cluster's superuser; psycopg.OperationalError without such a cluster."""
    name = str(connections[alias].settings_dict["NAME"])
    found = cluster.connection_settings("postgres", name)
    return psycopg.connect(host=found["HOST"], dbname=name, user=found["USER"], autocommit=True)


def _empty(alias: str) -> None:
    with superuser(alias) as session:
        session.execute("SET session_replication_role = replica")
        session.execute("SET synchronous_commit = off")
        if alias not in _tables:
            found = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            _tables[alias] = [name for (name,) in found if name not in KEPT]
        asked = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
            for name in _tables[alias]
        ]
        filled = {name for (name,) in session.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()}
        guarded = {name for (name,) in session.execute(_GUARDED).fetchall()} & filled
        for name in filled - guarded:
            session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        if guarded:
            names = sql.SQL(", ").join(map(sql.Identifier, sorted(guarded)))
            session.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def _teardown(case: Any) -> None:
    try:
        for alias in case._databases_names(include_mirrors=False):
            if alias != "public":  # the reader's alias of the publisher's database
                _empty(alias)
    except psycopg.OperationalError:
        _flush(case)


def install() -> None:
    """Has every test of real transactions end so."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]

"""The role of the public site reads what is published and nothing else: every relation, function and language of its
database is tried, and every way of old to get at what lies beside it (shared/security.md A4 and A5).

The session here is that of somebody who can run any SQL on the public connection: he has switched off read-only.
"""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from psycopg import sql

from geodata.projects.models import Project
from ops import cluster, roles
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.security.test_canaries import canaries, plant_callers

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
# besides the published tables: what PostGIS describes its columns with, and which migrations were run
DESCRIBED: Final = {"geography_columns", "geometry_columns", "spatial_ref_sys", "django_migrations"}
FUNCTIONS_OF_OURS: Final = {"bigrams"}
CALLERS: Final = 40


@pytest.fixture
def session(public_city: dict[str, Project]) -> Iterator[psycopg.Connection[Any]]:
    plant_callers(CALLERS, matched=False)
    publish(as_of=TODAY, now=NOW)
    close_doors()
    given = connections["public"].get_connection_params()
    facts = {name: given[name] for name in ("dbname", "user", "host", "port", "password") if given.get(name)}
    with psycopg.connect(**facts, autocommit=True) as opened:
        opened.execute("SET default_transaction_read_only = off")
        opened.execute("SET lock_timeout = '1s'")
        assert opened.execute("SELECT current_user").fetchone() == ("onemap_reader",)
        yield opened
    for alias in ("default", "publisher"):
        name = sql.Identifier(connections[alias].settings_dict["NAME"])
        do(alias, sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO PUBLIC").format(name))


def close_doors() -> None:
    """A test's databases as the set-up leaves the real ones (ops/roles.py, DATABASES_SQL)."""
    for alias, database in (("default", roles.MAIN_DATABASE), ("publisher", roles.PUBLIC_DATABASE)):
        statement = "REVOKE ALL ON DATABASE {} FROM PUBLIC"
        assert statement.format(database) in roles.DATABASES_SQL
        do(alias, sql.SQL(statement).format(sql.Identifier(connections[alias].settings_dict["NAME"])))
    statement = "GRANT CONNECT ON DATABASE {} TO onemap_reader"
    assert statement.format(roles.PUBLIC_DATABASE) in roles.DATABASES_SQL
    public = connections["publisher"].settings_dict["NAME"]
    do("publisher", sql.SQL(statement).format(sql.Identifier(public)))
    assert roles.CALLS_SQL in roles.INSIDE_SQL
    cluster.private_cluster().psql(roles.CALLS_SQL, database=public)


def do(alias: str, statement: sql.Composable) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


def refused(session: psycopg.Connection[Any], statement: sql.Composable | str) -> str:
    """Why the database would not do it; empty when it did."""
    try:
        session.execute(statement)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return str(error) or type(error).__name__
    return ""


def column_of(session: psycopg.Connection[Any], question: str) -> set[str]:
    return {row[0] for row in session.execute(question)}  # type: ignore[arg-type]


def published() -> set[str]:
    return {model._meta.db_table for model in apps.get_app_config("public").get_models()}


def test_the_rights_are_those_listed_and_no_other(session: psycopg.Connection[Any]) -> None:
    readable = """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
           AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
           AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))"""
    assert column_of(session, readable) == published() | DESCRIBED
    writable = """
        SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND relname <> 'pg_settings'
           AND (has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                OR has_any_column_privilege(oid, 'INSERT, UPDATE, REFERENCES'))"""
    assert column_of(session, writable) == set()
    sequences = "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'S'"
    for sequence in column_of(session, sequences):
        may = session.execute("SELECT has_sequence_privilege(%s, 'USAGE, SELECT, UPDATE')", [sequence]).fetchone()
        assert may == (False,), sequence
    assert column_of(session, "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')") == set()
    own = "SELECT relname FROM pg_class WHERE relowner = 'onemap_reader'::regrole"
    assert column_of(session, own) == set()
    assert column_of(session, "SELECT lanname FROM pg_language WHERE has_language_privilege(oid, 'USAGE')") == {
        "internal", "c", "sql",
    }  # fmt: skip
    here = "SELECT has_database_privilege(current_database(), 'CREATE, TEMP')"
    assert session.execute(here).fetchone() == (False,)
    member = "SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> 'onemap_reader'"
    assert column_of(session, member) == set()
    attributes = """SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
                      FROM pg_roles WHERE rolname = 'onemap_reader'"""
    assert session.execute(attributes).fetchone() == (False,)


def test_no_function_runs_with_the_rights_of_another(session: psycopg.Connection[Any]) -> None:
    theirs = """SELECT DISTINCT p.proname FROM pg_proc p WHERE p.prosecdef
                   AND has_function_privilege(p.oid, 'EXECUTE')"""
    assert column_of(session, theirs) <= {
        "st_estimatedextent"
    }  # of PostGIS: a box out of statistics of readable tables
    ours = """SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE n.nspname = 'public' AND NOT EXISTS (
                     SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
    assert column_of(session, ours) == FUNCTIONS_OF_OURS


# settings of one's own session can be locked; PostGIS answers writing to its view by a rule that does nothing
WITHOUT_EFFECT: Final = {
    'LOCK TABLE "pg_catalog"."pg_settings" IN SHARE MODE',
    'LOCK TABLE "pg_catalog"."pg_settings" IN ACCESS EXCLUSIVE MODE',
    'INSERT INTO "public"."geometry_columns" DEFAULT VALUES',
    'DELETE FROM "public"."geometry_columns"',
}


def tries(session: psycopg.Connection[Any]) -> Iterator[sql.Composable]:
    """What must fail on every relation and function, whoever it belongs to."""
    relations = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'pg_toast' ORDER BY 1, 2"""
    for schema, name in session.execute(relations).fetchall():
        table = sql.Identifier(schema, name)
        for form in (
            "INSERT INTO {} DEFAULT VALUES",
            "DELETE FROM {}",
            "TRUNCATE {}",
            "LOCK TABLE {} IN SHARE MODE",
            "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
            "COPY {} FROM STDIN",
            "COPY {} TO '/tmp/onemap-out'",
            "COPY {} TO PROGRAM 'cat > /tmp/onemap-out'",
            "ALTER TABLE {} ADD COLUMN taken text",
            "ALTER TABLE {} OWNER TO onemap_reader",
            "ALTER TABLE {} DISABLE TRIGGER ALL",
            "DROP TABLE {} CASCADE",
            "CREATE INDEX ON {} ((1))",
            "CREATE VIEW public.taken AS SELECT * FROM {}",
            "CREATE TABLE public.taken AS SELECT * FROM {}",
            "CREATE TEMP TABLE taken AS SELECT * FROM {}",
            "SELECT * INTO public.taken FROM {}",
            "CREATE RULE taken AS ON SELECT TO {} DO INSTEAD NOTHING",
        ):
            yield sql.SQL("BEGIN; ") + sql.SQL(form).format(table) + sql.SQL("; COMMIT")
    functions = """SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname = 'public' ORDER BY 1"""
    for (signature,) in session.execute(functions).fetchall():
        for form in (
            "DROP FUNCTION {}",
            "ALTER FUNCTION {} SECURITY DEFINER",
            "ALTER FUNCTION {} OWNER TO onemap_reader",
        ):
            yield sql.SQL(form.format(signature))


def test_five_thousand_tries_of_writing_all_fail(session: psycopg.Connection[Any]) -> None:
    done, tried = [], 0
    for statement in list(tries(session)):
        text = statement.as_string(session)
        if not refused(session, text):
            done.append(text)
        if session.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            session.execute("ROLLBACK")
        tried += 1
    assert {text.removeprefix("BEGIN; ").removesuffix("; COMMIT") for text in done} == WITHOUT_EFFECT
    assert tried >= 5_000


def test_every_catalog_that_tells_secrets_is_shut(session: psycopg.Connection[Any]) -> None:
    for name in (
        "pg_authid", "pg_shadow", "pg_statistic", "pg_statistic_ext_data", "pg_user_mapping", "pg_subscription",
        "pg_largeobject", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_file_settings", "pg_config",
        "pg_shmem_allocations", "pg_backend_memory_contexts", "pg_replication_origin_status",
    ):  # fmt: skip
        assert "permission denied" in refused(session, f"SELECT * FROM {name}"), name


# each must be refused; {n} is the name of the record's database
TRICKS: Final = (
    *(
        f"SET ROLE {role}"
        for role in ("onemap_owner", "onemap_app", "onemap_publisher", "postgres", "pg_read_all_data")
    ),
    *(f"SET SESSION AUTHORIZATION {role}" for role in ("onemap_owner", "onemap_app", "onemap_publisher", "postgres")),
    *(f"GRANT {role} TO onemap_reader" for role in ("onemap_app", "pg_read_server_files", "pg_execute_server_program")),
    *(f"ALTER ROLE onemap_reader {what}" for what in ("SUPERUSER", "CREATEDB", "BYPASSRLS", "CONNECTION LIMIT -1")),
    *(
        f"CREATE EXTENSION {name}"
        for name in ("dblink", "postgres_fdw", "file_fdw", "adminpack", "plpython3u", "pg_trgm2")
    ),
    "CREATE SERVER beside FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname '{n}')",
    "SELECT * FROM dblink('dbname={n}', 'SELECT 1') AS t(a int)",
    "DO $$ BEGIN PERFORM 1; END $$",
    "CREATE FUNCTION public.taken() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
    "CREATE FUNCTION public.taken() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.taken(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR public.<<< (leftarg = text, rightarg = text, procedure = textregexeq)",
    "CREATE CAST (text AS int) WITH INOUT AS IMPLICIT",
    "CREATE TEMP TABLE taken (a text)",
    "CREATE SCHEMA taken",
    "CREATE DATABASE taken",
    "CREATE ROLE taken LOGIN",
    "CREATE EVENT TRIGGER taken ON ddl_command_start EXECUTE FUNCTION pg_sleep(1)",
    "CREATE PUBLICATION taken FOR ALL TABLES",
    "CREATE SUBSCRIPTION taken CONNECTION 'dbname={n}' PUBLICATION p",
    "ALTER SYSTEM SET log_min_duration_statement = 0",
    "ALTER DATABASE {n} SET search_path = taken",
    "SET log_min_messages = debug5",
    "SET session_preload_libraries = 'taken'",
    "SET session_replication_role = replica",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('base/1/1259')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_ls_waldir()",
    "SELECT pg_ls_tmpdir()",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT pg_current_logfile()",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/onemap-taken'",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/onemap-taken')",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'taken')",
    "SELECT lo_put(1, 0, 'taken')",
    "SELECT lo_get(1)",
    "SELECT lo_open(1, 131072)",
    "SELECT lo_unlink(1)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_advisory_xact_lock(1)",
    "SELECT pg_try_advisory_lock(1, 2)",
    "SELECT pg_try_advisory_xact_lock_shared(1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('taken')",
    "SELECT pg_create_physical_replication_slot('taken')",
    "SELECT pg_promote()",
    "SELECT pg_stat_reset()",
    "SELECT pg_log_backend_memory_contexts(pg_backend_pid())",
    "SELECT * FROM pg_logical_slot_peek_changes('taken', null, null)",
    "SELECT * FROM pg_stat_statements",
    "SELECT * FROM {n}.public.complaints_workorder",
    "SELECT * FROM complaints_workorder",
    "SELECT * FROM projects_project",
    "SELECT nextval('public_snapshot_number_seq')",
    "SELECT query_to_xml('SELECT * FROM projects_project', true, true, '')",
    "SELECT table_to_xml('pg_authid', true, true, '')",
    "SELECT cursor_to_xml('taken', 1, true, true, '')",
    "SELECT postgis_extensions_upgrade()",
    "SELECT ST_FromGDALRaster('x')",
    "SELECT addgeometrycolumn('public_publishedproject', 'taken', 4490, 'POINT', 2)",
    "SELECT dropgeometrytable('public_publishedproject')",
    "SELECT populate_geometry_columns()",
    "SELECT updategeometrysrid('public_publishedproject', 'geom', 4326)",
    "SECURITY LABEL ON ROLE onemap_reader IS 'taken'",
    "COMMENT ON TABLE public_snapshot IS 'taken'",
    "REINDEX TABLE public_snapshot",
    "CLUSTER public_snapshot USING public_snapshot_pkey",
    "REFRESH MATERIALIZED VIEW public_snapshot",
    "CHECKPOINT",
    "LOAD 'dblink'",
    "REASSIGN OWNED BY onemap_publisher TO onemap_reader",
    "DROP OWNED BY onemap_publisher",
    "DROP DATABASE {n}",
)


def test_no_trick_of_old_leads_out_of_what_is_published(session: psycopg.Connection[Any]) -> None:
    record = connections["default"].settings_dict["NAME"]
    done = [trick for trick in TRICKS if not refused(session, trick.replace("{n}", record))]
    assert done == []
    assert len(set(TRICKS)) > 100


def test_no_other_database_lets_the_role_in(session: psycopg.Connection[Any]) -> None:
    given = connections["public"].get_connection_params()
    facts = {name: given[name] for name in ("user", "host", "port", "password") if given.get(name)}
    for name in (connections["default"].settings_dict["NAME"], "onemap", "onemap_template", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**facts, dbname=name, connect_timeout=3).close()


def test_nobody_who_called_is_found_by_somebody_who_can_ask_anything(session: psycopg.Connection[Any]) -> None:
    """Every readable relation and what other sessions are doing, read to the last byte: 0 callers."""
    with connections["default"].cursor() as busy:  # a session of the record, whose statements tell a name
        name = canaries(0)[0]
        busy.execute("SELECT %s", [name])
        relations = """SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname <> 'pg_toast' ORDER BY 1"""
        read, everything = 0, []
        for (relation,) in session.execute(relations).fetchall():
            if relation.endswith("pg_settings") or refused(session, f"SELECT * FROM {relation} LIMIT 1"):
                continue
            read += 1
            everything += [str(row) for row in session.execute(f"SELECT t::text FROM {relation} AS t")]
    text = "\n".join(everything)
    assert read > 150
    assert "示例路提质工程" in text  # what is published is found
    words = [word for number in range(CALLERS) for word in canaries(number)]
    assert [word for word in words if word in text] == []
    assert "示某某" not in text

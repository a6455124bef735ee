"""The four roles, the template and the two databases of the private cluster, as idempotent SQL.

onemap_owner      owns the main database and runs its migrations
onemap_app        reads and writes rows of the main database and owns nothing
onemap_publisher  owns the public database and writes the published snapshots
onemap_reader     reads the public database, in read-only transactions
"""

SUPERUSER = "postgres"
OWNER_ROLE = "onemap_owner"
APP_ROLE = "onemap_app"
PUBLISHER_ROLE = "onemap_publisher"
READER_ROLE = "onemap_reader"
ROLES = (OWNER_ROLE, APP_ROLE, PUBLISHER_ROLE, READER_ROLE)

MAIN_DATABASE = "onemap"
PUBLIC_DATABASE = "onemap_public"
TEMPLATE_DATABASE = "onemap_template"

# Only the extensions in use: raster, topology and the geocoders add crashes and rights that nobody needs.
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")

EXTENSIONS_SQL = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)

RECORD_RIGHTS_SQL = f"""
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE};
GRANT USAGE ON LANGUAGE plpgsql TO {OWNER_ROLE}, {APP_ROLE};
"""

# What everybody may call unless it is taken away: large objects, which would be a place to write to; locks that others
# wait for; ending what others of the same role are asking. Nobody needs the first; the others are for those who write.
_LARGE_OBJECTS = (
    "lo_creat(int)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lo_open(oid, int)", "lo_close(int)",
    "lowrite(int, bytea)", "lo_put(oid, bigint, bytea)", "lo_truncate(int, int)", "lo_truncate64(int, bigint)",
    "lo_unlink(oid)", "loread(int, int)", "lo_get(oid)", "lo_get(oid, bigint, int)", "lo_tell(int)", "lo_tell64(int)",
    "lo_lseek(int, int, int)", "lo_lseek64(int, bigint, int)",
)  # fmt: skip
_LOCKS = tuple(
    f"pg_{trying}advisory_{span}lock{shared}({keys})"
    for trying in ("", "try_")
    for span in ("", "xact_")
    for shared in ("", "_shared")
    for keys in ("bigint", "int, int")
)
_ENDING = ("pg_terminate_backend(int, bigint)", "pg_cancel_backend(int)")
_FOR_WRITERS = ", ".join((*_LOCKS, *_ENDING))
CALLS_SQL = f"""
REVOKE EXECUTE ON FUNCTION {", ".join(_LARGE_OBJECTS)} FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION {_FOR_WRITERS} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {_FOR_WRITERS} TO {OWNER_ROLE}, {APP_ROLE}, {PUBLISHER_ROLE};
"""

# The reader may call functions but write none: no DO blocks.
PUBLIC_RIGHTS_SQL = f"""
ALTER DEFAULT PRIVILEGES FOR ROLE {PUBLISHER_ROLE} GRANT SELECT ON TABLES TO {READER_ROLE};
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO {PUBLISHER_ROLE};
"""  # noqa: S608 - names of our own

READER_LIMITS_SQL = f"""
ALTER ROLE {READER_ROLE} CONNECTION LIMIT 60;
ALTER ROLE {READER_ROLE} SET default_transaction_read_only = on;
ALTER ROLE {READER_ROLE} SET statement_timeout = '15s';
ALTER ROLE {READER_ROLE} SET idle_in_transaction_session_timeout = '30s';
"""

# Run in the template and again in both databases, so that a change here reaches databases that exist already.
# Default privileges belong to a database: from the template every test database inherits them, and so do the two
# real ones before their first migration.
INSIDE_SQL = EXTENSIONS_SQL + RECORD_RIGHTS_SQL + PUBLIC_RIGHTS_SQL + CALLS_SQL

# Run in database postgres. CREATE DATABASE cannot stand in a transaction or a DO block, hence psql's \gexec.
CLUSTER_SQL = f"""
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['{"','".join(ROLES)}']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
ALTER ROLE {OWNER_ROLE} CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {PUBLISHER_ROLE} CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {APP_ROLE} NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {READER_ROLE} NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
{READER_LIMITS_SQL}
SELECT 'CREATE DATABASE {TEMPLATE_DATABASE} TEMPLATE template0 ENCODING ''UTF8'''
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{TEMPLATE_DATABASE}') \\gexec
"""  # noqa: S608 - names of our own

DATABASES_SQL = f"""
ALTER DATABASE {TEMPLATE_DATABASE} IS_TEMPLATE true;
REVOKE ALL ON DATABASE {TEMPLATE_DATABASE} FROM PUBLIC;
SELECT 'CREATE DATABASE {MAIN_DATABASE} OWNER {OWNER_ROLE} TEMPLATE {TEMPLATE_DATABASE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{MAIN_DATABASE}') \\gexec
SELECT 'CREATE DATABASE {PUBLIC_DATABASE} OWNER {PUBLISHER_ROLE} TEMPLATE {TEMPLATE_DATABASE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{PUBLIC_DATABASE}') \\gexec
REVOKE ALL ON DATABASE {MAIN_DATABASE} FROM PUBLIC;
REVOKE ALL ON DATABASE {PUBLIC_DATABASE} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {MAIN_DATABASE} TO {APP_ROLE};
GRANT CONNECT ON DATABASE {PUBLIC_DATABASE} TO {READER_ROLE};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""  # noqa: S608 - names of our own


def full_role_name(role: str) -> str:
    """Accepts 'owner' as well as 'onemap_owner', and the superuser; raises ValueError for any other name."""
    name = role if role.startswith("onemap_") or role == SUPERUSER else f"onemap_{role}"
    if name not in (*ROLES, SUPERUSER):
        raise ValueError(f"unknown database role {role!r}: expected one of {', '.join(ROLES)}")
    return name

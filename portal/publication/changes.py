"""What a publication would change: the staged tables against the rows that are public now, as plain JSON.

The same comparison as `staging.merge`, by digest; amounts are kept as texts, so that no fen is lost in a float.
"""

from typing import Any, Final, Protocol

from django.db import connections
from psycopg import sql

from portal.public.models import PublishedContract, PublishedFunding, PublishedPayment, PublishedProject, Snapshot
from portal.publication.allowlist import TABLES, PublishedTable
from portal.publication.staging import PUBLISHER, stage

KEPT: Final = 100  # projects of one kind that are listed
_SHAPES: Final = ("geom",)
_UNREAD: Final = frozenset({"search_text"})  # follows from other columns


class Watcher(Protocol):
    def at(self, step: str, done: int = 0, total: int = 1) -> None: ...


def report(progress: Watcher) -> dict[str, Any]:
    """Counts for each table, what happens to projects and payments, and the sums before and after."""
    tables: dict[str, dict[str, int]] = {}
    for done, table in enumerate(TABLES):
        progress.at("compare", done, len(TABLES) + 1)
        tables[table.name] = _compare(table)
    progress.at("compare", len(TABLES), len(TABLES) + 1)
    last = Snapshot.objects.using(PUBLISHER).order_by("-number").first()
    return {
        "base": last.number if last else None,
        "base_as_of": last.as_of.isoformat() if last else None,
        "tables": tables,
        "projects": _projects(),
        "payments": _payments(),
        "totals": _totals(),
    }


def _rows(query: str, **names: sql.Composable) -> list[dict[str, Any]]:
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(sql.SQL(query).format(**names))
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _changed(name: str) -> sql.Identifier:
    return sql.Identifier(f"change_{name}")


def _compare(table: PublishedTable) -> dict[str, int]:
    """How many rows are new, changed and gone; their keys stay in a temporary table."""
    names = {
        "change": _changed(table.name),
        "stage": stage(table.name),
        "table": sql.Identifier(table.name),
        "key": sql.Identifier(table.key),
    }
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE {change} ON COMMIT DROP AS"
                " SELECT coalesce(s.{key}, t.{key}) AS key, t.row AS old,"
                "        CASE WHEN t.row IS NULL THEN 'new' WHEN s.{key} IS NULL THEN 'gone' ELSE 'changed' END AS what"
                "   FROM (SELECT {key}, md5(s::text) AS digest FROM {stage} s) s"
                "   FULL JOIN (SELECT row, {key}, digest FROM {table} WHERE to_snapshot IS NULL) t"
                "     ON t.{key} = s.{key}"
                "  WHERE t.row IS NULL OR s.{key} IS NULL OR t.digest <> s.digest"
            ).format(**names)
        )
        cursor.execute(sql.SQL("SELECT what, count(*) FROM {change} GROUP BY what").format(**names))
        found = dict(cursor.fetchall())
    return {what: found.get(what, 0) for what in ("new", "changed", "gone")}


_PROJECT: Final = {
    "change": _changed(PublishedProject._meta.db_table),
    "stage": stage(PublishedProject._meta.db_table),
    "table": sql.Identifier(PublishedProject._meta.db_table),
    "kept": sql.Literal(KEPT),
}
_BRIEF: Final = "code, name, unit, status, budget::text AS budget, disbursed::text AS disbursed"


def _projects() -> dict[str, Any]:
    new = f"SELECT {_BRIEF} FROM {{stage}} JOIN {{change}} c ON c.key = code AND c.what = 'new'"  # noqa: S608
    gone = f"SELECT {_BRIEF} FROM {{table}} JOIN {{change}} c ON c.old = row AND c.what = 'gone'"  # noqa: S608
    order = " ORDER BY {table_or_stage}.budget DESC NULLS LAST, code LIMIT {kept}"
    return {
        "new": _rows(new + order, table_or_stage=_PROJECT["stage"], **_PROJECT),
        "gone": _rows(gone + order, table_or_stage=_PROJECT["table"], **_PROJECT),
        "statuses": _rows(
            "SELECT s.code, s.name, t.status AS old, s.status AS new FROM {change} c"
            " JOIN {stage} s ON s.code = c.key JOIN {table} t ON t.row = c.old"
            " WHERE c.what = 'changed' AND s.status <> t.status ORDER BY s.code LIMIT {kept}",
            **_PROJECT,
        ),
        "changed": _changed_projects(),
        "columns": _changed_columns(),
    }


def _pairs() -> sql.Composed:
    """Each changed project's old and new row as JSON without shapes; a shape is compared as it is stored."""
    columns = next(table.columns for table in TABLES if table.model is PublishedProject)
    read = [name for name in columns if name not in _UNREAD and name not in _SHAPES]

    def row(alias: str) -> sql.Composed:
        parts = [
            sql.SQL("{}, {}.{}").format(sql.Literal(name), sql.Identifier(alias), sql.Identifier(name)) for name in read
        ]
        shape = sql.SQL("'geom', md5({}.geom::text)").format(sql.Identifier(alias))
        # one call takes at most 100 arguments
        halves = [parts[:40], [*parts[40:], shape]]
        return sql.SQL(" || ").join(sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(h)) for h in halves)

    return sql.SQL(
        "SELECT s.code, s.name, abs(coalesce(s.disbursed, 0) - coalesce(t.disbursed, 0)) AS moved,"
        " {old} AS old, {new} AS new FROM {change} c JOIN {stage} s ON s.code = c.key"
        " JOIN {table} t ON t.row = c.old WHERE c.what = 'changed'"
    ).format(old=row("t"), new=row("s"), **_PROJECT)


_FIELDS: Final = sql.SQL(
    " CROSS JOIN LATERAL jsonb_each_text(p.old) AS o (field, value)"
    " JOIN LATERAL jsonb_each_text(p.new) AS n (field, value) ON n.field = o.field"
    " WHERE o.value IS DISTINCT FROM n.value"
)


def _changed_projects() -> list[dict[str, Any]]:
    """The projects where most money moved, field by field."""
    rows = _rows(
        "WITH p AS MATERIALIZED ({pairs} ORDER BY moved DESC, s.code LIMIT {kept})"
        " SELECT p.code, p.name, o.field, o.value AS old, n.value AS new FROM p {fields} ORDER BY p.moved DESC, p.code",
        pairs=_pairs(),
        fields=_FIELDS,
        kept=_PROJECT["kept"],
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        project = found.setdefault(row["code"], {"code": row["code"], "name": row["name"], "fields": []})
        project["fields"].append([row["field"], row["old"], row["new"]])
    return list(found.values())


def _changed_columns() -> dict[str, int]:
    """In how many of the changed projects each field changes."""
    rows = _rows(
        "WITH p AS MATERIALIZED ({pairs})"
        " SELECT o.field, count(*) AS times FROM p {fields} GROUP BY 1 ORDER BY 2 DESC, 1",
        pairs=_pairs(),
        fields=_FIELDS,
    )
    return {row["field"]: row["times"] for row in rows}


def _payments() -> dict[str, Any]:
    names = {
        "change": _changed(PublishedPayment._meta.db_table),
        "stage": stage(PublishedPayment._meta.db_table),
        "table": sql.Identifier(PublishedPayment._meta.db_table),
        "projects": _PROJECT["stage"],
        "kept": _PROJECT["kept"],
    }
    sums = _rows(
        "SELECT c.what, count(*) AS number, coalesce(sum(t.amount), 0)::text AS old,"
        " coalesce(sum(s.amount), 0)::text AS new FROM {change} c"
        " LEFT JOIN {stage} s ON s.number = c.key LEFT JOIN {table} t ON t.row = c.old GROUP BY 1",
        **names,
    )
    places = _rows(
        "SELECT s.code, p.name, count(*) AS number, sum(s.amount)::text AS amount FROM {change} c"
        " JOIN {stage} s ON s.number = c.key LEFT JOIN {projects} p ON p.code = s.code WHERE c.what = 'new'"
        " GROUP BY 1, 2 ORDER BY abs(sum(s.amount)) DESC, 1 LIMIT {kept}",
        **names,
    )
    return {**{row.pop("what"): row for row in sums}, "places": places}


def _totals() -> dict[str, Any]:
    """Projects, payments and sums as they are public and as they would be."""
    found: dict[str, Any] = {}
    for when, of in (("old", "public"), ("new", "stage")):
        tables = {
            name: sql.SQL("(SELECT * FROM {} WHERE to_snapshot IS NULL)").format(sql.Identifier(model._meta.db_table))
            if of == "public"
            else stage(model._meta.db_table)
            for name, model in _SUMMED.items()
        }
        found[when] = _rows(
            "SELECT (SELECT count(*) FROM {projects} AS p) AS projects,"
            " (SELECT coalesce(sum(budget), 0)::text FROM {projects} AS p) AS budget,"
            " (SELECT count(*) FROM {payments} AS p) AS payments,"
            " (SELECT coalesce(sum(amount), 0)::text FROM {payments} AS p) AS disbursed,"
            " (SELECT coalesce(sum(price + changes), 0)::text FROM {contracts} AS p) AS contracts,"
            " (SELECT coalesce(sum(amount), 0)::text FROM {funding} AS p) AS funding",
            **tables,
        )[0]
    return found


_SUMMED: Final = {
    "projects": PublishedProject,
    "payments": PublishedPayment,
    "contracts": PublishedContract,
    "funding": PublishedFunding,
}

"""The SQL of the summary, read by its migrations. Files are never edited: a new version comes with a new migration."""

import re
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_FIGURE: Final = re.compile(r"figure\[(\w+)\]")

# The shape of a day is the newest approved version valid by then; before the first one's day the first one. Only
# projects with a version that begins later need looking up: for all others it is Project.geom.
_PAST: Final = """LEFT JOIN (
    SELECT DISTINCT ON (v.project_id) v.project_id, v.geom
    FROM projects_geometryversion v
    WHERE v.state = 'approved' AND v.project_id IN (
        SELECT later.project_id FROM projects_geometryversion later
        WHERE later.state = 'approved' AND later.valid_from > as_of
    )
    ORDER BY v.project_id, v.valid_from <= as_of DESC,
        CASE WHEN v.valid_from <= as_of THEN v.valid_from END DESC,
        CASE WHEN v.valid_from <= as_of THEN v.number END DESC,
        v.valid_from, v.number
) past ON past.project_id = p.id"""
_HISTORY: Final = {
    "name": "project_summary_at",
    "arguments": "as_of date",
    "ids": "NULL",
    "limit": "",
    "geom": "coalesce(past.geom, p.geom)",
    "geom_3857": "CASE WHEN past.geom IS NULL THEN p.geom_3857 ELSE ST_Transform(past.geom, 3857) END",
    "anchor_3857": (
        "CASE WHEN past.geom IS NULL THEN p.anchor_3857 ELSE ST_Transform(ST_PointOnSurface(past.geom), 3857) END"
    ),
    "joins": "LEFT JOIN project_sums({ids}, as_of) f ON f.project_id = p.id\n" + _PAST,
}
_HISTORY_OF_SOME: Final = _HISTORY | {
    "name": "project_summary_of",
    "arguments": "ids bigint[], as_of date",
    "ids": "ids",
    "limit": " AND p.id = ANY (ids)",
}
_TODAY: Final = {
    "name": "project_rows_today",
    "arguments": "as_of date",
    "limit": "",
    "geom": "p.geom",
    "geom_3857": "p.geom_3857",
    "anchor_3857": "p.anchor_3857",
    "joins": "LEFT JOIN project_totals f ON f.project_id = p.id",
}


def read(name: str) -> str:
    """The text of one file."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def rows(name: str) -> str:
    """The three functions that give the flat row, out of one text.

    Totals know no date: where a project has a fact after the day asked for, its figures are computed for that day.
    """
    text = read(name)
    history = _FIGURE.sub(r"f.\1", text)
    today = _FIGURE.sub(r"(CASE WHEN f.latest_on > as_of THEN (project_sums_on(p.id, as_of)).\1 ELSE f.\1 END)", text)
    return "\n".join([_filled(history, _HISTORY), _filled(history, _HISTORY_OF_SOME), _filled(today, _TODAY)])


def today_rows(name: str) -> str:
    """project_rows_today anew: the figures of a project with a later fact are computed once a row, not once a column.

    OFFSET 0 keeps the planner from pulling the subquery up, so that its condition stands before the computation.
    """
    figures = _FIGURE.sub(r"(CASE WHEN f.latest_on > as_of THEN late.\1 ELSE f.\1 END)", read(name))
    late = """
LEFT JOIN LATERAL (
    SELECT s.* FROM project_sums_on(p.id, as_of) s WHERE f.latest_on > as_of OFFSET 0
) late ON true"""
    filled = _filled(figures, _TODAY | {"joins": _TODAY["joins"] + late})
    return filled.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


# Since version 2 the row begins with a relation that has the columns of project_totals: the figures of all projects on
# a day, of some, or the stored ones. Those know no date: where a project has a fact after the day asked for, they are
# computed for that day, of all such projects at once. DISTINCT says that each is there once, so that the planner
# leaves the join out when nobody asks for a figure.
_NOW: Final = {
    "figures": "project_totals",
    "anchor_3857": "f.anchor_3857",
    # from version 3 on; an equality, so that the unique index tells the planner that there is one at most
    "light": "lamp.light::text",
    "lamp": (
        "LEFT JOIN summary_projectlight lamp ON lamp.project_id = f.project_id AND lamp.until = '9999-12-31'::date\n"
    ),
    "joins": """LEFT JOIN (
    SELECT DISTINCT ON (s.project_id) s.* FROM project_sums_late(as_of) s
) late ON late.project_id = f.project_id""",
}
_THEN: Final = {
    "figures": "project_sums({ids}, as_of)",
    "anchor_3857": _HISTORY["anchor_3857"].replace("p.", "f."),
    "light": """(SELECT lamp.light::text FROM summary_projectlight lamp
     WHERE lamp.project_id = f.project_id AND lamp.since <= as_of AND lamp.until > as_of)""",
    "lamp": "",
    "joins": _PAST,
}


def row_functions(name: str) -> str:
    """The three functions that give the flat row, out of one text, from version 2 on."""
    text = read(name)
    history = _FIGURE.sub(r"f.\1", text)
    today = _FIGURE.sub(r"(CASE WHEN f.latest_on > as_of THEN late.\1 ELSE f.\1 END)", text)
    versions = ((history, _HISTORY | _THEN), (history, _HISTORY_OF_SOME | _THEN), (today, _TODAY | _NOW))
    return "\n".join(_filled(body.replace("{figures}", parts["figures"]), parts) for body, parts in versions)


def past_row_functions(name: str) -> str:
    """The row of a past day, of all projects and of some, whose sums read the totals for what knows no date."""
    history = _FIGURE.sub(r"f.\1", read(name))
    kept = _THEN | {"figures": "project_sums_then({ids}, as_of)"}
    versions = (_HISTORY | {"name": "project_rows_then"}, _HISTORY_OF_SOME | {"name": "project_rows_of"})
    return "\n".join(_filled(history.replace("{figures}", kept["figures"]), each | kept) for each in versions)


def _filled(text: str, parts: dict[str, str]) -> str:
    for key in ("joins", *parts):  # first the joins, because they hold places themselves
        text = text.replace("{" + key + "}", parts[key])
    return text

"""The report of an import as JSON, for people who keep it and programs that read it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from geodata.exchange.batches.opening import Preview
from geodata.exchange.issues import Severity
from geodata.exchange.models import Batch


def build_report(*, seen: Preview, file_name: str, batch: Batch | None, result: str) -> dict[str, Any]:
    """Everything that was found and done, row by row. ``result``: committed, refused or dry_run."""
    plan = seen.plan
    tally = Counter(issue.severity for issue in plan.issues)
    return {
        "file": file_name,
        "sha256": seen.sha256,
        "dataset": seen.dataset,
        "result": result,
        "batch": batch.pk if batch else None,
        "already_imported_in_batch": seen.earlier.pk if seen.earlier else None,
        "counts": {
            "rows": plan.counts.rows,
            **asdict(plan.counts),
            "blank": plan.blank_rows,
            "written": plan.counts.written if result == "committed" else 0,
        },
        "issue_counts": {str(severity): tally.get(severity, 0) for severity in Severity},
        "control_totals": [
            {
                "sheet": total.sheet,
                "row": total.row,
                "title": total.title,
                "column": total.column,
                "declared": str(total.declared),
                "computed": str(total.computed),
                "agrees": total.agrees,
            }
            for total in plan.totals
        ],
        "alike": [
            {
                "sheet": asked.sheet,
                "row": asked.row,
                "name": asked.name,
                "candidates": [{"serial": one.serial, "name": one.name} for one in asked.candidates],
                "may_be_new": asked.may_be_new,
            }
            for asked in plan.alike
        ],
        "changes": [
            {
                "sheet": planned.row.sheet,
                "row": planned.row.number,
                "key": planned.key,
                "fields": [asdict(change) for change in planned.changes],
            }
            for planned in plan.planned
            if planned.changes
        ],
        "issues": [
            {
                "file": file_name,
                "sheet": issue.sheet,
                "row": issue.row or None,
                "column": issue.column,
                "severity": str(issue.severity),
                "message": issue.message,
                "value": issue.value,
            }
            for issue in plan.issues
        ],
    }


def write_report(report: dict[str, Any], path: Path) -> None:
    """Write a report as readable UTF-8."""
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

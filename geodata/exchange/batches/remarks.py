"""The remarks of a batch in the database; the report file has them all, the database the first few thousand."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.exchange.issues import Issue, Severity
from geodata.exchange.models import Batch, BatchIssue

ISSUES_KEPT = 5000


def store_issues(batch: Batch, issues: Sequence[Issue]) -> None:
    """Replace the stored remarks of a batch: the worst first where there are too many."""
    batch.issues.all().delete()
    kept = list(issues)
    if len(kept) > ISSUES_KEPT:
        weight = list(Severity)
        kept = sorted(kept, key=lambda issue: weight.index(issue.severity))[:ISSUES_KEPT]
        message = f"问题共 {len(issues)} 条，这里只保存前 {ISSUES_KEPT} 条，全部见导入报告"
        kept.append(Issue(severity=Severity.NOTICE, message=message))
    BatchIssue.objects.bulk_create(
        [
            BatchIssue(
                batch=batch,
                severity=str(issue.severity),
                sheet=issue.sheet[:100],
                row=issue.row or None,
                column=issue.column[:60],
                message=issue.message,
                value=issue.value[:200],
            )
            for issue in kept
        ],
        batch_size=1000,
    )

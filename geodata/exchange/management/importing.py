"""What the eight import commands share: options, progress, exit codes, report and error workbook."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now as clock

from geodata.crs.control import read as read_control
from geodata.crs.declared import parse_declared
from geodata.errors import Busy, DomainError, Refused
from geodata.exchange.alike import EVERY, NEW
from geodata.exchange.batches import Preview, commit_batch, preview
from geodata.exchange.batches.opening import keep, make_context
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.error_workbook import write_error_workbook
from geodata.exchange.issues import Severity
from geodata.exchange.mappings import ColumnMapping, MappingError, read_mapping
from geodata.exchange.models import Batch
from geodata.exchange.plans import Context
from geodata.exchange.reports import build_report, write_report
from geodata.sandbox.documents import PATIENT
from geodata.stewards.models import User

ALL_IN = 0
REFUSED = 1
USAGE = 2
SOME_IN = 3

PROGRESS_AFTER = 2.0
PROGRESS_EVERY = 0.5
ISSUES_SHOWN = 40
WORDS = {"error": "错误", "question": "待确认", "warning": "提醒", "notice": "说明"}


class Progress:
    """A line on standard error for whatever takes longer than two seconds."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._started = self._shown = time.monotonic()

    def __call__(self, done: int, total: int, what: str) -> None:
        moment = time.monotonic()
        if moment - self._started < PROGRESS_AFTER or moment - self._shown < PROGRESS_EVERY:
            return
        self._shown = moment
        share = f"{done * 100 // total}%" if total else ""
        self._stream.write(f"\r{what} {done}/{total} {share}  ", ending="")
        self._stream.flush()

    def close(self) -> None:
        """End the line, if there is one."""
        if self._shown != self._started:
            self._stream.write("")


class ImportCommand(BaseCommand):
    """Base of the commands; a subclass names its dataset."""

    dataset: ClassVar[str]
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The same options for all."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--crs", default="", help="坐标系：EPSG 代码、GCJ02 或 BD09")
        parser.add_argument(
            "--control-points",
            type=Path,
            default=None,
            metavar="FILE.csv",
            help="控制点文件：每行四个数，图纸 x、图纸 y、东坐标、北坐标",
        )
        parser.add_argument("--encoding", default="", help="文本编码，如 gb18030、utf-8、cp1252")
        parser.add_argument("--sheet", default="", help="只读这个工作表")
        parser.add_argument("--mapping", type=Path, default=None, metavar="FILE.toml", help="列映射文件")
        parser.add_argument("--skip-refused", action="store_true", help="合格的行入库，不合格的行写入错误工作簿")
        parser.add_argument(
            "--alike",
            choices=["ask", "new"],
            default="ask",
            help="与已有项目名称相近的行：ask 待确认，new 都是另一个项目",
        )
        parser.add_argument("--user", default="", metavar="NAME", help="以谁的名义导入")
        parser.add_argument("--report", type=Path, default=None, metavar="FILE.json", help="导入报告")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and leave with the exit code of the contract."""
        code = self.run(options)
        if code != ALL_IN:
            sys.exit(code)

    def run(self, options: dict[str, Any]) -> int:
        """Preview, commit unless told not to, report. Returns the exit code."""
        path: Path = options["file"]
        context = self._context(path, options)
        progress = Progress(self.stderr)
        context.progress = progress
        context.limits = PATIENT
        try:
            seen = preview(path=path, dataset=self.dataset, context=context)
        except Busy as error:
            raise CommandError(error.message, returncode=REFUSED) from error
        batch = None
        refused = seen.plan.blocked or (seen.plan.counts.refused > 0 and not options["skip_refused"])
        if options["dry_run"]:
            result = "dry_run"
        else:
            batch, result = self._commit(seen, context, skip_refused=options["skip_refused"])
            refused = result == "refused"
        progress.close()
        self._tell(seen, result, batch)
        self._keep_report(seen, path, batch, result, options["report"])
        if refused:
            return REFUSED
        return SOME_IN if seen.plan.counts.refused and options["skip_refused"] else ALL_IN

    def _context(self, path: Path, options: dict[str, Any]) -> Context:
        if not path.is_file():
            raise CommandError(f"没有这个文件：{path}", returncode=USAGE)
        mapping = ColumnMapping()
        if options["mapping"] is not None:
            try:
                mapping = read_mapping(options["mapping"], find_dataset(self.dataset).layouts)
            except MappingError as error:
                raise CommandError(str(error), returncode=USAGE) from error
        control = _control_points(options["control_points"])
        chosen = mapping.options.merged_with(
            alike={EVERY: NEW} if options["alike"] == "new" else {},
            control_points=control,
            crs=options["crs"],
            encoding=options["encoding"],
            sheet=options["sheet"],
        )
        if chosen.crs and parse_declared(chosen.crs) is None:
            raise CommandError(f"不认识的坐标系：{chosen.crs}", returncode=USAGE)
        user = self._user(options["user"])
        return make_context(options=chosen, mapping=mapping, user=user, now=clock())

    @staticmethod
    def _user(name: str) -> User | None:
        if not name:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"没有这个用户：{name}", returncode=USAGE)
        return user

    def _commit(self, seen: Preview, context: Context, *, skip_refused: bool) -> tuple[Batch, str]:
        batch = keep(seen, context)
        try:
            batch = commit_batch(
                batch=batch,
                skip_refused=skip_refused,
                user=context.user,
                now=context.now,
                seen=seen,
                progress=context.progress,
            )
        except DomainError as error:
            raise CommandError(error.message, returncode=REFUSED) from error
        if batch.state == Batch.State.COMMITTED:
            return batch, "committed"
        last = batch.issues.filter(row__isnull=True, severity="error").order_by("-id").first()
        if last is not None and last.message not in {issue.message for issue in seen.plan.issues}:
            self.stderr.write(last.message)
        return batch, "refused"

    def _tell(self, seen: Preview, result: str, batch: Batch | None) -> None:
        counts = seen.plan.counts
        said = {"committed": "已入库", "refused": "未入库，没有写入任何数据", "dry_run": "试运行，没有写入任何数据"}
        number = f"（批次 {batch.pk}）" if batch else ""
        self.stdout.write(
            f"{seen.path.name}：{said[result]}{number}。新增 {counts.new}，更新 {counts.changed}，"
            f"无变化 {counts.unchanged}，拒收 {counts.refused}，跳过 {counts.skipped}。"
        )
        if result == "committed" and not counts.written:
            self.stdout.write("文件中的内容都已在库中，没有改动。")
        weight = list(Severity)
        issues = sorted(seen.plan.issues, key=lambda issue: weight.index(issue.severity))
        for issue in issues[:ISSUES_SHOWN]:
            self.stdout.write(f"  {WORDS[issue.severity]} {issue}{f'（原值：{issue.value}）' if issue.value else ''}")
        if len(issues) > ISSUES_SHOWN:
            self.stdout.write(f"  …… 另有 {len(issues) - ISSUES_SHOWN} 条，见 --report 写出的报告")

    def _keep_report(self, seen: Preview, path: Path, batch: Batch | None, result: str, target: Path | None) -> None:
        report = build_report(seen=seen, file_name=path.name, batch=batch, result=result)
        place = _workbook_path(path, target)
        if seen.plan.counts.refused and place is not None and seen.content.grids:
            write_error_workbook(
                path=place, grids=seen.content.grids, tables=seen.content.tables, issues=seen.plan.issues
            )
            report["error_workbook"] = place.name
            self.stdout.write(f"错误工作簿：{place}")
        if target is not None:
            write_report(report, target)


def _control_points(path: Path | None) -> str:
    """The text of a file of control points, understood once before anything is read with it."""
    if path is None:
        return ""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"控制点文件读不出来：{path}", returncode=USAGE) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    try:
        read_control(text)
    except Refused as refused:
        raise CommandError(refused.message, returncode=USAGE) from refused
    return text


def _workbook_path(path: Path, report: Path | None) -> Path | None:
    """Next to the report; without one next to the file itself."""
    folder = report.parent if report is not None else path.parent
    name = f"{report.stem if report is not None else path.stem}-错误.xlsx"
    return folder / name

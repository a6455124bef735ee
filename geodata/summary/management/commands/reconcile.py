"""Compares the stored totals with the definition of every figure to the fen, and looks for faults in the ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from geodata.audit import acting
from geodata.funding.selectors import ledger_faults
from geodata.summary.models import ProjectTotals
from geodata.summary.services import CHUNK, SHOWN, Difference, differences, rebuild_totals


class Command(BaseCommand):
    help = "核对项目合计与台账逐笔计算的结果；一致时退出码为 0,--fix 按台账重算"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="不一致时按台账重算全部项目的合计")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        found = differences(today=today, told=self._told)
        if found and options["fix"]:
            self._show(found)
            with acting(user_id=None, reason="reconcile --fix"):
                rebuild_totals()
            found = differences(today=today, told=self._told)
        if found:
            self._show(found)
            raise CommandError(f"有 {len(found)} 处不一致；核实原因后可用 reconcile --fix 重算", returncode=1)
        self._check_ledger()
        self.stdout.write(f"核对一致：{ProjectTotals.objects.count()} 个项目的合计与逐笔计算到分相同")

    def _told(self, done: int, of: int) -> None:
        if of > CHUNK:
            self.stdout.write(f"已核对 {done} / {of} 个项目")

    def _check_ledger(self) -> None:
        """What no service can have written; nothing mends a ledger but a person who finds out why."""
        faults = ledger_faults()
        for fault in faults[:SHOWN]:
            self.stderr.write(f"凭证 {fault.voucher_no}：{fault.fault}")
        if faults:
            raise CommandError(f"台账有 {len(faults)} 处异常，请查明原因", returncode=1)

    def _show(self, found: list[Difference]) -> None:
        for each in found[:SHOWN]:
            self.stderr.write(f"{each.code} {each.column}：合计为 {each.stored}，逐笔计算为 {each.defined}")
        if len(found) > SHOWN:
            self.stderr.write(f"……其余 {len(found) - SHOWN} 处从略")

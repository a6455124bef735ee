"""Writes the map of a day as one file that opens from a memory stick, without a network."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.choropleths.offline_map import offline_facts, offline_page
from dashboards.choropleths.offline_map.frame import frame_of_city
from dashboards.choropleths.selectors import PAINTABLE, RATES
from geodata.errors import DomainError
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension


class Command(BaseCommand):
    help = "生成离线地图：一个不联网也能打开的 HTML 文件（含着色、图例、项目卡片和表格）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", metavar="OUT.html", help="要写入的文件")
        parser.add_argument("--rate", default=RATES[0], choices=PAINTABLE, metavar="编号", help="着色指标，如 I04、I07")
        parser.add_argument("--dimension", default=Dimension.MANAGEMENT, choices=list(Dimension), help="口径")
        parser.add_argument("--as-of", type=_day, default=None, metavar="2026-03-31", help="截止日期，默认今天")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = ProjectFilter(as_of=options["as_of"])
        dimension = Dimension(options["dimension"])
        try:
            facts = offline_facts(
                CITY, chosen=chosen, rate=options["rate"], dimension=dimension, today=timezone.localdate()
            )
            page = offline_page(facts, frame_of_city())
            out = Path(options["out"])
            partial = out.with_name(f".{out.name}.partial")
            partial.write_text(page, encoding="utf-8")
            partial.replace(out)
        except (DomainError, OSError) as error:
            raise CommandError(f"离线地图没有生成：{error}", returncode=1) from error
        size = out.stat().st_size / 1_000_000
        self.stdout.write(
            f"已生成 {out}：{len(facts.projects):,} 个项目，截至 {facts.as_of}，文件 {size:.1f} MB，断网可用"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"日期“{text}”不正确，应为 2026-03-31 的样子", returncode=2) from error

"""./manage.py publish: copies the allow-list into the public database as the next snapshot."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from geodata.errors import DomainError
from portal.publication.openfiles import make_files
from portal.publication.services import publish


class Command(BaseCommand):
    help = "Publish a snapshot to the public database. Exit 0 only if all of it is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="business date (default: today)")

    def _say(self, percent: int, step: str) -> None:
        """The same progress that the publication page shows, on a terminal's error output."""
        if self.stderr.isatty():
            self.stderr.write(f"{percent:3d} %  {step}")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        try:
            snapshot = publish(as_of=options["as_of"] or now.date(), now=now, say=self._say)
            make_files()
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"已发布第 {snapshot.number} 期快照（截至 {snapshot.as_of}）：项目 {snapshot.projects} 个，"
            f"支付 {snapshot.payments} 笔，合计 {snapshot.disbursed} 元，公开链 {snapshot.chain_length} 条"
        )

#!/usr/bin/env python3
"""Django's command line. Works by itself after `make run`: finds its own virtual environment and its cluster."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv" / "bin" / "python"

# Commands that change the schema act as the owner of the main database; the web server's role owns nothing.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "sqlflush", "flush", "test", "dbshell"}
# Commands that never open a database must work while none is there.
OFFLINE_COMMANDS = {"collectstatic", "compilemessages", "makemessages", "help", "version", "--help", "--version"}


def use_own_environment() -> None:
    """Starts again under the project's Python, unless this is it."""
    if Path(sys.prefix) == ROOT / ".venv":
        return
    if not PYTHON.exists():
        sys.exit("尚未安装运行环境：请先执行 make run（或 make install）。\nNot installed yet: run 'make run' first.")
    os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606


def prepare_database(command: str) -> None:
    """Chooses the role that the command needs and starts the private cluster if it is down."""
    if command in OWNER_COMMANDS:
        os.environ.setdefault("ONEMAP_ROLE", "owner")
    if command in OFFLINE_COMMANDS:
        return
    from ops import cluster

    if cluster.uses_private_cluster(os.environ):
        cluster.ensure()


def main() -> None:
    """Runs one command."""
    use_own_environment()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from ops import messages
    from ops.errors import SetupError

    try:
        messages.compile_catalogues()  # a few file dates, unless a translation has changed
        prepare_database(sys.argv[1] if len(sys.argv) > 1 else "help")
    except SetupError as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

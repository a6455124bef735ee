"""Finds a PostgreSQL server of version 15 or newer that has PostGIS."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.errors import SetupError

OLDEST_VERSION = 15
DEBIAN_SERVERS = Path("/usr/lib/postgresql")
DEBIAN_SHARES = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Server:
    """One installed PostgreSQL server."""

    version: int
    programs: Path

    def program(self, name: str) -> str:
        """The full path of one of the server's programs, such as initdb."""
        return str(self.programs / name)


def missing_server() -> SetupError:
    """The sentence for a machine without the server, where we may not install it ourselves."""
    return SetupError(
        "缺少 PostgreSQL 15 及以上版本和 PostGIS：请管理员执行"
        "「apt-get install postgresql postgresql-15-postgis-3」（或以 root 运行本命令），"
        "也可以设置 ONEMAP_DATABASE_URL 与 ONEMAP_PUBLIC_DATABASE_URL 使用已有的数据库，然后重试。",
        "PostgreSQL 15 or newer with PostGIS is missing: ask an administrator to run "
        "'apt-get install postgresql postgresql-15-postgis-3' (or run this as root), or set ONEMAP_DATABASE_URL "
        "and ONEMAP_PUBLIC_DATABASE_URL to databases that exist, and try again.",
    )


def _debian_servers() -> list[Server]:
    servers = []
    for folder in DEBIAN_SERVERS.glob("*/bin"):
        name = folder.parent.name
        control = DEBIAN_SHARES / name / "extension" / "postgis.control"
        if name.isdigit() and (folder / "initdb").exists() and control.exists():
            servers.append(Server(int(name), folder))
    return servers


def _server_on_path() -> list[Server]:
    """A server of another distribution or of one's own build, found by pg_config."""
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return []

    def ask(option: str) -> str:
        return subprocess.run([pg_config, option], capture_output=True, text=True, check=False).stdout.strip()

    version = re.search(r"PostgreSQL (\d+)", ask("--version"))
    programs, share = Path(ask("--bindir")), Path(ask("--sharedir"))
    if version and (programs / "initdb").exists() and (share / "extension" / "postgis.control").exists():
        return [Server(int(version[1]), programs)]
    return []


def find_server() -> Server | None:
    """The newest server that qualifies, or None."""
    found = [server for server in _debian_servers() if server.version >= OLDEST_VERSION]
    found = found or [server for server in _server_on_path() if server.version >= OLDEST_VERSION]
    return max(found, key=lambda server: server.version, default=None)


def require_server() -> Server:
    """The newest server that qualifies; raises SetupError with the sentence that says what to install."""
    server = find_server()
    if server is None:
        raise missing_server()
    return server

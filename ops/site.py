"""Brings the site's data up to date: schema of both databases, static files, the demo city, the first snapshot."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from ops import cluster, console, stamps
from ops.environment import RUNTIME_LOCK
from ops.errors import SetupError
from ops.paths import PYTHON, ROOT, VAR

PACKAGES = ("geodata", "dashboards", "portal")
OWNER_URL = "ONEMAP_OWNER_DATABASE_URL"
PUBLISHER_URL = "ONEMAP_PUBLISHER_DATABASE_URL"
CITY_TIME = timezone(timedelta(hours=8))
HAS_PROJECTS = "from geodata.projects.models import Project; raise SystemExit(0 if Project.objects.exists() else 7)"


def prepare_databases() -> None:
    """Starts the private cluster where it is used, and migrates both databases when migrations have changed."""
    private = cluster.uses_private_cluster(os.environ)
    if private:
        console.step("启动数据库" if cluster.private_cluster().data.exists() else "建立并启动数据库")
        cluster.ensure()
    elif not os.environ.get(PUBLISHER_URL) and not os.environ.get(f"{PUBLISHER_URL}_FILE"):
        raise SetupError(
            f"使用自有数据库时还须设置 {PUBLISHER_URL}（公开库的写入账号）。",
            f"With databases of your own, {PUBLISHER_URL} (writes the public database) must be set too.",
        )
    wanted = stamps.digest_of(migration_files(), _database_identity())
    if stamps.is_current("migrations", wanted):
        return
    console.step("更新数据库结构 migrate")
    manage("migrate", "--no-input", "-v", "0", environment=_owner_environment())
    # The public database holds one app's tables; asking for more would only compute what the router then refuses.
    manage("migrate", "public", "--no-input", "-v", "0", "--database", "publisher", environment=_owner_environment())
    manage("refresh_statistics", environment=_owner_environment())
    stamps.remember("migrations", wanted)


def collect_static_files() -> None:
    """Copies and fingerprints the static files when one of them has changed."""
    wanted = stamps.digest_of(_static_sources())
    if stamps.is_current("static", wanted) and (VAR / "static").exists():
        return
    console.step("汇集静态文件 collectstatic")
    manage("collectstatic", "--no-input", "--clear", "-v", "0")
    stamps.remember("static", wanted)


def load_demo_city() -> None:
    """Loads the demo city into an empty database, through the importers that staff use, and publishes it."""
    wanted = _database_identity()
    if os.environ.get("ONEMAP_DEMO") == "0" or stamps.is_current("demo", wanted):
        return
    # The importers take each file as a whole and know it again, so that a load that was broken off is simply repeated.
    if stamps.is_current("demo-begun", wanted) or _is_empty():
        stamps.remember("demo-begun", wanted)
        console.step("导入示例城市 load_demo（首次启动，约两分钟）")
        console.run_aloud([str(PYTHON), "manage.py", "load_demo"], failure="示例城市导入失败。")
        console.step("发布前两个月末的公开数据 publish --as-of")
        for day in month_ends_before(datetime.now(CITY_TIME).date(), 2):
            manage("publish", "--as-of", day.isoformat())
        stamps.forget("demo-begun")
    console.step("发布公开数据 publish")
    manage("publish")
    stamps.remember("demo", wanted)


def month_ends_before(day: date, months: int) -> list[date]:
    """The last days of so many months before the day's own, the earliest first: a city that has been public for a
    while has past editions to look at, and changes between them."""
    ends = []
    for _month in range(months):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends[::-1]


def manage(*arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Runs one management command and shows its output only when it fails."""
    command = [str(PYTHON), "manage.py", *arguments]
    console.run(command, failure=f"manage.py {arguments[0]} 失败。", environment=environment)


def _is_empty() -> bool:
    command = [str(PYTHON), "manage.py", "shell", "--no-imports", "-c", HAS_PROJECTS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 7}:
        raise SetupError(f"无法读取数据库：{done.stderr[-1000:]}", "Cannot read the database.")
    return done.returncode == 7


def _owner_environment() -> dict[str, str]:
    """The web server's role owns nothing: migrations act as the owner of the main database."""
    environment = {**os.environ, "ONEMAP_ROLE": "owner"}
    for suffix in ("", "_FILE"):
        if OWNER_URL + suffix in environment:
            environment[cluster.MAIN_URL + suffix] = environment[OWNER_URL + suffix]
    return environment


def _database_identity() -> str:
    """Tells a new database from the one that a stamp was written for."""
    named = [
        os.environ.get(f"{name}{suffix}", "") for name in (cluster.MAIN_URL, PUBLISHER_URL) for suffix in ("", "_FILE")
    ]
    version = cluster.private_cluster().data / "PG_VERSION"
    if cluster.uses_private_cluster(os.environ) and version.exists():
        state = version.stat()
        named.append(f"{state.st_ino} {state.st_mtime_ns}")
    return stamps.digest_of([], *named)


def migration_files() -> Iterator[Path]:
    yield RUNTIME_LOCK  # libraries bring migrations of their own
    for package in PACKAGES:
        for kind in ("py", "sql"):
            yield from (ROOT / package).glob(f"**/migrations/**/*.{kind}")


def _static_sources() -> Iterator[Path]:
    yield RUNTIME_LOCK
    for name in ("package-lock.json", "portal/settings/base.py"):
        if (ROOT / name).exists():
            yield ROOT / name
    for package in PACKAGES:
        yield from (file for file in (ROOT / package).glob("**/static/**/*") if file.is_file())
        yield from (ROOT / package).glob("assets/*.py")

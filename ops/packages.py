"""Debian packages: what is missing, and how to get it as root or by sudo."""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ops import console, postgres
from ops.errors import SetupError

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# 1.6 MB; draws every character of GB 2312 and most of the names in use. The Noto CJK family would be 57 MB.
CJK_FONT = ("fonts-wqy-microhei", Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"))
LIBATOMIC = ("libatomic1", ("/usr/lib/*/libatomic.so.1", "/usr/lib/libatomic.so.1", "/lib64/libatomic.so.1"))
CREATE_CLUSTER_RULE = Path("/etc/postgresql-common/createcluster.d/onemap.conf")


def chromium() -> str | None:
    """The browser for the tests, or None."""
    named = os.environ.get("ONEMAP_CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def ensure_server() -> None:
    """PostgreSQL with PostGIS and a Chinese font; without the right to install, the server's sentence."""
    needs_server = postgres.find_server() is None
    needs_font = not CJK_FONT[1].exists()
    if not (needs_server or needs_font):
        return
    administrator = _administrator()
    if administrator is None:
        if needs_server:
            raise postgres.missing_server()
        return  # a font is a wish: pages name fonts that people's own machines have
    _refresh_lists(administrator)
    wanted = [CJK_FONT[0]] if needs_font else []
    if needs_server:
        _forbid_default_cluster(administrator)
        wanted += _server_packages()
    _install(administrator, wanted)
    if postgres.find_server() is None:
        raise postgres.missing_server()


def ensure_browser() -> None:
    """Chromium and the library that Playwright's own node needs."""
    wanted = [] if chromium() else ["chromium"]
    if not any(list(Path("/").glob(pattern[1:])) for pattern in LIBATOMIC[1]):
        wanted.append(LIBATOMIC[0])
    if not wanted:
        return
    administrator = _administrator()
    if administrator is None:
        names = " ".join(wanted)
        raise SetupError(
            f"浏览器测试缺少软件包：请管理员执行「apt-get install {names}」（或以 root 运行本命令），然后重试。",
            f"The browser tests lack packages: ask an administrator to run 'apt-get install {names}' and try again.",
        )
    _refresh_lists(administrator)
    _install(administrator, wanted)


def ensure_peer() -> None:
    """ogr2ogr, against which `make bench` measures imports; without it those benchmarks say so and skip."""
    if shutil.which("ogr2ogr"):
        return
    administrator = _administrator()
    if administrator is None:
        console.step("没有 ogr2ogr，导入的对比会跳过；要比较，请管理员执行「apt-get install gdal-bin」")
        return
    _refresh_lists(administrator)
    _install(administrator, ["gdal-bin"])


def ensure_venv_module() -> None:
    """Debian splits Python's venv module off; without ensurepip no virtual environment can be made."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return
    administrator = _administrator()
    if administrator is None:
        raise SetupError(
            "缺少 Python 的 venv 模块：请管理员执行「apt-get install python3-venv」，然后重试。",
            "Python's venv module is missing: ask an administrator to run 'apt-get install python3-venv'.",
        )
    _refresh_lists(administrator)
    _install(administrator, ["python3-venv"])


def _administrator() -> tuple[str, ...] | None:
    """What to put before a command that needs root: nothing, sudo, or None where neither is possible."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ("sudo", "-n")
    return ("sudo",) if sys.stdin.isatty() else None


@functools.cache
def _refresh_lists(administrator: tuple[str, ...]) -> None:
    """Once a command at most: it takes seconds."""
    console.step("更新软件包列表 apt-get update")
    console.run([*administrator, "apt-get", "update", "-q"], failure="软件包列表更新失败，请检查网络与软件源。")


def _server_packages() -> list[str]:
    """The newest PostGIS that this distribution has for a PostgreSQL of at least 15."""
    command = ["apt-cache", "pkgnames", "postgresql-"]
    names = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    versions = [int(found) for found in re.findall(r"^postgresql-(\d+)-postgis-3$", names, flags=re.MULTILINE)]
    versions = [version for version in versions if version >= postgres.OLDEST_VERSION]
    if not versions:
        raise postgres.missing_server()
    return [f"postgresql-{max(versions)}", f"postgresql-{max(versions)}-postgis-3"]


def _forbid_default_cluster(administrator: Sequence[str]) -> None:
    """Debian would create and start a cluster of its own on TCP port 5432; we bring our own."""
    if CREATE_CLUSTER_RULE.exists():
        return
    script = f"mkdir -p {CREATE_CLUSTER_RULE.parent} && echo 'create_main_cluster = false' > {CREATE_CLUSTER_RULE}"
    console.run([*administrator, "sh", "-c", script], failure=f"无法写入 {CREATE_CLUSTER_RULE}。")


def _install(administrator: Sequence[str], names: Sequence[str]) -> None:
    console.step(f"安装软件包 {' '.join(names)}")
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    environment = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    console.run([*environment, *command], failure=f"安装失败：{' '.join(names)}。")

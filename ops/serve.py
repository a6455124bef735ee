"""Runs the web server and the worker as children, and ends them together."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from ops.errors import SetupError
from ops.paths import PYTHON, ROOT, VAR, VENV

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
# workers x threads stay far below max_connections even when every thread holds one session of each alias
WEB_WORKERS = 2
WEB_THREADS = 4
WORKER_JOBS = "2"  # with a second connection each for the progress: as many as the pool has
START_PATIENCE = 60.0
STOP_PATIENCE = 12.0


def port() -> int:
    """The port to serve on, from ONEMAP_PORT."""
    given = os.environ.get("ONEMAP_PORT") or str(DEFAULT_PORT)
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise SetupError(f"ONEMAP_PORT 不是端口号：{given}", f"ONEMAP_PORT is not a port number: {given}")
    return int(given)


def address() -> str:
    """Where people find the site."""
    return f"http://{HOST}:{port()}"


def require_free_port() -> None:
    """Raises SetupError where another program listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port()))
        except OSError as error:
            raise SetupError(
                f"端口 {port()} 已被占用：请先停止占用它的程序，或用 ONEMAP_PORT=8001 make run 换一个端口。",
                f"Port {port()} is in use: stop the program that uses it, or choose another with ONEMAP_PORT.",
            ) from error


def web_command() -> list[str]:
    """The web server: granian runs the WSGI application; only loopback can reach it."""
    options = ["--interface", "wsgi", "--no-ws", "--host", HOST, "--port", str(port()), "--log-level", "warning"]
    options += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers"]
    options += ["--workers-kill-timeout", "8", "--working-dir", str(ROOT)]
    return [str(VENV / "bin" / "granian"), *options, "portal.wsgi:application"]


def worker_command() -> list[str]:
    """The worker that carries out jobs queued in PostgreSQL; two at a time, so that no file waits for another."""
    options = ["--concurrency", WORKER_JOBS, "--shutdown-graceful-timeout", "8"]
    return [str(PYTHON), "manage.py", "procrastinate", "worker", *options]


@dataclass
class Site:
    """The running children; a context manager that never leaves one behind."""

    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "Site":
        VAR.mkdir(exist_ok=True)
        environment = {"ONEMAP_SITE": "both", **os.environ, "PYTHONUNBUFFERED": "1"}
        for command, output in ((web_command(), None), (worker_command(), subprocess.DEVNULL)):
            # A session of their own: Ctrl-C reaches us alone and we end them in order. Should we be killed
            # ourselves, the kernel ends them.
            guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
            self.children.append(
                subprocess.Popen(
                    [*guard, *command],
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    start_new_session=True,
                )
            )
        return self

    def __exit__(self, *_unused: object) -> None:
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_PATIENCE
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def wait_until_it_answers(self) -> None:
        """Returns when /healthz says 200; raises SetupError when a child ends or time runs out."""
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            self._require_alive()
            try:
                with urllib.request.urlopen(f"{address()}/healthz", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise SetupError("网站没有在一分钟内就绪。", "The site did not become ready within a minute.")

    def wait_for_end(self) -> None:
        """Waits until somebody interrupts us; raises SetupError when a child ends by itself."""
        while True:
            self._require_alive()
            time.sleep(0.3)

    def _require_alive(self) -> None:
        for child, name in zip(self.children, ("网站 web", "后台任务 worker"), strict=False):
            if child.poll() is not None:
                raise SetupError(
                    f"{name} 意外退出（{child.returncode}），见上面的输出。", f"{name} ended unexpectedly."
                )

"""The commands behind the Makefile: python3 -m ops COMMAND."""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Callable

from ops import check, cluster, console, deployment, environment, messages, packages, serve, site
from ops.errors import SetupError
from ops.paths import LOCAL, ROOT, VAR, VENV

MADE_CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", ".benchmarks")


def install(*, development: bool) -> None:
    """What is missing on this machine, in the project's own folders wherever possible."""
    environment.require_python()
    if cluster.uses_private_cluster(os.environ):
        packages.ensure_server()
    if development:
        packages.ensure_browser()
    environment.ensure_python(development=development)
    environment.ensure_node_packages(development=development)
    messages.compile_catalogues()


def prepare() -> None:
    """Everything up to the moment before serving."""
    install(development=False)
    site.prepare_databases()
    site.collect_static_files()
    site.load_demo_city()


def run() -> None:
    """Serves until Ctrl-C."""
    serve.port()
    serve.require_free_port()
    prepare()
    console.step("启动网站与后台任务")
    with contextlib.suppress(KeyboardInterrupt), serve.Site() as running:
        welcome = check.welcome()
        running.wait_until_it_answers()
        console.step("已就绪，按 Ctrl-C 停止")
        print(welcome, flush=True)
        running.wait_for_end()
    print("\n已停止。数据保留；数据库仍在运行，用 make stop 停止它。", flush=True)


def run_check() -> None:
    """Starts the site as `run` does, looks at its main pages and stops: the proof that a fresh machine works."""
    serve.require_free_port()
    prepare()
    console.step("启动网站与后台任务")
    with serve.Site() as running:
        running.wait_until_it_answers()
        console.step("已就绪，逐页检查")
        check.look_at_pages()
    console.step("检查通过")


def install_for_tests() -> None:
    """What the tests and checks need, and a running cluster."""
    install(development=True)
    if cluster.uses_private_cluster(os.environ):
        cluster.ensure()


def install_for_bench() -> None:
    """What the tests need, and the program that imports are measured against."""
    packages.ensure_peer()
    install_for_tests()


def clean() -> None:
    """Removes what was made here, the private cluster and its data among it."""
    console.step("停止并删除本项目的数据库")
    cluster.private_cluster().destroy()
    for folder in (VENV, LOCAL, VAR, environment.NODE_MODULES, *(ROOT / name for name in MADE_CACHES)):
        shutil.rmtree(folder, ignore_errors=True)
    for compiled in (ROOT / "locale").glob("*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    console.step("已清除；用 apt-get 安装的系统软件包保留")


def stop() -> None:
    """Stops the private cluster; the data stay."""
    cluster.private_cluster().stop()


COMMANDS: dict[str, Callable[[], None]] = {
    "install": lambda: install(development=False),
    "install-for-tests": install_for_tests,
    "install-for-bench": install_for_bench,
    "run": run,
    "run-check": run_check,
    "stop": stop,
    "clean": clean,
    "secrets": deployment.write_secrets,
    "lock": environment.lock_requirements,
    "messages": lambda: print(f"{messages.compile_catalogues()} 个译文文件已编译"),
}


def main() -> int:
    """Runs one command; 2 for a command that does not exist, 1 when it fails."""
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        print(f"python3 -m ops {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    for name in (signal.SIGTERM, signal.SIGHUP):  # ends as Ctrl-C does: children first
        signal.signal(name, signal.default_int_handler)
    try:
        command()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中断。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

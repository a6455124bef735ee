"""The parent's side: start a child, hand it a copy of the file, take its answer, be rid of it whatever happens.

No exception but a domain error leaves this module for anything that a file can cause, and no file stays behind.
"""

import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geodata.errors import Busy, FileRefused, TooLarge
from geodata.sandbox import bubblewrap, child
from geodata.sandbox.blocks import Lines
from geodata.sandbox.codec import scalars
from geodata.sandbox.documents import Limits
from geodata.sandbox.surroundings import clean_environment

logger = logging.getLogger("geodata.sandbox")

PREFIX = "onemap-sandbox-"
STALE_SECONDS = 3600
AT_ONCE = 4
WAIT_SECONDS = 25
CHUNK = 1 << 20
LONGEST_MESSAGE = 500
LOGGED_BYTES = 4000
SIGNALLED = 128

TOO_SLOW = "文件内容过于复杂，在规定时间内没有读完，已停止，没有写入任何数据。请拆分成几个较小的文件再上传。"
TOO_MUCH_MEMORY = "文件展开后占用的内存过大，已停止，没有写入任何数据。请删去多余的工作表或空行，或拆分后再上传。"
CRASHED = "文件内容异常，读取时中止，没有写入任何数据。请用原来的软件打开检查、另存一份后再上传。"
NO_WALLS = "服务器的文件隔离环境没有启动，文件没有打开。请联系系统管理员。"
BUSY = "正在处理的文件较多，请一分钟后再试。"

_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a child is to run: ``module:function(folder, *, limits, **arguments)``, giving something JSON can hold.

    ``without`` names optional libraries that the module would otherwise import for nothing.
    """

    module: str
    function: str
    without: Sequence[str] = field(default=())


class _EndedError(Exception):
    """The child ended without an answer; ``message`` says to people why."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def run(
    operation: Operation,
    *,
    arguments: Mapping[str, Any],
    inputs: Mapping[str, Path | bytes],
    limits: Limits,
    extra_libraries: Sequence[str] = (),
) -> Any:
    """Run ``operation`` on copies of ``inputs`` (name in the folder → file or bytes) and return its answer.

    Raises ``FileRefused``, ``TooLarge`` or ``Busy``. ``extra_libraries`` is for tests, which bring modules of theirs.
    """
    return run_in_lines(operation, arguments=arguments, inputs=inputs, limits=limits, extra_libraries=extra_libraries)[
        0
    ]


def run_in_lines(
    operation: Operation,
    *,
    arguments: Mapping[str, Any],
    inputs: Mapping[str, Path | bytes],
    limits: Limits,
    extra_libraries: Sequence[str] = (),
) -> tuple[Any, Lines]:
    """As `run`, for an operation that gives one piece of a long document after the other: the last line is what it
    says of the whole, the lines before are the pieces. Nothing of these is checked yet.
    """
    lines = Lines(bytes_at_most=limits.answer_bytes, lines_at_most=limits.rows + 2)
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Busy(BUSY)
    try:
        with _private_folder() as folder:
            _place(inputs, folder)
            job = _job(operation, arguments, folder, limits, extra_libraries)
            with (folder.parent / "stderr").open("w+b") as errors:
                try:
                    _converse(_command(folder), job, errors, limits, lines.take)
                except _EndedError as end:
                    _log(operation, end.code, errors)
                    raise FileRefused(end.message, code=end.code) from None
                return _judge(lines.read(-1), operation, errors), lines
    finally:
        _slots.release()


def _log(operation: Operation, what: str, errors: Any) -> None:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - LOGGED_BYTES))
    logger.warning("%s.%s: %s: %r", operation.module, operation.function, what, errors.read())


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder for the child inside one for its parent; both are gone afterwards."""
    outer = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        folder = outer / "work"
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def sweep(*, now: float) -> int:
    """Remove folders that a killed parent left behind more than an hour ago; returns how many. For a periodic job."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if folder.is_dir() and not folder.is_symlink() and now - folder.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _place(inputs: Mapping[str, Path | bytes], folder: Path) -> None:
    """Copies, never links: through a link the child could write to the original."""
    for name, content in inputs.items():
        target = folder / name
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            shutil.copyfile(content, target)
        target.chmod(0o400)


def _libraries() -> list[str]:
    """Where the parent finds its installed packages; the child runs without ``site`` and looks nowhere else."""
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir()]


def _landlock_required() -> bool:
    """Outside of DEBUG a child that cannot use Landlock must not open anything."""
    from django.conf import settings

    return bool(getattr(settings, "SANDBOX_REQUIRES_LANDLOCK", not settings.DEBUG))


def _job(
    operation: Operation, arguments: Mapping[str, Any], folder: Path, limits: Limits, extra_libraries: Sequence[str]
) -> bytes:
    job = {
        "module": operation.module,
        "function": operation.function,
        "without": list(operation.without),
        "arguments": dict(arguments),
        "folder": str(folder),
        "limits": asdict(limits),
        "libraries": [*extra_libraries, *_libraries()],
        "landlock_required": _landlock_required(),
        "parent": os.getpid(),
    }
    return json.dumps(job).encode()


def _command(folder: Path) -> list[str]:
    """The child's command line, inside bubblewrap where that works and the settings do not say no."""
    from django.conf import settings

    interpreter = [sys.executable, "-I", "-S", "-X", "utf8", child.__file__]
    if not getattr(settings, "SANDBOX_BUBBLEWRAP", True):
        return interpreter
    return [*bubblewrap.prefix(folder, clean_environment()), *interpreter]


def _converse(command: list[str], job: bytes, errors: Any, limits: Limits, take: Callable[[bytes], None]) -> None:
    deadline = time.monotonic() + limits.wall_seconds
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=clean_environment(),
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )
    try:
        _tell(process, job)
        if process.stdout is not None:
            _listen(process.stdout.fileno(), deadline, take)
        returncode = process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _EndedError(TOO_SLOW, "too-slow") from None
    finally:
        _kill(process)
    if returncode != 0:
        raise _explained(returncode)


def _tell(process: subprocess.Popen[bytes], job: bytes) -> None:
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it died at once: its exit code says more
            process.stdin.write(job)
            process.stdin.close()


def _listen(descriptor: int, deadline: float, take: Callable[[bytes], None]) -> None:
    """Everything the child says, until it closes the pipe, the time is over, or `take` has too much of it."""
    readiness = select.poll()
    readiness.register(descriptor, select.POLLIN | select.POLLHUP)
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not readiness.poll(remaining * 1000):
            raise _EndedError(TOO_SLOW, "too-slow")
        piece = os.read(descriptor, CHUNK)
        if not piece:
            return
        take(piece)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _explained(returncode: int) -> _EndedError:
    if returncode > SIGNALLED:  # how bubblewrap tells that its child died by a signal
        returncode = SIGNALLED - returncode
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _EndedError(TOO_SLOW, "too-slow")
    if returncode == -signal.SIGABRT:
        return _EndedError(TOO_MUCH_MEMORY, "too-much-memory")
    if returncode > 0:
        return _EndedError(NO_WALLS, "no-sandbox")
    return _EndedError(CRASHED, "crashed")


def _judge(raw: bytes, operation: Operation, errors: Any) -> Any:
    """The document, or the child's own refusal raised again here."""
    try:
        answer = scalars.loads(raw)
        if "document" in answer:
            return answer["document"]
        if "too_large" in answer:
            raise TooLarge(_clean(answer["too_large"]), code=_clean(answer["code"]))
        if "refused" in answer:
            place = {name: answer["place"].get(name) for name in ("sheet", "row", "column")}
            raise FileRefused(_clean(answer["refused"]), code=_clean(answer["code"]), **place)
        broken = answer["broken"]
    except (ValueError, TypeError, KeyError, AttributeError):
        broken = "malformed answer"
    _log(operation, str(broken), errors)
    if broken == "memory":
        raise FileRefused(TOO_MUCH_MEMORY, code="too-much-memory")
    raise FileRefused(CRASHED, code="crashed")


def _clean(message: Any) -> str:
    """A child's words, cut and without control characters: it may have been taken over by its file."""
    return "".join(letter for letter in str(message)[:LONGEST_MESSAGE] if letter.isprintable())

"""The child: reads one job from standard input, locks itself in, does it, answers on standard output, ends.

Started as a script by ``process``, with ``-I -S``: no user's site, no ``.pth`` files, no environment. The job names the
reader by module and function. The modules are imported before the walls go up, because they are ours; the file is
opened after.
"""

import ctypes
import importlib
import json
import os
import sys
import types
import warnings
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")

INIT = 1  # the parent of a child in namespaces of its own, which bubblewrap ends with its own parent

Job = dict[str, Any]


def _answer_channel() -> int:
    """Keep standard output for the answer alone: whatever a library prints goes to standard error."""
    channel = os.dup(1)
    os.dup2(2, 1)
    return channel


def _send(channel: int, answer: bytes) -> None:
    view = memoryview(answer)
    while view:
        view = view[os.write(channel, view) :]


def _send_pieces(channel: int, pieces: Generator[Any, None, Any], dumps: Callable[[Any], bytes]) -> Any:
    """Sends what comes, and gives what the generator returns: the words on the whole."""
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            return end.value
        _send(channel, dumps(piece) + b"\n")


def _load(job: Job) -> Callable[..., Any]:
    for name in job["without"]:
        sys.modules[name] = None  # type: ignore[assignment]  # an optional import that would only cost time
    module = importlib.import_module(job["module"])
    function: Callable[..., Any] = getattr(module, job["function"])
    return function


def _spare_the_search_for_libraries() -> None:
    """pyseccomp looks for its library with ldconfig: two programs and a dozen modules for two names that are known."""
    names = {"c": "libc.so.6", "seccomp": "libseccomp.so.2"}
    search = types.ModuleType("ctypes.util")
    search.find_library = names.get  # type: ignore[attr-defined]
    sys.modules["ctypes.util"] = search
    ctypes.util = search  # type: ignore[attr-defined]


def _lock_in(job: Job, limits: Any) -> None:
    from geodata.sandbox import confinement

    standard_library = Path(os.__file__).parent
    own = [*job["libraries"], *SYSTEM_LIBRARIES, *DEVICES]
    confinement.confine(
        folder=Path(job["folder"]),
        readable=[standard_library, *map(Path, own)],
        limits=limits,
        landlock_required=job["landlock_required"],
    )


def _work(job: Job, channel: int) -> bytes:
    """What is said at last. A document that comes in pieces has been sent up to there, each in a line of its own."""
    _spare_the_search_for_libraries()
    from geodata import errors
    from geodata.sandbox import confinement
    from geodata.sandbox.codec import scalars
    from geodata.sandbox.documents import Limits

    confinement.die_with_parent(job["parent"] if os.getppid() != INIT else 0)
    function = _load(job)
    limits = Limits(**job["limits"])
    _lock_in(job, limits)
    try:
        document = function(Path(job["folder"]), limits=limits, **job["arguments"])
        if isinstance(document, Generator):
            document = _send_pieces(channel, document, scalars.dumps)
        return scalars.dumps({"document": document})
    except errors.FileRefused as refusal:
        place = {"sheet": refusal.sheet, "row": refusal.row, "column": refusal.column}
        return scalars.dumps({"refused": refusal.message, "code": refusal.code, "place": place})
    except errors.TooLarge as refusal:
        return scalars.dumps({"too_large": refusal.message, "code": refusal.code})
    except MemoryError:
        return scalars.dumps({"broken": "memory"})
    except Exception:
        import traceback

        traceback.print_exc()
        return scalars.dumps({"broken": "error"})


def main() -> None:
    """Do the one job. Any failure before the walls are up is an exit code of 1, and no answer."""
    warnings.simplefilter("ignore")
    channel = _answer_channel()
    job: Job = json.loads(sys.stdin.buffer.read())
    sys.path[:0] = [str(ROOT), *job["libraries"]]
    _send(channel, _work(job, channel))
    os._exit(0)


if __name__ == "__main__":
    main()

"""Jobs for the child that try to get out. Each returns "reached" or the name of the error that stopped it.

They exist only here: a test brings this folder as one more place to import from.
"""
# ruff: noqa: S103, S108, S606, PTH101, PTH108, PTH208, T201  # dangerous on purpose, and close to the system calls

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path


def _attempt(action):
    try:
        action()
    except BaseException as error:  # whatever stopped it is the answer
        return type(error).__name__
    return "reached"


def _system_call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork():
    if os.fork() == 0:
        os._exit(0)


ATTEMPTS = {
    "read /etc/passwd": lambda target: Path("/etc/passwd").read_text(),
    "read the parent's environment": lambda target: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "read a file of the project": lambda target: Path(target).read_bytes(),
    "list the project's folder": lambda target: os.listdir(Path(target).parent),
    "write to /tmp": lambda target: Path("/tmp/sandbox-was-here").write_text("x"),
    "write to /dev/shm": lambda target: Path("/dev/shm/sandbox-was-here").write_text("x"),
    "change the mode of a foreign file": lambda target: os.chmod(target, 0o777),
    "change the owner of a foreign file": lambda target: os.chown(target, 0, 0),
    "change the times of a foreign file": lambda target: os.utime(target, (1, 1)),
    "truncate a foreign file": lambda target: os.truncate(target, 0),
    "delete a foreign file": lambda target: os.unlink(target),
    "link a foreign file into the folder": lambda target: os.link(target, "linked"),
    "open a TCP socket": lambda target: socket.socket(socket.AF_INET),
    "open a Unix socket": lambda target: socket.socket(socket.AF_UNIX),
    "open a socket pair": lambda target: socket.socketpair(),
    "fork": lambda target: _fork(),
    "run a program": lambda target: subprocess.run(["/bin/true"], check=True),
    "exec": lambda target: os.execv("/bin/true", ["true"]),
    "signal the parent": lambda target: os.kill(os.getppid(), signal.SIGCONT),
    "trace the parent": lambda target: _system_call(101, 16, os.getppid(), 0, 0),
    "use io_uring": lambda target: _system_call(425, 1, 0),
    "chmod by the newest call": lambda target: _system_call(452, -100, str(target).encode(), 0o777, 0),
    "make a user namespace": lambda target: (
        os.unshare(0x10000000) if hasattr(os, "unshare") else _system_call(272, 0x10000000)
    ),
}


def attempt(folder, *, limits, name, target):
    """Try one way out."""
    return _attempt(lambda: ATTEMPTS[name](target))


def stay_inside(folder, *, limits):
    """What a reader must still be able to do."""
    (folder / "new").write_text("x")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(1))
    try:
        thread.start()
        thread.join()
    except RuntimeError:
        seen.append(0)  # where the limit on processes counts for this user, threads are refused too
    return {"written": (folder / "new").read_text(), "input": (folder / "input").read_text(), "thread": len(seen)}


def capabilities(folder, *, limits):
    """The capabilities as the kernel sees them, from a call since /proc is out of reach."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    libc.capget(header, data)
    return list(data)


def environment(folder, *, limits):
    """What the child knows of the server's environment."""
    return dict(os.environ)


def spin(folder, *, limits):
    """Use processor time for ever."""
    while True:
        pass


def sleep(folder, *, limits):
    """Wait for ever without using processor time."""
    time.sleep(3600)


def eat_memory(folder, *, limits):
    """Ask for more memory than allowed, until Python raises."""
    return len(bytearray(limits.memory_bytes + 1))


def die(folder, *, limits, number):
    """Die as a library does that runs into damaged data."""
    os.kill(os.getpid(), number)


def flood(folder, *, limits):
    """An answer without end."""
    return "x" * (limits.answer_bytes + 1)


def lie(folder, *, limits, answer):
    """An answer of the wrong shape."""
    return answer


def raise_error(folder, *, limits):
    """An error that no reader foresaw, with a secret in its text."""
    raise RuntimeError("secret of the server")


def shout(folder, *, limits):
    """What libraries print must not get into the answer."""
    print("noise on standard output", flush=True)
    os.write(1, b"more noise")
    return "quiet"

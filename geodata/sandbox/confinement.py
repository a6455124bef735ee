"""How the child locks itself in before it opens a file that a stranger made.

Five walls, each of which holds alone against what the others let through:

1. limits on processor time, memory, file size, open files and processes (the kernel kills or refuses);
2. Landlock: its own folder to write in, Python's and the libraries' folders to read, nothing else;
3. no capabilities, even for root, and none to be gained;
4. seccomp: no socket (Landlock does not keep a process from PostgreSQL's Unix socket), no new process or program, no
   signal or tracing of others, no change of modes and owners (Landlock does not see those), no mounts, no keys;
5. the end of its parent is its own end.

Nothing here is undone: a child does one job and ends.
"""

import ctypes
import errno
import os
import resource
import signal
from collections.abc import Iterable
from pathlib import Path

import pyseccomp

from geodata.sandbox import landlock
from geodata.sandbox.documents import Limits

SET_PDEATHSIG, CAPBSET_DROP, CAP_AMBIENT, AMBIENT_CLEAR_ALL = 1, 24, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
CLONE_THREAD = 0x00010000
OPEN_FILES = 64

DENIED = (
    "socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg fork vfork execve "
    "execveat ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_open "
    "pidfd_getfd pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo mount umount2 pivot_root chroot "
    "unshare setns open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr chmod fchmod "
    "fchmodat chown fchown lchown fchownat truncate setxattr lsetxattr fsetxattr removexattr lremovexattr "
    "fremovexattr utime utimes utimensat futimesat add_key request_key keyctl bpf perf_event_open "
    "userfaultfd io_uring_setup io_uring_enter io_uring_register init_module finit_module delete_module "
    "kexec_load kexec_file_load reboot swapon swapoff acct syslog quotactl quotactl_fd settimeofday "
    "clock_settime clock_adjtime adjtimex iopl ioperm personality setpriority sched_setscheduler "
    "sched_setattr sched_setaffinity open_by_handle_at name_to_handle_at fanotify_init fanotify_mark "
    "memfd_create memfd_secret shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv "
    "msgctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify vmsplice tee sethostname "
    "setdomainname "
)
SELF_ONLY = ("kill", "tgkill")
# Calls newer than the libseccomp of Debian 12; from 424 on, numbers are the same on every architecture.
NUMBERS = {"fchmodat2": 452, "setxattrat": 463, "removexattrat": 466, "open_tree_attr": 467, "file_setattr": 469}

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def is_available() -> bool:
    """Whether this machine's kernel can confine a reader fully: Landlock present. Seccomp comes with the import."""
    return landlock.abi_version() >= 1


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends; end at once when it already has. 0 when the parent cannot be named."""
    _libc.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(1)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(kind)
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        wanted = min(wanted, ceiling)
    resource.setrlimit(kind, (min(soft, wanted), wanted))


def _limit_resources(limits: Limits) -> None:
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 2)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.archive_bytes)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NPROC, 0)


def _drop_capabilities() -> None:
    capability = 0
    while _libc.prctl(CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    _libc.prctl(CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
    nothing = (_CapabilityData * 2)()
    if _libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")


def _filter_system_calls() -> None:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refused = pyseccomp.ERRNO(errno.EPERM)
    for name in DENIED.split():
        _deny(rules, refused, name)
    for name in SELF_ONLY:
        _deny(rules, refused, name, pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))
    for number in NUMBERS.values():
        rules.add_rule(refused, number)
    _deny(rules, refused, "tkill")
    _deny(rules, refused, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    # A clone is allowed for a thread only. clone3 hides its flags in memory: "not implemented" makes libc use clone.
    _deny(rules, refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    _deny(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.load()


def _deny(rules: pyseccomp.SyscallFilter, action: int, name: str, *conditions: pyseccomp.Arg) -> None:
    try:
        number = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
    except ValueError:
        return  # a call that this architecture or this libseccomp does not know by name
    if number >= 0:
        rules.add_rule(action, number, *conditions)


def confine(*, folder: Path, readable: Iterable[Path], limits: Limits, landlock_required: bool) -> None:
    """Raise all walls, or raise ``OSError``: the caller must not open the file then.

    Only the calling thread is confined, and what it starts; so there must be no other.
    """
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise OSError("a confined process must have one thread")
    _limit_resources(limits)
    if landlock_required or is_available():
        landlock.fence(writable=folder, readable=readable)
    _drop_capabilities()
    _filter_system_calls()

"""The child cannot get out, and nothing that it does harms its parent."""

import os
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import bubblewrap, confinement, door, landlock, process
from geodata.sandbox.blocks import Lines
from geodata.sandbox.codec import scalars, tables
from geodata.sandbox.documents import DEFAULT
from tests.geodata.sandbox.jobs import sandbox_probes

JOBS = str(Path(sandbox_probes.__file__).parent)


def ask(function, *, limits=DEFAULT, **arguments):
    operation = process.Operation("sandbox_probes", function)
    return process.run(
        operation, arguments=arguments, inputs={"input": b"content"}, limits=limits, extra_libraries=[JOBS]
    )


def facts(file):
    """What no attempt may change."""
    state = file.stat()
    return state.st_mode, state.st_uid, state.st_gid, state.st_nlink, state.st_size, state.st_mtime_ns


@pytest.fixture(autouse=True)
def _without_bubblewrap(settings):
    """The child's own walls must hold alone."""
    settings.SANDBOX_BUBBLEWRAP = False


@pytest.fixture
def foreign_file():
    """A file of the server's, where neither the child's folder nor a library is."""
    folder = Path(tempfile.mkdtemp(prefix="onemap-foreign-"))
    file = folder / "secret.txt"
    file.write_text("secret")
    os.utime(file, (1000, 1000))
    yield file
    file.unlink(missing_ok=True)
    folder.rmdir()


@pytest.mark.parametrize("name", sandbox_probes.ATTEMPTS)
def test_the_child_cannot(name, foreign_file):
    before = facts(foreign_file)
    outcome = ask("attempt", name=name, target=str(foreign_file))
    assert outcome != "reached"
    assert foreign_file.read_text() == "secret"
    assert facts(foreign_file) == before


def test_every_probe_gets_out_without_walls(foreign_file, monkeypatch, tmp_path):
    """The probes are worth something: outside of the sandbox the harmless ones succeed."""
    harmless = ["read /etc/passwd", "read a file of the project", "open a Unix socket", "run a program", "fork"]
    monkeypatch.chdir(tmp_path)
    for name in harmless:
        assert sandbox_probes.attempt(None, limits=None, name=name, target=str(foreign_file)) == "reached"


def test_the_child_can_work_in_its_own_folder():
    assert ask("stay_inside") == {"written": "x", "input": "content", "thread": 1}


def test_the_child_has_no_capabilities():
    assert ask("capabilities") == [0] * 6


def test_the_child_sees_nothing_of_the_servers_environment(monkeypatch):
    monkeypatch.setenv("ONEMAP_DATABASE_URL", "postgres://secret")
    seen = ask("environment")
    assert "secret" not in str(seen)
    assert not [name for name in seen if name.startswith(("ONEMAP", "PG", "HTTP", "http"))]


def test_endless_work_is_stopped_by_the_limit_on_processor_time():
    started = time.monotonic()
    with pytest.raises(FileRefused, match="没有读完") as caught:
        ask("spin", limits=replace(DEFAULT, cpu_seconds=1))
    assert caught.value.code == "too-slow"
    assert time.monotonic() - started < DEFAULT.cpu_seconds  # on a busy machine, too


def test_endless_waiting_is_stopped_by_the_clock():
    started = time.monotonic()
    with pytest.raises(FileRefused, match="没有读完"):
        ask("sleep", limits=replace(DEFAULT, wall_seconds=1))
    assert time.monotonic() - started < DEFAULT.wall_seconds


def test_too_much_memory_is_refused():
    with pytest.raises(FileRefused, match="内存"):
        ask("eat_memory", limits=replace(DEFAULT, memory_bytes=512 * 1024 * 1024))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_a_refusal(number):
    with pytest.raises(FileRefused, match="没有写入任何数据"):
        ask("die", number=int(number))


def test_an_endless_answer_is_cut_off():
    with pytest.raises(TooLarge):
        ask("flood", limits=replace(DEFAULT, answer_bytes=1000))


def test_an_unforeseen_error_tells_people_nothing_of_the_server():
    with pytest.raises(FileRefused) as caught:
        ask("raise_error")
    assert caught.value.code == "crashed"
    assert "secret" not in caught.value.message


def test_noise_of_libraries_stays_out_of_the_answer():
    assert ask("shout") == "quiet"


SHEET = {"name": "x", "hidden": False, "merged": [], "hidden_rows": [], "hidden_columns": [], "formats": []}
BOOK = {"date1904": False, "sheets": [SHEET]}


def told(answer: Any, *pieces: Any) -> Any:
    """A workbook as a child says it: pieces, then the answer."""
    lines = Lines(bytes_at_most=10_000, lines_at_most=10)
    for piece in pieces:
        lines.take(scalars.dumps(piece) + b"\n")
    lines.take(scalars.dumps({"document": answer}))
    return door._decoded(lambda raw: tables.decode_workbook(raw, lines), answer)


def test_an_answer_of_the_right_shape_is_read():
    (sheet,) = told(BOOK, {"sheet": 0, "rows": [["甲"], []]}, {"sheet": 0, "rows": [["乙"]]}).sheets
    assert [[cell.value for cell in row] for row in sheet.rows] == [["甲"], [], ["乙"]]


@pytest.mark.parametrize(
    ("answer", "pieces"),
    [
        (None, []),
        ([], []),
        ({"date1904": False}, []),
        ({"date1904": 0, "sheets": []}, []),
        ({"date1904": False, "sheets": [{"name": 1}]}, []),
        (BOOK, [{"sheet": 0, "rows": [[["1", 7, False]]]}]),
        (BOOK, [{"sheet": 1, "rows": []}]),
        (BOOK, [{"sheet": -1, "rows": []}]),
        (BOOK, [{"sheet": 0, "rows": [[1.5]]}]),
        (BOOK, [{"sheet": 0}]),
        (BOOK, ["x"]),
    ],
)
def test_an_answer_of_the_wrong_shape_is_a_refusal(answer, pieces):
    with pytest.raises(FileRefused) as caught:
        told(answer, *pieces)
    assert caught.value.code == "malformed-answer"


def test_lines_without_end_are_cut_off():
    lines = Lines(bytes_at_most=1_000_000, lines_at_most=100)
    with pytest.raises(TooLarge):
        lines.take(b"\n" * 1000)


def test_nothing_is_left_behind_whatever_happens(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ask("shout")
    for function in ("raise_error", "spin"):
        with pytest.raises(FileRefused):
            ask(function, limits=replace(DEFAULT, cpu_seconds=1))
    assert list(tmp_path.iterdir()) == []


needs_bubblewrap = pytest.mark.skipif(bubblewrap._working() is None, reason="bubblewrap does not work here")


@needs_bubblewrap
def test_bubblewrap_stands_around_the_walls_where_it_works(settings, foreign_file):
    settings.SANDBOX_BUBBLEWRAP = True
    assert ask("stay_inside")["input"] == "content"
    for name in ("read /etc/passwd", "open a Unix socket", "signal the parent", "write to /tmp"):
        assert ask("attempt", name=name, target=str(foreign_file)) != "reached"


@needs_bubblewrap
@pytest.mark.parametrize(("number", "code"), [(signal.SIGSEGV, "crashed"), (signal.SIGKILL, "too-slow")])
def test_a_death_inside_bubblewrap_is_told_apart(settings, number, code):
    settings.SANDBOX_BUBBLEWRAP = True
    with pytest.raises(FileRefused) as caught:
        ask("die", number=int(number))
    assert caught.value.code == code


@needs_bubblewrap
def test_the_clock_stops_a_child_inside_bubblewrap(settings):
    settings.SANDBOX_BUBBLEWRAP = True
    with pytest.raises(FileRefused, match="没有读完"):
        ask("sleep", limits=replace(DEFAULT, wall_seconds=1))


def test_a_machine_without_bubblewrap_does_without(monkeypatch):
    bubblewrap._working.cache_clear()
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert bubblewrap.prefix(Path("/anywhere"), {}) == []
    monkeypatch.undo()
    bubblewrap._working.cache_clear()


def test_what_a_killed_parent_left_is_swept_after_an_hour(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = tmp_path / f"{process.PREFIX}old", tmp_path / f"{process.PREFIX}young"
    for folder in (old, young):
        (folder / "work").mkdir(parents=True)
    os.utime(old, (1000, 1000))
    os.utime(young, (10_000, 10_000))
    assert process.sweep(now=10_000) == 1
    assert not old.exists()
    assert young.exists()


def test_without_landlock_the_child_opens_nothing(monkeypatch, settings):
    settings.SANDBOX_REQUIRES_LANDLOCK = True
    operation = process.Operation("sandbox_no_landlock", "read")
    with pytest.raises(FileRefused, match="隔离环境") as caught:
        process.run(operation, arguments={}, inputs={"input": b"x"}, limits=DEFAULT, extra_libraries=[JOBS])
    assert caught.value.code == "no-sandbox"


def test_this_machine_has_landlock_and_says_so(monkeypatch):
    from geodata.sandbox.checks import check_confinement

    assert confinement.is_available()
    assert check_confinement(None) == []
    monkeypatch.setattr(landlock, "abi_version", lambda: 0)
    assert [message.id for message in check_confinement(None)] in (["sandbox.E002"], ["sandbox.W002"])

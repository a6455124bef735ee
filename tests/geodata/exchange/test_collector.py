"""The collector of cycles rests while a batch is read or written, and is on again afterwards."""

import gc
from collections.abc import Iterator

import pytest

from geodata.exchange.batches import collector, committing, opening
from geodata.exchange.batches.collector import collector_at_rest


@pytest.fixture(autouse=True)
def on() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_rests_within_and_is_on_afterwards() -> None:
    with collector_at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), collector_at_rest():
        raise ValueError("broken")
    assert gc.isenabled()


def test_it_rests_until_the_last_one_is_through() -> None:
    first, second = collector_at_rest(), collector_at_rest()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
    assert collector._resting == 0


def test_it_stays_off_where_it_was_off_before() -> None:
    gc.disable()
    with collector_at_rest():
        pass
    assert not gc.isenabled()


@pytest.mark.parametrize("function", [opening.preview, committing.commit_batch])
def test_reading_and_writing_let_it_rest(function, monkeypatch: pytest.MonkeyPatch) -> None:
    class Looked(Exception):  # noqa: N818 - says that the first step has been reached
        pass

    def look(*_arguments, **_named):
        assert not gc.isenabled()
        raise Looked

    monkeypatch.setattr(opening, "fingerprint", look)
    monkeypatch.setattr(committing, "context_of", look)
    arguments = (
        {"path": None, "dataset": "projects", "context": None}
        if function is opening.preview
        else {"batch": None, "user": None, "now": None}
    )
    with pytest.raises(Looked):
        function(**arguments)
    assert gc.isenabled()

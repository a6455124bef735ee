"""What a process has counted of a snapshot is not counted again, and never shown of another one."""

from portal.public import remembered
from portal.public.models import Snapshot
from portal.public.remembered import Remembered


def snapshot(head: str = "a", edition: int | None = None) -> Snapshot:
    made = Snapshot(number=3, chain_head=head, whole={"sums": {}})
    made.edition = edition
    return made


def test_the_same_question_of_the_same_snapshot_is_answered_once() -> None:
    made: list[int] = []
    known = Remembered[int]()
    for _ in range(3):
        assert known.of(snapshot(), "q=工程", lambda: made.append(1) or len(made)) == 1
    assert made == [1]


def test_another_snapshot_another_question_and_a_past_edition_are_asked_anew() -> None:
    known = Remembered[int]()
    assert known.of(snapshot(), "q=工程", lambda: 1) == 1
    assert known.of(snapshot("b"), "q=工程", lambda: 2) == 2
    assert known.of(snapshot(), "q=道路", lambda: 3) == 3
    assert known.of(snapshot(edition=2), "q=工程", lambda: 4) == 4
    assert known.of(snapshot(edition=2), "q=工程", lambda: 5) == 5


def test_what_was_asked_longest_ago_goes_and_no_typed_word_stays() -> None:
    known = Remembered[int]()
    for number in range(remembered.MOST + 1):
        known.of(snapshot(), f"q=word{number}", lambda: 0)
    assert known.of(snapshot(), "q=word0", lambda: 9) == 9
    assert known.of(snapshot(), f"q=word{remembered.MOST}", lambda: 9) == 0
    assert "word" not in repr(vars(known))

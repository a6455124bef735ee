"""What becomes of a warning: each case of the table once. Pure."""

from datetime import date

import pytest

from dashboards.alerts.keeping import Held, Move, of_closed, of_open
from dashboards.alerts.rules import Finding

DAY = date(2026, 4, 10)
BEFORE = date(2026, 4, 9)


def found(level: str = "yellow", fact: str = "a") -> Finding:
    return Finding(level, fact, "句子", {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "finding", "move"),
    [
        (Held("yellow", "open", "a", "2026-04"), found(), Move.KEEP),
        (Held("yellow", "open", "a", "2026-04"), found(fact="b"), Move.KEEP),
        (Held("yellow", "handled", "a", "2026-04"), found(), Move.KEEP),
        (Held("yellow", "handled", "a", "2026-04"), found(fact="b"), Move.RENEW),
        (Held("yellow", "handled", "a", "2026-04"), found("red"), Move.ESCALATE),
        (Held("red", "open", "a", "2026-04"), found(), Move.EASE),
        (Held("red", "open", "a", "2026-04"), None, Move.CLEAR),
        (Held("red", "open", "a", "2026-04", 1, BEFORE), None, Move.CLOSE),
        (Held("red", "open", "a", "2026-04", 1, DAY), None, Move.NOTHING),  # counted today already
        (Held("red", "open", "a", "2026-04", 1, BEFORE), found("red"), Move.KEEP),
    ],
)
def test_an_open_warning(held: Held, finding: Finding | None, move: Move) -> None:
    assert of_open(held, finding, DAY) == move


CLOSED = Held("yellow", "closed", "a", "2026-04", closed_on=BEFORE)
GONE = Held("yellow", "closed", "a", "2026-04", clear_on=BEFORE, closed_on=BEFORE)
OF_MARCH = Held("yellow", "closed", "a", "2026-03", closed_on=BEFORE)


@pytest.mark.parametrize(
    ("held", "finding", "silenced", "move"),
    [
        (None, found(), False, Move.OPEN),
        (None, found(), True, Move.NOTHING),
        (None, None, False, Move.NOTHING),
        (CLOSED, found(), False, Move.NOTHING),  # the same fact
        (CLOSED, found("red"), False, Move.REOPEN),
        (CLOSED, found(fact="b"), False, Move.REOPEN),
        (CLOSED, found("red"), True, Move.NOTHING),
        (CLOSED, None, False, Move.GONE),
        (GONE, None, False, Move.NOTHING),
        (GONE, found(), False, Move.REOPEN),
        (OF_MARCH, found(), False, Move.NOTHING),  # closed this month
        (OF_MARCH, found("red"), False, Move.OPEN),  # of this month there is none yet
    ],
)
def test_a_closed_warning(held: Held | None, finding: Finding | None, silenced: bool, move: Move) -> None:
    assert of_closed(held, finding, DAY, silenced=silenced) == move

"""The sandbox's judgement without its child: the same code in this process, for proofs with thousands of shapes.

What the walls do is proved in tests/geodata/sandbox; here only what is said of a shape matters.
"""

import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from geodata.projects.services import judging
from geodata.sandbox.documents import DEFAULT
from geodata.sandbox.judgements import ShapeJudgement, decode_judgement
from geodata.sandbox.readers.proposals import judge_shape


class Door:
    """As geodata.sandbox.door, for one function."""

    @staticmethod
    def judge_shape(
        wkb: bytes,
        *,
        boundary: bytes | None,
        margin_m: float,
        before: bytes | None,
        neighbours: Sequence[bytes],
    ) -> ShapeJudgement:
        shapes = [wkb, *(one for one in (boundary, before) if one is not None), *neighbours]
        with tempfile.TemporaryDirectory() as folder:
            content = b"".join(struct.pack("<I", len(shape)) + shape for shape in shapes)
            (Path(folder) / "input").write_bytes(content)
            said = judge_shape(
                Path(folder),
                limits=DEFAULT,
                margin_m=margin_m,
                boundary=boundary is not None,
                before=before is not None,
            )
        return decode_judgement(said)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge in this process until the test is over."""
    monkeypatch.setattr(judging, "door", Door)

"""Control points: drawings of their own coordinates are moved to where their pairs say, or not at all."""

import numpy as np
import pytest

from geodata.crs import control
from geodata.errors import Refused

TURN = np.radians(30)
LINEAR = 1.25 * np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])
SHIFT = np.array([411_562.142, 3_252_287.322])
DRAWN = np.array([[0.0, 0.0], [100, 10], [40, 90], [-20, 55]])
GROUND = DRAWN @ LINEAR.T + SHIFT


def text(drawn: np.ndarray, ground: np.ndarray) -> str:
    return "\n".join(" ".join(f"{n:.4f}" for n in (*a, *b)) for a, b in zip(drawn, ground, strict=True))


def test_two_pairs_give_the_turn_the_scale_and_the_shift_but_no_accuracy() -> None:
    found = control.read("名称,x,y,东,北\n" + text(DRAWN[:2], GROUND[:2]))
    assert found.apply(DRAWN) == pytest.approx(GROUND, abs=1e-3)
    assert found.scale == pytest.approx(1.25)
    assert found.accuracy_m is None
    assert max(found.residuals) < 1e-3


def test_what_the_pairs_leave_is_told_and_says_the_accuracy() -> None:
    moved = GROUND + np.array([[0.1, 0], [0, -0.1], [0, 0.1], [-0.1, 0]])
    found = control.read(text(DRAWN, moved))
    assert not found.too_far
    assert 0.05 < found.accuracy_m < 0.2
    wrong = GROUND.copy()
    wrong[2] += 5
    assert control.read(text(DRAWN, wrong)).too_far


def test_north_first_is_recognised_on_either_side() -> None:
    assert control.read(text(DRAWN, GROUND[:, ::-1])).apply(DRAWN) == pytest.approx(GROUND, abs=1e-3)
    mirrored = control.read(text(DRAWN[:, ::-1], GROUND))
    assert mirrored.exchanged
    assert mirrored.apply(DRAWN[:, ::-1]) == pytest.approx(GROUND, abs=1e-3)


def test_an_affine_transformation_is_asked_for() -> None:
    skewed = DRAWN @ np.array([[1.0, 0.2], [0.05, 1.1]]).T + SHIFT
    assert control.read(text(DRAWN, skewed)).too_far
    found = control.read("仿射\n" + text(DRAWN, skewed))
    assert not found.too_far
    assert found.apply(DRAWN) == pytest.approx(skewed, abs=1e-3)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "至少要 2 个"),
        ("0 0 411562 3252287", "至少要 2 个"),
        ("0 0 411562 3252287\n0 0 411562 3252287", "重合"),
        ("affine\n" + text(DRAWN[:2], GROUND[:2]), "至少要 3 个"),
        ("affine\n0 0 411562 3252287\n1 1 411563 3252288\n2 2 411564 3252289", "一条直线"),
        ("0 0 113.1 29.3\n1 1 113.2 29.4", "不能是经纬度"),
        ("0 0 411562 3252287\n1 1 x 3252288", "第 2 行"),
        ("0 0 411562 inf\n1 1 nan 3252288", "至少要 2 个"),
    ],
)
def test_what_decides_nothing_is_refused(said: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        control.read(said)

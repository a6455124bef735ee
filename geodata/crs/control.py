"""Control points: places known both in a drawing's own coordinates and in metres of a survey's system.

From two pairs on a similarity (Helmert) is fitted: one shift, one turn, one scale; from three on, where asked for, an
affine transformation. What the pairs leave unexplained is shown point by point, and beyond a bound nothing is moved.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.crs.transforms import Coordinates
from geodata.errors import Refused

Kind = Literal["similarity", "affine"]
KINDS: Final[dict[Kind, tuple[str, int]]] = {"similarity": ("相似变换", 2), "affine": ("仿射变换", 3)}
_WORDS: Final[dict[str, Kind]] = {"affine": "affine", "仿射": "affine", "仿射变换": "affine"}
_SAME: Final = frozenset(("similarity", "helmert", "相似", "相似变换", "四参数"))
MOST: Final = 200
BOUND_M: Final = 1.0  # of any one residual: a drawing that fits worse is of another place, scale or system
FINEST_M: Final = 0.01
_NORTHING: Final = (2_000_000.0, 6_000_000.0)  # of China, in metres
_SPLIT: Final = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted transformation with what it leaves of each pair, in metres."""

    kind: Kind
    matrix: NDArray[np.float64]  # of two rows: [a, b, shift]
    exchanged: bool  # the drawing has north first
    residuals: tuple[float, ...]
    spread: float | None  # standard deviation of a coordinate; None without a surplus pair

    def apply(self, points: Coordinates) -> Coordinates:
        """The drawing's coordinates in the system of the control points."""
        flat = points[:, ::-1] if self.exchanged else points
        moved: Coordinates = flat @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved

    @property
    def scale(self) -> float:
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    @property
    def accuracy_m(self) -> float | None:
        """What the pairs say of the accuracy; nothing where no pair is to spare."""
        return None if self.spread is None else max(self.spread, FINEST_M)

    @property
    def too_far(self) -> bool:
        return max(self.residuals) > BOUND_M

    def said(self) -> str:
        """The fit in words."""
        name, _least = KINDS[self.kind]
        turn = np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0]))
        left = "、".join(f"{residual:.3f}" for residual in self.residuals)
        north = "图纸按北、东排列；" if self.exchanged else ""
        return (
            f"{name}，{len(self.residuals)} 个控制点；"
            f"{north}比例 {self.scale:.6f}，旋转 {turn:.4f}°；各点残差 {left} 米"
        )


def read(text: str) -> Fit:
    """The transformation that a text of pairs describes: a line each, x y east north, perhaps a name in front.

    A line 仿射 or affine asks for that kind. Raises Refused with the line that is wrong.
    """
    kind: Kind = "similarity"
    pairs: list[tuple[float, float, float, float]] = []
    for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), start=1):
        word = line.strip().casefold()
        if not word or word.startswith("#") or word in _SAME:
            continue
        if word in _WORDS:
            kind = _WORDS[word]
            continue
        pair = _pair(line)
        if pair is None and not pairs:
            continue  # titles
        if pair is None:
            raise Refused(f"控制点第 {number} 行应为四个数：图纸 x、图纸 y、东坐标、北坐标", code="bad-control")
        pairs.append(pair)
    if len(pairs) > MOST:
        raise Refused(f"控制点最多 {MOST} 个", code="bad-control")
    return fit(np.array(pairs, dtype=float).reshape(-1, 4), kind)


def _pair(line: str) -> tuple[float, float, float, float] | None:
    parts = [part for part in _SPLIT.split(line.strip()) if part]
    try:
        x, y, east, north = (float(part) for part in parts[-4:])
    except ValueError:
        return None
    return (x, y, east, north) if np.isfinite([x, y, east, north]).all() else None


def fit(pairs: NDArray[np.float64], kind: Kind = "similarity") -> Fit:
    """The transformation of rows (x, y, east, north). Raises Refused for too few, coinciding or collinear points."""
    name, least = KINDS[kind]
    if len(pairs) < least:
        raise Refused(f"{name}至少要 {least} 个控制点", code="bad-control")
    drawn, ground = pairs[:, :2], _east_first(pairs[:, 2:])
    if np.linalg.matrix_rank(drawn - drawn.mean(axis=0), tol=1e-6) < (2 if kind == "affine" else 1):
        raise Refused("控制点重合或在一条直线上，确定不了变换，请换成分散的点", code="bad-control")
    found = _solved(drawn, ground, kind, exchanged=False)
    if kind == "similarity" and len(pairs) > least:
        # a drawing with north first is a mirror image, which no turn explains
        other = _solved(drawn[:, ::-1], ground, kind, exchanged=True)
        found = min(found, other, key=lambda one: max(one.residuals))
    return found


def _east_first(ground: NDArray[np.float64]) -> NDArray[np.float64]:
    """Surveyors write north first; the seven digits of a northing tell."""

    def northing(column: NDArray[np.float64]) -> bool:
        return bool(((column > _NORTHING[0]) & (column < _NORTHING[1])).all())

    if (np.abs(ground) < 1000).all():
        raise Refused("控制点的目标坐标须为米制平面坐标（东、北），不能是经纬度", code="bad-control")
    swapped = northing(ground[:, 0]) and not northing(ground[:, 1])
    return ground[:, ::-1] if swapped else ground


def _solved(drawn: NDArray[np.float64], ground: NDArray[np.float64], kind: Kind, *, exchanged: bool) -> Fit:
    """Least squares about the centres, so that large numbers cost no digits."""
    middle, target = drawn.mean(axis=0), ground.mean(axis=0)
    x, y = (drawn - middle).T
    goal = ground - target
    if kind == "similarity":
        system = np.vstack([np.column_stack([x, -y]), np.column_stack([y, x])])
        a, b = np.linalg.lstsq(system, goal.T.reshape(-1), rcond=None)[0]
        linear = np.array([[a, -b], [b, a]])
    else:
        linear = np.linalg.lstsq(np.column_stack([x, y]), goal, rcond=None)[0].T
    matrix = np.column_stack([linear, target - linear @ middle])
    left = goal - (drawn - middle) @ linear.T
    surplus = 2 * len(drawn) - (4 if kind == "similarity" else 6)
    spread = float(np.sqrt((left**2).sum() / surplus)) if surplus > 0 else None
    return Fit(kind, matrix, exchanged, tuple(float(one) for one in np.hypot(*left.T)), spread)

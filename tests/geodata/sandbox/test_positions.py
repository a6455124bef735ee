"""The place that a camera noted: read where it is one, and never a crash or a guess where it is not."""

from decimal import Decimal
from typing import Any, cast

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from geodata.errors import FileRefused
from geodata.sandbox import door
from geodata.sandbox.codec import pictures
from geodata.sandbox.readers.positions import position_of
from tests.geodata.sandbox.test_pictures import GPS_IFD, clean, notes, picture_file

HERE = (Decimal("113.1291667"), Decimal("29.3583333"))
RIGHT: dict[int, Any] = {1: "N", 2: (29.0, 21.0, 30.0), 3: "E", 4: (113.0, 7.0, 45.0)}


def noted(**changed: Any) -> Image.Exif:
    """The notes of a phone in Yueyang with some of the GPS tags changed; None takes one away."""
    exif = notes()
    gps = {**RIGHT, **{int(tag[1:]): value for tag, value in changed.items()}}
    exif.get_ifd(GPS_IFD).clear()
    exif.get_ifd(GPS_IFD).update({tag: value for tag, value in gps.items() if value is not None})
    return exif


def position(**changed: Any) -> tuple[Decimal, Decimal] | None:
    return door.read_photo(picture_file(size=(80, 80), exif=noted(**changed))).position


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_place_is_told_and_does_not_stay_in_the_picture(kind: str) -> None:
    found = door.read_photo(picture_file(kind, exif=notes()))
    assert found.position == HERE
    assert clean(found.large)
    assert clean(found.small)


def test_a_picture_without_a_place_has_none() -> None:
    assert door.read_photo(picture_file()).position is None
    assert position(t1=None, t2=None, t3=None, t4=None) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"t2": (29.0, 21.5, 0.0)}, HERE),  # minutes with a fraction
        ({"t2": (IFDRational(293583333, 10000000),), "t4": (IFDRational(1131291667, 10000000),)}, HERE),
        ({"t1": "n", "t3": "e\0"}, HERE),
        ({"t1": "S"}, (HERE[0], -HERE[1])),  # elsewhere on the globe: a distance will tell
        ({"t3": "W"}, (-HERE[0], HERE[1])),
        ({"t2": (48.0, 51.0, 30.0), "t4": (2.0, 17.0, 40.0)}, (Decimal("2.2944444"), Decimal("48.8583333"))),
        ({"t2": (90.0, 0.0, 0.0), "t4": (180.0, 0.0, 0.0)}, (Decimal("180.0000000"), Decimal("90.0000000"))),
    ],
)
def test_places_are_read_as_cameras_write_them(changed: dict[str, Any], expected: tuple[Decimal, Decimal]) -> None:
    assert position(**changed) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"t2": (IFDRational(29, 0), 21.0, 30.0)},  # no denominator
        {"t4": (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0))},  # not a number
        {"t1": "E", "t3": "N"},  # the references of the axes exchanged
        {"t1": "E"},
        {"t1": None},
        {"t3": ""},
        {"t3": "北"},
        {"t2": None},
        {"t2": (113.0, 7.0, 45.0), "t4": (29.0, 21.0, 30.0)},  # latitude beyond the pole
        {"t4": (180.0, 0.0, 1.0)},
        {"t4": (361.0, 0.0, 0.0)},
        {"t2": (29.0, 60.0, 0.0)},
        {"t2": (29.0, 21.0, 75.0)},
        {"t2": (IFDRational(4294967295, 1), 0.0, 0.0)},
        {"t2": (29.0, 21.0, 30.0, 1.0)},
        {"t1": "N", "t2": (0.0, 0.0, 0.0), "t4": (0.0, 0.0, 0.0)},  # before the first fix
        {"t9": "V"},  # the receiver says that it had no fix
    ],
)
def test_half_a_place_and_nonsense_are_no_place_and_no_error(changed: dict[str, Any]) -> None:
    assert position(**changed) is None


@pytest.mark.parametrize("noted", ["29", b"29", "29,21,30", b"\xff\xff\xff", None, (), [29.0], (1e400,)])
def test_a_number_that_is_none_is_no_place(noted: Any) -> None:
    """What no library writes and any program can."""

    class Notes:
        def get_ifd(self, _tag: int) -> dict[int, Any]:
            return {**RIGHT, 2: noted}

    assert position_of(cast(Image.Exif, Notes())) is None


def test_a_directory_of_the_place_that_points_nowhere_is_no_place() -> None:
    upload = picture_file(size=(80, 80), exif=noted())
    at = upload.index(b"Exif\0\0") + 6
    for offset in range(8, 220, 4):
        broken = upload[: at + offset] + b"\xff\xff\xff\xff" + upload[at + offset + 4 :]
        try:
            found = door.read_photo(broken).position
        except FileRefused:
            continue
        assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)


@pytest.mark.parametrize(
    "lied",
    [
        {"lon": "NaN", "lat": "29.0000000"},
        {"lon": "113.0", "lat": "1e9"},
        {"lon": "181.0", "lat": "29.0"},
        {"lon": 113.0, "lat": 29.0},
        {"lon": "１１３.0", "lat": "29.0"},
        {"lon": "113.0"},
        ["113.0", "29.0"],
        "113.0,29.0",
    ],
)
def test_a_child_that_lies_about_a_place_is_not_believed(lied: Any) -> None:
    jpeg = "/9j/4AAA/9k="
    answer = {"large": jpeg, "small": jpeg, "width": 80, "height": 80, "taken_on": None, "position": lied}
    with pytest.raises((ValueError, TypeError)):
        pictures.decode_picture(answer)
    assert pictures.decode_picture({**answer, "position": {"lon": "113.0", "lat": "-29.5"}}).position == (
        Decimal("113.0"),
        Decimal("-29.5"),
    )

"""Photos through the door: what comes back is a picture and nothing else, whatever came in."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import door
from geodata.sandbox.codec import pictures
from geodata.sandbox.documents import Picture

GPS_IFD, EXIF_IFD = 0x8825, 0x8769
MARKERS = (b"Exif", b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE", b"secret-", b"Beidou", b"PK\x03\x04")


def picture_file(kind: str = "JPEG", size: tuple[int, int] = (320, 200), mode: str = "RGB", **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    content = io.BytesIO()
    image.convert(mode).save(content, kind, **options)
    return content.getvalue()


def notes(orientation: int = 1, taken: str = "2026:03:11 09:30:00") -> Image.Exif:
    """What a phone writes: place, maker, day, how it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Beidou Phone", orientation
    exif.get_ifd(EXIF_IFD)[0x9003] = taken
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (29.0, 21.0, 30.0), 3: "E", 4: (113.0, 7.0, 45.0)})
    return exif


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def clean(content: bytes) -> bool:
    """Only the segments that a bare JPEG needs: no APP but JFIF, no comment, nothing after its end."""
    found, place = [], 2
    while content[place + 1] != 0xDA:
        found.append(content[place + 1])
        place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    allowed = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
    return set(found) <= allowed and content.endswith(b"\xff\xd9") and not any(mark in content for mark in MARKERS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_maker_and_every_other_note_are_gone_and_the_day_is_told(kind: str) -> None:
    extra: dict[str, Any] = {"exif": notes(), "icc_profile": b"secret-profile" * 9, "xmp": b"<x>secret-xmp</x>"}
    if kind == "JPEG":
        extra["comment"] = b"secret-comment"
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Comment", "secret-text")
        extra = {"exif": notes(), "pnginfo": text}
    upload = picture_file(kind, **extra)
    assert b"Beidou" in upload
    found = door.read_photo(upload)
    assert found.taken_on == date(2026, 3, 11)
    for content in (found.large, found.small):
        assert clean(content)
        assert not opened(content).getexif()
        assert set(opened(content).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }


def test_the_proof_of_cleanness_sees_what_a_phone_writes() -> None:
    assert not clean(picture_file(exif=notes()))
    assert clean(picture_file())


@pytest.mark.parametrize(("orientation", "red"), [(1, (10, 100)), (3, (310, 100)), (6, (100, 10)), (8, (100, 310))])
def test_a_picture_stands_upright(orientation: int, red: tuple[int, int]) -> None:
    found = door.read_photo(picture_file(exif=notes(orientation)))
    assert (found.width, found.height) == ((320, 200) if orientation in (1, 3) else (200, 320))
    pixel = opened(found.large).getpixel(red)
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[2]


def test_large_pictures_are_reduced_and_small_ones_left() -> None:
    found = door.read_photo(picture_file(size=(4000, 3000)))
    assert (found.width, found.height) == opened(found.large).size == (1600, 1200)
    assert opened(found.small).size == (480, 360)
    assert door.read_photo(picture_file(size=(300, 200))).width == 300


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_becomes_plain_colour(mode: str) -> None:
    found = door.read_photo(picture_file("PNG", mode=mode))
    assert opened(found.large).mode == "RGB"
    assert opened(door.read_photo(picture_file(mode="CMYK")).large).mode == "RGB"


def test_transparency_lies_on_white() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(content, "PNG")
    assert opened(door.read_photo(content.getvalue()).large).getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:45 00:00:00", "昨天"])
def test_a_camera_without_a_clock_tells_no_day(taken: str) -> None:
    assert door.read_photo(picture_file(exif=notes(taken=taken))).taken_on is None


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(10_000, 10_000), (2_000_000_000, 2_000_000_000), (50_000_001, 64)])
def test_a_bomb_is_refused_by_its_announcement(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge, match="万像素"):
        door.read_photo(bomb(*size))


def test_a_bomb_below_the_limit_of_pixels_cannot_end_more_than_its_child() -> None:
    with pytest.raises(FileRefused):
        door.read_photo(bomb(7_000, 7_000))
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000))
    head, rest = picture_file("PNG")[:33], picture_file("PNG")[33:]
    with pytest.raises(FileRefused):
        door.read_photo(head + text + rest)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    content = io.BytesIO()
    noise.save(content, kind)
    with pytest.raises(FileRefused, match=r"不完整|损坏"):
        door.read_photo(content.getvalue()[: len(content.getvalue()) // 2])


def test_of_a_picture_that_is_an_archive_too_the_picture_stays() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("secret-program.sh", "echo")
    polyglot = picture_file("PNG") + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(polyglot))
    found = door.read_photo(polyglot)
    for content in (found.large, found.small):
        assert clean(content)
        assert not zipfile.is_zipfile(io.BytesIO(content))


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (SVG, "XML"),
        (picture_file("GIF"), "GIF"),
        (picture_file("TIFF"), "TIFF"),
        (b"%PDF-1.7\n" * 9, "PDF"),
        (b"PK\x03\x04" + b"\0" * 60, "认不出"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 60, "HEIC"),
        (b"BM" + b"\0" * 60, "认不出"),
        (b"", "空的"),
        (b"\xff\xd8\xff" + b"x" * 60, "损坏"),
        (picture_file(size=(40, 400)), "太小"),
        (picture_file(size=(6400, 300)), "太窄"),
    ],
)
def test_anything_else_is_refused_with_a_word_on_what_it_is(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        door.read_photo(content)


def test_a_file_of_more_than_fifteen_megabytes_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.process, "run", lambda *_args, **_options: pytest.fail("a child was started"))
    with pytest.raises(TooLarge, match="15 MB"):
        door.read_photo(b"\xff" * (15 * 1024 * 1024 + 1))


def test_the_limit_of_pixels_is_the_caller_s() -> None:
    with pytest.raises(TooLarge):
        door.read_photo(picture_file(), limits=replace(door.PHOTO_LIMITS, pixels=1000))


GOOD = {"large": "/9j/4P/Z", "small": "/9j/4P/Z", "width": 10, "height": 10, "taken_on": None, "position": None}


@pytest.mark.parametrize(
    "lie",
    [
        {"large": "PHN2Zz4="},
        {"small": "not base64!"},
        {"width": 1601},
        {"height": True},
        {"taken_on": "yesterday"},
        {"taken_on": 20260311},
        {"more": 1},
    ],
)
def test_a_child_that_was_taken_over_can_send_nothing_else(lie: dict[str, Any]) -> None:
    assert isinstance(pictures.decode_picture(GOOD), Picture)
    with pytest.raises(ValueError):
        pictures.decode_picture(GOOD | lie)

"""Photos: JPEG, PNG and WebP, by their first bytes, drawn anew so that nothing of the upload but its picture stays.

Three of Pillow's readers are called by name; its register of some forty others is never asked. What goes back was
encoded here from bare pixels: no EXIF, place, XMP, profile, comment or appended archive can come along. Day and
place that the camera noted are told apart from the picture.
"""

import base64
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox.documents import Limits
from geodata.sandbox.readers.positions import DAMAGE, position_of
from geodata.sandbox.readers.signatures import head_of, refuse_known

EXPECTED = "JPEG、PNG 或 WebP 格式的照片"
LARGE, SMALL = 1600, 480  # longest side in pixels
LARGE_QUALITY, SMALL_QUALITY = 85, 80
SMALLEST = 64  # pixels a side
SLIMMEST = 20  # times as long as wide: the reduced picture would be a thread
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif", b"ftypavif")

ORIENTATION, EXIF_IFD, DATE_TIME_ORIGINAL = 0x0112, 0x8769, 0x9003
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.preinit()  # the writers, before the walls go up
Image.MAX_IMAGE_PIXELS = None  # judged here, by `Limits.pixels`, before anything is decoded


def read_photo(folder: Path, *, limits: Limits) -> dict[str, Any]:
    """The picture upright at most 1600 pixels wide or high, a small one, and the day that the camera noted."""
    path = folder / "input"
    reader = _reader(path)
    try:
        with path.open("rb") as file, reader(file) as image:
            _check_size(image, limits)
            orientation, taken_on, position = _noted(image)
            large = _plain(image, orientation)
    except DAMAGE as error:
        raise FileRefused("照片文件不完整或已损坏，打不开。请用原图重新上传。", code="broken-picture") from error
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return {
        "large": _jpeg(large, LARGE_QUALITY),
        "small": _jpeg(small, SMALL_QUALITY),
        "width": large.width,
        "height": large.height,
        "taken_on": taken_on,
        "position": position,
    }


def _reader(path: Path) -> type[ImageFile]:
    head = head_of(path)
    if head.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WebPImageFile
    if head[4:12] in HEIC:
        raise FileRefused(
            "这是 HEIC 照片，暂不支持。请在手机相机设置中选择“兼容性最佳”，或另存为 JPG 后上传。", code="heic"
        )
    refuse_known(head, expected=EXPECTED)
    raise FileRefused(f"认不出这个文件，这里需要{EXPECTED}。", code="wrong-format")


def _check_size(image: Image.Image, limits: Limits) -> None:
    """By what the header says, before a pixel is decoded: a small file can announce a picture that fills the memory."""
    width, height = image.size
    if width * height > limits.pixels:
        most, found = limits.pixels // 10_000, width * height // 10_000
        raise TooLarge(f"照片有 {found:,} 万像素，超过 {most:,} 万像素。请缩小后再上传。", code="too-many-pixels")
    if min(width, height) < SMALLEST or max(width, height) > SLIMMEST * min(width, height):
        raise FileRefused(f"照片太小或太窄（{width}×{height} 像素），看不清内容。请上传原图。", code="too-small")


def _noted(image: Image.Image) -> tuple[int, str | None, dict[str, str] | None]:
    """How the camera was held, the day and the place that it noted; notes that cannot be read count as none."""
    try:
        notes = image.getexif()
        orientation = notes.get(ORIENTATION)
        taken = notes.get_ifd(EXIF_IFD).get(DATE_TIME_ORIGINAL)
    except DAMAGE:
        return 1, None, None
    return orientation if isinstance(orientation, int) else 1, _day(taken), position_of(notes)


def _day(text: Any) -> str | None:
    """2026:03:11 09:30:00 as an ISO day; cameras without a clock write zeros or blanks."""
    try:
        return datetime.strptime(str(text)[:10], "%Y:%m:%d").date().isoformat()  # noqa: DTZ007 - a day on the spot
    except ValueError:
        return None


def _plain(image: Image.Image, orientation: int) -> Image.Image:
    """Bare red, green and blue, reduced and upright, on white where the picture is transparent."""
    image.draft("RGB", (LARGE, LARGE))  # JPEG alone: decodes an eighth of a picture where that is enough
    image.load()
    flat = _opaque(_eight_bits(image))
    flat.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    turned = flat.transpose(TURNS[orientation]) if orientation in TURNS else flat
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    return bare


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of sixteen bits, which Pillow would cut off at 255, brought down to eight."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    with_alpha = image.convert("RGBA")
    white = Image.new("RGB", with_alpha.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white


def _jpeg(image: Image.Image, quality: int) -> str:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality, optimize=True, progressive=True)
    return base64.b64encode(content.getvalue()).decode()

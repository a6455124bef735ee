"""统一项目代码: its normal form, and doubts about it that warn and never refuse.

Two generations are in use: year-region-industry-kind-serial (to 2020) and YYMM-region-department-kind-random+check
(GB/T 40058-2021). Both are 4-6-2-2-6 digits. The check digit's algorithm is not public and is not tested.
"""

import re
import unicodedata
from typing import Final

_FORM: Final = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$")
_HYPHENS: Final = re.compile(r"[‐‑‒–—―−－_]")
_PROVINCE_APPROVED: Final = "0000"
FIRST_YEAR: Final = 2015
_PARTS: Final = ((0, 4), (4, 10), (10, 12), (12, 14), (14, 20))


class BadCode(ValueError):  # noqa: N818 - a finding about a cell, shown to people
    """The text cannot be a project code; the message is Chinese."""


def normalise(text: str) -> str | None:
    """The code as 4-6-2-2-6 with hyphens; None when the cell is empty. Twenty digits alone get their hyphens."""
    plain = re.sub(r"\s+", "", _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)))
    if plain in {"", "-", "--", "/", "无", "暂无", "待赋码"}:
        return None
    digits = plain.replace("-", "")
    if re.fullmatch(r"\d{20}", digits) and ("-" not in plain or _FORM.match(plain)):
        return "-".join(digits[start:end] for start, end in _PARTS)
    raise BadCode(f"项目代码“{text}”应为24位，格式如 2512-430602-04-01-100017")


def doubts(code: str, *, year: int, city_code: str = "430600") -> list[str]:
    """Why a well-formed code looks odd on a day of `year` in the city of `city_code` (six digits of GB/T 2260)."""
    first, region = code[:4], code[5:11]
    found = []
    if not (_is_year(first, year) or _is_month(first, year)):
        found.append(f"代码首段“{first}”既不是年份也不是年月（YYMM）")
    province, city = city_code[:2], city_code[:4]
    if not region.startswith(province):
        found.append(f"代码中的地区“{region}”不属于本省")
    elif not region.startswith(city) and region != province + _PROVINCE_APPROVED:
        found.append(f"代码中的地区“{region}”不属于本市")
    return found


def _is_year(segment: str, year: int) -> bool:
    return FIRST_YEAR <= int(segment) <= year


def _is_month(segment: str, year: int) -> bool:
    return FIRST_YEAR <= 2000 + int(segment[:2]) <= year and 1 <= int(segment[2:]) <= 12


def serial_text(prefix: str, year: int, number: int) -> str:
    """The platform's own permanent number, e.g. YYMS-2026-0001."""
    return f"{prefix}-{year}-{number:04d}"


_SERIAL: Final = re.compile(r"^([A-Z]{2,8})-(\d{4})-(\d{4,})$")


def parse_serial(text: str) -> tuple[str, int, int] | None:
    """Prefix, year and number of a platform number, or None."""
    found = _SERIAL.match(re.sub(r"\s+", "", _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))).upper())
    return (found.group(1), int(found.group(2)), int(found.group(3))) if found else None


_MARKS: Final = re.compile(r"[\s《》〈〉“”\"'’‘·]+")


def normalise_name(name: str) -> str:
    """The comparable form of a project's name: half-width, without blanks, quotes and book-title marks, lower case."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold()

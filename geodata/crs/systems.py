"""The coordinate systems in which Chinese city staff hold data, by EPSG code.

The Gauss-Krüger families are numbered in runs of the EPSG data set, one code a zone: 3° zone n has its central
meridian at 3n, 6° zone n at 6n-3. "Zone" systems carry n in front of the easting (38 411 562), "CM" systems do not.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from geodata.crs import parameters
from geodata.errors import Refused

GCJ02: Final = "GCJ02"
BD09: Final = "BD09"
Source = int | Literal["GCJ02", "BD09"]


class Datum(StrEnum):
    """The datums of the table. WGS 84 and CGCS2000 differ by centimetres and count as one."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    XIAN80 = "xian80"
    BEIJING54 = "beijing54"


OLD: Final = (Datum.XIAN80, Datum.BEIJING54)


class RefusedSystem(Refused):
    """A system that cannot be brought into EPSG:4490 here; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class System:
    """One coordinate system: `meridian` and `zone` are set for Gauss-Krüger systems."""

    epsg: int
    name: str
    datum: Datum
    geographic: bool = False
    meridian: int | None = None
    zone: int | None = None  # prefix of the easting, if any
    width: int | None = None  # degrees of a zone


_GEOGRAPHIC: Final = (
    System(4490, "2000国家大地坐标系（经纬度）", Datum.CGCS2000, geographic=True),
    System(4326, "WGS84 坐标系（经纬度）", Datum.WGS84, geographic=True),
    System(4610, "1980西安坐标系（经纬度）", Datum.XIAN80, geographic=True),
    System(4214, "1954北京坐标系（经纬度）", Datum.BEIJING54, geographic=True),
)
_OTHER: Final = (System(3857, "Web 墨卡托", Datum.WGS84),)
_UTM: Final = tuple(
    System(32600 + zone, f"UTM {zone}N(WGS84)", Datum.WGS84, meridian=6 * zone - 183) for zone in range(43, 54)
)
# datum, width of a zone, first zone, last zone, EPSG of the first system with and of the first without zone prefix
_FAMILIES: Final = (
    (Datum.CGCS2000, "2000", 3, 25, 45, 4513, 4534),
    (Datum.CGCS2000, "2000", 6, 13, 23, 4491, 4502),
    (Datum.XIAN80, "1980西安", 3, 25, 45, 2349, 2370),
    (Datum.XIAN80, "1980西安", 6, 13, 23, 2327, 2338),
    (Datum.BEIJING54, "1954北京", 3, 25, 45, 2401, 2422),
    (Datum.BEIJING54, "1954北京", 6, 13, 23, 21413, 21453),
)


def _gauss_krueger() -> list[System]:
    systems = []
    for datum, label, width, first, last, with_zone, without_zone in _FAMILIES:
        for zone in range(first, last + 1):
            meridian = zone * width - (3 if width == 6 else 0)
            text = f"{label}坐标系 {width}度带 中央子午线{meridian}°"
            systems.append(
                System(with_zone + zone - first, f"{text}，加带号{zone}", datum, False, meridian, zone, width)
            )
            systems.append(
                System(without_zone + zone - first, f"{text}，不加带号", datum, False, meridian, None, width)
            )
    return systems


SYSTEMS: Final[dict[int, System]] = {
    system.epsg: system for system in (*_GEOGRAPHIC, *_OTHER, *_UTM, *_gauss_krueger())
}


def known(epsg: int) -> System:
    """The system of a code; a code outside the table is refused in a sentence."""
    if epsg not in SYSTEMS:
        raise RefusedSystem(f"不支持坐标系 EPSG:{epsg}，请转换为2000国家大地坐标系（EPSG:4490 或 4547/4526）后再导入")
    return SYSTEMS[epsg]


def importable(epsg: int) -> System:
    """A system that can be brought into CGCS2000. Beijing54 and Xian80 only by parameters that an administrator has
    stored: PROJ alone would change nothing, silently."""
    system = known(epsg)
    if system.datum in OLD and parameters.stored(system.datum) is None:
        raise RefusedSystem(
            f"{old_name(system.datum)}（EPSG:{epsg}）没有公开的转换参数，直接导入会偏移数十米以上；"
            "请由测绘单位转换为2000国家大地坐标系后再导入，或由系统管理员在服务器上配置转换参数"
        )
    return system


def old_name(datum: Datum) -> str:
    """Chinese name of an old datum."""
    return "1980西安坐标系" if datum is Datum.XIAN80 else "1954北京坐标系"


def name_of(source: Source) -> str:
    """Chinese name of a system for messages and lists."""
    if source == GCJ02:
        return "GCJ-02（火星坐标）"
    if source == BD09:
        return "BD-09（百度坐标）"
    return known(int(source)).name

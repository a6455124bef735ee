"""The categories of a new installation. The city changes the table afterwards; nothing in the code depends on a row.

Columns: code, identifier, 中文, English, quantity unit, kinds of geometry, public geometry (waterworks and the like
are published by township only).
"""

from dataclasses import dataclass, field

from django.db import transaction

from geodata.projects.choices import PublicGeometry
from geodata.projects.models import Category

POINT, LINE, AREA = "point", "line", "polygon"


@dataclass(frozen=True)
class CategoryRow:
    code: str
    identifier: str
    name: str
    name_en: str
    unit: str
    kinds: tuple[str, ...]
    public_geometry: str = PublicGeometry.SIMPLIFIED
    aliases: tuple[str, ...] = field(default=())


CATEGORIES = (
    CategoryRow(
        "01",
        "old_community",
        "城镇老旧小区改造",
        "Old housing estates",
        "个小区/户",
        (AREA,),
        aliases=("老旧小区", "老旧小区改造"),
    ),
    CategoryRow("0101", "elevator_addition", "加装电梯", "Lift retrofits", "部", (POINT,)),
    CategoryRow(
        "0102",
        "shantytown",
        "危旧房改造",
        "Dilapidated housing",
        "户",
        (AREA,),
        aliases=("棚改", "城中村", "棚户区改造"),
    ),
    CategoryRow("02", "water_supply", "城乡供水一体化", "Water supply", "人/公里/处", (LINE, POINT), aliases=("供水",)),
    CategoryRow(
        "0201", "waterworks", "水厂泵站", "Waterworks", "处", (POINT,), PublicGeometry.TOWNSHIP, ("水厂", "泵站")
    ),
    CategoryRow("03", "sewer_network", "污水管网", "Sewers", "公里", (LINE,), aliases=("雨污分流", "排水管网")),
    CategoryRow("0301", "wwtp", "污水处理厂提标", "Sewage treatment", "处/万吨每日", (AREA,), aliases=("污水处理厂",)),
    CategoryRow(
        "0302", "black_odor_water", "黑臭水体治理", "Foul water bodies", "条", (AREA, LINE), aliases=("黑臭水体",)
    ),
    CategoryRow(
        "04", "urban_road", "城市道路提质", "Urban roads", "公里/条", (LINE,), aliases=("城市道路", "市政道路")
    ),
    CategoryRow("0401", "back_street", "背街小巷", "Back streets", "条", (LINE,)),
    CategoryRow("0402", "parking", "停车设施", "Parking", "个泊位", (AREA,), aliases=("停车场",)),
    CategoryRow("05", "rural_road", "农村公路", "Rural roads", "公里", (LINE,)),
    CategoryRow("0501", "bridge_repair", "危桥改造", "Bridge repair", "座", (POINT,)),
    CategoryRow("0502", "road_safety", "公路安防工程", "Road safety", "公里", (LINE,), aliases=("安防工程",)),
    CategoryRow("06", "education", "教育", "Education", "个学位/㎡", (AREA,), aliases=("学校", "教育设施")),
    CategoryRow("0601", "kindergarten", "公办幼儿园", "Kindergartens", "所", (AREA,), aliases=("幼儿园",)),
    CategoryRow("07", "health", "医疗卫生", "Health", "床/㎡/所", (AREA,), aliases=("医疗", "卫生")),
    CategoryRow(
        "08", "elderly_care", "养老服务", "Care for the elderly", "张床位/处", (POINT, AREA), aliases=("养老",)
    ),
    CategoryRow("0801", "elderly_meal", "老年助餐点", "Meals for the elderly", "个", (POINT,)),
    CategoryRow(
        "0802",
        "home_aging_retrofit",
        "适老化改造",
        "Home adaptations",
        "户",
        (),
        PublicGeometry.TOWNSHIP,
        ("特殊困难老年人家庭适老化改造",),
    ),
    CategoryRow("09", "childcare", "托育", "Childcare", "个托位", (POINT,), aliases=("托育服务",)),
    CategoryRow("10", "affordable_housing", "保障性住房", "Affordable housing", "套", (AREA,), aliases=("保障房",)),
    CategoryRow(
        "11",
        "gas_pipe_renewal",
        "燃气管道更新",
        "Gas pipes",
        "公里",
        (LINE,),
        aliases=("燃气等管道老化更新", "燃气管道老化更新"),
    ),
    CategoryRow(
        "12", "rural_environment", "农村人居环境", "Rural environment", "户/个村", (AREA,), aliases=("人居环境",)
    ),
    CategoryRow(
        "13",
        "flood_drainage",
        "水利防洪排涝",
        "Flood control",
        "公里/座",
        (LINE, POINT),
        aliases=("水利/防洪排涝", "防洪排涝", "水利"),
    ),
    CategoryRow(
        "14", "power_telecom", "电网通信", "Power and telecom", "万元/个村", (), aliases=("电网/通信", "电网", "通信")
    ),
    CategoryRow("15", "culture_sports", "文体设施", "Culture and sports", "个", (POINT,), aliases=("文化体育",)),
    CategoryRow("16", "emergency", "应急消防", "Emergency services", "处", (POINT,), aliases=("应急/消防", "消防")),
    CategoryRow(
        "17",
        "accessibility",
        "无障碍服务",
        "Accessibility",
        "处/户",
        (POINT,),
        aliases=("无障碍/残疾人服务", "残疾人服务"),
    ),
    CategoryRow("99", "other", "其他", "Other", "", (POINT, LINE, AREA)),
)


@transaction.atomic
def ensure_categories() -> int:
    """Adds the rows that are missing, by code; existing ones stay as the city keeps them. Returns how many."""
    known = dict(Category.objects.values_list("code", "id"))
    added = 0
    for row in sorted(CATEGORIES, key=lambda r: len(r.code)):
        if row.code in known:
            continue
        category = Category.objects.create(
            code=row.code,
            identifier=row.identifier,
            name=row.name,
            name_en=row.name_en,
            parent_id=known.get(row.code[:2]) if len(row.code) > 2 else None,
            aliases=list(row.aliases),
            quantity_unit=row.unit,
            geometry_kinds=list(row.kinds),
            public_geometry=row.public_geometry,
        )
        known[row.code] = category.pk
        added += 1
    return added

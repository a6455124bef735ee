"""Which categories of projects a category of work orders is likely to be about.

The labels are the fourteen classes of the hotline's monthly bulletins; projects are named by the first two digits of
their category. A class that may be about anything names none.
"""

from typing import Final

_LIKELY: Final[dict[str, frozenset[str]]] = {
    "住房与城乡建设": frozenset({"01", "02", "03", "04", "10", "11"}),
    "交通运输与交通秩序": frozenset({"04", "05"}),
    "农林水利": frozenset({"02", "05", "12", "13"}),
    "公共服务": frozenset({"02", "03", "08", "09", "11", "14"}),
    "城市管理": frozenset({"03", "04", "12", "15"}),
    "环境保护": frozenset({"03", "12", "13"}),
    "科教文体": frozenset({"06", "15"}),
    "医疗卫生健康": frozenset({"07"}),
    "民政与社会救助": frozenset({"08", "09", "17"}),
    "社会治安与综合治理": frozenset({"16"}),
}


def fits(order_category: str, project_category: str) -> bool:
    """Whether an order of this class may well be about a project of this category code."""
    return project_category[:2] in _LIKELY.get(order_category.strip().removesuffix("类"), frozenset())

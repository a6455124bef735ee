"""The parameters of project lists, maps and tiles, with their readers (geodata/parameters.py). Pure."""

import re
from typing import Final

from django.utils.translation import gettext as _

from geodata.parameters import Reader, bad, choices, code, day, flag, limit, one, one_of, page, phrase, sorting, whole
from geodata.projects.choices import LightColour, Stage, Status

# columns by which a list can be sorted; the published table lacks some of them
SORTABLE: Final = (
    "code",
    "budget",
    "disbursed",
    "physical_pct",
    "annual_rate",
    "deviation",
    "disbursement_rate",
    "complaints_merged",
    "freshness_days",
    "planned_end_on",
    "updated",
)
_CATEGORY: Final = re.compile(r"\d{2}(\d{2})?")


def _category(name: str, texts: list[str]) -> str:
    text = one(name, texts)
    if not (text.isascii() and _CATEGORY.fullmatch(text)):
        raise bad(name, text, _("a category code of two or four digits is expected"))
    return text


def _bbox(name: str, texts: list[str]) -> tuple[float, float, float, float]:
    text = one(name, texts)
    hint = _("four numbers with commas are expected: west, south, east, north in degrees")
    parts = text.split(",")
    if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", part) for part in parts):
        raise bad(name, text, hint)
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise bad(name, text, hint)
    return west, south, east, north


READERS: Final[dict[str, Reader]] = {
    "region": code,
    "unit": code,
    "category": _category,
    "status": choices(Status.values),
    "stage": choices(Stage.values),
    "year": whole(1990, 2100),
    "source": code,
    "q": phrase,
    "bbox": _bbox,
    "located": one_of("yes", "no"),
    "stale": flag,
    "light": choices(LightColour.values),
    "as_of": day,
    "no_area": one_of("region", "township"),
    "sort": sorting(*SORTABLE),
    "page": page,
    "limit": limit,
}

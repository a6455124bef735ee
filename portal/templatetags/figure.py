"""How figures are set: the number large, its unit small and grey after it."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_NUMBER_UNIT = re.compile(r"^([<>≥≤]?[-−+]?[\d,.]*\d)\s*([^\d%\s.,].*)$")


@register.filter
def figure(text: object) -> str | SafeString:
    """`3,265.92万元` as number and unit in elements of their own; every other text (—, 暂无报告) as it is."""
    match = _NUMBER_UNIT.match(str(text))
    if match is None:
        return str(text)
    return format_html('<span class="n">{}</span><span class="u">{}</span>', *match.groups())


@register.filter
def count(number: int | str) -> str:
    """A whole number with its thousands separated: 9,381; a text as it is."""
    return f"{number:,}" if isinstance(number, int) else number

"""How a chosen code is called."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def named(options: Iterable[tuple[Any, ...]] | None, code: str) -> str:
    """The label of a code among `options`; the code itself where it is none of them: a filter that is set is shown."""
    return next((str(option[1]) for option in options or () if option[0] == code), code)

"""What the navigation of every staff page says: how much waits, how much is unread. Asked only when it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.workbench.desk.selectors import standing


@dataclass(frozen=True, slots=True)
class Standing:
    """Decisions that a person may make, and notices that they have not read."""

    asked: int = 0
    unread: int = 0


def waiting(request: HttpRequest) -> dict[str, Any]:
    """`waiting`: what the person has to decide and to read; nothing on pages that no scope has let in."""
    scope = getattr(request, "scope", None)
    if scope is None or scope.user_id is None:
        return {"waiting": Standing()}
    return {"waiting": SimpleLazyObject(lambda: Standing(*standing(scope, scope.user_id)))}

"""Small parts of an OC4IDS document. Pure: amounts stay Decimal, days become instants of the city."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from portal.public.models import WITHDRAWN

Document = dict[str, Any]
CURRENCY: Final = "CNY"
HIDDEN: Final = ("个人(不公开)", WITHDRAWN)  # what the publication writes where a name may not stand


def kept(**fields: Any) -> Document:
    """Without what is not known: the standard wants such fields left out, not empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def moment(day: date | None) -> str | None:
    """The beginning of a day in the city, with its offset."""
    return datetime.combine(day, time(), timezone.get_default_timezone()).isoformat() if day else None


def value(amount: Decimal | None) -> Document | None:
    return None if amount is None else {"amount": amount, "currency": CURRENCY}


def period(start: date | None, end: date | None) -> Document:
    """Left without its end where the end would lie before the start: the record holds both as they were told."""
    return kept(startDate=moment(start), endDate=moment(end if not (start and end and end < start) else None))


def party_number(name: str) -> str:
    """A number for a body that is known by its name alone; the same in every project and every snapshot."""
    return f"CN-ONEMAP-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


class Parties:
    """The bodies of a project, each once with all its roles in the order in which they were met."""

    def __init__(self) -> None:
        self._found: dict[str, Document] = {}

    def refer(self, name: str | None, role: str) -> Document | None:
        """A reference to a body, which is entered with the role; None for a person or a name that was taken back."""
        plain = (name or "").strip()
        if not plain or plain in HIDDEN:
            return None
        party = self._found.setdefault(plain, {"id": party_number(plain), "name": plain, "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)
        return {"id": party["id"], "name": plain}

    def refer_all(self, names: Iterable[str], role: str) -> list[Document]:
        return [found for found in (self.refer(name, role) for name in names) if found]

    def listed(self) -> list[Document]:
        return list(self._found.values())

"""Writing bodies: found by name, alias or credit code, made when nobody knows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from geodata.organisations.models import Organisation, OrganisationAlias
from geodata.organisations.names import name_key
from geodata.record import Origin


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A body as a file names it."""

    name: str
    credit_code: str = ""
    kind: str = Organisation.Kind.OTHER


class OrganisationFinder:
    """All known bodies by normalised name, alias and credit code; one load serves a whole file."""

    def __init__(self) -> None:
        self._by_key: dict[str, int] = {}
        self._by_code: dict[str, int] = {}
        self._people: set[int] = set()
        for identity, key, code, person in Organisation.objects.values_list(
            "id", "name_key", "credit_code", "is_natural_person"
        ):
            self._by_key[key] = identity
            if code:
                self._by_code[code] = identity
            if person:
                self._people.add(identity)
        for key, identity in OrganisationAlias.objects.values_list("name_key", "organisation_id"):
            self._by_key.setdefault(key, identity)

    def find(self, name: str, credit_code: str = "") -> int | None:
        """The id of a body, by credit code first."""
        if credit_code and credit_code in self._by_code:
            return self._by_code[credit_code]
        return self._by_key.get(name_key(name)) if name else None

    def is_person(self, identity: int) -> bool:
        """Whether a known body is a natural person or sole trader."""
        return identity in self._people


@transaction.atomic
def ensure_organisations(*, bodies: Iterable[NamedBody], batch: int | None = None) -> dict[str, int]:
    """The id of each body by the name given, making those that are unknown. Idempotent."""
    finder = OrganisationFinder()
    missing: dict[str, NamedBody] = {}
    held = list(bodies)
    for body in held:
        if body.name and finder.find(body.name, body.credit_code) is None:
            missing.setdefault(name_key(body.name), body)
    Organisation.objects.bulk_create(
        [
            Organisation(
                name=body.name,
                name_key=key,
                kind=body.kind,
                credit_code=body.credit_code or None,
                origin=Origin.IMPORT,
                batch=batch,
            )
            for key, body in sorted(missing.items())
        ],
        ignore_conflicts=True,
    )
    finder = OrganisationFinder() if missing else finder
    found = {body.name: finder.find(body.name, body.credit_code) for body in held if body.name}
    return {name: identity for name, identity in found.items() if identity is not None}

"""Where a name may stand in what is published: columns that hold nothing else, and texts that people wrote.

A name that is withdrawn goes from all of them, in the stage of every publication (staging.py) and in what is public
already (services/withdrawals.py), by the same expressions, so that neither sees a change in the other.
"""

from collections.abc import Sequence
from typing import Final

from django.contrib.postgres.fields import ArrayField
from psycopg import sql

from geodata.searching import COLUMN, search_terms
from portal.public.models import (
    WITHDRAWN,
    Published,
    PublishedContract,
    PublishedContractChange,
    PublishedDocument,
    PublishedMilestone,
    PublishedPayment,
    PublishedPhoto,
    PublishedPlanYear,
    PublishedProject,
)

Place = tuple[type[Published], str]

# nothing but the name of somebody, for a project of several
NAMED: Final[tuple[Place, ...]] = (
    (PublishedPayment, "payee"),
    (PublishedContract, "supplier"),
    (PublishedProject, "lead_unit"),
    (PublishedProject, "owner_unit"),
    (PublishedProject, "responsible_unit"),
)
# sentences, titles, and several names in a row
WRITTEN: Final[tuple[Place, ...]] = (
    (PublishedProject, "lead_unit"),
    (PublishedProject, "owner_unit"),
    (PublishedProject, "responsible_unit"),
    (PublishedProject, "scope_content"),
    (PublishedContract, "name"),
    (PublishedContractChange, "reason"),
    (PublishedContractChange, "content"),
    (PublishedPlanYear, "adjusted_by"),
    (PublishedPhoto, "caption"),
    (PublishedDocument, "title"),
)
# what things and places are called: a person of two or three characters is not looked for there, for 李家 is in 李家桥
CALLED: Final[tuple[Place, ...]] = (
    (PublishedProject, "name"),
    (PublishedProject, "aliases"),
    (PublishedProject, "search_text"),
    (PublishedProject, "location_text"),
    (PublishedMilestone, "name"),
)
SHORTEST: Final = 2  # characters of a name that is looked for inside texts; a single one stands in too many words
BODY: Final = 4  # from so many characters on it is taken for a body's
_BETWEEN: Final = "\x1f"


def places_of(name: str) -> Sequence[Place]:
    """The texts in which this name is looked for as a part."""
    if len(name) < SHORTEST:
        return ()
    return WRITTEN if len(name) < BODY else WRITTEN + CALLED


def holds(place: Place, name: str) -> sql.Composed:
    """The condition that a row's text has the name."""
    return sql.SQL("position({} IN {}) > 0").format(_name(place, name), _text(place))


def without(place: Place, name: str) -> sql.Composed:
    """The text with the notice in the name's place, no longer than the column takes."""
    model, column = place
    field = model._meta.get_field(column)
    said = sql.SQL("replace({}, {}, {})").format(_text(place), _name(place, name), sql.Literal(WITHDRAWN))
    if isinstance(field, ArrayField):
        return sql.SQL("string_to_array({}, {})::varchar[]").format(said, sql.Literal(_BETWEEN))
    most = getattr(field, "max_length", None)
    return sql.SQL("left({}, {})").format(said, sql.Literal(most)) if most else said


def _name(place: Place, name: str) -> sql.Literal:
    """In the form in which the column has it: what searches read is in lower case."""
    return sql.Literal(" ".join(search_terms(name)) if place[1] == COLUMN else name)


def _text(place: Place) -> sql.Composable:
    model, column = place
    named = sql.Identifier(column)
    if isinstance(model._meta.get_field(column), ArrayField):
        return sql.SQL("array_to_string({}, {})").format(named, sql.Literal(_BETWEEN))
    return named

"""Looking for words in a text column: LIKE decides, pairs of neighbouring characters let an index find candidates."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value
from django.db.models.lookups import PostgresOperatorLookup

Rows = TypeVar("Rows", bound=QuerySet[Any])
COLUMN: Final = "search_text"
_WHOLE_CODE: Final = len("YYMS-2026-0001")
_ALL: Final = 2**31  # a LIMIT that leaves nothing out, but keeps a subquery a query of its own


def search_terms(q: str) -> list[str]:
    """The words of a search in the form of search_text: half-width, lower case; all of them must occur."""
    return unicodedata.normalize("NFKC", q).lower().split()


class Bigrams(Func):
    """Pairs of neighbouring characters, the SQL function behind the search index (summary/sql/search_v2.sql)."""

    function = "bigrams"
    output_field = TextField()


class _AnyOf(Func):
    """key = ANY (array)."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


class _Holds(PostgresOperatorLookup):
    """left @> right, for two arrays of texts."""

    lookup_name = "holds"
    postgres_operator = "@>"
    prepare_rhs = False


def holding(rows: Rows, q: str) -> Rows:
    """Rows whose search_text holds every word.

    A model says by `has_bigrams` that its database has the function and the index. There the words are looked up in a
    subquery that the planner cannot merge into the query: else it may compute the pairs of every row that passes the
    other limits, 70 µs each. Where there is none the texts are read: of 100,000 narrow rows in a twentieth of a second.
    """
    terms = search_terms(q)
    if not (terms and getattr(rows.model, "has_bigrams", False)):
        return _like(rows, terms)
    return rows.filter(pk__in=_looked_up(rows, terms).values("pk")[:_ALL])


def keys_holding(rows: QuerySet[Any], q: str, *, most: int) -> list[int] | None:
    """The keys of all rows of the model that hold every word; None where there are more than `most`.

    For whoever asks several questions about the same words: `among` them, the words are looked up once.
    """
    keys = list(_looked_up(rows, search_terms(q)).values_list("pk", flat=True)[: most + 1])
    return keys if len(keys) <= most else None


def among(rows: Rows, keys: Iterable[int]) -> Rows:
    """Those of the rows that have one of these keys, which go to the database as one value and not as thousands."""
    return rows.filter(_AnyOf(F("pk"), Value(list(keys))))


def _looked_up(rows: QuerySet[Any], terms: list[str]) -> QuerySet[Any]:
    found = rows.model._default_manager.using(rows.db).order_by()
    for term in filter(_has_rare_pairs, terms):
        found = found.filter(_Holds(Bigrams(F(COLUMN)), Bigrams(Value(term))))
    # of two characters the index knows all there is to know
    return _like(found, [term for term in terms if len(term) != 2 or not _has_rare_pairs(term)])


def reading(rows: Rows, q: str) -> Rows:
    """The same rows by reading the text of each: right where other limits leave a few.

    There a lookup of a frequent word would be repeated, tens of thousands of hits each time, for every row of a tile.
    """
    return _like(rows, search_terms(q))


def _like(rows: Rows, terms: Iterable[str]) -> Rows:
    for term in terms:
        rows = rows.filter(**{f"{COLUMN}__contains": term})
    return rows


def _has_rare_pairs(term: str) -> bool:
    """Whether the index may help. It does not with the pairs of every code (yyms-2026-): a scan finds those sooner."""
    return len(term) > 1 and (not term.isascii() or len(term) >= _WHOLE_CODE)

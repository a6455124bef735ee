"""Looking for words in a text column: LIKE decides, pairs of neighbouring characters let an index find candidates."""

import unicodedata
from typing import Any, Final, TypeVar

from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.lookups import PostgresOperatorLookup

Rows = TypeVar("Rows", bound=QuerySet[Any])
COLUMN: Final = "search_text"


def search_terms(q: str) -> list[str]:
    """The words of a search in the form of search_text: half-width, lower case; all of them must occur."""
    return unicodedata.normalize("NFKC", q).lower().split()


class Bigrams(Func):
    """Pairs of neighbouring characters, the SQL function behind the search index (summary/sql/search_v1.sql)."""

    function = "bigrams"
    output_field = TextField()


class _Holds(PostgresOperatorLookup):
    """left @> right, for two arrays of texts."""

    lookup_name = "holds"
    postgres_operator = "@>"
    prepare_rhs = False


def holding(rows: Rows, q: str) -> Rows:
    """Rows whose search_text holds every word.

    A model says by `has_bigrams` that its database has the function and the index.
    """
    for term in search_terms(q):
        rows = rows.filter(**{f"{COLUMN}__contains": term})
        if len(term) > 1 and getattr(rows.model, "has_bigrams", False):
            rows = rows.filter(_Holds(Bigrams(F(COLUMN)), Bigrams(Value(term))))
    return rows

"""Four eyes: nobody decides on what he had a hand in, under any of his accounts."""

from collections.abc import Iterable
from typing import Final

from geodata.errors import NotPermitted
from geodata.stewards.models import User

_SAME_PERSON: Final = "这是您本人（或您的另一个账号）填报的内容，须由另一人审核，请联系本单位其他审核人或指挥部办公室"


def require_other_person(*, reviewer_id: int, hands: Iterable[int]) -> None:
    """`hands` are all who drew, edited or submitted what is decided. Raises NotPermitted (code "same-person") when the
    reviewer is one of them, or another account of one of them (same staff number). At most one query."""
    involved = set(hands)
    if reviewer_id not in involved and not _is_one_of(reviewer_id, involved):
        return
    raise NotPermitted(_SAME_PERSON, code="same-person")


def _is_one_of(reviewer_id: int, involved: set[int]) -> bool:
    if not involved:
        return False
    numbers = dict(User.objects.filter(pk__in={reviewer_id, *involved}).values_list("pk", "staff_no"))
    own = numbers.pop(reviewer_id, "").strip().casefold()
    return bool(own) and own in {number.strip().casefold() for number in numbers.values()}

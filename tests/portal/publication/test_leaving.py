"""Which publications take something from the public, so that answers kept for an outage go."""

from decimal import Decimal

import pytest

from geodata.funding.models import Contract
from geodata.organisations.models import Organisation
from geodata.projects.models import Project
from portal.public import selectors
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def gone() -> int:
    return selectors.losses()[0]


def test_a_publication_that_changes_or_adds_takes_nothing_away(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    Project.objects.filter(pk=public_city["road"].pk).update(name="另一个名字")
    publish(as_of=TODAY, now=NOW)
    assert gone() == 0


def test_a_project_that_is_public_no_more_counts_as_taken_away_from_then_on(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    Project.objects.filter(pk=public_city["road"].pk).update(disclosure="internal")
    number = publish(as_of=TODAY, now=NOW).number
    assert gone() == number
    publish(as_of=TODAY, now=NOW)
    assert gone() == number


def test_a_supplier_who_turns_out_to_be_a_person_counts_as_taken_away(public_city: dict[str, Project]) -> None:
    body = Organisation.objects.create(name="示某某工程有限公司", name_key="示某某工程有限公司")
    Contract.objects.create(
        number="HT-1", project=public_city["road"], name="示例施工合同", contractor=body, price=Decimal("1.00")
    )
    publish(as_of=TODAY, now=NOW)
    assert gone() == 0
    Organisation.objects.filter(pk=body.pk).update(is_natural_person=True)
    number = publish(as_of=TODAY, now=NOW).number
    assert gone() == number

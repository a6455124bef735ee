"""Test databases of several people on one cluster: a name belongs to one of them and to one alias."""

import itertools

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings.databases import _test_name
from tests import migrated_template

SUFFIXES = ("", "public", "a", "a2", "template", "for", "onemap")


def test_no_two_suffixes_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for suffix, database in itertools.product(SUFFIXES, ("onemap", "onemap_public")):
        monkeypatch.setenv("ONEMAP_TEST_SUFFIX", suffix)
        names.append(_test_name(database)["NAME"])
    assert len(set(names)) == len(names)
    assert all(name.startswith("test_") for name in names)
    assert not [name for name in names if name.startswith(migrated_template.PREFIX)]  # those are cleared away


@pytest.mark.parametrize("suffix", ["a_public", "A", "a b", "x" * 31, "测试"])
def test_a_suffix_is_a_short_plain_word(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEMAP_TEST_SUFFIX", suffix)
    with pytest.raises(ImproperlyConfigured, match="ONEMAP_TEST_SUFFIX"):
        _test_name("onemap")

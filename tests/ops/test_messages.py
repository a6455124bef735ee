"""Translations are compiled when they change, and every catalogue of ours is sound."""

import gettext
from pathlib import Path

import pytest

from ops import messages
from ops.errors import SetupError

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def catalogue(root: Path, body: str) -> Path:
    source = root / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(HEAD + body, encoding="utf-8")
    return source


def test_a_changed_catalogue_is_compiled_once_and_found(tmp_path: Path) -> None:
    source = catalogue(tmp_path, 'msgid "Map"\nmsgstr "地图"\n')
    assert messages.compile_catalogues(tmp_path) == 1
    assert messages.compile_catalogues(tmp_path) == 0
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Map") == "地图"


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    source = catalogue(tmp_path, "")
    source.write_bytes(source.read_bytes() + b'msgid "Map"\nmsgstr "\xff\xfe"\n')
    with pytest.raises(SetupError, match=r"django\.po"):
        messages.compile_catalogues(tmp_path)
    assert not list(tmp_path.rglob("*.mo"))

"""Chinese first, English complete: every text of a template or of Python has its translation."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_TEMPLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]+)"|'([^']+)')|_\((?:"([^"]+)"|'([^']+)')\)""")
BLOCK = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
IN_PYTHON = re.compile(r"""\b(?:_|gettext|gettext_lazy)\(\s*(?:"([^"]+)"|'([^']+)')""")


def catalogue(language: str) -> dict[str, str]:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and not entry.fuzzy}


def texts() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        # {% translate %} doubles the percent signs of what it looks up
        found |= {next(filter(None, match.groups())).replace("%", "%%") for match in IN_TEMPLATE.finditer(source)}
        found |= {re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body) for body in BLOCK.findall(source)}
    for package in ("geodata", "dashboards", "portal"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            found |= {next(filter(None, match.groups())) for match in IN_PYTHON.finditer(source)}
    return found


def test_every_english_text_has_its_chinese() -> None:
    chinese = catalogue("zh_Hans")
    missing = sorted(text for text in texts() if not CHINESE.search(text) and not chinese.get(text))
    assert missing == []


# not judged: placeholders, tags, addresses, and a value that the published data hold as it stands
OF_CODE = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^<>]*>|https?://[\w./-]+|个人\(不公开\)")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff”》、，。；：）][,;:?!()]|[,;:?!()][\u3400-\u9fff“《（]")


def test_chinese_sentences_have_chinese_punctuation() -> None:
    narrow = sorted(text for text in catalogue("zh_Hans").values() if HALF_WIDTH.search(OF_CODE.sub("", text)))
    assert narrow == []


@pytest.mark.parametrize("text", ["已填,未存", "单位:%(unit)s", "完成(占计划)", "为什么?", "<b>3</b>件;其余"])
def test_half_width_punctuation_is_found(text: str) -> None:
    assert HALF_WIDTH.search(OF_CODE.sub("", text))


@pytest.mark.parametrize("text", ["113.1299,29.3706", "%(hour)s:%(minute)s 发布", "<a href='/x?a=1'>全部</a>"])
def test_codes_and_numbers_keep_theirs(text: str) -> None:
    assert not HALF_WIDTH.search(OF_CODE.sub("", text))


def labels() -> set[str]:
    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in {"geodata", "portal"}]
    return {
        str(label)
        for model in ours
        for field in model._meta.local_fields
        if isinstance(field, models.Field) and field.choices
        for _value, label in field.choices
        if CHINESE.search(str(label))
    }


def test_every_label_of_the_record_has_its_english() -> None:
    english = catalogue("en")
    assert sorted(label for label in labels() if not english.get(label)) == []

"""The compiler of translations, against the reader that Django uses: Python's own gettext."""

import gettext
import io

from ops import messages
from ops.paths import ROOT

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

#: portal/public/views.py
msgid "Map"
msgstr "地图"

msgctxt "month"
msgid "May"
msgstr "五月"

msgid "May"
msgstr "可以"

#, fuzzy
msgid "Guess"
msgstr "猜测"

msgid "She said \"%(word)s\", "
"twice"
msgstr "她说了“%(word)s”"
"两次"

msgid "Untranslated"
msgstr ""

msgid "%(n)s project"
msgid_plural "%(n)s projects"
msgstr[0] "%(n)s 个项目"
"""


def read() -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(messages.compiled(messages.parse(CATALOGUE))))


def test_plain_contextual_plural_and_long_messages_are_found() -> None:
    catalogue = read()
    assert catalogue.gettext("Map") == "地图"
    assert catalogue.pgettext("month", "May") == "五月"
    assert catalogue.gettext("May") == "可以"
    assert catalogue.gettext('She said "%(word)s", twice') == "她说了“%(word)s”两次"
    assert catalogue.ngettext("%(n)s project", "%(n)s projects", 5) == "%(n)s 个项目"


def test_guesses_and_missing_translations_fall_back_to_the_original() -> None:
    catalogue = read()
    assert catalogue.gettext("Guess") == "Guess"
    assert catalogue.gettext("Untranslated") == "Untranslated"


def test_every_catalogue_of_the_project_compiles() -> None:
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po"):
        parsed = messages.parse(source.read_text(encoding="utf-8"))
        assert gettext.GNUTranslations(io.BytesIO(messages.compiled(parsed))), source

"""Compiles translations: .po to .mo without GNU gettext, which a fresh machine lacks.

Handles what this project's catalogues hold: msgctxt, msgid, msgid_plural, msgstr, multi-line strings, fuzzy marks.
The .mo layout is GNU gettext's: a header of seven 32-bit words, two tables of (length, offset), then the strings.
"""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

from ops.paths import ROOT

MAGIC = 0x950412DE
CONTEXT_SEPARATOR = "\x04"


def compile_catalogues(root: Path = ROOT / "locale") -> int:
    """Compiles every catalogue that is newer than its result; returns how many were."""
    done = 0
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            unfinished = target.with_suffix(".mo.part")
            unfinished.write_bytes(compiled(parse(source.read_text(encoding="utf-8"))))
            unfinished.replace(target)
            done += 1
    return done


def parse(text: str) -> dict[str, str]:
    """The translated messages of a catalogue, in the form that gettext looks them up by."""
    messages: dict[str, str] = {}
    for fields in _entries(text):
        plural = fields.get("msgid_plural")
        forms = [fields[name] for name in sorted(fields) if name.startswith("msgstr")]
        if not forms or not all(forms):
            continue
        key = fields.get("msgid", "") if plural is None else f"{fields['msgid']}\0{plural}"
        if "msgctxt" in fields:
            key = fields["msgctxt"] + CONTEXT_SEPARATOR + key
        messages[key] = "\0".join(forms)
    return messages


def compiled(messages: dict[str, str]) -> bytes:
    """The bytes of a .mo file."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    start_of_ids = 7 * 4
    start_of_strings = start_of_ids + len(pairs) * 8
    offset = start_of_strings + len(pairs) * 8
    tables, body = [b"", b""], b""
    for which in (0, 1):
        for pair in pairs:
            tables[which] += struct.pack("<II", len(pair[which]), offset + len(body))
            body += pair[which] + b"\0"
    return struct.pack("<7I", MAGIC, 0, len(pairs), start_of_ids, start_of_strings, 0, 0) + b"".join(tables) + body


def _entries(text: str) -> Iterator[dict[str, str]]:
    """The catalogue's entries as keyword -> text. Fuzzy entries are guesses and are left out, as gettext does."""
    entry: dict[str, str] = {}
    keyword, fuzzy, skipped = "", False, False
    for line in (raw.strip() for raw in text.splitlines()):
        if not line or line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line.startswith('"'):
            before = keyword
            keyword, _, line = line.partition(" ")
            if keyword == "msgctxt" or (keyword == "msgid" and before != "msgctxt"):
                if not skipped:
                    yield entry
                entry, skipped, fuzzy = {}, fuzzy, False
            entry[keyword] = ""
        # The quoting of .po files is C's, of which Python's string literals are a superset.
        entry[keyword] += ast.literal_eval(line)
    if not skipped:
        yield entry

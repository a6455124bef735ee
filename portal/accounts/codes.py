"""One-time codes (RFC 6238, six digits every 30 seconds), the address that a phone scans, and recovery codes. Pure."""

import base64
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
_RECOVERY_BYTES: Final = 10
_TOLERANCE: Final = 1  # a code of the step before or after: clocks differ, and people type slowly


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a code is right, of which time step it is, and whether it was right but used before."""

    step: int | None = None
    used_before: bool = False


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def new_recovery_codes() -> list[str]:
    return [base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]


def judge(secret: bytes, code: str, *, now: datetime, last_step: int) -> Verdict:
    """`code` is what `tidy` left. A code of a step up to `last_step` is never taken."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return Verdict()
    known = _clock(secret, now)
    if known.verify(int(code), tolerance=_TOLERANCE, min_t=last_step + 1):
        return Verdict(step=known.t())
    return Verdict(used_before=_clock(secret, now).verify(int(code), tolerance=_TOLERANCE))


def _clock(secret: bytes, now: datetime) -> TOTP:
    clock = TOTP(secret, step=STEP_SECONDS, digits=6)
    clock.time = now.timestamp()
    return clock


def tidy(typed: str) -> str:
    """What people type, as it was meant: full-width digits, spaces and dashes are theirs, not the code's."""
    return re.sub(r"[\s\-–—]", "", unicodedata.normalize("NFKC", typed)).upper()[:40]


def in_groups(code: str) -> str:
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def secret_text(secret: bytes) -> str:
    """The secret for those who cannot scan: base32 in groups of four."""
    return " ".join(in_groups(base64.b32encode(secret).decode()).split("-"))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """The otpauth address that authenticator apps read."""
    named = quote(f"{issuer}:{account}")
    asked = {"secret": base64.b32encode(secret).decode(), "issuer": issuer, "digits": 6, "period": STEP_SECONDS}
    return f"otpauth://totp/{named}?{urlencode(asked, quote_via=quote)}"

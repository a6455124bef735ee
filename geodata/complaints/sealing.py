"""Sealing what callers say about themselves: AES-256-GCM with a key outside the database, and an HMAC for equality.

A sealed value is a version byte, a random 96-bit nonce and the ciphertext with its tag. The order's number and the
field's name are bound to it, so that a value moved to another order or column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import lru_cache
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from geodata.errors import Conflict

Field = Literal["name", "phone", "content", "reply"]

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_SHORTEST_NUMBER: Final = 7


@lru_cache(maxsize=4)
def _key(name: str, value: str) -> bytes:
    try:
        key = bytes.fromhex(value)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in hexadecimal")
    return key


def seal(text: str, *, order_no: str, field: Field) -> bytes:
    """The sealed text; nothing stays nothing."""
    if not text:
        return b""
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(_key("PERSONAL_DATA_KEY", settings.PERSONAL_DATA_KEY))
    return _VERSION + nonce + cipher.encrypt(nonce, text.encode(), _bound(order_no, field))


def unseal(sealed: bytes | memoryview, *, order_no: str, field: Field) -> str:
    """The text again. Raises Conflict when the key is another, or the value was changed or moved."""
    raw = bytes(sealed)
    if not raw:
        return ""
    cipher = AESGCM(_key("PERSONAL_DATA_KEY", settings.PERSONAL_DATA_KEY))
    start = len(_VERSION) + _NONCE
    try:
        if raw[: len(_VERSION)] != _VERSION:
            raise InvalidTag
        return cipher.decrypt(raw[len(_VERSION) : start], raw[start:], _bound(order_no, field)).decode()
    except InvalidTag as error:
        raise Conflict(f"工单 {order_no} 的加密内容无法解开：密钥不符或数据被改动，请联系系统管理员") from error


def _bound(order_no: str, field: Field) -> bytes:
    return f"{order_no}/{field}".encode()


def normal_phone(phone: str) -> str:
    """The digits of a number without the country code."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(00)?86(?=1\d{10}$)", "", digits)


def phone_hash(phone: str) -> str:
    """HMAC-SHA256 of a number with a key of its own, to see that two callers are one; "" for no real number."""
    digits = normal_phone(phone)
    if len(digits) < _SHORTEST_NUMBER:
        return ""
    key = _key("PERSONAL_HASH_KEY", settings.PERSONAL_HASH_KEY)
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()

"""Sealing what a one-time code is computed from, and hashing recovery codes: neither can be used from a copy of the
database.

The key is derived from the key of personal data (HKDF, a purpose of its own), so it stands outside the database too.
django-otp's own table would hold secrets in clear; of that library we use the arithmetic (RFC 6238) alone.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from geodata.errors import Conflict

_VERSION: Final = b"\x01"
_NONCE: Final = 12


@lru_cache(maxsize=8)
def _key(purpose: str, master: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(bytes.fromhex(master))


def seal(secret: bytes, *, user_id: int) -> bytes:
    """AES-256-GCM: version byte, random nonce, ciphertext with tag. Bound to the person, so that it opens for nobody
    else."""
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(_key("onemap second factor", settings.PERSONAL_DATA_KEY))
    return _VERSION + nonce + cipher.encrypt(nonce, secret, str(user_id).encode())


def unseal(sealed: bytes | memoryview, *, user_id: int) -> bytes:
    """Raises Conflict when the key is another, or the value was changed or moved."""
    raw = bytes(sealed)
    start = len(_VERSION) + _NONCE
    cipher = AESGCM(_key("onemap second factor", settings.PERSONAL_DATA_KEY))
    try:
        if raw[: len(_VERSION)] != _VERSION:
            raise InvalidTag
        return cipher.decrypt(raw[len(_VERSION) : start], raw[start:], str(user_id).encode())
    except InvalidTag as error:
        raise Conflict("二次验证的密钥无法解开：系统密钥不符或数据被改动，请联系系统管理员重置") from error


def code_hash(code: str, *, user_id: int) -> str:
    """HMAC-SHA256 of a recovery code of 80 random bits: found by equality, useless without the key."""
    key = _key("onemap recovery codes", settings.PERSONAL_DATA_KEY)
    return hmac.new(key, f"{user_id}/{code}".encode(), hashlib.sha256).hexdigest()

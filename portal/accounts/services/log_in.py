"""Log-in with a lock after repeated failures."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from geodata.errors import TooFast
from portal.accounts.models import LoginFailure

# one address may fail for many names (an office behind one router), but not for ever
FAILURES_PER_ADDRESS = 10


def _name_hash(username: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, username.strip().casefold().encode(), hashlib.sha256).hexdigest()


def require_not_locked(*, username: str, address: str, now: datetime) -> None:
    """Raises TooFast while this name from this address, or this address altogether, has failed too often.

    The lock is on name *and* address, so that nobody can lock an official out from elsewhere.
    """
    window = timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    recent = LoginFailure.objects.filter(address=address, failed_at__gt=now - window)
    of_name = recent.filter(name_hash=_name_hash(username))
    for failures, limit in (
        (of_name, settings.LOGIN_FAILURES),
        (recent, FAILURES_PER_ADDRESS * settings.LOGIN_FAILURES),
    ):
        if failures.count() < limit:
            continue
        last = failures.aggregate(last=Max("failed_at"))["last"]
        seconds = max(1, int((last + window - now).total_seconds()))
        raise TooFast(f"登录失败次数过多，请 {seconds // 60 + 1} 分钟后再试", retry_after=seconds)


def record_failure(*, username: str, address: str, now: datetime) -> None:
    LoginFailure.objects.create(name_hash=_name_hash(username), address=address, failed_at=now)


def forget_failures(*, username: str, address: str) -> None:
    """After a success the count of this name from this address starts anew."""
    LoginFailure.objects.filter(name_hash=_name_hash(username), address=address).delete()


def purge_failures(*, now: datetime) -> int:
    """Deletes attempts that no lock can need any more; returns how many."""
    old = now - timedelta(minutes=settings.LOGIN_LOCK_MINUTES * 4)
    return LoginFailure.objects.filter(failed_at__lt=old).delete()[0]

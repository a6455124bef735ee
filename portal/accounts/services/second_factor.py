"""Setting up one-time codes, checking them at log-in, and giving them up.

Every check locks the person's row: a code is taken once, and failures are counted, however many ask at the same moment.
A failure is written before the refusal is raised, so that no rollback forgets it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, Refused, TooFast
from geodata.stewards.models import User
from portal.accounts import codes, sealing
from portal.accounts.models import RecoveryCode, SecondFactor

FAILURES: Final = 5
LOCK: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(days=1)
_WRONG: Final = "验证码不正确，请核对手机时间后输入最新的 6 位数字"
_USED: Final = "这个验证码已经用过，请等手机上出现下一个验证码再输入"


@transaction.atomic
def begin_enrolment(*, user: User) -> None:
    """A new secret that waits for its first code; an earlier one that was never confirmed is gone.

    Raises Conflict when a second factor is in force.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict("您已启用二次验证，如需更换手机请先停用")
    sealed = sealing.seal(codes.new_secret(), user_id=user.pk)
    SecondFactor.objects.update_or_create(user=user, defaults={"secret_sealed": sealed, "last_step": -1})


def confirm_enrolment(*, user: User, code: str, now: datetime) -> list[str]:
    """From now on the person logs in with codes. Gives the recovery codes, which nobody can read again.

    Raises Refused for a wrong code, TooFast after too many, Conflict without a beginning or when done before.
    """
    with transaction.atomic():
        factor = _locked(user)
        if factor is None or factor.confirmed_at is not None:
            raise Conflict("没有等待启用的二次验证，请重新开始")
        refusal = _refusal(factor, codes.tidy(code), now, recovery=False)
        if refusal is None:
            factor.confirmed_at = now
            factor.save(update_fields=["confirmed_at"])
            return _fresh_codes(factor)
    raise refusal


def pass_factor(*, user: User, code: str, now: datetime) -> int:
    """A code of the phone or a recovery code; gives how many recovery codes are left.

    Raises Refused for a wrong or used one, TooFast while locked, Conflict when the person has no second factor.
    """
    with transaction.atomic():
        factor = _confirmed(user)
        refusal = _refusal(factor, codes.tidy(code), now, recovery=True)
        if refusal is None:
            return factor.codes.filter(used_at__isnull=True).count()
    raise refusal


def renew_recovery_codes(*, user: User, code: str, now: datetime) -> list[str]:
    """New recovery codes against a code of the phone; the old ones are void. Raises as `pass_factor` does."""
    with transaction.atomic():
        factor = _confirmed(user)
        refusal = _refusal(factor, codes.tidy(code), now, recovery=False)
        if refusal is None:
            return _fresh_codes(factor)
    raise refusal


def remove_factor(*, user: User, code: str, now: datetime) -> None:
    """Gives up the second factor, to set up another phone. Raises as `pass_factor` does."""
    with transaction.atomic():
        factor = _confirmed(user)
        refusal = _refusal(factor, codes.tidy(code), now, recovery=True)
        if refusal is None:
            factor.delete()
            return
    raise refusal


def _locked(user: User) -> SecondFactor | None:
    return SecondFactor.objects.select_for_update().filter(user=user).first()


def _confirmed(user: User) -> SecondFactor:
    factor = _locked(user)
    if factor is None or factor.confirmed_at is None:
        raise Conflict("您还没有启用二次验证")
    return factor


def _refusal(factor: SecondFactor, code: str, now: datetime, *, recovery: bool) -> Refused | TooFast | None:
    """Nothing when the code is taken; else why not, with the failure counted."""
    seconds = _locked_for(factor, now)
    if seconds:
        return TooFast(f"验证码输错次数过多，请 {seconds // 60 + 1} 分钟后再试", retry_after=seconds)
    verdict = codes.judge(
        sealing.unseal(factor.secret_sealed, user_id=factor.user_id), code, now=now, last_step=factor.last_step
    )
    if verdict.step is not None:
        factor.last_step = verdict.step
    elif not (recovery and _spend(factor, code, now)):
        factor.failures, factor.failed_at = factor.failures + 1, now
        factor.save(update_fields=["failures", "failed_at"])
        return Refused(_USED if verdict.used_before else _WRONG, code="wrong-code")
    factor.failures = 0
    factor.save(update_fields=["failures", "last_step"])
    return None


def _locked_for(factor: SecondFactor, now: datetime) -> int:
    """Seconds until the next try: a quarter of an hour after five failures in a row, twice as long after each five
    more. So a code is guessed with a chance of less than one in ten thousand a day."""
    if factor.failed_at is None or factor.failures < FAILURES or factor.failures % FAILURES:
        return 0
    doubled = min(factor.failures // FAILURES - 1, 10)
    until = factor.failed_at + min(LOCK * 2**doubled, LONGEST_LOCK)
    return max(0, int((until - now).total_seconds()) + 1) if until > now else 0


def _spend(factor: SecondFactor, code: str, now: datetime) -> bool:
    found = sealing.code_hash(code, user_id=factor.user_id)
    return bool(RecoveryCode.objects.filter(factor=factor, code_hash=found, used_at__isnull=True).update(used_at=now))


def _fresh_codes(factor: SecondFactor) -> list[str]:
    RecoveryCode.objects.filter(factor=factor).delete()
    made = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, code_hash=sealing.code_hash(code, user_id=factor.user_id)) for code in made]
    )
    return [codes.in_groups(code) for code in made]

"""Writing log-ins, second factors and their resets."""

from portal.accounts.services.log_in import (
    FAILURES_PER_ADDRESS,
    forget_failures,
    purge_failures,
    record_failure,
    require_not_locked,
)
from portal.accounts.services.resets import decide_reset, request_reset
from portal.accounts.services.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    pass_factor,
    remove_factor,
    renew_recovery_codes,
)
from portal.accounts.services.sessions import end_sessions

__all__ = [
    "FAILURES_PER_ADDRESS",
    "begin_enrolment",
    "confirm_enrolment",
    "decide_reset",
    "end_sessions",
    "forget_failures",
    "pass_factor",
    "purge_failures",
    "record_failure",
    "remove_factor",
    "renew_recovery_codes",
    "request_reset",
    "require_not_locked",
]

"""Django's system check: a server that cannot confine its readers does not start in production."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

HINT = "Use Linux 5.13 or later with Landlock switched on (lsm=landlock,…), and install libseccomp2."


def check_confinement(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """An error without Landlock or libseccomp; only a warning under DEBUG, where Landlock may be done without."""
    try:
        from geodata.sandbox import confinement
    except (ImportError, RuntimeError, OSError):
        return [Error("libseccomp is missing: no uploaded file can be opened.", hint=HINT, id="sandbox.E001")]
    if confinement.is_available():
        return []
    message = "This kernel has no Landlock: uploaded files cannot be opened safely."
    if getattr(settings, "SANDBOX_REQUIRES_LANDLOCK", not settings.DEBUG):
        return [Error(message, hint=HINT, id="sandbox.E002")]
    return [Warning(message, hint=HINT, id="sandbox.W002")]

"""Who asks when a proxy stands before the site: limits by address must not take the proxy for everybody."""

from collections.abc import Callable, Sequence
from typing import Any

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

Application = Callable[..., Any]


def behind(application: Application, proxies: Sequence[str]) -> Application:
    """The WSGI application with REMOTE_ADDR as these proxies tell it in X-Forwarded-For; anybody else is not believed.

    `proxies`: addresses or networks (172.28.7.0/24). Without any the application stays as it is.
    """
    if not proxies:
        return application
    wrapped: Application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=list(proxies))
    return wrapped

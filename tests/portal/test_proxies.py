"""Limits count the visitor, not the proxy before the site, and nobody chooses his own address."""

import pytest

from portal.proxies import behind

NGINX, VISITOR, OTHER = "172.28.7.2", "203.0.113.9", "198.51.100.4"


def address_seen(proxies: list[str], peer: str, told: str | None) -> str:
    seen: list[str] = []

    def application(environ: dict[str, str], _start: object) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    environ = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": told} if told else {})
    behind(application, proxies)(environ, None)
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "seen"),
    [
        ([], NGINX, VISITOR, NGINX),
        (["172.28.7.0/24"], NGINX, VISITOR, VISITOR),
        ([NGINX], NGINX, VISITOR, VISITOR),
        ([NGINX], NGINX, f"{OTHER}, {VISITOR}", VISITOR),  # what the visitor wrote himself stands before it
        ([NGINX], NGINX, None, NGINX),
        ([NGINX], VISITOR, OTHER, VISITOR),  # not through the proxy: not believed
    ],
)
def test_the_address_of_the_visitor(proxies: list[str], peer: str, told: str | None, seen: str) -> None:
    assert address_seen(proxies, peer, told) == seen

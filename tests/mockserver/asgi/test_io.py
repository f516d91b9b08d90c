"""Links lead to where the caller is: through proxies, and to the port of the server where nothing else is known."""

from contextlib import nullcontext

import pytest

from mockserver.asgi.io import base_url, require_host
from mockserver.errors import BadRequest

SCOPE = {"scheme": "http", "server": ("127.0.0.1", 8123)}


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({b"host": b"mock.test:9000"}, "http://mock.test:9000"),
        ({}, "http://127.0.0.1:8123"),
        ({b"host": b"not a host"}, "http://127.0.0.1:8123"),
        ({b"host": b"a", b"x-forwarded-host": b"x.org", b"x-forwarded-proto": b"https"}, "https://x.org"),
        ({b"host": b"a", b"x-forwarded-host": b"x.org", b"x-forwarded-port": b"8443"}, "http://x.org:8443"),
        ({b"host": b"a:1", b"x-forwarded-port": b"8443"}, "http://a:1"),
        ({b"host": b"a", b"x-forwarded-port": b"443", b"x-forwarded-proto": b"https"}, "https://a"),
        ({b"host": b"a", b"x-forwarded-port": b"many"}, "http://a"),
        ({b"host": b"a", b"x-forwarded-prefix": b"/mock/v1/"}, "http://a/mock/v1"),
        ({b"host": b"a", b"x-forwarded-prefix": b"//evil.example"}, "http://a"),
        ({b"host": b"a", b"x-forwarded-prefix": b"/a?b"}, "http://a"),
        ({b"host": b"a", b"x-forwarded-host": b"first.org, second.org"}, "http://first.org"),
    ],
)
def test_the_base_of_links_follows_host_and_proxies(headers: dict[bytes, bytes], base: str) -> None:
    assert base_url(SCOPE, headers) == base


def test_a_socket_in_the_file_system_has_no_port() -> None:
    assert base_url({"scheme": "http", "server": ("/run/mock.sock", None)}, {}) == "http://127.0.0.1"


@pytest.mark.parametrize(
    ("version", "headers", "is_correct"),
    [
        ("1.1", {b"host": b"a"}, True),
        ("1.1", {}, False),
        ("1.1", {b"host": b"a, b"}, False),
        ("1.0", {}, True),
        ("1.0", {b"host": b"a, b"}, False),
        ("2", {}, True),
    ],
)
def test_a_request_of_http_1_1_has_one_host(version: str, headers: dict[bytes, bytes], is_correct: bool) -> None:
    with nullcontext() if is_correct else pytest.raises(BadRequest):
        require_host({"http_version": version}, headers)

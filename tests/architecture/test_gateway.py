"""The gateway's configuration in a real nginx, Debian's; what is behind it does not answer here."""

import json
import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Authority
from gateway import Gateway, opened
from urllib3.exceptions import MaxRetryError


@pytest.fixture
def plain(repository: Path, tmp_path: Path) -> Iterator[Gateway]:
    yield from opened(Gateway(repository, tmp_path, None))


@pytest.fixture
def secured(repository: Path, tmp_path: Path) -> Iterator[Gateway]:
    yield from opened(Gateway(repository, tmp_path, Authority(tmp_path, "authority")))


def test_with_a_certificate_every_answer_asks_for_tls_from_then_on(secured: Gateway) -> None:
    for path, status in (("/", 302), ("/elsewhere", 404), ("/intake/metrics", 404), ("/intake/", 503)):
        answered, headers, _ = secured.ask(path, tls=True)
        assert answered == status, path
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
        assert headers["X-Frame-Options"] == "DENY"


def test_only_tls_that_holds_is_spoken(secured: Gateway) -> None:
    assert secured.ask("/gateway/health", tls=True, versions=ssl.TLSVersion.TLSv1_2)[0] == 204
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", secured.tls_port)) as bare, pytest.raises(ssl.SSLError):
        context.wrap_socket(bare)


def test_a_person_without_tls_is_sent_on_and_a_program_is_told(secured: Gateway) -> None:
    status, headers, _ = secured.ask("/intake/home?a=b", Accept="text/html")
    assert (status, headers["Location"]) == (308, "https://127.0.0.1/intake/home?a=b")

    status, headers, said = secured.ask("/intake/clients", Authorization="Bearer token")
    assert (status, headers["Content-Type"]) == (403, "application/problem+json")
    assert "https_only" in said
    assert "Location" not in headers


def test_without_a_certificate_it_is_plain_and_promises_nothing(plain: Gateway) -> None:
    status, headers, _ = plain.ask("/gateway/health")
    assert status == 204
    assert "Strict-Transport-Security" not in headers
    with pytest.raises((MaxRetryError, OSError)):
        socket.create_connection(("127.0.0.1", plain.tls_port), timeout=2)


@pytest.mark.parametrize("accepts", ["application/json", "text/html"])
def test_what_the_gateway_answers_by_itself_is_protected_like_a_services_answer(plain: Gateway, accepts: str) -> None:
    status, headers, said = plain.ask("/intake/clients", Accept=accepts)
    assert status == 503
    assert headers["Retry-After"] == "2"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "nginx" not in headers["Server"] or "/" not in headers["Server"]
    assert ("One moment" in said) == (accepts == "text/html")


@pytest.mark.parametrize(
    ("path", "mebibytes", "status"),
    [
        ("/integration/today/moments", 2, 413),
        ("/intake/clinics/maple/inquiries", 2, 413),
        ("/integration/moments-and-more", 2, 413),
        ("/integration/moments", 14, 503),
        ("/integration/intentions", 14, 503),
        ("/integration/moments", 16, 413),
    ],
)
def test_only_where_files_are_sent_the_gateway_takes_more_than_a_mebibyte(
    plain: Gateway, path: str, mebibytes: int, status: int
) -> None:
    assert plain.ask(path, "POST", body=b"x" * (mebibytes * 1024 * 1024))[0] == status


@pytest.fixture
def short_of_room(repository: Path, tmp_path: Path) -> Iterator[Gateway]:
    """Two of what costs much, then one a minute."""
    yield from opened(Gateway(repository, tmp_path, None, **{"rate=1r/s": "rate=1r/m", "burst=60": "burst=1"}))


@pytest.fixture
def short_of_everything(repository: Path, tmp_path: Path) -> Iterator[Gateway]:
    """Two requests of any kind, then one a minute."""
    yield from opened(Gateway(repository, tmp_path, None, **{"rate=100r/s": "rate=1r/m", "burst=400": "burst=1"}))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/intake/clinics/maple"),
        ("POST", "/intake/clinics/maple/inquiries"),
        ("POST", "/intake/clinics/maple/sign-in"),
        ("POST", "/intake/clinics/maple/sign-in/links/an-id.a-proof"),
        ("GET", "/intake/sign-in/staff?next=/intake/home"),
        ("GET", "/intake/sign-in/return?code=x"),
    ],
)
def test_a_network_that_asks_too_much_is_told_when_to_come_back_and_may_read_on(
    short_of_room: Gateway, method: str, path: str
) -> None:
    gateway = short_of_room
    assert [gateway.ask(path, method)[0] for _ in range(2)] == [503, 503]

    status, headers, said = gateway.ask(path, method)
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (429, "application/problem+json", "60")
    assert json.loads(said)["code"] == "too_often"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    status, headers, said = gateway.ask(path, method, Accept="text/html")
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (429, "text/html; charset=utf-8", "60")
    assert "call your local emergency number" in said

    for read in ("/intake/clinics/maple/help", "/intake/clinics/maple", "/intake/home", "/intake/sign-in/renew"):
        assert gateway.ask(read)[0] == 503
    assert gateway.ask("/intake/sign-in/ended", "POST")[0] == 503
    # Addresses may name clients.
    assert "limiting" not in (gateway.folder / "error.log").read_text(encoding="utf-8")


def test_a_network_that_floods_anything_is_refused(short_of_everything: Gateway) -> None:
    services = ("sessions", "integration", "notify", "intake")
    assert [short_of_everything.ask(f"/{service}/home")[0] for service in services] == [503, 503, 429, 429]


def test_it_starts_with_tls_exactly_when_there_is_a_certificate(repository: Path) -> None:
    script = (repository / "deploy/gateway/start").read_text(encoding="utf-8")
    assert "[ ! -s /run/secrets/gateway_certificate ] || way=tls" in script
    assert os.access(repository / "deploy/gateway/start", os.X_OK)

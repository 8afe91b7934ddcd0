"""What Mozilla's Observatory asks of a site, asked of ours: the platform behind its gateway, over TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Authority
from gateway import Gateway, opened
from urllib3 import HTTPHeaderDict

from shared.local.processes import port_of, reserve_port

from .laptop import Laptop

PAGES = ("/intake/", "/intake/clinics/maple", "/intake/sign-in", "/notify/events/", "/intake/nothing-of-the-kind")
HALF_A_YEAR = 15768000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Gateway]:
    with reserve_port() as reservation:
        laptop = Laptop(tmp_path_factory.mktemp("laptop"), port_of(reservation))
        folder = tmp_path_factory.mktemp("gateway")
        behind = {"$service-web:8000": f"127.0.0.1:{laptop.port}"}
        try:
            laptop.start()
            yield from opened(Gateway(repository, folder, Authority(folder, "authority"), **behind))
        finally:
            laptop.stop()


def headers_of(site: Gateway, path: str) -> HTTPHeaderDict:
    _, headers, _ = site.ask(path, tls=True, Accept="text/html")
    return headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_anything_in_that_is_not_its_own(site: Gateway, path: str) -> None:
    rules = headers_of(site, path)["Content-Security-Policy"].split("; ")
    policy = {name: set(sources.split()) for name, _, sources in (rule.partition(" ") for rule in rules)}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == {"'none'"}
    assert {source for sources in policy.values() for source in sources} == {"'none'", "'self'", "data:"}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_tls_from_then_on_and_nobody_elses(site: Gateway, path: str) -> None:
    headers = headers_of(site, path)
    said = dict(part.partition("=")[::2] for part in headers["Strict-Transport-Security"].split("; "))
    assert int(said["max-age"]) >= HALF_A_YEAR
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_whoever_comes_without_tls_is_sent_to_the_same_host_with_it(site: Gateway) -> None:
    status, headers, _ = site.ask("/intake/", Accept="text/html")
    assert (status, headers["Location"]) == (308, "https://127.0.0.1/intake/")


def test_every_cookie_is_this_hosts_alone(site: Gateway) -> None:
    _, headers, _ = site.ask("/intake/sign-in/staff", tls=True, Accept="text/html")
    cookies = headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= attributes
        assert attributes & {"samesite=lax", "samesite=strict"}

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.adapters.guard import Destination, ForbiddenDestinationError, check_url, vet

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/afterglow",
        "https://HOOKS.Example.ORG",
        "https://hooks.example.org:443/a/b%20c?token=x@y&z=1",
        "https://hooks.example.org:8443?x=1",
        "https://xn--bcher-kva.example/",
        "https://93.184.216.34/hook",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/hook",
        "https://[64:ff9b::5db8:d822]/",
    ],
)
def test_a_public_https_url_may_be_subscribed(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https:hooks.example.org",
        "https:///path",
        "//hooks.example.org/",
        "",
        "https://user:pass@hooks.example.org/",
        "https://user@hooks.example.org/",
        "https://hooks.example.org@127.0.0.1/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hooks.example.org/#fragment",
        "https://hooks.example.org/\\elsewhere",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nHost: x",
        "https://hooks.example.org/é",
        "https://bücher.example/",
        "https://hooks.example.org./",
        "https://hooks_1.example.org/",
        "https://-hooks.example.org/",
        "https://hooks..example.org/",
        "https://hooks.example.org/" + "a" * 2048,
    ],
)
def test_anything_but_a_plain_https_url_is_refused(url: str) -> None:
    assert check_url(url) is not None


@pytest.mark.parametrize("port", ["0", "22", "80", "5432", "8080", "8444", "65536", "99999", "443443", "-1", "4x"])
def test_ports_that_are_not_for_https_are_refused(port: str) -> None:
    assert check_url(f"https://hooks.example.org:{port}/") is not None


def test_port_0_is_refused_in_an_allowed_network_too() -> None:
    assert check_url("http://127.0.0.1:0/", allow_networks=LOOPBACK) is not None


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost", "rabbitmq", "printer.local", "metadata.google.internal"]
)
def test_names_that_mean_this_machine_or_site_are_refused(host: str) -> None:
    assert check_url(f"https://{host}/") is not None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "127.0.0.01",
        "0.0.0.0",
        "0",
        "10.0.0.7",
        "172.16.4.4",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[100::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[fec0::1]",
        "[ff02::1]",
        "[ff0e::1]",
        "[::1]example.org",
        "[v1.x]",
    ],
)
def test_addresses_that_are_not_a_partners_are_refused_however_they_are_written(host: str) -> None:
    assert check_url(f"https://{host}/") is not None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/hook", "https://[::1]:1/", "http://[::ffff:127.0.0.1]:9000/", "http://partner:9000/"]
)
def test_a_network_that_the_configuration_allows_may_be_subscribed_by_http_and_any_port(url: str) -> None:
    assert check_url(url, allow_networks=LOOPBACK) is None
    assert check_url(url) is not None


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::169.254.169.254]",
        "[::]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[fe80::1]",
        "[ff02::1]",
    ],
)
def test_metadata_services_and_many_hosts_at_once_stay_forbidden_when_every_network_is_allowed(host: str) -> None:
    assert check_url(f"http://{host}/", allow_networks=[ip_network("0.0.0.0/0"), ip_network("::/0")]) is not None


def test_one_forbidden_address_among_good_ones_refuses_them_all() -> None:
    destination = Destination.read("https://hooks.example.org/")

    with pytest.raises(ForbiddenDestinationError):
        vet(destination, ["93.184.216.34", "10.0.0.7"], [])


def test_http_is_refused_when_only_some_of_the_addresses_are_in_an_allowed_network() -> None:
    destination = Destination.read("http://partner:9000/")

    with pytest.raises(ForbiddenDestinationError):
        vet(destination, ["127.0.0.1", "93.184.216.34"], LOOPBACK)


def test_the_addresses_are_returned_as_they_will_be_connected_to() -> None:
    destination = Destination.read("https://hooks.example.org/")

    vetted = vet(destination, ["::ffff:93.184.216.34", "93.184.216.34", "93.184.216.34"], [])

    assert {str(address) for address in vetted} == {"93.184.216.34"}


@given(st.text(max_size=60) | st.from_regex(r"https?://[!-~]{1,40}", fullmatch=True))
def test_any_text_gets_a_verdict_that_repeats_nothing_of_it(text: str) -> None:
    verdict = check_url(text)

    assert verdict is None or len(text) < 12 or text not in verdict

"""Who is not let in stands in the audit of the clinic that it concerns, and strangers cannot fill that."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs

from shared.testing.bench import Bench

from ..loopback import Loopback
from ..people import denied
from ..test_sign_in_links import ASK, ask
from .at_the_provider import come_back, go


def test_whoever_the_provider_knows_without_a_role_is_in_the_audit_of_the_clinic_that_they_wanted(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity = {"afterglow": {}}

    come_back(browser, go(browser, provider, "/intake/clinics/maple/settings?of=today"))

    assert denied(bench) == [("maple", "ana", "", "sign_in.refused")]


@pytest.mark.parametrize("after", ["/intake/home", "/intake/clinics/oak/settings", "/intake/clinics/*/settings"])
def test_where_no_clinic_can_be_known_it_is_in_the_log_and_names_nobody(
    bench: Bench, browser: FlaskClient, provider: Loopback, after: str
) -> None:
    provider.identity = {"afterglow": {}, "name": "Ana Ortiz"}
    brought = go(browser, provider, after)

    with capture_logs() as logged:
        come_back(browser, brought)

    assert denied(bench) == []
    assert [line for line in logged if line["event"] == "sign_in_refused"] == [
        {"event": "sign_in_refused", "code": "without_roles", "clinics": [], "log_level": "warning"}
    ]


def test_an_answer_that_the_provider_has_not_given_is_in_the_log(browser: FlaskClient, provider: Loopback) -> None:
    with capture_logs() as logged:
        come_back(browser, go(browser, provider) | {"state": "forged"})

    assert [line["code"] for line in logged if line["event"] == "sign_in_refused"] == ["sign_in_mixed_up"]


def test_asking_for_too_many_links_is_in_the_audit(bench: Bench, browser: FlaskClient) -> None:
    for number in range(31):
        answer = ask(browser, f"{number}@example.org")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert denied(bench) == [("maple", "public", "", "sign_in.ask")]


def fail(browser: FlaskClient, address: str, times: int) -> None:
    for _ in range(times):
        wrong = f"{ASK}/links/{uuid4()}.{'A' * 43}"
        assert browser.get(wrong, environ_base={"REMOTE_ADDR": address}).status_code == 409


def test_a_network_gets_three_lines_in_a_quarter_of_an_hour(bench: Bench, browser: FlaskClient) -> None:
    fail(browser, "192.0.2.1", 5)
    fail(browser, "192.0.2.2", 1)
    assert len(denied(bench)) == 4

    bench.advance(minutes=15)
    fail(browser, "192.0.2.1", 1)
    assert len(denied(bench)) == 5


def test_the_addresses_of_one_ipv6_customer_are_one_network(bench: Bench, browser: FlaskClient) -> None:
    for host in range(5):
        fail(browser, f"2001:db8:1:2::{host:x}", 1)
    fail(browser, "2001:db8:1:3::1", 1)

    assert len(denied(bench)) == 4


def test_many_networks_get_thirty_lines_together_and_each_clinic_its_own(bench: Bench, browser: FlaskClient) -> None:
    for host in range(40):
        fail(browser, f"192.0.2.{host}", 1)
    assert len(denied(bench)) == 30

    browser.get(f"/intake/clinics/cedar/sign-in/links/{uuid4()}.{'A' * 43}")
    assert len(denied(bench)) == 31


def test_a_line_says_from_where_and_which_link(bench: Bench, browser: FlaskClient) -> None:
    fail(browser, "192.0.2.7", 1)

    with bench.owner.connect() as connection:
        query = "select came_from, subject from audit where outcome = 'denied'"
        line: Any = connection.execute(text(query)).one()
    assert line.came_from == "192.0.2.7"
    assert line.subject is not None

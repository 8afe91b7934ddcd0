"""A deployment may ask for more than the provider would: a second factor, or that it was just now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from intake.access.settings import AccessSettings, use
from shared.testing.bench import Bench

from ..loopback import Loopback
from ..people import denied
from .at_the_provider import BOTH, MAPLE, come_back, go, home, refused, sign_in


def asked(browser: FlaskClient) -> dict[str, list[str]]:
    return parse_qs(urlsplit(browser.get("/intake/sign-in/staff").headers["Location"]).query)


def test_nothing_is_asked_for_where_nothing_is_set(browser: FlaskClient, provider: Loopback) -> None:
    assert not {"acr_values", "max_age"} & set(asked(browser))


def test_the_provider_is_asked_for_what_is_set(
    browser: FlaskClient, provider: Loopback, access: AccessSettings
) -> None:
    use(replace(access, acr=("gold", "silver"), max_age=timedelta(hours=1)))

    wanted = asked(browser)

    assert (wanted["acr_values"], wanted["max_age"]) == (["gold silver"], ["3600"])


@pytest.mark.parametrize("acr", ["gold", "silver"])
def test_whoever_used_what_is_asked_for_comes_in(
    browser: FlaskClient, provider: Loopback, access: AccessSettings, acr: str
) -> None:
    use(replace(access, acr=("gold", "silver")))
    provider.identity |= {"acr": acr}

    sign_in(browser, provider)

    assert "as therapist" in home(browser).text


@pytest.mark.parametrize("identity", [{}, {"acr": "bronze"}, {"acr": ""}, {"acr": ["gold"]}, {"acr": "gold silver"}])
def test_whoever_used_less_does_not_and_it_is_in_the_audit_of_their_clinics(
    bench: Bench, browser: FlaskClient, provider: Loopback, access: AccessSettings, identity: dict[str, Any]
) -> None:
    use(replace(access, acr=("gold", "silver")))
    provider.identity = BOTH | identity

    refused(come_back(browser, go(browser, provider)), "A stronger sign-in is asked for here")

    assert sorted(denied(bench)) == [
        ("cedar", "ana", "nurse prescriber", "sign_in.refused"),
        ("maple", "ana", "therapist", "sign_in.refused"),
    ]


@pytest.mark.parametrize(("minutes", "comes_in"), [(0, True), (60, True), (61, False)])
def test_whoever_proved_long_ago_who_they_are_does_so_again(
    bench: Bench, browser: FlaskClient, provider: Loopback, access: AccessSettings, minutes: int, comes_in: bool
) -> None:
    use(replace(access, max_age=timedelta(hours=1)))
    proved_at = bench.clock() - timedelta(minutes=minutes)
    provider.identity = MAPLE | {"auth_time": int(proved_at.timestamp())}

    answer = come_back(browser, go(browser, provider))

    if comes_in:
        assert answer.status_code == 303
    else:
        refused(answer, "too long ago, or not known when")


@pytest.mark.parametrize("said", [{}, {"auth_time": None}, {"auth_time": "now"}])
def test_a_provider_that_does_not_say_when_is_not_believed_about_it(
    browser: FlaskClient, provider: Loopback, access: AccessSettings, said: dict[str, Any]
) -> None:
    use(replace(access, max_age=timedelta(hours=1)))
    provider.identity = MAPLE | said

    refused(come_back(browser, go(browser, provider)), "not known when")

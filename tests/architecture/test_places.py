"""Everybody's navigation leads to pages that exist and that they may open, and everybody begins somewhere."""

from uuid import uuid4

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from shared.web.face.places import PLACES, Place, first_place, places_of
from shared.web.factory import COMMON, common_entrances, own_entrances
from shared.web.policy import Role
from stack.services import all_services

PUBLIC = {"/notify/events/", "/notify/partners/"}
"""Pages that anybody may read."""

WITHOUT_A_PLACE = {Role.ESCORT}
"""Who has one link, and nothing else."""


def opened_by() -> tuple[Map, dict[str, set[str]]]:
    """Every page of every service by its address, and the roles for which it opens."""
    rules, roles = [], {}
    for service in all_services():
        policy = COMMON | service.policy
        for endpoint, entrance in (own_entrances(service) | common_entrances()).items():
            if entrance.method == "GET":
                name = f"{service.name}/{endpoint}"
                rules.append(Rule(f"/{service.name}{entrance.rule}", endpoint=name))
                roles[name] = {role.value for role in policy[entrance.may]}
    return Map(rules), roles


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.words} of {', '.join(place.roles)}")
def test_whoever_is_led_to_a_place_may_open_it(place: Place) -> None:
    address = place.address.format(clinic="maple", client=uuid4())
    if address in PUBLIC:
        return
    rules, roles = opened_by()
    try:
        endpoint, _ = rules.bind("localhost").match(address)
    except NotFound:
        pytest.fail(f"there is no page at {address}")

    assert set(place.roles) <= roles[endpoint]


@pytest.mark.parametrize("role", [role for role in Role if role not in WITHOUT_A_PLACE])
def test_everybody_begins_somewhere(role: Role) -> None:
    assert first_place([role.value], "maple", uuid4()) is not None


def test_no_place_is_there_twice_for_anybody() -> None:
    everything = places_of([role.value for role in Role], "maple", uuid4())

    assert len(everything) == len({place.address for place in everything})


def test_somebody_of_no_role_is_led_nowhere() -> None:
    assert places_of([], "maple", None) == []
    assert first_place(["escort"], "maple", None) is None

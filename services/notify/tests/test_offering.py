from collections.abc import Iterator
from typing import Any

import pytest

from notify.domain.offering import NEVER_OFFERED, OFFERED, WITHHELD, Scope, concerns, offered, partner_view
from notify.handlers import handlers
from notify.published import partner_schema
from shared.declared import Declared, Sensitivity
from shared.events import catalogue, intake, integration, sessions
from shared.events.language import Event, clinical, json_schema, open_, part2
from shared.testing.bench import Bench


def seen(event: type[Event], *scopes: Scope) -> dict[str, Any]:
    cloudevent = {"type": event.type, "data": event.sample_data()}
    data: dict[str, Any] = partner_view(cloudevent, scopes)["data"]
    return data


def test_it_is_decided_of_every_event_about_a_client_whether_partners_may_hear_it() -> None:
    about_clients = {event for event in catalogue.values() if event.about == "client" and event.publisher != "notify"}

    assert set(OFFERED) | set(NEVER_OFFERED) == about_clients
    assert set(OFFERED) & set(NEVER_OFFERED) == set()


def test_notify_reacts_to_every_event_that_partners_may_hear() -> None:
    assert {event.type for event in OFFERED} <= set(handlers.types)


def test_the_inner_work_of_a_client_is_never_offered() -> None:
    for name in (
        "integration.entry.shared",
        "integration.intention.set",
        "integration.commitment.made",
        "integration.checkin.due",
        "integration.checkin.completed",
        "integration.window.opened",
        "integration.red_flag.raised",
        "integration.red_flag.closed",
        "intake.inquiry.received",
        "intake.clinic.configured",
        "notify.message.sent",
        "entry.shared",
        "nonsense",
    ):
        assert offered(name) is None, name


def test_an_event_is_meant_by_its_full_name_or_without_its_publisher() -> None:
    assert offered("clearance.decided") is offered("intake.clearance.decided") is intake.ClearanceDecided
    names = {event.name for event in OFFERED}
    assert len({name.partition(".")[2] for name in names}) == len(names)


def test_a_summary_holds_nothing_clinical_and_nothing_that_identifies() -> None:
    assert set(seen(intake.ClearanceDecided, Scope.SUMMARY)) == {"clearance", "outcome", "valid_until", "decided_at"}
    assert set(seen(intake.ClientRegistered, Scope.SUMMARY)) == {"inquiry", "time_zone", "language"}
    assert set(seen(integration.MeasureScored, Scope.SUMMARY)) == {
        "reading",
        "instrument",
        "instrument_version",
        "answered_at",
    }


def test_each_scope_opens_its_own_fields_and_together_they_open_all() -> None:
    assert "score" in seen(integration.MeasureScored, Scope.CLINICAL)
    assert "email" not in seen(intake.ClientUpdated, Scope.CLINICAL)
    assert "email" in seen(intake.ClientUpdated, Scope.CONTACT)
    assert "flags" not in seen(intake.ScreeningFlagged, Scope.CONTACT)
    assert seen(sessions.SessionDosed, Scope.CLINICAL, Scope.CONTACT) == sessions.SessionDosed.sample_data()


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_no_scope_shows_a_field_of_another_sensitivity(event: type[Event]) -> None:
    kinds = event.sensitivities()

    opened = {
        Scope.SUMMARY: {Sensitivity.OPEN},
        Scope.CLINICAL: {Sensitivity.OPEN, Sensitivity.CLINICAL},
        Scope.CONTACT: {Sensitivity.OPEN, Sensitivity.IDENTIFYING},
    }
    for scope, allowed in opened.items():
        assert set(seen(event, scope)) == {name for name, kind in kinds.items() if kind in allowed} - WITHHELD
    assert {name for name, kind in kinds.items() if kind is Sensitivity.PART2}.isdisjoint(seen(event, *Scope))


def test_no_partner_is_told_by_what_number_the_network_knows_a_human() -> None:
    for event in (intake.ClientRegistered, intake.ClientUpdated):
        assert "person" not in seen(event, *Scope)
        assert "person" not in partner_schema(json_schema(event))["properties"]


@pytest.fixture
def mixed() -> Iterator[type[Event]]:
    """An event with fields of every sensitivity inside of a field."""

    class Contents(Declared):
        known_to_all: str = open_("Open.", "o")
        about_health: str = clinical("Clinical.", "c")
        about_use: str = part2("Part 2.", "p")

    class Mixed(Event, name="intake.test.mixed"):
        """It is a test."""

        one: Contents = open_("One.", Contents.sample_data())
        many: list[Contents] = open_("Many.", [Contents.sample_data()])
        named: dict[str, Contents] = open_("By name.", {"first": Contents.sample_data()})
        none: Contents | None = open_("None.", None, default=None)

    yield Mixed
    del catalogue[Mixed.type]


def test_fields_inside_of_fields_are_stripped_too(mixed: type[Event]) -> None:
    shown = {"known_to_all": "o"}
    assert seen(mixed, Scope.SUMMARY) == {"one": shown, "many": [shown], "named": {"first": shown}, "none": None}
    shown["about_health"] = "c"
    assert seen(mixed, *Scope) == {"one": shown, "many": [shown], "named": {"first": shown}, "none": None}


def test_the_use_of_substances_is_told_with_the_clients_own_authorisation_and_the_clinical_scope_alone(
    mixed: type[Event],
) -> None:
    def of_use(*scopes: Scope, part2: bool) -> bool:
        cloudevent = {"type": mixed.type, "data": mixed.sample_data()}
        return "about_use" in partner_view(cloudevent, scopes, part2=part2)["data"]["one"]

    assert of_use(Scope.CLINICAL, part2=True)
    assert not of_use(*Scope, part2=False)
    assert not of_use(Scope.SUMMARY, Scope.CONTACT, part2=True)


def test_a_field_that_this_release_does_not_know_is_not_passed_on() -> None:
    data = intake.ClearanceExpired.sample_data() | {"added_by_a_newer_release": "something"}

    view = partner_view({"type": intake.ClearanceExpired.type, "data": data}, Scope)

    assert set(view["data"]) == {"clearance", "valid_until"}


def test_a_partner_gets_the_events_own_attributes_and_none_that_point_elsewhere(bench: Bench) -> None:
    envelope = bench.hear(intake.ClearanceDecided.sample())

    view = partner_view(envelope.as_cloudevent(), [Scope.SUMMARY])

    assert set(view) == {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "clinicid",
        "sequence",
        "partitionkey",
        "data",
    }
    assert view["id"] == str(envelope.id)


def test_with_whom_else_a_client_shares_is_not_a_partners_to_know() -> None:
    granted = intake.ConsentGranted.sample()

    assert concerns(granted, "harbor-primary-care")
    assert not concerns(granted, "somebody-else")
    assert concerns(sessions.SessionCompleted.sample(), "somebody-else")

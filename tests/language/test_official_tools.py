"""The published language in the hands of those who wrote the standards: AsyncAPI's parser and the CloudEvents SDKs."""

import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_rabbitmq_event
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator
from marshmallow.validate import Length

from notify.domain.offering import OFFERED, Scope, partner_view
from notify.published import asyncapi_document, partner_key, partner_schema
from shared.declared import Declared
from shared.events import catalogue
from shared.events.asyncapi import sample_cloudevent
from shared.events.envelope import CONTENT_TYPE, Envelope
from shared.events.language import Event, clinical, identifying, json_schema, open_, part2
from shared.events.snapshot import Published
from stack.language import language_now

HERE = Path(__file__).parent
# The document is written for AsyncAPI 3.0; that there is a newer one by now is no fault of it.
TOLERATED = {"asyncapi-latest-version"}


@pytest.fixture(scope="module")
def language() -> dict[str, Published]:
    return language_now()


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked npm packages in a folder outside of the repository."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed here, and the official AsyncAPI parser is written for them")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm could not install the locked packages:\n{done.stderr}"
    return folder


def in_node(node_modules: Path, asyncapi: str, cloudevents: list[str]) -> dict[str, Any]:
    given = json.dumps({"asyncapi": asyncapi, "cloudevents": cloudevents})
    command = ["node", str(HERE / "check.mjs"), str(node_modules)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def seen(node_modules: Path, repository: Path, language: dict[str, Published]) -> dict[str, Any]:
    """What the JavaScript tools make of the committed document and of one CloudEvent of every type."""
    document = (repository / "docs/asyncapi.json").read_text(encoding="utf-8")
    return in_node(node_modules, document, [json.dumps(sample_cloudevent(event)) for event in language.values()])


def test_the_official_parser_finds_nothing_wrong_with_the_asyncapi_document(seen: dict[str, Any]) -> None:
    assert [found for found in seen["diagnostics"] if found["code"] not in TOLERATED] == []
    assert seen["version"] == "3.0.0"


def test_the_official_parser_does_find_what_is_wrong(node_modules: Path, language: dict[str, Published]) -> None:
    document = asyncapi_document(language)
    document["channels"]["intake.clearance.decided.v1"]["parameters"] = {}
    del document["channels"]["sessions.inbox"]

    found = in_node(node_modules, json.dumps(document), [])["diagnostics"]

    errors = [one["path"] for one in found if one["severity"] == 0]
    assert "channels/intake.clearance.decided.v1/parameters" in errors
    assert "operations/sessions.hears/channel/$ref" in errors


def payload_of(document: dict[str, Any], message: str) -> Draft202012Validator:
    """Judges by the payload that the document gives for a message."""
    return Draft202012Validator(document | {"$ref": f"#/components/messages/{message}/payload"})


def test_every_example_of_the_document_is_what_the_document_says(language: dict[str, Published]) -> None:
    document = asyncapi_document(language)

    messages = document["components"]["messages"]
    assert len(messages) == len(catalogue) + len(OFFERED)
    for name, message in messages.items():
        for example in message["examples"]:
            payload_of(document, name).validate(example["payload"])


def test_a_message_of_another_form_is_not_what_the_document_says(language: dict[str, Published]) -> None:
    document, event = asyncapi_document(language), language["afterglow.intake.clearance.decided.v1"]
    good, judge = sample_cloudevent(event), payload_of(document, "intake.clearance.decided.v1")

    assert judge.is_valid(good)
    for wrong in ({"sequence": 4}, {"source": "/afterglow/notify"}, {"data": good["data"] | {"outcome": "perhaps"}}):
        assert not judge.is_valid(good | wrong)
    assert not judge.is_valid({name: value for name, value in good.items() if name != "clinicid"})


def combinations() -> list[list[Scope]]:
    return [list(chosen) for size in range(len(Scope) + 1) for chosen in itertools.combinations(Scope, size)]


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_what_partners_get_of_an_event_is_what_the_document_says(
    event: type[Event], language: dict[str, Published]
) -> None:
    published = language[event.type]
    judge = payload_of(asyncapi_document(language), partner_key(published))

    for scopes in combinations():
        view = partner_view(sample_cloudevent(published), scopes)
        judge.validate(view)
        for wrong in ({"sequence": 4}, {"subject": "clinic/maple"}, {"data": None}, {"type": "afterglow.x.y.z.v1"}):
            assert not judge.is_valid(view | wrong)


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_the_scopes_of_a_field_are_those_with_which_it_is_delivered(
    event: type[Event], language: dict[str, Published]
) -> None:
    published = language[event.type]
    declared = asyncapi_document(language)["components"]["schemas"][partner_key(published)]

    for scopes in combinations():
        delivered = partner_view(sample_cloudevent(published), scopes)["data"]
        assert keys(delivered) == set(opened(declared, scopes))


def keys(value: Any, within: str = "") -> set[str]:
    """The paths of all fields in data, as `flags[].level`."""
    if isinstance(value, list):
        return set().union(*(keys(item, f"{within}[]") for item in value))
    if not isinstance(value, dict):
        return set()
    return set().union(*({path := f"{within}.{name}"} | keys(inner, path) for name, inner in value.items()))


def opened(schema: dict[str, Any], scopes: list[Scope], within: str = "") -> Iterator[str]:
    """The paths of all fields that a schema for partners says are told with these scopes."""
    for name, field in schema.get("properties", {}).items():
        if set(field["x-scopes"]) & set(scopes):
            yield f"{within}.{name}"
            yield from opened(field, scopes, f"{within}.{name}")
    if "items" in schema:
        yield from opened(schema["items"], scopes, f"{within}[]")


class Within(Declared):
    code: str = open_("Open.", "o")
    used: str | None = part2("Part 2.", "p")


def test_what_partners_may_get_is_required_nowhere_and_holds_nothing_that_no_scope_opens() -> None:
    class Mixed(Event, name="intake.test.mixed"):
        """It is a test."""

        at: str = identifying("Identifying.", "i")
        reason: str | None = clinical("Clinical.", "c", default=None)
        substance: str = part2("Part 2.", "p")
        many: list[Within] = clinical("Many.", [Within.sample_data()], validate=Length(min=1))
        named: dict[str, Within] = open_("By name.", {"first": Within.sample_data()})
        one: Within = open_("One.", Within.sample_data())

    del catalogue[Mixed.type]
    schema = partner_schema(json_schema(Mixed))

    said = json.dumps(schema)
    assert [word for word in ("required", "part2", "default", "$id", "substance", "used") if f'"{word}"' in said] == []
    properties = schema["properties"]
    assert list(properties) == ["at", "reason", "many", "named", "one"]
    assert properties["at"]["x-scopes"] == ["contact"]
    assert properties["reason"] == {
        "type": ["string", "null"],
        "description": "Clinical.",
        "x-sensitivity": "clinical",
        "examples": ["c"],
        "x-scopes": ["clinical"],
    }
    assert properties["many"]["minItems"] == 1
    for inside in (properties["many"]["items"], properties["named"]["additionalProperties"], properties["one"]):
        assert list(inside["properties"]) == ["code"]
        assert inside["properties"]["code"]["x-scopes"] == ["summary", "clinical", "contact"]


def test_partners_are_told_each_offered_event_and_no_other(
    seen: dict[str, Any], language: dict[str, Published]
) -> None:
    (tells,) = [one for one in seen["operations"] if one["id"] == "notify.tells.partners"]
    channel = asyncapi_document(language)["channels"]["partner.webhook"]

    assert set(tells["messages"]) == set(channel["messages"])
    assert set(tells["messages"]) == {partner_key(language[event.type]) for event in OFFERED}


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_a_generator_finds_each_webhook_whole(event: type[Event], language: dict[str, Published]) -> None:
    published = language[event.type]
    payload = asyncapi_document(language)["components"]["messages"][partner_key(published)]["payload"]

    delivered = partner_view(sample_cloudevent(published), [Scope.SUMMARY])
    assert list(payload["properties"]) == payload["required"] == list(delivered)
    assert payload["properties"]["type"]["const"] == event.type
    assert payload["properties"]["data"] == {"$ref": f"#/components/schemas/{partner_key(published)}"}


def test_what_an_event_may_be_about_is_said_and_is_all_that_is_said(language: dict[str, Published]) -> None:
    document = asyncapi_document(language)
    schemas = document["components"]["schemas"]

    kinds = {event.about for event in catalogue.values()}
    assert len(kinds) > 1
    subject = schemas["cloudevent"]["properties"]["subject"]["description"]
    assert set(re.findall(r"(\w+)/\{uuid\}", subject)) == kinds
    assert "client" not in schemas["cloudevent"]["properties"]["partitionkey"]["description"]
    for event in OFFERED:
        payload = document["components"]["messages"][partner_key(language[event.type])]["payload"]
        assert payload["properties"]["subject"]["description"].endswith(f": {event.about}/{{uuid}}.")


def test_everybody_who_says_or_hears_an_event_is_an_operation_of_the_document(
    seen: dict[str, Any], language: dict[str, Published]
) -> None:
    operations = {one["id"]: one for one in seen["operations"]}

    for event in language.values():
        fact = f"{event.name.partition('.')[2]}.v{event.version}"
        says = operations.pop(f"{event.publisher}.says.{fact}")
        assert (says["action"], says["messages"]) == ("send", [event.type])
        assert says["addresses"] == ["{clinic}." + f"{event.name}.v{event.version}"]
    for service in ("sessions", "integration", "notify"):
        hears = operations.pop(f"{service}.hears")
        assert (hears["action"], hears["addresses"]) == ("receive", [f"{service}.inbox"])
        assert set(hears["messages"]) == {event.type for event in language.values() if service in event.heard_by}
    assert operations.pop("notify.tells.partners")["action"] == "send"
    assert operations == {}


def test_the_javascript_sdk_reads_every_event_as_it_travels(
    seen: dict[str, Any], language: dict[str, Published]
) -> None:
    for read, event in zip(seen["cloudevents"], language.values(), strict=True):
        sent = sample_cloudevent(event)
        # It writes the same moment with milliseconds.
        assert datetime.fromisoformat(read.pop("time")) == datetime.fromisoformat(sent.pop("time"))
        assert read == sent


def test_the_javascript_sdk_reads_what_partners_get(node_modules: Path, language: dict[str, Published]) -> None:
    views = [partner_view(sample_cloudevent(language[event.type]), [Scope.SUMMARY]) for event in OFFERED]

    read = in_node(node_modules, "{}", [json.dumps(view) for view in views])["cloudevents"]

    assert [one["data"] for one in read] == [view["data"] for view in views]


@pytest.mark.parametrize("event", catalogue.values(), ids=lambda event: event.name)
def test_the_python_sdk_reads_every_event_off_the_broker(event: type[Event], language: dict[str, Published]) -> None:
    sent = sample_cloudevent(language[event.type])
    body = json.dumps(sent, ensure_ascii=False).encode()

    message = RabbitMQMessage(headers={}, content_type=CONTENT_TYPE, body=body)
    read = from_rabbitmq_event(message)

    assert (read.get_id(), read.get_type(), read.get_source()) == (sent["id"], sent["type"], sent["source"])
    assert (read.get_subject(), read.get_dataschema()) == (sent["subject"], sent["dataschema"])
    assert read.get_time() == datetime(2026, 11, 12, 15, 0, tzinfo=UTC)
    for extension in ("clinicid", "sequence", "partitionkey", "correlationid", "causationid"):
        assert read.get_extension(extension) == sent[extension]
    assert read.get_data() == event.sample_data()
    assert Envelope.from_bytes(JSONFormat().write(read)).event() == Envelope.from_bytes(body).event()


def test_every_sample_satisfies_its_schema_and_every_schema_its_draft_and_its_id(
    language: dict[str, Published],
) -> None:
    assert set(language) == set(catalogue)
    for type_, event in language.items():
        Draft202012Validator.check_schema(event.schema)
        sent = sample_cloudevent(event)
        Draft202012Validator(event.schema).validate(sent["data"])
        assert event.schema["$id"] == sent["dataschema"] == f"urn:afterglow:event:{event.name}:v{event.version}"
        assert type_ == f"afterglow.{event.name}.v{event.version}"


def test_the_lock_of_the_tools_names_no_place_to_fetch_them_from() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
    assert len(re.findall(r'"integrity": "sha512-', lock)) == lock.count('"node_modules/')

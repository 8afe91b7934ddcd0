"""The public catalogue: what a partner's developer finds on it, on a telephone and without script."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from notify import pages
from notify.domain.offering import OFFERED, Scope, partner_view
from shared.events import catalogue, snapshot
from shared.events.asyncapi import sample_cloudevent
from shared.events.language import Event, json_schema
from shared.events.rows import rows
from shared.testing.bench import Bench

PATHS = (
    "/events/",
    "/events/?for=partners",
    "/events/intake.screening.flagged/",
    "/events/integration.red_flag.raised/",
    "/events/nothing.of.the.kind/",
    "/partners/",
)
DECIDED = "afterglow.intake.clearance.decided.v1"


class Page(HTMLParser):
    """What a browser or a screen reader would find."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.words: list[str] = []
        self.code: list[str] = []
        self._within: list[str] = []
        self.feed(answer.get_data(as_text=True))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("code", "pre"):
            self._within.append(tag)
            if tag == "code":
                self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("code", "pre"):
            self._within.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "code" in self._within:
            self.code[-1] += data

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.tags if name == tag]


def versions_of(event: type[Event]) -> list[type[Event]]:
    """All versions of an event, the newest first."""
    return sorted((one for one in catalogue.values() if one.name == event.name), key=lambda one: -one.version)


def open_(bench: Bench, path: str, status: int = 200) -> Page:
    answer = bench.as_nobody().get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return Page(answer)


def test_the_list_leads_to_every_event_and_every_link_on_it_leads_somewhere(bench: Bench) -> None:
    page = open_(bench, "/events/")

    links = {link["href"] for link in page.all("a") if link["href"].startswith("/notify/")}
    assert {f"/notify/events/{event.name}/" for event in catalogue.values()} <= links
    for link in links:
        assert bench.app.test_client().get(link).status_code == 200, link
    for event in catalogue.values():
        assert event.__doc__ is not None
        assert (event.__doc__ in page.text) == (event is versions_of(event)[0])


def test_the_list_can_be_narrowed_to_what_partners_may_subscribe_to(bench: Bench) -> None:
    [narrowing] = [link for link in open_(bench, "/events/").all("a") if link["href"].startswith("/notify/events/?")]
    answer = bench.app.test_client().get(narrowing["href"])

    links = Page(answer).all("a")
    listed = {link["href"] for link in links if re.fullmatch(r"/notify/events/\w+\.[\w.]+/", link["href"])}
    assert listed == {f"/notify/events/{event.name}/" for event in OFFERED}
    assert [link["href"] for link in links if "aria-current" in link] == [narrowing["href"]]


@pytest.mark.parametrize("event", catalogue.values(), ids=lambda event: event.type)
def test_an_event_is_told_with_all_its_fields_its_example_and_its_schema(bench: Bench, event: type[Event]) -> None:
    page = open_(bench, f"/events/{event.name}/")

    published = snapshot.read()[event.type]
    fields = list(rows(json_schema(event)))
    assert event.__doc__ is not None
    assert event.__doc__ in page.text
    hearers = ", ".join(published.heard_by) or "no service yet"
    assert f"Said by {event.publisher} Heard by {hearers} Partners" in page.text
    assert ("may subscribe" in page.text) == (event in OFFERED)
    for field in fields:
        assert field.path in page.code
        assert field.says in page.text
    marks = [span["class"] for span in page.all("span") if span.get("class", "").startswith("mark")]
    of_all = [field for version in versions_of(event) for field in rows(json_schema(version))]
    assert marks == [f"mark {field.sensitivity}" for field in of_all]
    examples = [json.loads(code) for code in page.code if code.startswith("{\n")]
    assert sample_cloudevent(published) in examples
    assert f"/notify/events/schemas/{event.type}.json" in {link["href"] for link in page.all("a")}


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_a_page_shows_what_each_scope_delivers(bench: Bench, event: type[Event]) -> None:
    page = open_(bench, f"/events/{event.name}/")

    shown: list[dict[str, Any]] = []
    for pre, code in zip(page.all("pre"), [code for code in page.code if code.startswith("{\n")], strict=True):
        shown += [json.loads(code)] * len(re.findall(r"summary|clinical|contact", pre["aria-label"]))
    delivered = [partner_view(sample_cloudevent(snapshot.read()[event.type]), [scope]) for scope in Scope]
    assert sorted(map(json.dumps, shown)) == sorted(map(json.dumps, delivered))
    assert "correlationid" not in json.dumps(shown)


def test_scopes_that_deliver_the_same_share_an_example(bench: Bench) -> None:
    text = open_(bench, "/events/intake.clearance.decided/").text

    assert "With the scope summary or contact" in text
    assert "With the scope clinical" in text


def test_what_travels_between_the_services_is_not_passed_off_as_a_partners(bench: Bench) -> None:
    offered = open_(bench, "/events/sessions.session.held/")
    never = open_(bench, "/events/integration.red_flag.raised/")

    assert "An example, as it travels between the services With all its fields, and with its causes. No partner" in (
        offered.text
    )
    assert "An example, as it travels between the services {" in never.text
    assert "Partners cannot subscribe to it, and are never told of it" in never.text
    assert "What a partner gets" not in never.text


@pytest.mark.parametrize("spelling", ["intake.clearance.decided.v1", "afterglow.intake.clearance.decided.v1"])
def test_an_event_is_found_by_every_spelling_that_types_and_routing_keys_have(bench: Bench, spelling: str) -> None:
    answer = bench.as_nobody().get(f"/events/{spelling}/")

    assert (answer.status_code, answer.headers["Location"]) == (308, "/notify/events/intake.clearance.decided/#v1")
    assert "v1" in {article["id"] for article in open_(bench, "/events/intake.clearance.decided/").all("article")}


@pytest.mark.parametrize("path", PATHS)
def test_every_page_leads_to_what_partners_need_to_know(bench: Bench, path: str) -> None:
    assert "/notify/partners/" in {link["href"] for link in Page(bench.as_nobody().get(path)).all("a")}


def test_what_partners_need_to_know_is_served_from_the_repositorys_document(bench: Bench, repository: Path) -> None:
    page = open_(bench, "/partners/")

    document = (repository / "docs/partners.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", document, re.MULTILINE)
    assert [attributes["id"] for attributes in page.all("h2")] == [each.lower().replace(" ", "-") for each in headings]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    assert blocks
    assert [code for code in page.code if "\n" in code] == blocks
    assert len(page.all("tr")) == len(re.findall(r"^\| ", document, re.MULTILINE))
    assert "**" not in page.text.replace(" ".join(blocks), "")


def test_every_link_of_the_page_for_partners_leads_somewhere(bench: Bench) -> None:
    around = "/intake/preferences"
    links = {link["href"] for link in open_(bench, "/partners/").all("a") if not link["href"].startswith(around)}

    assert {"/notify/events/", "/notify/events/?for=partners", "/notify/asyncapi.json"} <= links
    for link in links:
        assert link.startswith(("/notify/", "https://", "#")), link
        if link.startswith("/"):
            assert bench.app.test_client().get(link).status_code == 200, link


def test_a_field_says_which_scope_tells_it_to_a_partner(bench: Bench) -> None:
    text = open_(bench, "/events/intake.clearance.decided/").text

    assert re.search(
        r"outcome What was decided\..*?Told to partners with the scope summary, clinical, or contact", text
    )
    assert re.search(r"weight_kg Body weight.*?Told to partners with the scope clinical For example", text)
    assert "Told to partners" not in open_(bench, "/events/integration.red_flag.raised/").text


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A release that publishes a second version of one event beside the first."""
    known = snapshot.read()
    first = known[DECIDED]
    second_type = DECIDED.replace(".v1", ".v2")
    second = type(first)(
        type=second_type,
        about=first.about,
        heard_by=(),
        partners=False,
        schema=first.schema | {"$id": f"{first.schema['$id'][:-1]}2", "description": "Decided, in the second version."},
    )
    monkeypatch.setitem(catalogue, second_type, type("Second", (), {"name": first.name, "version": 2}))  # type: ignore[arg-type]
    pages._language.cache_clear()
    pages._asyncapi.cache_clear()
    monkeypatch.setattr(snapshot, "read", lambda: known | {second_type: second})
    yield
    pages._language.cache_clear()
    pages._asyncapi.cache_clear()


@pytest.mark.usefixtures("two_versions")
def test_two_versions_stand_on_one_page_the_newest_first(bench: Bench) -> None:
    listed = open_(bench, "/events/").text
    page = open_(bench, "/events/intake.clearance.decided/")

    assert "Decided, in the second version. Versions 1, 2. Heard by nobody yet." in listed
    assert [article["id"] for article in page.all("article")] == ["v2", "v1"]
    assert {link["href"] for link in page.all("a")} >= {"#v1", "#v2"}
    answer = bench.as_nobody().get("/events/intake.clearance.decided.v2/")
    assert answer.headers["Location"] == "/notify/events/intake.clearance.decided/#v2"
    assert bench.as_nobody().get(f"/events/schemas/{DECIDED.replace('v1', 'v2')}.json").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_page_needs_no_script_no_cookie_and_nobody_elses_files(bench: Bench, path: str) -> None:
    answer = bench.as_nobody().get(path)

    page = Page(answer)
    assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"style", "img", "iframe", "form"}
    assert not [script for script in page.all("script") if "src" not in script and script["type"] != "application/json"]
    assert not [attributes for _, attributes in page.tags if "style" in attributes]
    assert not re.search(r"[a-z]\.md\b", " ".join(link["href"] for link in page.all("a")))
    files = [link["href"] for link in page.all("link")] + [one["src"] for one in page.all("script") if "src" in one]
    assert files
    for file in files:
        assert file.startswith("/notify/look/")
        assert bench.app.test_client().get(file).status_code == 200
    assert page.all("html")[0]["lang"] == "en"
    assert "width=device-width, initial-scale=1" in [meta.get("content") for meta in page.all("meta")]
    assert len(page.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(answer.get_data()) < 60_000


@pytest.mark.parametrize("path", ["/events/intake.clearance.decided.v9/", "/events/%3Cscript%3E/"])
def test_what_is_not_there_is_said_kindly(bench: Bench, path: str) -> None:
    page = open_(bench, path, 404)

    assert "There is no such event" in page.text
    assert "/notify/events/" in {link["href"] for link in page.all("a")}


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "partner.x",
        "intake.clearance.decided.v1",
        "afterglow.intake.clearance.decided.v9",
        "partner.afterglow.intake.clearance.decided.v9",
        "partner.afterglow.integration.red_flag.raised.v1",
    ],
)
def test_a_schema_that_is_not_there_is_a_problem_for_machines(bench: Bench, name: str) -> None:
    answer = bench.as_nobody().get(f"/events/schemas/{name}.json")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert (answer.json["code"], answer.json["detail"]) == ("not_found", "There is no such schema here.")


@pytest.mark.parametrize("event", OFFERED, ids=lambda event: event.name)
def test_a_partner_finds_the_schema_by_which_every_webhook_is_valid(bench: Bench, event: type[Event]) -> None:
    page = open_(bench, f"/events/{event.name}/")

    address = f"/notify/events/schemas/partner.{event.type}.json"
    assert address in {link["href"] for link in page.all("a")}
    assert "Schema JSON Schema between the services ," in page.text
    assert "JSON Schema for partners" in page.text.partition("What a partner gets")[2]
    answer = bench.app.test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
    served = json.loads(answer.get_data())
    Draft202012Validator.check_schema(served)
    published = snapshot.read()[event.type]
    for scope in Scope:
        Draft202012Validator(served).validate(partner_view(sample_cloudevent(published), [scope])["data"])
    assert served.pop("$schema") == published.schema["$schema"]
    document = json.loads(bench.as_nobody().get("/asyncapi.json").get_data())
    assert served == document["components"]["schemas"][f"partner.{event.type.removeprefix('afterglow.')}"]


def test_a_webhook_that_the_schema_between_the_services_refuses_is_valid_for_partners(bench: Bench) -> None:
    published = snapshot.read()[DECIDED]
    webhook = partner_view(sample_cloudevent(published), [Scope.SUMMARY])["data"]

    def accepts(address: str) -> bool:
        schema = json.loads(bench.as_nobody().get(f"/events/schemas/{address}.json").get_data())
        return bool(Draft202012Validator(schema).is_valid(webhook))

    assert not accepts(DECIDED)
    assert accepts(f"partner.{DECIDED}")


def test_an_event_that_is_never_offered_links_no_schema_for_partners(bench: Bench) -> None:
    links = {link["href"] for link in open_(bench, "/events/integration.red_flag.raised/").all("a")}

    assert "/notify/events/schemas/afterglow.integration.red_flag.raised.v1.json" in links
    assert not [link for link in links if "partner." in link]


def test_a_schema_is_served_under_the_id_that_events_carry(bench: Bench) -> None:
    for type_, published in snapshot.read().items():
        answer = bench.as_nobody().get(f"/events/schemas/{type_}.json")

        assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
        served = json.loads(answer.get_data())
        assert served["$id"] == sample_cloudevent(published)["dataschema"]
        Draft202012Validator(served).validate(sample_cloudevent(published)["data"])


def test_the_asyncapi_document_that_is_served_is_the_committed_one(bench: Bench, repository: Path) -> None:
    answer = bench.as_nobody().get("/asyncapi.json")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_data(as_text=True) == (repository / "docs/asyncapi.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/events/", "/events/intake.clearance.decided/", "/partners/"])
def test_what_is_written_in_english_is_marked_so_for_whoever_reads_in_another_language(bench: Bench, path: str) -> None:
    page = Page(bench.as_nobody().get(path, headers={"Accept-Language": "es"}))

    assert page.all("html")[0]["lang"] == "es"
    assert [
        attributes for _, attributes in page.tags if attributes.get("lang") == "en" and "hreflang" not in attributes
    ]

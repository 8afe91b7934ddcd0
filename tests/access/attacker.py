"""Somebody at Cedar, who has every role there, tries to learn or to change something of Maple.

What they are told of what is Maple's must be, byte for byte, what they are told of what never was: so neither a count,
a sentence, an ETag nor a redirect tells the two apart.
"""

from collections.abc import Iterator, Mapping
from uuid import uuid4

from werkzeug.test import TestResponse

from shared.testing.bench import Caller
from shared.testing.html import without_masks
from shared.web.policy import Role

from .town import CEDAR, EVERY_CLINIC_HAS, Town, Who

EVERY_ROLE = tuple(str(role) for role in Role if role is not Role.CLIENT)
ATTACKER = Who("mallory", ((CEDAR, EVERY_ROLE),), CEDAR)
REQUEST_ID = "attack-000000"

Names = dict[str, str]


def bearer(town: Town, who: Who = ATTACKER) -> Caller:
    """Somebody at the doors. All requests have one id, so that answers can be compared."""
    headers = {"Authorization": f"Bearer {town.token(who)}", "X-Request-Id": REQUEST_ID}
    return Caller(town.bench.app.test_client(), town.service.name, headers)


def addresses(town: Town) -> Iterator[tuple[str, Names]]:
    """Every entrance whose address names something, filled with what is Maple's."""
    for endpoint in town.entrances:
        names = town.names(endpoint, CEDAR, town.maple, town.maple.known)
        if set(names) - EVERY_CLINIC_HAS:
            yield endpoint, names


def never_was(names: Mapping[str, str], **but: str) -> Names:
    """The same with what there never was in the place of each."""
    return {name: value if name in EVERY_CLINIC_HAS else str(uuid4()) for name, value in names.items()} | but


def told(answer: TestResponse, *asked: str) -> tuple[int, str, Mapping[str, str]]:
    """All that an answer says, but for what was asked for."""
    body, headers = without_masks(answer.get_data().decode(errors="replace")), dict(answer.headers)
    headers.pop("Content-Length", None)
    for place, value in enumerate(asked):
        body = body.replace(value, f"<{place}>")
        headers = {name: said.replace(value, f"<{place}>") for name, said in headers.items()}
    return answer.status_code, body, headers


def told_of_both(town: Town, endpoint: str, theirs: Names, nowhere: Names, who: Who = ATTACKER) -> TestResponse:
    """Asks for both, and holds one answer against the other; returns that to what is there."""
    real, made_up = (town.call(endpoint, town.path(endpoint, each), who, REQUEST_ID) for each in (theirs, nowhere))
    assert told(real, *theirs.values()) == told(made_up, *nowhere.values()), endpoint
    return real


def assert_nothing_of_maple(answer: TestResponse, *asked: str) -> None:
    """Whatever was written at Maple has that word in it; nothing else has, but for an id that was asked for."""
    said = answer.get_data().decode(errors="replace") + str(answer.headers)
    for value in asked:
        said = said.replace(value, "")
    assert "maple" not in said.lower(), said
    assert answer.status_code < 500, said

"""A private commitment, and a private practice, are out of everybody's reach, through every door that there is."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from shared.testing.bench import Caller
from shared.testing.inventory import tables_with
from shared.testing.visitor import visitor
from shared.web.policy import Role

from .conftest import Story
from .test_private_moments import doors_with, said_by

SECRETS = ("Set the stone down", "A heron stood there", "Hum at dusk", "For the lullaby", "The kettle sang")
STAFF = [role for role in Role if role is not Role.CLIENT]


@pytest.fixture
def kept(rosa: Story) -> dict[str, UUID]:
    """What Rosa has for herself alone: a commitment, looked back at once, and a practice that she has lived."""
    commitment = rosa.do("commitments", action="Set the stone down.").get_json()["id"]
    again = {"action": "Set the stone down slowly.", "reflection": "A heron stood there."}
    rosa.do(f"commitments/{commitment}/reviews", outcome="adjusted", **again)
    practice = rosa.practice("Hum at dusk.", why="For the lullaby.", every_days=1, remind_at="18:00")["id"]
    rosa.do(f"practices/{practice}/lived", words="The kettle sang.")
    return {"commitment_id": UUID(commitment), "practice_id": UUID(practice), "client_id": rosa.client}


def answers(caller: Caller, story: Story, ids: dict[str, UUID]) -> Iterator[tuple[str, str, TestResponse]]:
    """What that caller is answered at every door, also where they say what might open it."""
    told = {"visibility": "care_team", "outcome": "kept", "status": "living", "name": "x"}
    for method, path in doors_with(story, ids):
        ending = path.rpartition("/")[2]
        wanted = {"sharing": ("visibility",), "reviews": ("outcome",), "standing": ("status",), "rhythm": ("name",)}
        sent = None if method == "GET" else {name: told[name] for name in wanted.get(ending, ())}
        answer = caller.client.open(f"/integration{path}", method=method, headers=caller.headers, json=sent)
        assert answer.status_code != 500, (method, path)
        yield method, path, answer


def assert_nothing_is_said(caller: Caller, story: Story, ids: dict[str, UUID]) -> None:
    tried = 0
    for method, path, answer in answers(caller, story, ids):
        said = said_by(answer)
        assert [secret for secret in SECRETS if secret in said] == [], (method, path)
        tried += 1
    assert tried > 100
    [commitment], [practice] = story.see("commitments"), story.see("practices")
    assert (commitment["visibility"], commitment["status"], len(commitment["reviews"])) == ("private", "open", 1)
    assert (practice["visibility"], practice["status"], len(practice["lived"])) == ("private", "living", 1)


@pytest.mark.parametrize("role", STAFF)
def test_no_door_gives_them_to_anybody_at_the_clinic(rosa: Story, kept: dict[str, UUID], role: Role) -> None:
    assert_nothing_is_said(rosa.bench.as_(role), rosa, kept)


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.PRESCRIBER, Role.NURSE])
def test_no_page_gives_them_to_the_care_team(rosa: Story, kept: dict[str, UUID], role: Role) -> None:
    staff = visitor(rosa.bench, str(role))
    assert_nothing_is_said(Caller(staff.client, "integration", {}), rosa, kept)


def test_no_door_or_page_gives_them_to_another_client(rosa: Story, kept: dict[str, UUID]) -> None:
    other = Story(rosa.bench).registered()
    for client in (rosa.client, other.client):
        ids = kept | {"client_id": client}
        assert_nothing_is_said(rosa.bench.as_("client", client_id=other.client), rosa, ids)
    page = visitor(rosa.bench, "client", client_id=other.client)
    assert_nothing_is_said(Caller(page.client, "integration", {}), rosa, kept)


def test_neither_a_count_nor_a_journey_knows_of_them(rosa: Story, kept: dict[str, UUID]) -> None:
    for role in ("therapist", "prescriber"):
        assert [
            line for line in rosa.see("timeline", role) if line["kind"] in ("commitment", "practice", "review")
        ] == []
        for path in ("/people", f"/people/{rosa.client}"):
            page = visitor(rosa.bench, role).get(path).get_data(as_text=True)
            assert "1 commitment" not in page, (role, path)


def test_they_lie_nowhere_in_clear(rosa: Story, kept: dict[str, UUID]) -> None:
    for secret in SECRETS:
        assert tables_with(secret, rosa.bench.owner) == set(), secret

"""A private moment is out of everybody's reach, through every door that there is: this walks all of them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import CaseloadLeft, GlassBroken
from shared.events.integration import EntryShared
from shared.testing.bench import Caller
from shared.testing.inventory import tables_with
from shared.testing.visitor import visitor
from shared.web.policy import Role

from .conftest import Story
from .files import WEBM, photo_with_a_place
from .reading_pages import herself, words

SECRET = "The weight had a shape."
DRAWN = "M123 456L321 654"
SPOKEN = "a voice that nobody hears"
SECRETS = (SECRET, DRAWN, SPOKEN, "tenderness-felt", "a-hand-that-helped", "thread-of-hers")
STAFF = [role for role in Role if role is not Role.CLIENT]


def doors_with(story: Story, values: dict[str, UUID]) -> Iterator[tuple[str, str]]:
    """Every address and method of the app, also the frame's own, filled with the ids of that story."""
    adapter = story.bench.app.url_map.bind("")
    for rule in story.bench.app.url_map.iter_rules():
        ids = {name: values.get(name, uuid4()) for name in rule.arguments}
        path = adapter.build(rule.endpoint, ids).removeprefix("/integration")
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PATCH", "PUT", "DELETE"}):
            yield method, path


def bodies(path: str, moment: str) -> list[dict[str, object]]:
    """What a caller might send who knows the moment's id and wants its words."""
    if path.endswith("/sharing"):
        return [{"visibility": "care_team"}]
    if path.endswith("/commitments"):
        return [{"action": "x", "insight_id": moment}]
    return [{}]


def said_by(answer: TestResponse) -> str:
    """What an answer says; of a stream, which has no end of its own, what it says first."""
    if answer.mimetype != "text/event-stream":
        return answer.get_data().decode(errors="replace")
    with closing(answer):
        return next(answer.iter_encoded()).decode()


def keep(story: Story) -> tuple[str, str]:
    """A private moment with everything that one can have; returns its id, and that of its recording."""
    kept = herself(story).post(
        "/moments",
        words=SECRET,
        drawing=DRAWN,
        kind="release",
        feeling="tenderness-felt",
        intensity="4",
        what_helped="a-hand-that-helped",
        new_threads="thread-of-hers",
        recording=(BytesIO(WEBM + SPOKEN.encode()), "recording.webm"),
        photo=(BytesIO(photo_with_a_place()), "photo.jpg"),
    )
    assert kept.status_code == 303, words(kept, kept.status_code)
    [moment] = story.see("moments")
    recording, photo = story.see(f"moments/{moment['id']}/attachments")
    assert (recording["kind"], photo["kind"]) == ("voice", "photo")
    return moment["id"], recording["id"]


def walk(caller: Caller, story: Story, kept: tuple[str, str], client: UUID) -> int:
    """Try every door as that caller; returns how many were tried."""
    tried, (moment, recording) = 0, kept
    ids = {"client_id": client, "moment_id": UUID(moment), "attachment_id": UUID(recording)}
    for method, path in doors_with(story, ids):
        for body in bodies(path, moment):
            sent = None if method == "GET" else body
            answer = caller.client.open(f"/integration{path}", method=method, headers=caller.headers, json=sent)
            said = said_by(answer)
            assert [secret for secret in SECRETS if secret in said] == [], (method, path)
            # An answer repeats the address that was asked for, to be asked again; nothing else may know the moment.
            asked = f"/integration{path}"
            assert moment not in said.replace(asked, "").replace(quote(asked, safe=""), ""), (method, path)
            assert answer.status_code != 500, (method, path)
            tried += 1
    return tried


def assert_still_private(story: Story) -> None:
    [moment] = story.see("moments")
    assert (moment["words"], moment["visibility"]) == (SECRET, "private")
    assert len(story.see(f"moments/{moment['id']}/attachments")) == 2
    assert story.bench.published(EntryShared) == []


@pytest.mark.parametrize("role", STAFF)
def test_no_door_gives_a_private_moment_to_anybody_at_the_clinic(rosa: Story, role: Role) -> None:
    kept = keep(rosa)
    assert walk(rosa.bench.as_(role), rosa, kept, rosa.client) >= 20
    assert_still_private(rosa)


@pytest.mark.parametrize("role", STAFF)
def test_no_page_gives_it_to_anybody_at_the_clinic_who_is_signed_in(rosa: Story, role: Role) -> None:
    kept = keep(rosa)
    staff = visitor(rosa.bench, str(role))

    walk(Caller(staff.client, "integration", {}), rosa, kept, rosa.client)
    for deed in ("sharing", "removal"):
        assert staff.post(f"/moments/{kept[0]}/{deed}", visibility="care_team").status_code == 403
    assert staff.post("/moments/search", words="weight").status_code == 403

    assert_still_private(rosa)


def test_no_page_gives_it_to_another_client_who_is_signed_in(rosa: Story) -> None:
    kept = keep(rosa)
    own = Story(rosa.bench).registered()
    other = visitor(rosa.bench, "client", client_id=own.client)

    for client in (rosa.client, own.client):
        walk(Caller(other.client, "integration", {}), rosa, kept, client)
    for deed in ("sharing", "removal"):
        assert other.post(f"/moments/{kept[0]}/{deed}", visibility="care_team").status_code == 404
    assert "No moment of yours says that." in words(other.post("/moments/search", words="weight"))

    assert_still_private(rosa)


def test_no_door_gives_it_to_somebody_with_every_role_at_once_who_is_a_client_too(rosa: Story) -> None:
    kept = keep(rosa)
    own = Story(rosa.bench).registered()
    roles = {"maple": [str(role) for role in Role], "cedar": [str(role) for role in Role]}
    for clinic in roles:
        token = rosa.bench.signer.token(rosa.bench.clock(), client_id=own.client, afterglow=roles)
        headers = {"Authorization": f"Bearer {token}", "Afterglow-Clinic": clinic}
        colleague = Caller(rosa.bench.app.test_client(), "integration", headers)
        for client in (rosa.client, own.client):
            walk(colleague, rosa, kept, client)
    assert_still_private(rosa)


def test_no_door_gives_it_to_another_client_another_clinic_or_a_stranger(rosa: Story) -> None:
    kept = keep(rosa)
    other = Story(rosa.bench).registered()
    callers = [
        rosa.bench.as_("client", client_id=other.client),
        rosa.bench.as_("therapist", clinic="cedar"),
        rosa.bench.as_("client", clinic="cedar", client_id=rosa.client),
        rosa.bench.as_nobody(),
    ]
    for caller in callers:
        for client in (rosa.client, other.client):
            walk(caller, rosa, kept, client)
    assert_still_private(rosa)


def test_a_sign_in_that_is_no_clients_does_not_open_it_by_naming_the_client(rosa: Story) -> None:
    rosa.moment(words=SECRET)
    therapist = rosa.bench.as_("therapist", client_id=rosa.client)
    assert therapist.get(f"/clients/{rosa.client}/moments").get_json() == {"items": []}


def test_the_record_that_the_clinic_takes_out_is_without_it_and_says_so_and_the_clients_own_has_it(rosa: Story) -> None:
    rosa.moment(words=SECRET)
    rosa.moment("therapist", words="I dreamt of you.")
    rosa.moment("care_team", words="I slept by the window.")

    # Of clinic admins nobody sees a moment; who is a nurse beside it does.
    who = {"nurse": {"afterglow": {"maple": ["clinic_admin", "nurse"]}}, "client": {}}
    taken = {
        role: rosa.bench.as_(role, client_id=rosa.client, **claims)
        .get(f"/clients/{rosa.client}/record")
        .get_json()["parts"]
        for role, claims in who.items()
    }

    [by_the_clinic], [by_herself] = ([p for p in parts if p["table"] == "moment"] for parts in taken.values())
    assert [moment["words"] for moment in by_the_clinic["rows"]] == ["I slept by the window."]
    assert by_the_clinic["withheld"] == "What is the client's alone is shown to nobody but them."
    assert {moment["words"] for moment in by_herself["rows"]} == {
        SECRET,
        "I dreamt of you.",
        "I slept by the window.",
    }
    assert by_herself["withheld"] is None


@pytest.mark.parametrize("role", ["therapist", "network_admin", "medical_director"])
def test_breaking_the_glass_does_not_open_it(rosa: Story, role: str) -> None:
    kept = keep(rosa)
    rosa.tell(CaseloadLeft)
    rosa.tell(GlassBroken, staff=f"{role}-at-maple", **_an_hour_from(rosa))

    walk(rosa.bench.as_(role), rosa, kept, rosa.client)

    assert_still_private(rosa)


def _an_hour_from(story: Story) -> dict[str, str]:
    now = story.bench.clock()
    return {"broken_at": now.isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat()}


def test_taken_back_it_is_private_again_for_every_role(rosa: Story) -> None:
    moment = rosa.moment("care_team", words=SECRET)["id"]
    rosa.do(f"moments/{moment}/sharing", visibility="private")
    for role in ("therapist", "prescriber", "nurse"):
        assert rosa.see("moments", role) == []


def test_nothing_of_it_lies_in_clear_in_any_table(rosa: Story) -> None:
    keep(rosa)
    for secret in (*SECRETS, "webm", "JFIF", "opus"):
        # The kind of a recording is told, and nothing of it.
        assert tables_with(secret, rosa.bench.owner) == ({"attachment"} if secret == "webm" else set()), secret


def test_a_refusal_does_not_quote_what_was_written(
    rosa: Story, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for body in (
        {"kind": "nothing known", "words": SECRET},
        {"kind": "dream", "words": SECRET, "visibility": "everybody"},
        {"kind": "dream", "words": SECRET * 500},
        {"kind": "dream", "words": SECRET + "\0"},
    ):
        answer = rosa.do("moments", **body)
        assert answer.status_code == 422
        assert SECRET not in answer.get_data(as_text=True)
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err + caplog.text

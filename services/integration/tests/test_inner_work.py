"""The client's own: intentions, moments, the body, commitments, and whose eyes they are for."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from integration.app import service
from integration.domain.visibility import Visibility, visible_to, widened
from shared.events.integration import CommitmentMade, EntryShared, IntentionSet
from shared.testing.bench import Bench
from shared.web.face.live import FOLLOW
from shared.web.factory import COMMON

from .conftest import Story, refused

STAFF = ("therapist", "prescriber", "nurse")


def test_an_intention_is_told_without_its_words(rosa: Story) -> None:
    answer = rosa.do("intentions", question="compassion", words="For the girl I was.").get_json()
    assert answer["status"] == "held"
    [told] = rosa.bench.published(IntentionSet)
    assert told.data == {"intention": answer["id"], "question": "compassion", "visit": None}
    assert [i["words"] for i in rosa.see("intentions", "therapist")] == ["For the girl I was."]


def test_a_moment_is_private_unless_the_client_says_otherwise_and_nobody_hears_of_it(rosa: Story) -> None:
    answer = rosa.do("moments", kind="dream", words="A house.").get_json()
    assert answer["visibility"] == "private"
    assert rosa.bench.published() == []
    assert [m["id"] for m in rosa.see("moments")] == [answer["id"]]


def test_a_private_moment_is_out_of_everybodys_reach_through_every_door(rosa: Story) -> None:
    secret = "The weight had a shape."
    moment = rosa.moment(words=secret)
    for role in STAFF:
        assert rosa.see("moments", role) == []
    for role in ("therapist", "prescriber"):
        assert moment["id"] not in str(rosa.see("timeline", role))
        assert [line for line in rosa.see("timeline", role) if line["kind"] == "moment"] == []
    for role in ("front_desk", "clinic_admin", "medical_director"):
        assert rosa.bench.as_(role).get(f"/clients/{rosa.client}/moments").status_code == 403
    other = Story(rosa.bench).registered()
    stranger = rosa.bench.as_("client", client_id=other.client)
    assert stranger.get(f"/clients/{rosa.client}/moments").status_code == 404
    theirs = f"/clients/{other.client}/moments/{moment['id']}/sharing"
    refused(stranger.post(theirs, {"visibility": "care_team"}), "not_found", 404)
    refused(
        stranger.post(f"/clients/{other.client}/commitments", {"action": "x", "insight_id": moment["id"]}),
        "not_found",
        404,
    )
    with rosa.bench.owner.connect() as connection:
        for table in ("outbox", "audit", "timer", "idempotency"):
            assert secret not in str(connection.execute(text(f"select * from {table}")).all())


@pytest.mark.parametrize(
    ("visibility", "seen_by"), [("therapist", {"therapist"}), ("care_team", {"therapist", "prescriber", "nurse"})]
)
def test_a_shared_moment_is_seen_by_those_with_whom_it_is_shared(
    rosa: Story, visibility: str, seen_by: set[str]
) -> None:
    rosa.moment(visibility)
    assert {role for role in STAFF if rosa.see("moments", role)} == seen_by
    [told] = rosa.bench.published(EntryShared)
    assert told.data["visible_to"] == visibility
    assert set(told.data) == {"moment", "visible_to"}


def test_sharing_can_be_taken_back_and_taking_back_tells_nobody(rosa: Story) -> None:
    moment = rosa.moment()["id"]
    rosa.do(f"moments/{moment}/sharing", visibility="care_team")
    rosa.do(f"moments/{moment}/sharing", visibility="therapist")
    rosa.do(f"moments/{moment}/sharing", visibility="private")
    assert len(rosa.bench.published(EntryShared)) == 1
    assert rosa.see("moments", "therapist") == []


def test_private_is_wider_for_nobody() -> None:
    for role in ("therapist", "prescriber", "nurse", "front_desk", "clinic_admin", "operator"):
        assert Visibility.PRIVATE not in visible_to({role})
    assert widened(Visibility.PRIVATE, Visibility.THERAPIST)
    assert not widened(Visibility.CARE_TEAM, Visibility.THERAPIST)


def test_a_sensation_is_a_sensation_and_makes_no_event(rosa: Story) -> None:
    body = {"region": "chest", "side": "centre", "view": "front", "sensation": "trembling"}
    placed = rosa.do("sensations", **body).get_json()
    assert placed["distressing"] is None
    assert rosa.bench.published() == []
    assert [line["title"] for line in rosa.see("timeline")] == ["You noticed something in your body: trembling, chest."]
    assert rosa.see("timeline", "prescriber") == []


def test_a_commitment_is_told_without_its_words(rosa: Story) -> None:
    moment = rosa.moment()["id"]
    made = rosa.do(
        "commitments",
        action="Walk to the river.",
        when="Tuesday",
        with_whom="Ana",
        insight_id=moment,
        visibility="therapist",
    ).get_json()
    assert (made["status"], made["when"], made["with_whom"]) == ("open", "Tuesday", "Ana")
    [told] = rosa.bench.published(CommitmentMade)
    assert told.data == {"commitment": made["id"]}


def test_nobody_writes_for_a_client_whom_the_clinic_does_not_know(bench: Bench) -> None:
    unknown = Story(bench)
    refused(unknown.do("intentions", question="truth", words="x"), "not_found", 404)
    refused(unknown.do("moments", kind="dream", words="x"), "not_found", 404)


def test_a_moment_cannot_come_from_the_future(rosa: Story) -> None:
    answer = rosa.do("moments", kind="dream", words="x", felt_at="2027-01-01T00:00:00Z")
    assert refused(answer, "in_the_future", 422)["errors"][0]["path"] == "/felt_at"


def test_another_clinic_sees_nothing(rosa: Story) -> None:
    rosa.moment("care_team")
    rosa.do("intentions", question="truth", words="x")
    cedar = rosa.bench.as_("therapist", clinic="cedar")
    for what in ("moments", "intentions", "windows", "measures", "timeline", "red-flags"):
        assert cedar.get(f"/clients/{rosa.client}/{what}").get_json()["code"] == "not_on_your_caseload"
    for what in ("moments", "measures", "red-flags"):
        nurse = rosa.bench.as_("nurse", clinic="cedar")
        assert nurse.get(f"/clients/{rosa.client}/{what}").get_json()["items"] == []
    assert rosa.bench.as_("client", clinic="cedar", client_id=rosa.client).get(
        f"/clients/{rosa.client}/moments"
    ).get_json() == {"items": []}


def test_every_table_hides_its_rows_when_no_clinic_is_set(rosa: Story) -> None:
    rosa.screened().visited()
    rosa.moment()
    rosa.do("help")
    rosa.do("intentions", question="truth", words="x")
    rosa.do("commitments", action="x")
    rosa.do("sensations", region="chest", side="centre", view="front", sensation="ease")
    tables = [
        "client",
        "intention",
        "moment",
        "sensation",
        "commitment",
        "completed_visit",
        "integration_window",
        "check_in",
        "red_flag",
        "reading",
    ]
    with rosa.bench.owner.connect() as owner, rosa.bench.store.engine.connect() as connection:
        for table in tables:
            assert owner.scalar(text(f"select count(*) from {table}")), table
            assert connection.scalar(text(f"select count(*) from {table}")) == 0, table


def test_the_same_key_writes_one_moment(rosa: Story) -> None:
    caller = rosa.bench.as_("client", client_id=rosa.client)
    body, key = {"kind": "dream", "words": "once"}, {"Idempotency-Key": str(uuid4())}
    answers = [caller.post(f"/clients/{rosa.client}/moments", body, headers=key).get_data() for _ in range(3)]
    assert len(set(answers)) == 1
    assert len(rosa.see("moments")) == 1


def test_the_openapi_document_lists_every_door(bench: Bench) -> None:
    paths = bench.as_nobody().get("/openapi.json").get_json()["paths"]
    doors = {entrance.may for door in service.doors for entrance in door.entrances.values()}
    listed = {
        operation["x-action"] for path in paths.values() for operation in path.values() if "x-action" in operation
    }
    assert listed == doors | COMMON.keys() - {FOLLOW}  # A stream is for pages.

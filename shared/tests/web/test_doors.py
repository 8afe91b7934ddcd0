"""What every door does, whatever stands behind it."""

import hashlib
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.testing.bench import Bench

NOTE = {"words": "hello"}


def problem(response, status: int, code: str) -> dict:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    document = response.get_json()
    assert document["code"] == code
    assert document["status"] == status
    assert document["request_id"] == response.headers["X-Request-Id"]
    return document


def test_a_call_without_a_token_is_asked_to_sign_in(bench: Bench) -> None:
    answer = bench.as_nobody().post("/notes", NOTE)
    problem(answer, 401, "token_missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"lifetime": timedelta(hours=-1)}, "token_expired"),
        ({"aud": "another-platform"}, "token_invalid"),
        ({"iss": "https://elsewhere.test"}, "token_invalid"),
    ],
)
def test_a_token_that_is_old_or_not_for_us_is_refused(bench: Bench, claims: dict, code: str) -> None:
    token = bench.signer.token(bench.clock(), role="therapist", **claims)
    problem(bench.as_nobody().post("/notes", NOTE, headers={"Authorization": f"Bearer {token}"}), 401, code)


def test_a_token_signed_by_nobody_is_refused(bench: Bench) -> None:
    head = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."
    problem(bench.as_nobody().post("/notes", NOTE, headers={"Authorization": f"Bearer {head}"}), 401, "token_invalid")


def test_a_role_without_a_row_in_the_policy_is_refused(bench: Bench) -> None:
    problem(bench.as_("nurse").post("/notes", NOTE), 403, "role_may_not")


def test_a_client_reaches_only_their_own(bench: Bench) -> None:
    mine, other = uuid4(), uuid4()
    client = bench.as_("client", client_id=mine)
    assert client.get(f"/clients/{mine}/self").status_code == 200
    problem(client.get(f"/clients/{other}/self"), 404, "not_found")


def test_another_clinics_note_is_not_found_rather_than_forbidden(bench: Bench) -> None:
    note = bench.as_("therapist", clinic="cedar").post("/notes", NOTE).get_json()["id"]
    problem(bench.as_("therapist", clinic="maple").get(f"/notes/{note}"), 404, "not_found")


def test_somebody_of_two_clinics_says_which_one_they_mean(bench: Bench) -> None:
    token = bench.signer.token(bench.clock(), afterglow={"maple": ["therapist"], "cedar": ["nurse"]})
    auth = {"Authorization": f"Bearer {token}"}
    caller = bench.as_nobody()
    problem(caller.post("/notes", NOTE, headers=auth), 403, "clinic_not_named")
    assert caller.post("/notes", NOTE, headers=auth | {"Afterglow-Clinic": "maple"}).status_code == 201
    problem(caller.post("/notes", NOTE, headers=auth | {"Afterglow-Clinic": "cedar"}), 403, "role_may_not")
    problem(caller.post("/notes", NOTE, headers=auth | {"Afterglow-Clinic": "oak"}), 403, "not_at_this_clinic")


def test_malformed_json_is_a_bad_request_and_an_unknown_field_is_named(bench: Bench) -> None:
    therapist = bench.as_("therapist")
    headers = {"Content-Type": "application/json"}
    problem(
        therapist.client.post("/sessions/notes", data="{", headers={**therapist.headers, **headers}), 400, "malformed"
    )
    deep = "[" * 5000
    problem(
        therapist.client.post("/sessions/notes", data=deep, headers={**therapist.headers, **headers}), 400, "malformed"
    )
    document = problem(therapist.post("/notes", NOTE | {"colour": "red"}), 422, "invalid")
    assert document["errors"] == [{"path": "/colour", "message": "Unknown field."}]
    document = problem(therapist.post("/notes", {"words": 7}), 422, "invalid")
    assert document["errors"][0]["path"] == "/words"


def test_the_same_idempotency_key_has_one_effect_and_one_answer(bench: Bench) -> None:
    therapist = bench.as_("therapist")
    key = {"Idempotency-Key": "note-1"}
    first = therapist.post("/notes", NOTE, headers=key)
    again = therapist.post("/notes", NOTE, headers=key)
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (
        201,
        first.get_data(),
        first.headers["ETag"],
    )
    assert again.headers["Idempotent-Replay"] == "true"
    problem(therapist.post("/notes", {"words": "other"}, headers=key), 422, "idempotency_key_reused")
    assert bench.as_("therapist", clinic="cedar").post("/notes", NOTE, headers=key).get_json() != first.get_json()
    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from note where clinic = 'maple'")) == 1


def test_a_refused_request_does_not_spend_its_idempotency_key(bench: Bench) -> None:
    therapist = bench.as_("therapist")
    key = {"Idempotency-Key": "note-1"}
    problem(therapist.post("/notes", {"words": None}, headers=key), 422, "invalid")
    assert therapist.post("/notes", NOTE, headers=key).status_code == 201


def test_two_calls_with_one_key_at_the_same_time_have_one_effect(bench: Bench) -> None:
    answers = []

    def call() -> None:
        answers.append(bench.as_("therapist").post("/notes", NOTE, headers={"Idempotency-Key": "k"}))

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_data() for answer in answers}) == 1


def test_an_answer_that_somebody_moved_to_another_callers_key_is_given_to_nobody(bench: Bench) -> None:
    bench.as_("therapist").post("/notes", NOTE, headers={"Idempotency-Key": "k"})
    said = "fingerprint, status, body, headers, created_at"
    with bench.owner.begin() as connection:
        for actor, key in (("somebody-else", "k"), ("therapist-at-maple", "l")):
            moved = f"insert into idempotency (clinic, actor, key, {said}) select clinic, :actor, :key, {said}"
            connection.execute(text(f"{moved} from idempotency where key = 'k' limit 1"), {"actor": actor, "key": key})

    for subject, key in (("somebody-else", "k"), (None, "l")):
        caller = bench.as_("therapist", subject=subject)
        problem(caller.post("/notes", NOTE, headers={"Idempotency-Key": key}), 500, "internal")


def test_what_was_asked_for_cannot_be_guessed_from_what_is_kept_of_it(bench: Bench) -> None:
    body = b'{"words": "hello"}'
    for clinic in ("maple", "cedar"):
        therapist = bench.as_("therapist", clinic=clinic)
        headers = {**therapist.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
        assert therapist.client.post("/sessions/notes", data=body, headers=headers).status_code == 201
    with bench.owner.connect() as connection:
        kept = set(connection.scalars(text("select fingerprint from idempotency")))

    assert len(kept) == 2
    assert not any(hashlib.sha256(b"/sessions/notes\0" + body).hexdigest().startswith(one) for one in kept)


def test_a_change_says_which_version_it_was_decided_on(bench: Bench) -> None:
    therapist = bench.as_("therapist")
    written = therapist.post("/notes", NOTE)
    note, tag = written.get_json()["id"], written.headers["ETag"]
    problem(therapist.patch(f"/notes/{note}", {"words": "b"}), 428, "if_match_missing")
    changed = therapist.patch(f"/notes/{note}", {"words": "b"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    problem(therapist.patch(f"/notes/{note}", {"words": "c"}, headers={"If-Match": tag}), 412, "version_changed")
    assert therapist.get(f"/notes/{note}").get_json()["words"] == "b"


def test_a_public_door_is_of_one_clinic_that_exists(bench: Bench) -> None:
    assert bench.as_nobody().post("/clinics/maple/greetings", NOTE).status_code == 201
    problem(bench.as_nobody().post("/clinics/oak/greetings", NOTE), 404, "not_found")


def test_two_strangers_with_the_same_key_do_not_meet(bench: Bench) -> None:
    key, path = {"Idempotency-Key": "1"}, "/clinics/maple/greetings"
    first = bench.as_nobody().post(path, NOTE, headers=key).get_json()
    again = bench.as_nobody().post(path, NOTE, headers=key).get_json()
    other = bench.as_nobody().post(path, {"words": "good day"}, headers=key)
    assert again == first
    assert other.status_code == 201
    assert other.get_json()["id"] != first["id"]


def test_a_bug_tells_the_caller_nothing_and_the_log_no_personal_data(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    from shared.logs import configure_logs

    configure_logs()
    document = problem(bench.as_("therapist").get("/broken"), 500, "internal")
    logged = capsys.readouterr().err
    assert document["request_id"] in logged
    assert "RuntimeError" in logged
    assert "rosa" not in logged + str(document)


def test_the_openapi_document_lists_every_door_with_its_action(bench: Bench) -> None:
    document = bench.as_nobody().get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"]["/sessions/notes"]["post"]["x-action"] == "note.write"
    assert document["paths"]["/sessions/notes"]["post"]["summary"] == "Write a note."
    assert "/sessions/clients/{client_id}/events" in document["paths"]


def test_health_and_metrics_are_open_and_name_the_depths(bench: Bench) -> None:
    nobody = bench.as_nobody()
    assert nobody.get("/health/live").get_json()["status"] == "live"
    assert nobody.get("/health/ready").get_json()["status"] == "ready"
    text_ = nobody.get("/metrics").get_data(as_text=True)
    assert 'afterglow_outbox_depth{service="sessions"} 0.0' in text_
    assert "afterglow_http_requests_total" in text_


def test_an_unknown_path_and_method_are_problems_too(bench: Bench) -> None:
    problem(bench.as_nobody().get("/nowhere"), 404, "not_found")
    answer = bench.as_("therapist").client.delete("/sessions/notes")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_whoever_gives_way_to_others_is_told_to_send_it_again(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        raised = "begin raise exception using errcode = 'deadlock_detected'; end"
        connection.execute(text(f"create function give_way() returns trigger language plpgsql as $$ {raised} $$"))
        connection.execute(text("create trigger give_way before insert on note execute function give_way()"))
    try:
        answer = bench.as_("therapist").post("/notes", NOTE)
    finally:
        with bench.owner.begin() as connection:
            connection.execute(text("drop function give_way cascade"))
    problem(answer, 503, "gave_way")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("path", ["/health/ready", "/openapi.json", "/notes/none", "/metrics"])
def test_what_programs_read_is_nothing_in_a_browser_and_is_kept_by_nobody(bench: Bench, path: str) -> None:
    headers = bench.as_nobody().get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_body_that_is_larger_than_a_mebibyte_is_refused(bench: Bench) -> None:
    words = "x" * (1024 * 1024)
    problem(bench.as_("therapist").post("/notes", {"words": words}), 413, "too_large")

"""An escort answers by one link: it shows when and where, and nothing about anybody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from sessions.commands.planning import cancel_visit
from shared.events.sessions import EscortConfirmed, EscortDeclined
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import Story

ANA = {"name": "Ana Marin", "phone": "+12125550147"}


@pytest.fixture
def later(rosa: Story) -> Story:
    """Rosa's visit is tomorrow."""
    rosa.may_be_booked()
    rosa.visit = rosa.book(hours=24).get_json()["id"]
    return rosa


@pytest.fixture
def telephone(bench: Bench) -> FlaskClient:
    return bench.app.test_client()


def link(story: Story, role: str = "front_desk", **changes: str) -> str:
    answer = story.do(role, "escort-link", **ANA | changes)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return urlsplit(answer.get_json()["url"]).path


def says(telephone: FlaskClient, address: str, answer: str) -> TestResponse:
    return telephone.post(address, data={"answer": answer}, headers={"Sec-Fetch-Site": "same-origin"})


def escort_light(story: Story) -> bool:
    board = story.bench.as_("front_desk").get(f"/visits/{story.visit}/readiness").get_json()
    return next(light["on"] for light in board["lights"] if light["name"] == "escort")


def over(answer: TestResponse) -> None:
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert "This link is no longer good" in answer.get_data(as_text=True)


def test_the_page_says_when_and_where_and_nothing_about_anybody(later: Story, telephone: FlaskClient) -> None:
    page = telephone.get(link(later)).get_data(as_text=True)

    assert "Maple Street Wellness" in page
    assert "Tuesday, 3 November, 13:00</strong> (New York time)" in page
    for telling in ("Rosa", "Ana", "medicine", "ketamine", str(later.client), later.visit):
        assert telling not in page


def test_a_yes_confirms_the_escort(later: Story, telephone: FlaskClient) -> None:
    address = link(later)
    assert not escort_light(later)

    answer = says(telephone, address, "yes")

    assert answer.headers["Location"] == address
    assert "You said yes" in telephone.get(address).get_data(as_text=True)
    assert escort_light(later)
    assert len(later.bench.published(EscortConfirmed)) == 1


def test_an_answer_may_be_changed_until_the_visit_begins_and_then_stands(later: Story, telephone: FlaskClient) -> None:
    address = link(later)
    for answer in ("yes", "yes", "no", "no"):
        says(telephone, address, answer)
    assert not escort_light(later)
    assert len(later.bench.published(EscortConfirmed)) == 1
    assert len(later.bench.published(EscortDeclined)) == 1

    later.bench.advance(hours=24)
    refused = says(telephone, address, "yes")

    assert (refused.status_code, "has begun" in refused.get_data(as_text=True)) == (409, True)
    assert "<form" not in telephone.get(address).get_data(as_text=True)


def test_looking_changes_nothing(later: Story, telephone: FlaskClient) -> None:
    address = link(later)
    for _ in range(3):
        assert telephone.get(address).status_code == 200

    assert not escort_light(later)
    assert says(telephone, address, "perhaps").status_code == 422
    assert telephone.post(address, data={"answer": "yes"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not escort_light(later)


def test_a_new_link_ends_the_old_one(later: Story, telephone: FlaskClient) -> None:
    old, new = link(later), link(later, "therapist")

    over(telephone.get(old))
    over(says(telephone, old, "yes"))
    assert says(telephone, new, "yes").status_code == 303


def test_another_escort_has_not_said_yes_yet(later: Story, telephone: FlaskClient) -> None:
    says(telephone, link(later), "yes")
    link(later)
    assert escort_light(later)

    link(later, name="Tomas")

    assert not escort_light(later)


def test_whoever_was_replaced_decides_nothing_any_more(later: Story, telephone: FlaskClient) -> None:
    address = link(later)
    says(telephone, address, "yes")
    later.do("front_desk", "escort", **ANA, confirmed=True)
    assert telephone.get(address).status_code == 200

    later.do("front_desk", "escort", name="Tomas Other", phone="+12125550199", confirmed=True)

    over(telephone.get(address))
    for answer in ("no", "yes"):
        over(says(telephone, address, answer))
    assert escort_light(later)
    assert len(later.bench.published(EscortConfirmed)) == 3
    assert later.bench.published(EscortDeclined) == []


def test_an_answer_that_meets_a_cancellation_waits_and_finds_the_link_over(
    later: Story, telephone: FlaskClient
) -> None:
    address, origin = link(later), Origin("visit.cancel", "request", "request")
    with ThreadPoolExecutor(1) as pool:
        with later.bench.store.transaction("maple", Actor("desk"), origin) as tx:
            tx.session.execute(text("select from visit where id = :id for update"), {"id": later.visit})
            answer = pool.submit(says, telephone, address, "yes")
            later.bench.somebody_waits()
            cancel_visit(UUID(later.visit), "She is ill.", tx)

        over(answer.result())
    assert later.see()["status"] == "cancelled"
    assert later.bench.published(EscortConfirmed) == []


def test_the_audit_says_whose_escort_looked_and_answered_for_which_visit_and_from_where(
    later: Story, telephone: FlaskClient
) -> None:
    address = link(later)
    telephone.get(address)
    says(telephone, address, "no")

    search = {"client": str(later.client), "actor": "escort"}
    lines = later.bench.as_("clinic_admin").get("/audit", query_string=search).get_json()["items"]

    assert [line["action"] for line in lines] == ["escort.answer", "escort.look"]
    for line in lines:
        assert (line["clients"], line["subject"]) == ([str(later.client)], later.visit)
        assert (line["came_from"], line["grounds"]) == ("127.0.0.1", "link")


def test_a_link_ends_with_the_visit_and_with_its_cancellation(later: Story, telephone: FlaskClient) -> None:
    answer = later.do("front_desk", "escort-link", **ANA).get_json()
    address = urlsplit(answer["url"]).path
    later.do("front_desk", "cancellation", reason="She is ill.")
    over(telephone.get(address))

    later.visit = later.book(hours=48).get_json()["id"]
    address = link(later)
    later.bench.clock.at += timedelta(hours=60)
    over(telephone.get(address))


def test_nobody_can_guess_a_link_or_use_it_at_another_clinic(later: Story, telephone: FlaskClient) -> None:
    address = link(later)

    over(telephone.get(address[:-1]))
    over(telephone.get(address.replace("maple", "cedar")))
    over(telephone.get(address.replace("maple", "oak")))


def test_no_row_holds_what_opens_the_link(later: Story) -> None:
    desk, key = later.bench.as_("front_desk"), {"Idempotency-Key": "ask-ana"}
    url = desk.post(f"/visits/{later.visit}/escort-link", ANA, headers=key).get_json()["url"]
    token = url.rpartition("/")[2]

    with later.bench.owner.connect() as connection:
        for table in ("escort_link", "audit", "outbox", "entry", "idempotency"):
            rows = connection.execute(text(f"select t::text from {table} t")).scalars().all()
            assert rows or table == "entry", table
            assert not [row for row in rows if token in row or token.encode().hex() in row], table


def test_once_a_visit_has_begun_escorts_are_asked_by_telephone(rosa: Story) -> None:
    rosa.checked_in()

    refused = rosa.do("front_desk", "escort-link", **ANA)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "visit_begun")


@pytest.mark.parametrize("role", ["prescriber", "medical_director", "operator"])
def test_only_the_team_at_the_visit_asks_an_escort(later: Story, role: str) -> None:
    assert later.do(role, "escort-link", **ANA).status_code in (403, 404)

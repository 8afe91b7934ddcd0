"""What somebody who has the whole database of integration, and no key, finds out; and what an upgrade makes of it."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from integration.holdings import HOLDINGS
from integration.models import (
    Base,
    CheckIn,
    Client,
    Commitment,
    Intention,
    Moment,
    Reading,
    RedFlag,
    Sensation,
)
from shared.events.intake import ClientUpdated
from shared.store.sealed import sealed_attributes
from shared.store.transaction import Actor, Origin, Transaction
from shared.testing.inventory import columns_in_clear, tables_about_clients, tables_with
from shared.testing.upgrades import Upgrade

from .conftest import Story

ORIGIN = Origin("test.look", "r", "r")

IN_CLEAR = {
    # In which zone a client lives decides when they are asked something; it finds nobody.
    "client.time_zone",
    # Choices of ours, by which rows are listed, shared and counted: of which kind, for whom, where it stands.
    "intention.question",
    "intention.status",
    "earlier_intention.question",
    "attachment.kind",
    "moment.kind",
    "moment.visibility",
    "commitment.status",
    "commitment.visibility",
    "commitment_review.outcome",
    "practice.status",
    "practice.visibility",
    # At which time of day somebody is invited: the timer is set by it.
    "practice.remind_at",
    "completed_visit.kind",
    "booked_visit.kind",
    "check_in.status",
    "red_flag.reason",
    # What a questionnaire's own rule asks of whoever is called: by it they act.
    "red_flag.asks_for",
    "life_event.visibility",
    # As what a recording or a photo is sent to whoever may hear or see it.
    "attachment.media_type",
    # Who of the staff looked after it, or is on it: the subject of their sign-in.
    "red_flag.closed_by",
    "red_flag.acknowledged_by",
    # Where words stand that a person is asked to read, and who of the staff has.
    "please_read.source",
    "please_read.read_by",
    # By which route a medicine visit's dose was given: by it the client is asked.
    "dosed_visit.route",
    # Who of the two brings, proposes or agrees, and where it stands: by these it is listed, and found to hold.
    "agenda_item.author",
    "agenda_item.author_id",
    "agenda_item.status",
    "plan.kind",
    "plan.proposed_by",
    "plan.therapist",
    "session_note.author",
    # Who of the staff wrote a note, by which it is found; what a client allowed, by which it opens.
    "psychotherapy_note.author",
    "authorisation.kind",
    # Which instrument, and the instrument's own word for the score beside it. Scores are compared with each other.
    "reading.instrument",
    "reading.version",
    "reading.band",
    "reading.instrument_hash",
    # Who of the staff typed it in: the subject of their sign-in.
    "reading.typed_in_by",
    # Which instrument is asked when, why, and where that stands: timers and the plan look at it. Who of the staff did.
    "measure_request.instrument",
    "measure_request.occasion",
    "measure_request.status",
    "measure_request.asked_by",
    # What is about no client: the words of an instrument, in which language, by whose permission, who of the staff
    # loaded them.
    "measure_text.instrument",
    "measure_text.version",
    "measure_text.language",
    "measure_text.wording",
    "measure_text.permission",
    "measure_text.loaded_by",
    # Numbers about many, without small cells, and so about no client: which protocol and network they are of.
    "outcome_figures.protocol",
    "outcome_figures.network",
    "outcome_figures.counted_until",
    "outcome_figures.told",
    # Which protocol was planned: by it outcomes are counted.
    "planned_series.protocol",
}

OF_MOMENTS = ("marigold", "willow", "grandmother", "windowsill", "L79 89", "L78 87", "the-voice-of")
OF_PRACTICES = ("jetty", "heron", "Sunday", "Hum by", "lullaby", "kettle")


def test_every_table_with_a_clients_id_is_among_the_holdings(rosa: Story) -> None:
    held = {holding.table for holding in HOLDINGS}
    assert held == tables_about_clients(rosa.bench.owner) | {"client"}
    assert held == set(Base.metadata.tables) - {"measure_text", "outcome_figures"}  # These are about no client.


def test_what_is_not_sealed_is_on_a_list_with_its_reason(rosa: Story) -> None:
    assert columns_in_clear(rosa.bench.owner) == IN_CLEAR


def test_nothing_that_a_client_told_lies_in_clear(everything: Story) -> None:
    told = ("Rosalinda", "carry", "shape", "throat", "warmth", "slow", "riverbank", "Tuesday", "Ana", "Quiet", "sister")
    told += ("No way out", "lighthouse")
    for word in (
        *told,
        *OF_MOMENTS,
        *OF_PRACTICES,
        "tide",
        "lantern",
        "orchard",
        "ferry",
        "neighbours",
        "lighthouse",
        "/44250-7",
    ):
        assert tables_with(word, everything.bench.owner) == set(), word
    # The search finds what is there.
    assert "red_flag" in tables_with("help_now", everything.bench.owner)


@pytest.mark.parametrize("model", list(Base.__subclasses__()))
def test_what_is_sealed_has_a_place_of_its_own(model: type[Base]) -> None:
    for attribute in sealed_attributes(model):
        assert attribute.place == f"{model.__tablename__}.{attribute.name}"


def test_a_name_that_is_told_again_unchanged_lies_as_before(rosa: Story) -> None:
    def at_rest() -> list[bytes]:
        with rosa.bench.owner.connect() as connection:
            return [bytes(name) for name in connection.scalars(text("select display_name_sealed from client"))]

    before = at_rest()
    rosa.tell(ClientUpdated)

    assert at_rest() == before
    rosa.tell(ClientUpdated, display_name="Rosita")
    assert at_rest() != before


def test_rows_of_before_are_sealed_and_say_the_same(upgrade: Upgrade, rosa: Story) -> None:
    upgrade.to("0005")
    now, client, window = rosa.bench.clock(), rosa.client, uuid4()
    own = {"clinic": "maple", "client_id": client}
    upgrade.insert("client", id=client, clinic="maple", display_name="Rosalinda", time_zone="America/New_York")
    upgrade.insert("client", id=uuid4(), clinic="cedar", display_name=None)
    upgrade.insert("intention", id=uuid4(), **own, question="truth", words="To see.", status="held", set_at=now)
    moment = {"kind": "dream", "visibility": "private", "felt_at": now, "written_at": now}
    upgrade.insert("moment", id=uuid4(), **own, **moment, words="The weight had a shape.")
    upgrade.insert("moment", id=uuid4(), **(own | {"clinic": "cedar"}), **moment, words="A house.")
    felt = {"region": "throat", "side": "left", "view": "front", "sensation": "warmth"}
    upgrade.insert("sensation", id=uuid4(), **own, **felt, quality=None, distressing=False, felt_at=now)
    planned = {"action": "Walk.", "planned_for": "Tuesday", "with_whom": None}
    upgrade.insert("commitment", id=uuid4(), **own, **planned, status="open", made_at=now)
    upgrade.insert("integration_window", id=window, **own, visit_id=uuid4(), opened_at=now, closes_at=now)
    asked = {"window_id": window, "hours_after": 24, "due_at": now, "status": "completed"}
    upgrade.insert("check_in", id=uuid4(), **own, **asked, how_are_you="Quiet.", slept=True, help_now=False)
    upgrade.insert("red_flag", id=uuid4(), **own, reason="help_now", raised_at=now, note="Called.")
    scored = {"instrument": "phq-9", "version": "1", "score": 3, "is_baseline": False, "overlapping": False}
    upgrade.insert("reading", id=uuid4(), **own, **scored, answered_at=now, answers='{"/44250-7": 3}')

    upgrade.to()

    store = upgrade.store(rosa.bench.clock)
    with store.transaction("maple", Actor("test"), ORIGIN) as tx:
        assert (tx.one(Client, client).display_name, only(Intention, tx).words) == ("Rosalinda", "To see.")
        assert only(Moment, tx).words == "The weight had a shape."
        sensation = only(Sensation, tx)
        assert {name: getattr(sensation, name) for name in felt} == felt
        assert (sensation.quality, sensation.distressing) == (None, False)
        commitment = only(Commitment, tx)
        assert {name: getattr(commitment, name) for name in planned} == planned
        answered = only(CheckIn, tx)
        assert (answered.how_are_you, answered.slept, answered.help_now) == ("Quiet.", True, False)
        assert (answered.hard_thoughts, only(RedFlag, tx).note) == (None, "Called.")
        assert only(Reading, tx).answers == {"/44250-7": 3}
    with store.transaction("cedar", Actor("test"), ORIGIN) as tx:
        assert only(Moment, tx).words == "A house."
    for word in ("Rosalinda", "To see.", "shape", "throat", "Walk.", "Quiet.", "Called.", "/44250-7"):
        assert tables_with(word, upgrade.admin) == set(), word
    store.engine.dispose()


def only(model: type[Any], tx: Transaction) -> Any:
    [row] = tx.all(select(model))
    return row

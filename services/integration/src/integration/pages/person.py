"""What a person's page tells whoever looks after them, as far as their roles let them see it."""

from typing import Any
from uuid import UUID

from integration.domain.attention import is_new
from integration.models import CheckIn, Client
from integration.pages.names import name_of
from integration.pages.plans import stand_of_plans
from integration.pages.plots import pictures_of_measures
from integration.pages.telling import tell_intentions, tell_moments
from integration.pages.together import alliance_told
from integration.queries.body import sensations_of
from integration.queries.checkins import rest_of, windows_of
from integration.queries.clients import visits_ahead_of
from integration.queries.commitments import commitments_for, reviews_of
from integration.queries.flags import flags_of, words_to_read
from integration.queries.intentions import intentions_of
from integration.queries.moments import moments_for
from integration.queries.people import beside
from integration.queries.practices import practices_for
from integration.queries.since import lately_of
from integration.queries.together import to_bring_of
from integration.words import (
    ANSWERS,
    CHECK_INS,
    INTENTION_STANDS,
    MOMENTS,
    PRACTICES,
    QUESTIONS,
    REVIEWS,
    SEEN_BY,
    VISITS,
    WHERE_WORDS_STAND,
    called_for,
)
from shared.errors import NotFound
from shared.pictures.body import what_felt, where_felt
from shared.store import Transaction
from shared.web.face.reading import reader
from shared.web.guard import may

MOST = 12
"""So many of a kind stand on the page; all of them are in the journey."""


def facts_of(client_id: UUID, tx: Transaction) -> dict[str, Any]:
    """All that the page tells. NotFound for whoever is no client of this clinic, and never asked for help."""
    flags = flags_of(client_id, tx)
    if tx.find(Client, client_id) is None and not flags:
        raise NotFound("client")
    reads = reader()
    lately, (before, after) = lately_of(client_id, tx), beside(client_id, tx)
    moments = moments_for(client_id, tx, most=MOST + 1)
    intentions = intentions_of(client_id, tx, most=MOST) if may("intention.read", tx) else []
    commitments = commitments_for(client_id, tx, most=MOST)
    return {
        "client_id": client_id,
        "name": name_of(client_id, tx),
        "own": False,
        "zone": None,
        "before": before,
        "after": after,
        "lately": lately,
        "is_new": lambda at: is_new(at, lately.met.completed_at if lately.met else None),
        "rest": rest_of(client_id, tx),
        "flags": flags,
        "to_read": words_to_read(tx, client_id) if may("words.read", tx) else [],
        "agenda": to_bring_of(client_id, tx) if may("agenda.read", tx) else [],
        "plans": stand_of_plans(client_id, tx),
        "moments": moments[:MOST],
        "more_moments": len(moments) > MOST,
        "intentions": intentions,
        "told_of": {**tell_moments(moments[:MOST], tx), **tell_intentions(intentions, tx)},
        "visits": visits_ahead_of(client_id, tx),
        "windows": windows_of(client_id, tx, most=MOST),
        "says": _answers if may("checkin.read", tx) else (lambda check_in: None),
        "measures": pictures_of_measures(client_id, tx),
        "commitments": commitments,
        "reviews": reviews_of(commitments, tx),
        "practices": practices_for(client_id, tx, most=MOST),
        "sensations": [
            (felt, what_felt(felt, reads), where_felt(felt, reads)) for felt in sensations_of(client_id, tx, most=MOST)
        ],
        "alliance": alliance_told(client_id, tx) if may("agenda.read", tx) else [],
        "words": {
            "visits": VISITS,
            "called_for": called_for,
            "check_ins": CHECK_INS,
            "moments": MOMENTS,
            "seen_by": SEEN_BY,
            "questions": QUESTIONS,
            "stands": INTENTION_STANDS,
            "answers": ANSWERS,
            "sources": WHERE_WORDS_STAND,
            "outcomes": REVIEWS,
            "practices": PRACTICES,
        },
    }


def _answers(check_in: CheckIn) -> dict[str, Any]:
    """What was answered: the words, and each plain question that was not left open."""
    given = {name: value for name in ANSWERS if (value := getattr(check_in, name)) is not None}
    return {"words": check_in.how_are_you, "given": given}

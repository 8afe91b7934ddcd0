"""Integration's JSON doors, a module for each noun. Those of a client carry their id, and reach nobody else's."""

from integration.api import (
    body,
    checkins,
    commitments,
    flags,
    intentions,
    journey,
    living,
    measures,
    moments,
    outcomes,
    practices,
    together,
)

DOORS = (
    intentions.doors,
    moments.doors,
    body.doors,
    commitments.doors,
    practices.doors,
    checkins.doors,
    flags.doors,
    measures.doors,
    journey.doors,
    living.doors,
    together.doors,
    outcomes.doors,
)

"""What integration holds about a client, a module for each noun; what points to others is listed, and erased, first."""

from integration.holdings import (
    body,
    checkins,
    clients,
    commitments,
    flags,
    intentions,
    living,
    measures,
    moments,
    together,
)

HOLDINGS = [
    *checkins.HOLDINGS,
    *moments.HOLDINGS,
    *intentions.HOLDINGS,
    *commitments.HOLDINGS,
    *body.HOLDINGS,
    *together.HOLDINGS,
    *measures.HOLDINGS,
    *flags.HOLDINGS,
    *living.HOLDINGS,
    *clients.HOLDINGS,
]

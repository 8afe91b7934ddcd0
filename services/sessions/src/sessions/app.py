"""Sessions' table of contents."""

import sessions
from sessions.api import DOORS
from sessions.handlers import handlers
from sessions.holdings import HOLDINGS
from sessions.models import Visit
from sessions.pages import PAGES
from sessions.policy import POLICY
from sessions.timers import timers
from shared.service import Service

service = Service(
    name="sessions",
    package=sessions,
    title="Afterglow sessions",
    doors=DOORS,
    policy=POLICY,
    holdings=HOLDINGS,
    whose={"visit_id": Visit.client_id},
    handlers=handlers,
    timers=timers,
    pages=PAGES,
)

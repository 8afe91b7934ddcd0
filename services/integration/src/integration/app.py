"""Integration's table of contents."""

import integration
from integration.api import DOORS
from integration.handlers import handlers
from integration.holdings import HOLDINGS
from integration.pages import PAGES
from integration.policy import POLICY
from integration.timers import timers
from shared.service import Service

service = Service(
    name="integration",
    package=integration,
    title="Afterglow integration",
    doors=DOORS,
    policy=POLICY,
    holdings=HOLDINGS,
    handlers=handlers,
    timers=timers,
    pages=PAGES,
)

"""notify's table of contents."""

import notify
from notify.api import messages, partners
from notify.delivery_pages import delivery_pages
from notify.handlers import handlers
from notify.holdings import HOLDINGS
from notify.jobs import make_jobs
from notify.pages import pages
from notify.policy import POLICY
from notify.queries import disclosures_of
from notify.settings import read_notify_settings
from notify.timers import timers
from shared.service import Service

service = Service(
    name="notify",
    package=notify,
    title="Afterglow notify",
    doors=[messages, partners],
    policy=POLICY,
    holdings=HOLDINGS,
    disclosures=disclosures_of,
    handlers=handlers,
    timers=timers,
    pages=[pages, delivery_pages],
    read_settings=read_notify_settings,
    jobs=make_jobs,
)

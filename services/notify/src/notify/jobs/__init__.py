"""notify's own loops in the worker: one sends mails, a few tell partners."""

from collections.abc import Sequence

from notify.adapters.smtp import SmtpMailer
from notify.adapters.webhooks import WebhookSender
from notify.jobs.mails import SendMessages
from notify.jobs.partners import DeliverToPartners
from notify.settings import NotifySettings
from notify.wording import Links
from shared.service import Job

__all__ = ["PARTNER_LOOPS", "DeliverToPartners", "SendMessages", "make_jobs"]

PARTNER_LOOPS = 4
"""Each has one partner in hand at a time: so many slow ones it takes until the others must wait."""


def make_jobs(settings: NotifySettings) -> Sequence[Job]:
    """The loops of one worker process; any number of processes may run them side by side."""
    mailer = SmtpMailer(
        settings.smtp_host,
        settings.smtp_port,
        sender_address=settings.mail_from,
        starttls=settings.smtp_starttls,
        username=settings.smtp_username,
        password=settings.smtp_password,
    )
    sender = WebhookSender(allow_networks=settings.webhook_allow)
    mails = SendMessages(mailer.send, Links(settings.public_url, settings.link_secret))
    return [mails, *(DeliverToPartners(sender.deliver, loop) for loop in range(1, PARTNER_LOOPS + 1))]

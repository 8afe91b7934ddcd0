"""The words of messages. What a mail says to a client tells nobody who reads over their shoulder what it is about."""

from dataclasses import dataclass
from datetime import timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined

from notify.adapters.smtp import Mail, MailRefused
from notify.domain.messages import Audience, Template
from notify.domain.paging import names_of, turn
from notify.models import Contact, Message
from shared.clinics import Clinic
from shared.links import link_proof

_words = Environment(
    loader=PackageLoader("notify", "templates/notify"),
    undefined=StrictUndefined,
    autoescape=False,  # nosec B701 # these are plain-text mails.
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)

_STAFF_SUBJECTS = {
    Template.SCREENING_WAITING: "A screening waits for a clinician",
    Template.HELP_WANTED: "Somebody asks for help: please look now",
    Template.ESCORT_DECLINED: "An escort cannot come",
    Template.INQUIRY_IN_CRISIS: "Somebody who reached out needs a call now",
    Template.RECORD_OPENED: "A record was opened by somebody who does not look after the client",
    Template.RULES_WAITING: "Clinical rules wait for the medical director",
    Template.RULES_DECIDED: "The medical director has decided on clinical rules",
    Template.CHECKIN_MISSED: "Somebody has not answered: please call them",
    Template.WORDS_TO_READ: "There are words that somebody is asked to read",
}

_CLIENT_SUBJECT = "You have a message from {sender}"
_CLIENT_SUBJECTS = {"es": "Tienes un mensaje de {sender}"}


@dataclass(frozen=True)
class Links:
    """Where the links of mails lead: all begin with `public_url`, and the secret ends those that let somebody in."""

    public_url: str
    secret: str | None = None

    def of(self, message: Message) -> str:
        """The whole address. MailRefused where it could not be made: a link that does not work helps nobody."""
        link = self.public_url.rstrip("/") + message.path
        if message.template is not Template.SIGN_IN_LINK:
            return link
        if self.secret is None:
            raise MailRefused(None, "AFTERGLOW_LINK_SECRET is not set")
        return f"{link}.{link_proof(self.secret, message.path)}"


def compose(message: Message, contact: Contact | None, clinic: Clinic, links: Links) -> Mail:
    """The mail of a message. `contact` is None for a mail to the staff, which names no client.

    A client reads it in their language, where it has been written in that; the staff read English.
    """
    name, facts = f"{message.template.value}.v{message.template_version}", {"sender_name": clinic.sender_name}
    facts["link"] = links.of(message)
    if message.audience is Audience.STAFF or contact is None:
        if message.template is Template.HELP_WANTED:
            facts |= _call(message, clinic)
        return Mail(
            message_id=message.id,
            sender_name=clinic.sender_name,
            recipient=message.duty or clinic.staff_mailbox,
            subject=_staff_subject(message),
            text=_words.get_template(f"{name}.txt").render(facts),
        )
    template = _words.select_template([f"{name}.{contact.language}.txt", f"{name}.txt"])
    subject = _CLIENT_SUBJECTS.get(contact.language or "", _CLIENT_SUBJECT)
    assert contact.email is not None  # nosec B101 # a client without an address is not written to.
    return Mail(
        message_id=message.id,
        sender_name=clinic.sender_name,
        recipient=contact.email,
        subject=subject.format(sender=clinic.sender_name),
        text=template.render(facts | {"display_name": contact.display_name}),
        headers={
            # An answer in any words, "please stop" among them, must reach people.
            "Reply-To": clinic.staff_mailbox,
            "List-Unsubscribe": f"<mailto:{clinic.staff_mailbox}?subject=stop>",
        },
    )


def _staff_subject(message: Message) -> str:
    subject = _STAFF_SUBJECTS[message.template]
    return f"Call {message.turn + 1}: {subject[0].lower()}{subject[1:]}" if message.turn else subject


def _call(message: Message, clinic: Clinic) -> dict[str, str]:
    """Whom a call is for, and in how many minutes the next one is; who is called is in the clinic's own list."""
    this = turn(message.turn, clinic.on_call)
    names = names_of(this.called, clinic)
    minutes = this.answer_within // timedelta(minutes=1)
    return {"called": " and ".join(names) or "whoever is there", "minutes": str(minutes)}

import re
from datetime import UTC, datetime
from importlib.resources import files
from uuid import UUID

import pytest

from notify.domain.messages import KINDS, Audience, MessageStatus, Template
from notify.models import Contact, Message
from notify.wording import Links, compose
from shared.clinics import Clinic

# Words from which somebody who reads over a shoulder could guess what the clinic does or what the message is about.
TELLING = re.compile(
    r"ketamin|medicin|medical|dose|dosing|drug|treat|therap|psych|mental|health|clinic|session|visit|appointment"
    r"|screening|clear|prescri|consent form|score|phq|gad|depress|anxi|trauma|integrat|check-in|intention|escort"
    r"|safety|crisis|suicid|flag|journey"
    r"|ketamina|medicina|médic|dosis|terap|psic|salud|clínica|sesión de|visita|cita|evaluación|receta|puntaj|depres"
    r"|ansiedad|trauma|integración|seguimiento|intención|acompañante|alarma",
    re.IGNORECASE,
)

CLIENT = UUID("01936d3e-5f00-7000-8000-00000000c001")


def message(template: Template) -> Message:
    return Message(
        id=UUID("01936d3e-5f00-7000-8000-00000000d001"),
        clinic="maple",
        client=CLIENT,
        audience=KINDS[template].audience,
        template=template,
        template_version=KINDS[template].version,
        turn=0,
        path="/",
        status=MessageStatus.QUEUED,
        queued_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


CONTACT = Contact(id=CLIENT, clinic="maple", display_name="Rosa", email="rosa@example.org", time_zone="UTC")
IN_SPANISH = Contact(
    id=CLIENT, clinic="maple", display_name="Rosa", email="rosa@example.org", time_zone="UTC", language="es"
)

LINKS = Links("https://afterglow.example", "a secret that only notify and intake have")

FOR_CLIENTS = [template for template, kind in KINDS.items() if kind.audience is Audience.CLIENT]
FOR_STAFF = [template for template, kind in KINDS.items() if kind.audience is Audience.STAFF]


@pytest.mark.parametrize("template", FOR_CLIENTS)
def test_no_mail_to_a_client_says_anything_about_health_or_treatment(template: Template, maple: Clinic) -> None:
    mail = compose(message(template), CONTACT, maple, LINKS)

    words = " ".join([mail.subject, mail.text, mail.sender_name, *mail.headers.values()])
    assert TELLING.findall(words) == []
    assert mail.subject == "You have a message from Maple Street"
    assert mail.text.startswith("Hello Rosa,\n")
    assert "https://afterglow.example/" in mail.text
    assert ("To stop\nthem, answer this mail in any words" in mail.text) is not KINDS[template].asked_for
    assert mail.headers["Reply-To"] == maple.staff_mailbox
    assert "{" not in mail.text
    assert max(map(len, mail.text.splitlines())) <= 78


@pytest.mark.parametrize("template", FOR_CLIENTS)
def test_a_client_who_reads_spanish_is_written_to_in_spanish_and_as_neutrally(
    template: Template, maple: Clinic
) -> None:
    mail = compose(message(template), IN_SPANISH, maple, LINKS)

    assert TELLING.findall(" ".join([mail.subject, mail.text])) == []
    assert mail.subject == "Tienes un mensaje de Maple Street"
    assert mail.text.startswith("Hola Rosa:\n")
    assert ("Para no\nrecibir más, responde a este correo" in mail.text) is not KINDS[template].asked_for
    assert "{" not in mail.text
    assert max(map(len, mail.text.splitlines())) <= 78


def test_who_reads_a_language_that_nothing_is_written_in_is_written_to_in_english(maple: Clinic) -> None:
    contact = Contact(id=CLIENT, clinic="maple", display_name="Rosa", email="rosa@example.org", language="fr")

    assert compose(message(Template.WELCOME), contact, maple, LINKS).text.startswith("Hello Rosa,")


@pytest.mark.parametrize("template", FOR_STAFF)
def test_no_mail_to_the_staff_names_a_client(template: Template, maple: Clinic) -> None:
    mail = compose(message(template), None, maple, LINKS)

    assert mail.recipient == maple.staff_mailbox
    for telling in (str(CLIENT), "Rosa", "rosa@"):
        assert telling not in mail.subject + mail.text


def test_every_kind_of_message_has_its_words_and_all_words_are_of_some_kind() -> None:
    stored = {file.name for file in files("notify").joinpath("templates/notify").iterdir()}

    used = {f"{template}.v{kind.version}.txt" for template, kind in KINDS.items()}
    assert used <= stored
    assert {name.split(".")[0] for name in stored - used} <= {*KINDS, "client"}

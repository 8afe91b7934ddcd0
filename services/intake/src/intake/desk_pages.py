"""The front desk: who has written and waits, and how somebody becomes a client, of an inquiry or without one."""

from collections.abc import Mapping
from functools import cache
from unicodedata import normalize
from uuid import UUID
from zoneinfo import available_timezones

from babel.core import get_global
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from intake import queries
from intake.commands.clients import register_client
from intake.commands.erasures import erase_inquiry
from intake.models import Inquiry
from intake.schemas.clients import RegisterAtDesk
from intake.schemas.inquiries import EraseInquiry
from intake.words import SOURCES
from shared.clinics import ResourceKind
from shared.errors import Invalid, Refused
from shared.languages import LANGUAGES, Reader, phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Choices, Form, with_value
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed

desk_pages = Pages("desk_pages")

AT_ONCE = 100
"""How many of those who wait are on the page. The others come up as these become clients or are erased."""


@desk_pages.get("/inquiries/waiting", may="inquiry.read", many=True)
def waiting(tx: Transaction) -> Page:
    """Who has written and is no client yet: who is in a crisis first, then who has waited longest."""
    return _waiting(tx, {})


@desk_pages.get("/inquiries/part", may="inquiry.read")
def waiting_part(tx: Transaction) -> Page:
    """How many wait, and whether anybody of them is in a crisis, to stand on the day board: nothing else of them."""
    waiting, in_crisis = queries.how_many_wait(tx)
    return show("intake/desk/part.html", tx, waiting=waiting, in_crisis=in_crisis)


@desk_pages.post("/inquiries/waiting/<uuid:inquiry_id>/erasure", may="inquiry.erase")
def erase(tx: Transaction, inquiry_id: UUID) -> Page | Response:
    """Erase how somebody reached out who became no client."""
    form = _erasing(tx.one(Inquiry, inquiry_id))
    order = form.read(request.form)
    if order is not None:
        try:
            erase_inquiry(inquiry_id, order.confirm, tx)
        except (Invalid, Refused) as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("desk_pages.waiting"), 303)
    return _waiting(tx, {inquiry_id: form})


@desk_pages.get("/inquiries/<uuid:inquiry_id>/client", may="client.register", form=True)
def register_form_of_inquiry(tx: Transaction, inquiry_id: UUID) -> Page:
    """The form by which somebody who has written becomes a client, with what they said of themselves."""
    inquiry = tx.one(Inquiry, inquiry_id)
    return _registering(_registration(tx, inquiry), tx, inquiry)


@desk_pages.post("/inquiries/<uuid:inquiry_id>/client", may="client.register")
def register_of_inquiry(tx: Transaction, inquiry_id: UUID) -> Page | Response:
    """Make a client of somebody who has written."""
    inquiry = tx.one(Inquiry, inquiry_id)
    return _register(_registration(tx, inquiry), tx, inquiry)


@desk_pages.get("/clients/new", may="client.register", form=True)
def register_form(tx: Transaction) -> Page:
    """The form by which somebody becomes a client who has not written before."""
    return _registering(_registration(tx), tx)


@desk_pages.post("/clients/new", may="client.register")
def register(tx: Transaction) -> Page | Response:
    """Make a client of somebody who has not written before."""
    return _register(_registration(tx), tx)


def _waiting(tx: Transaction, erasing: Mapping[UUID, Form[EraseInquiry]]) -> Page:
    those = queries.inquiries_waiting(tx, AT_ONCE + 1)
    found = those[:AT_ONCE]
    check_listed(found, tx)
    forms = {inquiry.id: erasing.get(inquiry.id) or _erasing(inquiry) for inquiry in found}
    return show(
        "intake/desk/waiting.html",
        tx,
        *erasing.values(),
        inquiries=found,
        more=len(those) > AT_ONCE,
        erasing=forms,
        source_words=SOURCES,
    )


def _erasing(inquiry: Inquiry) -> Form[EraseInquiry]:
    label = phrase("Type “{name}”, so that it is the right one", name=inquiry.name)
    return Form(
        EraseInquiry, {"confirm": Ask(label)}, not_done=phrase("Nothing was erased yet"), prefix=f"{inquiry.id}-"
    )


def _register(form: Form[RegisterAtDesk], tx: Transaction, inquiry: Inquiry | None = None) -> Page | Response:
    order = form.read(request.form)
    if order is not None:
        try:
            client = register_client(order, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("care.client", client_id=client.id), 303)
    return _registering(form, tx, inquiry)


def _registering(form: Form[RegisterAtDesk], tx: Transaction, inquiry: Inquiry | None = None) -> Page:
    return show("intake/desk/register.html", tx, form, form=form, inquiry=inquiry)


def _registration(tx: Transaction, inquiry: Inquiry | None = None) -> Form[RegisterAtDesk]:
    given, _, family = (inquiry.name if inquiry else "").strip().rpartition(" ")
    clinic = tx.clinic
    zone = (inquiry and inquiry.time_zone) or clinic.time_zone
    therapists = [(one.id, one.name) for one in clinic.resources if one.kind is ResourceKind.THERAPIST]
    asks = {
        "given_name": Ask(phrase("Given name"), value=given or family),
        "family_name": Ask(phrase("Family name"), value=family if given else ""),
        "display_name": Ask(
            phrase("What they want to be called"), phrase("Their given name, where you leave it empty.")
        ),
        "birth_date": Ask(phrase("Birth date, where it is known")),
        "email": with_value(Ask(phrase("E-mail address"), kind="email"), inquiry and inquiry.email),
        "phone": with_value(
            Ask(phrase("Telephone number"), phrase("With its country, as +1 212 555 0123."), kind="tel"),
            inquiry and inquiry.phone,
        ),
        "time_zone": Ask(
            phrase("Time zone in which they live"),
            phrase("By its clock they are told when to come, and nobody writes to them at night."),
            kind="choice",
            choices=_zones(clinic.time_zone, zone, reader().language),
            value=zone,
        ),
        "language": Ask(
            phrase("Language"),
            phrase("In which they are written to."),
            kind="choice",
            choices=(("", phrase("Please choose")), *LANGUAGES.items()),
        ),
        "therapist": Ask(
            phrase("Who is to look after them"),
            phrase("This therapist sees their record from then on. It can be said later, too."),
            kind="choice",
            choices=(("", phrase("Nobody yet")), *therapists),
        ),
    }
    fixed = {"inquiry_id": str(inquiry.id)} if inquiry else {}
    return Form(RegisterAtDesk, asks, not_done=phrase("Nobody has become a client yet"), fixed=fixed)


def _zones(of_clinic: str, of_person: str, language: str) -> Choices:
    """All zones in which people live, by country and city, those of the clinic's country first.

    The person's own is there by the name that was said for it, even where that is an old one or nobody lives there.
    """
    inhabited, canonical = _inhabited(of_clinic, language), _canonical(of_person)
    if canonical not in dict(inhabited):
        return ((of_person, Reader(language).city(of_person)), *inhabited)
    return tuple((of_person if zone == canonical else zone, words) for zone, words in inhabited)


_NOWHERE = ("001", "ZZ")
"""The world, and what is not known."""


@cache
def _inhabited(of_clinic: str, language: str) -> Choices:
    reads, here = Reader(language), _country(of_clinic)
    zones = (zone for zone in available_timezones() if _canonical(zone) == zone)
    countries = {zone: country for zone in zones if (country := _country(zone)) is not None}
    named = {zone: f"{reads.country(country)}, {reads.city(zone)}" for zone, country in countries.items()}
    return tuple(sorted(named.items(), key=lambda one: (countries[one[0]] != here, _unaccented(one[1]))))


def _country(zone: str) -> str | None:
    """In which country a zone is, by its code; None of one that is in none."""
    country: str | None = get_global("zone_territories").get(_canonical(zone))
    return None if country in _NOWHERE else country


def _canonical(zone: str) -> str:
    """The one of a zone's names by which it has a city and a country."""
    name: str = get_global("zone_aliases").get(zone, zone)
    return name


def _unaccented(text: str) -> str:
    return normalize("NFKD", text).encode("ascii", "ignore").decode()

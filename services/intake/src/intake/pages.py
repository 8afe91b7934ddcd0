"""The public pages: which clinics there are, a clinic's form for reaching out, and help in a crisis.

They need no script, no cookie and no sign-in, and they run the same command as the JSON door.
"""

import json
from uuid import UUID, uuid5

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from intake import queries
from intake.commands.inquiries import receive_inquiry
from intake.schemas.inquiries import ReceiveInquiry
from shared.clinics import CLINIC_ID, Clinic
from shared.clock import uuid7
from shared.errors import NotFound, TooOften
from shared.events import catalogue
from shared.languages import phrase
from shared.web.context import frame
from shared.web.doors import ANYBODY
from shared.web.face.forms import Ask, Form
from shared.web.face.frame import protect
from shared.web.face.showing import recognise
from shared.web.guard import origin_of_request

pages = Blueprint("pages", __name__, template_folder="templates")

_ASKS = {
    "name": Ask(phrase("What may we call you?"), autocomplete="name"),
    "email": Ask(phrase("Your e-mail address"), kind="email", autocomplete="email"),
    "phone": Ask(phrase("Your telephone number, if you like"), kind="tel", autocomplete="tel"),
    "adult": Ask(phrase("Are you 18 or older?")),
    "in_crisis": Ask(phrase("Are you in a crisis right now?")),
    "message": Ask(phrase("What would you like us to know, if anything?"), rows=5),
}


pages.before_request(recognise)
pages.after_request(protect)


@pages.errorhandler(NotFound)
def _missing(_: NotFound) -> tuple[str, int]:
    return render_template("intake/missing.html"), 404


@pages.get("/")
def landing() -> str:
    """Which clinics there are, what Afterglow is, and where developers read on."""
    publishers = dict.fromkeys(event.publisher for event in catalogue.values())
    return render_template(
        "intake/landing.html",
        clinics=queries.clinics_here(frame().store),
        services=[frame().service.name, *(name for name in publishers if name != frame().service.name)],
    )


@pages.get("/clinics/<clinic>")
def reach_out(clinic: str) -> str:
    """A clinic's public page: help in a crisis first, then the form."""
    return _page(_clinic(clinic), _form())


@pages.post("/clinics/<clinic>")
def send(clinic: str) -> AnyResponse:
    """Take the form in. What is not acceptable comes back as it was typed, with what to mend."""
    here, form = _clinic(clinic), _form()
    order = form.read(request.form)
    if order is None:
        return make_response(_page(here, form), 422)
    try:
        with frame().store.transaction(here.id, ANYBODY, origin_of_request("inquiry.send", {})) as tx:
            receive_inquiry(order, tx, submission=_submission(order))
    except TooOften as refused:
        form.refuse(refused)
        answer = make_response(_page(here, form), refused.status)
        answer.headers["Retry-After"] = refused.retry_after
        return answer
    # The address that follows tells nothing about the person, and loading it again sends nothing again.
    return redirect(url_for("pages.help_now" if order.in_crisis else "pages.received", clinic=here.id), 303)


@pages.get("/clinics/<clinic>/received")
def received(clinic: str) -> str:
    """What happens next, for whoever has just written."""
    return render_template("intake/received.html", clinic=_clinic(clinic))


@pages.get("/clinics/<clinic>/help")
def help_now(clinic: str) -> str:
    """Whom to call in a crisis; also where whoever wrote from a crisis arrives."""
    return render_template("intake/help.html", clinic=_clinic(clinic))


def _clinic(clinic_id: str) -> Clinic:
    try:
        CLINIC_ID(clinic_id)
    except ValidationError:
        raise NotFound("clinic") from None
    g.clinic = clinic_id
    return queries.clinic_here(frame().store, clinic_id)


def _form() -> Form[ReceiveInquiry]:
    return Form(ReceiveInquiry, _ASKS, not_done=phrase("Your message has not been sent yet"))


def _page(clinic: Clinic, form: Form[ReceiveInquiry]) -> str:
    number = _number() or uuid7(frame().store.clock())
    return render_template("intake/clinic.html", clinic=clinic, form=form, number=number)


def _number() -> UUID | None:
    """What identifies the page that was sent."""
    return request.form.get("number", type=UUID)


def _submission(order: ReceiveInquiry) -> UUID | None:
    """One page with the same words is one submission; whoever goes back and corrects something sends another."""
    number = _number()
    return None if number is None else uuid5(number, json.dumps(order.dump()))

"""The public pages: which clinics there are, a clinic's form for reaching out, and help in a crisis.

They need no script, no cookie and no sign-in, and they run the same command as the JSON door.
"""

import json
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from intake import queries
from intake.commands.inquiries import receive_inquiry
from intake.schemas.inquiries import ReceiveInquiry
from shared.clinics import CLINIC_ID, Clinic
from shared.clock import uuid7
from shared.errors import NotFound, TooOften
from shared.events import catalogue
from shared.web.context import frame
from shared.web.doors import ANYBODY
from shared.web.guard import origin_of_request
from shared.web.problems import field_errors

pages = Blueprint("pages", __name__, template_folder="templates")

# Everything that a page needs is our stylesheets and the form's way back; nothing else may load or frame it.
_CONTENT_SECURITY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_ANSWERS = {"yes": True, "no": False}


@pages.after_request
def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


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
    return _form(_clinic(clinic), said={}, errors={})


@pages.post("/clinics/<clinic>")
def send(clinic: str) -> AnyResponse:
    """Take the form in. What is not acceptable comes back as it was typed, with what to mend."""
    here, said = _clinic(clinic), {name: value.strip() for name, value in request.form.items()}
    try:
        order = ReceiveInquiry.load(_fields(said))
    except ValidationError as invalid:
        errors = {error["path"].removeprefix("/"): error["message"] for error in field_errors(invalid.messages)}
        return make_response(_form(here, said=said, errors=errors), 422)
    try:
        with frame().store.transaction(here.id, ANYBODY, origin_of_request("inquiry.send", {})) as tx:
            receive_inquiry(order, tx, submission=_submission(said, order))
    except TooOften as refused:
        answer = make_response(_form(here, said=said, errors={}, refused=refused.sentence), refused.status)
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


def _form(clinic: Clinic, *, said: dict[str, str], errors: dict[str, str], refused: str | None = None) -> str:
    number = _number(said) or uuid7(frame().store.clock())
    told = {"said": said, "errors": errors, "refused": refused, "number": number}
    return render_template("intake/clinic.html", clinic=clinic, **told)


def _fields(said: dict[str, str]) -> dict[str, Any]:
    """The form's fields as the JSON door takes them; what was left empty is unknown."""
    fields: dict[str, Any] = {name: said.get(name, "") for name in ("name", "email")}
    fields |= {name: said.get(name) or None for name in ("phone", "message")}
    fields |= {name: _ANSWERS.get(said.get(name, "")) for name in ("adult", "in_crisis")}
    return fields


def _number(said: dict[str, str]) -> UUID | None:
    try:
        return UUID(said.get("number", ""))
    except ValueError:
        return None


def _submission(said: dict[str, str], order: ReceiveInquiry) -> UUID | None:
    """One page with the same words is one submission; whoever goes back and corrects something sends another."""
    number = _number(said)
    return None if number is None else uuid5(number, json.dumps(order.dump()))

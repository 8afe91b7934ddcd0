"""Showing a page to somebody who has signed in, and telling people what went wrong."""

from contextlib import suppress
from typing import Any

from flask import Response, g, render_template, request

from shared.clinics import Clinic
from shared.errors import Unavailable
from shared.languages import phrase
from shared.store.transaction import Transaction
from shared.web.context import frame
from shared.web.face.advice import advice_for
from shared.web.face.complaints import complaint
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.guard import may

Page = str | tuple[str, int]
"""A page, with its status where that is not 200."""

_OPENING = "/intake/clients/{client}/care/opening"
"""Where whoever does not reach a client, and must, says why. Whoever is told `not_on_your_caseload` may do so."""


def show(template: str, tx: Transaction, *forms: Form[Any], **shown: Any) -> Page:
    """A page, with what all of them are told: the present moment, what the reader may do, and what staff are called.

    With a form in which something is to be mended it is the page again, and what was begun on the way to it is undone.
    """
    page = render_template(
        template,
        tx=tx,
        now=tx.now,
        may=lambda action: may(action, tx),
        who=lambda staff: staff_name(staff, tx.clinic),
        **shown,
    )
    return (page, 422) if any(form.complaints or form.refusal for form in forms) else page


def staff_name(staff: str, clinic: Clinic) -> str:
    """What the clinic calls somebody of its staff; the subject of a sign-in is no name for people."""
    known = clinic.resource(staff)
    return reader().say(phrase("Somebody whom the clinic’s settings do not name")) if known is None else known.name


def page_of_problem(response: Response) -> Response:
    """A problem document as a page for people, of the same status and headers; any other answer as it is."""
    if response.mimetype != "application/problem+json":
        return response
    if "sign_in" not in g:
        # No view was reached, as at an address that nobody knows: a client has help in reach there too.
        recognise()
    problem, reads = g.problem, reader()
    g.in_trouble = True
    client = (request.view_args or {}).get("client_id")
    not_reached = client is not None and problem["code"] == "not_on_your_caseload"
    response.set_data(
        render_template(
            "shared/problem.html",
            advice=advice_for(response.status_code),
            sentence=problem["detail"],
            errors=problem.get("errors", ()),
            complaint=lambda message: complaint(message, reads),
            opening=_OPENING.format(client=client) if not_reached else None,
            call=problem.get("facts", {}).get("help"),
            request_id=problem["request_id"],
        )
    )
    response.content_type = "text/html; charset=utf-8"
    return response


def recognise() -> None:
    """For a blueprint that everybody may read: whoever is signed in finds their own navigation around it."""
    with suppress(Unavailable):
        g.sign_in = frame().sign_ins.present(request)


def is_person() -> bool:
    """Whether a person in a browser asks for a page, and no program for a document."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    return best == "text/html" and "text/html" in str(request.accept_mimetypes)

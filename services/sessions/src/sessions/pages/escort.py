"""The one page of an escort, who has a link and no sign-in: when and where, and whether they come. It names nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sessions.commands.escorts import answer_escort, asked_by, may_answer
from sessions.models import EscortLink, Visit
from shared.errors import Invalid
from shared.store import Actor, Transaction
from shared.store.transaction import Origin
from shared.web.context import frame
from shared.web.face.frame import protect
from shared.web.face.showing import page_of_problem
from shared.web.pages import require_own_site

escorts = Blueprint("escorts", __name__)
escorts.after_request(page_of_problem)
escorts.after_request(protect)

_ANSWERS = {"yes": True, "no": False}


@escorts.get("/clinics/<clinic>/escort/<token>")
def ask_escort(clinic: str, token: str) -> str:
    """The question, and what was answered so far. Looking at it changes nothing."""
    with _asked(clinic, token, "escort.look") as (link, visit, tx):
        return render_template(
            "sessions/escort.html",
            clinic=tx.clinic,
            at=visit.ends_at,
            answer=link.answer,
            open=may_answer(visit, tx),
        )


@escorts.post("/clinics/<clinic>/escort/<token>")
def take_answer(clinic: str, token: str) -> Response:
    """Yes or no; it can be changed until the visit begins."""
    require_own_site()
    answer = _ANSWERS.get(request.form.get("answer", ""))
    if answer is None:
        raise Invalid("answer_missing", "Go back and say yes or no.")
    with _asked(clinic, token, "escort.answer", lock=True) as (link, visit, tx):
        answer_escort(link, visit, answer, tx)
    return redirect(url_for("escorts.ask_escort", clinic=clinic, token=token), 303)


@contextmanager
def _asked(
    clinic: str, token: str, action: str, *, lock: bool = False
) -> Iterator[tuple[EscortLink, Visit, Transaction]]:
    """What the link opens. Nobody is signed in: the audit says whose escort it was, of which visit, and from where."""
    g.clinic = clinic
    origin = Origin(action, g.request_id, g.request_id, g.span.traceparent, came_from=request.remote_addr)
    with frame().store.transaction(clinic, Actor("escort"), origin) as tx:
        link, visit = asked_by(token, tx, lock=lock)
        g.clinic_facts = tx.clinic
        tx.origin, tx.grounds = replace(origin, subject=str(visit.id)), "link"
        tx.touch(visit.client_id)
        yield link, visit, tx

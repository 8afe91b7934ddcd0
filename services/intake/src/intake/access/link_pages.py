"""The pages on which a client asks for a link, and uses it. They need no script; following a link changes nothing."""

from contextlib import AbstractContextManager
from uuid import UUID

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake import queries
from intake.access.links import LinkIsOver, ask_for_link, require_open, use_link
from intake.access.pages import begin
from intake.access.refusals import refusals_noted
from intake.access.settings import current
from intake.access.sign_ins import Person
from intake.schemas.text import EMAIL
from shared.clinics import Clinic
from shared.declared import Declared, field
from shared.errors import Unavailable
from shared.languages import language_of, phrase
from shared.links import link_path, proves
from shared.store import Transaction
from shared.web.auth import Caller
from shared.web.context import frame
from shared.web.doors import ANYBODY
from shared.web.face.forms import Ask, Form
from shared.web.face.frame import protect
from shared.web.face.showing import page_of_problem
from shared.web.guard import origin_of_request
from shared.web.pages import require_own_site
from shared.web.policy import Role
from shared.web.sign_in import HOME

links = Blueprint("sign_in_links", __name__)
links.after_request(page_of_problem)
links.after_request(protect)


@links.errorhandler(LinkIsOver)
def over(problem: LinkIsOver) -> tuple[str, int]:
    """Where another link is asked for; whoever pressed twice is signed in already, and is led on."""
    clinic = _clinic((request.view_args or {})["clinic"])
    return render_template("intake/link_over.html", clinic=clinic, sentence=problem.sentence), problem.status


class AskForLink(Declared):
    """To which address the link shall go."""

    email: str = field("The address that the clinic has of the client.", "rosa@example.org", validate=EMAIL)


@links.get("/clinics/<clinic>/sign-in")
def ask(clinic: str) -> str:
    """Where a client says to which address the link shall go."""
    return _page(_clinic(clinic), _form())


@links.post("/clinics/<clinic>/sign-in")
def send(clinic: str) -> Response:
    """The same answer for every address."""
    require_own_site()
    here, form = _clinic(clinic), _form()
    order = form.read(request.form)
    if order is None:
        return make_response(_page(here, form), 422)
    _require_secret()
    with refusals_noted(here.id, "sign_in.ask"), _transaction(here, "sign_in.ask") as tx:
        ask_for_link(order.email, tx)
    return redirect(url_for("sign_in_links.sent", clinic=here.id), 303)


@links.get("/clinics/<clinic>/sign-in/sent")
def sent(clinic: str) -> str:
    """What happens next."""
    return render_template("intake/link_sent.html", clinic=_clinic(clinic))


@links.get("/clinics/<clinic>/sign-in/links/<uuid:link>.<proof>")
def show(clinic: str, link: UUID, proof: str) -> str:
    """The button that signs in: programs that follow links in mails do not press it."""
    here = _clinic(clinic)
    with refusals_noted(here.id, "sign_in.link_seen"):
        _require_proof(here, link, proof)
        with _transaction(here, "sign_in.link_seen") as tx:
            require_open(link, tx)
    return render_template("intake/link.html", clinic=here)


@links.post("/clinics/<clinic>/sign-in/links/<uuid:link>.<proof>")
def use(clinic: str, link: UUID, proof: str) -> Response:
    """Sign in whose link it is."""
    require_own_site()
    here = _clinic(clinic)
    with refusals_noted(here.id, "sign_in.link_used"):
        _require_proof(here, link, proof)
        with _transaction(here, "sign_in.link_used") as tx:
            client = use_link(link, tx)
            name, language = client.display_name, language_of(client.language)
    caller = Caller(f"client-{client.id}", {here.id: frozenset({Role.CLIENT})}, client.id)
    return begin(Person(caller, name, language=language), HOME)


def _clinic(clinic_id: str) -> Clinic:
    here = queries.clinic_here(frame().store, clinic_id)
    g.clinic = here.id
    return here


def _form() -> Form[AskForLink]:
    ask = Ask(phrase("The e-mail address that the clinic has of you"), kind="email", autocomplete="email")
    return Form(AskForLink, {"email": ask}, not_done=phrase("No link has been sent yet"))


def _page(clinic: Clinic, form: Form[AskForLink]) -> str:
    return render_template("intake/ask_for_link.html", clinic=clinic, form=form)


def _transaction(clinic: Clinic, action: str) -> AbstractContextManager[Transaction]:
    return frame().store.transaction(clinic.id, ANYBODY, origin_of_request(action, request.view_args or {}))


def _require_secret() -> str:
    secret = current().link_secret
    if secret is None:
        raise Unavailable("sign_in_not_set_up", phrase("Nobody can sign in by e-mail here yet. Please call us."))
    return secret


def _require_proof(clinic: Clinic, link: UUID, proof: str) -> None:
    if not proves(_require_secret(), link_path(clinic.id, link), proof):
        raise LinkIsOver

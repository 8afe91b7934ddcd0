"""Signing in, staying so, going to another clinic, and leaving."""

from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from joserfc.jwk import Key
from werkzeug.wrappers import Response

from intake import queries
from intake.access.addresses import local
from intake.access.cookies import SIGN_IN_COOKIE, forget_sign_in, keep_sign_in, keep_way, read_way
from intake.access.provider import RETURN, Provider, Way
from intake.access.refusals import note_not_let_in, without_roles
from intake.access.settings import current
from intake.access.sign_ins import Person, SignIns
from intake.access.whence import whence
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.store import Transaction
from shared.web import Pages
from shared.web.context import frame
from shared.web.face.frame import CSRF_FIELD, protect
from shared.web.face.guarding import is_proof
from shared.web.face.places import first_place
from shared.web.face.reading import reader
from shared.web.face.roles import ROLE_WORDS
from shared.web.face.showing import Page, page_of_problem, show
from shared.web.pages import require_own_form, require_own_site
from shared.web.sign_in import HOME, QUIET, STAY, SignIn

public = Blueprint("sign_in", __name__)
public.after_request(page_of_problem)
public.after_request(protect)

home = Pages("home")

YOU = "/intake/you"
_PROVIDER = "intake.access.provider"


@dataclass(frozen=True)
class At:
    """A clinic of somebody's, as it is called, with what they are there."""

    clinic: str
    name: str
    roles: str


@public.get("/sign-in")
def choose() -> str:
    """Where everybody begins: the team goes to the provider, clients to their clinic's page."""
    after = local(request.args.get("next"))
    return render_template("intake/sign_in.html", after=after, clinics=queries.clinics_here(frame().store))


@public.get("/sign-in/staff")
def go() -> Response:
    """On to the provider."""
    way = Way.to(local(request.args.get("next")))
    return keep_way(redirect(provider().address(way), 303), way, key(), frame().store.clock)


@public.get(RETURN.removeprefix("/intake"))
def come_back() -> Response:
    """Back from the provider: a new sign-in begins, whatever there was before."""
    way = read_way(request, key(), frame().store.clock)
    if way is None:
        raise Forbidden(
            "sign_in_not_begun",
            "This browser did not begin to sign in here, or took longer than ten minutes. Begin once more.",
        )
    try:
        return begin(provider().person(way, request.args), way.after)
    except (Forbidden, Unauthenticated) as refusal:
        note_not_let_in(refusal, way.after)
        raise


@public.route("/sign-in/renew", methods=["GET", "POST"])
def renew() -> Response:
    """Give whoever is still signed in a new token, and send them back where they were, with what they had typed."""
    after, sign_ins = local(request.args.get("next")), SignIns(frame().store)
    secret = request.cookies.get(SIGN_IN_COOKIE, "")
    sign_in = sign_ins.find(secret, quiet=QUIET in request.headers)
    if request.method == "GET":
        if sign_in is None:
            return forget_sign_in(redirect(f"/intake/sign-in?{urlencode({'next': after})}", 303))
        return keep_sign_in(redirect(after, 303), sign_in, secret, key(), frame().store.clock)
    require_own_site()
    if sign_in is not None:
        g.sign_in = sign_in
    if sign_in is None or not is_proof(request.form.get(CSRF_FIELD, ""), sign_in.proof):
        # Under a new sign-in, or at another clinic, the person has to say once more that they mean it; nothing that
        # they typed is lost.
        kept = [(name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD]
        shown: Response = make_response(render_template("intake/kept.html", kept=kept, after=after))
    else:
        shown = redirect(after, 307)
    return shown if sign_in is None else keep_sign_in(shown, sign_in, secret, key(), frame().store.clock)


@public.get(STAY.removeprefix("/intake"))
def stay() -> Response:
    """Stay signed in: when it is over now stands in `X-Ends-At`. 401 where it is over already."""
    secret = request.cookies.get(SIGN_IN_COOKIE, "")
    sign_in = SignIns(frame().store).find(secret)
    if sign_in is None:
        return forget_sign_in(Response(status=401))
    g.sign_in = sign_in
    response = keep_sign_in(Response(status=204), sign_in, secret, key(), frame().store.clock)
    response.headers["X-Ends-At"] = sign_in.ends_at.isoformat(timespec="seconds")
    return response


@public.post("/sign-out")
def leave() -> Response:
    """End the sign-in here, and at the provider too."""
    sign_ins, secret = SignIns(frame().store), request.cookies.get(SIGN_IN_COOKIE, "")
    sign_in = sign_ins.find(secret)
    if sign_in is None:
        require_own_site()
        farewell = None
    else:
        require_own_form(sign_in, at_any=True)
        hint = sign_ins.hint(secret)
        sign_ins.end(secret)
        sign_ins.audit(sign_in.caller, "sign_in.end")
        farewell = provider().farewell(hint) if current().client_id and not sign_in.caller.client_id else None
    response = make_response(render_template("intake/signed_out.html", farewell=farewell))
    if farewell:
        # Not a redirect of the form: the policy of our pages lets forms lead nowhere but here.
        response.headers["Refresh"] = f"0; url={farewell}"
    return forget_sign_in(response)


@home.get("/home", may="home.read", own=True)
def home_page(tx: Transaction) -> Response:
    """On to where somebody in the reader's roles begins."""
    return redirect(first_place(tx.actor.roles, tx.clinic_id, tx.actor.client_id) or YOU, 303)


@home.get("/you", may="home.read", own=True)
def you(tx: Transaction) -> Page:
    """Who one is here, at which clinics, and in which roles."""
    names = {clinic.id: clinic.name for clinic in queries.clinics_here(frame().store)}
    caller, reads = cast(SignIn, g.sign_in).caller, reader()
    at = {
        clinic: At(clinic, names[clinic], reads.listed(sorted(reads.say(ROLE_WORDS[role]) for role in roles)))
        for clinic, roles in caller.grants.items()
        if clinic in names
    }
    here = at.pop(tx.clinic_id)
    return show("intake/you.html", tx, here=here, others=sorted(at.values(), key=lambda one: one.name))


@home.post("/home/clinic", may="home.read", own=True)
def go_to_clinic(tx: Transaction) -> Response:
    """Be at another of one's clinics from now on."""
    sign_in: SignIn = g.sign_in
    clinic = request.form.get("at", "")
    sign_in.caller.at(clinic)
    secret = request.cookies.get(SIGN_IN_COOKIE, "")
    SignIns(frame().store).move(secret, clinic)
    moved = replace(sign_in, clinic=clinic)
    return keep_sign_in(redirect(HOME, 303), moved, secret, key(), frame().store.clock)


def begin(person: Person, after: str) -> Response:
    """Somebody has proved who they are: on to where they were going, signed in."""
    clinic = next((clinic for clinic in sorted(person.caller.grants) if frame().store.knows_clinic(clinic)), None)
    if clinic is None:
        raise without_roles(person.caller)
    sign_ins, settings = SignIns(frame().store), current()
    sign_ins.end(request.cookies.get(SIGN_IN_COOKIE, ""))
    secret = sign_ins.begin(person, clinic, whence=whence(request), lasts=settings.lasts, idle=settings.idle)
    sign_in = sign_ins.find(secret)
    assert sign_in is not None  # nosec B101 # it has begun this moment.
    sign_ins.audit(sign_in.caller, "sign_in.begin")
    return keep_sign_in(forget_sign_in(redirect(after, 303)), sign_in, secret, key(), frame().store.clock)


def key() -> Key:
    """The key of the cookie. Unavailable where there is none."""
    settings = current()
    if settings.key is None:
        raise Unavailable("sign_in_not_set_up", "Nobody can sign in here yet: AFTERGLOW_SIGN_IN_KEY is not set.")
    return settings.key


def provider() -> Provider:
    """Our side of the provider, once for each process: it remembers the provider's addresses and keys."""
    settings = current()
    if settings.client_id is None or settings.public_url is None:
        raise Unavailable("sign_in_not_set_up", "The team cannot sign in here yet: there is no provider for that.")
    here = frame()
    made: Provider = current_app.extensions.setdefault(
        _PROVIDER, Provider(here.settings, settings, here.verifier, here.store.clock)
    )
    return made

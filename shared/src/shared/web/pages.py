"""HTML doors for signed-in people: one declaration gives sign-in, policy, a guard against forged forms, a transaction.

    pages = Pages("clinics")

    @pages.get("/clinics/<clinic>/settings", may="clinic.read")
    def settings_page(tx: Transaction) -> str:
        \"\"\"What is in force at the clinic.\"\"\"
        return render_template("intake/settings.html", rules=…)

`<clinic>` in the address is the clinic that is meant, else the one at which the reader is signed in now. A request
passes in the order of `shared.web.doors`: who reads, did they mean it, at which clinic, may they; then one transaction
opens. What goes wrong is said on a calm page. Templates extend `shared/frame.html`; each form has `{{ csrf_field() }}`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shared.errors import Forbidden
from shared.store.transaction import Transaction
from shared.web.context import frame
from shared.web.entrances import Entrance
from shared.web.face.frame import CSRF_FIELD, NUMBER_FIELD, protect
from shared.web.face.guarding import is_proof
from shared.web.face.showing import page_of_problem
from shared.web.guard import guarded
from shared.web.once import LONGEST_KEY, answered, forget_claim, keep_answer
from shared.web.sign_in import QUIET, RENEW, SignIn

View = Callable[..., Any]

SEE_OTHER = 303


class Pages:
    """The pages of one noun. All of them live under `/{service}`, and are for people who have signed in."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name, __name__)
        self.blueprint.after_request(page_of_problem)
        self.blueprint.after_request(protect)
        self.entrances: dict[str, Entrance] = {}

    def get(
        self,
        rule: str,
        *,
        may: str,
        own: bool = False,
        many: bool = False,
        form: bool = False,
        microphone: bool = False,
    ) -> Callable[[View], View]:
        """A page that is read, or the `form` of what `may` names: the audit tells it from the deed, as `shown`.

        `own` pages are about whoever reads them: a client, who is let in elsewhere only where the address names them
        (`<uuid:client_id>`), is let in here, and the view looks at nobody but `tx.actor.client_id`. `many` are about
        all whom the reader reaches: the view asks for these alone (`tx.reach`), and shows what `check_listed` let pass.
        Nothing but a page with `microphone` may record sound, where its reader lets it.
        """
        return self._page("GET", rule, may, own, many, _Manner(form=form, microphone=microphone))

    def post(
        self,
        rule: str,
        *,
        may: str,
        own: bool = False,
        many: bool = False,
        microphone: bool = False,
        largest: int | None = None,
    ) -> Callable[[View], View]:
        """A form that is sent. Answer with a redirect (303), or with the page again (422) and what was typed.

        With files it may be as large as `largest`, in bytes; else no larger than whatever is sent to a service. Where
        the gateway takes so much is said in `deploy/gateway/origin.conf`.
        """
        return self._page("POST", rule, may, own, many, _Manner(microphone=microphone, largest=largest))

    def _page(
        self, method: str, rule: str, may: str, own: bool, many: bool, manner: "_Manner"
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            self.blueprint.add_url_rule(rule, view.__name__, _guard(view, may, own, manner), methods=[method])
            entrance = Entrance(method, rule, may, gathers=own or many, form=manner.form)
            self.entrances[f"{self.blueprint.name}.{view.__name__}"] = entrance
            return view

        return register


@dataclass(frozen=True)
class _Manner:
    """How a page is served: see `Pages.get` and `Pages.post`."""

    form: bool = False
    microphone: bool = False
    largest: int | None = None


def _guard(view: View, may: str, own: bool, manner: _Manner) -> View:
    @wraps(view)
    def endpoint(**path: Any) -> AnyResponse:
        g.microphone = manner.microphone
        here = frame()
        sign_in = here.sign_ins.present(request)
        if sign_in is None or (sign_in.quiet and QUIET not in request.headers):
            return to_renewal()
        g.sign_in = sign_in
        if manner.largest is not None:
            # Before anything is read of it, and for nobody who is not signed in.
            request.max_content_length = manner.largest
        if request.method == "POST":
            require_own_form(sign_in)
        meant = path.get("clinic") or sign_in.clinic
        with guarded(here, may, sign_in.caller, meant, path, own=own and sign_in.caller.client_id is not None) as tx:
            g.clinic_facts = tx.clinic
            stored = _answered(tx)
            if stored is not None:
                return stored
            tx.outcome = "shown" if manner.form else tx.outcome
            answer = make_response(view(tx, **{name: value for name, value in path.items() if name != "clinic"}))
            if answer.status_code >= 400:
                # The page again, with what is to be mended: nothing that was begun on the way to it stays.
                tx.abandon()
            elif answer.status_code == SEE_OTHER and "Set-Cookie" not in answer.headers:
                keep_answer(tx, answer)
            else:
                # A page, or a cookie, is for whoever sees this answer.
                forget_claim(tx)
            return answer

    return endpoint


def _answered(tx: Transaction) -> Response | None:
    """Where the same form led before, if it was sent already: twice pressed, or sent again after a lost answer.

    Each form has a number of its own. Whoever goes back and sends something else under it says something new.
    """
    number = request.form.get(NUMBER_FIELD, "")
    if not number or len(number) > LONGEST_KEY:
        return None
    fields = [f"{name}={value}" for name, value in request.form.items(multi=True) if name != CSRF_FIELD]
    said = [one.encode() for one in (request.full_path, *fields)]
    for part in request.files.values():
        said.append(part.stream.read())
        part.stream.seek(0)
    return answered(tx, number, said, apart=True)


def to_renewal() -> AnyResponse:
    """Have intake look whether this person is signed in. A form that was sent is sent again on the way back (307)."""
    address = request.full_path.rstrip("?")
    return redirect(f"{RENEW}?{urlencode({'next': address})}", 303 if request.method in ("GET", "HEAD") else 307)


def require_own_form(sign_in: SignIn, *, at_any: bool = False) -> None:
    """Forbidden unless the request comes from a form that this very sign-in was shown, at the clinic where it is now.

    `at_any` takes a form of any clinic of theirs, where it means the same.
    """
    require_own_site()
    sent, clinics = request.form.get(CSRF_FIELD, ""), sign_in.caller.grants if at_any else (sign_in.clinic,)
    if not any(is_proof(sent, replace(sign_in, clinic=clinic).proof) for clinic in clinics):
        raise Forbidden(
            "form_of_another_sign_in",
            "This form was opened under another sign-in, or at another clinic. Go back, load the page again, and send"
            " it then.",
        )


def require_own_site() -> None:
    """Forbidden where the browser says that another site has sent this."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = site == "same-origin" if site is not None else origin is None or urlsplit(origin).netloc == request.host
    if not own:
        raise Forbidden(
            "sent_from_elsewhere", "This was sent from another site. Open the page here, and send it there."
        )

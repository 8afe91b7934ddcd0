"""The embedded platform's OpenID provider: a page with a button for each sample person, behind standard OpenID Connect.

The services meet it as they would meet any other: discovery, authorization code with PKCE, tokens that are checked with
its published keys. What it does not do is ask who somebody is. So it is made only on a machine that serves itself:
`demo_identity` refuses every other, a service that was deployed does not believe its issuer (`shared.settings`), and no
service's image contains it.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, redirect, render_template, request
from sqlalchemy.engine import make_url
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from shared import clock
from shared.clinics import Clinic
from shared.clock import Clock
from shared.languages import phrase
from shared.settings import DEMO_IDENTITY, Settings
from shared.web.auth import GRANTS_CLAIM
from shared.web.face.frame import look, protect
from stack.issuer.codes import Codes, Grant
from stack.issuer.people import SAMPLE_PEOPLE, SamplePerson
from stack.issuer.signing import ALGORITHM, LocalIssuer

CLIENT_ID = "afterglow-pages"
"""What intake calls itself here. It is not the audience of the services' doors: an ID token opens none of them."""

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ID_TOKEN_LIFETIME = timedelta(minutes=5)
_ACCESS_TOKEN_LIFETIME = timedelta(hours=1)
_SPOKE_THROUGH_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via")


class NotOnThisMachineError(Exception):
    """The demo's sign-in was asked for where others could reach it."""


def require_embedded(bind: str, settings: Iterable[Settings]) -> None:
    """Raise NotOnThisMachineError unless all of it is on this machine: the door, the bus, and the databases.

    The embedded platform's PostgreSQL is reached through a socket file and has no other way in.
    """
    host = bind.rpartition(":")[0]
    reasons = [] if ipaddress.ip_address(host.strip("[]")).is_loopback else [f"it would be served at {host}"]
    for one in settings:
        database = make_url(one.database)
        if not one.embedded:
            reasons.append(f"{one.service} has a broker")
        if database.host is not None or not str(database.query.get("host", "")).startswith("/"):
            reasons.append(f"{one.service} has a database server")
    if reasons:
        raise NotOnThisMachineError(
            f"Anybody is whom they like at the demo's sign-in, and {', '.join(reasons)}. Name an OIDC provider instead."
        )


def demo_identity(
    issuer: LocalIssuer,
    *,
    bind: str,
    settings: list[Settings],
    redirect_uris: Iterable[str],
    after_sign_out: Iterable[str],
    clinics: list[Clinic],
    now: Clock = clock.now,
) -> Flask:
    """The provider's WSGI application, under DEMO_IDENTITY of the address that it is bound to."""
    require_embedded(bind, settings)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.register_blueprint(look, url_prefix=DEMO_IDENTITY)
    provider = _Provider(issuer, frozenset(redirect_uris), frozenset(after_sign_out), clinics, now)
    for rule, view, methods in (
        ("/.well-known/openid-configuration", provider.discovery, ["GET"]),
        ("/keys", provider.keys, ["GET"]),
        ("/authorize", provider.authorize, ["GET", "POST"]),
        ("/token", provider.token, ["POST"]),
        ("/sign-out", provider.sign_out, ["GET", "POST"]),
    ):
        app.add_url_rule(DEMO_IDENTITY + rule, view.__name__, view, methods=methods)
    app.before_request(lambda: _require_this_machine(bind))
    app.after_request(protect)
    app.after_request(_never_stored)
    app.register_error_handler(HTTPException, _refused_page)
    return app


def _require_this_machine(bind: str) -> None:
    """A proxy would lend this machine's address to whoever is behind it, and a name that leads here to any website."""
    if request.host != bind or any(header in request.headers for header in _SPOKE_THROUGH_A_PROXY):
        sentence = phrase(
            "This sign-in is for people at this machine: it answers at {at}, and through no proxy.", at=bind
        )
        abort(403, sentence)


def _never_stored(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused_page(error: HTTPException) -> tuple[str, int]:
    return render_template("issuer/refused.html", sentence=error.description), error.code or 500


class _RequestError(Exception):
    """An authorization request that is answered to the program that made it; the text is an error code of OAuth's."""


class _Provider:
    def __init__(
        self,
        issuer: LocalIssuer,
        redirect_uris: frozenset[str],
        after_sign_out: frozenset[str],
        clinics: list[Clinic],
        now: Clock,
    ) -> None:
        self._issuer = issuer
        self._redirect_uris = redirect_uris
        self._after_sign_out = after_sign_out
        self._groups = _groups(clinics)
        self._now = now
        self._codes = Codes()

    def discovery(self) -> dict[str, Any]:
        name = self._issuer.name
        return {
            "issuer": name,
            "authorization_endpoint": f"{name}/authorize",
            "token_endpoint": f"{name}/token",
            "jwks_uri": f"{name}/keys",
            "end_session_endpoint": f"{name}/sign-out",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            "prompt_values_supported": ["login", "select_account"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        return self._issuer.public_keys()

    def authorize(self) -> AnyResponse | str:
        """The page with the buttons, and what a click on one of them leads to. Nobody stays signed in here."""
        asked = request.args
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") not in self._redirect_uris:
            # Whoever asks is a stranger: people are not sent back to strangers.
            abort(400, phrase("Only Afterglow on this machine can ask you to sign in here."))
        try:
            _require_complete(asked)
        except _RequestError as error:
            return self._back(asked, error=str(error))
        if request.method == "GET":
            return render_template("issuer/choose.html", groups=self._groups)
        person = SAMPLE_PEOPLE.get(request.form.get("person", ""))
        if person is None:
            abort(400, phrase("There is no such sample person. Go back and choose one with a button."))
        grant = Grant(person, asked["redirect_uri"], asked["code_challenge"], asked["nonce"], self._now())
        return self._back(asked, code=self._codes.issue(grant))

    def token(self) -> tuple[dict[str, Any], int]:
        """A code becomes tokens, for whoever has the verifier of the request that it was given for."""
        asked, at = request.form, self._now()
        if asked.get("client_id") != CLIENT_ID:
            return {"error": "invalid_client"}, 401
        if asked.get("grant_type") != "authorization_code":
            return {"error": "unsupported_grant_type"}, 400
        grant = self._codes.redeem(asked.get("code", ""), at)
        if (
            grant is None
            or grant.redirect_uri != asked.get("redirect_uri")
            or not _answers(asked.get("code_verifier", ""), grant.challenge)
        ):
            return {"error": "invalid_grant"}, 400
        person = grant.person
        tokens = {
            "token_type": "Bearer",  # nosec B105 # that is how such a token is called.
            "expires_in": int(_ACCESS_TOKEN_LIFETIME.total_seconds()),
            "scope": "openid profile",
            "access_token": self._issuer.token(
                at, person.grants, subject=person.subject, more=person.claims, lifetime=_ACCESS_TOKEN_LIFETIME
            ),
            "id_token": self._issuer.sign(_identity(grant), at, _ID_TOKEN_LIFETIME),
        }
        return tokens, 200

    def sign_out(self) -> AnyResponse | str:
        """Nobody is signed in here, so there is nothing to end: people only go back to where they come from."""
        there = request.values.get("post_logout_redirect_uri")
        if there is None:
            return render_template("issuer/signed_out.html")
        if there not in self._after_sign_out:
            abort(400, phrase("Only Afterglow on this machine can send you on from here."))
        state = request.values.get("state")
        return redirect(f"{there}?{urlencode({'state': state})}" if state else there, 303)

    def _back(self, asked: Mapping[str, str], **answer: str) -> AnyResponse:
        state = {"state": asked["state"]} if "state" in asked else {}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer | state | {'iss': self._issuer.name})}", 303)


def _require_complete(asked: Mapping[str, str]) -> None:
    """Raise _RequestError unless the request has all that protects it: state, nonce, and a challenge made with S256."""
    if asked.get("response_type") != "code":
        raise _RequestError("unsupported_response_type")
    if "openid" not in asked.get("scope", "").split():
        raise _RequestError("invalid_scope")
    if not asked.get("state") or not asked.get("nonce") or asked.get("code_challenge_method") != "S256":
        raise _RequestError("invalid_request")
    if not _CHALLENGE.fullmatch(asked.get("code_challenge", "")):
        raise _RequestError("invalid_request")
    if asked.get("prompt") == "none":
        raise _RequestError("login_required")


def _answers(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    computed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(computed, challenge.encode())


def _identity(grant: Grant) -> dict[str, Any]:
    person = grant.person
    return {
        "aud": CLIENT_ID,
        "sub": person.subject,
        "name": person.name,
        "nonce": grant.nonce,
        "auth_time": int(grant.at.timestamp()),
        GRANTS_CLAIM: dict(person.grants),
        **person.claims,
    }


def _groups(clinics: list[Clinic]) -> list[tuple[list[str], list[SamplePerson]]]:
    """People under the name of their clinic; whoever works at several stands under all of their names."""
    names = {clinic.id: clinic.name for clinic in clinics}
    groups: dict[tuple[str, ...], list[SamplePerson]] = {}
    for person in SAMPLE_PEOPLE.values():
        groups.setdefault(person.clinics, []).append(person)
    return [([names[clinic] for clinic in where], people) for where, people in groups.items()]

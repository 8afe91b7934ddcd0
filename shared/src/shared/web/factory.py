"""The application factory: every service's web process is made here, and nowhere else."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.bus.meters import Meters
from shared.clock import uuid7
from shared.service import Service
from shared.settings import Settings
from shared.store.transaction import Store
from shared.tracing import tracer_of
from shared.web.audit_pages import audit_pages
from shared.web.auditing import AUDITING, auditing
from shared.web.auth import TokenVerifier
from shared.web.context import Frame
from shared.web.described import describe_all
from shared.web.doors import Doors
from shared.web.entrances import Entrance
from shared.web.face.frame import PERMISSIONS, look, protect
from shared.web.face.live import LIVE, live_blueprint
from shared.web.face.showing import is_person, page_of_problem
from shared.web.face.squeezing import squeeze
from shared.web.grants import GrantsReader
from shared.web.guard import require_aim
from shared.web.health import HISTORY_ACTION, health_blueprint, history
from shared.web.keys import Discovery, KeySource
from shared.web.metrics import Metrics
from shared.web.operating import OPERATING, inbox
from shared.web.operating_pages import operating_pages
from shared.web.operating_timers import OPERATING_TIMERS, timers
from shared.web.pages import Pages
from shared.web.policy import PUBLIC, Policy, Role, allow
from shared.web.problems import register_problems
from shared.web.sign_in import SignInVerifier

log = structlog.get_logger()

MAX_BODY_BYTES = 1024 * 1024
OF_EVERY_ANSWER = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What browsers are told with each answer, whatever it is; the gateway says the same with its own."""

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# That something was told is itself clinical: a red flag, a screening that was flagged.
_CLINICIANS = allow(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR)

COMMON: Policy = {HISTORY_ACTION: _CLINICIANS} | OPERATING | OPERATING_TIMERS | AUDITING | LIVE
"""The rows of what every service answers beside its own doors."""

COMMON_DOORS = (history, inbox, timers, auditing)
COMMON_PAGES = (audit_pages, operating_pages)


def create_app(
    service: Service,
    settings: Settings,
    store: Store,
    *,
    troubles: Callable[[], list[str]] = list,
    stopping: Callable[[], bool] = bool,
    meters: Meters | None = None,
) -> Flask:
    """A service's WSGI application under `/{service}`.

    `troubles` names loops of this process that are not at work; `meters` are what those loops count. While `stopping`
    everything is served, but readiness is denied.
    """
    app = Flask(service.name, static_folder=None, template_folder=_templates_of(service))
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        API_TITLE=service.title,
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=f"/{service.name}",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    verifier = TokenVerifier(
        issuer=settings.issuer,
        audience=settings.audience,
        keys=KeySource(settings.jwks or Discovery(settings.issuer)),
        clock=store.clock,
        grants=GrantsReader(settings.grants_claim, settings.grants_pattern),
    )
    sign_ins = SignInVerifier(KeySource(settings.sign_in_jwks) if settings.sign_in_jwks else None, store.clock)
    metrics = Metrics(store, meters)
    complete = COMMON | service.policy
    known = replace(service, policy=complete)
    app.extensions["afterglow"] = Frame(known, settings, store, verifier, sign_ins, metrics, troubles)
    register_problems(app)
    api = _Documented(app)
    describe_all(api.spec)
    # flask-smorest's own handler gives another error shape and drops headers.
    app.error_handler_spec[None].pop(None, None)
    register_problems(app)
    _require_policy(known, own_entrances(service) | common_entrances())
    for doors in (*service.doors, *COMMON_DOORS):
        api.register_blueprint(doors.blueprint, url_prefix=f"/{service.name}")
    app.register_blueprint(health_blueprint(troubles, stopping), url_prefix=f"/{service.name}")
    app.register_blueprint(look, url_prefix=f"/{service.name}")
    ways_in = (own_entrances(service) | common_entrances()).values()
    app.register_blueprint(live_blueprint(ways_in), url_prefix=f"/{service.name}")
    for pages in (*service.pages, *COMMON_PAGES):
        blueprint = pages.blueprint if isinstance(pages, Pages) else pages
        app.register_blueprint(blueprint, url_prefix=f"/{service.name}")
    _observe(app, store, service, metrics)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    return app


class _Documented(Api):
    """The doors with their document: how they refuse, it says of each instead of by a default."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def own_entrances(service: Service) -> dict[str, Entrance]:
    """A service's own ways in for people who have signed in, by endpoint."""
    return _for_signed_in(*service.doors, *(pages for pages in service.pages if isinstance(pages, Pages)))


def common_entrances() -> dict[str, Entrance]:
    """The ways in that every service has for people who have signed in, by endpoint."""
    return _for_signed_in(*COMMON_DOORS, *COMMON_PAGES)


def _for_signed_in(*ways: Doors | Pages) -> dict[str, Entrance]:
    all_ways = {endpoint: entrance for each in ways for endpoint, entrance in each.entrances.items()}
    return {endpoint: entrance for endpoint, entrance in all_ways.items() if entrance.may != PUBLIC}


def _templates_of(service: Service) -> str | None:
    """Where the templates of signed-in pages are; plain blueprints say for themselves."""
    return None if service.package.__file__ is None else str(Path(service.package.__file__).parent / "templates")


def _require_policy(service: Service, entrances: Mapping[str, Entrance]) -> None:
    """Deny by default: a door that no row of the policy table speaks of does not open, for anybody."""
    missing = sorted({entrance.may for entrance in entrances.values()} - set(service.policy))
    if missing:
        raise LookupError(f"no row in the policy table for {', '.join(missing)}")
    for entrance in entrances.values():
        require_aim(service, entrance)


def _observe(app: Flask, store: Store, service: Service, metrics: Metrics) -> None:
    tracer = tracer_of(service.name)

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid7(store.clock()))
        g.began = time.perf_counter()
        route = request.url_rule.rule if request.url_rule else ""
        facts = {"http.request.method": request.method, "http.route": route, "afterglow.request": g.request_id}
        g.span = tracer.span(f"{request.method} {route}".strip(), "server", request.headers.get("traceparent"), facts)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=service.name, request_id=g.request_id, trace_id=g.span.trace_id)

    @app.after_request
    def _end(response: Response) -> Response:
        if is_person() and response.mimetype == "application/problem+json":
            response = protect(page_of_problem(response))
        response = squeeze(response)
        response.headers["X-Request-Id"] = g.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Pages have said their own; what a program reads is to be nothing at all in a browser.
        response.headers.setdefault("Content-Security-Policy", NOTHING)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.update(OF_EVERY_ANSWER)
        seconds = time.perf_counter() - g.began
        endpoint = request.endpoint or "none"
        metrics.requests.labels(service.name, endpoint, request.method, response.status_code).inc()
        metrics.seconds.labels(service.name, endpoint).observe(seconds)
        entry: dict[str, Any] = {"endpoint": endpoint, "method": request.method, "status": response.status_code}
        log.info("request", clinic=g.get("clinic"), ms=round(seconds * 1000, 1), **entry)
        g.span.note("http.response.status_code", response.status_code)
        g.span.note("afterglow.clinic", g.get("clinic") or "")
        g.span.end(str(response.status_code) if response.status_code >= 500 else None)
        return response

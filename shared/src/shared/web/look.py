"""How all pages look: the frame that they extend, the stylesheet with the design's tokens, and what protects them."""

from typing import Any

from flask import Blueprint, Response, current_app, g
from markupsafe import Markup

from shared.web.context import KEY, frame
from shared.web.sign_in import HOME, SIGN_OUT

CONTENT_SECURITY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""A page needs the stylesheets of its own origin and the way back of its forms; nothing else may load or frame it."""

CSRF_FIELD = "csrf"

look = Blueprint("shared", __name__, template_folder="templates", static_folder="static", static_url_path="/look")
"""Templates `shared/…` and `/{service}/look/…`, the same at each service."""


@look.app_context_processor
def _known_to_templates() -> dict[str, Any]:
    # The embedded platform's own sign-in has this look and is no service.
    made_up = KEY in current_app.extensions and frame().settings.made_up
    return {"csrf_field": csrf_field, "home": HOME, "sign_out": SIGN_OUT, "made_up": made_up}


def csrf_field() -> Markup:
    """The hidden field that each form of a signed-in page needs."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, g.sign_in.csrf)


def protect(response: Response) -> Response:
    """For a blueprint's `after_request`: what every answer says that a browser may show.

    The referrer stays within the origin. Were there none at all, browsers would say `Origin: null` of our own forms.
    """
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY
    response.headers["Referrer-Policy"] = "same-origin"
    return response
